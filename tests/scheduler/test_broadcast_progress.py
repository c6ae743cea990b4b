"""How a broadcast's progress is told: in one message, not too often, through restarts, with the failures at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.broadcast import BroadcastState
from database.broadcast_chunk import Counts
from database.cause import Cause
from plugins.broadcast_cards import progress_card
from scheduler.broadcast_progress import BroadcastProgress
from scheduler.progress import AFTER_FAULT, CHANGE_EVERY
from services.broadcasts import Broadcast, Outgoing
from services.errors import TryLater
from services.refusals import Refusal
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import OWNER, Channel, make_services

OUT = Outgoing(None, (), "Hello", is_text=True)


class Bot:
    """A bot that shows messages; each cause and step is one message, as Telegram has it."""

    def __init__(self, room: BotDatabase, clock: StillClock, messages: dict[str, int]) -> None:
        self.services: Services = make_services(room, clock, Channel())
        self.clock = clock
        self.messages = messages
        self.said: list[str] = []
        self.files: list[list[str]] = []
        self.refuses: Exception | None = None
        self.is_gone = False

    async def noted(self, user_id: int, key: str, *, cause: Cause, step: str, **args: Any) -> int | None:
        if self.refuses:
            raise self.refuses
        if self.is_gone:
            return None
        number = self.messages.setdefault(f"{user_id} {cause} {step}", len(self.messages) + 1)
        self.said.append(f"new {number} {args['head'].key}")
        return number

    async def retell(self, user_id: int, message_id: int, key: str, **args: Any) -> None:
        self.said.append(f"edit {message_id} {args['head'].key}")

    async def send_lines(self, user_id: int, lines: AsyncIterator[str], name: str, key: str, **_: Any) -> bool:
        self.files.append([line async for line in lines])
        return True

    def news(self) -> list[str]:
        said, self.said = self.said, []
        return said


class Stand:
    """A broadcast, and who tells of it."""

    def __init__(self, room: BotDatabase, clock: StillClock) -> None:
        self.room, self.clock = room, clock
        self.messages: dict[str, int] = {}
        self.restart()

    def restart(self) -> None:
        self.bot = Bot(self.room, self.clock, self.messages)
        self.casts = self.bot.services.broadcasts
        bot: Any = self.bot
        self.progress = BroadcastProgress(bot, progress_card)

    async def started(self) -> Broadcast:
        draft = await self.casts.draft(OUT, OWNER, Cause("message:1:1"))
        return await self.casts.start(draft.code, OWNER, Cause("query:1"))

    async def sent(self, broadcast: Broadcast, count: int) -> None:
        await self.room.broadcasts.counted(broadcast.code, Counts(total=100, sent=count, blocked=1))

    async def over(self, broadcast: Broadcast) -> None:
        await self.room.broadcasts.cut(broadcast, 1, chunk=False, is_cut=True)
        await self.room.broadcasts.finish(replace(broadcast, cut_to=1), self.clock.now())


@pytest.fixture
def stand(room: BotDatabase, clock: StillClock) -> Stand:
    return Stand(room, clock)


async def test_one_message_follows_a_broadcast_every_few_seconds_until_its_end(stand: Stand, clock: StillClock) -> None:
    assert await stand.progress.look() is None
    broadcast = await stand.started()
    assert await stand.progress.look() is not None
    assert stand.bot.news() == ["new 1 cast-head-running"]
    for number in range(1, 9):
        await stand.sent(broadcast, number)
        clock.move(CHANGE_EVERY / 4)
        await stand.progress.look()
    assert stand.bot.news() == ["edit 1 cast-head-running"] * 2
    await stand.over(broadcast)
    await stand.progress.look()
    assert stand.bot.news() == ["edit 1 cast-head-done"], "the end does not wait"
    assert await stand.progress.look() is None
    assert stand.bot.news() == []


async def test_after_a_restart_the_same_message_goes_on(stand: Stand, clock: StillClock) -> None:
    broadcast = await stand.started()
    await stand.progress.look()
    clock.move(timedelta(seconds=1))
    stand.restart()
    await stand.progress.look()
    assert stand.bot.news() == ["new 1 cast-head-running", "edit 1 cast-head-running"]
    await stand.casts.pause(broadcast.code, OWNER, Cause("query:2"))
    await stand.progress.look()
    assert stand.bot.news() == ["edit 1 cast-head-paused"]
    assert await stand.progress.look() is None
    await stand.casts.resume(broadcast.code, OWNER, Cause("query:3"))
    await stand.progress.look()
    assert stand.bot.news() == ["edit 1 cast-head-running"]


async def test_the_second_of_two_says_that_it_waits(stand: Stand, clock: StillClock) -> None:
    await stand.started()
    clock.move(timedelta(seconds=1))
    second = await stand.casts.draft(OUT, OWNER, Cause("message:1:2"))
    await stand.casts.start(second.code, OWNER, Cause("query:9"))
    await stand.progress.look()
    assert stand.bot.news() == ["new 1 cast-head-running", "new 2 cast-head-behind"]


async def test_who_did_not_get_it_is_listed_with_the_reason(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    broadcast = await stand.started()
    await stand.sent(broadcast, 3)
    await stand.over(broadcast)

    async def failures(_: str) -> AsyncIterator[tuple[int, Refusal, str]]:
        yield 7, Refusal.BLOCKED, "USER_IS_BLOCKED"

    monkeypatch.setattr(stand.casts, "failures", failures)
    await stand.progress.look()
    assert stand.bot.files == [["user_id,kind,reason", "7,blocked,USER_IS_BLOCKED"]]
    await stand.progress.look()
    assert len(stand.bot.files) == 1


async def test_what_is_given_up_before_its_start_is_not_told_of(stand: Stand) -> None:
    draft = await stand.casts.draft(OUT, OWNER, Cause("message:1:1"))
    await stand.casts.cancel(draft.code, OWNER, Cause("query:1"))
    assert await stand.progress.look() is not None
    assert await stand.progress.look() is None
    assert stand.bot.news() == []


async def test_a_message_that_has_to_wait_or_fails_keeps_no_other_one(stand: Stand, clock: StillClock) -> None:
    await stand.started()
    stand.bot.refuses = TryLater(10, "told to wait")
    await stand.progress.look()
    stand.bot.refuses = None
    clock.move(timedelta(seconds=9))
    await stand.progress.look()
    assert stand.bot.news() == []
    clock.move(timedelta(seconds=1))
    stand.bot.refuses = RuntimeError("anything")
    await stand.progress.look()
    stand.bot.refuses = None
    clock.move(AFTER_FAULT)
    await stand.progress.look()
    assert stand.bot.news() == ["new 1 cast-head-running"]


async def test_nobody_has_to_be_there_for_a_broadcast_to_end(stand: Stand) -> None:
    broadcast = await stand.started()
    stand.bot.is_gone = True
    await stand.progress.look()
    await stand.over(broadcast)
    await stand.progress.look()
    assert await stand.progress.look() is None
    assert (await stand.casts.get(broadcast.code)).state is BroadcastState.DONE


async def test_what_changes_while_it_is_told_is_told_again(stand: Stand, room: BotDatabase) -> None:
    broadcast = await stand.started()
    paused = await stand.casts.pause(broadcast.code, OWNER, Cause("query:2"))
    await stand.sent(broadcast, 5)
    await stand.casts.shown(paused)  # what was shown had other counts
    assert [each.code for each in await room.broadcasts.unshown()] == [broadcast.code]
    await stand.casts.shown(await stand.casts.get(broadcast.code))
    assert await room.broadcasts.unshown() == []
