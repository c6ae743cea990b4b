"""Decides how the runs of jobs are recorded: the next one of each is written down before it begins, and begun once."""

from __future__ import annotations

from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Collection, Document

KEEP = timedelta(days=30)
"""How long a run that has ended is remembered."""


class RunState(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PUT_OFF = "put_off"
    """Telegram has to be waited for; what is left is the next run's."""
    FAILED = "failed"


class Alarm(StrEnum):
    """What the owner is to be told of a job, or was."""

    NONE = "none"
    FAILING = "failing"
    TOLD = "told"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class JobReport:
    """What a run did: how many things it deleted, sent, could not deal with, or left for later."""

    deleted: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: JobReport) -> JobReport:
        """Return what both did together."""
        return JobReport(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class EndedRun:
    """How a run ended, as the job's next one remembers it."""

    state: RunState
    began_at: datetime
    ended_at: datetime
    report: JobReport = field(default_factory=JobReport)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job.

    `next_at` is when the job was due next as it ended. `order` names what asked for it before its time. `deaths` are
    processes that ended while they were at it. What is known of the job goes on from each run to the next: whether it
    is `paused`, how often it failed in a row before this run, what the owner was told and of which run, how its last
    run ended, and when one was well last.
    """

    id: str
    job: str
    due_at: datetime
    epoch: int
    state: RunState = RunState.WAITING
    began_at: datetime | None = None
    ended_at: datetime | None = None
    report: JobReport = field(default_factory=JobReport)
    error: str | None = None
    next_at: datetime | None = None
    order: str | None = None
    deaths: int = 0
    paused: bool = False
    failures: int = 0
    alarm: Alarm = Alarm.NONE
    alarm_run: str | None = None
    last: EndedRun | None = None
    well_at: datetime | None = None


class JobRuns(Collection):
    """One bot's runs. Each job has one that has not ended: the next one, or the one under way.

    Whoever takes the lease stamps those with its epoch; from then on an older epoch's writes match nothing.
    """

    name = "job_runs"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("job", 1)], name="open", unique=True, partialFilterExpression={"open": True}),
        IndexModel([("bot_id", 1), ("job", 1), ("ended_at", -1)]),
        IndexModel([("bot_id", 1), ("order", 1)], partialFilterExpression={"order": {"$exists": True}}),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose jobs these are."""
        super().__init__(database, bot_id)
        self._any_epoch = False

    def ignore_epochs(self) -> None:
        """Write whatever the epoch is by then: only for the control of the proof."""
        self._any_epoch = True

    async def open_runs(self) -> list[JobRun]:
        """Return the run of each job that has not ended."""
        return [self._run(document) async for document in self._documents.find({"bot_id": self._bot_id, "open": True})]

    async def newest(self, job: str) -> JobRun | None:
        """Return the run of a job that ended last."""
        where = {"bot_id": self._bot_id, "job": job, "ended_at": {"$exists": True}}
        document = await self._documents.find_one(where, sort=[("ended_at", -1)])
        return None if document is None else self._run(document)

    async def add(self, run: JobRun) -> None:
        """Write a job's next run down; where one is, it stays as it is."""
        document: Document = {name: value for name, value in asdict(run).items() if name != "id" and value is not None}
        await self._insert_new({**document, "_id": self._key(run.id), "bot_id": self._bot_id, "open": True})

    async def take_over(self, epoch: int) -> None:
        """Make this epoch the one that may write; what an older one had under way waits to be begun again."""
        died: Document = {"$eq": ["$state", RunState.RUNNING]}
        change = {
            "epoch": epoch,
            "state": {"$cond": [died, RunState.WAITING, "$state"]},
            "deaths": {"$add": ["$deaths", {"$cond": [died, 1, 0]}]},
        }
        older = {"bot_id": self._bot_id, "open": True, "epoch": {"$lt": epoch}}
        await self._documents.update_many(older, [{"$set": change}])

    def holds(self, run: JobRun, epoch: int) -> bool:
        """Tell whether a run is this epoch's."""
        return self._any_epoch or run.epoch == epoch

    async def begin(self, run: JobRun, now: datetime) -> JobRun | None:
        """Begin a run that waits; None when it changed meanwhile, or another epoch has it."""
        where = {"state": RunState.WAITING, "due_at": run.due_at, "paused": run.paused, "order": run.order}
        return await self._change(run, where, {"$set": {"state": RunState.RUNNING, "began_at": now}})

    async def finish(self, run: JobRun, ended: EndedRun, next_at: datetime) -> JobRun | None:
        """End a run; None when it is another's by now. Returns it as it is then."""
        change: Document = {**asdict(ended), "next_at": next_at, "forget_at": ended.ended_at + KEEP}
        return await self._change(run, {"state": RunState.RUNNING}, {"$set": change, "$unset": {"open": ""}})

    async def give_back(self, run: JobRun) -> None:
        """Let a run wait again that ended without a result."""
        again = {"$set": {"state": RunState.WAITING}, "$inc": {"deaths": 1}}
        await self._change(run, {"state": RunState.RUNNING}, again)

    async def move(self, run: JobRun, due_at: datetime) -> None:
        """Let a run that waits be due at another time."""
        where = {"state": RunState.WAITING, "due_at": run.due_at, "order": None}
        await self._change(run, where, {"$set": {"due_at": due_at}})

    async def told(self, run: JobRun, alarm: Alarm) -> None:
        """Write down that the owner knows of what this run's alarm says; `alarm` is what stays of it."""
        await self._change(run, {"alarm": run.alarm, "alarm_run": run.alarm_run}, {"$set": {"alarm": alarm}})

    async def order(self, jobs: AbstractCollection[str], order: str, now: datetime) -> int:
        """Let the next runs of these jobs begin now, under one name; returns how many wait and were not asked for."""
        waiting: Document = {"bot_id": self._bot_id, "open": True, "state": RunState.WAITING, "order": None}
        changed = await self._documents.update_many(
            {**waiting, "job": {"$in": list(jobs)}}, {"$set": {"order": order, "due_at": now}}
        )
        return changed.modified_count

    async def ordered(self, order: str) -> Sequence[JobRun]:
        """Return the runs that were asked for under this name."""
        found = self._documents.find({"bot_id": self._bot_id, "order": order}, sort=[("job", 1)])
        return [self._run(document) async for document in found]

    async def pause(self, job: str) -> None:
        """Let a job's runs wait until it is resumed."""
        await self._documents.update_one(self._open(job), {"$set": {"paused": True}})

    async def resume(self, job: str, due_at: datetime) -> None:
        """Let a job run again when it is due next; what was due in the pause is not made up."""
        idle = {"$and": [{"$eq": ["$state", RunState.WAITING]}, {"$eq": [{"$type": "$order"}, "missing"]}]}
        change = {"paused": False, "due_at": {"$cond": [idle, due_at, "$due_at"]}}
        await self._documents.update_one({**self._open(job), "paused": True}, [{"$set": change}])

    def _open(self, job: str) -> Document:
        return {"bot_id": self._bot_id, "job": job, "open": True}

    async def _change(self, run: JobRun, where: Document, change: Document) -> JobRun | None:
        """Change a run as long as its epoch holds; None when it does not match any more."""
        under = {} if self._any_epoch else {"epoch": run.epoch}
        document = await self._documents.find_one_and_update(
            {"_id": self._key(run.id), **under, **where}, change, return_document=ReturnDocument.AFTER
        )
        return None if document is None else self._run(document)

    def _run(self, document: Document) -> JobRun:
        read: dict[str, Any] = {name: document[name] for name in _PLAIN if name in document}
        last = document.get("last")
        return JobRun(
            **read,
            id=document["_id"].rpartition(":")[2],
            state=RunState(document["state"]),
            alarm=Alarm(document["alarm"]),
            report=JobReport(**document["report"]),
            last=last and EndedRun(**{**last, "state": RunState(last["state"]), "report": JobReport(**last["report"])}),
        )


_PLAIN = (
    "job", "due_at", "epoch", "began_at", "ended_at", "error", "next_at", "order", "deaths", "paused", "failures",
    "alarm_run", "well_at",
)  # fmt: skip
"""The fields of a run that are in its document as they are."""
