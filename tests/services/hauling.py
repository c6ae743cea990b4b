"""A hauler on the disk: stored files come from memory, what is uploaded and posted is remembered, anything can fail."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from database.files import ProcessedCopy, StoredFile
from database.processing import Job, Receipt
from services.workshop import Report


class Hauler:
    """What `client.hauling` is to the rules."""

    def __init__(self, size: int = 100_000) -> None:
        self.size = size
        self.fails: dict[str, list[BaseException]] = {}
        """What each step raises, one time after the other; after it is done where it is posting."""
        self.done: Counter[str] = Counter()
        self.posted: dict[str, Receipt] = {}
        self.held = asyncio.Event()
        self.held.set()
        self.written = asyncio.Semaphore(0)
        """Released each time that a file is written, before its fetching ends."""
        self.at_once = self.most = 0

    async def fetch(self, job: Job, path: Path, report: Report) -> None:
        self.done["fetch"] += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            with path.with_suffix(".part").open("wb") as file:
                for done in range(0, self.size, 10_000):
                    file.write(b"x" * 10_000)
                    file.flush()
                    report(done)
            self.written.release()
            await self.held.wait()
            self._fail("fetch")
        finally:
            self.at_once -= 1
        path.with_suffix(".part").rename(path)

    async def upload(self, job: Job, path: Path, thumbnail: bytes | None, report: Report) -> Receipt:
        self.done["upload"] += 1
        assert path.stat().st_size == self.size
        report(self.size)
        self._fail("upload")
        return f"{job.new_name} {thumbnail!r} {self.done['upload']}".encode()

    async def post(self, job: Job, file: StoredFile, receipt: Receipt) -> tuple[ProcessedCopy, bool]:
        self.done["post"] += 1
        self.posted.setdefault(job.id, receipt)
        self._fail("post")
        number = 900 + list(self.posted).index(job.id)
        return ProcessedCopy(job.storage_chat, number, "BQAP", f"p{number}", job.new_name, job.asked_at), False

    def _fail(self, step: str) -> None:
        if errors := self.fails.get(step):
            raise errors.pop(0)
