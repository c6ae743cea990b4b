"""Broadcasts to everyone there is: each reader once, through deaths, waits and refusals; and it always adds up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.broadcast import Broadcast, Reason
from database.cause import Cause
from database.outgoing import Outgoing
from database.users import Profile
from scheduler.broadcast_hand import BACK_OFF, TRIES, Hand
from scheduler.broadcast_notices import mind_broadcasts
from scheduler.broadcasts import BroadcastRunner
from services.access import Permission
from services.broadcasts import Audience, BroadcastOptions, BroadcastState
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal
from services.registry import Services
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER, Channel, make_services

OUT = Outgoing(None, (), "hello")
SECOND = timedelta(seconds=1)
START = Cause("query:start")


class Died(BaseException):
    """The process is gone."""


class Telegram:
    """Sends each random_id once; what it is told to, befalls it."""

    def __init__(self) -> None:
        self.messages: dict[tuple[str, int, str], int] = {}
        self.got: Counter[int] = Counter()
        self.order: list[int] = []
        self.calls = 0
        self.answers = True
        self.pins: Counter[int] = Counter()
        self.texts: dict[int, str | None] = {}
        self.before: Callable[[int], Any] = lambda _: None
        self.after: Callable[[int], Any] = lambda _: None
        self.before_pin: Callable[[int], Any] = lambda _: None

    async def send(self, to: int, out: Outgoing, cause: str, step: str) -> Posted:
        await asyncio.sleep(0)
        self.calls += 1
        if isinstance(refused := self.before(to), Posted):
            return refused
        key = (cause, to, step)
        if key not in self.messages:
            self.messages[key] = len(self.messages) + 1
            self.got[to] += 1
            self.order.append(to)
            self.texts[to] = out.html
        self.after(to)
        return Posted((self.messages[key],))


class Bot:
    """One process."""

    def __init__(self, telegram: Telegram, room: BotDatabase, clock: StillClock, epoch: int = 1) -> None:
        self.telegram, self.clock = telegram, clock
        self.services: Services = make_services(room, clock, Channel())
        self.lease: Any = SimpleNamespace(epoch=epoch)
        self.sending_width = 16
        self.met: list[Sequence[int]] = []
        self.said: list[tuple[int, str, dict[str, Any]]] = []
        self.causes = set[Cause]()
        self.runner = BroadcastRunner(self)

    async def post_broadcast(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        return await self.telegram.send(to, out, cause, step)

    async def post_pin(self, to: int, message_id: int) -> Posted:
        if isinstance(refused := self.telegram.before_pin(to), Posted):
            return refused
        assert self.telegram.messages["broadcast:" + self.code, to, "message"] == message_id
        self.telegram.pins[to] += 1
        return Posted((message_id,))

    async def answers(self) -> bool:
        return self.telegram.answers

    async def meet_readers(self, user_ids: Sequence[int]) -> None:
        self.met.append(user_ids)

    async def told(self, user_id: int, key: str, *, cause: Cause, step: str, **args: Any) -> bool:
        self.said.append((user_id, key, args))
        self.causes.add(cause)
        return True

    async def started(self, out: Outgoing = OUT, by: int = OWNER, name: str = "draft", **how: Any) -> Broadcast:
        broadcasts = self.services.broadcasts
        draft = await broadcasts.draft(out, by, Cause(f"query:{name}"), **how)
        self.code = draft.code
        return await broadcasts.start(draft.code, by, Cause(f"query:{name} start"))

    async def state(self, code: str = "") -> Broadcast:
        return await self.services.broadcasts.get(code or self.code)

    async def run(self) -> Any:
        return await self.runner.look()

    async def dies(self) -> None:
        with pytest.raises(Died):
            await self.runner.look()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


async def people(room: BotDatabase, clock: StillClock, numbers: Sequence[int]) -> None:
    await room.users.bring(numbers, clock.now())
    clock.move(SECOND)


def sums(broadcast: Broadcast) -> tuple[int, int]:
    counts = broadcast.counts
    return counts.finished + counts.later, counts.total


async def test_everyone_who_wrote_before_the_start_gets_it_once(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 2600))
    bot = Bot(telegram, room, clock)
    await bot.started()
    await room.users.bring([5, 3000], clock.now())
    assert await bot.run() is None
    assert telegram.got == Counter(range(100, 2600))
    assert telegram.calls == 2500
    done = await bot.state()
    assert (done.state, done.ended_at, sums(done), done.counts.sent) == (
        BroadcastState.DONE, clock.now(), (2500, 2500), 2500,
    )  # fmt: skip
    assert [len(each) for each in bot.met] == [999, 1000, 501], "a chunk's peers are read together"
    assert await mind_broadcasts(bot) is None


@pytest.mark.parametrize("dies_at", ["before", "after"])
async def test_a_death_at_any_message_costs_nobody_anything(
    room: BotDatabase, clock: StillClock, telegram: Telegram, dies_at: str
) -> None:
    await people(room, clock, range(100, 1400))
    last, deaths = -1, 0

    def strike(_: int) -> None:
        nonlocal last, deaths
        if telegram.calls > last + 150:
            last, deaths = telegram.calls, deaths + 1
            raise Died

    setattr(telegram, dies_at, strike)
    bot = Bot(telegram, room, clock)
    broadcast = await bot.started()
    for epoch in range(2, 100):
        if (await bot.state(broadcast.code)).state is BroadcastState.DONE:
            break
        try:
            await bot.run()
        except Died:
            bot = Bot(telegram, room, clock, epoch)
    assert deaths >= 6
    assert telegram.got == Counter(range(100, 1400))
    assert telegram.calls <= 1300 + deaths * (16 + 32)
    done = await bot.state(broadcast.code)
    assert (done.counts.sent, sums(done)) == (1300, (1300, 1300))


async def test_control_what_is_written_down_before_it_is_sent_is_lost_with_its_process(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 200))

    def strike(_: int) -> None:
        if telegram.calls >= 50:
            raise Died

    telegram.before = strike
    bot = Bot(telegram, room, clock)
    bot.runner = BroadcastRunner(bot, cursor_first=True)
    broadcast = await bot.started()
    await bot.dies()
    telegram.before = lambda _: None
    again = Bot(telegram, room, clock, 2)
    again.runner = BroadcastRunner(again, cursor_first=True)
    await again.run()
    done = await again.state(broadcast.code)
    assert (done.state, done.counts.sent) == (BroadcastState.DONE, 100)
    assert len(telegram.got) < 100


async def test_who_is_gone_is_marked_is_left_out_and_comes_back_by_writing(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 110))
    refusals = {101: Refusal.BLOCKED, 102: Refusal.DEACTIVATED, 103: Refusal.BAD_PEER, 104: Refusal.FORBIDDEN}
    telegram.before = lambda to: Posted(refusal=refusals[to], reason=f"R_{to}") if to in refusals else None
    bot = Bot(telegram, room, clock)
    await bot.services.users.seen(Profile(101))  # remembered in memory
    clock.move(SECOND)
    first = await bot.started()
    await bot.run()
    counts = (await bot.state()).counts
    assert (counts.sent, counts.blocked, counts.deactivated, counts.failed) == (6, 1, 1, 2)
    failures = {who: (why, reason) async for who, why, reason in bot.services.broadcasts.failures(first.code)}
    assert failures == {who: (why, f"R_{who}") for who, why in refusals.items()}
    people_now = await bot.services.users.counts()
    assert (people_now.total, people_now.blocked, people_now.gone) == (10, 1, 2)
    await bot.services.users.seen(Profile(101))
    await bot.services.users.seen(Profile(102))
    telegram.before = lambda _: None
    clock.move(SECOND)
    await bot.started(name="second")
    await bot.run()
    assert (await bot.state()).counts.sent == 9, "all but the one who could not be written to at all"


async def test_a_reader_who_has_to_wait_holds_nobody_up_and_nothing_is_forgotten(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 140))
    telegram.before = lambda to: Posted(refusal=Refusal.PASSING, after=3600.0) if to == 101 else None
    bot = Bot(telegram, room, clock)
    first = await bot.started()
    second = await bot.started(name="second")
    assert await bot.run() == clock.now() + timedelta(hours=1)
    waiting = await bot.state(first.code)
    assert (waiting.state, waiting.counts.sent, waiting.counts.later, sums(waiting)) == (
        BroadcastState.RUNNING, 39, 1, (40, 40),
    )  # fmt: skip
    assert (await bot.state(second.code)).counts.sent == 39, "the second one goes on meanwhile"
    telegram.before = lambda _: None
    clock.move(timedelta(minutes=59))
    bot = Bot(telegram, room, clock, 2)  # and the wait outlives the process
    assert await bot.run() == clock.now() + timedelta(minutes=1)
    clock.move(timedelta(minutes=1))
    assert await bot.run() is None
    for each in (first, second):
        done = await bot.state(each.code)
        assert (done.state, done.counts.sent, done.counts.later) == (BroadcastState.DONE, 40, 0)
    assert set(telegram.got.values()) == {2}


async def test_a_wait_of_the_whole_bot_stops_everything_until_then(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 200))

    def strike(_: int) -> None:
        if telegram.calls >= 40:
            raise TryLater(30, "told to")

    telegram.before = strike
    bot = Bot(telegram, room, clock)
    await bot.started()
    assert await bot.run() == clock.now() + 30 * SECOND
    tried = telegram.calls
    assert tried < 40 + 16
    clock.move(29 * SECOND)
    assert await bot.run() == clock.now() + SECOND
    assert telegram.calls == tried, "nothing is tried before"
    telegram.before = lambda _: None
    clock.move(SECOND)
    assert await bot.run() is None
    assert telegram.got == Counter(range(100, 200))


async def test_a_message_that_nobody_can_be_sent_pauses_it_and_its_starter_is_told(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 200))

    def strike(_: int) -> Posted | None:
        return Posted(refusal=Refusal.CONTENT, reason="SOURCE_GONE") if len(telegram.got) >= 30 else None

    telegram.before = strike
    bot = Bot(telegram, room, clock)
    await bot.started(by=ADMIN)
    await bot.run()
    paused = await bot.state()
    assert (paused.state, paused.reason, paused.detail) == (BroadcastState.PAUSED, Reason.CONTENT, "SOURCE_GONE")
    assert telegram.calls <= 30 + 2 * 16
    assert sums(paused) == (30, 100)
    await mind_broadcasts(bot)
    await mind_broadcasts(bot)
    [(who, key, args)] = bot.said
    assert (who, key, args["sent"], args["detail"]) == (ADMIN, "broadcast-stopped-content", 30, "SOURCE_GONE")
    telegram.before = lambda _: None
    await bot.services.broadcasts.resume(bot.code, OWNER, Cause("query:resume"))
    await bot.run()
    assert (await bot.state()).state is BroadcastState.DONE
    assert telegram.got == Counter(range(100, 200))


async def test_it_pauses_when_its_starter_may_not_write_to_everyone_any_more(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 200))
    bot = Bot(telegram, room, clock)
    access = bot.services.access
    await access.appoint(77, [Permission.BROADCAST], by=OWNER, cause=Cause("query:a"))
    await bot.started(by=77)
    await access.permit(77, Permission.BROADCAST, given=False, by=OWNER, cause=Cause("query:b"))
    await bot.run()
    paused = await bot.state()
    assert (paused.state, paused.reason, telegram.calls) == (BroadcastState.PAUSED, Reason.RIGHT, 0)
    await mind_broadcasts(bot)
    assert [(who, key) for who, key, _ in bot.said] == [(OWNER, "broadcast-stopped-right")]


async def test_what_nobody_understands_is_tried_three_times_and_harms_nobody(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 140))
    tries: Counter[int] = Counter()

    def strike(to: int) -> Posted | None:
        tries[to] += 1
        if to == 101:
            raise ValueError("a poisonous one")
        if to == 102:
            raise NotThrough(5, "for this one alone")
        return Posted(refusal=Refusal.UNKNOWN, reason="ODD") if to == 103 else None

    telegram.before = strike
    bot = Bot(telegram, room, clock)
    broadcast = await bot.started()
    for _ in range(20):
        due = await bot.run()
        if due is None:
            break
        clock.move(max(due - clock.now(), SECOND))
    done = await bot.state()
    assert (done.state, done.counts.sent, done.counts.failed) == (BroadcastState.DONE, 37, 3)
    assert {to: tries[to] for to in (101, 102, 103)} == dict.fromkeys((101, 102, 103), TRIES)
    assert clock.now() - NOW >= BACK_OFF * 4
    failures = {who: reason async for who, _, reason in bot.services.broadcasts.failures(broadcast.code)}
    assert failures == {101: "ValueError", 102: "UNANSWERED", 103: "ODD"}


async def test_an_outage_is_no_readers_fault(room: BotDatabase, clock: StillClock, telegram: Telegram) -> None:
    await people(room, clock, range(100, 140))

    def strike(_: int) -> None:
        raise NotThrough(5, "nobody gets through")

    telegram.before, telegram.answers = strike, False
    bot = Bot(telegram, room, clock)
    await bot.started()
    for _ in range(5):
        assert await bot.run() == clock.now() + 5 * SECOND
        clock.move(5 * SECOND)
    telegram.before = lambda _: None
    assert await bot.run() is None
    assert (await bot.state()).counts.sent == 40


async def test_it_stops_when_it_is_told_and_goes_on_where_it_was(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 400))
    bot = Bot(telegram, room, clock)
    broadcasts = bot.services.broadcasts

    async def at(count: int, what: Callable[..., Any], name: str) -> None:
        running = asyncio.create_task(bot.run())
        while telegram.calls < count:  # noqa: ASYNC110 - it tells nobody how far it is
            await asyncio.sleep(0)
        await what(bot.code, OWNER, Cause(f"query:{name}"))
        await running

    await bot.started()
    await at(50, broadcasts.pause, "pause")
    paused = await bot.state()
    assert paused.state is BroadcastState.PAUSED
    assert 50 <= paused.counts.sent == len(telegram.got) < 300
    await bot.run()
    assert len(telegram.got) == paused.counts.sent
    await broadcasts.resume(bot.code, OWNER, Cause("query:resume"))
    await at(200, broadcasts.cancel, "cancel")
    cancelled = await bot.state()
    assert cancelled.state is BroadcastState.CANCELLED
    assert 200 <= cancelled.counts.sent == len(telegram.got) < 300
    assert max(telegram.got.values()) == 1


async def test_two_are_sent_one_after_the_other(room: BotDatabase, clock: StillClock, telegram: Telegram) -> None:
    await people(room, clock, range(100, 300))
    bot = Bot(telegram, room, clock)
    first = await bot.started(Outgoing(None, (), "first"))
    clock.move(SECOND)
    second = await bot.started(Outgoing(None, (), "second"), name="second")
    assert await bot.services.broadcasts.ahead_of(second) == 1
    assert await bot.services.broadcasts.ahead_of(first) == 0
    await bot.run()
    assert sorted(telegram.order[:200]) == sorted(telegram.order[200:]) == list(range(100, 300))
    assert set(telegram.texts.values()) == {"second"}


async def test_a_message_is_pinned_and_one_that_cannot_be_is_not_lost(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 140))
    waits = {101}

    def strike(to: int) -> Posted | None:
        if to in waits:
            raise TryLater(60, "pins have to wait")
        return Posted(refusal=Refusal.UNKNOWN, reason="ODD") if to == 102 else None

    telegram.before_pin = strike
    bot = Bot(telegram, room, clock)
    await bot.started(options=BroadcastOptions(pin=True))
    assert await bot.run() == clock.now() + 60 * SECOND
    waiting = (await bot.state()).counts
    assert (waiting.sent, waiting.later, telegram.calls) == (40, 0, 40)
    waits.clear()
    clock.move(60 * SECOND)
    assert await bot.run() is None
    assert (await bot.state()).counts.sent == 40
    assert telegram.calls == 40, "it is not sent again"
    assert telegram.pins == Counter(set(range(100, 140)) - {102})


async def test_it_starts_at_its_time_and_those_who_came_until_then_get_it(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 110))
    bot = Bot(telegram, room, clock)
    broadcasts = bot.services.broadcasts
    draft = await broadcasts.draft(OUT, OWNER, Cause("query:d"))
    at = clock.now() + timedelta(hours=3)
    await broadcasts.schedule(draft.code, OWNER, Cause("query:s"), at)
    assert await bot.run() == at
    await room.users.bring([500], clock.now() + SECOND)
    clock.move(timedelta(hours=3))
    assert await bot.run() is None
    assert telegram.got == Counter([*range(100, 110), 500])
    assert (await bot.state(draft.code)).started_at == at


async def test_who_lost_the_lease_writes_nothing_more(room: BotDatabase, clock: StillClock, telegram: Telegram) -> None:
    await people(room, clock, range(100, 200))
    old, new = Bot(telegram, room, clock), Bot(telegram, room, clock, 2)
    broadcast = await old.started()
    held = asyncio.Event()
    release = asyncio.Event()

    async def slow(to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        held.set()
        await release.wait()
        return await telegram.send(to, out, cause, step)

    old.post_broadcast = slow  # type: ignore[method-assign]
    running = asyncio.create_task(old.run())
    await held.wait()
    assert await new.run() is None
    release.set()
    with pytest.raises(TryLater):
        await running
    assert (await new.state(broadcast.code)).counts.sent == 100
    assert telegram.got == Counter(range(100, 200))


async def test_those_who_are_banned_get_nothing_and_an_empty_audience_is_done_at_once(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 105))
    bot = Bot(telegram, room, clock)
    await bot.services.access.ban(101, by=OWNER, cause=Cause("query:ban"))
    assert await bot.services.broadcasts.count(Audience()) == 4
    await bot.started()
    await mind_broadcasts(bot)
    assert (await bot.state()).expected == 4
    await bot.run()
    assert telegram.got == Counter([100, 102, 103, 104])
    await bot.started(name="nobody", audience=Audience(language="uz"))
    await mind_broadcasts(bot)
    await bot.run()
    nobody = await bot.state()
    assert (nobody.state, nobody.expected, nobody.counts.total) == (BroadcastState.DONE, 0, 0)


async def test_it_ends_with_its_process_and_the_next_one_goes_on(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 1100))
    bot = Bot(telegram, room, clock)
    await bot.started()
    bot.runner.start()
    while len(telegram.got) < 200:  # noqa: ASYNC110 - it tells nobody how far it is
        await asyncio.sleep(0)
    await bot.runner.stop(grace=30)
    sent = telegram.calls
    assert sent < 1000
    for _ in range(100):
        await asyncio.sleep(0)
    assert telegram.calls == sent
    again = Bot(telegram, room, clock, 2)
    again.runner.start()
    while len(telegram.got) < 1000:  # noqa: ASYNC110 - it tells nobody how far it is
        await asyncio.sleep(0.01)
    await again.runner.stop(grace=30)
    assert telegram.got == Counter(range(100, 1100))


async def test_what_could_not_be_written_down_is_written_with_the_next(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 400))
    bot = Bot(telegram, room, clock)
    await bot.started()
    flush, failed = room.broadcast_chunks.flush, list[Any]()

    async def breaks(*args: Any, **how: Any) -> bool:
        if len(telegram.got) > 100 and not failed:
            failed.append(how["results"])
            raise AutoReconnect("the database is away")
        return await flush(*args, **how)

    room.broadcast_chunks.flush = breaks  # type: ignore[method-assign]
    with pytest.raises(AutoReconnect):
        await bot.run()
    assert failed[0], "there was something to be lost"
    await bot.run()
    assert (await bot.state()).counts.sent == 300
    [chunk] = [each async for each in room.broadcast_chunks._documents.find({})]
    assert {int(reader): ids for reader, (_, *ids) in chunk["results"].items()} == {
        reader: [number] for (_, reader, _), number in telegram.messages.items()
    }


async def test_a_hand_keeps_what_a_failing_write_had(room: BotDatabase, clock: StillClock, telegram: Telegram) -> None:
    await people(room, clock, range(1, 5))
    bot = Bot(telegram, room, clock)
    work = bot.services.broadcasts.work
    await bot.started()
    [running] = await work.running(1)
    broadcast, chunk = await work.next_chunk(running, ())
    assert chunk
    hand = Hand(work, broadcast, chunk, clock.now())
    readers = [hand.take() for _ in range(4)]
    for reader in readers[:3]:
        hand.note(reader, Posted((reader,)), clock.now())

    async def breaks(*_: Any, **__: Any) -> bool:
        raise AutoReconnect("the database is away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.broadcast_chunks, "flush", breaks)
        with pytest.raises(AutoReconnect):
            await hand.flush(clock.now())
    hand.note(readers[3], Posted((readers[3],)), clock.now())
    assert await hand.flush(clock.now())
    [kept] = [each async for each in room.broadcast_chunks._documents.find({})]
    assert (kept["cursor"], kept["counts"]["sent"], len(kept["results"])) == (4, 4, 4)


@pytest.mark.parametrize("pin", [False, True])
async def test_a_death_during_a_second_try_costs_nobody_anything(
    room: BotDatabase, clock: StillClock, telegram: Telegram, pin: bool
) -> None:
    await people(room, clock, range(1, 4))
    work = Bot(telegram, room, clock).services.broadcasts.work
    await Bot(telegram, room, clock).started()
    wait, minute = Posted(refusal=Refusal.PASSING, after=60.0), timedelta(minutes=1)

    async def hand_of(epoch: int) -> Hand:
        [running] = await work.running(epoch)
        broadcast, chunk = await work.next_chunk(running, ())
        assert chunk
        return Hand(work, broadcast, chunk, clock.now())

    first = await hand_of(1)
    one, two, _ = (first.take() for _ in range(3))
    if pin:
        first.note(one, Posted((7,)), clock.now(), unpinned=60.0)
    else:
        first.note(one, wait, clock.now())
    first.note(two, Posted((8,)), clock.now())
    assert await first.flush(clock.now()), "the third one was under way when the process died"
    clock.move(minute)
    second = await hand_of(2)
    assert [second.take(), second.take()] == [one, 3]
    second.note(3, Posted((9,)), clock.now())
    assert await second.flush(clock.now()), "the first one was under way again"
    third = await hand_of(3)
    assert [third.take(), third.waiting] == [one, 0]
    assert third.sent_before(one) == ((7,) if pin else ())


async def test_a_reason_that_meets_everybody_pauses_it_and_is_told_each_time(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 400))

    def strike(_: int) -> Posted | None:
        return Posted(refusal=Refusal.UNKNOWN, reason="BALANCE_TOO_LOW") if len(telegram.got) >= 100 else None

    telegram.before = strike
    bot = Bot(telegram, room, clock)
    await bot.started()
    for _ in range(2):
        await bot.run()
        paused = await bot.state()
        assert (paused.state, paused.detail, paused.counts.failed) == (BroadcastState.PAUSED, "BALANCE_TOO_LOW", 0)
        await mind_broadcasts(bot)
        await bot.services.broadcasts.resume(bot.code, OWNER, Cause(f"query:{paused.stops}"))
    assert len(bot.causes) == 2, "another cause each time, or Telegram would give the first message back"
    telegram.before = lambda _: None
    for _ in range(3):
        clock.move(timedelta(minutes=2))
        await bot.run()
    assert telegram.got == Counter(range(100, 400))
    assert (await bot.state()).state is BroadcastState.DONE


async def test_what_is_stopped_when_all_have_had_their_turn_is_done(
    room: BotDatabase, clock: StillClock, telegram: Telegram
) -> None:
    await people(room, clock, range(100, 116))
    bot = Bot(telegram, room, clock)
    access = bot.services.access
    await access.appoint(77, [Permission.BROADCAST], by=OWNER, cause=Cause("query:a"))
    await bot.started(by=77)
    post, last, begun = bot.post_broadcast, asyncio.Event(), list[int]()

    async def slow(to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        begun.append(to)
        await last.wait()
        return await post(to, out, cause=cause, step=step)

    bot.post_broadcast = slow  # type: ignore[method-assign]
    running = asyncio.create_task(bot.run())
    while len(begun) < 16:  # noqa: ASYNC110 - it tells nobody how far it is
        await asyncio.sleep(0)
    await access.permit(77, Permission.BROADCAST, given=False, by=OWNER, cause=Cause("query:b"))
    await bot.services.broadcasts.work.running(1)
    assert (await bot.state()).state is BroadcastState.PAUSED
    bot.services.broadcasts.came.set()
    last.set()
    await running
    done = await bot.state()
    assert (done.state, done.counts.sent, done.reason) == (BroadcastState.DONE, 16, None)
