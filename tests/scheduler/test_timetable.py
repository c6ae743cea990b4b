"""Jobs with time moved: each due run once, what was missed made up once, whatever fails, hangs or dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.job_runs import JobRun
from scheduler import due
from scheduler import timetable as module
from scheduler.jobs import Job
from scheduler.timetable import LATER, Ring, Timetable
from services.errors import TryLater, UserError
from services.jobs import CLEANUP, DEATHS, IN_A_ROW, Alarm, JobPlan, JobReport, JobState, RunState
from services.registry import ServiceOptions, build_services
from services.schedules import Daily, Every
from tests.database.mongo import StillClock, bot_of, raw
from tests.e2e.evidence import until
from tests.services.channel import OWNER, Channel, message

EVENING = datetime(2026, 3, 1, 23, 59, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Work:
    """A job's function: does what it is told to, and notes when."""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.at: list[datetime] = []
        self.ends: list[Exception | JobReport] = []
        self.hangs: asyncio.Event | None = None
        self.stubborn = False
        self.under_way = 0
        self.most = 0

    async def __call__(self, bot: Any) -> JobReport:
        self.at.append(self.clock.now())
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self._hang()
        finally:
            self.under_way -= 1
        end = self.ends.pop(0) if self.ends else JobReport(deleted=1)
        if isinstance(end, Exception):
            raise end
        return end

    async def _hang(self) -> None:
        hangs = self.hangs
        while hangs and not hangs.is_set():
            try:
                await hangs.wait()
            except asyncio.CancelledError:
                if not self.stubborn:
                    raise


class Meter:
    def __init__(self) -> None:
        self.well: dict[str, datetime | None] = {}
        self.late: list[float] = []
        self.failures = 0

    def job_known(self, name: str, well_at: datetime | None) -> None:
        self.well[name] = well_at

    def job_began(self, name: str, late: float) -> None:
        self.late.append(late)

    def job_failed(self, name: str) -> None:
        self.failures += 1


class House:
    """One bot's timetable, whose processes come and go, on a clock that is moved by hand."""

    def __init__(self, room: BotDatabase, schedule: Every | Daily, **plan: Any) -> None:
        self.room = room
        self.clock = StillClock(EVENING)
        self.work = Work(self.clock)
        self.meter = Meter()
        self.jobs: tuple[Job, ...] = (Job(JobPlan("sweep", schedule, **plan), self.work),)
        self.told: list[tuple[Alarm, str | None]] = []
        self.refuses: Exception | None = None
        self.epoch = 0
        self.start()

    def start(self) -> None:
        """A new process takes the lease; nothing of the one before is asked."""
        self.epoch += 1
        options = ServiceOptions(OWNER, jobs=tuple(job.plan for job in self.jobs))
        self.services = build_services(self.room, self.clock, Channel(), options)
        self.table = self.table_of(self.epoch)

    def table_of(self, epoch: int) -> Timetable:
        bot: Any = type("Bot", (), {})()
        bot.services, bot.clock, bot.lease = self.services, self.clock, type("Lease", (), {"epoch": epoch})
        return Timetable(bot, self.jobs, self.tell, self.meter)

    async def tell(self, state: JobState) -> None:
        if self.refuses:
            raise self.refuses
        self.told.append((state.run.alarm, state.run.alarm_run))

    async def look(self, *, end: bool = True) -> None:
        """Look, let what was begun end, and look again as long as there is something to see."""
        came = self.services.jobs.came
        while True:
            came.clear()
            await self.table.look()
            for _ in range(5):  # what was begun begins
                await asyncio.sleep(0)
            if end and self.table._tasks:
                await asyncio.wait(list(self.table._tasks.values()))
            elif not end or not came.is_set():
                return

    async def at(self, moment: datetime) -> None:
        self.clock.move(moment - self.clock.now())
        await self.look()

    async def later(self, by: timedelta) -> None:
        await self.at(self.clock.now() + by)

    async def run(self) -> JobRun:
        return (await self.services.jobs.state("sweep")).run

    @property
    def runs(self) -> Any:
        return self.room.job_runs._documents


@pytest.fixture
async def make(database: Database) -> AsyncIterator[Callable[..., House]]:
    houses: list[House] = []

    def one(schedule: Every | Daily | None = None, **plan: Any) -> House:
        houses.append(House(bot_of(database, 7000000001 + len(houses)), schedule or Every(MINUTE), **plan))
        return houses[-1]

    yield one
    for house in houses:
        for task in house.table._tasks.values():
            task.cancel()


async def test_the_first_start_makes_nothing_up(make: Callable[..., House]) -> None:
    house = make(Daily((0, 12)))
    await house.look()
    assert house.work.at == []
    assert (await house.run()).due_at == datetime(2026, 3, 2, tzinfo=UTC)


async def test_before_the_first_look_the_jobs_are_there_to_be_seen_asked_for_and_paused(
    make: Callable[..., House],
) -> None:
    house, other = make(cleanup=True), make(cleanup=True)
    assert [each.run.due_at for each in await house.services.jobs.states()] == [EVENING + timedelta(seconds=30)]
    assert await other.services.jobs.order(CLEANUP)
    await other.services.jobs.pause("sweep")
    for each in (house, other):
        await each.look()
    assert (len(house.work.at), len(other.work.at)) == (0, 1)


async def test_before_midnight_it_does_not_run_and_after_it_once(make: Callable[..., House]) -> None:
    house = make(Daily((0, 12)))
    await house.look()
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    await house.at(midnight - timedelta(milliseconds=1))
    assert house.work.at == []
    for _ in range(5):
        await house.at(midnight)
    await house.at(midnight + 11 * HOUR)
    assert house.work.at == [midnight]
    await house.at(midnight + 12 * HOUR)
    assert house.work.at == [midnight, midnight + 12 * HOUR]


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/Santiago", "2026-09-06"),  # there is no midnight on that day
        ("America/Havana", "2026-11-01"),  # midnight comes twice
    ],
)
async def test_across_a_change_of_clocks_each_hour_comes_once(
    make: Callable[..., House], zone: str, change: str
) -> None:
    house = make(Daily((0, 12)))
    await house.services.settings.put("timezone", zone, by=OWNER, cause=message(1))
    await house.at(datetime.fromisoformat(f"{change}T00:00").replace(tzinfo=UTC) - timedelta(hours=36))
    for _ in range(4 * 24):
        await house.later(HOUR)
    assert len(house.work.at) == 8
    assert house.meter.late == [0.0] * 8


async def test_another_time_zone_moves_what_waits(make: Callable[..., House]) -> None:
    house = make(Daily((0,)))
    await house.look()
    await house.services.settings.put("timezone", "Asia/Tashkent", by=OWNER, cause=message(1))
    await house.look()
    assert (await house.run()).due_at == datetime(2026, 3, 2, 19, tzinfo=UTC)


@pytest.mark.parametrize("away", [timedelta(minutes=2), timedelta(days=9)])
async def test_what_was_missed_while_no_process_ran_is_made_up_once(
    make: Callable[..., House], away: timedelta
) -> None:
    house = make(Daily((0, 12)))
    await house.look()
    house.clock.move(away)
    house.start()
    for _ in range(3):
        await house.look()
    assert house.work.at == [EVENING + away]
    house.start()
    await house.look()
    assert len(house.work.at) == 1
    assert house.meter.late == [pytest.approx((away - timedelta(seconds=30)).total_seconds())]


async def test_a_run_that_fails_is_recorded_and_stops_no_other(make: Callable[..., House]) -> None:
    house = make()
    house.work.ends = [ValueError("no broom" * 100)]
    await house.look()
    await house.later(MINUTE)
    run = await house.run()
    assert run.last
    assert (run.last.state, run.failures) == (RunState.FAILED, 1)
    assert run.last.error
    assert run.last.error.startswith("ValueError: no broom")
    assert len(run.last.error) == module.ERROR_SHOWN
    await house.later(MINUTE)
    run = await house.run()
    assert run.last
    assert (run.last.state, run.last.report, run.failures) == (RunState.DONE, JobReport(deleted=1), 0)
    assert house.meter.failures == 1
    await house.look()
    assert house.meter.well == {"sweep": run.well_at}


async def test_the_owner_is_told_once_after_three_failures_and_once_when_it_is_well(
    make: Callable[..., House],
) -> None:
    house = make()
    house.work.ends = [ValueError("no broom")] * (IN_A_ROW + 4)
    await house.look()
    for _ in range(IN_A_ROW - 1):
        await house.later(MINUTE)
    assert house.told == []
    house.refuses = TryLater(30, "told to wait")
    await house.later(MINUTE)
    house.refuses = None
    house.start()  # what was not said is said by the next process
    for _ in range(4):
        await house.later(MINUTE)
        house.start()
    assert [alarm for alarm, _ in house.told] == [Alarm.FAILING]
    for _ in range(4):
        await house.later(MINUTE)
        house.start()
    assert [alarm for alarm, _ in house.told] == [Alarm.FAILING, Alarm.RECOVERED]
    assert len({run for _, run in house.told}) == 1, "both are of the failure that began it"


async def test_what_was_over_before_it_was_told_is_not_told(make: Callable[..., House]) -> None:
    house = make()
    house.work.ends = [ValueError("no broom")] * IN_A_ROW
    house.refuses = TryLater(30, "told to wait")
    await house.look()
    for _ in range(IN_A_ROW + 1):
        await house.later(MINUTE)
    house.refuses = None
    await house.later(MINUTE)
    assert house.told == []


async def test_a_wait_is_no_failure_and_no_success(make: Callable[..., House]) -> None:
    house = make()
    house.work.ends = [ValueError("no broom"), TryLater(30, "told to wait")]
    await house.look()
    await house.later(MINUTE)
    await house.later(MINUTE)
    run = await house.run()
    assert run.last
    assert (run.last.state, run.failures, run.well_at) == (RunState.PUT_OFF, 1, None)


async def test_a_run_that_hangs_is_ended_after_its_time_and_recorded(make: Callable[..., House]) -> None:
    house = make(timeout=timedelta(seconds=0.05))
    house.work.hangs = asyncio.Event()
    await house.look()
    await house.later(MINUTE)
    run = await house.run()
    assert run.last
    assert (run.last.state, run.last.error) == (RunState.FAILED, "it took longer than 0.05 s")
    assert house.work.under_way == 0
    house.work.hangs.set()
    await house.later(MINUTE)
    assert (await house.run()).failures == 0


async def test_a_run_never_overlaps_itself(make: Callable[..., House]) -> None:
    house = make()
    house.work.hangs = asyncio.Event()
    await house.look()
    house.clock.move(MINUTE)
    await house.look(end=False)
    for _ in range(5):
        house.clock.move(MINUTE)
        await house.look(end=False)
    assert len(house.work.at) == 1
    house.work.hangs.set()
    await house.look()
    assert len(house.work.at) == 1, "the due times that passed meanwhile are not made up"
    await house.later(MINUTE)
    assert (len(house.work.at), house.work.most) == (2, 1)


async def test_a_run_that_does_not_let_go_keeps_others_from_beginning_and_is_seen(
    make: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LETS_GO", 0.05)
    house = make(timeout=timedelta(seconds=0.05))
    house.work.hangs, house.work.stubborn = asyncio.Event(), True
    await house.look()
    for _ in range(IN_A_ROW):
        await house.later(MINUTE)
    assert (len(house.work.at), house.work.under_way) == (1, 1)
    assert [alarm for alarm, _ in house.told] == [Alarm.FAILING]
    house.work.hangs.set()
    await asyncio.wait(list(house.table._stuck.values()))
    await house.later(MINUTE)
    assert (len(house.work.at), house.work.most) == (2, 1)


@pytest.mark.parametrize("ignored", [False, True], ids=["", "control"])
async def test_a_process_that_lost_the_lease_in_a_run_writes_nothing(make: Callable[..., House], ignored: bool) -> None:
    house = make()
    if ignored:
        house.room.job_runs.ignore_epochs()
    first, second = asyncio.Event(), asyncio.Event()
    house.work.hangs = first
    await house.look()
    house.clock.move(MINUTE)
    await house.look(end=False)
    old = house.table
    house.start()
    house.work.hangs = second
    await house.look(end=False)
    assert len(house.work.at) == 2, "the new process takes the run up"
    house.work.ends = [JobReport(deleted=7), JobReport(deleted=8)]
    first.set()
    await asyncio.wait(list(old._tasks.values()))
    await old.look()
    house.work.hangs = None
    second.set()
    await house.look()
    ended = [each["report"]["deleted"] async for each in house.runs.find({"ended_at": {"$exists": True}})]
    assert ended == ([7] if ignored else [8])
    await house.later(MINUTE)
    assert len(house.work.at) == 3


async def test_a_process_that_lost_the_lease_takes_nothing_that_is_written_down_this_instant(
    make: Callable[..., House],
) -> None:
    """Between the end of a run and the next one a job has none; whoever looks then writes it down."""
    house = make()
    house.jobs = (*house.jobs, Job(JobPlan("dust", Every(HOUR)), house.work))
    house.start()
    await house.look()
    old = house.table
    house.start()
    await house.look()
    await house.runs.delete_one({"job": "sweep"})
    house.clock.move(MINUTE)
    await old.look()
    assert {each["job"]: each["epoch"] async for each in house.runs.find()} == {"sweep": 0, "dust": 3}
    await house.look()
    await house.later(MINUTE)
    assert {each.run.epoch for each in await house.services.jobs.states()} == {3}
    assert len(house.work.at) == 2, "each once"


async def test_a_run_that_ends_its_process_again_and_again_is_given_up(make: Callable[..., House]) -> None:
    house = make()
    house.work.hangs = asyncio.Event()
    await house.look()
    house.clock.move(MINUTE)
    for _ in range(DEATHS):
        await house.look(end=False)
        for task in house.table._tasks.values():
            task.cancel()
        house.start()
    await house.look()
    run = await house.run()
    assert run.last
    assert (run.last.state, run.deaths, len(house.work.at)) == (RunState.FAILED, 0, DEATHS)


async def test_a_database_that_is_away_in_a_run_is_waited_for(make: Callable[..., House]) -> None:
    house = make()
    house.work.ends = [AutoReconnect("gone")]
    await house.look()
    await house.later(MINUTE)
    run = await house.run()
    assert run.last
    assert (run.last.state, len(house.work.at)) == (RunState.DONE, 2)


@pytest.mark.parametrize("lost", ["the end", "the next run"])
async def test_a_crash_between_two_writes_loses_no_run(
    make: Callable[..., House], lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = make()
    await house.look()
    with monkeypatch.context() as patch:

        async def dies(*_: Any) -> None:
            raise AutoReconnect("gone")

        patch.setattr(house.room.job_runs, "finish" if lost == "the end" else "add", dies)
        house.clock.move(MINUTE)
        await house.table.look()
        await asyncio.wait(list(house.table._tasks.values()))
    house.start()
    await house.look()
    assert len(house.work.at) == (2 if lost == "the end" else 1)
    run = await house.run()
    assert run.due_at == EVENING + timedelta(seconds=90)
    assert run.well_at == house.clock.now()


async def test_a_paused_job_does_not_run_until_it_is_resumed_and_makes_nothing_up(make: Callable[..., House]) -> None:
    house = make()
    await house.look()
    await house.services.jobs.pause("sweep")
    for _ in range(3):
        await house.later(MINUTE)
        house.start()
    assert house.work.at == []
    assert await house.services.jobs.order("sweep")
    await house.look()
    assert len(house.work.at) == 1, "what is asked for runs"
    await house.later(MINUTE)
    assert len(house.work.at) == 1
    await house.services.jobs.resume("sweep")
    await house.look()
    assert len(house.work.at) == 1
    await house.later(MINUTE)
    assert len(house.work.at) == 2


async def test_what_is_paused_in_a_run_is_paused_after_it(make: Callable[..., House]) -> None:
    house = make()
    house.work.hangs = asyncio.Event()
    await house.look()
    house.clock.move(MINUTE)
    await house.look(end=False)
    await house.services.jobs.pause("sweep")
    house.work.hangs.set()
    await house.look()
    await house.later(MINUTE)
    assert (len(house.work.at), (await house.run()).paused) == (1, True)


async def test_an_order_runs_at_once_and_says_how_it_ended(make: Callable[..., House]) -> None:
    house = make(Daily((0,)), cleanup=True)
    await house.look()
    order = await house.services.jobs.order(CLEANUP)
    assert order
    assert house.services.jobs.came.is_set()
    assert await house.services.jobs.order(CLEANUP) is None
    assert await house.services.jobs.order("sweep") is None
    [run] = await house.services.jobs.ordered(order)
    assert run.state is RunState.WAITING
    await house.look()
    [run] = await house.services.jobs.ordered(order)
    assert (run.state, run.report.deleted) == (RunState.DONE, 1)
    assert (await house.run()).due_at == datetime(2026, 3, 2, tzinfo=UTC), "and the next one comes as it would have"
    with pytest.raises(UserError):
        await house.services.jobs.order("nonsense")
    assert await house.services.jobs.ordered("nonsense") == []


async def test_a_cycle_takes_only_what_cleans_up(make: Callable[..., House]) -> None:
    house = make(Daily((0,)))
    await house.look()
    assert await house.services.jobs.order(CLEANUP) is None


async def test_a_job_comes_as_often_as_its_setting_says_and_rings_then(make: Callable[..., House]) -> None:
    house = make(Every(20 * MINUTE), setting="draft_cycle")
    await house.look()
    assert (await house.run()).due_at == Every(20 * MINUTE).next_after(EVENING, "UTC")
    await house.services.settings.put("draft_cycle", 7, by=OWNER, cause=Cause("query:1"))
    await house.look()
    due = Every(7 * MINUTE).next_after(EVENING, "UTC")
    assert (await house.run()).due_at == due
    assert (await house.services.jobs.state("sweep")).plan.schedule == Every(7 * MINUTE)
    *_, ring = house.table._scheduler.get_jobs()
    assert ring.trigger.get_next_fire_time(None, house.clock.now()) == due + LATER
    await house.at(due)
    assert len(house.work.at) == 1


async def test_two_bots_have_timetables_of_their_own(make: Callable[..., House], database: Database) -> None:
    one, other = make(), make()
    for house in (one, other):
        await house.look()
    await one.services.jobs.pause("sweep")
    for house in (one, other):
        await house.later(MINUTE)
    assert (len(one.work.at), len(other.work.at)) == (0, 1)
    assert len({each["bot_id"] async for each in raw(database)["job_runs"].find()}) == 2


async def test_it_rings_at_the_due_time_by_the_installations_clock(
    make: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever this machine's clock says; and the scheduler really rings."""
    monkeypatch.setattr(due, "LOOK_AT_LEAST_EVERY", 3600.0)
    house = make()
    ring = Ring(lambda: EVENING + MINUTE, house.clock.now)
    machine = datetime(2031, 1, 1, tzinfo=UTC)
    assert ring.get_next_fire_time(None, machine) == machine + MINUTE + module.LATER
    house.table.start()
    try:
        house.clock.move(timedelta(seconds=29.8))
        await until(lambda: _true(bool(house.table._set_for)), 10)
        house.clock.move(timedelta(seconds=0.2))  # it rings 0.2 s after it began, which is when it is due
        await until(lambda: _true(bool(house.work.at)), 60)
    finally:
        await house.table.stop(grace=1)


async def _true(value: bool) -> bool:
    return value


async def test_an_end_leaves_what_is_under_way_to_the_next_start(make: Callable[..., House]) -> None:
    house = make()
    house.work.hangs = asyncio.Event()
    house.table.start()
    house.clock.move(MINUTE)
    await until(lambda: _true(bool(house.table._set_for)), 10)
    await house.services.jobs.order("sweep")
    await until(lambda: _true(bool(house.work.at)), 10)
    await house.table.stop(grace=1)
    assert house.work.under_way == 0
    house.work.hangs = None
    house.start()
    await house.look()
    assert len(house.work.at) == 2
