"""An album is due after a silence, and each of its messages is handed out once, across restarts."""

import asyncio
from datetime import datetime, timedelta

import pytest

from database.albums import Album, AlbumItem
from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from tests.database.mongo import NOW, Cut, bot_of, cut_at_write

SECOND = timedelta(seconds=1)
CHAT, GROUP = 5, 13579


def item(message_id: int) -> AlbumItem:
    return AlbumItem(message_id, f"AgAD{message_id}", "photo", Cause(f"message:{CHAT}:{message_id}"))


async def collect(bot: BotDatabase, message_id: int, now: datetime = NOW, group: int = GROUP) -> None:
    await bot.albums.collect(CHAT, group, item(message_id), now, SECOND, by=1)


def ids(albums: list[Album]) -> list[list[int]]:
    return [[each.message_id for each in album.items] for album in albums]


async def test_an_album_is_due_after_the_silence(bot: BotDatabase) -> None:
    assert await bot.albums.next_due() is None
    await collect(bot, 3)
    await collect(bot, 2, NOW + SECOND / 2)
    assert await bot.albums.next_due() == NOW + SECOND * 1.5
    assert await bot.albums.due(NOW + SECOND * 1.49, 10) == []
    albums = await bot.albums.due(NOW + SECOND * 1.5, 10)
    assert ids(albums) == [[2, 3]]
    assert albums[0].cause == f"album:{CHAT}:{GROUP}:1"
    assert albums[0].by == 1
    await bot.albums.finish(albums[0], NOW + SECOND * 2)
    assert await bot.albums.next_due() is None
    assert await bot.albums.due(NOW + timedelta(days=1), 10) == []


async def test_a_replayed_message_is_taken_once(bot: BotDatabase) -> None:
    for now in (NOW, NOW + SECOND * 9):
        for number in (3, 1, 2):
            await collect(bot, number, now)
    # It does not delay the album either.
    assert await bot.albums.next_due() == NOW + SECOND
    assert ids(await bot.albums.due(NOW + SECOND, 10)) == [[1, 2, 3]]


async def test_messages_at_once_make_one_album(bot: BotDatabase) -> None:
    await asyncio.gather(*(collect(bot, number) for number in range(1, 11)))
    assert ids(await bot.albums.due(NOW + SECOND, 10)) == [list(range(1, 11))]


async def test_an_album_outlives_a_restart_and_comes_until_it_is_finished(bot: BotDatabase, database: Database) -> None:
    await collect(bot, 1)
    await collect(bot, 2)
    handed_out = await bot.albums.due(NOW + SECOND, 10)
    # Killed here. Another message comes meanwhile: the batch stays what it was.
    again = bot_of(database)
    await collect(again, 4, NOW + SECOND * 2)
    repeated = await again.albums.due(NOW + SECOND * 3, 10)
    assert ids(repeated) == ids(handed_out) == [[1, 2]]
    assert repeated[0].cause == handed_out[0].cause
    await again.albums.finish(repeated[0], NOW + SECOND * 3)
    late = await again.albums.due(NOW + SECOND * 3, 10)
    assert ids(late) == [[4]]
    assert late[0].cause == f"album:{CHAT}:{GROUP}:2"
    await again.albums.finish(late[0], NOW + SECOND * 4)
    # A message that is delivered again after all that is known.
    await collect(again, 4, NOW + SECOND * 9)
    assert await again.albums.next_due() is None


async def test_what_is_not_finished_comes_again_after_growing_pauses(bot: BotDatabase) -> None:
    await collect(bot, 1)
    now, pauses = NOW + SECOND, []
    for _ in range(9):
        assert ids(await bot.albums.due(now, 10)) == [[1]]
        assert await bot.albums.due(now, 10) == []
        following = await bot.albums.next_due()
        assert following
        pauses.append((following - now).total_seconds())
        now = following
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 256]


async def test_an_album_can_be_put_off(bot: BotDatabase) -> None:
    await collect(bot, 1)
    album = (await bot.albums.due(NOW + SECOND, 10))[0]
    await bot.albums.postpone(album, NOW + timedelta(hours=1))
    assert await bot.albums.next_due() == NOW + timedelta(hours=1)
    assert ids(await bot.albums.due(NOW + timedelta(hours=1), 10)) == [[1]]


async def test_finishing_again_changes_nothing(bot: BotDatabase) -> None:
    await collect(bot, 1)
    first = (await bot.albums.due(NOW + SECOND, 10))[0]
    await bot.albums.finish(first, NOW + SECOND)
    await collect(bot, 2, NOW + SECOND * 2)
    second = (await bot.albums.due(NOW + SECOND * 3, 10))[0]
    await bot.albums.finish(first, NOW + SECOND * 3)
    assert ids(await bot.albums.due(NOW + SECOND * 30, 10)) == [[2]]
    await bot.albums.finish(second, NOW + SECOND * 31)
    await bot.albums.finish(second, NOW + SECOND * 31)
    assert await bot.albums.next_due() is None


async def test_two_takers_never_take_the_same(bot: BotDatabase, database: Database) -> None:
    for group in range(20):
        await collect(bot, group + 1, NOW, group)
    taken = await asyncio.gather(*(bot_of(database).albums.due(NOW + SECOND, 20) for _ in range(4)))
    assert sorted(number for albums in taken for (number,) in ids(albums)) == list(range(1, 21))


async def test_no_more_are_taken_than_asked_for_the_longest_waiting_first(bot: BotDatabase) -> None:
    for group in (3, 1, 2):
        await collect(bot, group, NOW + SECOND * group, group)
    assert ids(await bot.albums.due(NOW + SECOND * 9, 2)) == [[1], [2]]
    assert ids(await bot.albums.due(NOW + SECOND * 9, 2)) == [[3]]


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("number", range(4))
async def test_a_cut_at_any_write_loses_and_doubles_nothing(bot: BotDatabase, *, number: int, applied: bool) -> None:
    async def run(now: datetime) -> list[Album]:
        """What a bot does with an album: take two messages, hand them out, finish."""
        await collect(bot, 1)
        await collect(bot, 2)
        albums = await bot.albums.due(now, 10)
        for album in albums:
            await bot.albums.finish(album, now)
        return albums

    finished: list[Album] = []
    with cut_at_write(number, applied=applied) as writes, pytest.raises(Cut):
        finished += await run(NOW + SECOND)
    assert len(writes) == number + 1
    for _ in range(3):
        finished += await run(NOW + timedelta(minutes=5))
    # What was finished and whose answer got lost is not handed out again.
    expected = [] if number == 3 and applied else [[1, 2]]
    assert ids(finished) == expected
    assert await bot.albums.next_due() is None


async def test_bots_do_not_share_albums(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await collect(bot, 1)
    assert await other_bot.albums.due(NOW + SECOND, 10) == []
    assert await other_bot.albums.next_due() is None
