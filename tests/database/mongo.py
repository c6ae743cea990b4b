"""A real mongod for tests, one that goes away on demand, writes that are cut off, and a clock that stands still."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch
from uuid import uuid4

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.clock import Clock
from database.connection import Database
from database.embedded import EmbeddedMongo
from database.mongod import find_mongod, spawn, url_of
from database.secrets import Vault

BOT_ID = 7000000001
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

Away = Literal["stopped", "killed"]
"""How a server is away: it hangs, or it is dead."""

_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_WRITES = ("insert_one", "insert_many", "update_one", "update_many", "find_one_and_update", "bulk_write")


@asynccontextmanager
async def running_mongo() -> AsyncIterator[str]:
    """Run a mongod of its own and yield its url.

    It deletes nothing by itself: it would go by this machine's time, and the clocks of tests stand still in the past.
    """
    folder = Path(tempfile.mkdtemp(prefix="dk-", dir=_fast_folder()))
    mongo = EmbeddedMongo()
    try:
        url = await mongo.start(folder)
        async with AsyncMongoClient[dict[str, Any]](url) as client:
            await client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
        yield url
    finally:
        await mongo.stop()
        shutil.rmtree(folder)


class Mongod:
    """A MongoDB server that stops, dies and comes back when it is told to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "mongo.sock"
        self.url = url_of(self._socket)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Come up, or come back with what was there before. Returns when it listens: its journal is read by then.

        Raises:
            TimeoutError: it did not within a minute.
        """
        self._socket.unlink(missing_ok=True)
        (self._folder / "data").mkdir(parents=True, exist_ok=True)
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT)
        log = self._folder / "mongod.log"
        self._process = await spawn(find_mongod(), self._folder / "data", self._socket, log, lock)
        os.close(lock)
        async with asyncio.timeout(60):
            while not await self._listens():  # noqa: ASYNC110 - a server tells nobody that it listens
                await asyncio.sleep(0.02)

    async def go(self, how: Away) -> None:
        """Go away: "stopped" like a machine that hangs, or "killed"."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP if how == "stopped" else signal.SIGKILL)
        if how == "killed":
            await self._process.wait()

    async def come(self, how: Away) -> None:
        """Be there again."""
        assert self._process
        if how == "stopped":
            self._process.send_signal(signal.SIGCONT)
        else:
            await self.start()

    async def end(self) -> None:
        """Be gone for good."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(str(self._socket))
        except OSError:
            return False
        writer.close()
        return True


@asynccontextmanager
async def mortal_mongo() -> AsyncIterator[Mongod]:
    """Run a mongod that can be taken away."""
    folder = Path(tempfile.mkdtemp(prefix="dk-", dir=_fast_folder()))
    server = Mongod(folder)
    try:
        await server.start()
        yield server
    finally:
        await server.end()
        shutil.rmtree(folder)


def _fast_folder() -> Path | None:
    """Return a file system in memory with room for a server (it takes 300 MB), if there is one."""
    memory = Path("/dev/shm")  # noqa: S108 - the server makes a private folder in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None


@asynccontextmanager
async def fresh_database(url: str) -> AsyncIterator[Database]:
    """Yield a database of its own, prepared, and drop it afterwards."""
    async with await Database.connect(url, f"test_{uuid4().hex}") as database:
        await database.prepare()
        yield database
        await raw(database).client.drop_database(raw(database).name)


def raw(database: Database) -> Any:
    """Return the library's own database, for what no verb does."""
    return database._database


def bot_of(database: Database, bot_id: int = BOT_ID) -> BotDatabase:
    """Return one bot's collections."""
    return database.bot(bot_id, Vault.from_secret("a secret for tests", bot_id))


@dataclass(frozen=True)
class Holder:
    """Who holds or last held a bot, by the server's clock."""

    owner: str | None
    epoch: int
    expires_at: datetime
    held: bool


async def holder_of(room: BotDatabase) -> Holder | None:
    """Return who holds or last held the bot; None when nobody ever did."""
    held = {"$and": [{"$ne": ["$owner", None]}, {"$gt": ["$expires_at", "$$NOW"]}]}
    found = await room.lease._documents.aggregate([{"$match": {"_id": room.lease._key()}}, {"$set": {"held": held}}])
    for document in await found.to_list(1):
        return Holder(document["owner"], int(document["epoch"]), document["expires_at"], bool(document["held"]))
    return None


async def dump(database: Database) -> bytes:
    """Return every byte of every document."""
    everything = b""
    for name in await raw(database).list_collection_names():
        everything += b"".join([document.raw async for document in raw(database)[name].with_options(_RAW).find()])
    return everything


class StillClock(Clock):
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime = NOW) -> None:
        self._seconds = 0.0
        super().__init__(start, monotonic=lambda: self._seconds)

    def move(self, by: timedelta) -> datetime:
        self._seconds += by.total_seconds()
        return self.now()


class Cut(AutoReconnect):
    """The connection broke at a write."""


@contextmanager
def cut_at_write(number: int, *, applied: bool) -> Iterator[list[str]]:
    """Break at the write with this number (from 0): before it reaches the server, or after it was applied.

    Yields the names of the writes that were begun.
    """
    begun: list[str] = []

    def cutting(name: str) -> Any:
        original = getattr(AsyncCollection, name)

        async def write(self: Any, *args: Any, **kwargs: Any) -> Any:
            begun.append(f"{self.name}.{name}")
            ours = len(begun) - 1 == number
            if ours and not applied:
                raise Cut("cut before the write")
            result = await original(self, *args, **kwargs)
            if ours:
                raise Cut("cut after the write")
            return result

        return patch.object(AsyncCollection, name, write)

    patches = [cutting(name) for name in _WRITES]
    for each in patches:
        each.start()
    try:
        yield begun
    finally:
        for each in patches:
            each.stop()
