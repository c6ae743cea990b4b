"""What /metrics says of drafts: how many stand how, how long they waited, how long they took; once for each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.cause import Cause
from services.draft_meter import note
from services.drafts import DraftSource, DraftState, DraftTarget, Origin, Outgoing
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, Channel, make_services
from tests.web.test_http import serving
from web.metrics import Metrics

MINUTE = timedelta(minutes=1)


async def page(metrics: Metrics) -> str:
    """What Prometheus reads."""
    async with serving(metrics=metrics) as http, http.get("/metrics") as response:
        assert response.status == 200
        return await response.text()


async def test_drafts_are_counted_by_state_and_timed_once(bot: BotDatabase, clock: StillClock) -> None:
    services, metrics = make_services(bot, clock, Channel()), Metrics("1.2.3")
    drafts = services.drafts
    drafts.work.meter = metrics.drafts
    metrics.drafts.count = drafts.counts
    out, origin = [Outgoing(None, (), "x")], Origin(DraftSource.PERSON, OWNER)
    first, _ = [await drafts.add(out, [DraftTarget(-1, "")], origin, Cause(f"message:1:{n}")) for n in range(2)]
    clock.move(MINUTE)
    approved = await drafts.approve(first.code, 1, OWNER, Cause("query:1"))
    assert await drafts.approve(first.code, 1, OWNER, Cause("query:1")) == approved  # the same press again
    published = replace(approved, state=DraftState.PUBLISHED, published_at=clock.now() + MINUTE)
    note(metrics.drafts, approved, published)
    note(metrics.drafts, published, published)
    text = await page(metrics)
    for line in (
        'draftkeep_drafts{state="pending"} 1.0', 'draftkeep_drafts{state="approved"} 1.0',
        'draftkeep_drafts{state="expired"} 0.0',
        "draftkeep_draft_decision_seconds_count 1.0", "draftkeep_draft_decision_seconds_sum 60.0",
        "draftkeep_draft_publish_seconds_count 1.0", "draftkeep_draft_publish_seconds_sum 60.0",
    ):  # fmt: skip
        assert line in text, line


async def test_nothing_is_told_of_drafts_where_the_bot_is_not_served_or_the_database_is_away() -> None:
    metrics = Metrics("1.2.3")

    async def away() -> dict[DraftState, int]:
        raise AutoReconnect("away")

    for count in (lambda: None, away):
        metrics.drafts.count = count
        assert "draftkeep_drafts{" not in await page(metrics)


async def test_a_stranger_who_asks_often_makes_no_load() -> None:
    metrics, asked = Metrics("1.2.3"), 0

    async def count() -> dict[DraftState, int]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return {DraftState.PENDING: asked}

    metrics.drafts.count = count
    pages = await asyncio.gather(*(page(metrics) for _ in range(20)))
    assert asked < 20
    assert all('draftkeep_drafts{state="pending"} ' in each for each in pages)
