"""The owner is told once that Telegram's server failed, when it answers again, through restarts and flapping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from database.cause import Cause
from scheduler.breaker import MARK, ONCE_IN, BreakerWatch
from services.errors import TryLater


class House:
    """A bot whose owner reads, a breaker, and the marks that outlive both."""

    def __init__(self) -> None:
        self.clock: Any = self
        self.kept: dict[str, str] = {}
        self.sent: dict[Cause, object] = {}
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.trouble: Exception | None = None
        self.start()

    def start(self) -> None:
        """Begin anew with nothing in memory."""
        self.breaker = SimpleNamespace(opened_at=None, openings=0)
        self.watch = BreakerWatch(self, self.breaker, self)

    def now(self) -> datetime:
        return self.time

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def put(self, name: str, mark: str) -> None:
        self.kept[name] = mark

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        if self.trouble:
            raise self.trouble
        assert key == "telegram-failed"
        self.sent.setdefault(cause, args["seconds"])
        return True

    async def looks(self) -> None:
        for _ in range(3):
            await self.watch.look()

    async def fails_for(self, seconds: float) -> None:
        self.breaker.opened_at = 1.0
        self.breaker.openings += 1
        await self.looks()
        self.time += timedelta(seconds=seconds)
        self.breaker.opened_at = None
        await self.looks()


async def test_it_is_told_when_it_is_over_and_for_how_long_it_was() -> None:
    house = House()
    await house.looks()
    assert house.sent == {}
    house.breaker.opened_at, house.breaker.openings = 1.0, 1
    await house.looks()
    assert house.sent == {}, "nobody could be told"
    await house.fails_for(90)
    assert list(house.sent.values()) == [90]


async def test_what_flaps_is_told_once_and_another_time_is_another_trouble() -> None:
    house = House()
    for _ in range(20):
        await house.fails_for(3)
    assert len(house.sent) == 1
    house.time += ONCE_IN
    await house.fails_for(70)
    assert len(house.sent) == 2


async def test_a_restart_forgets_nothing_and_tells_nothing_twice() -> None:
    house = House()
    house.breaker.opened_at, house.breaker.openings = 1.0, 1
    await house.looks()
    house.start()
    house.time += timedelta(seconds=30)
    await house.looks()
    assert list(house.sent.values()) == [30]
    house.start()
    await house.looks()
    assert len(house.sent) == 1


async def test_what_must_wait_is_told_later() -> None:
    house = House()
    house.trouble = TryLater(9, "told to")
    with pytest.raises(TryLater):
        await house.fails_for(60)
    assert house.kept[MARK].startswith("open")
    house.trouble = None
    await house.looks()
    assert len(house.sent) == 1
