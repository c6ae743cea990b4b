"""What people do with chats: come, go, block, make channels and groups, bring people in, make them admins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from aiohttp import web
from pyrogram import raw
from pyrogram.errors import InviteRequestSent

from sandbox.body import WrongError, only, read_body, text, truth, word
from sandbox.page.acts import CHAT, PERSON, delete
from sandbox.page.peers import chat_id_of, is_channel
from sandbox.page.roster import chat_of, seat_of
from sandbox.page.seat import ANSWER_WITHIN, Seat

TITLE_MAX: Final = 128
_NAME_MAX: Final = 64

routes = web.RouteTableDef()
_T = TypeVar("_T")


@routes.post(f"{PERSON}/chats")
async def create(request: web.Request) -> web.Response:
    """`{"kind": "channel" or "group", "title", "about"?, "username"?}`: a new one of this person's."""
    seat, body = await seat_of(request), await read_body(request)
    only(body, ("kind", "title", "about", "username"))
    kind, title = word(body.get("kind"), "kind", ("channel", "group")), text(body.get("title"), "title", TITLE_MAX)
    about, username = text(body.get("about", ""), "about", 255), text(body.get("username", ""), "username", _NAME_MAX)
    if not title.strip():
        raise WrongError("title must say something")
    chat_id = await make(seat, title.strip(), about, username.lstrip("@"), broadcast=kind == "channel")
    return web.json_response(await standing(seat, chat_id))


@routes.post(f"{CHAT}/join")
async def join(request: web.Request) -> web.Response:
    """A member from now on, `{"asked": false}`; or where that is wanted, waiting to be let in: `{"asked": true}`."""
    seat, chat_id = await seat_of(request), chat_of(request)
    await seat.channel(chat_id)
    try:
        await answered(seat.person.join(chat_id))
    except InviteRequestSent:
        return web.json_response({"asked": True})
    return web.json_response({"asked": False})


@routes.post(f"{CHAT}/leave")
async def leave(request: web.Request) -> web.Response:
    """No member any more."""
    seat, chat_id = await seat_of(request), chat_of(request)
    await seat.channel(chat_id)
    await answered(seat.person.leave(chat_id))
    return web.json_response({})


@routes.post(f"{CHAT}/remove")
async def remove(request: web.Request) -> web.Response:
    """`{"for_all"?}`: a private chat with all that was said in it is gone; an own channel or group, for everybody."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("for_all",))
    for_all = truth(body.get("for_all", False), "for_all")
    if is_channel(chat_id):
        await seat.call(raw.functions.channels.DeleteChannel(channel=await seat.channel(chat_id)))
    else:
        await empty(seat, chat_id, for_all=for_all)
    seat.chatlist.standings.pop(chat_id, None)
    seat.publish("gone", chat=chat_id)
    return web.json_response({})


@routes.post(f"{CHAT}/block")
async def block(request: web.Request) -> web.Response:
    """Hear nothing more from a bot or somebody; a bot is stopped by that."""
    seat, chat_id = await seat_of(request), _private(request)
    await seat.peer(chat_id)
    await answered(seat.person.block(chat_id))
    return await _looked_at(seat, chat_id)


@routes.post(f"{CHAT}/unblock")
async def unblock(request: web.Request) -> web.Response:
    """Let them write again."""
    seat, chat_id = await seat_of(request), _private(request)
    await seat.peer(chat_id)
    await answered(seat.person.unblock(chat_id))
    return await _looked_at(seat, chat_id)


@routes.post(f"{CHAT}/promote")
async def promote(request: web.Request) -> web.Response:
    """`{"who": id or user name}`: an admin of this channel or group, who comes in by that; a bot may post then."""
    seat, chat_id, who = await _somebody(request)
    await answered(seat.person.promote(who, chat_id))
    return web.json_response({})


@routes.post(f"{CHAT}/demote")
async def demote(request: web.Request) -> web.Response:
    """`{"who": id or user name}`: an admin no more."""
    seat, chat_id, who = await _somebody(request)
    await answered(seat.person.demote(who, chat_id))
    return web.json_response({})


@routes.post(f"{CHAT}/members")
async def bring_in(request: web.Request) -> web.Response:
    """`{"who": id or user name}`: a member from now on."""
    seat, chat_id, who = await _somebody(request)
    await answered(seat.person.bring_in(who, chat_id))
    return web.json_response({})


@routes.post(f"{CHAT}/invite")
async def invite(request: web.Request) -> web.Response:
    """`{"asks"?}`: a link that lets people in, or with `asks` lets them ask to be."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("asks",))
    asks = truth(body.get("asks", False), "asks")
    await seat.channel(chat_id)
    return web.json_response({"link": await answered(seat.person.invite_link(chat_id, request_needed=asks))})


async def make(seat: Seat, title: str, about: str, username: str, *, broadcast: bool) -> int:
    """Make a channel or a group; one whose public name cannot be had is not made.

    Raises:
        WrongError: the name is somebody's.
        RPCError: the title or the name is refused.
    """
    if username and not await seat.call(raw.functions.account.CheckUsername(username=username)):
        raise WrongError(f"@{username} belongs to somebody: choose another name.")
    query = raw.functions.channels.CreateChannel(
        title=title, about=about, broadcast=broadcast or None, megagroup=None if broadcast else True
    )
    chat_id = chat_id_of((await seat.call(query)).chats[0])
    if username:
        channel = await seat.channel(chat_id)
        await seat.call(raw.functions.channels.UpdateUsername(channel=channel, username=username))
    return chat_id


async def empty(seat: Seat, chat_id: int, *, for_all: bool) -> None:
    """Delete everything in a private chat, the newest first."""
    peer = await seat.peer(chat_id)
    while True:
        query = raw.functions.messages.GetHistory(
            peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
        )
        ids = [message.id for message in (await seat.call(query)).messages]
        if not ids:
            return
        await delete(seat, chat_id, ids, for_all=for_all)


async def standing(seat: Seat, chat_id: int) -> dict[str, Any]:
    """A chat as it stands in the person's list now."""
    await seat.chatlist.refresh([chat_id])
    return seat.chatlist.shown(chat_id)


async def answered(work: Awaitable[_T]) -> _T:
    """What a person's own method gives, or TimeoutError when Telegram does not answer."""
    async with asyncio.timeout(ANSWER_WITHIN):
        return await work


def _private(request: web.Request) -> int:
    chat_id = chat_of(request)
    if is_channel(chat_id):
        raise WrongError("Only people and bots can be blocked; leave a channel or a group instead.")
    return chat_id


async def _looked_at(seat: Seat, chat_id: int) -> web.Response:
    await seat.chatlist.look_closer(chat_id)
    seat.changed(chat_id)
    return web.json_response({})


async def _somebody(request: web.Request) -> tuple[Seat, int, int | str]:
    """The person, the channel or group, and whom the body names, known to the person's client."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("who",))
    await seat.channel(chat_id)
    who = body.get("who")
    if isinstance(who, int) and not isinstance(who, bool):
        await seat.peer(who)
        return seat, chat_id, who
    return seat, chat_id, text(who, "who", _NAME_MAX).strip().lstrip("@")
