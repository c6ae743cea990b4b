"""Ports for the servers of tests: whoever gets one keeps it, through restarts, whatever runs beside."""

from __future__ import annotations

import contextlib
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_LOWEST = 10_000
_GIVEN_BY_THE_SYSTEM = Path("/proc/sys/net/ipv4/ip_local_port_range")
_held: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody has and that nobody else is given, until this process ends.

    It is held by a socket that does not listen, which lets our own servers have it (they say SO_REUSEADDR, as asyncio's
    do) and keeps everybody else out, also while the server is away. It is below those that connections take for
    themselves.
    """
    highest = max(int(_GIVEN_BY_THE_SYSTEM.read_text("ascii").split()[0]) - 1, _LOWEST + 5000)
    for _ in range(10_000):
        port = random.SystemRandom().randint(_LOWEST, highest)
        holder = socket.socket()
        try:
            holder.bind(("0.0.0.0", port))  # noqa: S104 - as the bot does
        except OSError:
            holder.close()
            continue
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not before: else two could hold it
        _held.append(holder)
        return port
    raise RuntimeError("no port is free")


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections; nobody else gets it meanwhile."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])
