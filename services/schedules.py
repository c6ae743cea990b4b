"""Decides when jobs are due: at moments that all processes work out alike, once a day also where clocks are changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

_ORIGIN = datetime.fromtimestamp(0, UTC)


class Schedule(Protocol):
    """When something is due, again and again."""

    @property
    def key(self) -> str:
        """The text that tells it."""

    @property
    def args(self) -> Mapping[str, object]:
        """What stands in that text."""

    def next_after(self, moment: datetime, zone: str) -> datetime:
        """Return the first moment (UTC) after this one at which it is due, in this time zone."""


@dataclass(frozen=True, slots=True)
class Every:
    """Due every period, counted from 1970: an hour that a place has twice, or not at all, changes nothing."""

    period: timedelta
    key: ClassVar[str] = "job-every"

    @property
    def args(self) -> Mapping[str, object]:
        """The period in seconds."""
        return {"seconds": int(self.period.total_seconds())}

    def next_after(self, moment: datetime, zone: str) -> datetime:  # noqa: ARG002 - it is the same everywhere
        """Return the first moment after this one at which it is due."""
        return _ORIGIN + ((moment - _ORIGIN) // self.period + 1) * self.period


@dataclass(frozen=True, slots=True)
class Daily:
    """Due at these full hours of each day, in the bot's time zone.

    An hour that a day does not have, because clocks go forward over it, is due as long after the one before as on other
    days; of an hour that a day has twice, the first counts. So each is due once a day.
    """

    hours: tuple[int, ...]
    key: ClassVar[str] = "job-daily"

    @property
    def args(self) -> Mapping[str, object]:
        """The hours as people write them."""
        return {"hours": ", ".join(f"{hour:02}:00" for hour in self.hours)}

    def next_after(self, moment: datetime, zone: str) -> datetime:
        """Return the first moment after this one at which it is due."""
        place = ZoneInfo(zone)
        today = moment.astimezone(place).date()
        days = [today + timedelta(days=number) for number in range(-1, 3)]
        times = [datetime.combine(day, time(hour), place).astimezone(UTC) for day in days for hour in self.hours]
        return min(at for at in times if at > moment)
