"""The jobs of the timetable: what each of them does, on the real rules, and that each is declared in full."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from client.upkeep import ROOM, Upkeep
from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.deletions import PendingDeletion, Task
from scheduler.deletions import delete_due
from scheduler.jobs import JOBS, delete_due_messages, jobs_by, keep_up
from services.errors import TryLater
from services.jobs import JobReport
from services.registry import Services
from services.schedules import Every
from services.settings import ChannelFacts
from services.tallies import KEPT
from tests.database.mongo import NOW, StillClock
from tests.services.channel import Channel, make_services


class Bot:
    """A bot whose Telegram deletes what it is asked to, refuses a message, or has it wait."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.services = services
        self.clock = clock
        self.caught_up = True
        self.refused: dict[int, str] = {}
        self.waits: Exception | None = None
        self.unusable = self.full = False

    async def take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        if self.waits:
            raise self.waits
        return {number: why for number, why in self.refused.items() if number in message_ids}

    async def tell_of_deletion(self, deletion: PendingDeletion) -> Any:
        raise NotImplementedError

    async def learn(self, deletion: PendingDeletion, delivery: Any) -> None:
        raise NotImplementedError

    async def check_channels(self) -> int:
        return int(self.unusable)

    async def check_room(self) -> bool:
        return self.full


@pytest.fixture
def bot(room: BotDatabase) -> Bot:
    clock = StillClock()
    return Bot(make_services(room, clock, Channel()), clock)


async def lend(room: BotDatabase, number: int, *message_ids: int) -> None:
    """Something that a reader is to lose now."""
    new = PendingDeletion(Cause(f"message:{number}:1"), "fCode", number, number, (1,), 60, NOW, NOW)
    await room.deletions.begin(new, NOW)
    await room.deletions.arrived(new, message_ids, 0, NOW)


async def test_the_message_deleter_reports_what_was_deleted_since_its_last_run(bot: Bot, room: BotDatabase) -> None:
    await lend(room, 1, 10, 11)
    await delete_due(bot)  # who wakes at the due times
    await lend(room, 2, 20)
    await lend(room, 3, 30)
    bot.refused = {30: "MESSAGE_DELETE_FORBIDDEN"}
    assert await delete_due_messages(bot) == JobReport(deleted=3, failed=1)
    assert await delete_due_messages(bot) == JobReport()
    assert await room.deletions.next_due(Task.DELETE) is None


async def test_the_message_deleter_leaves_what_has_to_wait_to_who_wakes_for_it(bot: Bot, room: BotDatabase) -> None:
    await lend(room, 1, 10, 11)
    bot.waits = TryLater(30, "told to wait")
    assert await delete_due_messages(bot) == JobReport(skipped=2)
    bot.waits = None
    assert await delete_due_messages(bot) == JobReport(deleted=2)


async def test_upkeep_forgets_old_numbers_and_counts_whom_it_told(bot: Bot, room: BotDatabase) -> None:
    old, kept = NOW - KEPT - timedelta(minutes=15), NOW - KEPT + timedelta(minutes=15)
    await room.tallies.add({old: 3, kept: 4}, NOW)
    await bot_of_another(room).tallies.add({old: 3}, NOW)
    assert await keep_up(bot) == JobReport(deleted=1)
    assert (await room.tallies.since(old), await room.tallies.total()) == ({kept: 4}, 7)
    assert await bot_of_another(room).tallies.since(old)
    bot.unusable = bot.full = True
    assert await keep_up(bot) == JobReport(sent=2)


def bot_of_another(room: BotDatabase) -> BotDatabase:
    return BotDatabase(room.tallies._documents.database, room.bot_id + 1, room.session._vault)


@pytest.mark.parametrize(("free", "told"), [(ROOM, []), (ROOM - 1, ["disk-low"])])
async def test_the_owner_is_told_of_a_disk_that_is_nearly_full(
    free: int, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    heard: list[str] = []

    class Speaking(Upkeep):
        workdir = tmp_path

        async def tell_owner(self, key: str, *, cause: Cause, **args: object) -> None:
            heard.append(key)
            assert args == {"free": free}

    assert await Speaking().check_room() == bool(told)
    assert heard == told


@pytest.mark.parametrize(
    ("storage", "source", "told"),
    [(-1001, -1002, ["source-not-admin"]), (-1002, -1002, ["storage-not-admin"]), (None, None, []), (-1001, None, [])],
)
async def test_the_owner_is_told_of_a_channel_that_cannot_be_used(
    room: BotDatabase, storage: int | None, source: int | None, told: list[str]
) -> None:
    followed: list[int] = []
    heard: list[str] = []

    class Speaking(Upkeep):
        services = make_services(room, StillClock(), Channel(), storage_chat=storage, source_chat=source)

        def follow(self, chat_id: int) -> None:
            followed.append(chat_id)

        async def channel_facts(self, chat_id: int) -> ChannelFacts:
            return ChannelFacts(
                chat_id, "News", is_channel=True, is_admin=chat_id == -1001, may_post=True, protected=False
            )

        async def tell_owner(self, key: str, *, cause: Cause, **args: object) -> None:
            heard.append(key)

    assert await Speaking().check_channels() == len(told)
    assert heard == told
    assert followed == [chat for chat in dict.fromkeys([storage, source]) if chat]


def test_jobs_are_declared_once_each_and_their_names_are_words_of_an_address() -> None:
    names = [job.plan.name for job in JOBS]
    assert len(set(names)) == len(names)
    assert all(name.replace("_", "").isalpha() and name.islower() for name in names)
    assert all(len(f"job-resume:{name}") <= 64 for name in names)


def test_only_periods_follow_the_length_of_a_minute() -> None:
    assert jobs_by(60.0) == JOBS
    plans = {job.plan.name: job.plan for job in jobs_by(1.0)}
    assert plans["message_deleter"].schedule == Every(timedelta(seconds=1))
    assert plans["upkeep"].schedule == Every(timedelta(minutes=1))
