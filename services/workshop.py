"""Decides the steps in which one file is made anew, and what each way of failing means for it."""

import asyncio
import errno
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from database.files import ProcessedCopy, StoredFile
from database.processing import Job, Receipt
from services.errors import TryLater
from services.processing import ProcessingService

log = logging.getLogger(__name__)

RESERVE = 64 * 1024 * 1024
"""Bytes of the disk that are left to others, the bot's own MongoDB among them."""

KEPT = 3
"""Files that may lie there when one is put off: those of jobs that wait must not fill the disk, many as they may be."""

DISK_FULL, GONE, STORAGE, REFUSED, FAULT = "disk", "gone", "storage", "telegram", "error"
"""Reasons why a file stays as it was sent."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Report = Callable[[int], None]


class CannotProcess(Exception):  # noqa: N818 - says what is the case
    """An attempt failed; `reason` is one of the reasons above, `final` says that another would fail as well."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class PartsLost(Exception):  # noqa: N818 - says what is the case
    """Telegram does not have the parts any more that were uploaded."""


class Hauler(Protocol):
    """What is needed of Telegram; `client.hauling` does it."""

    async def fetch(self, job: Job, path: Path, report: Report) -> None:
        """Save the stored file; it has its name only when it is whole.

        Raises:
            CannotProcess: it is gone, or Telegram refused.
            TryLater: Telegram wants us to wait.
            OSError: the disk is full.
        """

    async def upload(self, job: Job, path: Path, thumbnail: bytes | None, report: Report) -> Receipt:
        """Give Telegram the file with its new name and thumbnail, to keep for a while. Raises as `fetch`."""

    async def post(self, job: Job, file: StoredFile, receipt: Receipt) -> tuple[ProcessedCopy, bool]:
        """Send what was uploaded to the storage channel, once per job.

        Returns the copy, and whether Telegram put a thumbnail of its own on it in place of ours.

        Raises:
            PartsLost: it has to be uploaded anew.
            CannotProcess: the channel is closed.
            TryLater: Telegram wants us to wait.
        """


class Workshop:
    """Carries jobs out, each in steps that are written down: whoever takes a job up goes on where the last one ended.

    What is downloaded lies in one folder, under the job's id, until Telegram has its parts or an attempt fails.
    """

    def __init__(self, processing: ProcessingService, hauler: Hauler, folder: Path) -> None:
        """Take where the steps are written down, who moves the files, and the folder."""
        self._processing = processing
        self._hauler = hauler
        self._folder = folder
        self._coming: dict[str, int] = {}
        """Bytes that downloads under way will still take."""

    async def clear(self) -> None:
        """Remove what jobs left behind that have ended, and what was never whole."""
        keep = await self._processing.unfinished()
        await asyncio.to_thread(self._sweep, keep)

    async def carry_out(self, job: Job) -> None:
        """Do what a job asks for, or note why it cannot be done now or at all.

        Raises:
            Exception: the database is away; the job is taken up again.
        """
        try:
            await self._steps(job)
        except TryLater as error:
            log.info("The job %s waits: %s", job.id, error)
            await asyncio.to_thread(self._put_aside, job)
            await self._processing.later(job, error.after)
            return
        except CannotProcess as error:
            log.warning("The job %s failed (attempt %d): %s", job.id, job.failures + 1, error.__cause__ or error)
            await asyncio.to_thread(self._remove, job)
            await self._processing.failed(job, error.reason, final=error.final)
        finally:
            self._processing.moved.pop(job.id, None)
        await self.remove_if_over(job)

    async def _steps(self, job: Job) -> None:
        if job.receipt is None:
            path = self._folder / job.id
            if not await asyncio.to_thread(path.exists):
                await self._fetch(job, path)
            thumbnail = await self._processing.thumbnail(job)
            receipt = await self._hauler.upload(job, path, thumbnail, self._report(job, 0.5))
            kept = await self._processing.uploaded(job, receipt)
            if kept is None:
                return  # cancelled meanwhile, or somebody else's by now
            job = kept
            await asyncio.to_thread(self._remove, job)
        file = await self._processing.file(job)
        if file is None or job.receipt is None:
            raise CannotProcess(GONE, final=True)
        try:
            copy, replaced = await self._hauler.post(job, file, job.receipt)
        except PartsLost as error:
            await self._processing.uploaded(job, None)
            raise CannotProcess(REFUSED) from error
        await self._processing.done(job, copy, replaced=replaced)

    async def _fetch(self, job: Job, path: Path) -> None:
        try:
            room = await asyncio.to_thread(self._room) - sum(self._coming.values())
            if room < job.size + RESERVE:
                raise OSError(errno.ENOSPC, f"{room} bytes are free")
            self._coming[job.id] = job.size
            await self._hauler.fetch(job, path, self._report(job, 0.0))
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise CannotProcess(DISK_FULL) from error
            raise
        finally:
            self._coming.pop(job.id, None)

    def _report(self, job: Job, start: float) -> Report:
        def report(done: int) -> None:
            self._processing.moved[job.id] = start + done / max(1, job.size) / 2
            if job.id in self._coming:
                self._coming[job.id] = job.size - done

        return report

    def _room(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    async def remove_if_over(self, job: Job) -> None:
        """Remove what a job has on the disk, if it has ended."""
        if await self._processing.is_over(job):
            await asyncio.to_thread(self._remove, job)

    def _put_aside(self, job: Job) -> None:
        """Keep what a job that has to wait has downloaded whole, unless too much lies there by now."""
        _part_of(self._folder / job.id).unlink(missing_ok=True)
        if sum(1 for _ in self._folder.glob("*")) > KEPT:
            self._remove(job)

    def _remove(self, job: Job) -> None:
        path = self._folder / job.id
        for each in (path, _part_of(path)):
            each.unlink(missing_ok=True)

    def _sweep(self, keep: set[str]) -> None:
        if self._folder.exists():
            for path in self._folder.iterdir():
                if path.name not in keep:
                    path.unlink()


def _part_of(path: Path) -> Path:
    return path.with_suffix(".part")
