"""How the page comes to what the database knows: kept for a moment, asked once by all, and never waited for in vain."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from pymongo.errors import NetworkTimeout

from database.bots import BotDatabase
from services.overview import Overview
from services.traffic import Traffic
from tests.client.virtual import elapsed, virtual
from tests.database.mongo import NOW, StillClock
from tests.services.channel import Channel, make_services
from web import overview
from web.overview import KEEP, PATIENCE, WITHIN, Overviews, facts_of

SEEN = Overview(NOW, "UTC", (), (), (), {}, ())


@dataclass
class Service:
    """Answers with what the test says, after so many seconds."""

    seconds: float = 0.0
    error: Exception | None = None
    asked: list[float] = field(default_factory=list)

    async def look(self) -> Overview:
        self.asked.append(elapsed())
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        return SEEN


@pytest.fixture(autouse=True)
def monotonic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "time", type("Time", (), {"monotonic": staticmethod(elapsed)}))


@virtual
async def test_many_who_look_are_one_question_and_the_answer_is_kept() -> None:
    service = Service(0.1)
    overviews = Overviews(lambda: service)
    await asyncio.gather(*(overviews.look() for _ in range(50)))
    assert overviews.known == facts_of(SEEN)
    await asyncio.sleep(KEEP / 2)
    await overviews.look()
    assert len(service.asked) == 1
    await asyncio.sleep(KEEP)
    await overviews.look()
    assert len(service.asked) == 2


@virtual
async def test_nobody_waits_long_for_a_slow_database_and_not_at_all_for_one_that_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = Service(60)
    overviews = Overviews(lambda: service)
    began = elapsed()
    await overviews.look()
    assert elapsed() - began == pytest.approx(PATIENCE)
    await asyncio.sleep(WITHIN + KEEP)
    service.error = NetworkTimeout("away")
    service.seconds = 1
    for _ in range(5):
        began = elapsed()
        await overviews.look()
        assert elapsed() == began
    await asyncio.sleep(1.1)
    assert len(service.asked) == 2
    assert overviews.known is None
    assert caplog.text == ""  # a database that is away is no bug
    service.error = None
    await asyncio.sleep(2 * KEEP)
    await overviews.look()  # in the background: what is there again is seen at the next look
    await asyncio.sleep(1.1)
    assert overviews.known == facts_of(SEEN)


@virtual
async def test_a_failure_of_ours_is_logged_and_keeps_what_was_known(caplog: pytest.LogCaptureFixture) -> None:
    service = Service()
    overviews = Overviews(lambda: service)
    await overviews.look()
    first = overviews.known
    assert first
    service.error = ValueError("a bug")
    await asyncio.sleep(KEEP)
    await overviews.look()
    assert overviews.known is first
    assert "a bug" in caplog.text


@virtual
async def test_nothing_is_told_of_a_bot_that_another_process_serves() -> None:
    serving: list[Service] = [Service()]
    overviews = Overviews(lambda: serving[0] if serving else None)
    await overviews.look()
    assert overviews.known
    serving.clear()
    await overviews.look()
    assert overviews.known is None


async def test_what_the_database_knows_becomes_what_the_page_tells(bot: BotDatabase, clock: StillClock) -> None:
    services = make_services(bot, clock, Channel())
    await services.traffic.keep_up(Traffic(3, 1, 2.5))
    told = facts_of(await services.overview.look())
    assert told.as_of == "2026-03-01T12:00:00.000+00:00"
    assert told.hours[12].begins == told.as_of
    assert (told.hours[12].sent, told.hours[12].waits, told.hours[12].waited_seconds) == (3, 1, 2.5)
    assert {each.name for each in told.queues} >= {"steps", "deletions", "processing"}
    assert told.drafts[0].state == "pending"
