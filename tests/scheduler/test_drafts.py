"""Drafts to their targets: each once, in order, at its time; waits and refusals keep no other one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from database.cause import Cause
from database.outgoing import Outgoing
from services.draft_work import ATTEMPTS, PAUSES
from services.drafts import (
    DraftOptions,
)
from services.errors import NotThrough, TryLater
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
    State,
    Telegram,
    once,
    states,
)
from tests.services.channel import ADMIN


async def test_each_target_gets_it_once_with_its_link(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, replace(TWO, reply_to=77))
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent", "sent"])
    assert telegram.there(ONE.chat) == telegram.there(TWO.chat) == ["hello"]
    [first], [second] = (each.message_ids for each in done.targets)
    assert done.targets[0].link == f"https://t.me/c/{-ONE.chat}/{first}"
    assert (telegram.replies[first], telegram.replies[second]) == (None, 77)
    assert (done.published_at, done.targets[0].sent_at) == (NOW, NOW)
    assert await bot.drafts.work.next_due() is None
    assert done.revision > draft.revision


async def test_parts_come_in_order_with_the_options(bot: Bot, telegram: Telegram) -> None:
    options = DraftOptions(silent=True, pin=True, protect=True)
    draft = await bot.approved(ONE, TWO, parts=[TEXT, MORE], options=options)
    await bot.run()
    done = await bot.drafts.get(draft.code)
    for each in done.targets:
        assert telegram.there(each.chat) == ["hello", "and more"]
        sent = telegram.chats[each.chat]
        assert all(out.silent and out.protect for out in sent.values())
        assert each.message_ids == tuple(sent)
        assert (each.chat, each.message_ids[0]) in telegram.pinned
    assert len(telegram.pinned) == 2


async def test_what_has_a_time_waits_for_it(bot: Bot, telegram: Telegram, clock: StillClock) -> None:
    draft = await bot.approved(ONE, send_at=NOW + HOUR)
    await bot.run()
    assert (telegram.calls["send"], (await bot.drafts.get(draft.code)).state) == (0, State.SCHEDULED)
    assert await bot.drafts.work.next_due() == NOW + HOUR
    other = await bot.approved(ONE, send_at=NOW + HOUR, name="taken off")
    await bot.drafts.unschedule(other.code, ADMIN, Cause("query:off"))
    clock.move(HOUR)
    await bot.run()
    assert telegram.there(ONE.chat) == ["hello"]
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert (await bot.drafts.get(other.code)).state is State.PENDING


async def test_to_one_chat_drafts_go_in_the_order_of_their_approval(bot: Bot, telegram: Telegram) -> None:
    texts = [f"text {number}" for number in range(30)]
    for text in texts:
        await bot.approved(ONE, TWO, parts=[Outgoing(None, (), text)], name=text)
        bot.clock.move(SECOND)
    await bot.run()
    assert telegram.there(ONE.chat) == telegram.there(TWO.chat) == texts


async def test_nothing_that_nobody_approved_goes_out(bot: Bot, telegram: Telegram) -> None:
    for number, verb in enumerate(("skip", "nothing", "edit")):
        draft = await bot.drafts.add([TEXT], [ONE], ORIGIN, Cause(f"query:{number}"))
        if verb == "skip":
            await bot.drafts.skip(draft.code, 1, ADMIN, Cause("query:skip"))
        if verb == "edit":
            await bot.drafts.edit(draft.code, [MORE], ADMIN, Cause("query:edit"))
    await bot.run()
    assert not telegram.calls


async def test_a_target_that_refuses_keeps_no_other_one_and_is_tried_again_when_somebody_says_so(
    bot: Bot, telegram: Telegram
) -> None:
    draft = await bot.approved()
    telegram.before = lambda _, chat: FORBIDDEN if chat == TWO.chat else None
    await bot.run()
    partly = await bot.drafts.get(draft.code)
    assert (partly.state, states(partly)) == (State.PARTLY, ["sent", "failed", "sent"])
    assert (partly.targets[1].refusal, partly.targets[1].reason) == ("forbidden", "CHAT_WRITE_FORBIDDEN")
    telegram.before = lambda _, __: None
    await bot.drafts.retry(draft.code, ADMIN, Cause("query:retry"))
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent"] * 3)
    assert set(telegram.ever.values()) == {1}
    assert done.targets[1].reason == ""


async def test_nobody_takes_it(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved()
    telegram.before = lambda _, __: Posted(refusal=Refusal.CONTENT, reason="MESSAGE_TOO_LONG")
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, done.published_at) == (State.FAILED, NOW)
    assert {each.reason for each in done.targets} == {"MESSAGE_TOO_LONG"}


async def test_what_passes_is_tried_four_times_and_then_with_the_next_cycle(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)

    def fails(_: str, chat: int) -> None:
        if chat == ONE.chat:
            raise NotThrough(3, "500")

    telegram.before = fails
    pauses = []
    for attempt in range(1, ATTEMPTS + 1):
        await bot.run()
        found = await bot.drafts.get(draft.code)
        assert (found.state, states(found)) == (State.PUBLISHING, ["waiting", "sent"])
        assert found.targets[0].attempts == attempt, "the reviewer sees it"
        assert found.targets[0].due_at is not None
        pauses.append(found.targets[0].due_at - bot.clock.now())
        due = await bot.drafts.work.next_due()
        assert due is not None
        assert due <= found.targets[0].due_at
        if attempt < ATTEMPTS:
            bot.clock.move(pauses[-1])
    for pause, seconds in zip(pauses, PAUSES, strict=False):
        assert 0.8 * seconds <= pause.total_seconds() <= 1.2 * seconds
    assert pauses[-1] == 20 * MINUTE
    calls = telegram.calls["send"]
    bot.clock.move(MINUTE)
    await bot.run()
    assert telegram.calls["send"] == calls
    assert await bot.drafts.work.next_due() == bot.clock.now() - MINUTE + pauses[-1], "nothing is looked at until then"
    assert await bot.drafts.work.retry_waiting() == 1
    assert (await bot.drafts.get(draft.code)).targets[0].attempts == 0
    telegram.before = lambda _, __: None
    await bot.run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert await bot.drafts.work.retry_waiting() == 0


async def test_the_next_cycle_comes_without_its_job_too(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE)
    failures = iter(range(ATTEMPTS))

    def fails(_: str, __: int) -> None:
        if next(failures, None) is not None:
            raise NotThrough(3, "500")

    telegram.before = fails
    assert (await bot.settle(draft)).state is State.PUBLISHED
    assert bot.clock.now() - NOW > 20 * MINUTE


async def test_what_fails_in_passing_for_a_day_has_failed_and_can_be_tried_again(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)

    def fails(_: str, chat: int) -> None:
        if chat == ONE.chat:
            raise NotThrough(3, "500")

    telegram.before = fails
    for _ in range(400):
        await bot.run()
        if (due := await bot.drafts.work.next_due()) is None:
            break
        bot.clock.move(max(timedelta(0), due - bot.clock.now()))
    found = await bot.drafts.get(draft.code)
    assert (found.state, states(found), found.targets[0].reason) == (State.PARTLY, ["failed", "sent"], "UNANSWERED")
    assert 24 * HOUR <= bot.clock.now() - NOW < 25 * HOUR
    telegram.before = lambda _, __: None
    await bot.drafts.retry(draft.code, ADMIN, Cause("query:retry"))
    assert (await bot.settle(draft)).state is State.PUBLISHED


async def test_what_nobody_can_explain_fails_after_four_attempts(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE)
    telegram.before = lambda _, __: Posted(refusal=Refusal.UNKNOWN, reason="ODD")
    done = await bot.settle(draft)
    assert (done.state, done.targets[0].reason, telegram.calls["send"]) == (State.FAILED, "ODD", ATTEMPTS)


async def test_a_wait_is_obeyed_and_is_no_attempt_and_holds_up_no_other(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, TWO)
    telegram.before = once(1, Posted(refusal=Refusal.PASSING, reason="slow mode", after=600), chat=ONE.chat)
    await bot.run()
    found = await bot.drafts.get(draft.code)
    assert states(found) == ["waiting", "sent"]
    assert (found.targets[0].attempts, found.targets[0].due_at) == (0, NOW + 10 * MINUTE)
    assert (await bot.settle(draft)).state is State.PUBLISHED
    assert bot.clock.now() == NOW + 10 * MINUTE


async def test_an_outage_is_no_attempt_and_is_over_as_soon_as_it_is(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved()
    for error in (NotThrough(4, "nothing gets through"), TryLater(300, "the server fails")):
        telegram.answers = False

        def away(_: str, __: int, error: BaseException = error) -> None:
            raise error

        telegram.before = away
        await bot.run()
        found = await bot.drafts.get(draft.code)
        assert {(each.attempts, each.due_at, each.reason) for each in found.targets} == {(0, None, "")}
        assert found.revision == draft.revision + 1, "nobody has to see it"
        bot.runner.wake()
    telegram.before, telegram.answers = (lambda _, __: None), True
    await bot.run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert bot.clock.now() == NOW


async def test_what_is_wrong_with_one_keeps_no_other_one(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved()
    telegram.before = once(1, ZeroDivisionError(), chat=TWO.chat)
    await bot.run()
    assert states(await bot.drafts.get(draft.code)) == ["sent", "waiting", "sent"]
    assert (await bot.settle(draft)).state is State.PUBLISHED


async def test_a_pin_that_is_refused_is_said_and_the_message_stays(bot: Bot, telegram: Telegram) -> None:
    draft = await bot.approved(ONE, options=DraftOptions(pin=True))
    telegram.before = once(1, FORBIDDEN, "pin")
    await bot.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, states(done), done.targets[0].reason) == (State.PUBLISHED, ["sent"], "CHAT_WRITE_FORBIDDEN")
    await bot.drafts.take_back(draft.code, ADMIN, Cause("query:undo"))
    assert states(await bot.settle(draft)) == ["deleted"]
