"""What a person sees: the list of chats, one chat in full, its messages page by page, and what is read of them."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web
from pyrogram import raw

from sandbox.body import WrongError, only, read_body, whole
from sandbox.page.chatinfo import chat_info, commands_of
from sandbox.page.peers import is_channel
from sandbox.page.roster import ID_MAX, chat_of, seat_of
from sandbox.page.seat import Seat

PAGE: Final = 50
PAGE_MAX: Final = 100

routes = web.RouteTableDef()


@routes.get(r"/api/people/{person:\d+}/chats")
async def chats(request: web.Request) -> web.Response:
    """All chats, the newest first."""
    seat = await seat_of(request)
    await seat.chatlist.load()
    return web.json_response({"chats": seat.chatlist.newest_first()})


@routes.get(r"/api/people/{person:\d+}/chats/{chat:-?\d+}")
async def chat(request: web.Request) -> web.Response:
    """One chat, with all that its details show."""
    seat, chat_id = await seat_of(request), chat_of(request)
    return web.json_response(await chat_info(seat, chat_id))


@routes.get(r"/api/people/{person:\d+}/chats/{chat:-?\d+}/commands")
async def commands(request: web.Request) -> web.Response:
    """What the bots in a chat announced, for this person and in their language."""
    seat, chat_id = await seat_of(request), chat_of(request)
    return web.json_response({"commands": commands_of(await seat.full(chat_id), seat)})


@routes.get(r"/api/people/{person:\d+}/chats/{chat:-?\d+}/messages")
async def messages(request: web.Request) -> web.Response:
    """`?before=<id>&limit=50`, or `around=<id>`, or `after=<id>`; none of them: the newest."""
    seat, chat_id = await seat_of(request), chat_of(request)
    limit = _asked(request, "limit", PAGE_MAX) or PAGE
    given = {name: _asked(request, name, ID_MAX) for name in ("before", "after", "around")}
    if sum(each is not None for each in given.values()) > 1:
        raise WrongError("only one of before, after and around")
    page = await history(seat, chat_id, limit, **given)
    return web.json_response(page)


@routes.post(r"/api/people/{person:\d+}/chats/{chat:-?\d+}/read")
async def read(request: web.Request) -> web.Response:
    """`{"up_to": id}`: everything up to it is read."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("up_to",))
    up_to = whole(body.get("up_to"), "up_to", 1, ID_MAX)
    if is_channel(chat_id):
        query: Any = raw.functions.channels.ReadHistory(channel=await seat.channel(chat_id), max_id=up_to)
    else:
        query = raw.functions.messages.ReadHistory(peer=await seat.peer(chat_id), max_id=up_to)
    await seat.call(query)
    seat.changed(chat_id)
    return web.json_response({})


async def history(
    seat: Seat, chat_id: int, limit: int, before: int | None, after: int | None, around: int | None
) -> dict[str, Any]:
    """A page of a chat, oldest first, and whether there is more on either side."""
    offset, newer = before or 0, 0
    if after is not None:
        offset, newer = after + 1, limit
    elif around is not None:
        offset, newer = around + 1, limit // 2
    found = await _page(seat, chat_id, offset, newer, limit)
    first, last = (found[0].id, found[-1].id) if found else (offset, max(offset - 1, 0))
    return {
        "messages": await seat.shown(found, (), ()),
        "older": bool(first) and bool(await _page(seat, chat_id, first, 0, 1)),
        "newer": offset > 0 and bool(await _page(seat, chat_id, last + 1, 1, 1)),
    }


async def _page(seat: Seat, chat_id: int, offset: int, newer: int, limit: int) -> list[Any]:
    """Messages below an id, `newer` of them from it on; oldest first."""
    query = raw.functions.messages.GetHistory(
        peer=await seat.peer(chat_id), offset_id=offset, offset_date=0, add_offset=-newer, limit=limit, max_id=0,
        min_id=0, hash=0,
    )  # fmt: skip
    found: Any = await seat.call(query)
    return [each for each in reversed(found.messages) if not isinstance(each, raw.types.MessageEmpty)]


def _asked(request: web.Request, name: str, high: int) -> int | None:
    given = request.query.get(name)
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or not 0 < int(given) <= high:
        raise WrongError(f"{name} must be a whole number from 1 to {high}")
    return int(given)
