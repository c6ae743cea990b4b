"""Steps are planned at once, and quiet hours are what the clocks of a place show, also on the days they are changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.sequences import Plan, QuietHours, Step
from database.task import Task
from services.steps import quiet_until, tasks_of
from tests.database.mongo import NOW

PLAN = Plan(
    "welcome",
    (
        Step("hello", 0, html="a"),
        Step("more", 40, html="b"),
        Step("farewell", 900, after="more", html="c"),
        Step("last", 7200, html="d"),
    ),
)
NIGHT = QuietHours(22 * 60, 8 * 60)


def times(tasks: list[Task]) -> list[float]:
    return [(task.send_at - NOW).total_seconds() for task in tasks]


def test_all_steps_are_planned_from_joining_and_from_the_step_before() -> None:
    tasks = tasks_of(PLAN, 11, "first", NOW)
    assert times(tasks) == [0, 40, 940, 7200]
    assert [task.next for task in tasks] == ["more", "farewell", "last", None]
    assert [dict(task.leads) for task in tasks] == [{}, {"farewell": 900}, {}, {}]
    assert len({task.cause for task in [*tasks, *tasks_of(PLAN, 11, "again", NOW)]}) == 8


def test_a_test_is_fast_and_in_the_same_order() -> None:
    tasks = tasks_of(PLAN, 11, "x", NOW, test=True)
    assert times(tasks) == [0, 1, 11, 10]
    assert all(task.is_test for task in tasks)


@pytest.mark.parametrize(
    "zone, moment, end",
    [
        ("UTC", "2026-03-01T21:59", None),
        ("UTC", "2026-03-01T22:00", "2026-03-02T08:00"),
        ("UTC", "2026-03-02T07:59", "2026-03-02T08:00"),
        ("UTC", "2026-03-02T08:00", None),
        ("Asia/Tashkent", "2026-03-01T17:00", "2026-03-02T03:00"),
        ("Europe/Berlin", "2026-03-28T21:00", "2026-03-29T06:00"),  # the night in which an hour is missing
        ("Europe/Berlin", "2026-10-24T20:00", "2026-10-25T07:00"),  # and the one that has an hour twice
    ],
)
def test_what_falls_into_the_night_waits_for_its_end(zone: str, moment: str, end: str | None) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert quiet_until(NIGHT, at, zone) == (datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None)


@pytest.mark.parametrize(
    "moment, end",
    [
        ("2026-03-29T00:50", "2026-03-29T01:30"),  # 01:50; 02:30 is not there, and is 03:30
        ("2026-10-25T00:10", "2026-10-25T00:30"),  # 02:10 for the first time
        ("2026-10-25T00:40", None),  # 02:40 for the first time
        ("2026-10-25T01:10", "2026-10-25T01:30"),  # 02:10 for the second time
    ],
)
def test_an_end_that_a_day_does_not_have_or_has_twice(moment: str, end: str | None) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    ended = quiet_until(QuietHours(60, 150), at, "Europe/Berlin")
    assert ended == (datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None)


def test_quiet_hours_whose_end_and_all_after_it_a_day_does_not_have_end_on_the_next() -> None:
    quiet, moment = QuietHours(150, 120), datetime(2024, 3, 9, 12, tzinfo=UTC)  # the clock goes from 02:00 to 03:00
    ended = quiet_until(quiet, moment, "America/New_York")
    assert ended == datetime(2024, 3, 11, 6, tzinfo=UTC)


@given(
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
    minutes=st.integers(0, 366 * 1440),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_quiet_hours_end_soon_and_nothing_is_ever_made_early(start: int, end: int, minutes: int, zone: str) -> None:
    if start == end:
        return
    quiet, moment = QuietHours(start, end), NOW + timedelta(minutes=minutes)
    ended = quiet_until(quiet, moment, zone)
    if ended is not None:
        assert moment < ended <= moment + timedelta(hours=49)
        assert quiet_until(quiet, ended, zone) is None
