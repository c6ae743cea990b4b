"""Who waits at the gate is answered: several at once, nobody for another's shortener, and after anything that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.links import LinkItem, NewLink
from plugins.gate_cards import verify_card
from scheduler.gate import AFTER_FAULT, SLOTS, GateRunner
from scheduler.jobs import delete_spent_tokens, forget_token_counts
from scheduler.premium import remind_premium_readers
from services.errors import TryLater
from services.gate import TRIES
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, STORAGE
from tests.services.test_gate import Shop, make

DAY = timedelta(days=1)


class Slow(Shop):
    """Shorteners that answer when they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.at_once = 0
        self.most = 0

    async def shorten(self, shortener: Any, url: str) -> str:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.go.wait()
            return await super().shorten(shortener, url)
        finally:
            self.at_once -= 1


@dataclass
class Bot:
    """A bot that writes down what it tells; `trouble` is what it meets once for each reader."""

    services: Services
    clock: Any
    trouble: dict[int, Exception] = field(default_factory=dict)
    always: Exception | None = None
    gone: set[int] = field(default_factory=set)
    told_of: dict[tuple[int, Cause, str], str] = field(default_factory=dict)

    def link_url(self, code: str) -> str:
        return f"https://t.me/keeper_bot?start={code}"

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> bool:
        if error := self.always or self.trouble.pop(user_id, None):
            raise error
        self.told_of.setdefault((user_id, cause, step), key)
        return user_id not in self.gone

    @property
    def said(self) -> dict[int, str]:
        return {user_id: key for (user_id, _, _), key in self.told_of.items()}


@pytest.fixture
def shop() -> Slow:
    made = Slow()
    made.go.set()
    return made


@pytest.fixture
def bot(room: BotDatabase, clock: StillClock, shop: Slow) -> Bot:
    return Bot(make(room, clock, shop), clock)


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[GateRunner]:
    runner = GateRunner(bot, verify_card)
    runner.start()
    try:
        yield runner
    finally:
        await runner.stop(grace=5)


async def asks(bot: Bot, room: BotDatabase, *readers: int) -> None:
    """Let readers open a link."""
    new = NewLink(LinkKind.FILE, (LinkItem("u", 1),), STORAGE, "content")
    link = await room.links.create(new, by=OWNER, cause=Cause("a link"), now=bot.clock.now())
    for reader in readers:
        assert await bot.services.gate.enter(link.code, by=reader, cause=Cause(f"message:{reader}:1")) is None


async def until(seen: Any) -> None:
    async with asyncio.timeout(60):
        while not seen():  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.01)


async def test_who_asks_is_answered_once(bot: Bot, room: BotDatabase, shop: Slow) -> None:
    async with running(bot) as runner:
        await asks(bot, room, 11, 12)
        await until(lambda: len(bot.said) == 2 and not runner._tasks)
        await asks(bot, room, 11)
        await runner.look()
        await until(lambda: not runner._tasks)
    assert set(bot.said.values()) == {"gate"}
    assert len(shop.long) == 2
    assert await bot.services.gate.waiting(10) == []


async def test_shorteners_are_waited_for_side_by_side_within_bounds(bot: Bot, room: BotDatabase, shop: Slow) -> None:
    shop.go.clear()
    readers = range(100, 105 + SLOTS)
    async with running(bot):
        await asks(bot, room, *readers)
        await until(lambda: shop.at_once == SLOTS)
        shop.go.set()
        await until(lambda: len(bot.said) == len(readers))
    assert shop.most == SLOTS


async def test_what_is_in_hand_at_the_end_is_answered_by_the_next_start(
    bot: Bot, room: BotDatabase, shop: Slow
) -> None:
    shop.go.clear()
    async with running(bot):
        await asks(bot, room, 11)
        await until(lambda: shop.at_once == 1)
    assert bot.said == {}
    shop.go.set()
    async with running(bot):
        await until(lambda: bot.said == {11: "gate"})
    assert await room.token_counts.spent(11, "2026-03-01") == 1


@pytest.mark.parametrize("error", [TryLater(7, "a flood wait"), AutoReconnect("away")])
async def test_who_has_to_wait_keeps_nobody_else_waiting(
    bot: Bot, room: BotDatabase, clock: StillClock, error: Exception
) -> None:
    bot.trouble = {11: error}
    async with running(bot) as runner:
        await asks(bot, room, 11, 12)
        await until(lambda: bot.said.get(12) == "gate")
        clock.move(timedelta(seconds=7))
        runner.wake()
        await until(lambda: bot.said.get(11) == "gate")


async def test_an_address_that_telegram_does_not_take_is_not_shown_for_ever(
    bot: Bot, room: BotDatabase, shop: Slow, clock: StillClock
) -> None:
    bot.always = ValueError("BUTTON_URL_INVALID")
    async with running(bot) as runner:
        await asks(bot, room, 11)
        for tries in range(1, TRIES + 1):
            await until(lambda n=tries: len(shop.long) >= n)
            await until(lambda: not runner._tasks)
            clock.move(timedelta(minutes=5))
            runner.wake()
        bot.always = None
        await until(lambda: bot.said == {11: "gate-unavailable"})
        assert len(shop.long) == TRIES
    assert AFTER_FAULT < 300
    assert await room.token_counts.spent(11, "2026-03-01") == 0


async def test_where_no_shortener_answers_the_reader_hears_so(bot: Bot, room: BotDatabase, shop: Slow) -> None:
    shop.failing = {"good.example"}
    async with running(bot) as runner:
        await asks(bot, room, 11)
        await until(lambda: bot.said == {11: "gate-unavailable"} and not runner._tasks)
    assert await bot.services.gate.waiting(10) == []


async def test_who_cannot_be_written_to_is_not_tried_again(bot: Bot, room: BotDatabase, shop: Slow) -> None:
    bot.gone = {11}
    async with running(bot) as runner:
        await asks(bot, room, 11)
        await until(lambda: bot.told_of and not runner._tasks)
    assert await bot.services.gate.waiting(10) == []
    assert len(shop.long) == 1


async def test_the_jobs_of_the_night_say_what_they_deleted(bot: Bot, room: BotDatabase, clock: StillClock) -> None:
    await asks(bot, room, 11, 12)
    assert (await delete_spent_tokens(bot)).deleted == 0
    assert (await forget_token_counts(bot)).deleted == 0
    clock.move(DAY)
    for expected in (2, 0):
        assert (await delete_spent_tokens(bot)).deleted == expected
        assert (await forget_token_counts(bot)).deleted == expected


async def test_premium_readers_are_reminded_once_and_a_wait_loses_nobody(bot: Bot, clock: StillClock) -> None:
    for reader in (11, 12, 13):
        await bot.services.premium.give(reader, 3 * DAY, by=OWNER, cause=Cause(f"{reader}"))
    assert (await remind_premium_readers(bot)).sent == 0
    clock.move(2 * DAY)
    bot.gone, bot.trouble = {12}, {13: TryLater(5, "a flood wait")}
    with pytest.raises(TryLater):
        await remind_premium_readers(bot)
    report = await remind_premium_readers(bot)
    assert set(bot.said) == {11, 12, 13}
    assert set(bot.said.values()) == {"premium-reminder"}
    assert (report.sent, report.skipped) == (1, 0)
    assert (await remind_premium_readers(bot)).sent == 0
