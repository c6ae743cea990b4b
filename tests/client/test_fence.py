"""Without the lease nothing is sent, and with it nothing waits in this process where a stop could make it late."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from client.fence import FencedWriter

Loop = Callable[[], asyncio.AbstractEventLoop]

LOOPS: list[Loop] = [asyncio.new_event_loop]
if importlib.util.find_spec("uvloop"):
    LOOPS.append(importlib.import_module("uvloop").new_event_loop)


@pytest.fixture(params=LOOPS, ids=lambda loop: str(loop.__module__).partition(".")[0])
def loop(request: pytest.FixtureRequest) -> Loop:
    made: Loop = request.param
    return made


@contextmanager
def wire() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection; the second one answers at once or not at all."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        yield ours, theirs


def arrived(end: socket.socket) -> bytes:
    """What is there for this end to read now."""
    try:
        return end.recv(100_000_000)
    except BlockingIOError:
        return b""


def test_what_is_written_is_the_kernels_before_anything_else_happens(loop: Loop) -> None:
    async def send(ours: socket.socket, theirs: socket.socket) -> None:
        _, writer = await asyncio.open_connection(sock=ours)
        fence = FencedWriter(writer, lambda: True)
        for _ in range(2):
            fence.write(b"packet")
            assert arrived(theirs) == b"packet", "without a turn of the loop"
        fence.close()
        await fence.wait_closed()

    with wire() as ends, asyncio.Runner(loop_factory=loop) as runner:
        runner.run(send(*ends))


def test_nothing_is_sent_without_the_lease(loop: Loop) -> None:
    async def send(ours: socket.socket, theirs: socket.socket) -> None:
        _, writer = await asyncio.open_connection(sock=ours)
        held = True
        fence = FencedWriter(writer, lambda: held)
        fence.write(b"mine")
        held = False
        fence.write(b"not mine any more")
        await fence.drain()
        assert not fence.is_closing()
        fence.transport.abort()
        fence.close()
        await fence.wait_closed()
        assert fence.is_closing()
        assert arrived(theirs) == b"mine"

    with wire() as ends, asyncio.Runner(loop_factory=loop) as runner:
        runner.run(send(*ends))


def test_a_packet_larger_than_the_kernel_takes_at_once_arrives_whole(loop: Loop) -> None:
    packet = bytes(range(256)) * 40_000

    async def send(ours: socket.socket, theirs: socket.socket) -> None:
        _, writer = await asyncio.open_connection(sock=ours)
        fence = FencedWriter(writer, lambda: True)
        fence.write(packet)
        draining = asyncio.create_task(fence.drain())
        got = b""
        while len(got) < len(packet):
            got += arrived(theirs)
            await asyncio.sleep(0)
        await draining
        assert got == packet
        fence.close()
        await fence.wait_closed()

    with wire() as ends, asyncio.Runner(loop_factory=loop) as runner:
        runner.run(send(*ends))
