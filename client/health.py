"""How a bot is doing: whether it is connected and has caught up, what is in hand, what broke and what healed."""

from __future__ import annotations

import logging
import time
from typing import Any

from client.calls import Calls
from client.difference import Difference
from client.guard import Guard
from client.identity import Meter
from client.inbox import Inbox
from client.troubles import DATABASE_AWAY, RECONNECTING, SERVER_FAILS, SILENT, Incident

log = logging.getLogger(__name__)

CATCH_UP_WITHIN = 60.0
"""Seconds after a difference in which its updates are expected to have been taken in."""


class Health:
    """What a bot knows of itself."""

    calls: Calls
    inbox: Inbox
    difference: Difference
    guard: Guard
    session: Any
    is_connected: bool | None
    broke: tuple[str, float] | None
    """What is broken and not healed yet, and since when (monotonic); None while the connection is well."""
    _meter: Meter | None
    _busy_at: float | None

    def breaks(self, kind: str, since: float) -> None:
        """Note that the connection broke at that moment (monotonic); what broke first counts until it is healed."""
        self.broke = self.broke or (kind, since)

    def note_recovery(self, kind: str, seconds: float) -> None:
        """Count something that broke and healed, and the seconds between the two."""
        log.info("Recovered: %s, after %.1f s", kind, seconds)
        if self._meter:
            self._meter.recovery(kind, seconds)

    @property
    def trouble(self) -> Incident | None:
        """What keeps this bot from serving although it runs; it goes on trying by itself."""
        if self.guard.database_away_since is not None:
            return Incident(DATABASE_AWAY, self.guard.database_away_since, DATABASE_AWAY.kind)
        if self.broke:
            kind, since = self.broke
            return Incident(SILENT if kind == SILENT.kind else RECONNECTING, since, kind)
        breaker = self.calls.breaker
        if breaker and breaker.opened_at is not None:
            return Incident(SERVER_FAILS, breaker.opened_at, SERVER_FAILS.kind)
        return None

    @property
    def backlog(self) -> int:
        """Updates in hand: received, and not finished."""
        return self.inbox.lanes.backlog

    @property
    def slowed(self) -> int:
        """Those among them that wait because their authors send too fast."""
        return self.inbox.intake.door.slowed

    @property
    def caught_up(self) -> bool:
        """Whether everything that was sent while the bot was away has been taken in.

        What waits longer than `CATCH_UP_WITHIN` for something else, such as a flood wait, is not waited for.
        """
        if self.difference.busy:
            self._busy_at = time.monotonic()
        elif not self.inbox.lanes.active and not self.inbox.intake.aside:
            self._busy_at = None
        return self._busy_at is None or time.monotonic() - self._busy_at > CATCH_UP_WITHIN

    @property
    def quiet_seconds(self) -> float:
        """Seconds since Telegram sent anything of its own accord."""
        return time.monotonic() - self.inbox.last_arrival

    @property
    def alive(self) -> bool:
        """Whether the connection to Telegram is up."""
        return bool(self.is_connected and self.session and self.session.is_started.is_set())
