"""Decides how PyMongo waits for a server on Python 3.11, where whoever is told twice to stop would lose its lock."""

import asyncio
import sys
from collections.abc import Awaitable
from typing import TypeVar

import pymongo.lock

T = TypeVar("T")


async def wait_for(awaitable: Awaitable[T], timeout: float | None) -> T:
    """Wait as `asyncio.wait_for` does since Python 3.12: in the task that waits, not in one of its own.

    Raises:
        TimeoutError: It took longer than so many seconds.
    """
    async with asyncio.timeout(timeout):
        return await awaitable


def mend() -> None:
    """Let PyMongo wait like that.

    Operations that wait for a server hold their client's one lock when they go on. Python 3.11 takes it again in a task
    of its own, and a second cancellation, or one just as the wait is over, leaves that task alone: the lock is taken
    for ever and the client does nothing any more until the process starts again (PyMongo 4.20, seen after an outage).
    """
    if sys.version_info < (3, 12):
        pymongo.lock.wait_for = wait_for  # type: ignore[assignment, attr-defined]
