"""Work that waits in the database is done when it is due, and again after anything goes wrong."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from client.gates import Gates
from scheduler.due import AFTER_FAILURE, LOOK_AT_LEAST_EVERY, DueRunner
from services.errors import TryLater
from tests.client.virtual import elapsed, virtual


def now() -> datetime:
    return datetime.fromtimestamp(elapsed(), UTC)


class Work:
    """Does what it is told to, and notes when."""

    def __init__(self, *ends: Any) -> None:
        self.ends = list(ends)
        self.at: list[float] = []
        self.running = 0
        self.takes = 0.0

    async def __call__(self) -> datetime | None:
        assert not self.running, "one at a time"
        self.running += 1
        self.at.append(elapsed())
        try:
            await asyncio.sleep(self.takes)
            end = self.ends.pop(0) if self.ends else None
            if isinstance(end, BaseException):
                raise end
            return now() + timedelta(seconds=end) if isinstance(end, int | float) else None
        finally:
            self.running -= 1


def started(work: Work, hint: asyncio.Event | None = None) -> DueRunner:
    runner = DueRunner("a test", work, now=now, hint=hint)
    runner.start()
    return runner


def since(work: Work, began: float) -> list[float]:
    return [at - began for at in work.at]


@virtual
async def test_what_was_due_before_the_start_is_done_at_once() -> None:
    work = Work()
    began = elapsed()
    started(work)
    await asyncio.sleep(0.1)
    assert since(work, began) == [0]


@virtual
async def test_what_is_due_later_is_done_then() -> None:
    work = Work(1.5, 0.5)
    began = elapsed()
    started(work)
    await asyncio.sleep(2.1)
    assert since(work, began) == pytest.approx([0, 1.5, 2.0])


@virtual
async def test_a_backlog_is_worked_off_without_spinning() -> None:
    work = Work(*[-100.0] * 1000)
    started(work)
    await asyncio.sleep(1)
    assert 20 <= len(work.at) <= 60


@virtual
async def test_when_nothing_is_due_it_looks_rarely() -> None:
    work = Work(3600.0)
    started(work)
    await asyncio.sleep(60)
    assert len(work.at) == pytest.approx(60 / LOOK_AT_LEAST_EVERY, abs=1)


@pytest.mark.parametrize("takes", [0.0, 1.0])
@virtual
async def test_a_hint_makes_it_look_at_once_and_is_not_lost(takes: float) -> None:
    hint = asyncio.Event()
    work = Work()
    work.takes = takes
    began = elapsed()
    started(work, hint)
    await asyncio.sleep(0.5)
    hint.set()
    await asyncio.sleep(2)
    assert since(work, began)[:2] == pytest.approx([0, max(0.5, takes)])
    assert len(work.at) == 2


@pytest.mark.parametrize("error", [RuntimeError("a bug"), AutoReconnect("gone"), TimeoutError()])
@virtual
async def test_what_fails_is_tried_again(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    work = Work(error, error)
    began = elapsed()
    started(work)
    await asyncio.sleep(2 * AFTER_FAILURE + 0.1)
    assert since(work, began) == pytest.approx([0, AFTER_FAILURE, 2 * AFTER_FAILURE])
    assert caplog.records


@pytest.mark.parametrize("after", [0.0, 7.0])
@virtual
async def test_what_must_wait_waits_that_long(after: float) -> None:
    work = Work(*[TryLater(after, "a flood wait")] * 1000)
    began = elapsed()
    started(work)
    await asyncio.sleep(15)
    if after:
        assert since(work, began) == pytest.approx([0, 7, 14])
    assert len(work.at) < 1000


@virtual
async def test_a_wait_that_is_lifted_early_is_not_slept_to_its_end() -> None:
    """Waits are lifted where the gates find that they took too much for closed."""
    work, gates = Work(TryLater(3600, "a flood wait")), Gates(elapsed)
    for chat in range(3):
        gates.close("messages.sendMessage", chat, 3600)  # which looks like one wait for all chats
    began = elapsed()
    gates.opened.append(started(work).wake)
    await asyncio.sleep(60)
    gates.close("messages.sendMessage", 50, 60)  # another one, which ends before it: it was none for all
    await asyncio.sleep(1)
    assert since(work, began) == pytest.approx([0, 60])


@virtual
async def test_stopping_ends_it_within_its_grace() -> None:
    work = Work()
    work.takes = 60
    runner = started(work)
    await asyncio.sleep(1)
    began = elapsed()
    await runner.stop(grace=2)
    assert elapsed() - began <= 2
    assert not work.running
    await asyncio.sleep(100)
    assert len(work.at) == 1


@pytest.mark.parametrize("turns", range(4))
@virtual
async def test_stopping_in_the_turn_of_a_hint_ends_it(turns: int) -> None:
    hint = asyncio.Event()
    work = Work()
    runner = started(work, hint)
    await asyncio.sleep(1)
    hint.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    await runner.stop(grace=2)
    done = len(work.at)
    await asyncio.sleep(100)
    assert len(work.at) == done


@virtual
async def test_a_runner_that_never_started_can_be_stopped() -> None:
    work = Work()
    began = elapsed()
    await DueRunner("a test", work, now=now).stop(grace=1)
    assert elapsed() == began
    await asyncio.sleep(100)
    assert not work.at


@virtual
async def test_work_that_swallows_its_cancellation_is_not_begun_again() -> None:
    class Stubborn(Work):
        async def __call__(self) -> datetime | None:
            try:
                return await super().__call__()
            except asyncio.CancelledError:
                return now()

    work = Stubborn(0, 0)
    work.takes = 1
    runner = started(work)
    await asyncio.sleep(0.5)
    await runner.stop(grace=2)
    await asyncio.sleep(10)
    assert len(work.at) == 1
