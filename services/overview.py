"""Decides what whoever runs the bot sees of it at a glance: what waits, and what each hour of today had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from database.bots import BotDatabase
from database.broadcast import Broadcast
from database.clock import Clock
from database.collection import COUNTED as COUNTED  # noqa: PLC0414 - how far a queue is counted
from database.collection import Backlog, Collection
from database.draft import DraftState
from database.targets import Target
from services.settings import SettingsService
from services.stats import begins
from services.tallies import TallyService
from services.traffic import Traffic, TrafficService

BROADCASTS: Final = 20
"""Broadcasts that are told at most."""

STANDING: Final = (
    DraftState.PENDING, DraftState.SCHEDULED, DraftState.PUBLISHING, DraftState.PARTLY, DraftState.FAILED,
)  # fmt: skip
"""The states of drafts that somebody who looks after the bot wants to know of."""

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """Something that waits in the database: what it is called, and how much there is of it."""

    name: str
    backlog: Backlog


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the bot's day, by its beginning: how often files were handed out, and what was sent."""

    at: datetime
    deliveries: int
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Overview:
    """How it stands at one moment. `hours` are all of today in `zone`, those to come as well, in their order.

    `drafts` has how many are in a state, and when the oldest of them was made.
    """

    at: datetime
    zone: str
    hours: tuple[Hour, ...]
    queues: tuple[Queue, ...]
    broadcasts: tuple[Broadcast, ...]
    drafts: Mapping[DraftState, tuple[int, datetime | None]]
    targets: tuple[Target, ...]


class OverviewService:
    """One bot's overview: every question in it is answered by an index, and counts to `COUNTED` at most."""

    def __init__(
        self,
        database: BotDatabase,
        settings: SettingsService,
        tallies: TallyService,
        traffic: TrafficService,
        clock: Clock,
    ) -> None:
        """Take the collections, the settings for the time zone, and who counts."""
        self._database = database
        self._settings = settings
        self._tallies = tallies
        self._traffic = traffic
        self._clock = clock

    async def look(self) -> Overview:
        """Return how it stands now, asked one question after the other: others need the connections more."""
        now, zone = self._clock.now(), (await self._settings.current()).timezone
        return Overview(
            at=now,
            zone=zone,
            hours=await self._hours(now, zone),
            queues=tuple([Queue(name, await queue.backlog(now)) for name, queue in self._queues().items()]),
            broadcasts=tuple(await self._database.broadcasts.unfinished(BROADCASTS)),
            drafts={state: await self._database.drafts.standing(state) for state in STANDING},
            targets=tuple(await self._database.targets.all()),
        )

    def _queues(self) -> Mapping[str, Collection]:
        database = self._database
        return {
            "steps": database.tasks,
            "deletions": database.deletions,
            "drafts": database.drafts,
            "processing": database.processing,
            "bundles": database.bundles,
            "albums": database.albums,
            "replies": database.threads,
            "letters": database.letters,
        }

    async def _hours(self, now: datetime, name: str) -> tuple[Hour, ...]:
        zone = ZoneInfo(name)
        today = now.astimezone(zone).date()
        first, end = begins(today, zone), begins(today + timedelta(days=1), zone)
        deliveries = await self._deliveries(first)
        traffic = await self._traffic.since(first)
        hours = []
        for number in range((end - first) // _HOUR):
            at = first + number * _HOUR
            quarters = [at + timedelta(minutes=15 * each) for each in range(4)]
            hours.append(
                Hour(
                    at.astimezone(UTC),
                    sum(deliveries.get(each, 0) for each in quarters),
                    sum((traffic.get(each, Traffic()) for each in quarters), Traffic()),
                )
            )
        return tuple(hours)

    async def _deliveries(self, first: datetime) -> Mapping[datetime, int]:
        """Return the deliveries of each quarter since then: those that are tallied, and those of the last minutes."""
        async with self._tallies.turn:
            quarters = await self._database.tallies.since(first)
            late = await self._tallies.late(first - timedelta(milliseconds=1))
        for quarter, uses in late.quarters.items():
            quarters[quarter] = quarters.get(quarter, 0) + uses
        return quarters
