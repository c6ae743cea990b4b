"""A port that a test was given stays its own, also while its server is away."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from tests.ports import free_port


async def test_a_port_is_its_servers_before_after_and_between_two_starts() -> None:
    port = free_port()
    for _ in range(2):
        assert taken(port)
        server = await asyncio.start_server(lambda _, writer: writer.close(), "0.0.0.0", port)  # noqa: S104 - as the bot does
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        assert taken(port)
        server.close()
        await server.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


def taken(port: int) -> bool:
    """Whether another program is refused the port."""
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
