"""Decides how times are read from people and written for them, in the bot's time zone; inside they are UTC."""

import re
import zoneinfo
from datetime import UTC, datetime
from functools import cache
from typing import Final

_DURATION = re.compile(r"([0-9]{1,9})\s*([^\W\d_]+)\.?")
_UNITS: Final = {
    1: "s sec second seconds с сек секунд секунда секунды soniya",
    60: "m min minute minutes м мин минут минута минуты daq daqiqa",
    3600: "h hour hours ч час часа часов soat",
    86400: "d day days д дн день дня дней сутки kun",
    604800: "w week weeks н нед неделя недели недель hafta",
}
_SECONDS: Final = {word: seconds for seconds, words in _UNITS.items() for word in words.split()}
_DATES: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%d.%m.%Y %H:%M", "%d.%m.%Y")


def seconds_in(words: str) -> int | None:
    """Read a time as people write it: `90 min`, `1h 30m`, `2 дня`, `3 kun`; None where it is none, in seconds.

    A number without its unit is none: the environment takes it for seconds, and most people mean minutes.
    """
    words = words.casefold()
    found = _DURATION.findall(words)
    if not found or _DURATION.sub("", words).strip(" ,;+") or any(unit not in _SECONDS for _, unit in found):
        return None
    return sum(int(number) * _SECONDS[unit] for number, unit in found)


def moment_in(words: str, zone: str) -> datetime | None:
    """Read a date, with or without a time: `2026-12-31 18:00`, `31.12.2026`; None where it is none.

    A date alone means its first moment.
    """
    local = local_in(words)
    try:
        return local and local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return None


def local_in(words: str) -> datetime | None:
    """Do as `moment_in`, and return what the clocks show then, which is in no time zone yet."""
    for form in _DATES:
        try:
            return datetime.strptime(" ".join(words.split()), form)  # noqa: DTZ007 - the zone is the caller's
        except ValueError:
            continue
    return None


def written(at: datetime, zone: str) -> str:
    """Write a time as every language reads it."""
    return f"{at.astimezone(zoneinfo.ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def day_in(at: datetime, zone: str) -> str:
    """Return the date that a time is on in a time zone, as `2026-12-31`."""
    return at.astimezone(zoneinfo.ZoneInfo(zone)).date().isoformat()


def zone_called(name: str) -> str | None:
    """Return the time zone of this name, in any case; None where there is none."""
    return _zones().get("_".join(name.casefold().split()))


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}
