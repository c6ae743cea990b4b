"""A bot knows what is broken and since when, counts what healed, and does not log in before it may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyrogram.client
import pytest

from client import bot as bot_module
from client import health as health_module
from client.bot import Bot
from client.identity import LOGIN_EVERY, Identity, LoginTooSoon
from client.troubles import DATABASE_AWAY, RECONNECTING, SILENT
from database.bots import BotDatabase
from database.clock import Clock

IDENTITY = Identity("777:a-secret", 1, "another-secret")


class Meter:
    """Counts recoveries, and hears of the rest."""

    def __init__(self) -> None:
        self.recoveries: list[tuple[str, float]] = []

    def recovery(self, kind: str, seconds: float) -> None:
        self.recoveries.append((kind, seconds))

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


class Time:
    """A clock that a test moves."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    for module in (bot_module, health_module):
        monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
async def bot(room: BotDatabase, tmp_path: Path, meter: Meter, time: Time) -> AsyncIterator[Any]:
    made: Any = Bot(
        IDENTITY,
        sessions=room.session,
        waits=room.waits,
        lease=SimpleNamespace(epoch=1, held=lambda: True),  # type: ignore[arg-type]  # a stand-in
        clock=Clock(),
        texts=SimpleNamespace(),  # type: ignore[arg-type]  # a stand-in
        version="0",
        source=None,
        workdir=tmp_path,
        meter=meter,
    )
    made.session = SimpleNamespace(results={})
    made.is_initialized = True
    made.difference.fill_all = lambda: None
    yield made
    await made.difference.close()
    await made.inbox.close(grace=0)
    await made.store.close()
    made.executor.shutdown(wait=False)


async def test_a_connection_is_timed_from_its_break_to_the_next_one(bot: Any, meter: Meter, time: Time) -> None:
    await bot._disconnected(bot, bot.session)
    time.now += 4
    await bot._disconnected(bot, bot.session)  # the new one broke as well
    assert (bot.trouble.trouble, bot.trouble.began) == (RECONNECTING, 1000)
    time.now += 3
    await bot._connected(bot, bot.session)
    assert meter.recoveries == [("connection", 7)]
    assert bot.trouble is None


async def test_silence_is_counted_once_though_the_connection_is_made_anew(bot: Any, meter: Meter, time: Time) -> None:
    bot.breaks("silence", time.now - 30)
    assert bot.trouble.trouble is SILENT
    await bot._disconnected(bot, bot.session)
    await bot._connected(bot, bot.session)
    assert meter.recoveries == [("silence", 30)]


async def test_a_connection_for_files_is_nobodys_trouble(bot: Any, meter: Meter) -> None:
    other = SimpleNamespace(results={})
    await bot._disconnected(bot, other)
    await bot._connected(bot, other)
    assert bot.trouble is None
    assert meter.recoveries == []


async def test_the_first_connection_is_no_recovery(bot: Any, meter: Meter) -> None:
    bot.is_initialized = False
    await bot._disconnected(bot, bot.session)
    await bot._connected(bot, bot.session)
    bot.is_initialized = True
    await bot._connected(bot, bot.session)
    assert meter.recoveries == []


async def test_a_database_that_is_away_is_a_trouble_of_a_bot_that_runs(bot: Any) -> None:
    bot.guard.database_away_since = 990.0
    assert (bot.trouble.trouble, bot.trouble.began) == (DATABASE_AWAY, 990.0)


class KeyExchanged(Exception):  # noqa: N818 - says what happened
    """The library went on to make a key."""


@pytest.mark.parametrize(("seconds_ago", "may"), [(1, False), (LOGIN_EVERY - 5, False), (LOGIN_EVERY + 5, True)])
async def test_no_key_is_exchanged_before_a_login_may_be(
    bot: Any, room: BotDatabase, monkeypatch: pytest.MonkeyPatch, seconds_ago: float, may: bool
) -> None:
    async def exchanged(*_: object) -> None:
        raise KeyExchanged

    monkeypatch.setattr(pyrogram.client.Client, "load_session", exchanged)
    tried = {"logins": [bot.clock.now() - timedelta(seconds=seconds_ago)], "tried_with": IDENTITY.credentials}
    await room.session.open(1)
    await room.session.save(tried, 1)
    with pytest.raises(KeyExchanged if may else LoginTooSoon):
        await bot.load_session()


async def test_a_session_that_is_there_needs_no_login(
    bot: Any, room: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def goes_on(*_: object) -> None:
        """The library reads what is stored."""

    monkeypatch.setattr(pyrogram.client.Client, "load_session", goes_on)
    now = bot.clock.now()
    there = {"auth_key": b"k" * 256, "user_id": 777, "logins": [now], "tried_with": IDENTITY.credentials}
    await room.session.open(1)
    await room.session.save(there, 1)
    await bot.load_session()
    writer = bot.store._writer
    await bot.store.open()
    assert bot.store._writer is writer, "opened once"
