"""Bots asked in any chat: what they offer, for how long, and what choosing it sends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.errors import RpcError
from sandbox.world.methods.inline import RESULTS_MAX
from sandbox.world.offers import CHOSEN_WITHIN
from tests.sandbox.world_rig import Actor, Rig, f, t


def article(number: int = 1, **changes: Any) -> Any:
    sent = changes.pop("sent", f"sent {number}")
    button = t.KeyboardInlineButton(text="Get it", type=t.InlineButtonTypeUrl(url="https://t.me/some_bot?start=x"))
    markup = t.ReplyInlineMarkup(rows=[t.KeyboardInlineButtonRow(buttons=[button])])
    text = t.InputBotInlineMessageText(message=sent, no_webpage=True, reply_markup=markup)
    fields = {"id": str(number), "type": "article", "title": f"title {number}", "description": "d", **changes}
    return t.InputBotInlineResult(send_message=text, **fields)


def ask(person: Actor, bot: Actor, words: str = "words", offset: str = "", chat: Any = None) -> asyncio.Task[Any]:
    peer = person.to(bot if chat is None else chat)
    query = f.messages.GetInlineBotResults(bot=person.user(bot), peer=peer, query=words, offset=offset)
    return asyncio.ensure_future(person(query))


async def asked(bot: Actor) -> Any:
    await asyncio.sleep(0.01)
    return bot.received(t.UpdateBotInlineQuery)[-1]


async def offer(bot: Actor, query: Any, *results: Any, cache_time: int = 0, **fields: Any) -> Any:
    fields = {"private": True, **fields}
    return await bot(
        f.messages.SetInlineBotResults(query_id=query.query_id, results=list(results), cache_time=cache_time, **fields)
    )


def choose(person: Actor, to: Any, results: Any, name: str = "1", random_id: int = 5) -> Any:
    return person(
        f.messages.SendInlineBotResult(peer=person.to(to), random_id=random_id, query_id=results.query_id, id=name)
    )


async def test_what_is_written_after_a_bots_name_reaches_it_and_its_offers_come_back(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    task = ask(ann, bot, "some words", "20")
    query = await asked(bot)
    assert (query.user_id, query.query, query.offset) == (ann.id, "some words", "20")
    assert isinstance(query.peer_type, t.InlineQueryPeerTypeSameBotPM)
    assert bot.inbox[-1].users[0].id == ann.id
    lead = t.InlineBotSwitchPM(text="Look there", start_param="search")
    assert await offer(bot, query, article(1), article(2), next_offset="40", switch_pm=lead) is True
    results = await task
    assert [(each.id, each.title, each.description) for each in results.results] == [
        ("1", "title 1", "d"), ("2", "title 2", "d"),
    ]  # fmt: skip
    assert (results.next_offset, results.switch_pm.start_param, results.query_id) == ("40", "search", query.query_id)
    assert [line["kind"] for line in rig.lines()][-2:] == ["inline_query", "inline_answer"]
    with pytest.raises(RpcError, match="QUERY_ID_INVALID"):
        await offer(bot, query)


async def test_what_is_chosen_is_the_persons_message_by_way_of_the_bot(rig: Rig) -> None:
    ann, ben, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    task = ask(ann, bot, chat=ben)
    query = await asked(bot)
    assert isinstance(query.peer_type, t.InlineQueryPeerTypePM)
    await offer(bot, query, article(sent="look https://t.me/some_bot?start=x"))
    results = await task
    sent = await choose(ann, ben, results)
    assert [m.message.id for m in (await choose(ann, ben, results)).updates if hasattr(m, "message")] == [
        m.message.id for m in sent.updates if hasattr(m, "message")
    ]
    [arrived] = ben.received()
    message = arrived.message
    assert (message.message, message.via_bot_id, message.peer_id.user_id) == (
        "look https://t.me/some_bot?start=x", bot.id, ann.id,
    )  # fmt: skip
    assert message.reply_markup.rows[0].buttons[0].text == "Get it"
    assert isinstance(message.entities[0], t.MessageEntityUrl)
    assert bot.id in {user.id for user in ben.inbox[-1].users}
    rig.reopen()
    world = rig.api.world
    kept = world.messages.get(ben.id, message.id)
    assert kept is not None
    assert kept.via_bot == bot.id


async def test_an_offer_is_good_for_its_person_and_its_hour(rig: Rig) -> None:
    ann, ben, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    task = ask(ann, bot)
    await offer(bot, await asked(bot), article())
    results = await task
    with pytest.raises(RpcError, match="RESULT_ID_INVALID"):
        await choose(ann, ben, results, "7")
    with pytest.raises(RpcError, match="INLINE_RESULT_EXPIRED"):
        await choose(ben, ann, results)
    rig.now += CHOSEN_WITHIN
    with pytest.raises(RpcError, match="INLINE_RESULT_EXPIRED"):
        await choose(ann, ben, results)


@pytest.mark.parametrize("private", [True, False])
async def test_the_same_question_is_answered_again_as_long_as_the_bot_allows(rig: Rig, *, private: bool) -> None:
    ann, ben, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    task = ask(ann, bot)
    await offer(bot, await asked(bot), article(), cache_time=10, private=private)
    first = await task
    assert (await ask(ann, bot)).query_id == first.query_id
    task = ask(ben, bot)
    if private:
        await offer(bot, await asked(bot), article())
    assert ((await task).query_id == first.query_id) is not private
    rig.now += 10
    task = ask(ann, bot)
    await offer(bot, await asked(bot), article(2))
    assert [each.id for each in (await task).results] == ["2"]


async def test_a_bot_that_is_silent_times_out(rig: Rig) -> None:
    ann, ben, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    rig.api.world.limits.callback_seconds = 0.05
    with pytest.raises(RpcError, match="BOT_RESPONSE_TIMEOUT"):
        await ask(ann, bot)
    with pytest.raises(RpcError, match="BOT_INVALID"):
        await ask(ann, ben)


@pytest.mark.parametrize(
    ("results", "fields", "name"),
    [
        ([article(n) for n in range(1, RESULTS_MAX + 2)], {}, "RESULTS_TOO_MUCH"),
        ([article(), article()], {}, "RESULT_ID_DUPLICATE"),
        ([article(id="")], {}, "RESULT_ID_EMPTY"),
        ([article(id="x" * 65)], {}, "RESULT_ID_INVALID"),
        ([article(type="photo")], {}, "RESULT_TYPE_INVALID"),
        ([article(title=" ")], {}, "ARTICLE_TITLE_EMPTY"),
        ([article(sent=" ")], {}, "MESSAGE_EMPTY"),
        ([], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([], {"switch_pm": t.InlineBotSwitchPM(text=" ", start_param="x")}, "SWITCH_PM_TEXT_EMPTY"),
        ([], {"switch_pm": t.InlineBotSwitchPM(text="x", start_param="a b")}, "START_PARAM_INVALID"),
    ],
)
async def test_offers_are_held_to_the_rules(rig: Rig, results: list[Any], fields: Any, name: str) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    task = ask(ann, bot)
    query = await asked(bot)
    with pytest.raises(RpcError, match=name):
        await offer(bot, query, *results, **fields)
    await offer(bot, query)
    assert (await task).results == []
