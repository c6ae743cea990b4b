"""What readers lose again is written down first, is sent again only while it still may be, and goes in its time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.links import Link, LinkItem, NewLink
from services.deletions import LATE, LEARN_AFTER, PendingDeletion, Task
from services.registry import Services
from tests.database.mongo import NOW, StillClock, raw
from tests.services.channel import ADMIN, OWNER, READER, STORAGE, Channel, make_services, message

HOUR = 3600
OPENED = message(1, READER)


@pytest.fixture
def services(bot: BotDatabase, clock: StillClock, channel: Channel) -> Services:
    return make_services(bot, clock, channel, auto_delete_time=HOUR)


async def a_link(bot: BotDatabase) -> Link:
    new = NewLink(LinkKind.FILE, (LinkItem("AgAD1", 5), LinkItem("AgAD2", 6)), STORAGE, "c1")
    return await bot.links.create(new, by=OWNER, cause=message(1), now=NOW)


async def begun(services: Services, link: Link, cause: Cause = OPENED, *, seconds: int = HOUR) -> PendingDeletion:
    delivery = replace(await services.links.open(link.code, by=READER, cause=cause), auto_delete=seconds)
    return await services.deletions.begin(delivery, reader=READER, cause=cause, random_ids=[1, 2])


async def state_of(database: Database) -> tuple[str, str | None]:
    [found] = await raw(database)["pending_deletions"].find().to_list()
    return found["state"], found.get("reason")


@pytest.mark.parametrize(("own", "wanted"), [(None, HOUR), (0, 0), (600, 600)])
async def test_a_link_decides_for_itself_or_leaves_it_to_the_settings(
    services: Services, bot: BotDatabase, database: Database, own: int | None, wanted: int
) -> None:
    link = await a_link(bot)
    await raw(database)["links"].update_one({"code": link.code}, {"$set": {"auto_delete": own}})
    assert (await services.links.open(link.code, by=READER, cause=OPENED)).auto_delete == wanted


async def test_what_is_about_to_be_sent_is_looked_after_in_two_minutes_or_half_its_time(
    services: Services, bot: BotDatabase
) -> None:
    link = await a_link(bot)
    made = await begun(services, link)
    assert (made.unique_id, made.user_id, made.chat_id, made.seconds) == (link.code, READER, READER, HOUR)
    assert made.delete_at == NOW + timedelta(seconds=HOUR)
    assert await services.deletions.next_due(Task.LEARN) == NOW + LEARN_AFTER
    await begun(services, link, message(2, READER), seconds=30)
    assert await services.deletions.next_due(Task.LEARN, Task.DELETE) == NOW + timedelta(seconds=15)


async def test_the_time_counts_from_the_arrival(services: Services, bot: BotDatabase, clock: StillClock) -> None:
    made = await begun(services, await a_link(bot))
    clock.move(timedelta(seconds=50))
    await services.deletions.arrived(made, [7, 8], 9, ago=timedelta(seconds=20))
    assert await services.deletions.next_due(Task.DELETE) == NOW + timedelta(seconds=30 + HOUR)
    assert not services.deletions.came.is_set()
    clock.move(timedelta(seconds=HOUR - 21))
    assert await services.deletions.due() == []
    clock.move(timedelta(seconds=1))
    [due] = await services.deletions.due()
    assert due.message_ids == (7, 8)
    await services.deletions.deleted([due])
    assert services.deletions.went.is_set()
    assert await services.deletions.to_tell(10) == [due]


async def test_who_waits_is_woken_for_what_is_due_soon(services: Services, bot: BotDatabase) -> None:
    made = await begun(services, await a_link(bot), seconds=4)
    await services.deletions.arrived(made, [7, 8], 9, ago=timedelta(0))
    assert services.deletions.came.is_set()


async def test_what_nobody_knows_of_is_sent_again_with_all_it_needs(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    link = await a_link(bot)
    made = await begun(services, link)
    assert await services.deletions.to_learn() == []
    clock.move(LEARN_AFTER)
    [(found, delivery)] = await services.deletions.to_learn()
    assert found.cause == made.cause
    assert found.random_ids == (1, 2)
    assert delivery.items == link.items
    assert await bot.links.uses(link.code) == 1


@pytest.mark.parametrize("why", ["revoked", "banned", "over", "late"])
async def test_what_may_not_be_sent_any_more_is_not_sent_for_the_first_time(
    services: Services, bot: BotDatabase, clock: StillClock, database: Database, why: str
) -> None:
    link = await a_link(bot)
    made = await begun(services, link, seconds=10 * HOUR if why == "late" else HOUR)
    if why == "revoked":
        await services.link_life.revoke(link.code, by=OWNER, cause=message(3))
    if why == "banned":
        await services.access.ban(READER, by=ADMIN, cause=message(3))
    clock.move(LEARN_AFTER if why in {"revoked", "banned"} else LATE if why == "late" else timedelta(seconds=HOUR))
    assert await services.deletions.to_learn() == []
    if why in {"revoked", "banned"}:
        assert await state_of(database) == ("pending", None)
        assert await services.deletions.next_due(Task.LEARN) == made.delete_at
        clock.move(timedelta(seconds=HOUR))
        assert await services.deletions.to_learn() == []
    assert await state_of(database) == ("failed", "nobody learned whether it arrived")


async def test_its_update_coming_again_after_all_is_another_matter_as_it_had_its_use(
    services: Services, bot: BotDatabase, clock: StillClock, database: Database
) -> None:
    link = await a_link(bot)
    await begun(services, link)
    clock.move(timedelta(seconds=HOUR))
    assert await services.deletions.to_learn() == []
    again = await begun(services, link)
    assert not again.is_known
    assert await state_of(database) == ("pending", None)
    assert again.delete_at == NOW + timedelta(seconds=2 * HOUR)


async def test_of_what_broke_off_the_part_that_arrived_goes_in_time(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    made = await begun(services, await a_link(bot))
    await services.deletions.broken_off(made, [7], "CHANNEL_PRIVATE")
    clock.move(timedelta(seconds=HOUR))
    assert [each.message_ids for each in await services.deletions.due()] == [(7,)]


@pytest.mark.parametrize(("gone", "state"), [(True, "gone"), (False, "failed")])
async def test_what_did_not_arrive_at_all_ends_with_the_reason(
    services: Services, bot: BotDatabase, database: Database, gone: bool, state: str
) -> None:
    made = await begun(services, await a_link(bot))
    await services.deletions.broken_off(made, [], "WHY", gone=gone)
    assert await state_of(database) == (state, "WHY")
    assert await services.deletions.next_due(*Task) is None


async def test_what_is_beyond_telegrams_48_hours_is_known_to_be(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    made = await begun(services, await a_link(bot))
    await services.deletions.arrived(made, [7, 8], 9, ago=timedelta(0))
    clock.move(timedelta(hours=48))
    [due] = await services.deletions.due()
    assert not services.deletions.is_too_old(due)
    clock.move(timedelta(minutes=2))
    assert services.deletions.is_too_old(due)
