"""Charts are drawn after the answer and shown once, through waits, restarts and people who are gone."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.charts import AskedChart
from scheduler.charts import show_charts
from services.charts import Chart, Series, Timeline
from services.errors import TryLater
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, Channel, make_services

CHART = Chart("30 days", ["1"], [Series("Deliveries", [3])], ",")


class House:
    """A bot of one process, which draws what it is told, and its owner."""

    def __init__(self, room: BotDatabase, clock: StillClock, epoch: int) -> None:
        self.clock = clock
        self.services: Services = make_services(room, clock, Channel())
        self.lease: Any = SimpleNamespace(epoch=epoch)
        self.picture: bytes | None = b"PNG"
        self.troubles: list[Exception] = []
        self.drawn: list[str] = []
        self.sent: list[tuple[str, Cause, str]] = []
        self.services.charts._painter.draw = self.draw  # type: ignore[method-assign]

    async def draw(self, wanted: str) -> bytes | None:
        self.drawn.append(wanted)
        return self.picture

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> bool:
        assert user_id == OWNER
        if self.troubles:
            raise self.troubles.pop(0)
        if (step, cause) not in [(each[2], each[1]) for each in self.sent]:
            self.sent.append((key, cause, step))
        return True

    async def shown(self, user_id: int, picture: bytes, key: str, *, cause: Cause, step: str) -> bool:
        assert picture == b"PNG"
        return await self.told(user_id, key, cause=cause, step=step)

    async def ask(self, number: int = 1) -> None:
        await self.services.charts.ask(CHART, to=OWNER, cause=Cause(f"message:1:{number}"))


@pytest.fixture
def house(room: BotDatabase, clock: StillClock) -> House:
    return House(room, clock, 3)


async def test_a_chart_is_drawn_when_asked_for_and_shown_once(house: House) -> None:
    assert await show_charts(house) is None
    for _ in range(2):
        await house.ask()
        while await show_charts(house):
            pass
    assert house.services.charts.came.is_set()
    assert house.drawn == [CHART.as_json()]
    assert house.sent == [("chart-caption", Cause("message:1:1"), "days")]


async def test_who_asks_twice_gets_two_in_turn(house: House, clock: StillClock) -> None:
    await house.ask(1)
    clock.move(timedelta(seconds=1))
    await house.ask(2)
    while await show_charts(house):
        pass
    assert [cause for _, cause, _ in house.sent] == ["message:1:1", "message:1:2"]


async def test_pictures_of_two_kinds_for_one_cause_are_two(house: House) -> None:
    cause = Cause("message:1:1")
    await house.ask()
    await house.services.charts.ask(Timeline("x", "", [], ""), to=OWNER, cause=cause)
    while await show_charts(house):
        pass
    assert sorted(house.sent) == [("chart-caption", cause, "days"), ("timeline-caption", cause, "timeline")]


async def test_what_cannot_be_drawn_is_said(house: House) -> None:
    house.picture = None
    await house.ask()
    while await show_charts(house):
        pass
    assert [key for key, _, _ in house.sent] == ["chart-missing"]


async def test_a_chart_waits_as_long_as_telegram_says(house: House, clock: StillClock) -> None:
    house.troubles = [TryLater(30.0, "flood")]
    await house.ask()
    await show_charts(house)
    assert await show_charts(house) == clock.now() + timedelta(seconds=30)
    clock.move(timedelta(seconds=30))
    while await show_charts(house):
        pass
    assert len(house.sent) == 1


async def test_the_next_process_shows_what_one_that_died_had_begun(
    house: House, room: BotDatabase, clock: StillClock
) -> None:
    await house.ask()
    begun = await house.services.charts.claim(3)
    assert begun == AskedChart(Cause("message:1:1"), OWNER, CHART.as_json(), "days", "chart-caption")
    successor = House(room, clock, 4)
    assert await show_charts(successor) == clock.now() + timedelta(seconds=2), "it may be that the first one still does"
    clock.move(timedelta(seconds=2))
    taken = await successor.services.charts.claim(4)
    assert taken == begun
    await house.services.charts.finish(begun, 3)
    await house.services.charts.postpone(begun, 3, 1000.0)
    clock.move(timedelta(seconds=4))
    while await show_charts(successor):
        pass
    assert [key for key, _, _ in successor.sent] == ["chart-caption"], "the first one's end counts for nothing"
