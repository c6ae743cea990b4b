"""A long wait is obeyed by the next process, whatever became of the one that was told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest
from pymongo.errors import AutoReconnect

from client import waits as module
from client.evidence import PROBES
from client.gates import Gates
from client.waits import APART, WaitBook
from database.bots import BotDatabase
from database.waits import Wait, Waits
from tests.client.virtual import elapsed, virtual
from tests.database.mongo import NOW, StillClock

SEND = "messages.sendMessage"


class Process:
    """One process: its gates and its book, on the database and the clock that all share."""

    def __init__(self, room: BotDatabase, clock: StillClock) -> None:
        self.gates = Gates(now=lambda: clock.now().timestamp())
        self.book = WaitBook(room.waits, clock, self.gates)

    async def told(self, chat: int | None, seconds: float) -> None:
        await self.book.note(self.gates.close(SEND, chat, seconds))


async def test_a_wait_of_an_hour_is_obeyed_by_the_next_process(room: BotDatabase) -> None:
    clock = StillClock()
    await Process(room, clock).told(1, 3600)
    clock.move(timedelta(minutes=20))
    after = Process(room, clock)
    await after.book.read()
    assert after.gates.wait(SEND, 1) == pytest.approx(2400, abs=1)
    assert after.gates.wait(SEND, 1) >= 2400, "not a moment too early"
    assert after.gates.wait(SEND, 2) == 0
    clock.move(timedelta(minutes=40, seconds=APART))
    much_later = Process(room, clock)
    await much_later.book.read()
    assert much_later.gates.wait(SEND, 1) == 0


async def test_what_was_learned_about_a_wait_is_known_to_the_next_process(room: BotDatabase) -> None:
    clock = StillClock()
    before = Process(room, clock)
    for chat in range(PROBES):
        await before.told(chat, 3600)
    after = Process(room, clock)
    await after.book.read()
    assert after.gates.wait(SEND, 99) >= 3600


async def test_what_turned_out_not_to_be_closed_is_open_for_the_next_process(room: BotDatabase) -> None:
    clock = StillClock()
    before = Process(room, clock)
    for chat in range(PROBES):
        clock.move(timedelta(milliseconds=100))
        await before.told(chat, 3600)
    wrong = before.gates.passed(SEND, 99, before.gates._now() - 0.05)
    assert wrong == [(SEND, None)]
    await before.book.note(wrong)
    after = Process(room, clock)
    await after.book.read()
    assert after.gates.wait(SEND, 99) == 0
    assert after.gates.wait(SEND, 1) > 3500


class AwayDatabase(Waits):
    """A database that is away for some writes, or that never answers."""

    def __init__(self, *, fails: int = 0, answers: bool = True) -> None:
        self.fails = fails
        self.answers = answers
        self.written: list[Wait] = []
        self.tries = 0

    async def put(self, waits: Iterable[Wait]) -> None:
        self.tries += 1
        if not self.answers:
            await asyncio.Event().wait()
        if self.tries <= self.fails:
            raise AutoReconnect("away")
        self.written += waits

    async def lift(self, waits: Iterable[Wait]) -> None:
        assert not list(waits)


def process(waits: Waits) -> tuple[Gates, WaitBook]:
    gates = Gates(now=elapsed)
    return gates, WaitBook(waits, StillClock(), gates)


@virtual
async def test_while_the_database_is_away_nobody_is_held_and_it_is_written_later() -> None:
    database = AwayDatabase(fails=5)
    gates, book = process(database)
    began = elapsed()
    await book.note(gates.close(SEND, 1, 3600))
    assert elapsed() - began <= module.WRITTEN_WITHIN
    assert not database.written
    await asyncio.sleep(10)
    (written,) = database.written
    assert 3580 < (written.until - NOW).total_seconds() < 3601, "as long as it still is"


@virtual
async def test_what_is_over_before_the_database_is_back_is_not_written() -> None:
    database = AwayDatabase(fails=5)
    gates, book = process(database)
    await book.note(gates.close(SEND, 1, 3))
    await asyncio.sleep(60)
    assert not database.written
    assert book._writer is None


@virtual
async def test_a_database_that_does_not_answer_holds_nobody_and_no_end() -> None:
    database = AwayDatabase(answers=False)
    gates, book = process(database)
    began = elapsed()
    await book.note(gates.close(SEND, 1, 3600))
    await book.close()
    assert elapsed() - began <= 2 * module.WRITTEN_WITHIN


@virtual
async def test_many_waits_at_once_are_few_writes() -> None:
    database = AwayDatabase()
    gates, book = process(database)
    await asyncio.gather(*(book.note(gates.close(SEND, chat, 10 * chat + 10)) for chat in range(200)))
    assert len({wait.chat for wait in database.written}) == 200
    assert database.tries <= 2


@virtual
async def test_a_mistake_in_writing_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(AwayDatabase):
        async def put(self, waits: Iterable[Wait]) -> None:
            raise ZeroDivisionError

    gates, book = process(Broken())
    await book.note(gates.close(SEND, 1, 3600))
    assert "could not be written down" in caplog.text
    assert gates.wait(SEND, 1) > 0


@virtual
async def test_an_end_in_the_midst_of_a_write_ends_well() -> None:
    class Slow(AwayDatabase):
        async def put(self, waits: Iterable[Wait]) -> None:
            await asyncio.sleep(0.5)
            await super().put(waits)

    database = Slow()
    gates, book = process(database)
    noting = asyncio.create_task(book.note(gates.close(SEND, 1, 3600)))
    await asyncio.sleep(0.1)
    await book.close()
    assert len(database.written) == 1
    await noting
