"""Time is the database's, carried on by the monotonic clock, and never goes back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from database.clock import Clock
from database.connection import Database
from tests.database.mongo import NOW

SECOND = timedelta(seconds=1)


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def test_the_clock_follows_the_database() -> None:
    monotonic = Monotonic()
    clock = Clock(NOW, monotonic)

    async def ask() -> datetime:
        monotonic.seconds += 2
        return NOW + timedelta(hours=1)

    off = await clock.measure(ask, samples=1)
    # The answer was made halfway through a round trip of two seconds.
    assert clock.now() == NOW + timedelta(hours=1) + SECOND
    assert off == timedelta(hours=1) - SECOND
    monotonic.seconds += 5
    assert clock.now() == NOW + timedelta(hours=1) + 6 * SECOND


async def test_the_fastest_answer_counts() -> None:
    monotonic = Monotonic()
    clock = Clock(NOW, monotonic)
    delays = iter([4.0, 0.0, 8.0])

    async def ask() -> datetime:
        told = NOW + timedelta(seconds=monotonic.seconds)
        monotonic.seconds += next(delays)
        return told

    await clock.measure(ask)
    assert clock.now() == NOW + timedelta(seconds=monotonic.seconds)


async def test_the_clock_never_steps_back() -> None:
    monotonic = Monotonic()
    clock = Clock(NOW, monotonic)

    async def earlier() -> datetime:
        return NOW - 10 * SECOND

    before = clock.now()
    await clock.measure(earlier)
    assert clock.now() == before
    monotonic.seconds += 9
    assert clock.now() == before
    monotonic.seconds += 3
    assert clock.now() == before + 2 * SECOND


def test_times_are_utc_and_as_exact_as_the_database_keeps_them() -> None:
    east = timezone(timedelta(hours=5))
    clock = Clock(datetime(2026, 3, 1, 17, 0, 0, 123999, tzinfo=east), Monotonic())
    assert clock.now() == datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("ahead", [timedelta(days=-3650), timedelta(hours=1)])
async def test_a_wrong_clock_of_this_machine_does_not_matter(mongo_url: str, ahead: timedelta) -> None:
    true = datetime.now(UTC)
    with time_machine.travel(true + ahead, tick=True):
        async with await Database.connect(mongo_url, "test_clock") as database:
            off = database.clock.now() - true
    assert timedelta(0) <= off < timedelta(minutes=10)
