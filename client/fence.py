"""No packet leaves a process whose lease is over, not even one that was written when the process was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pyrogram.connection import Connection


class FencedWriter:
    """The writer of a connection, which asks before each packet.

    A process may be stopped at any instruction and go on when another one has its lease. From the look at the lease
    before a call to its packet lie several turns of the loop, and the library sends packets of its own; from this look
    to the kernel there is nothing but the call of the system, for the loops write at once. What may not be sent is as
    a packet that got lost: who waits for its answer is told when the connection closes, which is about to happen.
    """

    def __init__(self, writer: asyncio.StreamWriter, may_send: Callable[[], bool]) -> None:
        self._writer = writer
        self._may_send = may_send

    @property
    def transport(self) -> asyncio.WriteTransport:
        """What carries the packets."""
        return self._writer.transport

    def write(self, data: bytes) -> None:
        """Send a packet now, or not at all."""
        if self._may_send():
            self._writer.write(data)

    async def drain(self) -> None:
        """Wait until the kernel has everything."""
        await self._writer.drain()

    def is_closing(self) -> bool:
        """Whether the connection is closed or about to be."""
        return self._writer.is_closing()

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def wait_closed(self) -> None:
        """Wait until it is closed."""
        await self._writer.wait_closed()


def fenced(connection: type[Connection], may_send: Callable[[], bool]) -> type[Connection]:
    """Make connections of this kind on which nothing is sent unless it may be at that very moment."""

    class FencedConnection(connection):  # type: ignore[misc, valid-type]  # its base is an argument
        """A connection that falls silent with its owner's lease."""

        async def connect(self) -> None:
            """Connect.

            Raises:
                ConnectionError: three attempts failed.
            """
            await super().connect()
            if self.protocol is not None and self.protocol.writer is not None:
                self.protocol.writer = FencedWriter(self.protocol.writer, may_send)

    return FencedConnection
