"""Ports for the servers of tests: whoever gets one keeps it, through restarts, whatever runs beside."""

from __future__ import annotations

import contextlib
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_LOWEST = 10_000
_GIVEN_BY_THE_SYSTEM = Path("/proc/sys/net/ipv4/ip_local_port_range")
_claims: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody has and that no other process of the tests gets, until this one ends.

    It is below those that connections take for themselves: it stays free while its server is away.
    """
    highest = max(int(_GIVEN_BY_THE_SYSTEM.read_text("ascii").split()[0]) - 1, _LOWEST + 5000)
    for _ in range(10_000):
        port = random.SystemRandom().randint(_LOWEST, highest)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0draftkeep-tests-port-{port}")  # a name in no file system, which goes with its process
            with socket.socket() as probe:
                probe.bind(("0.0.0.0", port))  # noqa: S104 - as the bot does
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise RuntimeError("no port is free")


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections; nobody else gets it meanwhile."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])
