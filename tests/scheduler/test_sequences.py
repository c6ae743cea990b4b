"""Steps go out at their time, once and in order, whatever happens to the runner, to Telegram, or to one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.outgoing import Outgoing
from database.sequences import Condition, Plan, QuietHours, Step, StepButton
from database.task import Claim, Status, Task
from scheduler.sequences import AHEAD, SequenceRunner
from scheduler.streak import IN_A_ROW
from services.access import Role
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal
from services.registry import Services
from services.required import ChatLost
from services.users import Profile
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, STORAGE, Channel, make_services

CLUB = -1001000000077
PLAN = Plan("welcome", (Step("one", 0, html="1"), Step("two", 60, html="2"), Step("three", 60, "two", html="3")))


@dataclass
class Lease:
    epoch: int = 1


@dataclass
class Bot:
    """A bot that writes down what it sends, and Telegram, which sends the same cause once.

    `refuses` is what a reader's steps meet, one after the other; `always` what a step's text meets each time.
    """

    services: Services
    clock: Clock
    lease: Lease = field(default_factory=Lease)
    sending_width: int = 8
    refuses: dict[int, list[Posted | Exception]] = field(default_factory=dict)
    always: dict[str, Posted | Exception] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    told: list[dict[str, object]] = field(default_factory=list)
    sent: dict[Cause, tuple[int, Outgoing]] = field(default_factory=dict)
    answering: bool = True
    calls: int = 0
    at_once: int = 0
    most: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def post_step(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        self.calls += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.go.wait()
        finally:
            self.at_once -= 1
        waiting = self.refuses.get(to)
        met = waiting.pop(0) if waiting else self.always.get(out.html or "")
        if isinstance(met, Exception):
            raise met
        if met:
            return met
        self.sent.setdefault(cause, (to, out))
        return Posted((list(self.sent).index(cause) + 1,))

    async def answers(self) -> bool:
        return self.answering

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        if chat_id in self.lost:
            raise ChatLost("no")
        return user_id in self.members

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        assert not {"key", "step", "cause", "keyboard"} & set(args)  # the bot's own names
        self.told.append({"key": key, **args})
        return True

    async def chat_facts(self, chat_id: int) -> Any:
        raise NotImplementedError

    async def make_link(self, chat_id: int, *, asks: bool) -> str:
        raise NotImplementedError

    async def link_works(self, chat_id: int, link: str, *, asks: bool) -> bool:
        raise NotImplementedError

    def got(self, reader: int = 11) -> list[str | None]:
        """What a reader has, in the order in which it was sent."""
        return [out.html for to, out in self.sent.values() if to == reader]


@pytest.fixture
def bot(room: BotDatabase, clock: StillClock) -> Bot:
    made = Bot(make_services(room, clock, Channel(), source_chat=STORAGE, timezone="Europe/Berlin"), clock)
    made.go.set()
    return made


def moving(bot: Bot) -> StillClock:
    assert isinstance(bot.clock, StillClock)
    return bot.clock


async def begin(bot: Bot, plan: Plan = PLAN, readers: Sequence[int] = (11,)) -> None:
    await bot.services.sequences.save(plan, OWNER, Cause(f"save {plan}"))
    for reader in readers:
        await bot.services.sequences.joined(await bot.services.users.seen(Profile(reader, first_name=f"R{reader}")))


@asynccontextmanager
async def running(bot: Bot, *, by_itself: bool = False) -> AsyncIterator[SequenceRunner]:
    """A runner that looks when it is told to, or by itself."""
    runner = SequenceRunner(bot)
    if by_itself:
        runner.start()
    try:
        yield runner
    finally:
        await runner.stop(grace=5)


async def test_whoever_sends_looks_again_when_a_step_has_ended_that_another_waits_for(bot: Bot) -> None:
    came = bot.services.step_work.came
    await begin(bot, Plan("two", (Step("one", 0, html="1"), Step("two", 0, "one", html="2"))))
    async with running(bot) as runner:
        for text, follows in (("1", True), ("2", False)):
            came.clear()
            await runner.look()
            await asyncio.gather(*runner._tasks)
            assert bot.got()[-1] == text
            assert came.is_set() is follows


async def pass_time(bot: Bot, runner: SequenceRunner, seconds: float) -> None:
    """Let time pass, and everything be done that is due by then."""
    moving(bot).move(timedelta(seconds=seconds))
    async with asyncio.timeout(60):
        while True:
            runner._pause_until = 0.0
            due = await runner.look()
            if not runner._tasks and (due is None or due > bot.clock.now()):
                return
            if runner._tasks:
                await asyncio.wait(runner._tasks, return_when=asyncio.FIRST_COMPLETED)


async def die_while_sending(bot: Bot) -> None:
    """Let a runner end in the middle of its one send, and another process have the lease."""
    bot.go.clear()
    dead = SequenceRunner(bot)
    await dead.look()
    await until(lambda: bot.at_once == 1)
    await dead.stop(grace=5)
    bot.go.set()
    bot.lease.epoch += 1


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not seen():  # noqa: ASYNC110 - the runner tells nobody
            await asyncio.sleep(0.005)


async def states(room: BotDatabase, reader: int = 11) -> list[tuple[str, Status, str | None]]:
    order = {"one": 1, "two": 2, "three": 3}
    tasks = sorted(await room.tasks.of(reader), key=lambda task: order[task.step])
    return [(task.step, task.status, task.reason) for task in tasks]


async def statuses(room: BotDatabase, reader: int = 11) -> list[str]:
    return [status.value for _, status, _ in await states(room, reader)]


async def test_each_step_goes_at_its_time_and_once(bot: Bot, room: BotDatabase) -> None:
    await begin(bot)
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        assert bot.got() == ["1"]
        await pass_time(bot, runner, 59.9)
        assert bot.got() == ["1"]
        await pass_time(bot, runner, 10.1)  # ten seconds late
        assert bot.got() == ["1", "2"]
        await pass_time(bot, runner, 59.9)  # counted from when the second was sent
        assert bot.got() == ["1", "2"]
        await pass_time(bot, runner, 0.1)
        assert bot.got() == ["1", "2", "3"]
    assert bot.calls == 3
    assert await statuses(room) == ["sent"] * 3


async def test_many_are_sent_side_by_side_within_the_width_and_each_reader_in_order(
    bot: Bot, room: BotDatabase
) -> None:
    readers, in_hand = range(100, 140), bot.sending_width * (1 + AHEAD)
    await begin(bot, readers=readers)
    moving(bot).move(timedelta(hours=1))
    bot.go.clear()
    async with running(bot, by_itself=True) as runner:
        await until(lambda: bot.at_once == in_hand)
        bot.go.set()
        await until(lambda: len(bot.sent) == 2 * len(readers) and not runner._tasks)  # and that is written down
    async with running(bot) as runner:
        await pass_time(bot, runner, 60)
    assert bot.most == in_hand
    assert all(bot.got(reader) == ["1", "2", "3"] for reader in readers)
    assert bot.calls == 3 * len(readers)


async def test_what_was_in_hand_at_a_crash_is_sent_once(bot: Bot, room: BotDatabase) -> None:
    """The message is out, and nobody wrote that down: the next start asks again, and Telegram knows it."""
    await begin(bot)
    await die_while_sending(bot)
    cause = (await room.tasks.of(11))[0].cause
    await bot.post_step(11, Outgoing(None, (), "1"), cause=cause, step="step")
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
    assert bot.got() == ["1"]
    assert await statuses(room) == ["sent", "pending", "pending"]


async def test_written_before_it_is_sent_a_crash_loses_a_step(bot: Bot, room: BotDatabase) -> None:
    """The control: with the outcome written first, the same crash leaves the reader without the step."""
    await begin(bot)
    room.tasks.end_at_claim()
    await die_while_sending(bot)
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
    assert bot.got() == []
    assert (await statuses(room))[0] == "sent"


async def test_a_step_says_what_it_says_now(bot: Bot, room: BotDatabase) -> None:
    await begin(bot)
    changed = replace(PLAN, steps=(PLAN.steps[0], Step("three", 5, html="three, {first}")))
    await bot.services.sequences.save(changed, OWNER, Cause("change"))
    async with running(bot) as runner:
        await pass_time(bot, runner, 200)
        await pass_time(bot, runner, 200)
    assert bot.got() == ["1", "three, R11"]
    assert await states(room) == [
        ("one", Status.SENT, None), ("two", Status.SKIPPED, "removed"), ("three", Status.SENT, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "condition, goes",
    [
        (Condition(clicked="a"), True),
        (Condition(clicked="b"), False),
        (Condition(not_clicked="a"), False),
        (Condition(not_clicked="b"), True),
        (Condition(languages=("ru", "uz")), True),
        (Condition(languages=("en",)), False),
        (Condition(premium=True), True),
        (Condition(premium=False), False),
        (Condition(joined=CLUB), True),
        (Condition(not_joined=CLUB), False),
        (Condition(joined=STORAGE), False),  # the bot cannot see who is there: nobody is
        (Condition(not_joined=STORAGE), True),
        (Condition(clicked="a", joined=CLUB, languages=("ru",)), True),
        (Condition(clicked="a", joined=STORAGE), False),
    ],
)
async def test_a_condition_is_judged_when_the_step_is_due(
    bot: Bot, room: BotDatabase, condition: Condition, goes: bool
) -> None:
    await begin(bot, Plan("welcome", (Step("one", 60, html="1", condition=condition), Step("two", 60, html="2"))))
    await bot.services.clicks.record(11, "a", Cause("query:1"))
    await bot.services.users.choose_language(11, "ru")
    await bot.services.premium.give(11, timedelta(days=1), by=OWNER, cause=Cause("p"))
    bot.members, bot.lost = {11}, {STORAGE}
    async with running(bot) as runner:
        await pass_time(bot, runner, 60)
    assert bot.got() == (["1", "2"] if goes else ["2"])
    assert await statuses(room) == ["sent" if goes else "skipped", "sent"]


async def test_quiet_hours_are_the_readers_own_and_make_nothing_early(bot: Bot, room: BotDatabase) -> None:
    """It is 13:00 in Berlin and 17:00 in Tashkent; quiet is from 12:30 to 14:00."""
    await begin(bot, replace(PLAN, quiet=QuietHours(12 * 60 + 30, 14 * 60)), [11, 12])
    await bot.services.users.choose_timezone(12, "Asia/Tashkent")
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        assert (bot.got(11), bot.got(12)) == ([], ["1"])
        await pass_time(bot, runner, 3599)
        assert (bot.got(11), bot.got(12)) == ([], ["1", "2"])
        await pass_time(bot, runner, 1)
        assert bot.got(11) == ["1", "2"]
        [one] = [task for task in await room.tasks.of(11) if task.step == "one"]
        assert one.send_at == bot.clock.now()


@pytest.mark.parametrize(
    "refusal, marked", [(Refusal.BLOCKED, True), (Refusal.DEACTIVATED, True), (Refusal.BAD_PEER, True)]
)
async def test_who_cannot_be_reached_is_marked_and_gets_nothing_more(
    bot: Bot, room: BotDatabase, refusal: Refusal, marked: bool
) -> None:
    await begin(bot, readers=[11, 12])
    bot.refuses = {11: [Posted(refusal=refusal, reason="X")]}
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        await pass_time(bot, runner, 60)
    assert [(status, reason) for _, status, reason in await states(room)] == [(Status.CANCELLED, refusal.value)] * 3
    user = await bot.services.users.get(11)
    assert user
    assert (user.blocked_at is not None) is marked
    assert bot.got(12) == ["1", "2"]


async def test_a_poisonous_step_fails_after_three_attempts_and_harms_nobody(bot: Bot, room: BotDatabase) -> None:
    await begin(bot, readers=[11, 12])
    bot.refuses = {11: [RuntimeError("poison"), Posted(refusal=Refusal.UNKNOWN, reason="ODD"), RuntimeError("poison")]}
    async with running(bot) as runner:
        for seconds in (0, 5, 600):
            assert bot.got(11) == []
            await pass_time(bot, runner, seconds)
    assert (await states(room))[:2] == [("one", Status.FAILED, "RuntimeError"), ("two", Status.SENT, None)]
    assert bot.got(11) == ["2"]
    assert bot.got(12) == ["1", "2"]


async def test_what_can_be_sent_to_nobody_fails_and_the_owner_hears_of_it_once(bot: Bot, room: BotDatabase) -> None:
    gone = Step("one", 0, messages=(5,))
    await begin(bot, replace(PLAN, steps=(gone, *PLAN.steps[1:])), [11, 12, 13])
    bot.always = {"": Posted(refusal=Refusal.CONTENT, reason="SOURCE_GONE")}
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        await pass_time(bot, runner, 60)
    assert (await states(room))[:2] == [("one", Status.FAILED, "SOURCE_GONE"), ("two", Status.SENT, None)]
    assert bot.told == [
        {"key": "sequence-step-broken", "name": "welcome", "which": "one", "reason": "SOURCE_GONE"},
    ]  # fmt: skip
    assert bot.calls == 6


async def test_a_post_without_a_source_channel_fails(bot: Bot, room: BotDatabase) -> None:
    await bot.services.settings.put("source_chat", None, by=OWNER, cause=Cause("none"))
    await begin(bot, Plan("welcome", (Step("one", 0, messages=(5,)),)))
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
    assert await states(room) == [("one", Status.FAILED, "no source channel")]
    assert bot.told


async def test_a_wait_for_one_reader_holds_nobody_and_is_no_failure(bot: Bot, room: BotDatabase) -> None:
    await begin(bot, readers=[11, 12])
    bot.refuses = {11: [Posted(refusal=Refusal.PASSING, reason="FLOOD_WAIT", after=3600)] * 5}
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        await pass_time(bot, runner, 60)
        assert (bot.got(11), bot.got(12)) == ([], ["1", "2"])
        for _ in range(5):
            await pass_time(bot, runner, 3600)
    assert bot.got(11) == ["1", "2"]


async def test_while_everybody_has_to_wait_few_are_tried_and_nobody_fails(bot: Bot, room: BotDatabase) -> None:
    readers = range(100, 200)
    await begin(bot, readers=readers)
    bot.always = {"1": TryLater(30, "a flood wait")}
    async with running(bot) as runner:
        await runner.look()
        await asyncio.wait(runner._tasks)
        assert await runner.look()  # it waits for a while, and takes nothing
        assert bot.calls == bot.sending_width * (1 + AHEAD)
        bot.always = {}
        await pass_time(bot, runner, 30)
    assert all(bot.got(reader) == ["1"] for reader in readers)


async def test_what_does_not_get_through_fails_only_where_telegram_answers(bot: Bot, room: BotDatabase) -> None:
    await begin(bot)
    bot.always = {"1": NotThrough(5, "server error")}
    bot.answering = False
    async with running(bot) as runner:
        for _ in range(10):
            await pass_time(bot, runner, 5)
    assert [task.retries for task in await room.tasks.of(11)] == [0, 0, 0]
    bot.answering = True
    async with running(bot) as runner:
        for seconds in (5, 60, 600):
            assert (await statuses(room))[0] == "pending"
            await pass_time(bot, runner, seconds)
    assert (await states(room))[0] == ("one", Status.FAILED, "server error")
    assert bot.got() == ["2"]


async def test_a_method_that_is_closed_holds_up_nobody_who_needs_another(bot: Bot, room: BotDatabase) -> None:
    await begin(bot, replace(PLAN, steps=PLAN.steps[:1]), range(100, 140))
    bot.refuses = {reader: [TryLater(3600, "a wait of one method")] for reader in range(100, 140, 2)}
    async with running(bot) as runner:
        async with asyncio.timeout(60):
            while sum(len(bot.got(reader)) for reader in range(101, 140, 2)) < 20:
                await runner.look()
                await asyncio.sleep(0.005)
                if not runner._tasks:
                    runner._pause_until = 0.0


async def test_where_a_reader_is_that_cannot_be_told_holds_up_nobody_else(bot: Bot, room: BotDatabase) -> None:
    step = replace(PLAN.steps[0], condition=Condition(joined=CLUB))
    await begin(bot, replace(PLAN, steps=(step,)), [11])

    async def waits(chat_id: int, user_id: int) -> bool:
        raise TryLater(60, "a wait")

    bot.is_member = waits  # type: ignore[method-assign]
    async with running(bot) as runner:
        await runner.look()
        await asyncio.wait(runner._tasks)
        assert not runner._pause_until
    assert await statuses(room) == ["pending"]


async def test_steps_that_are_all_refused_for_a_reason_nobody_knows_wait_and_the_owner_hears_of_it(
    bot: Bot, room: BotDatabase
) -> None:
    readers = range(100, 160)
    await begin(bot, replace(PLAN, steps=PLAN.steps[:1]), readers)
    bot.always = {"1": Posted(refusal=Refusal.UNKNOWN, reason="BALANCE_TOO_LOW")}
    async with running(bot) as runner:
        for _ in range(4):
            await pass_time(bot, runner, 600)
        failed = [reader for reader in readers if await statuses(room, reader) == ["failed"]]
        assert len(failed) < IN_A_ROW
        assert len(bot.told) == 1
        bot.always = {}
        await pass_time(bot, runner, 600)
    assert all(bot.got(reader) == ["1"] for reader in readers if reader not in failed)


async def test_what_is_paused_and_goes_on_while_a_step_is_put_aside_is_sent(bot: Bot, room: BotDatabase) -> None:
    await begin(bot)
    await bot.services.sequences.pause("welcome", OWNER, Cause("pause"))
    hold = bot.services.step_work._tasks.hold

    async def late(task: Task, claim: Claim) -> None:
        await bot.services.sequences.resume("welcome", OWNER, Cause("resume"))
        await bot.services.step_work.let_go()
        await hold(task, claim)

    bot.services.step_work._tasks.hold = late  # type: ignore[method-assign]
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        await pass_time(bot, runner, 0)
    assert bot.got() == ["1"]


async def test_a_paused_sequence_waits_and_goes_on(bot: Bot, room: BotDatabase) -> None:
    await begin(bot, readers=[11, 12])
    await bot.services.sequences.pause("welcome", OWNER, Cause("pause"))
    async with running(bot) as runner:
        await pass_time(bot, runner, 500)
        assert bot.sent == {}
        await bot.services.sequences.resume("welcome", OWNER, Cause("resume"))
        await pass_time(bot, runner, 0)
        assert bot.got(11) == bot.got(12) == ["1", "2"]


async def test_what_is_deleted_or_banned_ends(bot: Bot, room: BotDatabase) -> None:
    await begin(bot, readers=[11, 12])
    await bot.services.access.ban(12, by=OWNER, cause=Cause("ban"))
    assert bot.services.access.role(12) is Role.BANNED
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
        await bot.services.sequences.delete("welcome", OWNER, Cause("delete"))
        await pass_time(bot, runner, 60)
    assert [reason for *_, reason in await states(room)] == [None, "deleted", "deleted"]
    assert [reason for *_, reason in await states(room, 12)] == ["banned"] * 3


async def test_a_test_is_fast_and_goes_also_while_the_sequence_is_paused(bot: Bot, room: BotDatabase) -> None:
    quiet = replace(PLAN, quiet=QuietHours(0, 23 * 60))
    await bot.services.sequences.save(quiet, OWNER, Cause("save"))
    await bot.services.sequences.pause("welcome", OWNER, Cause("pause"))
    await bot.services.sequences.test("welcome", OWNER, Cause("test"))
    async with running(bot) as runner:
        for _ in range(3):
            await pass_time(bot, runner, 1)
    assert bot.got(OWNER) == ["1", "2", "3"]
    assert all(step.due == 0 for step in await bot.services.sequences.funnel("welcome"))


async def test_buttons_and_posts_of_the_source_channel_go_along(bot: Bot) -> None:
    rows = ((StepButton("I joined", click="joined", answer="!"), StepButton("Page", url="https://x.org")),)
    await begin(bot, Plan("welcome", (Step("one", 0, messages=(5,), html="{first}", buttons=rows),)))
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
    [(_, out)] = bot.sent.values()
    assert (out.chat, out.message_ids, out.html) == (STORAGE, (5,), "R11")
    assert [[(each.text, each.click, each.url) for each in row] for row in out.buttons] == [
        [("I joined", "joined", None), ("Page", None, "https://x.org")]
    ]


async def test_an_outage_of_the_database_doubles_and_loses_nothing(
    bot: Bot, room: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.sequences.AFTER_FAILURE", 0.01)
    await begin(bot)
    end, left = room.tasks.end, 3

    async def breaking(*args: Any) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise AutoReconnect("away")
        await end(*args)

    monkeypatch.setattr(room.tasks, "end", breaking)
    async with running(bot) as runner:
        await pass_time(bot, runner, 0)
    assert bot.got() == ["1"]
    assert (await statuses(room))[0] == "sent"
