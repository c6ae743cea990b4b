"""Drafts deleted everywhere, and what people are told of those that refuse, wait too long, or expire."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from scheduler.draft_notices import mind_drafts
from services.access import Permission
from services.errors import NotThrough, TryLater, UserError
from services.posted import Posted
from services.refusals import Refusal
from tests.database.mongo import NOW, StillClock
from tests.scheduler.drafts import (
    FORBIDDEN,
    HOUR,
    MINUTE,
    MORE,
    ONE,
    ORIGIN,
    SECOND,
    TEXT,
    TWO,
    Bot,
    Died,
    State,
    Telegram,
    killed,
    once,
    states,
)
from tests.services.channel import ADMIN, OWNER


async def test_it_is_deleted_everywhere(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(parts=[TEXT, MORE])
    await bot.run()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert states(done) == ["deleted"] * 3
    assert not any(telegram.there(each.chat) for each in done.targets)
    with pytest.raises(UserError, match="draft-nothing-failed"):
        await bot.drafts.retry(draft.code, ADMIN, Cause("query:again"))


async def test_what_was_in_hand_when_it_was_taken_back_is_deleted_at_once(bot: Bot, telegram: Telegram) -> None:
    draft, gate = await bot.approved(ONE, TWO), asyncio.Event()
    post = bot.post_draft

    async def slowly(to: int, *args: Any, **kwargs: Any) -> Posted:
        if to == ONE.chat:
            await gate.wait()
        return await post(to, *args, **kwargs)

    bot.post_draft = slowly  # type: ignore[method-assign]
    await bot.runner.look()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    await bot.runner.look()
    gate.set()
    await bot.run()
    assert states(await bot.drafts.get(draft.code)) == ["deleted", "deleted"]
    assert (telegram.there(ONE.chat), bot.clock.now()) == ([], NOW)


async def test_what_may_not_be_deleted_stays_and_says_why(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)
    await bot.run()
    reason = Posted(refusal=Refusal.FORBIDDEN, reason="MESSAGE_DELETE_FORBIDDEN")
    telegram.before = once(1, reason, "delete", chat=TWO.chat)
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    done = await bot.settle(draft)
    assert (states(done), done.targets[1].reason) == (["deleted", "sent"], "MESSAGE_DELETE_FORBIDDEN")
    assert telegram.there(TWO.chat) == ["hello"]
    assert await bot.drafts.work.untold() == []


@pytest.mark.parametrize("trap", ["before", "after"])
async def test_a_death_while_it_is_taken_back_leaves_nothing(
    bot: Bot, telegram: Telegram, room: BotDatabase, trap: str
) -> None:
    draft = await bot.approved()
    await bot.run()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    setattr(telegram, trap, once(2, Died(), "delete"))
    done = await killed(bot, Bot(telegram, room, bot.clock, epoch=2), draft)
    assert states(done) == ["deleted"] * 3
    assert not any(telegram.there(each.chat) for each in done.targets)


async def test_what_a_crash_hid_is_found_and_deleted_and_what_never_went_out_does_not(
    bot: Bot, telegram: Telegram, room: BotDatabase
) -> None:
    waits = {ONE.chat: 1, TWO.chat: 600}
    draft = await bot.approved(ONE, TWO)
    telegram.before = lambda _, chat: Posted(refusal=Refusal.PASSING, reason="slow mode", after=waits[chat])
    await bot.run()
    telegram.before, telegram.after = (lambda _, __: None), once(1, Died())
    bot.clock.move(SECOND)
    await bot.dies()
    assert telegram.there(ONE.chat) == ["hello"], "it is there, and nobody knows"
    telegram.before = telegram.after = lambda _, __: None
    again = Bot(telegram, room, bot.clock, epoch=2)
    await again.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    done = await again.settle(draft)
    assert states(done) == ["deleted", "deleted"]
    assert telegram.there(ONE.chat) == []
    assert telegram.ever == {(ONE.chat, "hello"): 1}, "the one that waited never had it"
    assert done.published_at is not None


async def test_what_fails_to_be_deleted_for_a_while_is_deleted_then(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE)
    await bot.run()
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    telegram.before = once(1, NotThrough(3, "500"), "delete")
    await bot.run()
    assert states(await bot.drafts.get(draft.code)) == ["sent"]
    assert states(await bot.settle(draft)) == ["deleted"]


async def test_the_owner_hears_once_of_a_chat_that_refuses_until_it_takes_something(
    bot: Bot, telegram: Telegram, room: BotDatabase, clock: StillClock
) -> None:
    telegram.before = lambda _, chat: FORBIDDEN if chat == TWO.chat else None
    for name in ("first", "second"):
        await bot.approved(name=name)
        await bot.run()
        bot.untellable = TryLater(1, "not now")
        if await bot.drafts.work.untold():
            with pytest.raises(TryLater):
                await mind_drafts(bot)
        bot.untellable = None
        await mind_drafts(bot)
        clock.move(MINUTE)
    again = Bot(telegram, room, clock, epoch=2)
    again.said = bot.said
    await mind_drafts(again)
    assert list(bot.said.values()) == [("draft-target-refuses", {"title": "Chat 2", "reason": "CHAT_WRITE_FORBIDDEN"})]
    for name, trap in (("taken", lambda _, __: None), ("refused again", telegram.before)):
        telegram.before = trap
        await again.approved(name=name)
        await again.run()
        await mind_drafts(again)
        clock.move(MINUTE)
    assert [user for _, _, user in bot.said] == [OWNER, OWNER]


async def test_who_may_decide_is_reminded_once_of_what_waits(bot: Bot, clock: StillClock, room: BotDatabase) -> None:
    await bot.services.access.appoint(9, [Permission.REVIEW], by=OWNER, cause=Cause("query:appoint"))
    await bot.services.access.appoint(10, [Permission.UPLOAD], by=OWNER, cause=Cause("query:appoint 2"))
    for number in range(3):
        await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause(f"query:{number}"))
    await bot.approved(ONE, name="decided")
    assert await mind_drafts(bot) == NOW + 6 * HOUR
    assert not bot.said
    clock.move(6 * HOUR)
    await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause("query:young"))
    bot.untellable = Died()
    with pytest.raises(Died):
        await mind_drafts(bot)
    bot.untellable = None
    again = Bot(bot.telegram, room, clock, epoch=2)
    await mind_drafts(again)
    told = {user: (key, args) for (_, _, user), (key, args) in again.said.items()}
    assert told == dict.fromkeys(again.drafts.reviewers(), ("drafts-wait", {"count": 3}))
    assert 9 in again.drafts.reviewers()
    assert 10 not in told
    again.said.clear()
    await mind_drafts(again)
    assert not again.said


async def test_what_nobody_decides_on_expires_and_can_be_reopened(bot: Bot, clock: StillClock) -> None:
    draft = await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause("query:1"))
    clock.move(timedelta(days=7))
    await mind_drafts(bot)
    found = await bot.drafts.get(draft.code)
    assert (found.state, found.revision) == (State.EXPIRED, draft.revision + 1)
    with pytest.raises(UserError, match="draft-decided"):
        await bot.drafts.approve(draft.code, 1, ADMIN, Cause("query:2"))
    again = await bot.drafts.reopen(draft.code, ADMIN, Cause("query:3"))
    assert again.expire_at == clock.now() + timedelta(days=7)


async def test_where_there_is_no_reminder_and_no_expiry_a_draft_waits_for_ever(bot: Bot, clock: StillClock) -> None:
    for name in ("draft_reminder", "draft_expiry"):
        await bot.services.settings.put(name, 0, by=OWNER, cause=Cause(f"query:{name}"))
    await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause("query:1"))
    clock.move(timedelta(days=1000))
    assert await mind_drafts(bot) is None
    assert not bot.said
    assert await bot.drafts.counts() == {State.PENDING: 1}
