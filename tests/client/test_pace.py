"""Answers go at once and count; what goes of the bot's own accord waits its turn, lane by lane and chat by chat."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait

from client.calls import Calls
from client.gates import Gates
from client.pace import BURST, PER_SECOND, ROOM, Lane, Load, Pace, lane, load_of
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
    assert load_of(message(person(5))) == Load(5, 1, is_group=False)
    assert load_of(forward) == Load(5, 100, is_group=False)
    assert load_of(f.SendMultiMedia(peer=GROUP, multi_media=[single] * 7)) == Load(9, 7, is_group=True)
    assert load_of(f.EditMessage(peer=person(5), id=1)).price == 1
    assert load_of(f.DeleteMessages(id=[1])).price == 0
    assert load_of(raw.functions.updates.GetState()).price == 0


@virtual
async def test_answers_never_wait_and_the_others_wait_for_them() -> None:
    telegram = Telegram()
    began = elapsed()
    await asyncio.gather(*(telegram.say(Lane.ANSWER, person(n)) for n in range(280)))
    assert elapsed() == began
    await telegram.say(Lane.BROADCAST, person(1000))
    assert elapsed() - began == pytest.approx(280 / PER_SECOND, rel=0.15), "as long as the answers have used up"


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
async def test_a_chat_that_is_over_its_limit_slows_nobody_else() -> None:
    telegram = Telegram()
    for _ in range(20):
        await telegram.say(Lane.ANSWER, person(1))
    rate = telegram.calls.pace.bot.rate
    telegram.refusal = FloodWait(1)
    await telegram.say(Lane.ANSWER, person(1))
    assert telegram.calls.pace.bot.rate >= rate
    telegram.refusal = FloodWait(1)
    await telegram.say(Lane.ANSWER, person(2))
    assert telegram.calls.pace.bot.rate < rate * 0.9, "who was hardly written to meets the bot's limit"


@virtual
async def test_chats_are_forgotten() -> None:
    telegram = Telegram()
    for number in range(ROOM + 10):
        telegram.calls.pace.sent(Load(number, 1, is_group=False))
    assert len(telegram.calls.pace._chats) <= ROOM
