"""The listening socket: open, closed, and away for a while with its port kept."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable

_BACKLOG = 1024


class Listener:
    """Accepts connections on one address, which it keeps while it is away."""

    def __init__(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """`protocol` makes what serves one connection."""
        self._protocol = protocol
        self._server: asyncio.Server | None = None
        self._placeholder: socket.socket | None = None
        self._return: asyncio.Task[None] | None = None
        self._back_at = 0.0
        self.address: tuple[str, int] = ("", 0)

    async def open(self, host: str, port: int) -> tuple[str, int]:
        """Take the address, without serving yet; port 0 takes any that is free. Returns it.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.get_running_loop().create_server(
            self._protocol, host, port, start_serving=False, backlog=_BACKLOG
        )
        self.address = self._server.sockets[0].getsockname()
        return self.address

    async def serve(self) -> None:
        """Let connections in."""
        if self._server is not None:
            await self._server.start_serving()

    def leave(self, seconds: float) -> None:
        """Refuse connections for so long; again while away: for so long from now."""
        if self._server is not None:
            self._server.close()
            self._server = None
            # Bound and not listening: connections are refused, and no other program is given the port.
            self._placeholder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._placeholder.bind(self.address)
        if self._return is not None:
            self._return.cancel()
        self._back_at = time.monotonic() + seconds
        self._return = asyncio.get_running_loop().create_task(self._come_back(seconds))

    @property
    def away(self) -> float | None:
        """Seconds until it is back; None when it is there."""
        return None if self._placeholder is None else max(0.0, self._back_at - time.monotonic())

    def close(self) -> None:
        """Give the address up."""
        if self._return is not None:
            self._return.cancel()
        if self._server is not None:
            self._server.close()
        if self._placeholder is not None:
            self._placeholder.close()

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self._placeholder is not None:
            self._server = await asyncio.get_running_loop().create_server(
                self._protocol, sock=self._placeholder, start_serving=False, backlog=_BACKLOG
            )
            self._placeholder = None
            await self._server.start_serving()
