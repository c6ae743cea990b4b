"""Decides which run of a job is next, when it may begin, what its end means, and how one is asked for out of turn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from database.cause import Cause
from database.clock import Clock
from database.codes import random_id
from database.job_runs import Alarm, EndedRun, JobReport, JobRun, JobRuns, RunState
from services.errors import UserError
from services.options import BotOptions
from services.schedules import Every, Schedule
from services.settings import SettingsService

__all__ = [
    "CLEANUP", "CYCLE", "Alarm", "EndedRun", "JobPlan", "JobReport", "JobRun", "JobService", "JobState", "RunState",
]  # fmt: skip

CYCLE: Final = "draft_cycle"
"""The job that is run where somebody asks for a run and names none."""

CLEANUP: Final = "cleanup"
"""Names all jobs that clean up."""

IN_A_ROW = 3
"""Failures in a row after which the owner is told."""

DEATHS = 5
"""Processes that may end during one run before it counts as failed: what ends them must not do so for ever."""

_NOBODY = 0
"""The epoch of a run that nobody has taken over yet."""


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A job as it is declared: what it is called, when it is due, and after how long a run of it is ended.

    `cleanup` jobs run together where `CLEANUP` is asked for. Its name is a word of the URL `?job=` and of the text
    `job-<name>`, with hyphens for the underscores. `setting` is the name of the one that has its period, in minutes
    (of so many seconds as `minute` has); the schedule is what holds until that is read.
    """

    name: str
    schedule: Schedule
    timeout: timedelta = timedelta(minutes=5)
    cleanup: bool = False
    setting: str | None = None
    minute: timedelta = timedelta(minutes=1)

    def as_set(self, options: BotOptions) -> "JobPlan":
        """Return it with the period that the settings have for it."""
        return replace(self, schedule=Every(getattr(options, self.setting) * self.minute)) if self.setting else self

    @property
    def key(self) -> str:
        """The key of the text that names it."""
        return f"job-{self.name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class JobState:
    """A job with its next run, or the one under way; what is known of the one before is in it (`last`)."""

    plan: JobPlan
    run: JobRun

    @property
    def alarm_cause(self) -> Cause:
        """The cause of what the owner is told: the same from the failure that began it until the job is well again."""
        return Cause(f"job:{self.run.job}:{self.run.alarm_run}")


class JobService:
    """One bot's jobs.

    Who runs them asks for `next_runs`, begins what is due, and says how it ended. All of it holds under the lease's
    epoch only: a process whose lease is gone changes nothing. A run that is there keeps its due time: what was missed
    while no process ran is made up, once.
    """

    def __init__(self, runs: JobRuns, settings: SettingsService, clock: Clock, plans: Sequence[JobPlan]) -> None:
        """Take the record, the settings for the time zone, and the jobs that there are."""
        self._runs = runs
        self._settings = settings
        self._clock = clock
        self.plans = {plan.name: plan for plan in plans}
        self.zone = "UTC"
        """The time zone that due times were worked out in last."""
        self.known: tuple[JobState, ...] = ()
        """The jobs as they were seen last."""
        self.came = asyncio.Event()
        """Set when a run was asked for, for whoever looks what is due."""

    async def next_runs(self, epoch: int) -> list[JobState]:
        """Return each job with the run that has not ended; none where a later epoch runs the jobs."""
        options = await self._settings.current()
        self.zone = options.timezone
        self.plans = {name: plan.as_set(options) for name, plan in self.plans.items()}
        found = await self.states()
        if any(each.run.epoch < epoch for each in found) and not self._are_anothers(found, epoch):
            await self._runs.take_over(epoch)
            found = await self.states()
        if self._are_anothers(found, epoch):
            return []
        self.known = tuple(found)
        ours = [each for each in found if self._runs.holds(each.run, epoch)]
        for each in ours:
            await self._follow_schedule(each)
        return ours

    def is_due(self, run: JobRun) -> bool:
        """Tell whether a run is to begin now."""
        waits = run.state is RunState.WAITING and run.due_at <= self._clock.now()
        return waits and (not run.paused or run.order is not None)

    def is_deadly(self, run: JobRun) -> bool:
        """Tell whether so many processes ended during a run that it is not to be tried again."""
        return run.deaths >= DEATHS

    def next_due(self, plan: JobPlan) -> datetime:
        """Return when a job is due next by its schedule."""
        return plan.schedule.next_after(self._clock.now(), self.zone)

    async def begin(self, run: JobRun) -> JobRun | None:
        """Write down that a run begins; None when it is not to."""
        return await self._runs.begin(run, self._clock.now())

    async def end(
        self, run: JobRun, state: RunState, report: JobReport | None = None, error: str | None = None
    ) -> JobRun | None:
        """Write down how a run ended, and the next one; None when it is another process's by now."""
        now = self._clock.now()
        result = EndedRun(state, run.began_at or now, now, report or JobReport(), error)
        ended = await self._runs.finish(run, result, self.next_due(self.plans[run.job]))
        if ended is not None:
            await self._runs.add(_successor(ended, ended.epoch))
        return ended

    async def lost(self, run: JobRun) -> None:
        """Let a run be begun again that ended in this process without a result."""
        await self._runs.give_back(run)

    async def told(self, run: JobRun) -> None:
        """Write down that the owner was told what this run's alarm says."""
        await self._runs.told(run, Alarm.TOLD if run.alarm is Alarm.FAILING else Alarm.NONE)

    async def states(self) -> list[JobState]:
        """Return the jobs as they are now, in the order in which they are declared.

        One without a next run gets it: it is new, or a crash came in between. It is nobody's until it is taken over.
        """
        runs = {run.job: run for run in await self._runs.open_runs()}
        while missing := self.plans.keys() - runs.keys():
            for name in missing:
                await self._runs.add(await self._first(name))
            runs = {run.job: run for run in await self._runs.open_runs()}
        return [JobState(plan, runs[name]) for name, plan in self.plans.items()]

    async def state(self, name: str) -> JobState:
        """Return one job as it is now.

        Raises:
            UserError: `job-unknown`.
        """
        plan = self._plan(name)
        return next(each for each in await self.states() if each.plan == plan)

    async def order(self, name: str) -> str | None:
        """Let one job run now, or all that `CLEANUP` names. Returns the order's name; None when it is under way.

        Raises:
            UserError: `job-unknown`.
        """
        cleanup = [each.name for each in self.plans.values() if each.cleanup]
        names = cleanup if name == CLEANUP else [self._plan(name).name]
        order = random_id()
        await self.states()
        if not await self._runs.order(names, order, self._clock.now()):
            return None
        self.came.set()
        return order

    async def ordered(self, order: str) -> Sequence[JobRun]:
        """Return the runs that an order led to; none where there is no such order, or it is forgotten."""
        return await self._runs.ordered(order)

    async def pause(self, name: str) -> None:
        """Let a job run no more until it is resumed, but for what is under way or asked for.

        Raises:
            UserError: `job-unknown`.
        """
        await self._runs.pause(self._plan(name).name)

    async def resume(self, name: str) -> None:
        """Let a job run again from its next due time on.

        Raises:
            UserError: `job-unknown`.
        """
        plan = self._plan(name)
        await self._runs.resume(name, self.next_due(plan))
        self.came.set()

    def _plan(self, name: str) -> JobPlan:
        if name not in self.plans:
            raise UserError("job-unknown", name=name)
        return self.plans[name]

    def _are_anothers(self, found: Sequence[JobState], epoch: int) -> bool:
        """Tell whether a later epoch than this one runs the jobs."""
        return any(each.run.epoch > epoch and not self._runs.holds(each.run, epoch) for each in found)

    async def _first(self, name: str) -> JobRun:
        """Return the next run of a job that has none."""
        newest = await self._runs.newest(name)
        if newest is None:
            return JobRun(random_id(), name, self.next_due(self.plans[name]), _NOBODY)
        return _successor(newest, _NOBODY)

    async def _follow_schedule(self, state: JobState) -> None:
        """Move a run that waits for a time that is none of the schedule's: the time zone, or the schedule, changed."""
        run, due_at = state.run, self.next_due(state.plan)
        waits = run.state is RunState.WAITING and run.order is None and run.due_at > self._clock.now()
        if waits and run.due_at != due_at:
            await self._runs.move(run, due_at)


def _successor(ended: JobRun, epoch: int) -> JobRun:
    """Return the run that follows one, with what is known of the job by then."""
    failed, well = ended.state is RunState.FAILED, ended.state is RunState.DONE
    failures = 0 if well else ended.failures + failed
    alarm, alarm_run = ended.alarm, ended.alarm_run
    if well and alarm is not Alarm.NONE:
        alarm = Alarm.NONE if alarm is Alarm.FAILING else Alarm.RECOVERED
    elif failures >= IN_A_ROW and alarm in {Alarm.NONE, Alarm.RECOVERED}:
        alarm, alarm_run = Alarm.FAILING, ended.id
    if ended.began_at is None or ended.ended_at is None or ended.next_at is None:
        raise ValueError(f"the run {ended.id} of {ended.job} has not ended")
    return JobRun(
        random_id(),
        ended.job,
        ended.next_at,
        epoch,
        paused=ended.paused,
        failures=failures,
        alarm=alarm,
        alarm_run=alarm_run,
        last=EndedRun(ended.state, ended.began_at, ended.ended_at, ended.report, ended.error),
        well_at=ended.ended_at if well else ended.well_at,
    )
