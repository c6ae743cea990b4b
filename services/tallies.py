"""Decides when uses of links are counted, so that asking for numbers never means reading every use there ever was."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from database.bots import BotDatabase
from database.clock import Clock
from database.tallies import Window

EVERY: Final = timedelta(minutes=1)
"""How often uses are counted."""

BEHIND: Final = timedelta(minutes=3)
"""How far behind the present: a use bears the time at which its update was handled, which may take 90 s to write it."""

KEPT: Final = timedelta(days=400)
"""How long it is known how many uses there were in which quarter of an hour: a year, and the same month before it."""

_AT_ONCE: Final = 20_000
"""Uses that are counted in one go: what an upgrade or a long outage left is worked off in parts of a second each."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Uses added up by link (its code), and by the quarter of an hour that they were in (its beginning)."""

    links: dict[str, int]
    quarters: dict[datetime, int]

    @classmethod
    def of(cls, counted: Mapping[tuple[str, datetime], int]) -> Uses:
        """Add up uses that are counted by both."""
        links: dict[str, int] = {}
        quarters: dict[datetime, int] = {}
        for (code, quarter), uses in counted.items():
            links[code] = links.get(code, 0) + uses
            quarters[quarter] = quarters.get(quarter, 0) + uses
        return cls(links, quarters)


class TallyService:
    """Counts one bot's uses into its links and into quarters of an hour."""

    def __init__(self, database: BotDatabase, clock: Clock) -> None:
        """Take the collections."""
        self._uses = database.uses
        self._listings = database.listings
        self._tallies = database.tallies
        self._clock = clock
        self._next: datetime | None = None
        self.turn = asyncio.Lock()
        """Held while numbers move from one place to another; whoever adds them up waits."""

    async def keep_up(self) -> datetime:
        """Count what can be counted; returns when there may be more."""
        now = self._clock.now()
        async with self.turn:
            if self._next is None or now >= self._next:
                while window := await self._due(now):
                    await self._count(await self._tallies.open_window(window))
                self._next = now + EVERY
            return self._next

    async def late(self, after: datetime | None = None) -> Uses:
        """Return what is not tallied yet, the uses of the last minutes; for who holds `turn`.

        `after`: those after this moment alone.
        """
        through = await self._tallies.through()
        moments = [moment for moment in (through, after) if moment is not None]
        return Uses.of(await self._uses.counted(max(moments, default=None), None))

    async def forget_old(self) -> int:
        """Forget the quarters of an hour that nobody asks for any more, the total apart; returns how many."""
        return await self._tallies.forget_before(self._clock.now() - KEPT)

    async def _due(self, now: datetime) -> Window | None:
        """Return the next window that has uses, `_AT_ONCE` of them at most but for those of one moment."""
        through = await self._tallies.through()
        first = await self._uses.after(through, 0)
        if first is None or first > now - BEHIND:
            return None
        last = await self._uses.after(through, _AT_ONCE - 1) or now
        after = through if through is not None else first - timedelta(milliseconds=1)
        return Window(after, min(now - BEHIND, last))

    async def _count(self, window: Window) -> None:
        uses = Uses.of(await self._uses.counted(window.after, window.until))
        await self._listings.tally(uses.links, window.until)
        await self._tallies.add(uses.quarters, window.until)
        await self._tallies.close_window(window)
