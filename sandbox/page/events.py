"""What happens, told to every open page: numbered, kept for a while for those who were away, never without bound."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

KEPT: Final = 5_000
"""Events that a page which was away may still ask for."""
KEPT_BYTES: Final = 16 * 1024 * 1024
HEARTBEAT: Final = 15.0
"""Seconds without an event after which a comment says that the stream lives."""
WRITE_WITHIN: Final = 30.0
"""Seconds for a page to take what it is sent; one that does not is let go and comes again."""
_CHUNK: Final = 64 * 1024


class Events:
    """The one stream for all people. Readers keep only their place in it: a slow one costs no memory."""

    def __init__(self, *, kept: int = KEPT, kept_bytes: int = KEPT_BYTES) -> None:
        self.epoch = secrets.token_hex(8)
        """Made anew at each start: numbers of another one mean nothing here."""
        self.seq = 0
        self._kept = kept
        self._kept_bytes = kept_bytes
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self.over = False

    def publish(self, person: int | None, kind: str, **fields: Any) -> None:
        """Tell all pages; `person` is whose stream of life it belongs to, None for all."""
        self.seq += 1
        data = json.dumps({"person": person, "kind": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
        self._add(f"id: {self.epoch}-{self.seq}\ndata: {data}\n\n".encode())

    def begin_anew(self) -> None:
        """Something was missed that nobody can tell any more: every page loads everything anew."""
        self.seq += 1
        self._add(self.reset)

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        self._bytes += len(line)
        while len(self._lines) > self._kept or (self._bytes > self._kept_bytes and len(self._lines) > 1):
            self._bytes -= len(self._lines.popleft())
        self._wake()

    def end(self) -> None:
        """End every stream: the server stops."""
        self.over = True
        self._wake()

    def place(self, since: str | None) -> int | None:
        """The number after which a reader goes on; None when what it missed is not here any more."""
        if not since:
            return self.seq
        epoch, _, digits = since.rpartition("-")
        known = epoch == self.epoch and digits.isascii() and digits.isdigit() and len(digits) < 18
        return int(digits) if known and self._first - 1 <= int(digits) <= self.seq else None

    def after(self, place: int) -> tuple[bytes, int] | None:
        """Some of what came after this number, and the number it goes up to; None when it is not here any more."""
        if place < self._first - 1:
            return None
        taken: list[bytes] = []
        size = 0
        for position in range(place - self._first + 1, len(self._lines)):
            taken.append(self._lines[position])
            size += len(taken[-1])
            if size >= _CHUNK:
                break
        return b"".join(taken), place + len(taken)

    async def wait(self, place: int, timeout: float) -> bool:
        """Wait for something after this number; False when nothing came."""
        if place < self.seq or self.over:
            return True
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return False
        return True

    @property
    def reset(self) -> bytes:
        """What tells a page that it must load everything anew."""
        return f"event: reset\nid: {self.epoch}-{self.seq}\ndata: {{}}\n\n".encode()

    @property
    def _first(self) -> int:
        return self.seq - len(self._lines) + 1

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


EVENTS: Final = web.AppKey("events", Events)

routes = web.RouteTableDef()


@routes.get("/api/events")
async def stream(request: web.Request) -> web.StreamResponse:
    """`?since=<epoch>-<number>` or Last-Event-ID: what came after it, and then everything as it happens."""
    events = request.app[EVENTS]
    place = events.place(request.headers.get("Last-Event-ID") or request.query.get("since"))
    return await streamed(request, lambda response: _tell(response, events, place))


async def streamed(request: web.Request, tell: Callable[[web.StreamResponse], Awaitable[None]]) -> web.StreamResponse:
    """Open a stream and let `tell` `write` to it; whoever does not take it is let go, and comes again."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    try:
        await write(response, b"retry: 1000\n\n")
        await tell(response)
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()
    return response


async def write(response: web.StreamResponse, data: bytes) -> None:
    """Send a piece of a stream.

    Raises:
        TimeoutError: it was not taken within `WRITE_WITHIN` seconds.
        ConnectionError: the reader is gone.
    """
    async with asyncio.timeout(WRITE_WITHIN):
        await response.write(data)


async def _tell(response: web.StreamResponse, events: Events, place: int | None) -> None:
    """Write until the server ends, the page is gone, or it is so far behind that it must begin anew."""
    if place is None:
        place = events.seq
        await write(response, events.reset)
    while not events.over:
        found = events.after(place)
        if found is None:
            break
        data, place = found
        if data:
            await write(response, data)
        elif not await events.wait(place, HEARTBEAT):
            await write(response, b": alive\n\n")
