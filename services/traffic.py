"""Decides in which quarter of an hour it counts what a bot sent and waited for, and how soon that is written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from database.clock import Clock
from database.codes import random_id
from database.traffic import Traffic, TrafficCounts

__all__ = ["EVERY", "LOOK", "Traffic", "TrafficService"]

EVERY: Final = timedelta(minutes=1)
"""How often it is written down at most: so much is lost to a kill."""

LOOK: Final = timedelta(seconds=5)
"""How often it is looked what has been counted: so late something counts for the next quarter."""


class TrafficService:
    """One bot's traffic. It is told what was counted since the bot was made, and keeps what came when."""

    def __init__(self, counts: TrafficCounts, clock: Clock) -> None:
        """Take the collection."""
        self._counts = counts
        self._clock = clock
        self._name = random_id()
        self._known = Traffic()
        self._mine: dict[datetime, Traffic] = {}
        self._unwritten: set[datetime] = set()
        self._next: datetime | None = None

    async def keep_up(self, counted: Traffic) -> datetime:
        """Take what was counted in all by now, and write it down where that is due; returns when to look again."""
        now = self._note(counted)
        if self._next is None or now >= self._next:
            await self.write(counted)
        return now + LOOK

    async def write(self, counted: Traffic) -> None:
        """Write down what was counted in all by now."""
        now = self._note(counted)
        if not self._unwritten:
            return
        writing = {at: self._mine[at] for at in self._unwritten}
        await self._counts.put(self._name, writing)
        self._next = now + EVERY
        self._unwritten -= {at for at, part in writing.items() if self._mine[at] == part}
        for at in [at for at in self._mine if at not in self._unwritten and at != _quarter(now)]:
            del self._mine[at]

    async def since(self, moment: datetime) -> dict[datetime, Traffic]:
        """Return what came in each quarter of an hour since then, with what is not written down yet."""
        parts = await self._counts.since(moment)
        for at, part in self._mine.items():
            if at >= moment:
                parts.setdefault(at, {})[self._name] = part
        return {at: sum(each.values(), Traffic()) for at, each in parts.items()}

    def _note(self, counted: Traffic) -> datetime:
        """Give what is new to the quarter that it is now."""
        now, new = self._clock.now(), counted - self._known
        if new != Traffic():
            at = _quarter(now)
            self._known = counted
            self._mine[at] = self._mine.get(at, Traffic()) + new
            self._unwritten.add(at)
        return now


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
