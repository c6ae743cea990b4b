"""How tasks are ended so that they are over, whatever they were at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

_AGAIN: Final = 0.5
"""Seconds after which a task that goes on is told again."""


async def end(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel these and wait until they are over; None is none.

    One telling may not be enough: Python 3.11 forgets a cancellation that meets the end of what `wait_for` waits for.
    """
    left = {task for task in tasks if task is not None}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN)
