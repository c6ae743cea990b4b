"""Files that a browser sends: written to the disk as they come, under safe names, and gone when the request is over."""

from __future__ import annotations

import asyncio
import contextlib
import re
import unicodedata
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from aiohttp import BodyPartReader, web

from sandbox.body import WrongError
from sandbox.folders import temporary_folder

FILES_MAX: Final = 10
"""What one album may hold (core.telegram.org/api/files#albums-grouped-media)."""
SIZE_MAX: Final = 2000 * 1024 * 1024
"""Bytes of one file, as Telegram takes them from people without Premium."""
STILL_MAX: Final = 200 * 1024
"""Bytes of a film's small picture (core.telegram.org/bots/api#sendvideo)."""
_FIELD_MAX: Final = 64 * 1024
_CHUNK: Final = 256 * 1024
_STALL: Final = 60.0
"""Seconds without a byte after which an upload is given up."""
_LOOK_EVERY: Final = 0.5
_NAME_BYTES: Final = 200
_SEPARATORS: Final = re.compile(r"[/\\]")
_ESCAPED: Final = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""What browsers write in a form for signs that would end a name (html.spec.whatwg.org, multipart form data)."""
_ESCAPES: Final = re.compile("|".join(_ESCAPED))

_T = TypeVar("_T")


@dataclass(slots=True, frozen=True)
class Received:
    """One file on the disk; its name there is the name that it is sent under."""

    path: Path
    content_type: str
    size: int
    still: Path | None = None
    """A small picture of a film, made by who sends it."""


@dataclass(slots=True)
class Form:
    """What came: the files in their order, and the fields."""

    files: list[Received] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def received(request: web.Request) -> AsyncIterator[Form]:
    """The form of a multipart request; its files are there until this is left, however that happens.

    Raises:
        WrongError: it is no multipart request, has no file, an empty one, or more than ten.
        HTTPRequestEntityTooLarge: a file is over 2,000 MiB.
        HTTPInsufficientStorage: the disk is full.
    """
    if request.content_type != "multipart/form-data":
        raise WrongError("send the files as multipart/form-data")
    stack = contextlib.ExitStack()
    try:
        folder = await asyncio.to_thread(stack.enter_context, temporary_folder())
        form = await _read(request, folder)
        if not form.files:
            raise WrongError("No file came: choose at least one.")
        yield form
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise
        raise web.HTTPInsufficientStorage(text="The file cannot be kept: is the disk full?") from error
    finally:
        await asyncio.shield(asyncio.to_thread(stack.close))


async def while_connected(request: web.Request, work: Coroutine[Any, Any, _T]) -> _T:
    """Do something for whoever asked, and stop when they have gone: an upload that was cancelled is not sent.

    Raises:
        ConnectionError: they have gone.
    """
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_EVERY)
            if request.transport is None or request.transport.is_closing():
                break
        if task.done():
            return task.result()
        raise ConnectionResetError("who asked has gone")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def safe_name(given: str) -> str:
    """A file's own name: never a path, nothing that cannot be seen, and short enough for any disk."""
    last = _SEPARATORS.split(given)[-1]
    name = "".join(each for each in last if unicodedata.category(each) not in {"Cc", "Cf", "Cs"} or each == "\u200d")
    name = name.strip().rstrip(".")
    while len(name.encode()) > _NAME_BYTES:
        stem, dot, suffix = name.rpartition(".")
        # The end says what the file is, and is kept as long as it is one.
        name = f"{stem[:-1]}{dot}{suffix}" if stem and len(suffix) < 20 else name[:-1]
    return name or "file"


async def _read(request: web.Request, folder: Path) -> Form:
    form = Form()
    try:
        reader = await request.multipart()
        while (part := await _next(reader)) is not None:
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise WrongError("a part of the form has no name")
            if part.name == "still":
                await _still(part, form)
            elif part.name != "file":
                form.fields[part.name] = await _field(part)
            elif len(form.files) == FILES_MAX:
                raise WrongError(f"At most {FILES_MAX} files go at once: send the others after these.")
            else:
                form.files.append(await _file(part, folder / str(len(form.files))))
    except (ValueError, AssertionError) as error:  # what the reader raises for a form that is none
        raise WrongError("the form cannot be read") from error
    return form


async def _next(reader: Any) -> Any:
    async with asyncio.timeout(_STALL):
        return await reader.next()


async def _chunk(part: BodyPartReader) -> bytes:
    async with asyncio.timeout(_STALL):
        return bytes(await part.read_chunk(_CHUNK))


async def _field(part: BodyPartReader) -> str:
    data = b""
    while chunk := await _chunk(part):
        data += chunk
        if len(data) > _FIELD_MAX:
            raise WrongError(f"{part.name} is too long")
    return data.decode("utf-8", "replace")


async def _file(part: BodyPartReader, place: Path) -> Received:
    path = place / safe_name(_ESCAPES.sub(lambda found: _ESCAPED[found[0]], part.filename or ""))
    await asyncio.to_thread(place.mkdir)
    with await asyncio.to_thread(path.open, "wb") as file:
        size = await _write(part, file, SIZE_MAX, "A file may have 2,000 MiB at most.")
    if size == 0:
        raise WrongError(f"{path.name} is empty: Telegram takes no empty files.")
    return Received(path, part.headers.get("Content-Type", ""), size)


async def _still(part: BodyPartReader, form: Form) -> None:
    """Take the picture of the film that came before it."""
    if not form.files:
        raise WrongError("still must stand behind the file that it is of")
    path = form.files[-1].path.parent.with_suffix(".jpg")
    with await asyncio.to_thread(path.open, "wb") as file:
        await _write(part, file, STILL_MAX, "A still may have 200 KB at most.")
    form.files[-1] = replace(form.files[-1], still=path)


async def _write(part: BodyPartReader, file: BinaryIO, most: int, otherwise: str) -> int:
    size = 0
    while chunk := await _chunk(part):
        size += len(chunk)
        if size > most:
            raise web.HTTPRequestEntityTooLarge(most, size, text=otherwise)
        await asyncio.to_thread(file.write, chunk)
    return size
