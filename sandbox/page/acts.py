"""What people do with messages: write, edit, delete, forward, pin, press, and press a bot's START."""

from __future__ import annotations

import base64
import binascii
import contextlib
from typing import Any, Final

from aiohttp import web
from pyrogram import raw
from pyrogram.errors import MessageNotModified, YouBlockedUser

from sandbox.body import WrongError, only, read_body, text, truth, whole, wholes
from sandbox.member import answering, random_id
from sandbox.page.formatting import formatted
from sandbox.page.peers import is_channel
from sandbox.page.roster import ID_MAX, chat_of, message_of, seat_of
from sandbox.page.seat import Seat
from sandbox.page.splitting import split

PARTS_MAX: Final = 25
"""Messages that one text may make: a book is better sent as a file."""
TYPED_MAX: Final = 200_000
"""Characters that are read at all."""
FORWARDED_MAX: Final = 100
"""What a client lets one select (core.telegram.org/method/messages.forwardMessages)."""
_DELETED_AT_ONCE: Final = 100
_DATA_MAX: Final = 64

PERSON: Final = r"/api/people/{person:\d+}"
CHAT: Final = PERSON + r"/chats/{chat:-?\d+}"
MESSAGE: Final = CHAT + r"/messages/{message:\d+}"

routes = web.RouteTableDef()
messages = raw.functions.messages


@routes.post(f"{CHAT}/messages")
async def send_text(request: web.Request) -> web.Response:
    """`{"text", "reply_to"?, "silent"?, "plain"?}`: the messages that it made, several where it was too long."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("text", "reply_to", "silent", "plain"))
    typed, plain = text(body.get("text"), "text", TYPED_MAX), truth(body.get("plain", False), "plain")
    silent, reply_to = truth(body.get("silent", False), "silent"), _message_id(body, "reply_to")
    sent = await send(seat, chat_id, typed, plain=plain, reply_to=reply_to, silent=silent)
    return web.json_response({"messages": sent})


@routes.post(f"{MESSAGE}/edit")
async def edit_text(request: web.Request) -> web.Response:
    """`{"text", "plain"?}`: the message as it is then; an empty text takes the caption of media away."""
    seat, chat_id, message_id = await seat_of(request), chat_of(request), message_of(request)
    body = await read_body(request)
    only(body, ("text", "plain"))
    typed, plain = text(body.get("text"), "text", TYPED_MAX), truth(body.get("plain", False), "plain")
    return web.json_response({"messages": [await edit(seat, chat_id, message_id, typed, plain=plain)]})


@routes.post(f"{CHAT}/messages/delete")
async def delete_messages(request: web.Request) -> web.Response:
    """`{"ids", "for_all"?}`: gone for everybody, or in a private chat for this person alone."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("ids", "for_all"))
    ids = wholes(body.get("ids"), "ids", 1, ID_MAX, longest=1000)
    await delete(seat, chat_id, ids, for_all=truth(body.get("for_all", True), "for_all"))
    return web.json_response({})


@routes.post(f"{CHAT}/messages/forward")
async def forward_messages(request: web.Request) -> web.Response:
    """`{"ids", "from": chat id, "drop_author"?}`: sent on to this chat, in the order they were written in."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("ids", "from", "drop_author"))
    ids = sorted(wholes(body.get("ids"), "ids", 1, ID_MAX, longest=FORWARDED_MAX))
    source = whole(body.get("from"), "from", -(2**53), 2**53)
    query = messages.ForwardMessages(
        from_peer=await seat.peer(source), to_peer=await seat.peer(chat_id), id=ids,
        random_id=[random_id() for _ in ids], drop_author=truth(body.get("drop_author", False), "drop_author"),
    )  # fmt: skip
    return web.json_response({"messages": await seat.sent(await seat.call(query), chat_id)})


@routes.post(f"{MESSAGE}/pin")
async def pin(request: web.Request) -> web.Response:
    """`{"silent"?}`: pinned for everybody in the chat."""
    return await _pin(request, pinned=True)


@routes.post(f"{MESSAGE}/unpin")
async def unpin(request: web.Request) -> web.Response:
    """Pinned no longer."""
    return await _pin(request, pinned=False)


@routes.post(f"{MESSAGE}/press")
async def press(request: web.Request) -> web.Response:
    """`{"data": base64}`: what the bot answers, `{"text", "alert", "url"}`."""
    seat, chat_id, message_id = await seat_of(request), chat_of(request), message_of(request)
    body = await read_body(request)
    only(body, ("data",))
    query = messages.GetBotCallbackAnswer(peer=await seat.peer(chat_id), msg_id=message_id, data=_data(body))
    answer = await seat.call(query, retries=1)
    return web.json_response({"text": answer.message, "alert": bool(answer.alert), "url": answer.url})


@routes.post(f"{CHAT}/start")
async def start_bot(request: web.Request) -> web.Response:
    """`{"parameter"?}`: the START button; who had blocked the bot lets it write again, as in Telegram's clients."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("parameter",))
    parameter = text(body.get("parameter", ""), "parameter", 512)
    try:
        sent = await start(seat, chat_id, parameter)
    except YouBlockedUser:
        await seat.call(raw.functions.contacts.Unblock(id=await seat.peer(chat_id)))
        sent = await start(seat, chat_id, parameter)
    return web.json_response({"messages": sent})


async def send(
    seat: Seat, chat_id: int, typed: str, *, plain: bool, reply_to: int | None, silent: bool
) -> list[dict[str, Any]]:
    """Send a text as it was typed; what is too long goes out in several messages, the first of which answers.

    Raises:
        WrongError: it says nothing, or is far too long.
        RPCError: Telegram refuses; what went out before stays.
    """
    peer, parts = await seat.peer(chat_id), split(formatted(typed, plain=plain))
    if not parts:
        raise WrongError("There is nothing to send: write something first.")
    if len(parts) > PARTS_MAX:
        raise WrongError(f"This would be {len(parts)} messages: send it as a file.")
    shown: list[dict[str, Any]] = []
    for number, part in enumerate(parts):
        query = messages.SendMessage(
            peer=peer, message=part.text, entities=part.entities or None, random_id=random_id(),
            silent=silent or None, reply_to=answering(reply_to if number == 0 else None),
        )  # fmt: skip
        shown += await seat.sent(await seat.call(query), chat_id)
    return shown


async def edit(seat: Seat, chat_id: int, message_id: int, typed: str, *, plain: bool) -> dict[str, Any]:
    """Change the text or the caption of a message; one that stays as it was is no error, as in Telegram's clients."""
    changed = formatted(typed, plain=plain)
    query = messages.EditMessage(
        peer=await seat.peer(chat_id), id=message_id, message=changed.text, entities=changed.entities or None
    )
    with contextlib.suppress(MessageNotModified):
        await seat.call(query)
    (shown,) = await seat.shown([await seat.message(chat_id, message_id)], (), ())
    return shown


async def delete(seat: Seat, chat_id: int, ids: list[int], *, for_all: bool) -> None:
    """Delete messages of a chat; those that are not there any more are passed over, as Telegram does."""
    if not is_channel(chat_id):
        # Ids of private chats are unique over all of them: those of another one are not meant.
        ids = [message.id for message in await seat.messages(chat_id, ids)]
    for start_at in range(0, len(ids), _DELETED_AT_ONCE):
        some = ids[start_at : start_at + _DELETED_AT_ONCE]
        if is_channel(chat_id):
            query: Any = raw.functions.channels.DeleteMessages(channel=await seat.channel(chat_id), id=some)
        else:
            query = messages.DeleteMessages(id=some, revoke=for_all or None)
        await seat.call(query)
        # The answer of one's own call is no update: the other pages learn it from here.
        seat.publish("delete", chat=chat_id if is_channel(chat_id) else None, ids=some)
        seat.changed(chat_id)


async def start(seat: Seat, chat_id: int, parameter: str) -> list[dict[str, Any]]:
    """Start a bot, with the parameter of its link or without one."""
    if not parameter:
        return await send(seat, chat_id, "/start", plain=True, reply_to=None, silent=False)
    peer = await seat.peer(chat_id)
    query = messages.StartBot(bot=peer, peer=peer, random_id=random_id(), start_param=parameter)
    return await seat.sent(await seat.call(query), chat_id)


async def _pin(request: web.Request, *, pinned: bool) -> web.Response:
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("silent",))
    query = messages.UpdatePinnedMessage(
        peer=await seat.peer(chat_id), id=message_of(request), unpin=not pinned or None,
        silent=truth(body.get("silent", False), "silent") or None,
    )  # fmt: skip
    await seat.call(query)
    return web.json_response({})


def _message_id(body: dict[str, Any], name: str) -> int | None:
    given = body.get(name)
    return None if given is None else whole(given, name, 1, ID_MAX)


def _data(body: dict[str, Any]) -> bytes:
    try:
        data = base64.b64decode(text(body.get("data"), "data", 4 * _DATA_MAX), validate=True)
    except binascii.Error:
        raise WrongError("data must be base64") from None
    return data
