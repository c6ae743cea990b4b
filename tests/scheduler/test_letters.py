"""What the owner cannot be told waits for them, in order, through restarts, and is brought once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from client.keyboard import Button
from client.letters import read, written
from database.bots import BotDatabase
from database.cause import Cause
from database.letters import Letter
from locales.texts import Html, Part
from scheduler.letters import PAUSE, bring_letters
from services.errors import TryLater
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, READER, Channel, make_services


class House:
    """A bot of one process and its owner, who may be written to or not."""

    def __init__(self, room: BotDatabase, clock: StillClock, epoch: int = 3) -> None:
        self.clock = clock
        self.services: Services = make_services(room, clock, Channel())
        self.lease: Any = SimpleNamespace(epoch=epoch)
        self.reachable = True
        self.troubles: list[Exception] = []
        self.brought: list[str] = []

    async def bring(self, letter: Letter) -> bool:
        if self.troubles:
            raise self.troubles.pop(0)
        if self.reachable:
            self.brought.append(letter.step)
        return self.reachable

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> bool:
        raise AssertionError("letters are brought")

    async def keep(self, step: str, clock: StillClock) -> None:
        await self.services.letters.keep({"key": step}, cause=Cause("message:1:1"), step=step)
        clock.move(timedelta(milliseconds=5))

    async def heard_of(self, user_id: int = OWNER) -> None:
        await self.services.letters.heard_of(user_id)

    async def bring_all(self, clock: StillClock) -> None:
        while due := await bring_letters(self):
            if due > clock.now():
                clock.move(due - clock.now())


@pytest.fixture
def house(room: BotDatabase, clock: StillClock) -> House:
    return House(room, clock)


async def test_letters_wait_for_the_owner_and_come_in_order_a_second_apart(house: House, clock: StillClock) -> None:
    for step in ("one", "two", "one", "three"):
        await house.keep(step, clock)
    await house.bring_all(clock)
    await house.heard_of(READER)
    await house.bring_all(clock)
    assert house.brought == []
    await house.heard_of()
    assert house.services.letters.came.is_set()
    began = clock.now()
    assert await bring_letters(house) == began + PAUSE
    await house.bring_all(clock)
    await house.heard_of()
    await house.bring_all(clock)
    assert house.brought == ["one", "two", "three"]


async def test_an_owner_who_is_heard_of_and_cannot_be_written_to_gets_them_the_next_time(
    house: House, clock: StillClock
) -> None:
    await house.keep("one", clock)
    house.reachable = False
    await house.heard_of()
    await house.bring_all(clock)
    assert await house.services.letters.next_due() is None
    house.reachable = True
    await house.heard_of()
    await house.bring_all(clock)
    assert house.brought == ["one"]


async def test_letters_wait_as_long_as_telegram_says(house: House, clock: StillClock) -> None:
    house.troubles = [TryLater(30.0, "flood")]
    await house.keep("one", clock)
    await house.heard_of()
    await bring_letters(house)
    assert await bring_letters(house) == clock.now() + timedelta(seconds=30)
    await house.bring_all(clock)
    assert house.brought == ["one"]


async def test_the_next_process_brings_what_waits(house: House, room: BotDatabase, clock: StillClock) -> None:
    await house.keep("one", clock)
    await house.heard_of()
    taken = await house.services.letters.claim(3)
    assert taken
    await house.keep("two", clock)
    successor = House(room, clock, 4)
    await successor.bring_all(clock)
    assert successor.brought == ["one"], "the one that was due; the owner has not been heard of since"
    await house.services.letters.arrived(taken, 3)
    await successor.heard_of()
    await successor.bring_all(clock)
    assert successor.brought == ["one", "two"]


def test_a_letter_is_read_as_it_was_written() -> None:
    row = Part("lost-row", {"name": "a<b>", "number": 1, "kind": None})
    args: dict[str, object] = {"rows": (row, row), "more": 0, "is": True, "html": Html("<b>x</b>"), "name": "n"}
    buttons = [
        [Button("button-relink", data="relink:fAbC", name="n"), Button(text="1", url="https://a.example")],
        [Button("button-share", share="https://t.me/x?start=y")],
    ]
    key, again, rows = read(written("lost", args, buttons))
    assert (key, again) == ("lost", args)
    assert isinstance(again["html"], Html)
    for row_, same in zip(rows, buttons, strict=True):
        for button, other in zip(row_, same, strict=True):
            assert [getattr(button, name) for name in Button.__slots__] == [
                getattr(other, name) for name in Button.__slots__
            ]
