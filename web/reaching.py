"""What a caller is told where the bot is not served here, or the database is away: to come again."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from database.connection import is_unavailable

AGAIN = 5
"""Seconds after which a caller may ask again where the bot is not served here."""

T = TypeVar("T")


class Pace:
    """Lets so many calls through per period."""

    def __init__(self, at_most: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._taken: deque[float] = deque(maxlen=at_most)
        self._seconds = seconds
        self._now = now

    def wait(self) -> float:
        """Take a call. Returns 0, or the seconds after which the next one is taken."""
        now = self._now()
        if len(self._taken) == self._taken.maxlen and (left := self._taken[0] + self._seconds - now) > 0:
            return left
        self._taken.append(now)
        return 0.0

    def take(self) -> None:
        """Take a call.

        Raises:
            HTTPTooManyRequests: there were too many before it.
        """
        if wait := self.wait():
            raise too_many(f"{self._taken.maxlen} calls in {self._seconds:g} seconds are taken.", wait)


def too_many(text: str, after: float) -> web.HTTPTooManyRequests:
    """Say that a caller is too fast, and after how many seconds they may come again."""
    return web.HTTPTooManyRequests(text=text, headers={"Retry-After": str(math.ceil(after))})


def unavailable(text: str, after: float = AGAIN) -> web.HTTPServiceUnavailable:
    """Say that something is away, and after how many seconds to come again."""
    return web.HTTPServiceUnavailable(text=text, headers={"Retry-After": str(max(1, math.ceil(after)))})


def served(found: T | None) -> T:
    """Return what of a bot is asked for, if this process serves the bot.

    Raises:
        HTTPServiceUnavailable: it does not.
    """
    if found is None:
        raise unavailable("This process does not serve the bot at the moment.")
    return found


async def reached(work: Awaitable[T]) -> T:
    """Ask the database.

    Raises:
        HTTPServiceUnavailable: it is away.
    """
    try:
        return await work
    except Exception as error:
        if is_unavailable(error):
            raise unavailable("The database does not answer.") from error
        raise
