"""What people get who write a bot's name and some words in any chat: the bot's offers, and the one they choose."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel
from sandbox.world.content import check_text, entities_of, markup_of
from sandbox.world.messages import Flag
from sandbox.world.methods.messages import add_reply, open_peer
from sandbox.world.offers import CHOSEN_WITHIN, Offer
from sandbox.world.peers import resolve, resolve_user
from sandbox.world.registry import Call, Who, serves
from sandbox.world.sending import Draft, answer, check_may_write, send, sent_before

messages = raw.functions.messages
types = raw.types
RESULTS_MAX: Final = 50
OFFSET_MAX: Final = 64
QUERY_MAX: Final = 256
ID: Final = re.compile(rb".{1,64}", re.DOTALL)
PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@serves(messages.GetInlineBotResults, Who.USER)
async def get_inline_bot_results(call: Call, query: Any) -> object:
    """Write a bot's name and some words; the answer is the bot's, if it comes in time."""
    world, me = call.world, call.me
    bot = resolve_user(call, query.bot, "BOT_INVALID")
    if not bot.bot:
        raise bad_request("BOT_INVALID")
    text = query.query[:QUERY_MAX]
    question = bot.id, text, query.offset
    known = world.offers.again(question, me.id)
    if known is not None:
        return known.results
    query_id, future = world.inline_queries.ask(bot.id, me.id)
    world.record(
        "inline_query", from_id=me.id, peer_id=bot.id, query_id=query_id, text=text, offset=query.offset or None
    )
    asked = types.UpdateBotInlineQuery(
        query_id=query_id, user_id=me.id, query=text, offset=query.offset, peer_type=_where(call, query.peer, bot)
    )
    world.tell(bot, lambda _: [asked], mention=[me.id])
    world.settle()
    try:
        given = await asyncio.wait_for(future, world.limits.callback_seconds)
    except TimeoutError:
        raise bad_request("BOT_RESPONSE_TIMEOUT") from None
    results = _results(query_id, given)
    now = world.clock()
    offer = Offer(
        bot.id, me.id, results, {result.id: result.send_message for result in results.results},
        now + CHOSEN_WITHIN, now + given.cache_time, bool(given.private),
    )  # fmt: skip
    world.offers.keep(query_id, question, offer)
    return results


@serves(messages.SetInlineBotResults, Who.BOT)
async def set_inline_bot_results(call: Call, query: Any) -> object:
    """Answer who wrote the bot's name and some words."""
    if len(query.results) > RESULTS_MAX:
        raise bad_request("RESULTS_TOO_MUCH")
    if len((query.next_offset or "").encode()) > OFFSET_MAX:
        raise bad_request("NEXT_OFFSET_INVALID")
    if query.switch_pm is not None:
        if not query.switch_pm.text.strip():
            raise bad_request("SWITCH_PM_TEXT_EMPTY")
        if not PARAMETER.fullmatch(query.switch_pm.start_param):
            raise bad_request("START_PARAM_INVALID")
    seen: set[str] = set()
    for result in query.results:
        _check(call, result)
        if result.id in seen:
            raise bad_request("RESULT_ID_DUPLICATE")
        seen.add(result.id)
    user = call.world.inline_queries.answer(call.me.id, query.query_id, query)
    if user is None:
        raise bad_request("QUERY_ID_INVALID")
    call.world.record(
        "inline_answer",
        from_id=call.me.id,
        peer_id=user,
        query_id=query.query_id,
        results=[result.id for result in query.results],
        next_offset=query.next_offset or None,
    )
    return True


@serves(messages.SendInlineBotResult, Who.USER)
async def send_inline_bot_result(call: Call, query: Any) -> object:
    """Choose what a bot offered: it is sent as the person's own message, by way of the bot."""
    peer = open_peer(call, query, query.random_id)
    known = sent_before(call, peer, query.random_id)
    if known is None:
        check_may_write(call, peer)
        offer = call.world.offers.get(query.query_id, call.me.id)
        if offer is None:
            raise bad_request("INLINE_RESULT_EXPIRED")
        if query.id not in offer.sent:
            raise bad_request("RESULT_ID_INVALID")
        chosen = offer.sent[query.id]
        draft = Draft(
            random_id=query.random_id,
            text=chosen.message,
            entities=list(chosen.entities or []),
            markup=chosen.reply_markup,
            flags=Flag.SILENT if query.silent else 0,
            via_bot=0 if query.hide_via else offer.bot,
        )
        add_reply(call, peer, query, draft)
        [known] = send(call, peer, [draft])
    return answer(call, [known])


def _where(call: Call, given: Any, bot: Account) -> Any:
    """What kind of chat somebody writes in, as the bot is told."""
    if isinstance(given, types.InputPeerEmpty):
        return None
    peer = resolve(call, given)
    if isinstance(peer, Channel):
        return types.InlineQueryPeerTypeBroadcast() if peer.broadcast else types.InlineQueryPeerTypeMegagroup()
    if peer is bot:
        return types.InlineQueryPeerTypeSameBotPM()
    return types.InlineQueryPeerTypeBotPM() if peer.bot else types.InlineQueryPeerTypePM()


def _check(call: Call, result: Any) -> None:
    """Hold a result to the rules; what it would send becomes the message that is sent when it is chosen."""
    if not result.id:
        raise bad_request("RESULT_ID_EMPTY")
    if not ID.fullmatch(result.id.encode()):
        raise bad_request("RESULT_ID_INVALID")
    if not isinstance(result, types.InputBotInlineResult) or result.type != "article":
        raise bad_request("RESULT_TYPE_INVALID")
    if not (result.title or "").strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    sent = result.send_message
    if not isinstance(sent, types.InputBotInlineMessageText):
        raise bad_request("SEND_MESSAGE_TYPE_INVALID")
    check_text(sent.message)
    sent.entities = entities_of(call, sent.message, sent.entities) or None
    sent.reply_markup = markup_of(call, sent.reply_markup, channel=True)


def _results(query_id: int, given: Any) -> Any:
    """A bot's answer as the person's client gets it."""
    return types.messages.BotResults(
        query_id=query_id,
        results=[
            types.BotInlineResult(
                id=result.id,
                type=result.type,
                send_message=types.BotInlineMessageText(
                    message=result.send_message.message,
                    no_webpage=result.send_message.no_webpage,
                    entities=result.send_message.entities,
                    reply_markup=result.send_message.reply_markup,
                ),
                title=result.title,
                description=result.description,
                url=result.url,
            )
            for result in given.results
        ],
        cache_time=given.cache_time,
        users=[],
        gallery=given.gallery,
        next_offset=given.next_offset or None,
        switch_pm=given.switch_pm,
    )
