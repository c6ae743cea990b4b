"""Small packets are encrypted on the spot, large ones in a thread; who connects too fast is slowed down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from pyrogram.connection import Connection
from pyrogram.raw.core import Message
from pyrogram.raw.functions import Ping

from client.connection import AT_ONCE, FREE, NearExecutor, paced, size_of
from tests.client.virtual import elapsed, virtual


@pytest.fixture
def executor() -> Iterator[NearExecutor]:
    made = NearExecutor(ThreadPoolExecutor(1))
    yield made
    made.shutdown()


async def run(executor: NearExecutor, function: Callable[[Any], Any], packet: object) -> Any:
    """What the library does with its executor."""
    return await asyncio.get_running_loop().run_in_executor(executor, function, packet)


def where(_: object) -> int:
    return threading.get_ident()


@pytest.mark.parametrize("packet", [b"x" * AT_ONCE, BytesIO(b"x" * AT_ONCE), Message(Ping(ping_id=1), 4, 1, AT_ONCE)])
async def test_what_is_small_needs_no_thread(executor: NearExecutor, packet: object) -> None:
    assert await run(executor, where, packet) == threading.get_ident()


async def test_what_is_small_is_done_before_anything_else_goes_on(executor: NearExecutor) -> None:
    others: list[int] = []
    asyncio.get_running_loop().call_soon(others.append, 1)
    await run(executor, where, b"x")
    assert not others


@pytest.mark.parametrize(
    "packet", [b"x" * (AT_ONCE + 1), BytesIO(b"x" * (AT_ONCE + 1)), Message(Ping(ping_id=1), 4, 1, AT_ONCE + 1), "?"]
)
async def test_what_is_large_or_unknown_goes_to_the_thread(executor: NearExecutor, packet: object) -> None:
    assert await run(executor, where, packet) != threading.get_ident()


@pytest.mark.parametrize("size", [1, AT_ONCE + 1])
async def test_an_error_reaches_whoever_waits(executor: NearExecutor, size: int) -> None:
    def fail(_: bytes) -> None:
        raise ValueError("a packet of somebody else")

    with pytest.raises(ValueError, match="somebody else"):
        await run(executor, fail, b"x" * size)


def test_a_packet_read_in_part_counts_as_a_whole() -> None:
    packet = BytesIO(b"x" * 100)
    packet.read(60)
    assert size_of(packet) == 100


@virtual
async def test_who_connects_too_fast_is_slowed_down_in_that_data_centre_alone() -> None:
    class Nowhere(Connection):
        def __init__(self, dc_id: int, *, media: bool = False) -> None:
            self.dc_id, self.media = dc_id, media

        async def connect(self) -> None:
            pass

    kind: Any = paced(Nowhere)
    began = elapsed()
    for _ in range(FREE):
        await kind(2).connect()
    for _ in range(20):
        await kind(2, media=True).connect()
    await kind(4).connect()
    assert elapsed() == began
    await kind(2).connect()
    assert 0.5 <= elapsed() - began <= 1
    await kind(2).connect()
    assert elapsed() - began >= 1.5
