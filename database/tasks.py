"""Decides how each reader's steps are kept: planned when they join, taken one after the other, and how each ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from pymongo import IndexModel, InsertOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Collection, Document, what_is_there_stays
from database.task import ENDED, Claim, End, Status, StepCounts, Task, fields_of, task_in
from database.together import Together

_EVER = datetime.fromtimestamp(0, UTC)
"""Before everything that is due: asking for what is due after it, and not for a due time, needs the index alone."""

_WAITING: Final[Mapping[str, Any]] = {
    "status": Status.PENDING.value,
    "due_at": {"$exists": False},
    "held_at": {"$exists": False},
}
"""What a step is that waits for the one before it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    tasks: Sequence[Task]


class Tasks(Collection):
    """One bot's tasks.

    `due_at` is there while something is to be done for a task: in each run for one at a time, so that a reader's steps
    go in their order, and what is looked for holds one entry for each reader and not for each step. A task that has
    ended keeps it until the one that follows has its own: a crash in between loses nobody's place.
    """

    name = "tasks"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("due_at", 1), ("claim", 1)], partialFilterExpression={"due_at": {"$exists": True}}),
        IndexModel(
            [("bot_id", 1), ("sequence", 1), ("held_at", 1)], partialFilterExpression={"held_at": {"$exists": True}}
        ),
        IndexModel([("bot_id", 1), ("chat_id", 1), ("status", 1)]),
        IndexModel(
            [("bot_id", 1), ("test", 1), ("sequence", 1), ("step", 1), ("status", 1), ("clicked", 1)], name="funnel"
        ),
        IndexModel([("bot_id", 1), ("test", 1), ("status", 1), ("done_at", 1)], name="ended"),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose tasks these are."""
        super().__init__(database, bot_id)
        self._adds: Together[_Run, None] = Together(self._add)
        self._ends_at_claim = False

    def end_at_claim(self) -> None:
        """Write that tasks are sent as soon as they are taken: only for the control of the proof."""
        self._ends_at_claim = True

    async def add(self, tasks: Sequence[Task]) -> None:
        """Write the tasks of one run down, in their order; those that are there already stay as they are."""
        await self._adds.one(_Run(tasks))

    async def _add(self, runs: Sequence[_Run]) -> list[None]:
        """Write down who waits for others before whom they wait for: who is first may be taken at once."""
        heads: list[InsertOne[Document]] = []
        others: list[InsertOne[Document]] = []
        for run in runs:
            first = next((task for task in run.tasks if task.status is Status.PENDING), None)
            for task in run.tasks:
                document = {"_id": self._key_of(task), "bot_id": self._bot_id, **fields_of(task)}
                if task is first:
                    document["due_at"] = task.send_at
                (heads if task is first else others).append(InsertOne(document))
        for part in (others, heads):
            if part:
                with what_is_there_stays():
                    await self._documents.bulk_write(part, ordered=False)
        return [None] * len(runs)

    async def claim(self, claim: Claim, now: datetime, limit: int) -> list[Task]:
        """Take up to `limit` tasks that are due, the longest waiting first.

        What another runner took is taken from it: its process has lost the lease, or it has stopped.
        """
        where = self._free(claim) | {"due_at": {"$gt": _EVER, "$lte": now}}
        found = await self._documents.find(where, sort=[("due_at", 1)], limit=limit).to_list()
        if not found:
            return []
        keys = [document["_id"] for document in found]
        theirs = {"_id": {"$in": keys}, **self._free(claim), "due_at": {"$gt": _EVER}, "epoch": {"$lte": claim.epoch}}
        taken = await self._documents.update_many(theirs, {"$set": {"claim": claim.token, "epoch": claim.epoch}})
        if taken.modified_count != len(found):
            found = await self._documents.find({"_id": {"$in": keys}, **_of(claim)}, sort=[("due_at", 1)]).to_list()
        tasks = await self._readable(found, now)
        await self._hand_on([task for task in tasks if task.status is not Status.PENDING])
        ours = [task for task in tasks if task.status is Status.PENDING]
        if self._ends_at_claim:
            await self.end([End(task, Status.SENT, now) for task in ours], claim)
        return ours

    async def _readable(self, documents: Sequence[Document], now: datetime) -> list[Task]:
        """Read tasks; what is no task, whoever wrote it, ends here and keeps nobody else's."""
        tasks = []
        for document in documents:
            try:
                tasks.append(task_in(document))
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                reason = f"unreadable: {error!r:.100}"
                change = {"status": Status.FAILED.value, "reason": reason, "done_at": now}
                await self._documents.update_one(
                    {"_id": document["_id"]}, {"$set": change, "$unset": {"due_at": "", "held_at": ""}}
                )
        return tasks

    async def next_due(self, claim: Claim) -> datetime | None:
        """Return when the next task is due that this runner does not have; None when nothing waits."""
        where = self._free(claim) | {"due_at": {"$gt": _EVER}}
        found = await self._documents.find_one(where, {"_id": 0, "due_at": 1}, sort=[("due_at", 1)])
        return found["due_at"] if found else None

    async def end(self, ends: Sequence[End], claim: Claim) -> None:
        """Write down how tasks of this claim ended, and let the next of their readers' steps wait for their time.

        What was cancelled meanwhile stays so, unless it went out.
        """
        if not ends:
            return
        writes = [
            UpdateOne({"_id": self._key_of(each.task), **_of(claim), **_unless_sent(each)}, {"$set": _ended(each)})
            for each in ends
        ]
        written = await self._documents.bulk_write(writes, ordered=False)
        tasks = [_done(each) for each in ends]
        if written.matched_count != len(ends):
            where = {"_id": {"$in": [self._key_of(task) for task in tasks]}, **_of(claim)}
            found = [task_in(document) async for document in self._documents.find(where)]
            tasks = [task for task in found if task.status is not Status.PENDING]
        await self._hand_on(tasks)

    async def _hand_on(self, tasks: Sequence[Task]) -> None:
        """Let those wait for their time who waited for these; only then these are out of the way."""
        if not tasks:
            return
        writes = [write for task in tasks for write in self._counted_from(task)]
        if writes:
            await self._documents.bulk_write(writes, ordered=False)
        following = [self._key_in_run(task, task.next) for task in tasks if task.next and task.next not in task.leads]
        if following:
            await self._documents.update_many(
                {"_id": {"$in": following}, **_WAITING}, [{"$set": {"due_at": "$send_at"}}]
            )
        ended = [self._key_of(task) for task in tasks]
        await self._documents.update_many({"_id": {"$in": ended}}, {"$unset": {"due_at": ""}})

    def _counted_from(self, task: Task) -> Iterable[UpdateOne]:
        """Plan the steps whose time counts from the end of this one."""
        done_at = task.done_at or task.send_at
        for step, seconds in task.leads.items():
            at = done_at + timedelta(seconds=seconds)
            change = {"send_at": at, "due_at": at} if step == task.next else {"send_at": at}
            yield UpdateOne({"_id": self._key_in_run(task, step), **_WAITING}, {"$set": change})

    async def postpone(self, task: Task, until: datetime, claim: Claim, *, failed: bool = False) -> None:
        """Give a task back until then; `failed` counts the attempt."""
        change: Document = {"$set": {"due_at": until, "claim": ""}, "$inc": {"retries": int(failed)}}
        await self._documents.update_one(self._mine(task, claim), change)

    async def plan_anew(self, task: Task, send_at: datetime, claim: Claim) -> None:
        """Give a task back whose time is another one than was planned."""
        change = {"send_at": send_at, "due_at": send_at, "claim": ""}
        await self._documents.update_one(self._mine(task, claim), {"$set": change})

    async def hold(self, task: Task, claim: Claim) -> None:
        """Put a task of a paused sequence aside."""
        change: list[Document] = [{"$set": {"held_at": "$due_at", "claim": ""}}, {"$unset": "due_at"}]
        await self._documents.update_one(self._mine(task, claim), change)

    async def let_go(self, sequence: str, limit: int) -> int:
        """Let up to so many tasks be due again that were put aside; returns how many there were."""
        where: Document = {"bot_id": self._bot_id, "sequence": sequence, "held_at": {"$gt": _EVER}}
        keys = [document["_id"] async for document in self._documents.find(where, {"_id": 1}, limit=limit)]
        if keys:
            change: list[Document] = [{"$set": {"due_at": "$held_at"}}, {"$unset": "held_at"}]
            await self._documents.update_many({"_id": {"$in": keys}, "held_at": {"$gt": _EVER}}, change)
        return len(keys)

    async def cancel(self, chat_id: int, reason: str, now: datetime, *, run: tuple[str, str] | None = None) -> int:
        """Cancel what waits for a reader, or one `run` (sequence and run) of it; returns how many tasks that was."""
        where: Document = {"bot_id": self._bot_id, "chat_id": chat_id, "status": Status.PENDING.value}
        if run:
            where |= {"sequence": run[0], "run": run[1]}
        change = {
            "$set": {"status": Status.CANCELLED.value, "reason": reason, "done_at": now},
            "$unset": {"due_at": "", "held_at": ""},
        }
        return (await self._documents.update_many(where, change)).modified_count

    async def are_waiting(self, chat_id: int) -> bool:
        """Tell whether anything waits for a reader."""
        where = {"bot_id": self._bot_id, "chat_id": chat_id, "status": Status.PENDING.value}
        return await self._documents.find_one(where, {"_id": 1}) is not None

    async def mark_clicked(self, chat_id: int, steps: Iterable[tuple[str, str]]) -> None:
        """Note that a reader pressed a button of these steps (sequence and key), where they got them."""
        which = [{"sequence": sequence, "step": step} for sequence, step in steps]
        got = [{"status": Status.SENT.value}, {"status": Status.PENDING.value, "claim": {"$gt": ""}}]
        if which:
            where = {"bot_id": self._bot_id, "chat_id": chat_id, "$and": [{"$or": which}, {"$or": got}]}
            await self._documents.update_many(where, {"$set": {"clicked": True}})

    async def known(self, sequence: str, chat_ids: Iterable[int]) -> set[tuple[int, str, str]]:
        """Return which tasks of a sequence these readers have: reader, run and step of each."""
        where = {"bot_id": self._bot_id, "chat_id": {"$in": list(chat_ids)}, "sequence": sequence}
        found = self._documents.find(where, {"_id": 0, "chat_id": 1, "run": 1, "step": 1})
        return {(document["chat_id"], document["run"], document["step"]) async for document in found}

    async def of(self, chat_id: int) -> list[Task]:
        """Return all tasks of a reader, by their times."""
        found = self._documents.find({"bot_id": self._bot_id, "chat_id": chat_id}, sort=[("send_at", 1), ("_id", 1)])
        return [task_in(document) async for document in found]

    async def counts(self, sequence: str, step: str) -> StepCounts:
        """Count what became of one step, tests left out."""
        where = {"bot_id": self._bot_id, "test": False, "sequence": sequence, "step": step}
        numbers = {status: await self._documents.count_documents(where | {"status": status.value}) for status in Status}
        every = {"status": {"$in": [status.value for status in Status]}}
        return StepCounts(numbers, await self._documents.count_documents(where | every | {"clicked": True}))

    async def waiting(self, sequence: str, steps: Sequence[str], most: int) -> int:
        """Count the readers who are in a sequence, up to `most`: those who wait for one of its steps, tests left out.

        Whoever is in it waits for its last step, unless that was added since they began.
        """
        where = {"bot_id": self._bot_id, "test": False, "sequence": sequence, "status": Status.PENDING.value}
        found = 0
        for step in reversed(steps):
            found = max(found, await self._documents.count_documents(where | {"step": step}, limit=most))
            if found == most:
                break
        return found

    async def by_status(self) -> dict[Status, int]:
        """Count all tasks by what became of them, tests left out; a status that none has is left out too."""
        return await self._counted(Status, {})

    async def ended_between(self, first: datetime, end: datetime) -> dict[Status, int]:
        """Count the tasks that ended from one moment on and before another, by how, in the same way."""
        return await self._counted(ENDED, {"done_at": {"$gte": first, "$lt": end}})

    async def _counted(self, statuses: Iterable[Status], which: Document) -> dict[Status, int]:
        counts = {status: await self._count({"status": status.value, **which}) for status in statuses}
        return {status: count for status, count in counts.items() if count}

    async def _count(self, which: Document) -> int:
        """Count tasks by the index that has all that is asked of them: others look equally good to MongoDB."""
        return await self._documents.count_documents({"bot_id": self._bot_id, "test": False, **which}, hint="ended")

    def _free(self, claim: Claim) -> Document:
        """What this runner does not have."""
        return {"bot_id": self._bot_id, "claim": {"$ne": claim.token}}

    def _mine(self, task: Task, claim: Claim) -> Document:
        return {"_id": self._key_of(task), "status": Status.PENDING.value, **_of(claim)}

    def _key_of(self, task: Task) -> str:
        return self._key_in_run(task, task.step)

    def _key_in_run(self, task: Task, step: str) -> str:
        return self._key(task.chat_id, task.sequence, task.run, step)


def _of(claim: Claim) -> Document:
    return {"claim": claim.token, "epoch": claim.epoch}


def _unless_sent(end: End) -> Document:
    return {} if end.status is Status.SENT else {"status": Status.PENDING.value}


def _ended(end: End) -> Document:
    return {
        "status": end.status.value,
        "reason": end.reason,
        "message_ids": list(end.message_ids),
        "done_at": end.at,
    }


def _done(end: End) -> Task:
    task = end.task
    return Task(
        task.chat_id, task.sequence, task.run, task.step, task.send_at, end.status, payload=task.payload, done_at=end.at
    )
