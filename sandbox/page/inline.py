"""Bots in other chats: what one gets who writes `@bot words`, and the offer that one chooses."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web
from pyrogram import raw

from sandbox.body import WrongError, only, read_body, text, whole
from sandbox.member import answering, random_id
from sandbox.page.acts import CHAT, PERSON
from sandbox.page.roster import ID_MAX, chat_of, seat_of
from sandbox.page.seat import Seat

_WORDS_MAX: Final = 512
_NAME_MAX: Final = 64

routes = web.RouteTableDef()
messages = raw.functions.messages


@routes.post(f"{PERSON}/inline")
async def ask(request: web.Request) -> web.Response:
    """`{"bot": user name, "query", "offset"?, "chat"}`: what the bot offers for this chat."""
    seat, body = await seat_of(request), await read_body(request)
    only(body, ("bot", "query", "offset", "chat"))
    words, offset = text(body.get("query"), "query", _WORDS_MAX), text(body.get("offset", ""), "offset", _NAME_MAX)
    query = messages.GetInlineBotResults(
        bot=await _bot(seat, text(body.get("bot"), "bot", _NAME_MAX)),
        peer=await seat.peer(whole(body.get("chat"), "chat", -(2**53), 2**53)),
        query=words,
        offset=offset,
    )
    return web.json_response(shown(await seat.call(query, retries=1)))


@routes.post(f"{CHAT}/inline")
async def choose(request: web.Request) -> web.Response:
    """`{"query_id", "result_id", "reply_to"?}`: the offer, sent as one's own message; `bot` may say whose it was."""
    seat, chat_id, body = await seat_of(request), chat_of(request), await read_body(request)
    only(body, ("query_id", "result_id", "reply_to", "bot"))
    query_id, reply_to = text(body.get("query_id"), "query_id", 20), body.get("reply_to")
    if not query_id.removeprefix("-").isdecimal() or not -(2**63) <= int(query_id) < 2**63:
        raise WrongError("query_id must be the one that came with the offers")
    query = messages.SendInlineBotResult(
        peer=await seat.peer(chat_id), random_id=random_id(), query_id=int(query_id),
        id=text(body.get("result_id"), "result_id", _NAME_MAX),
        reply_to=answering(None if reply_to is None else whole(reply_to, "reply_to", 1, ID_MAX)),
    )  # fmt: skip
    return web.json_response({"messages": await seat.sent(await seat.call(query), chat_id)})


def shown(results: Any) -> dict[str, Any]:
    """A bot's offers for the page. The number of the query is a text: it is more than JavaScript counts exactly."""
    switch = results.switch_pm
    return {
        "query_id": str(results.query_id),
        "results": [_offer(each) for each in results.results],
        "next_offset": results.next_offset or None,
        "switch_pm": None if switch is None else {"text": switch.text, "start": switch.start_param},
        "gallery": bool(results.gallery),
    }


def _offer(result: Any) -> dict[str, Any]:
    message = getattr(result.send_message, "message", "")
    return {
        "id": result.id,
        "type": result.type,
        "title": result.title,
        "description": result.description,
        "thumb": None,  # pictures of other places: the page asks nobody but this machine
        "text": message,
    }


async def _bot(seat: Seat, username: str) -> raw.types.InputUser:
    found: Any = await seat.call(raw.functions.contacts.ResolveUsername(username=username.lstrip("@")))
    user = next((user for user in found.users if user.bot), None)
    if user is None:
        raise WrongError(f"@{username} is no bot.")
    return raw.types.InputUser(user_id=user.id, access_hash=user.access_hash)
