"""A MongoDB in between: it passes everything on, and holds one command back while somebody looks, kills or cuts."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import struct
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import bson
from pymongo.uri_parser import parse_uri

_HEADER: Final = struct.Struct("<iiii")
_OP_MSG: Final = 2013
_CHECKSUM: Final = 1
"""The flag of a message that ends in a checksum."""


class Side(Enum):
    """On which side of the server's work a command is held back."""

    BEFORE = "before"
    """The server has not seen it."""
    AFTER = "after"
    """The server has carried it out, and its answer is held back."""


class CutError(Exception):
    """What was held back goes no further, and its connection ends."""


class Message(NamedTuple):
    """One message of MongoDB's wire protocol."""

    number: int
    answers: int
    """The number of the message that it answers."""
    kind: int
    whole: bytes


@dataclass(frozen=True)
class Command:
    """A command as a driver sends it: OP_MSG, not compressed."""

    raw: bytes

    @cached_property
    def body(self) -> dict[str, Any]:
        """Its main document."""
        return next(document for name, document in self._sections if not name)

    @property
    def name(self) -> str:
        """For example `insert`, `update`, `findAndModify`."""
        return next(iter(self.body))

    @property
    def collection(self) -> str:
        """The collection it is about; empty for a command that is about none."""
        value = self.body[self.name]
        return value if isinstance(value, str) else ""

    @property
    def database(self) -> str:
        """The database it is about."""
        return str(self.body.get("$db", ""))

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What it inserts, its updates or deletions, one by one."""
        apart = [document for name, document in self._sections if name]
        return apart or next((self.body[name] for name in ("documents", "updates", "deletes") if name in self.body), [])

    @cached_property
    def _sections(self) -> list[tuple[str, dict[str, Any]]]:
        """Each document with the name of the sequence that it is in; the body has none."""
        (flags,) = struct.unpack_from("<I", self.raw, _HEADER.size)
        place, end = _HEADER.size + 4, len(self.raw) - (4 if flags & _CHECKSUM else 0)
        found: list[tuple[str, dict[str, Any]]] = []
        while place < end:
            apart = self.raw[place] == 1
            place += 1
            (size,) = struct.unpack_from("<i", self.raw, place)
            if apart:
                name, _, documents = self.raw[place + 4 : place + size].partition(b"\0")
                found += [(name.decode(), document) for document in bson.decode_all(documents)]
            else:
                found.append(("", bson.decode(self.raw[place : place + size])))
            place += size
        return found


class Hold:
    """One command to be held back, armed until it comes by or `end` is called."""

    def __init__(self, side: Side, fits: Callable[[Command], bool], skip: int) -> None:
        self.side = side
        self.struck = asyncio.Event()
        """Set when the command is held back."""
        self.command: Command | None = None
        """What it is."""
        self._fits = fits
        self._skip = skip
        self._over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def end(self, *, cut: bool) -> None:
        """Be over: what is held back goes on, or goes no further and its connection is cut. Nothing new is held."""
        if not self._over.done():
            self._over.set_result(cut)

    @property
    def armed(self) -> bool:
        """Whether it still waits for its command."""
        return self.command is None and not self._over.done()

    def takes(self, command: Command) -> bool:
        """Whether this is the command to hold back."""
        if not self.armed or not self._fits(command):
            return False
        if self._skip:
            self._skip -= 1
            return False
        self.command = command
        return True

    async def keep(self) -> None:
        """Hold back.

        Raises:
            CutError: it goes no further.
        """
        self.struck.set()
        if await asyncio.shield(self._over):
            raise CutError


class MongoProxy:
    """Stands between drivers and one server."""

    def __init__(self, url: str, socket: Path) -> None:
        """`url` is the server's; clients come to `socket`, by the options that the server's url has."""
        self._host, self._port = parse_uri(url)["nodelist"][0]
        self._socket = socket
        self._holds: list[Hold] = []
        self._served: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server
        self.url = f"mongodb://{quote(str(socket), safe='')}/?{url.partition('?')[2] or 'directConnection=true'}"
        """Where clients find it."""

    def hold(
        self, side: Side, name: str, collection: str = "", *, database: str = "", skip: int = 0,
        where: Callable[[Command], bool] = lambda _: True,
    ) -> Hold:  # fmt: skip
        """Hold the next such command back, or the one after as many as are to be skipped.

        It may be of any collection or database where none is named.
        """

        def fits(command: Command) -> bool:
            wanted = command.name == name and collection in {"", command.collection}
            return wanted and database in {"", command.database} and where(command)

        hold = Hold(side, fits, skip)
        self._holds = [*(each for each in self._holds if each.armed), hold]
        return hold

    async def start(self) -> None:
        """Serve."""
        self._server = await asyncio.start_unix_server(self._serve, str(self._socket))

    async def stop(self) -> None:
        """Serve nobody any more."""
        self._server.close()
        for task in list(self._served):
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._join(reader, writer)
        writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass messages both ways until either side ends, or a command is cut."""
        if self._port is None:
            there, back = await asyncio.open_unix_connection(self._host)
        else:
            there, back = await asyncio.open_connection(self._host, self._port)
        answers: dict[int, Hold] = {}
        ways = [
            asyncio.create_task(self._to_server(reader, back, answers)),
            asyncio.create_task(self._to_client(there, writer, answers)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.transport.abort()

    async def _to_server(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: dict[int, Hold]
    ) -> None:
        while True:
            message = await _read(reader)
            hold = self._wanted(message)
            if hold is not None and hold.side is Side.BEFORE:
                await hold.keep()
            elif hold is not None:
                answers[message.number] = hold
            writer.write(message.whole)
            await writer.drain()

    @staticmethod
    async def _to_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: dict[int, Hold]) -> None:
        while True:
            message = await _read(reader)
            hold = answers.pop(message.answers, None)
            if hold is not None:
                await hold.keep()
            writer.write(message.whole)
            await writer.drain()

    def _wanted(self, message: Message) -> Hold | None:
        if not self._holds or message.kind != _OP_MSG:
            return None
        command = Command(message.whole)
        return next((hold for hold in self._holds if hold.takes(command)), None)


async def _read(reader: asyncio.StreamReader) -> Message:
    """Read one message.

    Raises:
        IncompleteReadError: the connection ended.
    """
    header = await reader.readexactly(_HEADER.size)
    size, number, answers, kind = _HEADER.unpack(header)
    return Message(number, answers, kind, header + await reader.readexactly(size - _HEADER.size))


@asynccontextmanager
async def mongo_proxy(url: str) -> AsyncIterator[MongoProxy]:
    """Stand in front of the server with this url."""
    folder = Path(tempfile.mkdtemp(prefix="dk-"))
    proxy = MongoProxy(url, folder / "proxy.sock")
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
        shutil.rmtree(folder)
