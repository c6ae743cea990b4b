"""Due times: each full hour of a day once, in every time zone and across every change of its clocks."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from apscheduler.triggers.cron import CronTrigger

from services.schedules import Daily, Every, Schedule

TWICE = Daily((0, 12))
YEARS = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def due_from(schedule: Schedule, moment: datetime, count: int, zone: str = "UTC") -> list[datetime]:
    found = [schedule.next_after(moment, zone)]
    while len(found) < count:
        found.append(schedule.next_after(found[-1], zone))
    return found


def changes(zone: str) -> list[datetime]:
    """The days on which the clocks of a place were changed."""
    place, (day, end) = zoneinfo.ZoneInfo(zone), YEARS
    found = []
    while day < end:
        following = day + timedelta(days=1)
        if day.astimezone(place).utcoffset() != following.astimezone(place).utcoffset():
            found.append(day)
        day = following
    return found


def days_of(moments: list[datetime], zone: str) -> list[tuple[date, int]]:
    """Which hour of which day each is for: in a gap the clock shows a later one."""
    place = zoneinfo.ZoneInfo(zone)
    return [(local.date(), 12 * (local.hour >= 12)) for local in (each.astimezone(place) for each in moments)]


def test_a_period_is_counted_from_the_same_moment_everywhere() -> None:
    every = Every(timedelta(minutes=1))
    at = datetime(2026, 3, 1, 12, 0, 0, 1000, tzinfo=UTC)
    assert every.next_after(at, "UTC") == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    assert every.next_after(datetime(2026, 3, 1, 12, 1, tzinfo=UTC), "Asia/Tashkent") == datetime(
        2026, 3, 1, 12, 2, tzinfo=UTC
    )


def test_an_hour_that_comes_twice_has_its_minutes_twice() -> None:
    berlin = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 02:00, and an hour later 02:00 again
    found = due_from(Every(timedelta(minutes=1)), berlin, 120, "Europe/Berlin")
    assert all(later - earlier == timedelta(minutes=1) for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("zone", "at", "due"),
    [
        ("UTC", "2026-03-01T11:59:59.999", "2026-03-01T12:00"),
        ("UTC", "2026-03-01T12:00", "2026-03-02T00:00"),
        ("UTC", "2026-03-01T23:59:59.999", "2026-03-02T00:00"),
        ("Asia/Tashkent", "2026-03-01T18:59", "2026-03-01T19:00"),
        ("Pacific/Kiritimati", "2026-03-01T10:00", "2026-03-01T22:00"),
        ("America/Santiago", "2026-09-06T03:30", "2026-09-06T04:00"),  # no midnight on that day: 01:00 comes instead
        ("America/Havana", "2026-11-01T03:59", "2026-11-01T04:00"),  # midnight comes twice: the first
        ("America/Havana", "2026-11-01T04:00", "2026-11-01T17:00"),
        ("Europe/Berlin", "2026-03-29T00:00", "2026-03-29T10:00"),
        ("Europe/Berlin", "2026-10-25T00:00", "2026-10-25T11:00"),
    ],
)
def test_an_hour_of_the_day_is_due_in_the_bots_time_zone(zone: str, at: str, due: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert TWICE.next_after(moment, zone) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_each_hour_is_due_once_a_day_across_all_changes_of_clocks() -> None:
    found_changes = 0
    for zone in sorted(zoneinfo.available_timezones()):
        for day in changes(zone):
            found_changes += 1
            found = due_from(TWICE, day - timedelta(days=2), 9, zone)
            each = days_of(found, zone)
            assert len(set(each)) == 9, (zone, day, found)
            assert max(later - earlier for earlier, later in pairwise(found)) <= timedelta(hours=16), (zone, day)
    assert found_changes > 400


def test_control_the_librarys_own_trigger_misses_midnights() -> None:
    """Why the due times are worked out here."""
    santiago = zoneinfo.ZoneInfo("America/Santiago")
    midnight = CronTrigger(hour=0, timezone=santiago)
    before = datetime(2026, 9, 5, 12, tzinfo=santiago)
    following = midnight.get_next_fire_time(None, before)
    assert following.astimezone(santiago).date() == date(2026, 9, 7), "there is none on the 6th"
    assert days_of([Daily((0,)).next_after(before.astimezone(UTC), "America/Santiago")], "America/Santiago") == [
        (date(2026, 9, 6), 0)
    ]
