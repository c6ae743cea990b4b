"""Decides what waits to be processed, who works on it, and how it ended: a job is written down before it is begun."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from pymongo import IndexModel, ReturnDocument

from database.cause import Cause
from database.collection import Collection, Document, what_is_there_stays

_KEEP = timedelta(days=30)
"""How long a job that has ended is remembered: longer than Telegram gives an update again."""

Receipt: TypeAlias = bytes
"""What Telegram is to be told to send a file whose parts it has, as the next process can say it too."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (JobState.WAITING.value, JobState.WORKING.value)


@dataclass(frozen=True, slots=True)
class Job:
    """One stored file that is to get another name, another thumbnail, or both.

    `id` names it on the disk, `notice` the message that tells its uploader how it goes: what was asked for together has
    the same. `new_name` None keeps the name, `thumbnail` None what the file has. `failures` are attempts that failed,
    `deaths` processes that ended while they were at it. `epoch` and `claim` say whose it is while it is worked on.
    `receipt` is there once the file was uploaded: from then on it cannot be cancelled. `reason` says why it failed,
    `ignored` that Telegram put a thumbnail of its own in the place of ours.
    """

    id: str
    cause: Cause
    notice: str
    unique_id: str
    storage_chat: int
    message_id: int
    by: int
    kind: str
    name: str | None
    size: int
    asked_at: datetime
    new_name: str | None = None
    thumbnail: str | None = None
    state: JobState = JobState.WAITING
    failures: int = 0
    deaths: int = 0
    epoch: int = 0
    claim: int = 0
    receipt: Receipt | None = None
    reason: str | None = None
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told about jobs that were asked for together; `first` is one of them."""

    id: str
    by: int
    first: Job
    total: int
    done: int
    failed: int
    cancelled: int
    ignored: int

    @property
    def is_over(self) -> bool:
        """Whether all of them have ended."""
        return self.done + self.failed + self.cancelled == self.total


_NAMES = tuple(field.name for field in fields(Job) if field.name != "id")


class Processing(Collection):
    """One bot's jobs; `due_at` says when one that waits may be begun."""

    name = "processing"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("state", 1), ("due_at", 1)]),
        IndexModel([("bot_id", 1), ("notice", 1), ("state", 1)]),
        IndexModel([("bot_id", 1), ("unique_id", 1), ("state", 1)]),
        IndexModel([("bot_id", 1), ("told", 1)], partialFilterExpression={"told": False}),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]
    waits: ClassVar[Mapping[str, Any]] = {"state": {"$in": UNFINISHED}}

    async def add(self, jobs: Sequence[Job]) -> None:
        """Write jobs down, each once per id; one that has failed from the start is only told."""
        documents = [
            {
                **{name: value for name, value in asdict(job).items() if name != "id"},
                "_id": self._key(job.id),
                "bot_id": self._bot_id,
                "due_at": job.asked_at,
                "told": False,
                **({} if job.state in UNFINISHED else {"forget_at": job.asked_at + _KEEP}),
            }
            for job in jobs
        ]
        with what_is_there_stays():
            await self._documents.insert_many(documents, ordered=False)

    async def get(self, job_id: str) -> Job | None:
        """Return a job."""
        document = await self._documents.find_one({"_id": self._key(job_id)})
        return None if document is None else self._job(document)

    async def unfinished_of(self, unique_ids: Iterable[str]) -> set[str]:
        """Return those of the files that a job waits for or works on."""
        where = {"bot_id": self._bot_id, "unique_id": {"$in": list(unique_ids)}, "state": {"$in": UNFINISHED}}
        return {document["unique_id"] async for document in self._documents.find(where, {"unique_id": 1})}

    async def notice_of(self, by: int) -> str | None:
        """Return the notice of a person's unfinished jobs, which what they ask for now may join."""
        where = {"bot_id": self._bot_id, "state": {"$in": UNFINISHED}, "by": by}
        document = await self._documents.find_one(where, {"notice": 1})
        return None if document is None else str(document["notice"])

    async def claim(self, epoch: int, now: datetime, at_most: int | None = None) -> Job | None:
        """Take the next job: one that is due, or whose process lost the lease; `at_most` bytes, if that is named."""
        where: Document = {
            "bot_id": self._bot_id,
            "$or": [
                {"state": JobState.WAITING, "due_at": {"$lte": now}},
                {"state": JobState.WORKING, "epoch": {"$lt": epoch}},
            ],
        }
        if at_most is not None:
            where["size"] = {"$lte": at_most}
        died = {"$cond": [{"$eq": ["$state", JobState.WORKING]}, 1, 0]}
        take = {
            "state": JobState.WORKING,
            "epoch": epoch,
            "claim": {"$add": ["$claim", 1]},
            "deaths": {"$add": ["$deaths", died]},
        }
        document = await self._documents.find_one_and_update(
            where, [{"$set": take}], sort=[("due_at", 1), ("_id", 1)], return_document=ReturnDocument.AFTER
        )
        return None if document is None else self._job(document)

    async def in_hand(self, epoch: int) -> set[str]:
        """Return the jobs that are worked on under this epoch; who works on another one may stop."""
        where = {"bot_id": self._bot_id, "state": JobState.WORKING, "epoch": epoch}
        return {self._id(document) async for document in self._documents.find(where, {"_id": 1})}

    async def unfinished(self) -> set[str]:
        """Return all jobs that wait or are worked on."""
        where = {"bot_id": self._bot_id, "state": {"$in": UNFINISHED}}
        return {self._id(document) async for document in self._documents.find(where, {"_id": 1})}

    async def give_back(self, job_ids: Iterable[str], epoch: int, now: datetime) -> None:
        """Let jobs wait that were taken under this epoch and that nobody works on any more."""
        keys = [self._key(job_id) for job_id in job_ids]
        await self._documents.update_many(
            {"_id": {"$in": keys}, "state": JobState.WORKING, "epoch": epoch},
            {"$set": {"state": JobState.WAITING, "due_at": now}, "$inc": {"deaths": 1}},
        )

    async def keep_receipt(self, job: Job, receipt: Receipt | None) -> Job | None:
        """Write down that a job's file is with Telegram, or is not any more; None when the job is not ours any more."""
        changed = await self._change(job, {"receipt": receipt})
        return replace(job, receipt=receipt) if changed else None

    async def postpone(self, job: Job, until: datetime, *, failed: bool = False) -> None:
        """Let a job wait; `failed` counts the attempt."""
        await self._change(
            job, {"state": JobState.WAITING, "due_at": until, "failures": job.failures + (1 if failed else 0)}
        )

    async def finish(
        self, job: Job, state: JobState, now: datetime, *, reason: str | None = None, ignored: bool = False
    ) -> None:
        """End a job."""
        end = {"state": state, "reason": reason, "ignored": ignored, "receipt": None, "forget_at": now + _KEEP}
        await self._change(job, end)

    async def cancel(self, notice: str, by: int, now: datetime) -> int:
        """Cancel what a person asked for under a notice and is not uploaded yet; returns how many jobs that was."""
        return await self._cancel({"notice": notice, "by": by}, now)

    async def supersede(self, unique_id: str, asked_at: datetime) -> None:
        """Cancel what was asked for earlier of a file, without a word: what is asked for now takes its place."""
        await self._cancel({"unique_id": unique_id, "asked_at": {"$lt": asked_at}}, asked_at, told=True)

    async def drop_unfinished(self) -> None:
        """Forget every job that has not ended: only for the control of the proof."""
        await self._documents.delete_many({"bot_id": self._bot_id, "state": {"$in": UNFINISHED}})

    async def next_due(self, at_most: int | None = None) -> datetime | None:
        """Return when the next waiting job (of `at_most` bytes, if that is named) may be begun; None: none waits."""
        where: Document = {"bot_id": self._bot_id, "state": JobState.WAITING}
        if at_most is not None:
            where["size"] = {"$lte": at_most}
        document = await self._documents.find_one(where, {"due_at": 1}, sort=[("due_at", 1)])
        return document["due_at"] if document else None

    async def notices(self) -> list[Notice]:
        """Return what is still to be told: notices with a job that has not ended, or whose end nobody was told."""
        count = {
            name: {"$sum": {"$cond": [{"$eq": ["$state", state]}, 1, 0]}}
            for name, state in (
                ("done", JobState.DONE),
                ("failed", JobState.FAILED),
                ("cancelled", JobState.CANCELLED),
            )
        }
        groups = await self._documents.aggregate(
            [
                {"$match": {"bot_id": self._bot_id, "told": False}},
                {"$sort": {"asked_at": 1, "_id": 1}},
                {
                    "$group": {
                        "_id": "$notice",
                        "by": {"$first": "$by"},
                        "first": {"$first": "$$ROOT"},
                        "total": {"$sum": 1},
                        "ignored": {"$sum": {"$cond": ["$ignored", 1, 0]}},
                        **count,
                    }
                },
                {"$sort": {"first.asked_at": 1}},
            ]
        )
        return [Notice(id=group.pop("_id"), first=self._job(group.pop("first")), **group) async for group in groups]

    async def failed_of(self, notice: str, most: int) -> list[Job]:
        """Return up to so many jobs of a notice that failed and that nobody was told of."""
        where = {"bot_id": self._bot_id, "notice": notice, "state": JobState.FAILED, "told": False}
        documents = await self._documents.find(where, sort=[("asked_at", 1), ("_id", 1)], limit=most).to_list()
        return [self._job(document) for document in documents]

    async def told(self, notice: str) -> None:
        """Write down that the ends of a notice's jobs were told."""
        await self._documents.update_many(
            {"bot_id": self._bot_id, "notice": notice, "state": {"$nin": UNFINISHED}}, {"$set": {"told": True}}
        )

    async def _change(self, job: Job, values: Document) -> bool:
        """Change a job that is still this claim's."""
        mine = {"_id": self._key(job.id), "state": JobState.WORKING, "epoch": job.epoch, "claim": job.claim}
        result = await self._documents.update_one(mine, {"$set": values})
        return result.matched_count == 1

    async def _cancel(self, which: Document, now: datetime, *, told: bool = False) -> int:
        result = await self._documents.update_many(
            {"bot_id": self._bot_id, "state": {"$in": UNFINISHED}, "receipt": None, **which},
            {"$set": {"state": JobState.CANCELLED, "forget_at": now + _KEEP, "told": told}},
        )
        return result.modified_count

    def _id(self, document: Document) -> str:
        return str(document["_id"]).rpartition(":")[2]

    def _job(self, document: Document) -> Job:
        values = {name: document[name] for name in _NAMES} | {"state": JobState(document["state"])}
        return Job(id=self._id(document), **values)
