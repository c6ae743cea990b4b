"""What waits, and what today had, as the status page tells it: asked in the background, and kept for a moment."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from database.connection import is_unavailable
from services.overview import COUNTED, Overview
from web.jobs import stamp
from web.lifelike import OverviewLike

log = logging.getLogger(__name__)

KEEP: Final = 5.0
"""Seconds for which an overview is new: strangers' requests cannot become load on the database."""

PATIENCE: Final = 0.5
"""Seconds that a request waits for a newer one. It does not wait at all where the last look failed."""

WITHIN: Final = 10.0
"""Seconds that one look may take."""


@dataclass(frozen=True, slots=True)
class HourFacts:
    """What one hour of the bot's day had; `begins` in UTC."""

    begins: str
    deliveries: int
    sent: int
    """Messages that Telegram took."""
    waits: int
    """Waits that Telegram ordered, and the seconds that they were for."""
    waited_seconds: float


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What waits in the database, of one kind; numbers as far as `OverviewFacts.counted_to`."""

    name: str
    waiting: int
    due: int
    """Those whose time has come."""
    next_due: str | None


@dataclass(frozen=True, slots=True)
class BroadcastFacts:
    """How far a broadcast is that has not ended; `expected` is None until its readers are counted."""

    state: str
    expected: int | None
    finished: int
    at: str | None
    """When it began, or is to begin."""


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """How many drafts are in one state, and when the oldest of them was made."""

    state: str
    count: int
    oldest: str | None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A chat that drafts go to; for those alone who may make admin calls."""

    title: str
    may_write: bool
    lacks: tuple[str, ...]
    """What it lacks, in the keys of the texts that say so."""


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    """How one bot stood at one moment (`as_of`, UTC)."""

    as_of: str
    timezone: str
    counted_to: int
    """Where it says so many, there are so many or more."""
    hours: tuple[HourFacts, ...] = ()
    """All of today in the bot's time zone, those to come as well."""
    queues: tuple[QueueFacts, ...] = ()
    broadcasts: tuple[BroadcastFacts, ...] = ()
    drafts: tuple[DraftFacts, ...] = ()
    targets: tuple[TargetFacts, ...] = ()


class Overviews:
    """Keeps the newest overview of one bot."""

    def __init__(self, source: Callable[[], OverviewLike | None]) -> None:
        """Take who says whom to ask; None: nobody here serves the bot."""
        self._source = source
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")
        self._failed = False
        self._known: OverviewFacts | None = None

    @property
    def known(self) -> OverviewFacts | None:
        """The newest; None before the first, and while this process does not serve the bot."""
        return self._known if self._source() else None

    async def look(self) -> None:
        """Let there be a newer one if this one is old, and wait a little for it."""
        service = self._source()
        if service is None or time.monotonic() - self._looked_at < KEEP:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(service), name="overview")
        if not self._failed:
            await asyncio.wait({self._looking}, timeout=PATIENCE)

    async def _look(self, service: OverviewLike) -> None:
        try:
            async with asyncio.timeout(WITHIN):
                self._known = facts_of(await service.look())
            self._failed = False
        except Exception as error:  # this is a task's end: whoever asks sees how old the overview is
            self._failed = True
            if is_unavailable(error) or isinstance(error, TimeoutError):
                log.debug("There is no newer overview: %s", error)
            else:
                log.exception("There is no newer overview")
        self._looked_at = time.monotonic()


def facts_of(seen: Overview) -> OverviewFacts:
    """Tell an overview as programs read it."""
    return OverviewFacts(
        as_of=str(stamp(seen.at)),
        timezone=seen.zone,
        counted_to=COUNTED,
        hours=tuple(
            HourFacts(str(stamp(each.at)), each.deliveries, each.traffic.sent, each.traffic.waits,
                      round(each.traffic.waited, 1))
            for each in seen.hours
        ),
        queues=tuple(
            QueueFacts(each.name, each.backlog.waiting, each.backlog.due, stamp(each.backlog.next_at))
            for each in seen.queues
        ),
        broadcasts=tuple(
            BroadcastFacts(each.state, each.expected, each.counts.finished, stamp(each.started_at or each.start_at))
            for each in seen.broadcasts
        ),
        drafts=tuple(DraftFacts(state, count, stamp(oldest)) for state, (count, oldest) in seen.drafts.items()),
        targets=tuple(TargetFacts(each.title, each.may_write, each.lacks) for each in seen.targets),
    )  # fmt: skip
