"""A handler that fails, hangs or is cancelled is apologised for and holds nobody; and whoever is gone is left alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pyrogram
import pytest
from pymongo.errors import AutoReconnect
from pyrogram import filters, raw
from pyrogram.errors import ChatWriteForbidden, InputUserDeactivated, PeerIdInvalid, UserIsBlocked
from pyrogram.handlers import MessageHandler, RawUpdateHandler

from client.boxes import Mark, receive
from client.guard import FAILURES, LIMIT
from client.intake import Update, Work
from services.errors import TryLater, UserError
from tests.client.house import NEW, House, raising
from tests.client.virtual import elapsed, virtual

# Failures


@virtual
async def test_a_failure_is_logged_and_apologised_for(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.on(raising(RuntimeError("the secret of the house")))
    assert await house.handle() is None
    assert house.said == [("answer", "apology", "error apology", {})]
    assert "the secret of the house" in caplog.text
    assert (house.finished, house.outcomes) == (True, ["failed"])


@virtual
async def test_a_handler_that_hangs_is_given_up() -> None:
    house = House()

    async def handler(*_: Any) -> None:
        await asyncio.sleep(10_000)

    house.on(handler)
    began = elapsed()
    delays = [await house.handle()] + [await house.again() for _ in range(FAILURES - 1)]
    assert elapsed() - began == pytest.approx(FAILURES * LIMIT)
    assert all(delays[:-1])
    assert delays[-1] is None
    assert [said[1] for said in house.said] == ["apology"]
    assert house.outcomes == ["timeout"] * (FAILURES - 1) + ["failed"]


@virtual
async def test_a_parser_that_hangs_is_given_up() -> None:
    house = House()

    async def parse(*_: Any) -> None:
        await asyncio.sleep(10_000)

    house.inbox.parsers[raw.types.UpdateNewMessage] = parse
    began = elapsed()
    await house.handle()
    assert elapsed() - began <= LIMIT


@virtual
async def test_what_the_library_cannot_read_is_finished_counted_and_answered_by_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House(KeyError(5))
    house.on(raising(AssertionError("never called")))
    seen: list[Any] = []

    async def note(_: Any, update: Any, *__: Any) -> None:
        seen.append(update)
        raise pyrogram.ContinuePropagation

    house.on(note, kind=RawUpdateHandler)
    assert await house.handle() is None
    assert house.finished
    assert house.outcomes == ["unparsed"]
    assert seen == [NEW]
    assert not house.said
    [line] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "UpdateNewMessage: KeyError(5) in house.py" in line.getMessage()
    assert line.exc_info is None


@virtual
@pytest.mark.parametrize("error", [TryLater(3.0, "a wait"), AutoReconnect("away"), TimeoutError("silence")])
async def test_what_passes_while_an_update_is_read_is_waited_for(error: Exception) -> None:
    house = House(error)
    assert await house.handle() is not None
    assert not house.finished


@virtual
async def test_a_filter_that_fails_is_a_failure() -> None:
    house = House()

    async def broken(*_: Any) -> bool:
        raise RuntimeError("a bug in a filter")

    house.inbox.add_handler(MessageHandler(raising(AssertionError()), filters.create(broken)), 0)
    assert await house.handle() is None
    assert house.said[0][1] == "apology"


@virtual
async def test_an_update_of_an_unknown_kind_is_finished() -> None:
    house = House()
    assert await house.handle(raw.types.UpdateConfig()) is None
    assert house.finished


# Nobody there


@pytest.mark.parametrize("error", [UserIsBlocked(), InputUserDeactivated(), PeerIdInvalid()], ids=lambda e: e.ID)
@virtual
async def test_somebody_who_is_gone_is_not_answered(error: Exception) -> None:
    house = House()
    house.on(raising(error))
    assert await house.handle() is None
    assert (house.said, house.outcomes, house.finished) == ([], ["gone"], True)
    house.inbox.groups.clear()
    house.on(raising(RuntimeError("a bug")))
    house.speechless = [error]
    assert await house.handle() is None
    assert house.outcomes[-1] == "gone"


@pytest.mark.parametrize("error", [ChatWriteForbidden(), TimeoutError(), RuntimeError("a bug in the words")])
@virtual
async def test_words_that_cannot_be_said_do_not_hold_the_update(error: Exception) -> None:
    house = House()
    house.on(raising(UserError("link-revoked")))
    house.speechless = [error]
    assert await house.handle() is None
    assert house.finished


# Cancellation


async def cancels_itself(*_: Any) -> None:
    task = asyncio.current_task()
    assert task
    task.cancel()
    await asyncio.sleep(1)


async def raises_cancellation(*_: Any) -> None:
    raise asyncio.CancelledError


async def awaits_what_is_cancelled(*_: Any) -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_later(1, task.cancel)
    await task


@pytest.mark.parametrize("handler", [raises_cancellation, awaits_what_is_cancelled], ids=lambda h: h.__name__)
@virtual
async def test_a_cancellation_from_within_is_a_failure(handler: Any) -> None:
    house = House()
    house.on(handler)
    assert await house.handle() is None
    assert house.said[0][1] == "apology"
    assert house.finished


@pytest.mark.parametrize(
    "handler", [raises_cancellation, awaits_what_is_cancelled, cancels_itself], ids=lambda h: h.__name__
)
@virtual
async def test_no_cancellation_kills_a_lane(handler: Any) -> None:
    house = House()
    seen: list[int] = []

    async def first_then(bot: Any, message: Any) -> None:
        seen.append(1)
        if len(seen) == 1:
            await handler()

    house.on(first_then)
    for value in (2, 3):
        house.inbox.lanes.put("a", Work(Update(NEW, {}, {}), receive(1, (house.box, value))))
    async with asyncio.timeout(60):
        await house.inbox.lanes.below(1)
    assert len(seen) >= 2
    assert house.box.finished == Mark(3)


@virtual
async def test_the_end_cancels_a_handler_and_leaves_its_update_unfinished() -> None:
    house = House()

    async def handler(*_: Any) -> None:
        await asyncio.sleep(60)

    house.on(handler)
    house.inbox.lanes.put("a", Work(Update(NEW, {}, {}), receive(1, (house.box, 2))))
    await asyncio.sleep(1)
    assert await house.inbox.close(grace=1) == 1
    assert (house.finished, house.said) == (False, [])
