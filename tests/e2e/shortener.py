"""A link shortener on this machine, which behaves as the name says by which it is asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

GIBIBYTE = 1 << 30


@dataclass
class Shop:
    """What was asked of it, in order, and what its short addresses lead to."""

    port: int = 0
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    long: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    """Bytes of an answer without end that were taken from it."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def near(self, *hosts: str) -> list[str]:
        """The arguments that let a bot ask for these hosts here."""
        return [part for host in hosts for part in ("--near", f"{host}=127.0.0.1:{self.port}")]

    def payload(self, url: str) -> str:
        """What comes back to the bot when a person follows a short address."""
        return self.long[url].partition("?start=")[2]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as this host does."""
        host = request.host
        self.asked.append((host, dict(request.query)))
        if host.startswith("slow"):
            await self.ended.wait()
        if host.startswith("failing"):
            raise web.HTTPInternalServerError
        if host.startswith("redirecting"):
            raise web.HTTPFound("http://169.254.169.254/latest/meta-data/")
        if host.startswith("endless"):
            return await self._endless(request)
        short = f"https://{host}/{len(self.long)}"
        self.long[short] = request.query["url"]
        return web.json_response({"status": "success", "shortenedUrl": short})

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while self.sent < GIBIBYTE:
                await response.write(b"x" * 65536)
                self.sent += 65536
        return response


@asynccontextmanager
async def shortener() -> AsyncIterator[Shop]:
    """Open a shortener, and close it at the end."""
    shop = Shop()
    app = web.Application()
    app.router.add_get("/api", shop.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.port = runner.addresses[0][1]
    try:
        yield shop
    finally:
        shop.ended.set()
        await runner.cleanup()
