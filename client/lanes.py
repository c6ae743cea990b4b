"""In which order updates are worked on: one after the other per chat, chats side by side.

A lane is one chat's line. A lane whose update must wait (a flood wait, a database that is
away) is parked: it holds no worker, and the update stays at its front until it goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

Work = TypeVar("Work")

AFTER_FAULT = 5.0
"""Seconds before work is taken again whose judge failed itself: a bug, and no reason to lose its lane."""


class Lanes(Generic[Work]):
    """Runs work in order per key, at most `workers` pieces at once.

    `run` does one piece of work. It returns None when the piece is finished, or the number
    of seconds after which the same piece is to be taken again. It must not raise; when it does,
    the piece is taken again after `AFTER_FAULT`.
    """

    def __init__(self, run: Callable[[Work], Awaitable[float | None]], *, workers: int) -> None:
        self._run = run
        self._limit = workers
        self._lanes: dict[Hashable, deque[Work]] = {}
        self._ready: deque[Hashable] = deque()
        self._parked: dict[Hashable, asyncio.TimerHandle] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._coming = 0  # workers that have not looked at `_ready` yet
        self._open = True
        self._held = False
        self._room = asyncio.Event()
        self._room.set()
        self.backlog = 0

    def put(self, key: Hashable, work: Work) -> None:
        """Append work to the lane of `key`."""
        self.backlog += 1
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = deque((work,))
            self._ready.append(key)
            self._start_workers()
        else:
            lane.append(work)

    def hold(self) -> None:
        """Begin no work until `go`: who is to do it is not ready yet."""
        self._held = True

    def go(self) -> None:
        """Begin the work that was held."""
        self._held = False
        self._start_workers()

    @property
    def active(self) -> int:
        """Pieces in hand that wait for nothing but their turn."""
        return self.backlog - sum(len(self._lanes[key]) for key in self._parked)

    def length(self, key: Hashable) -> int:
        """Pieces in one lane."""
        lane = self._lanes.get(key)
        return len(lane) if lane else 0

    async def below(self, limit: int) -> None:
        """Wait until fewer than `limit` pieces are in hand."""
        await self.until(lambda: self.backlog < limit)

    async def until(self, there_is_room: Callable[[], bool]) -> None:
        """Wait until this is true; looked at each time that a piece is finished."""
        while not there_is_room():
            self._room.clear()
            await self._room.wait()

    async def close(self, *, grace: float) -> int:
        """Start nothing more, give what runs `grace` seconds, cancel the rest.

        Returns how many pieces were left unfinished; they are the next start's.
        """
        self._open = False
        for timer in self._parked.values():
            timer.cancel()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)
        return self.backlog

    @property
    def _going(self) -> bool:
        return self._open and not self._held

    def _start_workers(self) -> None:
        while self._going and len(self._ready) > self._coming and len(self._running) < self._limit:
            self._coming += 1
            task = asyncio.create_task(self._work())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _work(self) -> None:
        """Take lanes that are ready, one piece from each, until none is left."""
        self._coming -= 1
        try:
            await self._take_turns()
        finally:
            # not left to the callback, which comes a turn later: work put in between would find no room
            if task := asyncio.current_task():
                self._running.discard(task)

    async def _take_turns(self) -> None:
        while self._going and self._ready:
            key = self._ready.popleft()
            lane = self._lanes[key]
            try:
                delay = await self._run(lane[0])
            except asyncio.CancelledError:
                self._park(key, AFTER_FAULT)  # not our end: the lane outlives this worker
                raise
            except Exception:
                log.exception("Work raised, which its judge must not let through")
                delay = AFTER_FAULT
            if delay is not None:
                self._park(key, delay)
                continue
            lane.popleft()
            self.backlog -= 1
            self._room.set()
            if lane:
                self._ready.append(key)
            else:
                del self._lanes[key]

    def _park(self, key: Hashable, delay: float) -> None:
        if self._open:
            self._parked[key] = asyncio.get_running_loop().call_later(delay, self._unpark, key)

    def wake(self) -> None:
        """Take what is parked again now: what it waits for may have opened before its time."""
        for key, timer in list(self._parked.items()):
            timer.cancel()
            self._unpark(key)

    def _unpark(self, key: Hashable) -> None:
        self._parked.pop(key, None)
        self._ready.append(key)
        self._start_workers()
