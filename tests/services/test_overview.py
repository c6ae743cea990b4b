"""What whoever runs the bot sees at a glance: today by its hours, and what waits, counted to a bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from database import collection
from database.bots import BotDatabase
from database.cause import Cause
from database.collection import Backlog
from database.deletions import PendingDeletion
from database.draft import DraftState
from services.overview import Overview
from services.registry import Services
from services.tallies import BEHIND, EVERY
from services.traffic import Traffic
from tests.database.mongo import NOW, StillClock
from tests.services.channel import Channel, make_services
from tests.services.drafts import made
from tests.services.test_search import make

MINUTE = timedelta(minutes=1)


def had(overview: Overview) -> dict[datetime, tuple[int, int]]:
    """The hours in which there was something: deliveries and messages."""
    return {
        each.at: (each.deliveries, each.traffic.sent) for each in overview.hours if each.deliveries or each.traffic.sent
    }


async def test_an_hour_has_what_came_in_it_tallied_or_not(
    bot: BotDatabase, services: Services, clock: StillClock
) -> None:
    link = await make(bot)
    await services.links.open(link.code, by=11, cause=Cause("message:11:1"))
    await services.traffic.keep_up(Traffic(2))
    clock.move(timedelta(hours=1, minutes=20))
    await services.links.open(link.code, by=11, cause=Cause("message:11:2"))
    await services.traffic.keep_up(Traffic(3))
    expected = {NOW: (1, 2), NOW + timedelta(hours=1): (1, 1)}
    assert had(await services.overview.look()) == expected
    await services.tallies.keep_up()
    assert had(await services.overview.look()) == expected
    clock.move(BEHIND + EVERY)
    await services.tallies.keep_up()
    overview = await services.overview.look()
    assert had(overview) == expected
    assert [len(overview.hours), overview.hours[0].at, overview.zone] == [24, NOW.replace(hour=0), "UTC"]


@pytest.mark.parametrize(
    ("zone", "begins", "hours"),
    [
        ("Asia/Tashkent", datetime(2026, 2, 28, 19, tzinfo=UTC), 24),
        ("Asia/Kathmandu", datetime(2026, 2, 28, 18, 15, tzinfo=UTC), 24),
        ("America/New_York", datetime(2026, 3, 1, 5, tzinfo=UTC), 24),
    ],
)
async def test_today_is_the_bots(bot: BotDatabase, clock: StillClock, zone: str, begins: datetime, hours: int) -> None:
    services = make_services(bot, clock, Channel(), timezone=zone)
    await services.traffic.keep_up(Traffic(1))
    overview = await services.overview.look()
    assert (overview.hours[0].at, len(overview.hours)) == (begins, hours)
    [(at, _)] = had(overview).items()
    assert at <= NOW < at + timedelta(hours=1)


async def test_a_day_on_which_clocks_change_has_its_own_number_of_hours(bot: BotDatabase) -> None:
    clock = StillClock(datetime(2026, 3, 29, 12, tzinfo=UTC))
    services = make_services(bot, clock, Channel(), timezone="Europe/Berlin")
    assert len((await services.overview.look()).hours) == 23


async def test_yesterday_is_not_today(bot: BotDatabase, services: Services, clock: StillClock) -> None:
    link = await make(bot)
    await services.links.open(link.code, by=11, cause=Cause("message:11:1"))
    await services.traffic.keep_up(Traffic(2))
    clock.move(timedelta(hours=12))
    assert had(await services.overview.look()) == {}


async def deletion(bot: BotDatabase, number: int, due_in: timedelta) -> None:
    new = PendingDeletion(Cause(f"message:1:{number}"), "A" * 22, 1, 1, (number,), 60, NOW, NOW + due_in)
    await bot.deletions.begin(new, NOW + due_in)


async def test_what_waits_is_counted_and_what_of_it_is_due(
    bot: BotDatabase, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deletions() -> Backlog:
        return next(each.backlog for each in (await services.overview.look()).queues if each.name == "deletions")

    assert await deletions() == Backlog(0, 0, None)
    for number in range(3):
        await deletion(bot, number, (number - 1) * MINUTE)
    assert await deletions() == Backlog(3, 2, NOW - MINUTE)
    monkeypatch.setattr(collection, "COUNTED", 2)
    assert await deletions() == Backlog(2, 2, NOW - MINUTE)


async def test_every_queue_is_counted_by_an_index(bot: BotDatabase, services: Services) -> None:
    """However much is in a collection that does not wait, nothing of it is read."""
    await deletion(bot, 1, MINUTE)
    for name, queue in services.overview._queues().items():
        where = {"bot_id": bot.bot_id, **queue.waits, "due_at": {"$gt": NOW}}
        plan = (await queue._documents.find(where).explain())["queryPlanner"]["winningPlan"]
        assert "COLLSCAN" not in str(plan), name
        assert "due_at" in str(plan), name


async def test_drafts_that_wait_for_somebody_are_told_with_the_oldest(services: Services, clock: StillClock) -> None:
    await made(services.drafts, "one")
    clock.move(MINUTE)
    await made(services.drafts, "two")
    drafts = (await services.overview.look()).drafts
    assert drafts[DraftState.PENDING] == (2, NOW)
    assert drafts[DraftState.FAILED] == (0, None)
