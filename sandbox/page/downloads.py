"""The files of messages for the browser: streamed from the local Telegram, in ranges, and never as markup.

A file is a stranger's: only pictures, films and sounds are shown as what they are, everything else is bytes to be kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web
from pyrogram import raw
from pyrogram.errors import RPCError

from sandbox.page.acts import MESSAGE
from sandbox.page.missing import MissingError
from sandbox.page.receiving import safe_name
from sandbox.page.roster import chat_of, message_of, seat_of
from sandbox.page.seat import ANSWER_WITHIN, Seat

log = logging.getLogger(__name__)
types = raw.types
BLOCK: Final = 1024 * 1024
"""Bytes that are asked for at once: the most that upload.getFile gives, and what every offset must be a multiple of."""
WRITE_WITHIN: Final = 120.0
"""Seconds for a browser to take a block: one that plays a film takes the next when it needs it."""
UNKNOWN: Final = "application/octet-stream"
SHOWN: Final = frozenset(
    {
        "audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/x-m4a",
        "audio/x-wav", "image/gif", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/ogg",
        "video/quicktime", "video/webm",
    }
)  # fmt: skip
"""The content types that a browser may show; none of them can hold a script."""
SUFFIXES: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
SMALL: Final = 320
"""Pixels on the longer side that are enough for a small picture."""
_CACHED: Final = "private, no-cache"
"""Kept, and asked for again by its tag: an edit may put another file there."""
_MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

routes = web.RouteTableDef()


class NoFile(MissingError):  # noqa: N818 - what is missing
    """The message carries no such file."""

    name = "NO_FILE"

    def __init__(self) -> None:
        super().__init__("There is no such file in this message.")


class BeyondError(Exception):
    """A part is asked for that lies beyond the end of the file."""


@dataclass(slots=True, frozen=True)
class Stored:
    """A file of a message, as Telegram stores it, or its small picture."""

    location: Any
    centre: int
    size: int
    mime_type: str
    name: str

    @property
    def tag(self) -> str:
        """What tells this file from any other."""
        return f'"{self.location.id}-{self.location.thumb_size}"'


@routes.get(f"{MESSAGE}/file")
async def file(request: web.Request) -> web.StreamResponse:
    """The file, or the part that Range asks for; `?download=1` to keep it."""
    return await _answer(request, small=False)


@routes.get(f"{MESSAGE}/thumb")
async def thumb(request: web.Request) -> web.StreamResponse:
    """Its small picture."""
    return await _answer(request, small=True)


def stored(message: Any, *, small: bool) -> Stored:
    """The file of a raw message, or its small picture.

    Raises:
        NoFile: there is none.
    """
    match getattr(message, "media", None):
        case types.MessageMediaPhoto(photo=types.Photo() as photo):
            return _picture(photo, photo.sizes, message.date, small=small)
        case types.MessageMediaDocument(document=types.Document() as document) if small:
            return _picture(document, document.thumbs or [], message.date, small=True)
        case types.MessageMediaDocument(document=types.Document() as document):
            return _document(document)
    raise NoFile


def wanted(request: web.Request, size: int, tag: str) -> tuple[int, int] | None:
    """The first and the last byte that a request asks for; None for the whole.

    Raises:
        BeyondError: nothing of the file lies there.
    """
    given = _RANGE.fullmatch(request.headers.get("Range", ""))
    if given is None or not any(given.groups()) or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = given.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        raise BeyondError
    return start, end


def disposition(name: str, *, keep: bool) -> str:
    """Whether a browser shows a file or keeps it, and under which name."""
    safe = safe_name(name)
    plain = "".join(each if each.isascii() and each.isprintable() and each not in '"\\%' else "_" for each in safe)
    way = "attachment" if keep else "inline"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


class Reader:
    """Reads one file of a message."""

    def __init__(self, seat: Seat, chat_id: int, message_id: int, *, small: bool) -> None:
        self._seat = seat
        self._place = (chat_id, message_id)
        self._small = small
        self.found: Stored

    async def find(self) -> Stored:
        """Look what there is, with a reference that is good for a while.

        Raises:
            MissingError: there is no such message, or no such file in it.
        """
        self.found = stored(await self._seat.message(*self._place), small=self._small)
        return self.found

    async def pieces(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """The bytes from one place to another, both included, a block at a time."""
        position = start - start % BLOCK
        while position <= end:
            block = await self._block(position)
            yield block[max(0, start - position) : end + 1 - position]
            if len(block) < BLOCK:
                return
            position += BLOCK

    async def _block(self, position: int) -> bytes:
        try:
            return await self._ask(position)
        except RPCError as error:
            if not str(error.ID).startswith("FILE_REFERENCE_"):
                raise
        await self.find()  # it expired on the way
        return await self._ask(position)

    async def _ask(self, position: int) -> bytes:
        query = raw.functions.upload.GetFile(location=self.found.location, offset=position, limit=BLOCK)
        async with asyncio.timeout(ANSWER_WITHIN):
            session = await self._seat.person.client.get_session(self.found.centre, is_media=True)
            answer: Any = await session.invoke(query, timeout=ANSWER_WITHIN, sleep_threshold=0)
        return bytes(answer.bytes)


async def _answer(request: web.Request, *, small: bool) -> web.StreamResponse:
    seat = await seat_of(request)
    reader = Reader(seat, chat_of(request), message_of(request), small=small)
    found = await reader.find()
    if request.headers.get("If-None-Match") == found.tag:
        return web.Response(status=304, headers={"ETag": found.tag, "Cache-Control": _CACHED})
    try:
        part = wanted(request, found.size, found.tag)
    except BeyondError:
        about = {"Content-Range": f"bytes */{found.size}"}
        return web.json_response({"error": "The file ends before that.", "name": None}, status=416, headers=about)
    start, end = part or (0, found.size - 1)
    async with contextlib.aclosing(reader.pieces(start, end)) as pieces:
        # What is refused is told as such: nothing is answered before the first bytes are there.
        first = await anext(pieces, b"")
        response = _response(request, found, part, _type(found, first if start == 0 else b""))
        await response.prepare(request)
        if request.method != "HEAD":
            await _pour(request, response, first, pieces)
    return response


def _response(request: web.Request, found: Stored, part: tuple[int, int] | None, shown: str) -> web.StreamResponse:
    keep = request.query.get("download") == "1" or shown == UNKNOWN
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": _CACHED,
        "Content-Disposition": disposition(_named(found.name, shown), keep=keep),
        "Content-Security-Policy": "sandbox",
        "Content-Type": shown,
        "ETag": found.tag,
        "X-Content-Type-Options": "nosniff",
    }
    start, end = part or (0, found.size - 1)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end}/{found.size}"
    response = web.StreamResponse(status=200 if part is None else 206, headers=headers)
    response.content_length = end - start + 1
    return response


async def _pour(request: web.Request, response: web.StreamResponse, first: bytes, rest: AsyncIterator[bytes]) -> None:
    """Write a file out. What goes wrong now can only be told by breaking off."""
    try:
        await _write(response, first)
        async for piece in rest:
            await _write(response, piece)
    except (TimeoutError, ConnectionError, RPCError, MissingError) as error:
        log.info("a download broke off: %r", error)
        response.force_close()
        if request.transport is not None:
            request.transport.abort()


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(WRITE_WITHIN):
        await response.write(data)


def _picture(holder: Any, sizes: list[Any], date: int, *, small: bool) -> Stored:
    """The biggest picture of a photo, or the smallest that is big enough to be looked at."""
    there = sorted(
        (size for size in sizes if isinstance(size, types.PhotoSize | types.PhotoSizeProgressive)), key=lambda s: s.w
    )
    if not there:
        raise NoFile
    enough = next((size for size in there if max(size.w, size.h) >= SMALL), there[-1])
    chosen = enough if small else there[-1]
    kind = types.InputPhotoFileLocation if isinstance(holder, types.Photo) else types.InputDocumentFileLocation
    location = kind(
        id=holder.id, access_hash=holder.access_hash, file_reference=holder.file_reference, thumb_size=chosen.type
    )
    size = chosen.size if isinstance(chosen, types.PhotoSize) else max(chosen.sizes)
    name = f"photo_{datetime.fromtimestamp(date, UTC):%Y-%m-%d_%H-%M-%S}"
    return Stored(location, holder.dc_id, size, "image/jpeg", name)


def _document(document: Any) -> Stored:
    location = types.InputDocumentFileLocation(
        id=document.id, access_hash=document.access_hash, file_reference=document.file_reference, thumb_size=""
    )
    names = (each.file_name for each in document.attributes if isinstance(each, types.DocumentAttributeFilename))
    return Stored(location, document.dc_id, document.size, document.mime_type, next(names, "file"))


def _type(found: Stored, head: bytes) -> str:
    """What a file is shown as: a photo as what its bytes are, anything else as its sender said, if that is harmless."""
    if found.location.thumb_size:
        return next((kind for magic, kind in _MAGIC if head.startswith(magic)), found.mime_type)
    given = found.mime_type.partition(";")[0].strip().lower()
    return given if given in SHOWN else UNKNOWN


def _named(name: str, shown: str) -> str:
    """A name that ends in what the file is, where it has no end of its own."""
    return name if "." in name else f"{name}{SUFFIXES.get(shown, '')}"
