"""Whether Telegram's server is to be asked at all while it fails: what can wait stays in the database.

Failures are a server's own errors, and answers that never came over a connection that stood; waits and refusals are
answers, and a connection that is lost is made anew elsewhere (`client/watch.py`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable
from enum import StrEnum

from client.pace import Lane

log = logging.getLogger(__name__)

FAILURES = 5
"""Failures in a row that open it; not all of one place, where something may be wrong with what is sent."""

PAUSE = 60.0
"""Seconds after which what can wait is tried again, with one call."""

PROBE_EVERY = 5.0
"""Seconds between two calls of those that somebody waits for, while it is open."""

APART = 0.02
"""Seconds between two of those that are put off and come back."""

GOOD = 2
"""Good calls in a row that close it."""


OPENED = "Telegram's server fails one call after the other: little is asked of it, and what can wait waits"
"""What the log says of it."""


class State(StrEnum):
    """Whether calls are made."""

    CLOSED = "closed"
    """All of them."""
    OPEN = "open"
    """None but the one now and then that somebody waits for."""
    TRYING = "trying"
    """One at a time: the pause is over, or one call was good."""


class Breaker:
    """One bot's; times are monotonic seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failed: deque[Hashable] = deque(maxlen=FAILURES)
        self._good = 0
        self._next = self._until = 0.0
        self._suspect: Hashable = None
        self._put_off = 0
        self.opened_at: float | None = None
        """Since when it is open, or being tried; None while it is closed."""
        self.openings = 0
        """How often it opened since the process started."""
        self.moved = asyncio.Event()
        """Set when it opens or closes, for whoever tells of it."""
        self.closed: list[Callable[[], None]] = []
        """Called when it closes: what waits in the database may go on."""

    @property
    def state(self) -> State:
        """Whether calls are made now."""
        if self.opened_at is None:
            return State.CLOSED
        return State.TRYING if self._good or self._now() >= self._until else State.OPEN

    @property
    def seconds_open(self) -> float:
        """For how long it has been open; 0 while it is closed."""
        return self._now() - self.opened_at if self.opened_at is not None else 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds until what can wait is tried again; 0 while it is closed, or being tried."""
        return max(0.0, self._until - self._now()) if self.opened_at is not None else 0.0

    def wait(self, lane: Lane, place: Hashable) -> float:
        """Seconds that this call is put off; 0: it is made now, and is the probe where it is open.

        The place whose probe failed goes only where nobody else does. Who is put off comes back one after the other.
        """
        if self.opened_at is None:
            return 0.0
        now, due = self._now(), self._next
        if lane is not Lane.ANSWER and self.state is State.OPEN:
            due = max(due, self._until)
        if place == self._suspect:
            due += PROBE_EVERY
        if now < due:
            self._put_off += 1
            return due - now + min(PAUSE, APART * (self._put_off - 1))
        self._next = now + PROBE_EVERY
        self._put_off = 0
        return 0.0

    def retry(self) -> None:
        """Let the next call try, whichever it is."""
        self._next = self._until = self._now()

    def passed(self) -> None:
        """Note that the server answered: with a result, a refusal or a wait."""
        self._failed.clear()
        if self.opened_at is None:
            return
        self._good += 1
        self._suspect = None
        self._next = self._now()
        if self._good >= GOOD:
            self._close()

    def failed(self, place: Hashable) -> None:
        """Note that it failed, or did not answer."""
        if self.opened_at is not None:
            self._good, self._suspect = 0, place
            if self._now() >= self._until:
                self._until = self._now() + PAUSE
            return
        self._failed.append(place)
        if len(self._failed) == FAILURES and len(set(self._failed)) > 1:
            self._open()

    def _open(self) -> None:
        now = self._now()
        self.opened_at, self._until, self._next = now, now + PAUSE, now + PROBE_EVERY
        self._good = self._put_off = 0
        self.openings += 1
        self._failed.clear()
        self.moved.set()
        log.warning(OPENED)

    def _close(self) -> None:
        log.warning("Telegram's server answers again, after %.0f s", self.seconds_open)
        self.opened_at = self._suspect = None
        self.moved.set()
        for go_on in self.closed:
            go_on()
