"""Albums are stored as one when they are complete, each message once."""

import asyncio
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services.albums import SILENCE, AlbumReady
from services.errors import TryLater
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, STORAGE, Channel, make_services, message, upload


async def collect(services: Services, message_id: int, group: int = 99, chat: int = OWNER) -> None:
    sent = upload(message_id, f"AgAD{message_id}", group_id=group, chat_id=chat, name=f"{message_id}.jpg", kind="photo")
    await services.albums.collect(sent, by=OWNER, cause=message(message_id, chat))


def stored_ids(ready: list[AlbumReady]) -> list[list[str]]:
    return [[file.unique_id for file in each.stored.files] for each in ready if each.stored]


async def test_an_album_is_stored_as_one(services: Services, clock: StillClock, channel: Channel) -> None:
    for number in (3, 1, 2):
        await collect(services, number)
    assert await services.albums.complete_due() == []
    due = await services.albums.next_due()
    assert due == clock.now() + SILENCE
    clock.move(SILENCE)
    (ready,) = await services.albums.complete_due()
    assert stored_ids([ready]) == [["AgAD1", "AgAD2", "AgAD3"]]
    assert (ready.by, ready.posted) == (OWNER, False)
    assert ready.stored
    assert ready.stored.files[0].name == "1.jpg"
    assert len(ready.stored.link.items) == 3
    await services.albums.finished(ready)
    assert await services.albums.next_due() is None
    assert channel.calls == 1


async def test_a_kill_before_the_answer_gives_the_same_answer(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    await collect(services, 1)
    await collect(services, 2)
    clock.move(SILENCE)
    (first,) = await services.albums.complete_due()
    again = make_services(bot, clock, channel)
    clock.move(timedelta(minutes=1))
    (second,) = await again.albums.complete_due()
    assert second.stored == first.stored
    assert second.cause == first.cause
    assert len(channel.copies) == 2
    await again.albums.finished(second)
    clock.move(timedelta(days=1))
    assert await again.albums.complete_due() == []


async def test_an_album_posted_in_the_storage_channel_stays_where_it_is(
    services: Services, clock: StillClock, channel: Channel
) -> None:
    await collect(services, 55, chat=STORAGE)
    await collect(services, 56, chat=STORAGE)
    clock.move(SILENCE)
    (ready,) = await services.albums.complete_due()
    assert ready.posted
    assert ready.stored
    assert [item.message_id for item in ready.stored.link.items] == [55, 56]
    assert channel.calls == 0


async def test_a_posted_album_stays_where_it_is_though_the_storage_moved_meanwhile(
    services: Services, clock: StillClock, channel: Channel
) -> None:
    await collect(services, 55, chat=STORAGE)
    await collect(services, 56, chat=STORAGE)
    await services.settings.set_storage(-1006, by=OWNER, cause=Cause("query:99"))
    clock.move(SILENCE)
    (ready,) = await services.albums.complete_due()
    assert ready.posted
    assert ready.stored
    assert ready.stored.link.storage_chat == STORAGE
    assert channel.calls == 0


async def test_a_refusal_is_handed_out_for_the_answer(bot: BotDatabase, clock: StillClock, channel: Channel) -> None:
    services = make_services(bot, clock, channel, storage_chat=None)
    await collect(services, 1)
    clock.move(SILENCE)
    (ready,) = await services.albums.complete_due()
    assert ready.stored is None
    assert ready.refusal
    assert ready.refusal.key == "storage-missing"


async def test_one_album_that_fails_does_not_hold_the_others(
    services: Services, clock: StillClock, channel: Channel
) -> None:
    await collect(services, 1, group=1)
    await collect(services, 2, group=2, chat=STORAGE)
    channel.refuses = RuntimeError("not foreseen")
    clock.move(SILENCE)
    outcomes = await services.albums.complete_due()
    assert sorted(outcome.failure is None for outcome in outcomes) == [False, True]
    for outcome in outcomes:
        if outcome.stored:
            await services.albums.finished(outcome)
    channel.refuses = None
    clock.move(timedelta(seconds=2))
    assert stored_ids(await services.albums.complete_due()) == [["AgAD1"]]


async def test_an_album_that_telegram_puts_off_comes_at_its_time(
    services: Services, clock: StillClock, channel: Channel
) -> None:
    await collect(services, 1)
    channel.refuses = TryLater(600, "flood")
    clock.move(SILENCE)
    assert await services.albums.complete_due() == []
    assert await services.albums.next_due() == clock.now() + timedelta(seconds=600)
    channel.refuses = None
    clock.move(timedelta(seconds=600))
    assert stored_ids(await services.albums.complete_due()) == [["AgAD1"]]


async def test_whoever_waits_is_woken_by_a_message(services: Services) -> None:
    waiting = asyncio.create_task(services.albums.arrived.wait())
    await collect(services, 1)
    assert await asyncio.wait_for(waiting, 1)


async def test_a_message_without_an_album_is_a_mistake(services: Services) -> None:
    with pytest.raises(ValueError, match="group"):
        await services.albums.collect(upload(1), by=OWNER, cause=message(1))
