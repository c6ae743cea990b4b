"""Decides which moment to come a person means: a date, a time of day, or for how long from now."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import Final

from services.errors import UserError
from services.times import local_in, seconds_in, written

FARTHEST: Final = timedelta(days=366)
"""How far ahead something may be planned."""

_TIME_OF_DAY: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")


def upcoming_in(words: str, zone: str, now: datetime) -> datetime:
    """Read a moment to come: `18:30` (the next one), `2026-12-31 18:00`, `31.12.2026 18:00`, `2 h`. Returns it in UTC.

    A time that the clocks show twice, when they are put back, means the first of the two.

    Raises:
        UserError: `time-unclear`, `time-past`, `time-far`, or `time-skipped`: the clocks are put forward over it.
    """
    at = _read(words, zone, now)
    if at is None:
        raise UserError("time-unclear", zone=zone)
    if at <= now:
        raise UserError("time-past", at=written(at, zone), now=written(now, zone), zone=zone)
    if at > now + FARTHEST:
        raise UserError("time-far", at=written(at, zone), days=FARTHEST.days)
    return at


def _read(words: str, zone: str, now: datetime) -> datetime | None:
    seconds = seconds_in(words)
    if seconds is not None:
        return now + timedelta(seconds=min(seconds, 2 * FARTHEST.total_seconds()))
    if found := _TIME_OF_DAY.fullmatch(words.strip()):
        return _next(int(found[1]), int(found[2]), zone, now)
    local = local_in(words)
    return None if local is None else _existing(local, zone)


def _next(hour: int, minute: int, zone: str, now: datetime) -> datetime:
    """The next time that the clocks show this; one that they skip is refused only on the day on which it is next."""
    shown = now.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    today = shown.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if today > shown.replace(fold=0) and (at := _existing(today, zone)) > now:
        return at
    return _existing(today + timedelta(days=1), zone)


def _existing(local: datetime, zone: str) -> datetime:
    """The moment at which the clocks of a zone show this.

    Raises:
        UserError: `time-skipped`: they never do; `time-unclear`: no calendar has it in UTC.
    """
    place = zoneinfo.ZoneInfo(zone)
    try:
        at = local.replace(tzinfo=place).astimezone(UTC)
    except OverflowError as error:
        raise UserError("time-unclear", zone=zone) from error
    if at.astimezone(place).replace(tzinfo=None) != local:
        raise UserError("time-skipped", at=f"{local:%Y-%m-%d %H:%M}", after=written(at, zone), zone=zone)
    return at
