"""Tells the owner that Telegram's server failed, once for each time, when it can be said again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final, Protocol

from database.cause import Cause
from scheduler.failures import Marked, Teller

log = logging.getLogger(__name__)

MARK: Final = "telegram fails"
"""The mark that says how far the telling is: a state, and the moment that began it, of which the cause is made."""

ONCE_IN: Final = timedelta(hours=1)
"""What fails again within this time after it began is the same trouble: the owner knows of it."""


class Breaker(Protocol):
    """What is told of (client.breaker)."""

    opened_at: float | None
    openings: int


class BreakerWatch:
    """Looks at one bot's breaker; that it opened is written down, and told when it has closed."""

    def __init__(self, bot: Teller, breaker: Breaker, marks: Marked) -> None:
        """Take who tells, what is told of, and who remembers."""
        self._bot = bot
        self._breaker = breaker
        self._marks = marks
        self._seen = 0

    async def look(self) -> datetime | None:
        """Write down that it opened, or tell of it. Returns when there is more to do."""
        state, _, since = (await self._marks.get(MARK) or "").partition(" ")
        now = self._bot.clock.now()
        if self._breaker.openings > self._seen:
            if state != "open" and (not since or now - datetime.fromisoformat(since) > ONCE_IN):
                await self._marks.put(MARK, f"open {now.isoformat(timespec='seconds')}")
            self._seen = self._breaker.openings
            return now
        if state != "open" or self._breaker.opened_at is not None:
            return None
        seconds = round((now - datetime.fromisoformat(since)).total_seconds())
        await self._bot.owner_told("telegram-failed", cause=Cause(f"job:breaker:{since}"), seconds=seconds)
        await self._marks.put(MARK, f"told {since}")
        return None
