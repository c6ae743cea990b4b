"""How fast one scope may be sent to: nobody tells, so it is measured between two moments at which Telegram said stop.

A limit is a bucket of tokens that fills at a rate. Whoever is told to wait knows one thing for certain: the bucket is
empty now. Two such moments, with sending in between that never paused, give the rate: what passed, by the time. Before
the first of them the bucket is taken to have been full, so that it measures too, not as surely.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

BELOW = 0.985
"""Part of a measured rate that is used: the rest fills the bucket, for answers that come in a burst."""

UNSURE = 0.85
"""Part of the present rate that is used after a stop that measured nothing, where nothing was measured before."""

FULL = 1.0
"""Seconds in which a full bucket is taken to fill: Telegram speaks of short bursts."""

GROWTH = 0.01
"""Part by which the rate grows each second while nothing is known of the limit."""

KNOWN_GROWTH = 0.001
"""The same once the limit was measured: it may be raised, and a measurement may have been too low."""

RESERVE = 0.5
"""Seconds' worth of messages that are left to the bucket after a stop: else the next answers meet the limit too."""

SURER = 0.25
"""Part of that growth that is left after another measurement that agrees: each stop costs messages that are refused."""

LEAST_GROWTH = KNOWN_GROWTH / 32
"""The growth that is left in the end."""

AGREE = 0.05
"""Part by which two measurements of the same limit may differ."""

MEASURED_OVER = 5.0
"""Seconds of sending that measure something."""

PAUSE = 1.0
"""Seconds without anything to send after which the bucket may have run over: what is measured across it is too low."""

SHORTEST = 0.0005
"""Seconds that a wait lasts at least: less than that is no time to a clock."""

OWED = 3.0
"""Seconds' worth of messages that may be owed at most, where Telegram let them through: it keeps another account."""

ONE_STOP = 2.0
"""Seconds, besides the wait, in which further refusals are of the same stop: they were on their way."""


@dataclass(slots=True)
class Mark:
    """A moment from which on there was always more to send: a stop, or the first message."""

    at: float
    passed: float
    """What had passed until then."""
    until: float
    """When the stop was over, and what else was on its way had been refused too."""
    full: float
    """Seconds in which what the bucket had then fills: 0 at a stop."""


class Flow:
    """One scope: what was sent, what was refused, and how fast it goes."""

    __slots__ = ("_at", "_busy", "_growth", "_mark", "_measured", "_passed", "_tokens", "burst", "rate", "start")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        """Begin at a rate (messages a second) that is near the limit, with as much at once as `burst`."""
        self.rate = self.start = rate
        self.burst = burst
        self._tokens = burst
        self._at = self._busy = now
        self._passed = 0.0
        self._growth = GROWTH
        self._measured: float | None = None
        self._mark = self._begin(now)

    @property
    def last(self) -> float:
        """When it was last asked or sent to."""
        return self._at

    @property
    def is_over(self) -> bool:
        """Whether more was sent lately than this scope is known to allow: a wait is likely to be for it."""
        return self._tokens < 0

    def wait(self, price: float, now: float, ahead: float = 0.0) -> float:
        """Seconds until so many messages may go after those that are `ahead` of them; 0: now.

        Asking is what shows that there is something to send: only then the rate grows.
        """
        self._pass_time(now)
        lacking = ahead + min(price, self.burst) - self._tokens
        if lacking <= 0:
            return 0.0
        self._busy = max(self._busy, now)
        return max(SHORTEST, lacking / self.rate)

    def take(self, price: float, now: float) -> None:
        """Count messages as sent: those that did not ask count too, and the others wait for them."""
        self._pass_time(now)
        self._tokens -= price
        self._passed += price

    @property
    def passed(self) -> float:
        """What went out so far."""
        return self._passed

    def let_through(self, price: float, passed: float) -> None:
        """Note that so many messages were not refused, and what had `passed` when they went out.

        Nothing can have been owed then but they themselves. That is not taken for room: who has no need to wait went
        out, and the others are to leave it to them for `OWED`.
        """
        least = -price - (self._passed - passed)
        self._tokens = max(self._tokens, min(least, -OWED * self.rate))

    def give_back(self, price: float) -> None:
        """Count messages as not sent after all."""
        self._tokens = min(self.burst, self._tokens + price)
        self._passed -= price

    def refuse(self, price: float, now: float, seconds: float) -> None:
        """Note that so many messages were refused, and a wait of so many seconds was told: nothing is left."""
        self._pass_time(now)
        self._passed -= price
        mark = self._mark
        if now <= mark.until:
            return
        measures = now - mark.at >= MEASURED_OVER
        if measures:
            self._measure((self._passed - mark.passed) / (now - mark.at + mark.full))
        else:
            self.rate *= UNSURE if self._measured is None else BELOW
        self._tokens = min(self._tokens, -RESERVE * self.rate)
        self._busy = now + seconds  # nobody could have sent meanwhile
        until = now + seconds + ONE_STOP
        self._mark = Mark(now, self._passed, until, 0.0) if measures or mark.full else replace(mark, until=until)

    def _measure(self, rate: float) -> None:
        """Go by a measurement; one that agrees with the one before makes it surer."""
        before = self._measured
        agrees = before is not None and abs(rate - before) <= AGREE * before
        self._growth = max(LEAST_GROWTH, self._growth * SURER) if agrees else KNOWN_GROWTH
        self._measured = rate
        self.rate = max(self.start / 100, BELOW * rate)

    def _begin(self, now: float) -> Mark:
        """From now on there may always be more to send; the bucket may be full of as much as is known, or of `FULL`."""
        return Mark(now, self._passed, -math.inf, max(FULL, self.burst / self.start))

    def _pass_time(self, now: float) -> None:
        """Fill the bucket, and go a little faster where that is asked for."""
        passed = now - self._at
        if passed <= 0:
            return
        self._at = now
        if now - self._busy > PAUSE:
            self._mark = self._begin(now)  # it may have run over since
        else:
            self.rate *= 1 + self._growth * passed
        self._tokens = min(self.burst, self._tokens + passed * self.rate)
