"""Runs the jobs of processing, a few at once, and keeps one message per uploader that says how it goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from database.connection import is_unavailable
from database.processing import Job
from scheduler.due import DueRunner
from services.processing import MIB, ProcessingService
from services.workshop import FAULT, Workshop

log = logging.getLogger(__name__)

SLOTS = 3
"""Jobs at once; they share one connection, and more of them would not be faster together."""

SMALL = 20 * MIB
"""Bytes of what the last free slot is kept for: a few large files must not hold up all the small ones."""

CANCELLED_WITHIN = 5.0
"""Seconds that a job may take to let go of what it has open."""


class ProcessingRunner:
    """Takes jobs whenever a slot is free; what is in hand is in the database, so nothing is lost with this object."""

    def __init__(
        self,
        processing: ProcessingService,
        workshop: Workshop,
        *,
        epoch: Callable[[], int],
        now: Callable[[], datetime],
        durable: bool = True,
    ) -> None:
        """Take where jobs come from, who does them, and under which epoch.

        `durable` is False only for the control of the proof: jobs then end with their process.
        """
        self._processing = processing
        self._workshop = workshop
        self._epoch = epoch
        self._durable = durable
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._jobs: dict[str, Job] = {}
        self._cleared = False
        self._due = DueRunner("processing", self.look, now=now, hint=processing.changed)

    def start(self) -> None:
        """Begin; what was in hand when the last process ended is gone on with."""
        self._due.start()

    def wake(self) -> None:
        """Look at once: a wait that a job obeys may be over before its time."""
        self._due.wake()

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; what is in hand is the next start's."""
        await self._due.stop(grace=grace, also=self._tasks.values())

    async def look(self) -> datetime | None:
        """Let go of what is cancelled, take what is due. Returns when the next job is."""
        if not self._cleared:
            await self._begin()
        await self._compare()
        while free := SLOTS - len(self._tasks):
            at_most = None if free > 1 else SMALL
            job = await self._processing.claim(self._epoch(), at_most)
            if job is None:
                return await self._processing.next_due(at_most)
            self._jobs[job.id], self._tasks[job.id] = job, self._begun(job)
        return None

    async def _begin(self) -> None:
        if not self._durable:
            await self._processing.drop_unfinished()
        await self._workshop.clear()
        self._cleared = True

    async def _compare(self) -> None:
        """Bring what is done here in line with what is to be done: the database says so."""
        epoch = self._epoch()
        wanted = await self._processing.in_hand(epoch)
        over = [(self._jobs[job_id], self._tasks[job_id]) for job_id in self._tasks.keys() - wanted]
        strays = wanted - self._tasks.keys()
        for job, task in over:  # others end meanwhile
            await self._let_go(job, task)
        if strays:
            await self._processing.give_back(strays, epoch)

    async def _let_go(self, job: Job, task: asyncio.Task[None]) -> None:
        """End what is cancelled, or has just ended by itself."""
        task.cancel()
        await asyncio.wait([task], timeout=CANCELLED_WITHIN)
        await self._workshop.remove_if_over(job)

    def _begun(self, job: Job) -> asyncio.Task[None]:
        task = asyncio.create_task(self._work(job), name=f"processing {job.id}")

        def over(_: asyncio.Task[None]) -> None:
            del self._tasks[job.id], self._jobs[job.id]
            self._processing.changed.set()

        task.add_done_callback(over)
        return task

    async def _work(self, job: Job) -> None:
        try:
            try:
                await self._workshop.carry_out(job)
            except Exception as error:  # one of the judges of a runner's failure: per job
                if is_unavailable(error):
                    raise
                log.exception("The job %s failed", job.id)
                await self._processing.failed(job, FAULT)
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("The job %s waits for the database: %s", job.id, error)
