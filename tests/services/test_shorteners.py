"""Which shortener a reader is led through: each in its turn, failing ones left out, keys sealed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.secrets import Vault
from services.audit import AuditLog
from services.errors import UserError
from services.shorteners import (
    AT_MOST,
    LONGEST_PAUSE,
    PAUSE,
    TRIAL,
    NoneAnswers,
    Shortener,
    ShortenerFailed,
    ShortenerService,
)
from tests.database.mongo import BOT_ID, StillClock, dump
from tests.services.channel import OWNER

ENV = "env.example"
LONG = "https://t.me/keeper_bot?start=x"


class Shop:
    """Shorteners by their addresses; those that fail, and one that takes its time."""

    def __init__(self) -> None:
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self.go_on: asyncio.Event | None = None

    async def shorten(self, shortener: Shortener, url: str) -> str:
        self.asked.append(shortener.url)
        if self.go_on:
            await self.go_on.wait()
        if shortener.url in self.failing:
            raise ShortenerFailed("no answer in time")
        return f"{shortener.url}/short"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def make(bot: BotDatabase, clock: StillClock, shop: Shop, *, first: bool = False) -> ShortenerService:
    environment = Shortener(ENV, "https://env.example/api", "k") if first else None
    return ShortenerService(bot.shorteners, AuditLog(bot), clock, shop, environment)


@pytest.fixture
async def three(bot: BotDatabase, clock: StillClock, shop: Shop) -> ShortenerService:
    made = make(bot, clock, shop)
    for name in "abc":
        await made.add(f"https://{name}.example key-{name}", by=OWNER, cause=Cause(name))
        clock.move(timedelta(seconds=1))
    return made


async def names(shorteners: ShortenerService, times: int) -> list[str]:
    return [(await shorteners.shorten(LONG)).shortener for _ in range(times)]


async def test_each_has_its_turn(three: ShortenerService) -> None:
    assert await names(three, 6) == ["a.example", "b.example", "c.example"] * 2


async def test_one_that_fails_is_passed_over_and_left_out_until_it_answers_again(
    three: ShortenerService, shop: Shop, clock: StillClock
) -> None:
    shop.failing = {"https://a.example"}
    first = await three.shorten(LONG)
    assert (first.shortener, first.failed) == ("b.example", ("a.example",))
    shop.asked.clear()
    assert set(await names(three, 4)) == {"b.example", "c.example"}
    assert "https://a.example" not in shop.asked
    clock.move(PAUSE)
    await names(three, 3)
    assert shop.asked.count("https://a.example") == 1
    clock.move(PAUSE)
    await names(three, 3)
    assert shop.asked.count("https://a.example") == 1, "the second pause is longer"
    clock.move(PAUSE)
    shop.failing.clear()
    assert "a.example" in await names(three, 3)
    assert "a.example" in await names(three, 3), "it is healthy again"


async def test_a_pause_has_an_end_however_often_it_fails(bot: BotDatabase, clock: StillClock, shop: Shop) -> None:
    one = make(bot, clock, shop, first=True)
    shop.failing = {"https://env.example/api"}
    for _ in range(20):
        with pytest.raises(NoneAnswers):
            await one.shorten(LONG)
        clock.move(LONGEST_PAUSE)
    assert len(shop.asked) == 20
    with pytest.raises(NoneAnswers) as error:
        await one.shorten(LONG)
    assert error.value.failed == ["env.example"]
    with pytest.raises(NoneAnswers) as error:
        await one.shorten(LONG)
    assert error.value.failed == []


async def test_the_next_process_knows_which_fail_and_that_they_answer_again(
    three: ShortenerService, bot: BotDatabase, shop: Shop, clock: StillClock
) -> None:
    shop.failing = {"https://a.example"}
    await three.shorten(LONG)
    clock.move(PAUSE)
    await names(three, 3)  # it failed a second time
    after = make(bot, clock, shop)
    shop.asked.clear()
    assert set(await names(after, 4)) == {"b.example", "c.example"}
    assert "https://a.example" not in shop.asked
    clock.move(PAUSE)
    assert "https://a.example" not in [*shop.asked, *await names(make(bot, clock, shop), 3)], "as long as before"
    shop.failing.clear()
    clock.move(PAUSE)
    assert "a.example" in await names(after, 3)
    assert "a.example" in await names(make(bot, clock, shop), 3)


async def test_after_a_pause_one_reader_tries_it_and_the_others_do_not_wait_for_it(
    three: ShortenerService, shop: Shop, clock: StillClock
) -> None:
    shop.failing = {"https://a.example"}
    await three.shorten(LONG)
    clock.move(PAUSE)
    shop.asked.clear()
    shop.go_on = asyncio.Event()
    crowd = [asyncio.create_task(three.shorten(LONG)) for _ in range(30)]
    await asyncio.sleep(0)
    await three.all()
    await asyncio.sleep(0)
    shop.go_on.set()
    await asyncio.gather(*crowd)
    assert shop.asked.count("https://a.example") == 1
    assert three.paused_until(next(each.host for each in await three.all()))
    clock.move(TRIAL)


async def test_one_of_the_environment_is_switched_off_in_the_chat_and_stays_so(
    bot: BotDatabase, clock: StillClock, shop: Shop
) -> None:
    one = make(bot, clock, shop, first=True)
    assert await one.are_set()
    assert not (await one.switch(ENV, enabled=False, by=OWNER, cause=Cause("off"))).enabled
    later = make(bot, clock, shop, first=True)
    assert not await later.are_set()
    await later.remove(ENV, by=OWNER, cause=Cause("del"))
    assert [each.host for each in await later.all()] == [ENV]
    assert (await later.switch(ENV, enabled=True, by=OWNER, cause=Cause("on"))).enabled
    assert not (await later.switch(ENV, enabled=False, by=OWNER, cause=Cause("again"))).enabled
    assert not (await later.switch(ENV, enabled=True, by=OWNER, cause=Cause("on"))).enabled, "a replay"


async def test_what_is_added_is_kept_sealed_once_and_can_be_removed(
    bot: BotDatabase, clock: StillClock, shop: Shop, database: Database
) -> None:
    made = make(bot, clock, shop)
    added, again = [
        await made.add("short.example/api canary-0123456789", by=OWNER, cause=Cause("one")) for _ in range(2)
    ]
    later = make(bot, clock, shop)
    assert await later.all() == [added] == [again]
    assert (added.url, added.key) == ("https://short.example/api", "canary-0123456789")
    assert b"canary" not in await dump(database)
    await later.remove(added.host, by=OWNER, cause=Cause("two"))
    with pytest.raises(UserError, match="shortener-gone"):
        await later.get(added.host)
    assert [(change.subject, change.new) for change in await bot.audit.page(0, 10)] == [
        ("short.example", None),
        ("short.example", True),
    ]


async def test_a_key_that_was_sealed_with_another_secret_keeps_nobody_from_the_others(
    bot: BotDatabase, clock: StillClock, shop: Shop, database: Database
) -> None:
    await make(bot, clock, shop).add("https://short.example k", by=OWNER, cause=Cause("one"))
    other = database.bot(BOT_ID, Vault.from_secret("a secret of later", BOT_ID))
    later = make(other, clock, shop)
    assert [(each.host, each.key) for each in await later.all()] == [("short.example", None)]
    assert not await later.are_set()
    await later.add("https://short.example k2", by=OWNER, cause=Cause("two"))
    assert (await later.shorten(LONG)).shortener == "short.example"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "shortener-words"),
        ("https://short.example", "shortener-words"),
        ("http://short.example key", "shortener-words"),
        ("https://me:pw@short.example key", "shortener-words"),
        ("https://localhost key", "shortener-words"),
        ("https://short.example one two", "shortener-words"),
        (f"https://short.example {'k' * 513}", "shortener-long"),
    ],
)
async def test_what_is_no_shortener_is_refused(
    bot: BotDatabase, clock: StillClock, shop: Shop, words: str, key: str
) -> None:
    with pytest.raises(UserError, match=key):
        await make(bot, clock, shop).add(words, by=OWNER, cause=Cause("x"))


async def test_there_are_not_too_many(bot: BotDatabase, clock: StillClock, shop: Shop) -> None:
    made = make(bot, clock, shop)
    for number in range(AT_MOST):
        await made.add(f"https://s{number}.example k", by=OWNER, cause=Cause(f"{number}"))
    with pytest.raises(UserError, match="shortener-many"):
        await made.add("https://more.example k", by=OWNER, cause=Cause("more"))
