"""A sandbox with its page, asked over real HTTP, and a real bot in it for what people cannot send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from pyrogram import Client

from sandbox.network import connection_factory
from sandbox.page.seat import Seat
from sandbox.server import Sandbox

TOKEN, USERNAME, BOT = "777001:secret", "page_bot", 777001
WITHIN = 30.0

Event = dict[str, Any]


class Listening:
    """An open page: every event that came, in its order."""

    def __init__(self, session: aiohttp.ClientSession, since: str | None = None, last: str | None = None) -> None:
        self.events: list[Event] = []
        self.ids: list[str] = []
        self.resets = 0
        self._session = session
        self._query = {} if since is None else {"since": since}
        self._headers = {} if last is None else {"Last-Event-ID": last}
        self._came = asyncio.Condition()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._read())
        await asyncio.wait_for(self._ready.wait(), WITHIN)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def wait(self, wanted: Callable[[Event], bool]) -> Event:
        """The first event that is wanted, among those that came or once it comes."""

        def found() -> Event | None:
            return next((each for each in self.events if wanted(each)), None)

        async with asyncio.timeout(WITHIN), self._came:
            await self._came.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is true of what came."""
        async with asyncio.timeout(WITHIN), self._came:
            await self._came.wait_for(condition)

    async def _read(self) -> None:
        timeout = aiohttp.ClientTimeout(None, sock_read=WITHIN)
        async with self._session.get(
            "/api/events", params=self._query, headers=self._headers, timeout=timeout
        ) as response:
            kind = "message"
            async for line in response.content:
                self._ready.set()
                name, _, value = line.decode().rstrip("\n").partition(": ")
                async with self._came:
                    if name == "event":
                        kind = value
                    elif name == "id":
                        self.ids.append(value)
                    elif name == "data" and kind == "message":
                        self.events.append(json.loads(value))
                    elif name == "data":
                        self.resets += 1
                        kind = "message"
                    self._came.notify_all()


class PageRig:
    """One sandbox, its page and whoever asks it."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self.box = box
        self.session = session

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        async with self.session.request(method, path, **more) as response:
            return response.status, json.loads(await response.text())

    async def get(self, path: str, **query: Any) -> Any:
        """What a route answers that is to work."""
        status, answer = await self.ask("GET", path, params=query)
        assert status == 200, answer
        return answer

    async def post(self, path: str, **body: Any) -> Any:
        """The same for a route that changes something."""
        status, answer = await self.ask("POST", path, json=body)
        assert status == 200, answer
        return answer

    async def add(self, first_name: str, **more: str) -> Seat:
        """Somebody new on the page."""
        person = await self.post("/api/people", first_name=first_name, **more)
        return await self.box.page.roster.seat(person["id"])

    def listen(self, since: str | None = None, last: str | None = None) -> Listening:
        """Open a page's stream."""
        return Listening(self.session, since, last)


@asynccontextmanager
async def page_rig(state: Path | None = None, **more: Any) -> AsyncIterator[PageRig]:
    """A sandbox that is served while the context lasts."""
    async with (
        Sandbox(state, bots=[(TOKEN, USERNAME)], **more) as box,
        aiohttp.ClientSession(box.info.control, timeout=aiohttp.ClientTimeout(60)) as session,
    ):
        yield PageRig(box, session)


@asynccontextmanager
async def bot_in(rig: PageRig) -> AsyncIterator[Client]:
    """A bot that does what the test says."""
    factory = connection_factory(rig.box.info)
    bot = Client("page", api_id=1, api_hash="x", bot_token=TOKEN, in_memory=True, connection_factory=factory)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()


def chat_path(seat: Seat, chat_id: int, more: str = "") -> str:
    """The path of a chat of a person's."""
    return f"/api/people/{seat.id}/chats/{chat_id}{more}"
