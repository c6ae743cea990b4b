"""What happens when somebody follows a link of Telegram's: whom it opens, what it brings, and who may come in by it."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web
from pyrogram import raw
from pyrogram.errors import (
    InviteRequestSent,
    PhoneNotOccupied,
    UserAlreadyParticipant,
    UsernameInvalid,
    UsernameNotOccupied,
)

from sandbox.body import only, read_body, text
from sandbox.page.acts import PERSON
from sandbox.page.addresses import Address, NotServedError, NotTelegramError, read
from sandbox.page.belonging import standing
from sandbox.page.missing import MissingError
from sandbox.page.peers import chat_id_of
from sandbox.page.roster import seat_of
from sandbox.page.seat import Seat

_LINK_MAX: Final = 4096

routes = web.RouteTableDef()
messages = raw.functions.messages


class NobodyThere(MissingError):  # noqa: N818 - what is missing
    """A link leads to a name or a number that nobody has."""

    def __init__(self, who: str, name: str) -> None:
        super().__init__(f"Nobody here is {who}.")
        self.name = name


@routes.post(f"{PERSON}/open")
async def open_link(request: web.Request) -> web.Response:
    """`{"link"}`: the chat it leads to, the bot's parameter, the message; or the invitation or the words that it is."""
    seat, body = await seat_of(request), await read_body(request)
    only(body, ("link",))
    try:
        address = read(text(body.get("link"), "link", _LINK_MAX))
    except NotTelegramError:
        return _refused("This is no link of Telegram's.", "NOT_TELEGRAM")
    except NotServedError:
        return _refused("Links of this kind do nothing here.", "LINK_NOT_SERVED")
    return web.json_response(await opened(seat, address))


@routes.post(f"{PERSON}/join")
async def join(request: web.Request) -> web.Response:
    """`{"hash"}` of an invitation: `{"chat", "asked"}`; who must wait to be let in has `asked`, and no chat yet."""
    seat, body = await seat_of(request), await read_body(request)
    only(body, ("hash",))
    name = text(body.get("hash"), "hash", 64)
    try:
        joined = await seat.call(messages.ImportChatInvite(hash=name))
    except InviteRequestSent:
        return web.json_response({"chat": None, "asked": True})
    except UserAlreadyParticipant:
        return web.json_response({"chat": (await opened(seat, Address(invite=name)))["chat"], "asked": False})
    chat = await standing(seat, chat_id_of(joined.chats[0]))
    return web.json_response({"chat": chat, "asked": False})


async def opened(seat: Seat, address: Address) -> dict[str, Any]:
    """What a link shows to this person.

    Raises:
        MissingError: nobody has this name or this number, as far as the person knows.
        RPCError: an invitation that leads nowhere any more.
    """
    if address.share is not None:
        return {"chat": None, "start": None, "message": None, "invite": None, "share": address.share}
    chat_id, invite = 0, None
    if address.invite is not None:
        chat_id, invite = await _invited(seat, address.invite)
    elif address.username is not None:
        chat_id = await _named(seat, address.username)
    elif address.phone is not None:
        chat_id = await _numbered(seat, address.phone)
    elif address.channel is not None:
        chat_id = -(10**12) - address.channel
        await seat.channel(chat_id)
    else:
        chat_id = address.user or 0
        await seat.peer(chat_id)
    chat = await standing(seat, chat_id) if chat_id else None
    start = address.start if chat is not None and chat["kind"] == "bot" else None
    return {"chat": chat, "start": start, "message": address.message, "invite": invite, "share": None}


async def _named(seat: Seat, username: str) -> int:
    try:
        found = await seat.call(raw.functions.contacts.ResolveUsername(username=username))
    except (UsernameNotOccupied, UsernameInvalid):
        raise NobodyThere(f"@{username}", "USERNAME_NOT_OCCUPIED") from None
    return chat_id_of(found.peer)


async def _numbered(seat: Seat, phone: str) -> int:
    try:
        found = await seat.call(raw.functions.contacts.ResolvePhone(phone=phone))
    except PhoneNotOccupied:
        raise NobodyThere(f"+{phone}", "PHONE_NOT_OCCUPIED") from None
    return chat_id_of(found.peer)


async def _invited(seat: Seat, name: str) -> tuple[int, dict[str, Any] | None]:
    """The chat that an invitation leads to, for who is in it; what it says to others."""
    found: Any = await seat.call(messages.CheckChatInvite(hash=name))
    if isinstance(found, raw.types.ChatInviteAlready):
        seat.meet((), [found.chat])
        return chat_id_of(found.chat), None
    told = {
        "title": found.title,
        "about": found.about,
        "members": found.participants_count,
        "asks": bool(found.request_needed),
        "kind": "channel" if found.broadcast else "group",
        "hash": name,
    }
    return 0, told


def _refused(words: str, name: str) -> web.Response:
    return web.json_response({"error": words, "name": name}, status=400)
