"""Decides what /stats says: who is there, what is stored, what is handed out; each number bounded by an index."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.files import StoredFile
from database.link import Link
from database.task import Status as Status  # noqa: PLC0414 - what `Figures.tasks` names
from services.settings import SettingsService
from services.tallies import TallyService

DAYS: Final = 30
"""Days that the chart shows, today included."""

WEEK: Final = 7
"""Days that are this week: today and the six before it."""

TOP: Final = 10
"""Links that are named."""

FRESH: Final = timedelta(minutes=1)
"""How old the numbers may be."""


Busy = tuple[Mapping[str, int], Mapping[Status, int]]
"""A day's presses by button, and its steps of sequences by how they ended."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the bot's time zone.

    How often files were handed out, how many people wrote for the first time, how often each button was pressed, and
    how many steps of sequences ended in which way.
    """

    date: date
    deliveries: int
    new_users: int
    clicks: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[Status, int] = field(default_factory=dict)

    @property
    def presses(self) -> int:
        """How often buttons were pressed, whichever."""
        return sum(self.clicks.values())


@dataclass(frozen=True, slots=True)
class Popular:
    """A link that is used much; `file` is its first, None where its record is gone."""

    link: Link
    file: StoredFile | None
    deliveries: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a bot has and does, at one moment.

    `stored_bytes` is the size of all files, each content once. `tasks` are the steps of sequences by what became of
    them, `clicks` how often each button was ever pressed, by what it is recorded as.
    """

    at: datetime
    users: int
    active_today: int
    active_week: int
    files: int
    stored_bytes: int
    links: int
    listed: int
    deliveries: int
    days: tuple[Day, ...]
    top: tuple[Popular, ...]
    tasks: Mapping[Status, int]
    clicks: Mapping[str, int]

    @property
    def presses(self) -> int:
        """How often buttons were pressed, whichever."""
        return sum(self.clicks.values())

    @property
    def today(self) -> Day:
        """The day that is not over yet."""
        return self.days[-1]


class StatsService:
    """One bot's numbers."""

    def __init__(self, database: BotDatabase, settings: SettingsService, tallies: TallyService, clock: Clock) -> None:
        """Take the collections, the settings for the time zone, and who counts uses."""
        self._database = database
        self._settings = settings
        self._tallies = tallies
        self._clock = clock
        self._turn = asyncio.Lock()
        self._figures: Figures | None = None
        self._past: dict[tuple[str, date], Busy] = {}

    async def figures(self) -> Figures:
        """Return the numbers, a minute old at most; who asks meanwhile gets the same."""
        async with self._turn:
            known = self._figures
            if known is None or self._clock.now() - known.at >= FRESH:
                await self._tallies.keep_up()
                async with self._tallies.turn:
                    known = self._figures = await self._count()
            return known

    async def missed(self, code: str, cause: Cause, missing: Sequence[str], *, nothing: bool) -> None:
        """Note which files of a use of a link did not arrive, by unique ids; `nothing`: it was no delivery at all."""
        await self._database.uses.missed(code, cause, missing, nothing=nothing)

    async def of_files(self, unique_ids: Sequence[str]) -> dict[str, int]:
        """Return how often each of these files was handed out, by all links that have it."""
        listings, uses = self._database.listings, self._database.uses
        async with self._tallies.turn:
            codes = await asyncio.gather(*map(listings.with_file, unique_ids))
            missed = await asyncio.gather(*map(uses.missed_file, unique_ids))
            counted, late = await asyncio.gather(
                listings.used([*{each for some in codes for each in some}]), self._tallies.late()
            )
        return {
            unique_id: sum(counted.get(code, 0) + late.links.get(code, 0) for code in some) - without
            for unique_id, some, without in zip(unique_ids, codes, missed, strict=True)
        }

    async def _count(self) -> Figures:
        now = self._clock.now()
        zone = ZoneInfo((await self._settings.current()).timezone)
        today = now.astimezone(zone).date()
        dates = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        first = begins(dates[0], zone)
        users, files, links, listings = (
            self._database.users, self._database.files, self._database.links, self._database.listings,
        )  # fmt: skip
        (
            (people, active_today, active_week, new),
            (stored, size),
            (made, listed),
            (total, quarters, top, late),
            (tasks, clicks, busy),
        ) = await asyncio.gather(
            asyncio.gather(
                users.count(),
                users.active_since(begins(today, zone)),
                users.active_since(begins(today - timedelta(days=WEEK - 1), zone)),
                users.new_since(first),
            ),
            files.totals(),
            asyncio.gather(links.count(), listings.listed()),
            asyncio.gather(
                self._database.tallies.total(),
                self._database.tallies.since(first),
                listings.most_used(TOP),
                self._tallies.late(),
            ),
            self._audience(dates, zone),
        )
        deliveries = _by_day(quarters, zone, _by_day(late.quarters, zone))
        arrivals = _by_day(new, zone)
        return Figures(
            at=now,
            users=people,
            active_today=active_today,
            active_week=active_week,
            files=stored,
            stored_bytes=size,
            links=made,
            listed=listed,
            deliveries=total + sum(late.links.values()),
            days=tuple(
                Day(each, deliveries.get(each, 0), arrivals.get(each, 0), *audience)
                for each, audience in zip(dates, busy, strict=True)
            ),
            top=await self._popular(top, late.links),
            tasks=tasks,
            clicks=clicks,
        )

    async def _audience(
        self, dates: Sequence[date], zone: ZoneInfo
    ) -> tuple[dict[Status, int], dict[str, int], list[Busy]]:
        """Return the tasks by status, the presses by button, and each day's presses and steps.

        One after the other: a million of each take a second or two, which is no matter, and would take all connections.
        Days that have long been over are counted once by a process.
        """
        tasks, clicks = self._database.tasks, self._database.button_clicks
        statuses, pressed, by_day = await tasks.by_status(), await clicks.totals(), dict[tuple[str, date], Busy]()
        for each in dates:
            key = (zone.key, each)
            span = (begins(each, zone), begins(each + timedelta(days=1), zone))
            is_over = each < dates[-1] - timedelta(days=1)
            known = self._past.get(key) if is_over else None
            by_day[key] = known or (await clicks.by_button(*span), await tasks.ended_between(*span))
        self._past = by_day
        return statuses, pressed, list(by_day.values())

    async def _popular(self, counted: Mapping[str, int], late: Mapping[str, int]) -> tuple[Popular, ...]:
        """Return the links that are used most, those of the last minutes with what they had before."""
        before = {**await self._database.listings.used(list(late)), **counted}
        uses = {code: before.get(code, 0) + late.get(code, 0) for code in {*before, *late}}
        best = sorted(uses, key=lambda code: (-uses[code], code))[:TOP]
        links = await self._database.links.get_many(best)
        firsts = {code: link.items[0].unique_id for code, link in links.items() if link.items}
        files = await self._database.files.get_many(set(firsts.values()))
        return tuple(
            Popular(links[code], files.get(firsts.get(code, "")), uses[code]) for code in best if code in links
        )


def begins(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in a time zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _by_day(
    quarters: Mapping[datetime, int], zone: ZoneInfo, onto: Mapping[date, int] | None = None
) -> dict[date, int]:
    """Add up quarters of hours by the day of a time zone: every zone's days begin with one."""
    days = dict(onto or {})
    for at, count in quarters.items():
        day = at.astimezone(zone).date()
        days[day] = days.get(day, 0) + count
    return days
