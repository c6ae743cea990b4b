"""Tells the owner when too many updates fail, once, and once when it is over; a restart in between changes nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from database.cause import Cause
from database.clock import Clock
from services.failures import FailureRate

log = logging.getLogger(__name__)

MARK = "updates fail"
"""The mark that says how far the telling is: a state, and the moment that began it, of which the causes are made."""


class Marked(Protocol):
    """Who remembers a short text by its name (database.marks)."""

    async def get(self, name: str) -> str | None:
        """Return a mark, None where there is none."""

    async def put(self, name: str, mark: str) -> None:
        """Set a mark."""


class Teller(Protocol):
    """The bot, as far as it is needed here."""

    clock: Clock

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        """Write to the owner, once per cause; False when Telegram does not let the bot write to them."""


class FailureWatch:
    """Looks at the share of failed updates; what it says is written down before it is said, and so said once."""

    def __init__(
        self, bot: Teller, rate: FailureRate, marks: Marked, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._rate = rate
        self._marks = marks
        self._now = now
        self._state: str | None = None

    async def look(self) -> datetime | None:
        """Take the next step if there is one: many fail, the owner is told, it is over, the owner is told."""
        if self._state is None:
            self._state = await self._marks.get(MARK) or ""
        state, _, since = self._state.partition(" ")
        now = self._now()
        if state == "" and self._rate.is_high(now):
            updates, failed = self._rate.seen(now)
            log.error("%d of %d updates failed in five minutes; the lines above say how", failed, updates)
            await self._become(f"many {self._bot.clock.now().isoformat(timespec='seconds')}")
        elif state == "many":
            updates, failed = self._rate.seen(now)
            await self._bot.owner_told("failures-many", cause=_cause(since), failed=failed, updates=updates)
            await self._become(f"told {since}")
        elif state == "told" and self._rate.is_over(now):
            log.info("Updates do not fail any more")
            await self._become(f"over {since}")
        elif state == "over":
            await self._bot.owner_told("failures-over", cause=_cause(since))
            await self._become("")
        else:
            return None
        return self._bot.clock.now()  # the next step may be due

    async def _become(self, state: str) -> None:
        await self._marks.put(MARK, state)
        self._state = state


def _cause(since: str) -> Cause:
    return Cause(f"job:failures:{since}")
