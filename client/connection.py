"""How connections are made: not too fast after each other, and small packets encrypted on the spot."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from io import BytesIO
from typing import Any, ParamSpec, TypeVar, cast

from pyrogram.connection import Connection
from pyrogram.raw.core import Message

AT_ONCE = 16 * 1024
"""Bytes up to which a packet is not worth a thread.

Measured: a hop to the thread and back takes 0.18 ms of an idle loop, encrypting 256 bytes 0.02 ms and encrypting this
size 0.1 ms. What is read from a packet is read under the interpreter's lock in either place.
"""

FREE = 3
"""Connections within `LOOK_BACK` that need no pause: a key exchange, the session, and one that broke."""

LOOK_BACK = 30.0
"""Seconds in which connections are counted."""

P = ParamSpec("P")
T = TypeVar("T")


class NearExecutor(Executor):
    """Runs what is small where it stands, and leaves the rest to the executor of the library.

    For `loop.run_in_executor` only. What was done on the spot comes back as a future of the loop, which it hands on as
    it is: whoever awaits it goes on at once, not one turn of the loop later.
    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn` now if its first argument is small, else in a thread."""
        if not args or size_of(args[0]) > AT_ONCE:
            return self._threads.submit(fn, *args, **kwargs)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future carries whatever its function raised
            future.set_exception(error)
        return cast("Future[T]", future)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)


class NearConnection(Connection):
    """A connection of the library that encrypts and decrypts small packets without a thread."""

    async def connect(self) -> None:
        """Connect.

        Raises:
            ConnectionError: three attempts failed.
        """
        await super().connect()
        if self.protocol is not None:
            self.protocol.crypto_executor = NearExecutor(self.protocol.crypto_executor)  # type: ignore[assignment]


def paced(connection: type[Connection]) -> type[Connection]:
    """Make connections of this kind that pause when they follow each other too fast.

    The library connects again without any pause when the server answers its first call with an error. From the fourth
    connection within `LOOK_BACK` on, the pause doubles from 1 s to 30 s. Each data centre is counted by itself, so that
    one that holds files does not hold up the bot; connections for files alone are not counted.
    """
    times: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=10))

    class PacedConnection(connection):  # type: ignore[misc, valid-type]  # its base is an argument
        """A connection that waits its turn."""

        async def connect(self) -> None:
            """Connect when it is time."""
            if not self.media:
                now = time.monotonic()
                recent = sum(now - each < LOOK_BACK for each in times[self.dc_id])
                times[self.dc_id].append(now)
                if recent >= FREE:
                    await asyncio.sleep(random.uniform(0.5, 1) * min(30.0, 2.0 ** (recent - FREE)))
            await super().connect()

    return PacedConnection


def size_of(packet: Any) -> int:
    """Bytes of what is to be encrypted or decrypted; more than any limit where that is not known."""
    if isinstance(packet, Message):
        return int(packet.length)
    if isinstance(packet, BytesIO):
        return packet.getbuffer().nbytes
    return len(packet) if isinstance(packet, bytes | bytearray) else AT_ONCE + 1
