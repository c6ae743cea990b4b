"""Decides how a file arrives that somebody hands over: in pieces, so large at most, without a name on the disk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final, Self

from services.draft_media import LARGEST

_GATHERED: Final = 1024**2
"""Bytes that are in memory before they are written."""


class TooLarge(Exception):  # noqa: N818 - says what is the case
    """A file is larger than is taken."""


class NoRoom(Exception):  # noqa: N818 - says what is the case
    """The disk takes no more, or cannot be written."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here, until the process lets go of it or ends; its size in bytes."""

    content: BinaryIO
    size: int
    sha256: str


class Arriving:
    """A file on its way. It has no name on the disk: whatever happens to the process, nothing of it is left."""

    def __init__(self, folder: Path, longest: int = LARGEST) -> None:
        """Take where it is to lie meanwhile, and how many bytes it may have."""
        self._folder = folder
        self._longest = longest
        self._file: BinaryIO | None = None
        self._waiting = bytearray()
        self._size = 0
        self._digest = sha256()

    async def __aenter__(self) -> Self:
        """Make the file.

        Raises:
            NoRoom: the disk is full, or cannot be written.
        """
        try:
            self._file = await asyncio.to_thread(self._made)
        except OSError as error:
            raise NoRoom from error
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()

    def _made(self) -> BinaryIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        return TemporaryFile(dir=self._folder)

    async def write(self, piece: bytes) -> None:
        """Take a piece.

        Raises:
            TooLarge: it is more than may come.
            NoRoom: the disk is full, or cannot be written.
        """
        self._size += len(piece)
        if self._size > self._longest:
            raise TooLarge
        self._waiting += piece
        if len(self._waiting) >= _GATHERED:
            await self._put_down()

    async def arrived(self) -> Arrived:
        """Say that it is whole.

        Raises:
            NoRoom: the disk is full, or cannot be written.
        """
        await self._put_down()
        assert self._file  # noqa: S101 - it was made
        return Arrived(self._file, self._size, self._digest.hexdigest())

    async def _put_down(self) -> None:
        data, self._waiting = bytes(self._waiting), bytearray()
        try:
            await asyncio.to_thread(self._append, data)
        except OSError as error:
            raise NoRoom from error

    def _append(self, data: bytes) -> None:
        assert self._file  # noqa: S101 - it was made
        self._digest.update(data)
        self._file.write(data)
        self._file.flush()
