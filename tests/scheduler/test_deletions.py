"""What is due goes in few calls, across readers; what has to wait or cannot be deleted keeps nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from database.cause import Cause
from scheduler.deletions import (
    AFTER_FAILURE,
    GATHERING,
    NOTICES,
    TOO_OLD,
    delete_due,
    tell_due,
)
from scheduler.withdrawing import calls_for
from services.deletions import AT_ONCE, Outcome, PendingDeletion, Task
from services.errors import TryLater

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NEXT = NOW + timedelta(seconds=7)


def deletion(number: int, *message_ids: int) -> PendingDeletion:
    """One reader's; its first message's id is the reader's number where nothing else is said."""
    return PendingDeletion(
        Cause(f"message:{number}:1"), "fCode", number, number, (1,), 60, NOW, NOW, message_ids=message_ids or (number,)
    )


class Deletions:
    """What is due, and what became of it."""

    def __init__(self, due: Sequence[PendingDeletion] = (), learn: Sequence[PendingDeletion] = ()) -> None:
        self.waiting = list(due)
        self.learn = list(learn)
        self.done: list[int] = []
        self.ends: list[tuple[int, Outcome, str | None]] = []
        self.put_off: list[tuple[Task, int, float]] = []
        self.old: set[int] = set()
        self.next = NEXT
        self.asked = 0
        self.turn = asyncio.Lock()
        self.later: list[int] = []

    async def due(self) -> list[PendingDeletion]:
        found, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
        return found

    async def to_tell(self, limit: int) -> list[PendingDeletion]:
        return self.waiting[:limit]

    async def to_learn(self) -> list[tuple[PendingDeletion, str]]:
        return [(each, "delivery") for each in self.learn]

    def is_too_old(self, each: PendingDeletion) -> bool:
        return each.user_id in self.old

    async def deleted(self, deletions: Sequence[PendingDeletion]) -> None:
        self.done += [each.user_id for each in deletions]

    async def ended(self, task: Task, each: PendingDeletion, outcome: Outcome, reason: str | None = None) -> None:
        self.ends.append((each.user_id, outcome, reason))

    def left(self, deletions: Sequence[PendingDeletion]) -> None:
        self.later += [each.user_id for each in deletions]

    async def postponed(self, task: Task, each: PendingDeletion, seconds: float) -> None:
        self.put_off.append((task, each.user_id, seconds))

    async def next_due(self, *_: Task) -> datetime:
        self.asked += 1
        return NOW if self.waiting or self.learn else self.next


class Lender:
    """A bot that deletes what it is told, unless there is trouble with one of the messages."""

    def __init__(self, deletions: Deletions, *, caught_up: bool = True, **trouble: Exception | str) -> None:
        self.services: Any = SimpleNamespace(deletions=deletions)
        self.clock: Any = SimpleNamespace(now=lambda: NOW)
        self.caught_up = caught_up
        self.trouble = {int(name.removeprefix("of_")): what for name, what in trouble.items()}
        self.calls: list[Sequence[int]] = []
        self.told: list[int] = []
        self.learned: list[int] = []

    async def take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        self.calls.append(message_ids)
        found = {number: self.trouble[number] for number in message_ids if number in self.trouble}
        for what in found.values():
            if isinstance(what, Exception):
                raise what
        return {number: str(what) for number, what in found.items()}

    async def tell_of_deletion(self, each: PendingDeletion) -> tuple[Outcome, str | None]:
        self._perhaps(each.user_id)
        self.told.append(each.user_id)
        return Outcome.DELETED, None

    async def learn(self, each: PendingDeletion, delivery: Any) -> None:
        self._perhaps(each.user_id)
        assert delivery == "delivery"
        self.learned.append(each.user_id)

    def _perhaps(self, number: int) -> None:
        if isinstance(what := self.trouble.get(number), Exception):
            raise what


def test_a_call_deletes_for_many_readers_and_a_bundle_takes_several() -> None:
    assert [len(call) for call in calls_for(range(1, 251))] == [100, 100, 50]
    assert [len(call) for call in calls_for(range(1, 1001))] == [100] * 10
    mixed = list(calls_for([*range(1, 96), *range(200, 210)]))
    assert [len(call) for call in mixed] == [100, 5]


async def test_all_that_is_due_goes_and_what_comes_right_after_is_gathered() -> None:
    due = Deletions([deletion(n) for n in range(1, 2502)])
    bot = Lender(due)
    assert await delete_due(bot) == NEXT
    assert sorted(due.done) == list(range(1, 2502))
    assert len(bot.calls) == 10 + 10 + 6
    due.waiting, due.next = [deletion(1)], NOW + timedelta(milliseconds=1)
    assert await delete_due(bot) == NOW + GATHERING


async def test_looking_costs_one_query_when_nothing_is_due() -> None:
    idle = Deletions()
    assert await delete_due(Lender(idle)) == await tell_due(Lender(idle)) == NEXT
    assert idle.asked == 2


async def test_what_was_deleted_before_a_wait_is_written_down() -> None:
    due = Deletions([deletion(n) for n in range(1, 301)])
    with pytest.raises(TryLater):
        await delete_due(Lender(due, of_150=TryLater(30, "told to")))
    assert due.done == [*range(1, 101), *range(201, 301)]
    assert due.later == list(range(101, 201))
    assert due.ends == []


async def test_what_cannot_be_deleted_has_failed_and_the_others_have_not() -> None:
    due = Deletions([deletion(1), deletion(2), deletion(3, 30, 31, 32)])
    await delete_due(Lender(due, of_2="MESSAGE_DELETE_FORBIDDEN", of_31="MESSAGE_ID_INVALID"))
    assert due.done == [1]
    assert due.ends == [(2, Outcome.FAILED, "MESSAGE_DELETE_FORBIDDEN"), (3, Outcome.FAILED, "MESSAGE_ID_INVALID")]


async def test_what_is_too_old_is_not_tried_as_it_would_spoil_the_call() -> None:
    due = Deletions([deletion(1), deletion(2)])
    due.old = {2}
    bot = Lender(due)
    await delete_due(bot)
    assert bot.calls == [[1]]
    assert due.ends == [(2, Outcome.FAILED, TOO_OLD)]


async def test_notices_go_as_they_are_due_and_one_that_waits_keeps_no_other() -> None:
    due = Deletions([deletion(n) for n in range(1, NOTICES + 5)])
    bot = Lender(due, of_3=TryLater(40, "told to"), of_4=ValueError("unforeseen"))
    assert await tell_due(bot) == NOW, "more of them are due"
    assert sorted(bot.told) == [1, 2, *range(5, NOTICES + 1)]
    assert sorted(due.put_off) == [(Task.TELL, 3, 40), (Task.TELL, 4, AFTER_FAILURE)]


async def test_a_database_that_is_away_is_the_runners_to_judge() -> None:
    due = Deletions([deletion(1)])
    with pytest.raises(AutoReconnect):
        await tell_due(Lender(due, of_1=AutoReconnect("gone")))
    assert due.put_off == []


async def test_what_nobody_finished_is_looked_up_once_the_bot_has_caught_up() -> None:
    due = Deletions(learn=[deletion(1), deletion(2)])
    behind = Lender(due, caught_up=False)
    await tell_due(behind)
    assert behind.learned == []
    bot = Lender(due, of_1=TryLater(5, "told to"))
    await tell_due(bot)
    assert bot.learned == [2]
    assert due.put_off == [(Task.LEARN, 1, 5)]
