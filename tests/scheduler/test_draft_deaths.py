"""Drafts through deaths at every call and every write: nothing is lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.outgoing import Outgoing
from scheduler import drafts as publishing
from services.drafts import (
    DraftOptions,
)
from services.errors import NotThrough
from services.posted import Posted
from tests.database.mongo import StillClock
from tests.scheduler.drafts import (
    MORE,
    ONE,
    TEXT,
    Bot,
    Died,
    State,
    Telegram,
    Trap,
    killed,
    once,
    states,
)

POINTS: dict[str, Callable[[Telegram], None]] = {
    "before the first send": lambda t: setattr(t, "before", once(1, Died())),
    "after the first send": lambda t: setattr(t, "after", once(1, Died())),
    "before the last send": lambda t: setattr(t, "before", once(6, Died())),
    "after the last send": lambda t: setattr(t, "after", once(6, Died())),
    "before a pin": lambda t: setattr(t, "before", once(2, Died(), "pin")),
    "after a pin": lambda t: setattr(t, "after", once(2, Died(), "pin")),
}
WRITES = ("begin", "note")


@pytest.mark.parametrize("point", POINTS)
async def test_a_death_at_any_call_loses_and_doubles_nothing(
    bot: Bot, telegram: Telegram, room: BotDatabase, point: str
) -> None:
    draft = await bot.approved(parts=[TEXT, MORE], options=DraftOptions(pin=True))
    POINTS[point](telegram)
    done = await killed(bot, Bot(telegram, room, bot.clock, epoch=2), draft)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent"] * 3)
    assert set(telegram.ever.values()) == {1}
    for each in done.targets:
        assert telegram.there(each.chat) == ["hello", "and more"]
        assert each.message_ids == tuple(telegram.chats[each.chat])
    assert len(telegram.pinned) == 3


@pytest.mark.parametrize("point", POINTS)
async def test_what_a_session_that_ended_had_in_hand_goes_on_with_the_next_one_under_the_same_lease(
    bot: Bot, telegram: Telegram, room: BotDatabase, point: str
) -> None:
    draft = await bot.approved(parts=[TEXT, MORE], options=DraftOptions(pin=True))
    POINTS[point](telegram)
    await bot.dies()
    telegram.before = telegram.after = lambda _, __: None
    at = bot.clock.now()
    await Bot(telegram, room, bot.clock).run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert set(telegram.ever.values()) == {1}
    assert bot.clock.now() == at, "it waited for nothing"


@pytest.mark.parametrize("applied", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("write", WRITES)
async def test_a_death_at_any_write_loses_and_doubles_nothing(
    bot: Bot, telegram: Telegram, room: BotDatabase, monkeypatch: pytest.MonkeyPatch, write: str, number: int,
    applied: bool,
) -> None:  # fmt: skip
    if write == "begin" and number > 1:
        return
    draft = await bot.approved(parts=[TEXT, MORE])
    original, count = getattr(room.drafts, write), Counter[str]()

    async def dying(*args: Any, **kwargs: Any) -> Any:
        count[write] += 1
        if count[write] != number:
            return await original(*args, **kwargs)
        if applied:
            await original(*args, **kwargs)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(room.drafts, write, dying)
        await bot.dies()
    done = await Bot(telegram, room, bot.clock, epoch=2).settle(draft)
    assert (done.state, states(done)) == (State.PUBLISHED, ["sent"] * 3)
    assert set(telegram.ever.values()) == {1}
    assert all(telegram.there(each.chat) == ["hello", "and more"] for each in done.targets)


async def test_control_a_telegram_that_forgets_random_ids_doubles(room: BotDatabase, clock: StillClock) -> None:
    telegram = Telegram(keeps=False)
    bot = Bot(telegram, room, clock)
    draft = await bot.approved(ONE)
    telegram.after = once(1, Died())
    await killed(bot, Bot(telegram, room, clock, epoch=2), draft)
    assert telegram.there(ONE.chat) == ["hello", "hello"]


async def test_who_lost_the_lease_writes_nothing_down(bot: Bot, telegram: Telegram, room: BotDatabase) -> None:
    draft = await bot.approved(ONE)
    successor = Bot(telegram, room, bot.clock, epoch=2)

    async def late(to: int, *args: Any, **kwargs: Any) -> Posted:
        await successor.runner.look()
        return Posted((999,))

    bot.post_draft = late  # type: ignore[method-assign]
    await bot.run()
    assert (await bot.drafts.get(draft.code)).targets[0].message_ids != (999,)
    await successor.run()
    done = await bot.drafts.get(draft.code)
    assert (done.state, telegram.there(ONE.chat)) == (State.PUBLISHED, ["hello"])
    assert done.targets[0].message_ids == tuple(telegram.chats[ONE.chat])


async def test_the_database_away_after_a_send_is_waited_for(
    bot: Bot, telegram: Telegram, room: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await bot.approved(ONE)
    monkeypatch.setattr(publishing, "AFTER_FAILURE", 0)
    original, failures = room.drafts.note, iter(range(3))

    async def away(*args: Any, **kwargs: Any) -> Any:
        if next(failures, None) is not None:
            raise AutoReconnect
        return await original(*args, **kwargs)

    monkeypatch.setattr(room.drafts, "note", away)
    await bot.run()
    assert (await bot.drafts.get(draft.code)).state is State.PUBLISHED
    assert telegram.there(ONE.chat) == ["hello"]


@pytest.mark.parametrize("keeps", [True, False], ids=["", "control: random ids are forgotten"])
async def test_many_deaths_and_lost_answers_lose_and_double_nothing(
    room: BotDatabase, clock: StillClock, *, keeps: bool
) -> None:
    telegram, made = Telegram(keeps=keeps), []
    bot = Bot(telegram, room, clock)
    for number in range(15):
        parts = [Outgoing(None, (), f"{number} {part}") for part in range(1 + number % 2)]
        made.append(await bot.approved(name=str(number), parts=parts, options=DraftOptions(pin=number % 3 == 0)))

    seen = Counter[str]()

    def befalls(when: str) -> Trap:
        def trap(_: str, __: int) -> None:
            seen[when] += 1
            if seen[when] % 9 == 0:
                raise Died
            if seen[when] % 11 == 0:
                raise NotThrough(3, "its answer got lost")

        return trap

    telegram.before, telegram.after = befalls("before"), befalls("after")
    deaths = 0
    for _ in range(400):
        try:
            await bot.run()
        except Died:
            deaths += 1
            bot = Bot(telegram, room, clock, epoch=1 + deaths)
        if (due := await bot.drafts.work.next_due()) is None:
            break
        clock.move(max(timedelta(0), due - clock.now()))
    assert deaths >= 5
    assert {(await bot.drafts.get(each.code)).state for each in made} == {State.PUBLISHED}
    assert len(telegram.ever) == 3 * sum(len(each.version.parts) for each in made)
    assert (set(telegram.ever.values()) == {1}) is keeps
