"""Bytes on disk: the parts that are being uploaded, and the files they become."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.state import State

KIB: Final = 1024
MIB: Final = 1024 * KIB
PART_MAX: Final = 512 * KIB
PARTS_MAX: Final = 4000
SMALL_MAX: Final = 10 * MIB
"""Above this a file takes saveBigFilePart."""
ALIGNMENT: Final = 4 * KIB
PRECISE_ALIGNMENT: Final = KIB
ABANDONED: Final = 3600.0
"""Seconds after its last part when an upload that was never used is thrown away."""


@dataclass(slots=True, frozen=True)
class Upload:
    """A file whose parts are all here."""

    sha256: str
    md5: str
    size: int
    name: str


class Files:
    """Uploads and downloads, a part at a time: no file is ever whole in memory."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._parts = state.directory / "parts"
        self._blobs = state.directory / "files"
        self._parts.mkdir(exist_ok=True)
        self._blobs.mkdir(exist_ok=True)
        self._joining: dict[tuple[int, int], asyncio.Task[Upload]] = {}
        self._big_parts: dict[tuple[int, int], int] = {}

    def save_part(self, account: int, file_id: int, part: int, data: bytes) -> None:
        """Keep one part of a small file; any order, any number at once, again if need be."""
        self._check_part(part, PARTS_MAX, data)
        self._write_part(account, file_id, part, data)

    def save_big_part(self, account: int, file_id: int, part: int, total: int, data: bytes) -> None:
        """Keep one part of a file that announced `total` parts (-1: not known yet)."""
        if total != -1 and not 0 < total <= PARTS_MAX:
            raise bad_request("FILE_PARTS_INVALID")
        self._check_part(part, PARTS_MAX if total == -1 else total, data)
        if part != total - 1:
            if len(data) % KIB or PART_MAX % len(data):
                raise bad_request("FILE_PART_SIZE_INVALID")
            if self._big_parts.setdefault((account, file_id), len(data)) != len(data):
                raise bad_request("FILE_PART_SIZE_CHANGED")
        self._write_part(account, file_id, part, data)

    async def join(self, account: int, file: Any) -> Upload:
        """The uploaded file that an InputFile names. Its parts are put together once, whoever asks how often."""
        if not isinstance(file, raw.types.InputFile | raw.types.InputFileBig):
            raise bad_request("INPUT_FILE_INVALID")
        if not 0 < file.parts <= PARTS_MAX:
            raise bad_request("FILE_PARTS_INVALID")
        upload = self._joined(account, file.id, file.name)
        if upload is None:
            key = (account, file.id)
            if key not in self._joining:
                self._joining[key] = asyncio.create_task(self._join(account, file))
                self._joining[key].add_done_callback(lambda _: self._joining.pop(key))
            upload = await asyncio.shield(self._joining[key])
        checksum = getattr(file, "md5_checksum", "")
        if checksum and checksum.lower() != upload.md5:
            raise bad_request("MD5_CHECKSUM_INVALID")
        return upload

    def path(self, sha256: str) -> Path:
        """Where the file with these contents lies."""
        return self._blobs / sha256[:2] / sha256

    def keep(self, data: bytes) -> str:
        """Keep a small file of the server's own. Returns its SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return sha256

    def head(self, sha256: str, size: int) -> bytes:
        """The first bytes of a file."""
        with self.path(sha256).open("rb") as file:
            return file.read(size)

    def read(self, sha256: str, offset: int, limit: int, *, precise: bool) -> bytes:
        """A piece of a file, under the rules of upload.getFile; empty beyond the end."""
        alignment = PRECISE_ALIGNMENT if precise else ALIGNMENT
        if offset < 0 or offset % alignment:
            raise bad_request("OFFSET_INVALID")
        if not 0 < limit <= MIB or limit % alignment or (not precise and MIB % limit):
            raise bad_request("LIMIT_INVALID")
        if offset // MIB != (offset + limit - 1) // MIB:
            raise bad_request("LIMIT_INVALID")
        with self.path(sha256).open("rb") as file:
            return os.pread(file.fileno(), limit, offset)

    def _check_part(self, part: int, parts: int, data: bytes) -> None:
        if not 0 <= part < parts:
            raise bad_request("FILE_PART_INVALID")
        if not data:
            raise bad_request("FILE_PART_EMPTY")
        if len(data) > PART_MAX:
            raise bad_request("FILE_PART_TOO_BIG")

    def _folder(self, account: int, file_id: int) -> Path:
        return self._parts / str(account) / str(file_id)

    def _write_part(self, account: int, file_id: int, part: int, data: bytes) -> None:
        path = self._folder(account, file_id) / str(part)
        try:
            path.write_bytes(data)
        except FileNotFoundError:
            self._clear_up()
            path.parent.mkdir(parents=True)
            path.write_bytes(data)

    def _clear_up(self) -> None:
        """Throw away what was begun long ago and not ended: whoever sent it has gone."""
        for folder in self._parts.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):  # put together at this moment
                if time.time() - folder.stat().st_mtime > ABANDONED:
                    shutil.rmtree(folder, ignore_errors=True)

    def _joined(self, account: int, file_id: int, name: str) -> Upload | None:
        row = self._state.one(
            "SELECT sha256, md5, size FROM uploads WHERE account = ? AND file_id = ?", (account, file_id)
        )
        if row is None:
            return None
        sha256, md5, size = row
        return Upload(sha256, md5, size, name)

    async def _join(self, account: int, file: Any) -> Upload:
        folder = self._folder(account, file.id)
        sizes = _sizes(folder, file.parts)
        if isinstance(file, raw.types.InputFile) and sum(sizes) > SMALL_MAX:
            raise bad_request("FILE_PARTS_INVALID")
        sha256, md5, size = await asyncio.to_thread(self._concatenate, folder, file.parts)
        self._state.write(
            "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)", (account, file.id, sha256, md5, size)
        )
        self._state.commit()
        self._big_parts.pop((account, file.id), None)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return Upload(sha256, md5, size, file.name)

    def _concatenate(self, folder: Path, parts: int) -> tuple[str, str, int]:
        sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        with tempfile.NamedTemporaryFile(dir=self._blobs, delete=False) as whole:
            for part in range(parts):
                data = (folder / str(part)).read_bytes()
                sha256.update(data)
                md5.update(data)
                size += len(data)
                whole.write(data)
        target = self.path(sha256.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(whole.name).replace(target)
        return sha256.hexdigest(), md5.hexdigest(), size


def _sizes(folder: Path, parts: int) -> list[int]:
    """The sizes of all parts; raises for one that is missing or that does not fit the others."""
    here = {entry.name: entry.stat().st_size for entry in os.scandir(folder)} if folder.is_dir() else {}
    sizes: list[int] = []
    for part in range(parts):
        if str(part) not in here:
            raise bad_request(f"FILE_PART_{part}_MISSING")
        sizes.append(here[str(part)])
    if any(size != sizes[0] for size in sizes[:-1]) or sizes[-1] > sizes[0]:
        raise bad_request("FILE_PART_LENGTH_INVALID")
    if parts > 1 and (sizes[0] % KIB or PART_MAX % sizes[0]):
        raise bad_request("FILE_PART_SIZE_INVALID")
    return sizes
