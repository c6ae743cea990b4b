"""Which moment to come people mean, in the bot's time zone, also where the clocks are changed."""

from datetime import UTC, datetime, timedelta

import pytest

from services.errors import UserError
from services.upcoming import FARTHEST, upcoming_in

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
"""The day before the clocks of Berlin are put forward; 13:00 there."""


@pytest.mark.parametrize(
    ("words", "zone", "at"),
    [
        ("18:30", BERLIN, datetime(2026, 3, 28, 17, 30, tzinfo=UTC)),
        ("9:05", BERLIN, datetime(2026, 3, 29, 7, 5, tzinfo=UTC)),  # tomorrow, an hour earlier by UTC
        ("13:00", BERLIN, datetime(2026, 3, 29, 11, 0, tzinfo=UTC)),  # now is over
        ("2026-12-31 18:00", "Asia/Tashkent", datetime(2026, 12, 31, 13, 0, tzinfo=UTC)),
        ("31.12.2026 18:00", "UTC", datetime(2026, 12, 31, 18, 0, tzinfo=UTC)),
        ("2026-04-01", BERLIN, datetime(2026, 3, 31, 22, 0, tzinfo=UTC)),
        ("2 h", BERLIN, NOW + timedelta(hours=2)),
        ("1 день", BERLIN, NOW + timedelta(days=1)),
        ("2026-03-29 01:59", BERLIN, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29 03:00", BERLIN, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25 02:30", BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # shown twice: the first
    ],
)
def test_a_moment_to_come_is_read_in_the_time_zone(words: str, zone: str, at: datetime) -> None:
    assert upcoming_in(words, zone, NOW) == at


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("2026-03-28 12:59", "time-past"),
        ("2020-01-01", "time-past"),
        ("2026-03-29 02:30", "time-skipped"),
        ("2027-03-30", "time-far"),
        ("999999999 w", "time-far"),
        ("0 s", "time-past"),
        ("soon", "time-unclear"),
        ("25:00", "time-unclear"),
        ("120", "time-unclear"),
        ("2026-02-30 10:00", "time-unclear"),
        ("0001-01-01 00:00", "time-unclear"),
        ("", "time-unclear"),
    ],
)
def test_what_is_no_moment_to_come_is_refused(words: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        upcoming_in(words, BERLIN, NOW)
    assert refused.value.key == key


def test_of_a_time_that_the_clocks_skip_the_next_one_is_said() -> None:
    with pytest.raises(UserError) as refused:
        upcoming_in("2026-03-29 02:30", BERLIN, NOW)
    assert refused.value.args_["after"] == "2026-03-29 03:30"
    with pytest.raises(UserError, match="time-skipped"):
        upcoming_in("2:30", BERLIN, NOW)
    assert upcoming_in("2:30", "UTC", NOW) == NOW.replace(hour=2, minute=30) + timedelta(days=1)


def test_a_time_that_the_clocks_skipped_today_means_tomorrow_once_its_hour_is_over() -> None:
    later = datetime(2026, 3, 29, 8, 0, tzinfo=UTC)
    assert upcoming_in("2:30", BERLIN, later) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)
    with pytest.raises(UserError, match="time-skipped"):
        upcoming_in("2:30", BERLIN, datetime(2026, 3, 28, 23, 30, tzinfo=UTC))


def test_a_time_that_is_shown_twice_today_means_tomorrow_once_it_was_shown() -> None:
    second = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 in Berlin, for the second time
    assert upcoming_in("2:30", BERLIN, second) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_the_farthest_moment_is_taken() -> None:
    assert upcoming_in("366 days", "UTC", NOW) == NOW + FARTHEST
