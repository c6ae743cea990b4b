"""Decides what time it is: the database's time, carried on by this machine's monotonic clock."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

Measure = Callable[[], Awaitable[datetime]]
"""Asks the database for its time."""


class Clock:
    """The time that all processes of an installation agree on, whatever their own clocks say.

    Until the first measurement it runs from this machine's time. What it has told is never taken back: a measurement
    that would set it back holds it where it is until the time has caught up.
    """

    def __init__(self, start: datetime | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start at `start` (aware; this machine's time when None), driven by `monotonic` (seconds)."""
        self._monotonic = monotonic
        self._base = (start or datetime.now(UTC)).astimezone(UTC)
        self._base_at = monotonic()
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time: aware, UTC, in whole milliseconds as the database keeps them."""
        moment = _milliseconds(self._base + timedelta(seconds=self._monotonic() - self._base_at))
        self._last = max(self._last, moment)
        return self._last

    async def measure(self, ask: Measure, samples: int = 3) -> timedelta:
        """Set the clock by the database's and return how far it was off (positive: it was behind).

        The answer that came back fastest counts, taken as read halfway through its round trip.
        """
        best: tuple[float, datetime, float] | None = None
        for _ in range(samples):
            before = self._monotonic()
            told = await ask()
            after = self._monotonic()
            if best is None or after - before < best[0]:
                best = (after - before, told.astimezone(UTC), (before + after) / 2)
        if best is None:
            raise ValueError("a measurement needs at least one sample")
        _, base, base_at = best
        off = base - (self._base + timedelta(seconds=base_at - self._base_at))
        self._base, self._base_at = base, base_at
        return off


def _milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
