"""An import reads its channel to the end, through refusals, waits and restarts, and its owner is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.connection import Database
from database.imports import ImportState
from scheduler.imports import read_imports
from services.errors import TryLater, UserError
from services.imports import PostsRead
from services.registry import Services
from services.settings import ChannelFacts
from tests.database.mongo import StillClock, bot_of
from tests.services.channel import Channel, make_services, upload

FORMER = -1001234567890


class House:
    """A bot, its owner and a channel with a file under every third number."""

    def __init__(self, room: BotDatabase, clock: Clock) -> None:
        self.room = room
        self.clock = clock
        self.services: Services = make_services(room, clock, Channel())
        self.lease: Any = SimpleNamespace(epoch=3)
        self.facts = ChannelFacts(FORMER, "Old", is_channel=True, is_admin=True, may_post=False, protected=False)
        self.followed: set[int] = set()
        self.troubles: list[Exception] = []
        self.asked: list[tuple[int, int]] = []
        self.sent: dict[tuple[str, Cause], dict[str, object]] = {}

    async def channel_facts(self, chat_id: int) -> ChannelFacts:
        assert chat_id == FORMER
        return self.facts

    def follow(self, chat_id: int) -> None:
        self.followed.add(chat_id)

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        self.sent.setdefault((key, cause), args)
        return True

    async def read(self, chat: int, numbers: Sequence[int]) -> PostsRead:
        if self.troubles:
            raise self.troubles.pop(0)
        self.asked.append((numbers[0], numbers[-1]))
        uploads = [upload(each, f"AgAD{each}", chat_id=chat) for each in numbers if each % 3 == 0]
        return PostsRead(uploads, others=1)

    async def runs(self) -> int:
        """Let the runner look until nothing is due. Returns how often it did."""
        looks = 1
        while await read_imports(self, self.read):
            looks += 1
            assert looks < 50
        return looks

    @property
    def told(self) -> list[str]:
        return [key for key, _ in self.sent]


@pytest.fixture
def house(database: Database) -> House:
    return House(bot_of(database), StillClock())


async def state(house: House) -> Any:
    return await house.room.imports.get(FORMER)


async def test_a_channel_is_read_200_in_a_call_and_the_owner_told_once(house: House) -> None:
    await house.room.imports.ask(FORMER, 1, 450, house.clock.now())
    assert await house.runs() == 4
    assert house.asked == [(1, 200), (201, 400), (401, 450)]
    assert house.followed == {FORMER}
    [args] = house.sent.values()
    assert (house.told, args) == (["import-done"], {"files": 150, "others": 3})
    house.sent.clear()
    assert await house.runs() == 1
    assert not house.sent


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_channel": False}, "storage-not-channel"),
        ({"is_admin": False}, "storage-not-admin"),
        ({"protected": True}, "storage-protected"),
    ],
)
async def test_a_channel_that_cannot_be_handed_out_from_is_refused_before_a_post_is_read(
    house: House, change: dict[str, Any], why: str
) -> None:
    fit, house.facts = house.facts, replace(house.facts, **change)
    await house.room.imports.ask(FORMER, 1, 450, house.clock.now())
    await house.runs()
    assert (house.asked, house.told) == ([], ["import-refused"])
    [args] = house.sent.values()
    why_said: Any = args["why"]
    assert (why_said.key, why_said.args) == (why, {"title": "Old"})
    house.facts = fit
    await house.room.imports.ask(FORMER, 1, 450, house.clock.now())
    await house.runs()
    assert house.told == ["import-refused", "import-done"]


async def test_what_was_read_before_a_refusal_is_not_read_again(house: House) -> None:
    await house.room.imports.ask(FORMER, 1, 450, house.clock.now())
    await read_imports(house, house.read)
    house.troubles = [UserError("storage-not-admin", title="Old")]
    await house.runs()
    assert (await state(house)).state is ImportState.REFUSED
    await house.room.imports.ask(FORMER, 1, 450, house.clock.now())
    await house.runs()
    assert house.asked == [(1, 200), (201, 400), (401, 450)]
    assert (await state(house)).found.files == 150


async def test_a_wait_puts_the_reading_off_and_loses_nothing(house: House) -> None:
    await house.room.imports.ask(FORMER, 1, 250, house.clock.now())
    house.troubles = [TryLater(5, "a flood wait")]
    with pytest.raises(TryLater):
        await read_imports(house, house.read)
    await house.runs()
    assert house.asked == [(1, 200), (201, 250)]
    assert house.told == ["import-done"]


async def test_the_next_process_goes_on_and_the_one_before_reads_no_more(house: House) -> None:
    await house.room.imports.ask(FORMER, 1, 450, house.clock.now())
    await read_imports(house, house.read)
    other = House(house.room, house.clock)
    other.lease.epoch = 4
    await read_imports(other, other.read)
    assert await house.runs() == 1
    assert house.asked == [(1, 200)]
    await other.runs()
    assert other.asked == [(201, 400), (401, 450)]
