"""Runs jobs when they are due: each run once, none over another, none for longer than its time; and records them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from database.clock import Clock
from database.connection import is_unavailable
from scheduler.due import DueRunner
from scheduler.jobs import Job
from scheduler.telling import Leased
from services.errors import TryLater
from services.jobs import Alarm, JobReport, JobRun, JobState, RunState
from services.registry import Services

log = logging.getLogger(__name__)

LETS_GO = 5.0
"""Seconds in which a run that is ended has to let go of what it holds."""

LATER = timedelta(milliseconds=5)
"""How much after a due time it rings, so that it is past by every clock."""

ERROR_SHOWN = 200
"""Characters of an error that the record keeps; the log has all of it."""


class Worker(Leased, Protocol):
    """The bot, as far as it is needed here."""

    services: Services
    clock: Clock


class JobMeter(Protocol):
    """Who counts runs (web.metrics does)."""

    def job_known(self, name: str, well_at: datetime | None) -> None:
        """Note when a run of a job was well last; None: not in the record's memory."""

    def job_began(self, name: str, late: float) -> None:
        """Count a run, and how many seconds after its due time it began."""

    def job_failed(self, name: str) -> None:
        """Count a run that failed."""


Tell = Callable[[JobState], Awaitable[object]]
"""Tells the owner what a job's alarm says, once per alarm however often it is called."""


class Ring(BaseTrigger):  # type: ignore[misc]  # the library is untyped
    """Rings when a job is due by the installation's clock, whatever this machine's own says."""

    def __init__(self, next_due: Callable[[], datetime], now: Callable[[], datetime]) -> None:
        self._next_due = next_due
        self._now = now

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002
        """Return when to ring next, by this machine's clock."""
        return self._next_due() + (now - self._now()) + LATER


class Timetable:
    """Runs one bot's jobs.

    The record in the database decides what is run: the scheduler only rings at the due times. What it did not ring for
    (a run that was asked for elsewhere, one whose process died, a database that was away) is found by looking.
    """

    def __init__(self, bot: Worker, jobs: Sequence[Job], tell: Tell, meter: JobMeter | None = None) -> None:
        """Take the bot, its jobs, and who is told of them."""
        self._bot = bot
        self._service = bot.services.jobs
        self._jobs = {job.plan.name: job for job in jobs}
        self._tell = tell
        self._meter = meter
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stuck: dict[str, asyncio.Task[JobReport]] = {}
        """Runs that were ended and did not let go."""
        self._set_for: object = None
        """What it rings by: the time zone and the schedules."""
        self._looks = DueRunner("timetable", self.look, now=bot.clock.now, hint=self._service.came)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin; what was missed is made up at once."""
        self._looks.start()
        self._scheduler.start()

    def wake(self) -> None:
        """Look at once."""
        self._looks.wake()

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; a run that is under way is begun again by the next start."""
        self._scheduler.shutdown(wait=False)
        await self._looks.stop(grace=grace, also=[*self._tasks.values(), *self._stuck.values()])

    async def look(self) -> datetime | None:
        """Begin what is due, tell what the owner is to know."""
        found = await self._service.next_runs(self._bot.lease.epoch)
        by = self._service.zone, [plan.schedule for plan in self._service.plans.values()]
        if by != self._set_for:
            self._set_for = by
            self._set_rings()
        for each in found:
            await self._look_at(each)
        for each in found:
            if each.run.alarm in {Alarm.FAILING, Alarm.RECOVERED}:
                await self._tell_of(each)
        return None

    async def _tell_of(self, state: JobState) -> None:
        try:
            await self._tell(state)
        except TryLater as error:
            log.info("The owner is told of the job %s later: %s", state.plan.name, error)
        else:
            await self._service.told(state.run)

    def _set_rings(self) -> None:
        """Have it ring at the due times of each job, as they are by now."""
        for plan in self._service.plans.values():
            ring = Ring(partial(self._service.next_due, plan), self._bot.clock.now)
            self._scheduler.add_job(self._ring, ring, id=plan.name, replace_existing=True)

    async def _ring(self) -> None:
        self._looks.wake()

    async def _look_at(self, state: JobState) -> None:
        name, run = state.plan.name, state.run
        if self._meter:
            self._meter.job_known(name, run.well_at)
        if name in self._tasks:
            return
        if run.state is RunState.RUNNING:  # its task ended, and could not write down how
            await self._service.lost(run)
            self._looks.wake()
        elif self._service.is_due(run) and (begun := await self._service.begin(run)):
            self._begin(self._jobs[name], begun)

    def _begin(self, job: Job, run: JobRun) -> None:
        name = job.plan.name
        if self._meter and run.began_at:
            self._meter.job_began(name, (run.began_at - run.due_at).total_seconds())
        task = self._tasks[name] = asyncio.create_task(self._carry_out(job, run), name=f"job {name}")

        def over(_: asyncio.Task[None]) -> None:
            del self._tasks[name]
            self._looks.wake()

        task.add_done_callback(over)

    async def _carry_out(self, job: Job, run: JobRun) -> None:
        """Do a run and write down how it ended; where that cannot be written, it is begun again later."""
        name = job.plan.name
        try:
            state, report, error = await self._judged(job, run)
            ended = await self._service.end(run, state, report, error)
        except Exception as error:
            if is_unavailable(error):
                log.warning("The job %s waits for the database: %s", name, error)
            else:
                log.exception("The end of the job %s could not be written down", name)
            return
        if ended is None:
            log.warning("A run of the job %s ended here that another process has taken over", name)
        elif state is RunState.FAILED and self._meter:
            self._meter.job_failed(name)

    async def _judged(self, job: Job, run: JobRun) -> tuple[RunState, JobReport, str | None]:
        """Do a run; returns how it ended, what it did and what was wrong.

        Raises:
            Exception: the database is away.
        """
        name, seconds = job.plan.name, job.plan.timeout.total_seconds()
        stuck = self._stuck.get(name)
        if stuck and not stuck.done():
            return RunState.FAILED, JobReport(), "an earlier run does not let go"
        if self._service.is_deadly(run):
            return RunState.FAILED, JobReport(), f"{run.deaths} tries ended without a result"
        work = asyncio.ensure_future(job.run(self._bot))
        try:
            await asyncio.wait([work], timeout=seconds)
            if not work.done():
                log.error("The job %s is ended: it takes longer than %g s", name, seconds)
                await self._end(name, work)
                return RunState.FAILED, JobReport(), f"it took longer than {seconds:g} s"
            return RunState.DONE, work.result(), None
        except TryLater as error:
            log.info("The job %s waits: %s", name, error)
            return RunState.PUT_OFF, JobReport(), str(error)
        except Exception as error:  # one of the judges of a job's failure: per run
            if is_unavailable(error):
                raise
            log.exception("The job %s failed", name)
            return RunState.FAILED, JobReport(), f"{type(error).__name__}: {error}"[:ERROR_SHOWN]
        finally:
            work.cancel()

    async def _end(self, name: str, work: asyncio.Future[Any]) -> None:
        """End a run that takes too long; one that does not let go keeps the next ones from beginning."""
        work.cancel()
        await asyncio.wait([work], timeout=LETS_GO)
        if not work.done():
            self._stuck[name] = asyncio.ensure_future(work)
