"""How far the updates of one sequence were received, and how far they are finished.

Telegram numbers what a bot must not miss: pts for messages of private chats, pts again for
each channel, qts for the rest. A `Box` is one such sequence. Received and finished are two
numbers: only the finished one is written down, so that a crash fetches the difference from
the last update whose handlers had all ended. Pure rules, no input or output.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

MERGE_AT = 1000
"""Units in hand at which finished ones are merged; then at twice what is left."""


class Arrival(Enum):
    """What an update is to the sequence it belongs to."""

    NEXT = auto()
    DUPLICATE = auto()
    GAP = auto()


@dataclass(slots=True)
class Unit:
    """Updates that become finished together: one pushed update, or one answer of a difference."""

    left: int
    ends: Sequence[tuple[Box, Mark]]

    def finish_one(self) -> None:
        """Note that the handlers of one update of this unit have ended."""
        self.left -= 1
        if self.left <= 0:
            for box, _ in self.ends:
                box.settle()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a sequence.

    Attributes:
        value: pts or qts.
        date: the server's time of this place, Unix seconds; 0 where unknown.
        message: the highest message id seen up to here; 0 where unknown.
    """

    value: int
    date: int = 0
    message: int = 0


@dataclass(slots=True)
class Box:
    """One numbered sequence of updates.

    Attributes:
        received: the place up to which everything has been taken in, None before the first.
        finished: the place up to which all handlers have ended; what survives a crash.
        on_finished: told each time `finished` moves.
    """

    received: int | None = None
    finished: Mark | None = None
    date: int = 0
    message: int = 0
    on_finished: Callable[[], None] | None = None
    _units: deque[tuple[Unit, Mark]] = field(default_factory=deque)
    _merge_at: int = MERGE_AT

    @classmethod
    def at(cls, mark: Mark, on_finished: Callable[[], None] | None = None) -> Box:
        """Continue a sequence from what was finished when it was last written down."""
        return cls(mark.value, mark, mark.date, mark.message, on_finished)

    def judge(self, value: int, count: int) -> Arrival:
        """Say what an update that ends at `value` and spans `count` places is."""
        if self.received is None or self.received + count == value:
            return Arrival.NEXT
        if value <= self.received:
            return Arrival.DUPLICATE
        return Arrival.GAP

    def settle(self) -> None:
        """Move `finished` over every unit at the front that has ended."""
        moved = False
        while self._units and self._units[0][0].left <= 0:
            self.finished = self._units.popleft()[1]
            moved = True
        if moved and self.on_finished:
            self.on_finished()

    def _receive(self, unit: Unit, value: int, date: int, message: int) -> Mark:
        self.received = value
        self.date = max(self.date, date)
        self.message = max(self.message, message)
        mark = Mark(value, self.date, self.message)
        self._units.append((unit, mark))
        if len(self._units) >= self._merge_at:
            self._merge()
        return mark

    def _merge(self) -> None:
        """Make one of finished units beside each other: behind one that waits for an hour, many pile up."""
        kept: deque[tuple[Unit, Mark]] = deque()
        for unit, mark in self._units:
            if kept and kept[-1][0].left <= 0 and unit.left <= 0:
                kept.pop()
            kept.append((unit, mark))
        self._units = kept
        self._merge_at = max(MERGE_AT, 2 * len(kept))


def receive(count: int, *ends: tuple[Box, int], date: int = 0, message: int = 0) -> Unit:
    """Take in `count` updates that together bring each box to the value beside it.

    Args:
        count: how many handlers' ends the unit waits for; 0 finishes at once.
        ends: the boxes that move, each with its new pts or qts.
        date: the server's time, Unix seconds.
        message: the highest message id among the updates.
    """
    unit = Unit(count, ())
    unit.ends = [(box, box._receive(unit, value, date, message)) for box, value in ends]  # noqa: SLF001 - same file
    if count <= 0:
        for box, _ in unit.ends:
            box.settle()
    return unit
