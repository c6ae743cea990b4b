"""What is counted of drafts, for Prometheus: how many stand how, and how long they wait and go out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, Histogram

from database.connection import is_unavailable
from services.drafts import DraftState

log = logging.getLogger(__name__)

DECISION_SECONDS: Final = (5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)
PUBLISH_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1200, 3600)

WITHIN: Final = 2.0
"""Seconds that the database has to count them."""

KEEP: Final = 1.0
"""Seconds for which a count holds, so that a stranger's requests cannot become load on the database."""

Count = Callable[[], Awaitable[Mapping[DraftState, int]] | None]
"""Who counts drafts by state; None while this process does not serve the bot."""


class DraftMetrics:
    """The numbers of drafts (services.draft_meter.DraftMeter)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._gauge = Gauge("draftkeep_drafts", "Drafts, by the state that they are in.", ["state"], registry=registry)
        self._decision = Histogram(
            "draftkeep_draft_decision_seconds",
            "From the moment that a draft is made to a decision on it; one that is opened again is counted again.",
            buckets=DECISION_SECONDS,
            registry=registry,
        )
        self._publish = Histogram(
            "draftkeep_draft_publish_seconds",
            "From an approval, or the time that a draft was scheduled for, to the end of its last target.",
            buckets=PUBLISH_SECONDS,
            registry=registry,
        )
        self._until = float("-inf")
        self._looking = asyncio.Lock()
        self.count: Count = lambda: None

    def decided(self, seconds: float) -> None:
        """Count a decision, so many seconds after the draft was made."""
        self._decision.observe(seconds)

    def published(self, seconds: float) -> None:
        """Count a draft that went through, so many seconds after it was to go out."""
        self._publish.observe(seconds)

    async def look(self) -> None:
        """Count how many stand how; nothing is told of it while another process serves the bot, or nobody answers."""
        async with self._looking:  # who comes meanwhile is told the same
            if time.monotonic() < self._until:
                return
            counts = await self._counted()
            self._gauge.clear()
            if counts is not None:
                for state in DraftState:
                    self._gauge.labels(state.value).set(counts.get(state, 0))
            self._until = time.monotonic() + KEEP

    async def _counted(self) -> Mapping[DraftState, int] | None:
        counting = self.count()
        if counting is None:
            return None
        try:
            async with asyncio.timeout(WITHIN):
                return await counting
        except Exception as error:
            if not is_unavailable(error) and not isinstance(error, TimeoutError):
                raise
            log.debug("Drafts cannot be counted: %s", error)
            return None
