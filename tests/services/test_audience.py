"""Who is in an audience: each way to choose readers alone and together, the same when counted and when cut."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.users import Profile
from services import audience as rules
from services.access import Access
from services.audience import AudienceService
from services.broadcasts import Audience
from services.registry import Services
from tests.database.mongo import NOW, StillClock
from tests.services.channel import OWNER, Channel, make_services

DAY = timedelta(days=1)
CODE = "a broadcast"


class House:
    """A bot with readers of all kinds, and what it says of an audience."""

    def __init__(self, bot: BotDatabase, clock: StillClock) -> None:
        self.room, self.clock = bot, clock
        self.services: Services = make_services(bot, clock, Channel())
        access: Access = self.services.access
        spoken = lambda code: (code or "en")[:2]  # noqa: E731 - as the services pick it
        self.audience = AudienceService(bot.users, bot.premiums, self.services.clicks, access, spoken)

    async def comes(self, user_id: int, code: str | None = None) -> None:
        await self.services.users.seen(Profile(user_id, language_code=code))

    async def of(self, size: int = 1000, code: str = CODE, **audience: Any) -> list[int]:
        """Whom a broadcast that is started now goes to, in windows of such a size."""
        found, after = list[int](), -1
        now = self.clock.now()
        while True:
            window = await self.audience.look(Audience(**audience), code, now, now, after, size)
            found += window.readers
            after = window.end
            if window.is_last:
                assert len(found) == await self.audience.count(Audience(**audience), now, code)
                return found


@pytest.fixture
def house(bot: BotDatabase, clock: StillClock) -> House:
    return House(bot, clock)


async def test_everybody_is_who_wrote_before_and_is_still_there(house: House) -> None:
    for user_id in range(11, 17):
        await house.comes(user_id)
    await house.services.users.mark(blocked=[12], gone=[13])
    for number, user_id in enumerate((14, 12, 99)):
        await house.services.access.ban(user_id, by=OWNER, cause=Cause(f"query:{number}"))
    assert await house.of() == [], "nobody wrote before this moment"
    house.clock.move(DAY)
    await house.comes(17)
    for size in (1, 2, 100):
        assert await house.of(size) == [11, 15, 16]
    await house.comes(12)
    await house.comes(13)
    assert await house.of() == [11, 13, 15, 16], "who writes is back; who is banned is not"


async def test_a_language_is_the_one_that_a_reader_is_spoken_to_in(house: House) -> None:
    for user_id, code in ((1, "ru"), (2, "uz-Latn"), (3, None), (4, "de"), (5, "ru-RU")):
        await house.comes(user_id, code)
    await house.services.users.choose_language(1, "uz")
    house.clock.move(DAY)
    assert await house.of(language="ru") == [5]
    assert await house.of(language="uz") == [1, 2]
    assert await house.of(language="en") == [3]


async def test_who_is_active_and_who_is_new_goes_by_the_start(house: House) -> None:
    await house.comes(1)
    house.clock.move(5 * DAY)
    await house.comes(2)
    house.clock.move(DAY)
    await house.room.users.bring([3], house.clock.now())
    house.clock.move(DAY)
    assert await house.of(active_days=3) == [2]
    assert await house.of(active_days=7) == [1, 2]
    assert await house.of(new_since=NOW + DAY) == [2, 3]
    assert await house.of(new_since=NOW + DAY, active_days=30) == [2]


async def test_premium_readers_and_those_who_pressed_a_button(house: House) -> None:
    for user_id in range(1, 5):
        await house.comes(user_id)
    await house.room.premiums.give(1, DAY * 2, OWNER, Cause("query:1"), house.clock.now())
    await house.room.premiums.give(2, DAY / 2, OWNER, Cause("query:2"), house.clock.now())
    await house.services.clicks.record(1, "yes", Cause("query:3"))
    await house.services.clicks.record(3, "yes", Cause("query:4"))
    await house.services.clicks.record(3, "no", Cause("query:5"))
    house.clock.move(DAY)
    assert await house.of(premium=True) == [1]
    assert await house.of(premium=False) == [2, 3, 4]
    assert await house.of(clicked="yes") == [1, 3]
    assert await house.of(not_clicked="yes") == [2, 4]
    assert await house.of(clicked="yes", not_clicked="no") == [1]
    assert await house.of(clicked="yes", premium=False) == [3]


async def test_a_sample_is_the_same_each_time_and_another_for_each_broadcast(house: House) -> None:
    await house.room.users.bring(range(1, 3001), house.clock.now())
    house.clock.move(DAY)
    first = await house.of(sample=10)
    assert await house.of(777, sample=10) == first, "whatever the windows are"
    assert 220 < len(first) < 380, "10 % of 3,000, give or take 5 standard deviations"
    other = await house.of(code="another", sample=10)
    assert 220 < len(other) < 380
    assert len(set(first) & set(other)) < 100
    assert set(first) < set(await house.of(sample=50))
    estimate = await house.services.broadcasts.count(Audience(sample=10))
    assert estimate == 300, "nobody knows which ones before there is a broadcast"


async def test_how_many_there_are_is_known_for_a_minute_for_so_many_audiences(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.room.users.bring(range(1, 101), house.clock.now())
    house.clock.move(DAY)
    counted = list[Audience]()
    count = house.audience.count

    async def noted(audience: Audience, *rest: Any) -> int:
        counted.append(audience)
        return await count(audience, *rest)

    async def about(**audience: Any) -> int:
        return await house.audience.about(Audience(**audience), house.clock.now())

    monkeypatch.setattr(house.audience, "count", noted)
    english = Audience(language="en")
    assert await asyncio.gather(*(about(language="en") for _ in range(3))) == [100] * 3
    assert await about(language="en", sample=10) == 10, "a sample is estimated, so nobody is counted for it"
    assert counted == [english]
    house.clock.move(rules.KNOWN_FOR)
    await house.comes(101, "en")
    house.clock.move(timedelta(seconds=1))
    assert await about(language="en") == 101
    assert counted == [english] * 2
    for days in range(1, rules.KNOWN + 1):
        await about(active_days=days)
    await about(language="en")
    assert counted.count(english) == 3, "those looked at longest ago are forgotten"


async def test_that_there_is_nobody_is_looked_at_each_time(house: House) -> None:
    assert await house.services.broadcasts.count(Audience()) == 0
    await house.comes(1)
    house.clock.move(timedelta(seconds=1))
    assert await house.services.broadcasts.count(Audience()) == 1


async def test_whether_there_is_anybody_is_known_at_the_first_reader(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.room.users.bring(range(1, 4001), house.clock.now())
    await house.comes(3500, "ru")
    await house.comes(3600, "uz")
    house.clock.move(DAY)
    looks = list[int]()
    readers = house.room.users.readers

    async def noted(after: int, limit: int) -> Any:
        looks.append(after)
        return await readers(after, limit)

    monkeypatch.setattr(house.room.users, "readers", noted)
    for audience, found, looked in (
        (Audience(), True, 1),
        (Audience(language="uz"), True, 3),
        (Audience(premium=True), False, 3),
    ):
        assert await house.audience.has_anybody(audience, house.clock.now(), CODE) is found
        assert len(looks) == looked, audience
        looks.clear()


async def test_a_million_would_never_be_in_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.room.users.bring(range(1, 2001), house.clock.now())
    house.clock.move(DAY)
    sizes: Counter[int] = Counter()
    readers = house.room.users.readers

    async def noted(after: int, limit: int) -> Any:
        sizes[limit] += 1
        return await readers(after, limit)

    monkeypatch.setattr(house.room.users, "readers", noted)
    monkeypatch.setattr(rules, "WIDEST", 300)
    assert await house.audience.count(Audience(language="en"), house.clock.now()) == 2000
    assert sizes == {300: 7}
    sizes.clear()
    assert await house.audience.count(Audience(), house.clock.now()) == 2000
    assert not sizes, "without a choice the database counts"
