"""An update that must wait, for Telegram or for the database, is taken again; and when the database counts as back."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from client.calls import MustWait
from client.guard import AWAY
from services.errors import TryLater, UserError
from tests.client.house import House, raising
from tests.client.virtual import virtual


@virtual
async def test_what_must_wait_is_taken_again_and_says_nothing() -> None:
    house = House()
    house.on(raising(TryLater(3600, "a flood wait")))
    assert await house.handle() == 3600
    assert (house.finished, house.said, house.outcomes) == (False, [], ["later"])


@virtual
async def test_words_that_must_wait_are_said_later() -> None:
    house = House()
    house.on(raising(UserError("link-revoked")))
    house.speechless = [TryLater(30, "a flood wait")]
    assert await house.handle() == 30
    assert not house.finished
    assert await house.again() is None
    assert [said[1] for said in house.said] == ["link-revoked"]
    assert house.finished


@pytest.mark.parametrize(
    "error", [AutoReconnect("gone"), ServerSelectionTimeoutError("nobody"), OperationFailure("stepped down", 189)]
)
@virtual
async def test_while_the_database_is_away_updates_wait(error: Exception) -> None:
    house = House()
    house.on(raising(error))
    assert await house.handle() == AWAY
    since = house.guard.database_away_since
    assert since is not None
    assert (house.finished, house.said, house.outcomes) == (False, [], ["database_away"])
    for _ in range(100):
        assert await house.again() == AWAY, "however long it takes"
    assert house.guard.database_away_since == since


@pytest.mark.parametrize("then", [None, UserError("link-unknown"), RuntimeError("a bug")])
@virtual
async def test_any_update_that_ends_shows_that_the_database_is_back(then: Exception | None) -> None:
    house = House()
    ends: list[Any] = [AutoReconnect("gone"), then]

    async def handler(*_: Any) -> None:
        if error := ends.pop(0):
            raise error

    house.on(handler)
    assert await house.handle() == AWAY
    assert await house.again() is None
    assert house.guard.database_away_since is None
    assert house.recoveries == ["database"]
    assert house.finished


@virtual
async def test_what_telegram_puts_off_says_that_the_database_is_back() -> None:
    """On a quiet day nothing else comes: the bot would be ill for as long as the wait lasts."""
    house = House()
    ends: list[Exception] = [AutoReconnect("gone"), TryLater(1, "a peer cannot be read"), MustWait(3600, "a flood")]

    async def handler(*_: Any) -> None:
        raise ends.pop(0)

    house.on(handler)
    assert await house.handle() == AWAY
    assert await house.again() == 1
    assert house.recoveries == []
    assert await house.again() == 3600
    assert house.guard.database_away_since is None
    assert house.recoveries == ["database"]
    assert house.guard.failures.seen(time.monotonic()) == (0, 0), "it has not ended"


@virtual
async def test_an_update_that_was_in_hand_when_the_database_went_does_not_show_that_it_is_back() -> None:
    house = House()
    turn = asyncio.Event()

    async def handler(*_: Any) -> None:
        if turn.is_set():
            raise AutoReconnect("gone")
        turn.set()
        await asyncio.sleep(1)

    house.on(handler)
    early = asyncio.create_task(house.handle())
    await turn.wait()
    assert await house.handle() == AWAY
    await early
    assert house.guard.database_away_since is not None
    assert house.recoveries == []


@virtual
async def test_what_ended_is_counted_and_what_failed_among_it() -> None:
    house = House()
    ends: list[Any] = [RuntimeError("a bug"), None, AutoReconnect("gone"), UserError("link-unknown")]

    async def handler(*_: Any) -> None:
        if error := ends.pop(0):
            raise error

    house.on(handler)
    while ends:
        await house.handle()
    assert house.guard.failures.seen(time.monotonic()) == (3, 1)


@virtual
async def test_the_database_may_be_away_for_the_words_too() -> None:
    house = House()
    house.on(raising(UserError("link-revoked")))
    house.speechless = [AutoReconnect("gone")]
    assert await house.handle() == AWAY
    assert not house.finished


@virtual
async def test_a_wrong_query_is_no_absence() -> None:
    house = House()
    house.on(raising(OperationFailure("unknown operator", 2)))
    assert await house.handle() is None
    assert house.said[0][1] == "apology"
