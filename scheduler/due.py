"""Runs work that waits in the database until it is due: on time, and again after anything goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from database.connection import is_unavailable
from services.errors import TryLater

log = logging.getLogger(__name__)

LOOK_AT_LEAST_EVERY = 5.0
"""Seconds between two looks into the database when nothing is known to be due."""

SHORTEST = 0.02
"""Seconds between two looks at least: what cannot be done now must not spin."""

AFTER_FAILURE = 2.0
"""Seconds before work that failed is taken again."""


class DueRunner:
    """Calls `run` whenever something is due.

    `run` does what is due now and returns when the next piece is (None: nothing waits). What
    waits is in the database: the runner itself has nothing to lose. Setting `hint` makes it
    look at once.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[], Awaitable[datetime | None]],
        *,
        now: Callable[[], datetime],
        hint: asyncio.Event | None = None,
    ) -> None:
        self.name = name
        self._run = run
        self._now = now
        self._hint = hint or asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin; what was due before is done at once."""
        self._task = asyncio.create_task(self._forever(), name=self.name)

    def wake(self) -> None:
        """Look at once: what it waits for may be over before its time."""
        self._hint.set()

    async def stop(self, *, grace: float, also: Iterable[asyncio.Task[Any]] = ()) -> None:
        """Stop within `grace` seconds, with the tasks that it has begun; what is in hand is taken by the next start."""
        self._stopped = True  # cancelling alone may be swallowed by what is awaited (asyncio.wait_for, Python 3.11)
        tasks = [*also, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=grace)

    async def _forever(self) -> None:
        while True:
            self._hint.clear()
            pause = await self._once()
            if self._stopped:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._hint.wait()

    async def _once(self) -> float:
        """Do what is due. Returns the seconds until the next look."""
        try:
            due = await self._run()
        except TryLater as error:
            log.info("%s waits: %s", self.name, error)
            return max(SHORTEST, error.after)
        except Exception as error:  # the one judge of a runner's failure
            if is_unavailable(error):
                log.warning("%s waits for the database: %s", self.name, error)
            else:
                log.exception("%s failed and is tried again", self.name)
            return AFTER_FAILURE
        if due is None:
            return LOOK_AT_LEAST_EVERY
        return min(LOOK_AT_LEAST_EVERY, max(SHORTEST, (due - self._now()).total_seconds()))
