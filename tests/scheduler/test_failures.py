"""The owner is told once that updates fail, and once that it is over, through restarts, waits and a database away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.cause import Cause
from scheduler.failures import FailureWatch
from services.errors import TryLater
from services.failures import FailureRate

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Marks:
    """The marks of the database, which may be away."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.away = False

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def put(self, name: str, mark: str) -> None:
        if self.away:
            raise AutoReconnect("gone")
        self.kept[name] = mark


class House:
    """A bot whose owner reads, and Telegram, which keeps what was sent by its cause."""

    def __init__(self) -> None:
        self.clock: Any = self
        self.marks = Marks()
        self.sent: dict[tuple[str, Cause], dict[str, object]] = {}
        self.troubles: list[Exception] = []
        self.time = 0.0
        self.start()

    def now(self) -> datetime:
        return NOW

    def start(self) -> None:
        """Begin anew with nothing in memory."""
        self.rate = FailureRate(self.time)
        self.watch = FailureWatch(self, self.rate, self.marks, now=lambda: self.time)

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.setdefault((key, cause), args)
        return True

    async def goes_on(self, updates: int, failed: int) -> None:
        """Five minutes with so many updates; the watch looks as often as its runner does."""
        self.time += 400
        for number in range(updates):
            self.rate.count(failed=number < failed, now=self.time)
        for _ in range(10):
            try:
                await self.watch.look()
            except (TryLater, AutoReconnect):
                continue

    @property
    def told(self) -> list[str]:
        return [key for key, _ in self.sent]


@pytest.fixture
def house() -> House:
    return House()


async def test_on_an_ordinary_day_nobody_is_told(house: House) -> None:
    for _ in range(20):
        await house.goes_on(100, 2)
    assert house.told == []
    assert house.marks.kept == {}


async def test_it_is_told_once_with_the_numbers_and_its_end_once(house: House) -> None:
    for _ in range(5):
        await house.goes_on(100, 40)
    assert house.told == ["failures-many"]
    assert list(house.sent.values()) == [{"updates": 100, "failed": 40}]
    for _ in range(5):
        await house.goes_on(100, 0)
    assert house.told == ["failures-many", "failures-over"]


async def test_the_next_time_is_told_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.goes_on(100, 40)
    await house.goes_on(100, 0)
    monkeypatch.setattr(house, "now", lambda: NOW.replace(hour=15))
    await house.goes_on(100, 40)
    await house.goes_on(100, 0)
    assert house.told == ["failures-many", "failures-over"] * 2


async def test_a_restart_in_between_tells_nothing_twice_and_forgets_nothing(house: House) -> None:
    await house.goes_on(100, 40)
    for _ in range(5):
        house.start()
        await house.goes_on(100, 40)
    assert house.told == ["failures-many"]
    house.start()
    await house.goes_on(100, 0)
    assert house.told == ["failures-many", "failures-over"]


async def test_a_first_update_that_does_not_fail_after_a_restart_is_no_end(house: House) -> None:
    await house.goes_on(100, 40)
    for _ in range(5):
        house.start()
        house.rate.count(failed=False, now=house.time)
        for _ in range(3):
            await house.watch.look()
        await house.goes_on(100, 40)
    assert house.told == ["failures-many"]


async def test_what_could_not_be_written_down_is_not_said(house: House) -> None:
    house.marks.away = True
    await house.goes_on(100, 40)
    assert house.told == []
    house.marks.away = False
    await house.goes_on(100, 40)
    assert house.told == ["failures-many"]


async def test_a_wait_that_telegram_orders_is_waited_for(house: House) -> None:
    house.troubles = [TryLater(30, "told to wait"), TryLater(1, "told to wait")]
    await house.goes_on(100, 40)
    assert house.told == ["failures-many"]
    assert not house.troubles


async def test_a_crash_between_saying_it_and_writing_that_down_says_it_once(house: House) -> None:
    put, marks = house.marks.put, house.marks

    async def dies(name: str, mark: str) -> None:
        if mark.startswith("told"):
            raise AutoReconnect("gone")
        await put(name, mark)

    marks.put = dies  # type: ignore[method-assign]  # what it does is replaced
    await house.goes_on(100, 40)
    assert house.told == ["failures-many"]
    marks.put = put  # type: ignore[method-assign]
    house.start()
    await house.goes_on(100, 40)
    assert house.told == ["failures-many"]
    assert next(iter(marks.kept.values())).startswith("told")
