"""Small packets are encrypted on the spot, large ones in the connection's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from pyrogram.raw.core import Message
from pyrogram.raw.functions import Ping

from client.connection import AT_ONCE, NearExecutor, size_of


@pytest.fixture
def executor() -> Iterator[NearExecutor]:
    made = NearExecutor(ThreadPoolExecutor(1))
    yield made
    made.shutdown()


def where(_: object) -> int:
    return threading.get_ident()


@pytest.mark.parametrize("packet", [b"x" * AT_ONCE, BytesIO(b"x" * AT_ONCE), Message(Ping(ping_id=1), 4, 1, AT_ONCE)])
def test_what_is_small_needs_no_thread(executor: NearExecutor, packet: object) -> None:
    assert executor.submit(where, packet).result(5) == threading.get_ident()


@pytest.mark.parametrize(
    "packet", [b"x" * (AT_ONCE + 1), BytesIO(b"x" * (AT_ONCE + 1)), Message(Ping(ping_id=1), 4, 1, AT_ONCE + 1), "?"]
)
def test_what_is_large_or_unknown_goes_to_the_thread(executor: NearExecutor, packet: object) -> None:
    assert executor.submit(where, packet).result(5) != threading.get_ident()


@pytest.mark.parametrize("size", [1, AT_ONCE + 1])
def test_an_error_reaches_whoever_waits(executor: NearExecutor, size: int) -> None:
    def fail(_: bytes) -> None:
        raise ValueError("a packet of somebody else")

    with pytest.raises(ValueError, match="somebody else"):
        executor.submit(fail, b"x" * size).result(5)


def test_a_packet_read_in_part_counts_as_a_whole() -> None:
    packet = BytesIO(b"x" * 100)
    packet.read(60)
    assert size_of(packet) == 100
