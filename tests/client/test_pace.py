"""Answers go at once and count; what goes of the bot's own accord waits its turn, lane by lane and chat by chat."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait

from client.calling import Calling
from client.calls import Calls, MustWait
from client.evidence import PROBES
from client.flow import OWED
from client.gates import Gates
from client.pace import (
    BURST,
    CALLS_PER_SECOND,
    NARROWEST,
    PAID_PER_SECOND,
    PER_SECOND,
    ROOM,
    SPARE,
    TOGETHER,
    WIDEST,
    Lane,
    Load,
    Pace,
    lane,
    load_of,
)
from services.errors import TryLater
from tests.client.virtual import elapsed, virtual

f, t = raw.functions.messages, raw.types


def person(number: int) -> Any:
    return t.InputPeerUser(user_id=number, access_hash=0)


GROUP = t.InputPeerChannel(channel_id=9, access_hash=0)


def message(to: Any) -> Any:
    return f.SendMessage(peer=to, message="text", random_id=1)


class Telegram:
    """Takes everything, and notes when."""

    def __init__(self) -> None:
        self.at: list[tuple[float, Any]] = []
        self.refusal: Exception | None = None
        self.calls = Calls(self.send)
        self.calls.gates = Gates(now=elapsed)
        self.calls.pace = Pace(now=elapsed)

    async def send(self, query: Any, _: float) -> str:
        self.at.append((elapsed(), query))
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        return "done"

    async def say(self, which: Lane, to: Any) -> None:
        """Say something in a lane, however long that takes."""
        with lane(which):
            while True:
                try:
                    await self.calls.make(message(to), timeout=15)
                except TryLater as error:
                    await asyncio.sleep(error.after)
                else:
                    return

    def times(self, to: Any = None) -> list[float]:
        return [at for at, query in self.at if to is None or query.peer == to]


def test_what_a_call_costs() -> None:
    ids = list(range(100))
    forward = f.ForwardMessages(from_peer=GROUP, to_peer=person(5), id=ids, random_id=ids)
    single: Any = t.InputSingleMedia(media=t.InputMediaEmpty(), random_id=1, message="")
    assert load_of(message(person(5))) == Load(5, 1)
    assert load_of(forward) == Load(5, 100)
    assert load_of(f.SendMultiMedia(peer=GROUP, multi_media=[single] * 7)) == Load(-9, 7)
    assert load_of(f.EditMessage(peer=person(5), id=1)).price == 1
    assert load_of(f.DeleteMessages(id=[1])) == load_of(f.DeleteMessages(id=[1, 2])), "one call"
    assert load_of(f.DeleteMessages(id=[1])) != load_of(raw.functions.updates.GetState())


@virtual
async def test_answers_never_wait_and_the_others_wait_for_them() -> None:
    for answers, seconds in ((56, 2.0), (2800, OWED)):
        telegram = Telegram()
        began = elapsed()
        await asyncio.gather(*(telegram.say(Lane.ANSWER, person(n)) for n in range(answers)))
        assert elapsed() == began
        await telegram.say(Lane.BROADCAST, person(10_000))
        assert elapsed() - began == pytest.approx(seconds, rel=0.15), "what they used up, as far as it can be owed"


@virtual
async def test_what_a_long_forward_owes_is_owed() -> None:
    telegram = Telegram()
    began, ids = elapsed(), list(range(100))
    await telegram.calls.make(f.ForwardMessages(from_peer=GROUP, to_peer=person(5), id=ids, random_id=ids), timeout=15)
    await telegram.say(Lane.BROADCAST, person(6))
    assert elapsed() - began == pytest.approx(100 / PER_SECOND, rel=0.1)


@virtual
async def test_a_broadcast_keeps_to_the_rate_and_a_sequence_goes_before_it() -> None:
    telegram = Telegram()
    began = elapsed()
    broadcast = [asyncio.create_task(telegram.say(Lane.BROADCAST, person(n))) for n in range(20)]
    await asyncio.sleep(0.1)
    sequence = [asyncio.create_task(telegram.say(Lane.SEQUENCE, person(100 + n))) for n in range(10)]
    await asyncio.gather(*broadcast, *sequence)
    assert elapsed() - began == pytest.approx(30 / PER_SECOND, rel=0.3)
    last = max(at for at, query in telegram.at if query.peer.user_id >= 100)
    after = [at for at, query in telegram.at if query.peer.user_id < 100 and at > last]
    assert len(after) >= 12, "most of the broadcast came after the sequence that began later"


@virtual
async def test_a_group_has_a_rate_of_its_own_and_holds_nobody_up() -> None:
    telegram = Telegram()
    began = elapsed()
    group = [asyncio.create_task(telegram.say(Lane.BROADCAST, GROUP)) for _ in range(15)]
    await asyncio.sleep(1)
    await asyncio.gather(*(telegram.say(Lane.BROADCAST, person(n)) for n in range(20)))
    assert elapsed() - began < 3
    await asyncio.gather(*group)
    assert elapsed() - began == pytest.approx((15 - BURST) * 3, rel=0.4)


@virtual
async def test_a_wait_slows_down_what_it_is_for() -> None:
    telegram = Telegram()
    for _ in range(20):
        await telegram.say(Lane.ANSWER, person(1))

    async def told(to: int, seconds: int) -> float:
        """How much slower the bot is after somebody was told to wait."""
        rate = telegram.calls.pace._free.flow.rate
        telegram.refusal = FloodWait(seconds)
        with contextlib.suppress(MustWait), lane(Lane.ANSWER):
            await telegram.calls.make(message(person(to)), timeout=15)
        return telegram.calls.pace._free.flow.rate / rate

    assert await told(1, 1) >= 1, "it is over the limit of its chat"
    for number in range(100, 120):
        assert await told(number, 3600 + 60 * number) >= 1, "no rate needs so long to be made good"
        await asyncio.sleep(1)
    assert await told(2, 1) >= 1, "it may be for this chat"
    await asyncio.sleep(2 * TOGETHER)
    assert await told(3, 1) >= 1
    assert await told(3, 1) >= 1, "the same chat again"
    assert await told(4, 1) < 0.9, "two chats, of which neither was written to: it is the bot"


@virtual
async def test_a_long_wait_that_is_for_all_slows_the_bot_down() -> None:
    telegram = Telegram()
    rate = telegram.calls.pace._free.flow.rate
    for number in range(1, PROBES + 1):
        telegram.refusal = FloodWait(30)
        with contextlib.suppress(MustWait):
            await telegram.calls.make(message(person(number)), timeout=15)
    assert telegram.calls.pace._free.flow.rate < rate * 0.9


@virtual
async def test_chats_are_forgotten() -> None:
    telegram = Telegram()
    for number in range(ROOM + 10):
        telegram.calls.pace.sent(Load(number, 1))
    assert len(telegram.calls.pace._chats) <= ROOM


@virtual
async def test_many_that_wait_to_be_sent_take_no_place_of_the_answers() -> None:
    telegram = Telegram()
    broadcast = [asyncio.create_task(telegram.say(Lane.BROADCAST, person(n))) for n in range(1, 200)]
    await asyncio.sleep(0.1)
    began = elapsed()
    telegram.refusal = FloodWait(1)
    await asyncio.gather(*(telegram.say(Lane.ANSWER, person(1000 + n)) for n in range(30)))
    assert elapsed() - began <= 1.1, "none was put off, as there are holders left for them"
    await asyncio.gather(*broadcast)


@virtual
async def test_who_comes_when_the_line_is_long_is_told_that_it_is_for_all() -> None:
    telegram = Telegram()
    telegram.calls.pace._free.flow.take(10 * PER_SECOND, elapsed())
    with pytest.raises(MustWait) as caught, lane(Lane.BROADCAST):
        await telegram.calls.make(message(person(1)), timeout=15)
    assert not caught.value.one_chat
    assert caught.value.after == pytest.approx(10, rel=0.02)
    for _ in range(40):
        telegram.calls.pace.sent(Load(2, 1))
    with pytest.raises(MustWait) as caught, lane(Lane.BROADCAST):
        await telegram.calls.make(message(person(2)), timeout=15)
    assert caught.value.one_chat


@virtual
async def test_who_is_cancelled_in_the_line_gives_its_place_back() -> None:
    telegram = Telegram()
    line = telegram.calls.pace._free
    await telegram.say(Lane.BROADCAST, person(1))
    waiting = [asyncio.create_task(telegram.say(Lane.BROADCAST, person(n))) for n in range(2, 12)]
    await asyncio.sleep(0)
    before = line.wait(Lane.BROADCAST, 1)
    for task in waiting[:5]:
        task.cancel()
    await asyncio.sleep(0)
    assert line.wait(Lane.BROADCAST, 1) == pytest.approx(before - 5 / PER_SECOND, abs=0.01)
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(telegram.at) == 6


@virtual
async def test_a_method_that_sends_nothing_slows_down_alone() -> None:
    telegram = Telegram()
    telegram.refusal = FloodWait(1)
    with lane(Lane.DELETION):
        await telegram.calls.make(f.DeleteMessages(id=[1]), timeout=15)
    assert telegram.calls.pace._methods["functions.messages.DeleteMessages"].flow.rate < CALLS_PER_SECOND * 0.9
    assert telegram.calls.pace._free.flow.rate >= PER_SECOND


@virtual
async def test_what_is_paid_for_has_a_line_of_its_own() -> None:
    telegram = Telegram()
    began = elapsed()

    async def send(number: int) -> None:
        query = message(person(number))
        query.allow_paid_floodskip = True
        with lane(Lane.BROADCAST):
            await telegram.calls.make(query, timeout=15)

    telegram.calls.pace.pays = True
    assert telegram.calls.pace.width() > 100
    for start in range(1, 2000, 100):
        await asyncio.gather(*(send(number) for number in range(start, start + 100)))
    assert elapsed() - began == pytest.approx(2000 / PAID_PER_SECOND, rel=0.1)
    assert not telegram.calls.pace._free.flow.is_over, "nothing was taken from what is free"


def test_as_much_is_under_way_as_leaves_while_one_is_answered() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    for _ in range(100):
        pace.took(Load(1, 1), 0.5, 0)
    assert pace.width() == pytest.approx(SPARE * PER_SECOND * 0.5 + NARROWEST, abs=1)
    for _ in range(100):
        pace.took(Load(1, 1), 0.001, 0)
    assert NARROWEST <= pace.width() <= NARROWEST + 1
    for _ in range(100):
        pace.took(Load(1, 1), 100, 0)
    assert pace.width() == WIDEST


class Payer(Calling):
    """What pays for a call, or does not."""

    def __init__(self, *, pays: bool) -> None:
        async def current() -> Any:
            return SimpleNamespace(paid_broadcasts=pays)

        self.services = cast("Any", SimpleNamespace(settings=SimpleNamespace(current=current)))
        self.calls = Calls(lambda *_: None)  # type: ignore[arg-type]  # nothing is sent


@pytest.mark.parametrize("pays", [True, False])
async def test_only_what_goes_to_many_is_paid_for_and_only_where_that_is_switched_on(pays: bool) -> None:
    bot = Payer(pays=pays)
    for which in Lane:
        query = message(person(1))
        with lane(which):
            await bot._pay(query)
        assert bool(query.allow_paid_floodskip) == (pays and which in {Lane.SEQUENCE, Lane.BROADCAST}), which
        assert load_of(query).is_paid == bool(query.allow_paid_floodskip)
    with lane(Lane.BROADCAST):
        await bot._pay(f.DeleteMessages(id=[1]))
