"""How files move: in parts, over connections of their own, behind everything that somebody waits for."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from pyrogram import raw
from pyrogram.errors import FileReferenceEmpty, FileReferenceExpired, FileReferenceInvalid, RPCError

from client.calls import Calls, MustWait
from client.file_connections import FileConnections
from client.mishaps import CallMeter
from client.queries import method_of
from services.errors import TryLater

log = logging.getLogger(__name__)

PART: Final = 512 * 1024
"""Bytes of a part that is uploaded (Telegram's limit)."""

PIECE: Final = 1024 * 1024
"""Bytes of a piece that is downloaded (Telegram's limit)."""

BIG: Final = 10 * 1024 * 1024
"""Bytes above which a file takes saveBigFilePart."""

UP, DOWN = 4, 2
"""Parts and pieces of one file that are under way at once: what 50 ms of distance need for 40 MB a second."""

PART_WITHIN = 60.0
"""Seconds that one part may take: four of them at once need 35 KB a second."""

STAY = 300.0
"""Seconds for which a part waits where it is, before its whole file is put off."""

COURTESY = 1.0
"""Seconds for which a part lets updates that are in hand go first; then it goes all the same."""

LOOK_EVERY = 0.01
"""Seconds between two looks whether updates are in hand."""

SAVE, SAVE_BIG = raw.functions.upload.SaveFilePart, raw.functions.upload.SaveBigFilePart
"""What takes the parts of small files, and of big ones."""

RENEWALS = 5
"""Times that a file reference is fetched again for one piece: each may expire on its way."""

EXPIRED = (FileReferenceExpired, FileReferenceInvalid, FileReferenceEmpty)

Report = Callable[[int], None]
"""Is told how many bytes have moved so far."""

T = TypeVar("T")


class FileGone(Exception):  # noqa: N818 - says what is the case
    """The message has no file any more."""


class Transfers:
    """Moves the files of one bot.

    Waits that Telegram orders here close nothing but the transfers; one that closes the whole bot closes these too.
    """

    def __init__(
        self, bot: Any, may_send: Callable[[], bool], *, meter: CallMeter | None = None, obey: bool = True
    ) -> None:
        """Take the bot, and whether its lease lets anything be sent."""
        self._bot = bot
        self._connections = FileConnections(bot, may_send)
        self.calls = Calls(self._nobody, meter=meter, obey=obey)

    async def document(self, chat: int, message_id: int) -> Any:
        """Read the document of a channel's message, with a fresh reference.

        Raises:
            FileGone: the message is gone, or carries none.
        """
        channel = await self._bot.resolve_peer(chat)
        ids: list[Any] = [raw.types.InputMessageID(id=message_id)]
        found = await self._bot.invoke(raw.functions.channels.GetMessages(channel=channel, id=ids))
        media = getattr(found.messages[0], "media", None) if found.messages else None
        if not isinstance(media, raw.types.MessageMediaDocument) or media.document is None:
            raise FileGone(f"message {message_id} of {chat} has no document")
        return media.document

    async def download(self, chat: int, message_id: int, path: Path, report: Report) -> None:
        """Save a stored file; it has its name only when all of it is on the disk.

        Raises:
            FileGone: the stored message is gone, before or meanwhile.
            OSError: the disk is full, or cannot be written.
            RPCError: Telegram refused; TryLater: it must wait.
        """
        source = _Source(self, chat, message_id)
        size = (await source.document()).size
        unfinished = path.with_suffix(".part")
        with await asyncio.to_thread(unfinished.open, "wb") as file:
            pieces = (partial(source.piece, offset) for offset in range(0, size, PIECE))
            done = 0
            async with contextlib.aclosing(_several(pieces, DOWN)) as coming:
                async for data in coming:
                    await asyncio.to_thread(file.write, data)
                    done += len(data)
                    report(done)
            await asyncio.to_thread(_make_lasting, file)
        if done != size:
            raise TryLater(5.0, f"{done} of {size} bytes came")
        await asyncio.to_thread(unfinished.rename, path)

    async def read(self, file: Any, dc: int, size: int) -> bytes:
        """Read a small file (a photo, a thumbnail) from its location."""
        pieces = (
            partial(self.part, raw.functions.upload.GetFile(location=file, offset=offset, limit=PIECE), dc)
            for offset in range(0, size, PIECE)
        )
        return b"".join([each.bytes async for each in _several(pieces, 1)])

    async def upload(self, source: Path | bytes | BinaryIO, name: str, report: Report) -> Any:
        """Give Telegram a file to keep for a while. Returns the InputFile that names it. One that is open stays so.

        The id is one of chance: parts of another try must not mix with these.
        """
        size = _size_of(source)
        number, total = secrets.randbits(63), -(-size // PART)
        digest = hashlib.md5(usedforsecurity=False)
        done = 0
        parts = (partial(self._save, part, number, total, size) for part in _parts_of(source, digest))
        async with contextlib.aclosing(_several(parts, UP)) as going:
            async for saved in going:
                done += saved
                report(done)
        if size > BIG:
            return raw.types.InputFileBig(id=number, parts=total, name=name)
        return raw.types.InputFile(id=number, parts=total, name=name, md5_checksum=digest.hexdigest())

    def upload_wait(self, size: int) -> float:
        """Seconds for which Telegram takes no parts of a file of so many bytes; 0 when it takes them."""
        return self.calls.gates.wait(method_of(SAVE_BIG if size > BIG else SAVE), None)

    async def part(self, query: Any, dc: int | None = None) -> Any:
        """Move one part, once nobody waits for anything else.

        What comes in between is waited for here, `STAY` at most: a gigabyte is not moved again for a minute's wait.
        """
        give_up = time.monotonic() + STAY
        while True:
            try:
                await self._let_others_go_first()
                return await self.calls.make(query, timeout=PART_WITHIN, send=partial(self._connections.send, dc))
            except TryLater as error:
                if time.monotonic() + error.after > give_up:
                    raise
                await asyncio.sleep(error.after)

    async def _save(self, part: tuple[int, bytes], number: int, total: int, size: int) -> int:
        place, data = part
        query: Any = (
            SAVE_BIG(file_id=number, file_part=place, file_total_parts=total, bytes=data)
            if size > BIG
            else SAVE(file_id=number, file_part=place, bytes=data)
        )
        if not await self.part(query):
            raise TryLater(5.0, f"part {place} was not saved")
        return len(data)

    async def _let_others_go_first(self) -> None:
        """Wait while updates are in hand, `COURTESY` at most, and as long as the whole bot must."""
        if wait := self._bot.calls.gates.left((None, None)):
            raise MustWait(wait, "the whole bot must wait")
        for _ in range(round(COURTESY / LOOK_EVERY)):
            if not self._bot.inbox.lanes.active:
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _nobody(self, query: Any, timeout: float) -> Any:
        raise NotImplementedError("each part names its own way")


class _Source:
    """A stored file that is being downloaded; its reference is fetched again each time that it has expired."""

    def __init__(self, transfers: Transfers, chat: int, message_id: int) -> None:
        self._transfers = transfers
        self._place = chat, message_id
        self._found: Any = None
        self._reading = asyncio.Lock()

    async def document(self, but: Any = None) -> Any:
        """The document as it was last read, and not the one that turned out to be too old."""
        async with self._reading:
            if self._found is but:
                self._found = await self._transfers.document(*self._place)
            return self._found

    async def piece(self, offset: int) -> bytes:
        """Read one piece."""
        document = await self.document()
        for _ in range(RENEWALS):
            query = raw.functions.upload.GetFile(location=location_of(document), offset=offset, limit=PIECE)
            try:
                return bytes((await self._transfers.part(query, document.dc_id)).bytes)
            except EXPIRED as error:
                log.info("The reference of a file expired in its download (%s): fetching it again", error.ID)
                document = await self.document(but=document)
        raise TryLater(5.0, "file references expire faster than they can be used")


def parts_are_lost(error: RPCError) -> bool:
    """Whether Telegram says that it has not, or not all of, what was uploaded."""
    return str(error.ID or "").startswith(("FILE_PART", "FILE_ID_INVALID", "MD5_CHECKSUM"))


def location_of(document: Any, thumb: str = "") -> Any:
    """Where a document, or a thumbnail of it, is downloaded from."""
    return raw.types.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.file_reference, thumb_size=thumb
    )


async def _several(work: Iterator[Callable[[], Awaitable[T]]], width: int) -> AsyncGenerator[T, None]:
    """Do work in order, so many pieces at once; the first that fails ends all of it."""
    running: deque[asyncio.Task[T]] = deque()
    try:
        while True:
            while len(running) < width:
                piece = await asyncio.to_thread(next, work, None)  # which may read from the disk
                if piece is None:
                    break
                running.append(asyncio.ensure_future(piece()))
            if not running:
                return
            yield await running[0]
            running.popleft()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _size_of(source: Path | bytes | BinaryIO) -> int:
    if isinstance(source, Path):
        return source.stat().st_size
    return len(source) if isinstance(source, bytes) else source.seek(0, os.SEEK_END)


def _parts_of(source: Path | bytes | BinaryIO, digest: Any) -> Iterator[tuple[int, bytes]]:
    """Read a file part by part, each with its number."""
    if isinstance(source, bytes):
        digest.update(source)
        yield from enumerate(source[at : at + PART] for at in range(0, len(source), PART))
        return
    with source.open("rb") if isinstance(source, Path) else contextlib.nullcontext(source) as file:
        file.seek(0)
        place = 0
        while data := file.read(PART):
            digest.update(data)
            yield place, data
            place += 1


def _make_lasting(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
