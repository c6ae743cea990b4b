"""A real bot on a local Telegram of its own, with a storage channel: for the tests of how files move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plugins
from client.bot import Bot
from client.gates import Gates
from client.hauling import Hauling
from client.identity import Identity
from client.server import Server
from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.connection import Database
from database.processing import Job
from database.secrets import Vault
from locales.texts import Texts
from sandbox.people import People
from sandbox.person import Person
from sandbox.server import Sandbox
from sandbox.stage import Scene, control, set_scene
from sandbox.world.centres import HOME
from services.options import BotOptions
from services.registry import ServiceOptions, build_services
from tests.e2e.evidence import until
from tests.e2e.harness import new_phone


class Lease:
    """A lease that is held, or not."""

    epoch = 1

    def __init__(self) -> None:
        self.ours = True

    def held(self) -> bool:
        return self.ours


@dataclass
class Depot:
    """Everything a test needs."""

    box: Sandbox
    bot: Bot
    room: BotDatabase
    owner: Person
    scene: Scene
    folder: Path
    lease: Lease

    @property
    def hauling(self) -> Hauling:
        return Hauling(self.bot, self.bot.transfers)

    async def put(self, data: bytes, name: str = "file.bin", **how: Any) -> int:
        """Let the owner put a file into the storage channel. Returns the message's id."""
        path = self.folder / name
        path.write_bytes(data)
        return int((await self.owner.send_file(path, to=self.scene.channel_id, **how)).id)

    async def job(self, message_id: int, size: int, **values: Any) -> Job:
        """A job for such a message, not written down."""
        fields: dict[str, Any] = {
            "id": f"job{message_id}", "cause": Cause(f"test:{message_id}"), "notice": "n", "unique_id": "u",
            "storage_chat": self.scene.channel_id, "message_id": message_id, "by": self.owner.id, "kind": "document",
            "name": "file.bin", "size": size, "asked_at": datetime.now(UTC), "new_name": "new.bin",
        }  # fmt: skip
        return Job(**fields | values)

    async def order(self, kind: str, method: str, **how: Any) -> int:
        """Let something befall the bot's calls. Returns the fault's id."""
        body = {"kind": kind, "method": method, "account": self.bot.bot_id, **how}
        return int((await control(self.box.info, "POST", "/faults", **body))["id"])

    async def struck(self, fault: int, times: int = 1) -> None:
        """Wait until a fault has struck so often."""

        async def enough() -> bool:
            return await self.strikes(fault) >= times

        await until(enough, 60, every=0.02)

    async def strikes(self, fault: int) -> int:
        """How often a fault struck."""
        faults = (await control(self.box.info, "GET", "/faults"))["faults"]
        return next(int(each["struck"]) for each in faults if each["id"] == fault)

    async def over(self, fault: int) -> None:
        """Switch a fault off."""
        await control(self.box.info, "DELETE", f"/faults/{fault}")

    async def drop(self) -> None:
        """Cut all connections of the bot."""
        await control(self.box.info, "POST", "/connections/drop", account=self.bot.bot_id)

    async def calm(self) -> None:
        """Let nothing befall the bot any more, and it have no connection for files: as at the beginning."""
        await control(self.box.info, "DELETE", "/faults")
        self.box.api.world.centres.of_files = HOME
        self.lease.ours = True
        self.bot.transfers.calls.gates = Gates()
        for sessions in (self.bot.media_sessions, self.bot.sessions):
            for session in list(sessions.values()):
                await session.stop()
            sessions.clear()
        for path in self.folder.glob("got*"):
            path.unlink()

    def calls(self, method: str) -> int:
        """How often the bot has made a call."""
        return self.box.api.calls[self.bot.bot_id, method]


@asynccontextmanager
async def depot(database: Database, folder: Path) -> AsyncIterator[Depot]:
    """Arrange everything and take it down again."""
    async with Sandbox() as box, People(box.info) as people:
        owner = await people.sign_up(new_phone(), first_name="Olivia")
        scene = await set_scene(box.info, username="depot_bot", owner=owner)
        room = database.bot(int(scene.token.partition(":")[0]), Vault.from_secret("a secret of the tests", 1))
        texts, lease = Texts.load(), Lease()
        bot = Bot(
            Identity(scene.token, 1, "0" * 32, Server(box.info.host, box.info.port, Path(box.info.public_key))),
            sessions=room.session,
            waits=room.waits,
            lease=lease,  # type: ignore[arg-type]  # a stand-in
            clock=Clock(),
            texts=texts,
            version="test",
            source=None,
            workdir=folder,
        )
        first = BotOptions(storage_chat=scene.channel_id)
        options = ServiceOptions(owner.id, frozenset(), first, texts.pick)
        bot.services = build_services(room, bot.clock, bot.sender, options)
        await bot.start(plugins)
        try:
            yield Depot(box, bot, room, owner, scene, folder, lease)
        finally:
            await asyncio.wait_for(bot.stop(grace=1), 30)


def quiet(_: int) -> None:
    """Nobody watches."""
