"""The tasks that a client of the library starts for itself: known, so that they end when the client does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from sandbox.ending import end


class OwnTasks:
    """The running loop, for one client's `loop`: it remembers what is started through it.

    The library lets go of the task in which a session connects anew, and so cannot end it.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[Any]] = set()

    def create_task(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self) -> None:
        """End all that still goes on; what goes wrong in it meanwhile is nobody's concern any more."""
        left = list(self._tasks)
        await end(left)
        await asyncio.gather(*left, return_exceptions=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)
