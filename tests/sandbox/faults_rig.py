"""What the tests of faults stand on: a sandbox, its control, real clients of the library, and people who write."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from pyrogram import Client, raw
from pyrogram.errors import RPCError

from sandbox.faults import silence, weather
from sandbox.network import connection_factory
from sandbox.server import Sandbox
from sandbox.world.api import Caller

f, t = raw.functions, raw.types
TOKENS = {777001: "777001:secret", 777002: "777002:secret"}
LOST_AFTER = 0.4
"""Seconds after which an answer that will not come is taken for lost."""


class StillTime:
    """The time by which faults end, which stands still until a test moves it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        for module in (silence, weather):
            patch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))


class Bot(Client):
    """A client of the library that notes down what it is pushed, and tries every call once."""

    def __init__(self, box: Sandbox, number: int, session: str | None = None) -> None:
        super().__init__(
            f"bot{number}", api_id=1, api_hash="0" * 32, in_memory=True, workers=1, session_string=session,
            connection_factory=connection_factory(box.info),
        )  # fmt: skip
        self.number = number
        self.pushed: list[Any] = []

    async def handle_updates(self, updates: Any) -> None:
        self.pushed.append(updates)

    async def call(self, query: Any, timeout: float = 30.0) -> Any:
        """One attempt: what the server says is what comes back or is raised; TimeoutError when it says nothing."""
        session: Any = self.session
        return await session.send(query, timeout=timeout)

    async def state(self) -> Any:
        return await self.call(f.updates.GetState())

    async def say(self, to: int, text: str, *, random_id: int = 0, timeout: float = 30.0) -> Any:
        peer = t.InputPeerUser(user_id=to, access_hash=0)
        number = random_id or secrets.randbits(62) + 1
        return await self.call(f.messages.SendMessage(peer=peer, message=text, random_id=number), timeout)

    async def difference(self, state: Any, **limits: int) -> Any:
        return await self.call(f.updates.GetDifference(pts=state.pts, date=state.date, qts=state.qts, **limits))

    def texts(self) -> list[str]:
        """The messages that were pushed, in their order."""
        inside: list[Any] = [update for each in self.pushed for update in getattr(each, "updates", ())]
        return [each.message.message for each in inside if each.QUALNAME == "types.UpdateNewMessage"]

    async def settle(self) -> None:
        """Whatever left the server before now has arrived and was noted down."""
        await self.state()
        await asyncio.sleep(0.05)

    async def close(self) -> None:
        for session in [*self.media_sessions.values(), *self.sessions.values()]:
            await session.stop()
        self.media_sessions.clear()
        self.sessions.clear()
        if self.is_connected:
            await self.disconnect()
        self.executor.shutdown(wait=False)


class Scene:
    """Everything a test needs."""

    def __init__(self, box: Sandbox, http: aiohttp.ClientSession) -> None:
        self.box, self.http = box, http
        self.clients: list[Bot] = []
        self.bot: Bot
        self.ann = 0
        """Somebody who has started the bots."""

    async def enter(self, number: int, *, session: str | None = None) -> Bot:
        """A client for one of the bots, signed in and subscribed to updates."""
        client = Bot(self.box, number, session)
        self.clients.append(client)
        await client.connect()
        if session is None:
            await client.sign_in_bot(TOKENS[number])
            await client.state()
        return client

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, path, json=body) as response:
            text = await response.text()
            return response.status, json.loads(text)

    async def post(self, path: str, **body: Any) -> Any:
        status, answer = await self.ask("POST", path, body)
        assert status == 200, answer
        return answer

    async def order(self, kind: str, **body: Any) -> int:
        """Switch a fault on; returns its id."""
        return int((await self.post("/faults", kind=kind, **body))["id"])

    async def shown(self) -> Any:
        _, answer = await self.ask("GET", "/faults")
        return answer

    async def counts(self, fault: int) -> tuple[int, int]:
        """How often a fault matched, and struck."""
        (found,) = [each for each in (await self.shown())["faults"] if each["id"] == fault]
        return found["matched"], found["struck"]

    async def write(self, *texts: str, to: int = 777001, who: int = 0) -> None:
        """Somebody, Ann if not said otherwise, writes to a bot."""
        await self.post("/say", **{"from": who or self.ann, "to": to, "texts": list(texts)})

    async def channel(self) -> int:
        """A channel of Ann's with the first bot as an admin; returns its -100… id."""
        made: Any = await self._as_ann(f.channels.CreateChannel(title="News", about="", broadcast=True))
        (chat,) = made.chats
        bot = self.box.api.world.access_hash(self.ann, self.bot.number)
        await self._as_ann(
            f.channels.EditAdmin(
                channel=t.InputChannel(channel_id=chat.id, access_hash=chat.access_hash),
                user_id=t.InputUser(user_id=self.bot.number, access_hash=bot),
                admin_rights=t.ChatAdminRights(post_messages=True),
                rank="",
            )
        )
        return int(-1_000_000_000_000 - chat.id)

    async def _as_ann(self, query: Any) -> object:
        account = self.box.api.world.accounts[self.ann]
        return await self.box.api.invoke(Caller(min(account.keys), 0), query)

    def told(self, prefix: str = "") -> list[str]:
        """The texts in the ledger that bots have sent, those that begin so."""
        lines = self.box.ledger.since(0)
        texts = [str(line.get("text")) for line in lines if line["kind"] == "message" and line["from_id"] in TOKENS]
        return [text for text in texts if text.startswith(prefix)]


@asynccontextmanager
async def scene(*numbers: int, state: Path | None = None) -> AsyncIterator[Scene]:
    """A sandbox with these bots (777001 if none is named) signed in, and Ann, who has started all of them."""
    numbers = numbers or (777001,)
    async with (
        Sandbox(state, bots=[(token, f"bot{number}_bot") for number, token in TOKENS.items()]) as box,
        aiohttp.ClientSession(box.info.control, timeout=aiohttp.ClientTimeout(60)) as http,
    ):
        stage = Scene(box, http)
        (stage.ann,) = (await stage.post("/people", count=1, first_name="Ann"))["ids"]
        for number in TOKENS:
            await stage.write("/start", to=number)
        try:
            for number in numbers:
                await stage.enter(number)
            stage.bot = stage.clients[0]
            yield stage
        finally:
            async with asyncio.timeout(60):
                await asyncio.gather(*(client.close() for client in stage.clients), return_exceptions=True)


async def until(true: Callable[[], object], timeout: float = 30.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(timeout):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def name_of(attempt: Any) -> str:
    """What became of a call: `ok`, `lost`, or the error's name, with X for a number in it."""
    try:
        await attempt
    except TimeoutError:
        return "lost"
    except RPCError as error:
        return str(error.ID)
    return "ok"
