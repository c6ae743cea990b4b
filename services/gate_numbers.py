"""Decides how what happens at the gate is counted: by days of the bot's time zone, once per cause."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from database.cause import Cause
from database.clock import Clock
from database.gate_events import EventCount, GateEvents
from database.gate_events import GateEvent as GateEvent  # noqa: PLC0414 - what callers of `note` name
from services.settings import SettingsService


class Refused(StrEnum):
    """Why a token is not taken; the reader is not told which it was."""

    UNKNOWN = "unknown"
    """No token of this bot, or one that was deleted."""
    OTHER = "other"
    """Another person's."""
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened at the gate on one day, a date of the bot's time zone."""

    day: str
    counts: list[EventCount]

    def of(self, event: GateEvent, *, shortener: str | None = None, reason: Refused | None = None) -> int:
        """Return how often something happened, in all, with one shortener, or for one reason."""
        return sum(
            each.count
            for each in self.counts
            if each.event is event and shortener in {None, each.shortener} and reason in {None, each.reason}
        )

    @property
    def shorteners(self) -> set[str]:
        """The shorteners of which there is anything to say."""
        return {each.shortener for each in self.counts if each.shortener}


class GateNumbers:
    """What happened at one bot's gate."""

    def __init__(self, events: GateEvents, settings: SettingsService, clock: Clock) -> None:
        """Take the collection, and the settings for the time zone."""
        self._events = events
        self._settings = settings
        self._clock = clock

    async def note(
        self, event: GateEvent, cause: Cause, *, shortener: str | None = None, reason: Refused | None = None,
        payload: str | None = None,
    ) -> None:  # fmt: skip
        """Count something that happened now, once per cause."""
        now, day = self._clock.now(), await self.today()
        await self._events.note(event, cause, day, now, shortener=shortener, reason=reason, payload=payload)

    async def verified_by(self, cause: Cause) -> str | None:
        """Return what the link carries that a cause was verified for, also when its token is deleted."""
        return await self._events.verified_by(cause)

    async def of_today(self) -> Numbers:
        """Return what happened today."""
        day = await self.today()
        return Numbers(day, await self._events.of_day(day))

    async def forget(self) -> None:
        """Delete what happened before yesterday: what is of yesterday may still be asked for again."""
        await self._events.forget_before((await self._date() - timedelta(days=1)).isoformat())

    async def today(self) -> str:
        """Return the date in the bot's time zone."""
        return (await self._date()).isoformat()

    async def left_of_today(self) -> int:
        """Return the seconds until the next day begins in the bot's time zone."""
        zone = ZoneInfo((await self._settings.current()).timezone)
        begins = datetime.combine(await self._date() + timedelta(days=1), time(), zone)
        return int((begins.astimezone(UTC) - self._clock.now()).total_seconds()) + 1

    async def _date(self) -> date:
        zone = ZoneInfo((await self._settings.current()).timezone)
        return self._clock.now().astimezone(zone).date()
