"""What Telegram closed stays closed for the next process, until its time and no longer."""

from datetime import timedelta

import pytest

from database import waits as module
from database.bots import BotDatabase
from database.connection import Database
from database.waits import Wait
from tests.database.mongo import NOW, cut_at_write, raw

SEND = "messages.sendMessage"


def wait(seconds: float, method: str | None = SEND, chat: int | str | None = 1) -> Wait:
    return Wait(method, chat, NOW + timedelta(seconds=seconds))


async def test_what_is_written_is_read_until_its_time(bot: BotDatabase, other_bot: BotDatabase) -> None:
    every = [wait(60, None, None), wait(50, SEND, None), wait(40, None, 7), wait(30), wait(20, "auth.login", "a hash")]
    await bot.waits.put(every)
    assert await bot.waits.running(NOW) == every
    assert await bot.waits.running(NOW + timedelta(seconds=35)) == every[:3]
    assert await bot.waits.running(NOW + timedelta(seconds=60)) == []
    assert await other_bot.waits.running(NOW) == []


async def test_a_shorter_wait_does_not_shorten_a_longer_one(bot: BotDatabase) -> None:
    for seconds, longest in ((30, 30), (10, 30), (40, 40)):
        await bot.waits.put([wait(seconds)])
        assert await bot.waits.running(NOW) == [wait(longest)]


async def test_a_wait_that_did_not_hold_is_forgotten_and_no_other(bot: BotDatabase, other_bot: BotDatabase) -> None:
    for room in (bot, other_bot):
        await room.waits.put([wait(30), wait(30, SEND, None)])
    await bot.waits.lift([wait(0, SEND, None)])
    assert await bot.waits.running(NOW) == [wait(30)]
    assert len(await other_bot.waits.running(NOW)) == 2


async def test_nothing_to_write_writes_nothing(bot: BotDatabase) -> None:
    with cut_at_write(99, applied=False) as begun:
        await bot.waits.put([])
        await bot.waits.lift([])
    assert not begun


async def test_those_that_end_last_are_read_where_there_are_too_many(
    bot: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    await bot.waits.put([wait(seconds, SEND, seconds) for seconds in range(1, 10)])
    assert [each.chat for each in await bot.waits.running(NOW)] == [9, 8, 7]


async def test_the_server_removes_what_is_over(database: Database, bot: BotDatabase) -> None:
    indexes = await raw(database)["waits"].index_information()
    assert [index["key"] for index in indexes.values() if index.get("expireAfterSeconds") == 0] == [[("until", 1)]]
