"""What fetches and reads for a bot ends with it, also where its cancellation went unheard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from client.address import COMMON
from services.errors import TryLater
from tests.client.rig import Telegram, edge_on
from tests.client.virtual import virtual

SOON = 60.0


@dataclass
class Deaf(Telegram):
    """One kind of call hears nothing of a cancellation and is put off then, as it is without a lease.

    `wait_for` of Python 3.11 swallows a cancellation that comes together with what it waits for, and the end of a
    connection lets all that wait for answers go on.
    """

    at: str = ""

    async def invoke(self, query: Any) -> Any:
        if type(query).__name__ != self.at:
            return await super().invoke(query)
        self.asked[self.at] += 1
        if self.asked[self.at] > 3:
            raise asyncio.CancelledError  # enough to see that it goes on
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
        raise TryLater(1.0, "the lease is not ours")


@virtual
@pytest.mark.parametrize(("at", "too_long"), [("GetDifference", 100), ("GetMessages", 5)])
async def test_a_difference_ends_with_its_bot(at: str, too_long: int) -> None:
    telegram = Deaf(too_long=too_long, at=at)
    telegram.message()
    edge = edge_on(telegram)
    for _ in range(10):
        telegram.message()
    edge.difference.fill(COMMON)
    await asyncio.sleep(1)
    await edge.crash()
    async with asyncio.timeout(SOON):
        await edge.difference.settled()
    assert telegram.asked[at] == 1


@virtual
async def test_what_is_read_again_is_not_read_for_a_bot_that_ended() -> None:
    telegram = Deaf(at="GetMessages")
    edge = edge_on(telegram)
    reading = asyncio.create_task(edge.difference.read([1, 2]))
    await asyncio.sleep(1)
    await edge.crash()
    reading.cancel()
    await asyncio.wait([reading], timeout=SOON)
    assert reading.cancelled()
    assert telegram.asked["GetMessages"] == 1
