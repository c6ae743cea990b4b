"""Decides which stored files are made anew, under which name and with which thumbnail, and what is told of it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.files import ProcessedCopy, StoredFile
from database.processing import Job, JobState, Notice, Receipt
from services.errors import UserError
from services.names import new_name
from services.settings import SettingsService

__all__ = ["Job", "JobState", "Notice", "ProcessingService"]

MIB = 1024 * 1024

LARGEST = 2000 * MIB
"""Bytes of a file that a bot can upload (Telegram's limit); what is larger is handed out as it was sent."""

PARSED = 10 * MIB
"""Bytes below which Telegram may make a thumbnail of its own, where it can read the file (so users report)."""

KINDS = frozenset({"document", "video", "audio", "animation"})
"""Files that have a name, and take a thumbnail."""

ATTEMPTS = 3
"""Attempts after which a file is left as it was sent."""

DEATHS = 30
"""Processes that may end over a job, in any way, before it is given up: none may be killed by it for ever."""

BACK_OFF = timedelta(seconds=10)
"""The pause after the first failed attempt; each further one is six times as long."""

TOO_BIG = "too-big"
WORN_OUT = "crashes"
"""Reasons; the others are named where they are met."""


class ProcessingService:
    """One bot's wishes for its files, and what became of them.

    What is wished is written down first, each wish once per cause and file. Who carries a job out (services.workshop)
    reports here; what is said of a job that is somebody else's by then changes nothing.
    """

    def __init__(self, database: BotDatabase, settings: SettingsService, clock: Clock) -> None:
        """Take the collections, the settings with prefix and suffix, and the time."""
        self._jobs = database.processing
        self._files = database.files
        self._thumbnails = database.thumbnails
        self._settings = settings
        self._clock = clock
        self.changed = asyncio.Event()
        """Set when there is something new to do."""
        self.asked = asyncio.Event()
        """Set when there is something new to tell."""
        self.moved: dict[str, float] = {}
        """Which share of the jobs in hand is done, for those who watch."""

    # Wishes

    async def begin(self, files: Sequence[StoredFile], *, by: int, cause: Cause, title: str | None = None) -> None:
        """Make files anew that were just stored, where a prefix, a suffix, a title or a thumbnail asks for it.

        What was made anew before (under this title), is about to be, or is such a copy itself, is left alone.
        """
        options = await self._settings.current()
        default = await self._thumbnails.default_of(by)
        if not (default or options.name_prefix or options.name_suffix or title):
            return
        able = {file.unique_id: file for file in files if file.kind in KINDS}
        now = self._clock.now()
        digest = await self._thumbnails.keep(default, now) if default and able else None
        wishes = [
            (file, name, digest)
            for file in able.values()
            for name in [self._name(file, title, options.name_prefix, options.name_suffix)]
            if (name or digest if file.processed_message_id is None else title and name != file.processed_name)
        ]
        if wishes:
            left_alone = await self._jobs.unfinished_of(able) | (await self._files.stored_as(able)).keys()
            await self._ask([wish for wish in wishes if wish[0].unique_id not in left_alone], by, cause, now)

    async def dress(self, unique_id: str, jpeg: bytes, *, by: int, cause: Cause) -> StoredFile:
        """Give a stored file a thumbnail of its own. What was asked of it before and is not ready is dropped.

        Raises:
            UserError: `thumb-file-unknown`, `thumb-kind` or `thumb-file-too-big`.
        """
        file = await self.wearer(unique_id)
        options, now = await self._settings.current(), self._clock.now()
        name = file.processed_name or self._name(file, None, options.name_prefix, options.name_suffix)
        digest = await self._thumbnails.keep(jpeg, now)
        await self._ask([(file, name, digest)], by, cause, now)
        await self._jobs.supersede(unique_id, now)
        return file

    async def wearer(self, unique_id: str) -> StoredFile:
        """Return a stored file that can have a thumbnail of its own; raises as `dress` does where it cannot."""
        file = await self._files.get(unique_id)
        if file is None or file.is_lost:
            raise UserError("thumb-file-unknown")
        if file.kind not in KINDS:
            raise UserError("thumb-kind", kind=file.kind)
        if (file.size or 0) > LARGEST:
            raise UserError("thumb-file-too-big", name=file.name, kind=file.kind)
        return file

    async def cancel(self, notice: str, *, by: int) -> int:
        """Cancel what a person asked for and what is not uploaded yet; returns how many files that concerns."""
        count = await self._jobs.cancel(notice, by, self._clock.now())
        self.changed.set()
        return count

    async def _ask(
        self, wishes: Iterable[tuple[StoredFile, str | None, str | None]], by: int, cause: Cause, now: datetime
    ) -> None:
        jobs = [self._job(file, name, digest, by, cause, now) for file, name, digest in wishes]
        if jobs:
            notice = await self._jobs.notice_of(by) or _hash(cause)
            await self._jobs.add([replace(job, notice=notice) for job in jobs])
            self.changed.set()
            self.asked.set()

    # Carrying out

    async def claim(self, epoch: int, at_most: int | None = None) -> Job | None:
        """Take the next job (of `at_most` bytes, where that is said); one that outlived too many processes is ended."""
        while job := await self._jobs.claim(epoch, self._clock.now(), at_most):
            if job.deaths <= DEATHS:
                return job
            await self.failed(job, WORN_OUT, final=True)
        return None

    async def in_hand(self, epoch: int) -> set[str]:
        """Return the jobs that were taken under this epoch and are to be worked on."""
        return await self._jobs.in_hand(epoch)

    async def unfinished(self) -> set[str]:
        """Return the jobs that have not ended."""
        return await self._jobs.unfinished()

    async def is_over(self, job: Job) -> bool:
        """Tell whether a job has ended, in whatever way."""
        now = await self._jobs.get(job.id)
        return now is None or now.state not in {JobState.WAITING, JobState.WORKING}

    async def give_back(self, job_ids: Iterable[str], epoch: int) -> None:
        """Let others take jobs that nobody works on."""
        await self._jobs.give_back(job_ids, epoch, self._clock.now())

    async def next_due(self, at_most: int | None = None) -> datetime | None:
        """Return when the next job (of `at_most` bytes, where that is said) may be taken."""
        return await self._jobs.next_due(at_most)

    async def thumbnail(self, job: Job) -> bytes | None:
        """Return the thumbnail that a job is to attach."""
        return await self._thumbnails.get(job.thumbnail) if job.thumbnail else None

    async def file(self, job: Job) -> StoredFile | None:
        """Return the stored file that a job is about."""
        return await self._files.get(job.unique_id)

    async def uploaded(self, job: Job, receipt: Receipt | None) -> Job | None:
        """Write down that Telegram has a job's parts, or lost them; None when the job is not to be gone on with."""
        return await self._jobs.keep_receipt(job, receipt)

    async def done(self, job: Job, copy: ProcessedCopy, *, replaced: bool) -> None:
        """Hand the copy out from now on; `replaced` says that the thumbnail on it is not ours."""
        await self._files.set_processed(job.unique_id, copy)
        await self._jobs.finish(job, JobState.DONE, self._clock.now(), ignored=replaced)

    async def later(self, job: Job, seconds: float) -> None:
        """Put a job off that has to wait; that is no failure."""
        await self._jobs.postpone(job, self._clock.now() + timedelta(seconds=seconds))

    async def failed(self, job: Job, reason: str, *, final: bool = False) -> None:
        """Note an attempt that failed; after `ATTEMPTS`, or a final one, the file stays as it was sent."""
        now = self._clock.now()
        if final or job.failures + 1 >= ATTEMPTS:
            await self._jobs.finish(job, JobState.FAILED, now, reason=reason)
        else:
            await self._jobs.postpone(job, now + BACK_OFF * 6**job.failures, failed=True)

    async def drop_unfinished(self) -> None:
        """Lose what is not done, as a queue in memory would: only for the control of the proof."""
        await self._jobs.drop_unfinished()

    # What is told

    async def notices(self) -> list[Notice]:
        """Return what somebody waits to hear of."""
        return await self._jobs.notices()

    async def failures(self, notice: Notice, most: int) -> list[Job]:
        """Return up to so many of the files that stay as they were sent."""
        return await self._jobs.failed_of(notice.id, most)

    async def told(self, notice: Notice) -> None:
        """Note that the end was told."""
        await self._jobs.told(notice.id)

    def share(self, notice: Notice) -> float:
        """Return which share of a notice's work is done."""
        ended = notice.done + notice.failed + notice.cancelled
        moving = sum(self.moved.values()) if notice.total > 1 else self.moved.get(notice.first.id, 0.0)
        return min(1.0, (ended + moving) / notice.total)

    @staticmethod
    def _name(file: StoredFile, title: str | None, prefix: str | None, suffix: str | None) -> str | None:
        return new_name(file.name, file.mime, title=title, prefix=prefix or "", suffix=suffix or "")

    @staticmethod
    def _job(file: StoredFile, name: str | None, digest: str | None, by: int, cause: Cause, now: datetime) -> Job:
        too_big = (file.size or 0) > LARGEST
        return Job(
            id=_hash(cause, file.unique_id),
            cause=cause,
            notice="",
            unique_id=file.unique_id,
            storage_chat=file.storage_chat,
            message_id=file.message_id,
            by=by,
            kind=file.kind,
            name=file.name,
            size=file.size or 0,
            asked_at=now,
            new_name=name,
            thumbnail=digest,
            state=JobState.FAILED if too_big else JobState.WAITING,
            reason=TOO_BIG if too_big else None,
        )


def _hash(*parts: str) -> str:
    """Make a name of what caused something, the same at every replay: 128 bits, fit for a button and for a file."""
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
