"""Decides how messages that readers lose again are kept in mind: before they are sent, and until they are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from pymongo import IndexModel, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from database.cause import Cause
from database.collection import Collection, Document, already_there
from database.together import Together

_KEEP = timedelta(days=7)
"""How long an ended deletion is remembered, for whoever asks what became of it."""

_EVER = datetime.fromtimestamp(0, UTC)
"""Before everything that is due: asking for what is due after it, and not for a due time, needs the index alone."""


class Task(StrEnum):
    """What is to be done next for a deletion."""

    LEARN = "learn"
    """Its messages may be out or not: their ids are not known yet."""
    DELETE = "delete"
    TELL = "tell"
    """Its messages are gone; the notice is still to say so."""


class Outcome(StrEnum):
    """What became of a deletion."""

    PENDING = "pending"
    DELETED = "deleted"
    GONE = "gone"
    """The reader cannot be reached any more."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PendingDeletion:
    """Messages that one delivery sent, or is about to send, and when they go.

    `unique_id` is the code of the link that was opened. `random_ids` are those of its messages, in order; `message_ids`
    is what they became, all of them once that `is_known`. `seconds` is how long the reader has them; `delete_at` counts
    from the attempt to send them, and from their arrival once that is known. `names` are what a caption says of the
    reader. `is_new` tells that nobody has tried before: nothing can be out yet.
    """

    cause: Cause
    unique_id: str
    user_id: int
    chat_id: int
    random_ids: tuple[int, ...]
    seconds: int
    begun_at: datetime
    delete_at: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    message_ids: tuple[int, ...] = ()
    notice_id: int | None = None
    is_known: bool = False
    is_new: bool = True

    @property
    def sent_at(self) -> datetime:
        """When its messages arrived, as far as that is known."""
        return self.delete_at - timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class _New:
    document: Document


@dataclass(frozen=True, slots=True, eq=False)
class _Arrival:
    key: str
    change: Document


class Deletions(Collection):
    """One bot's deletions: `due_at` is there while there is something to do, and `task` says what."""

    name = "pending_deletions"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("task", 1), ("due_at", 1)], partialFilterExpression={"due_at": {"$exists": True}}),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]
    waits: ClassVar[Mapping[str, Any]] = {"task": {"$in": [each.value for each in Task]}}

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose deletions these are."""
        super().__init__(database, bot_id)
        self._since: datetime | None = None
        self._inserts: Together[_New, bool] = Together(self._insert)
        self._arrivals: Together[_Arrival, None] = Together(self._write)

    def forget_earlier(self, now: datetime) -> None:
        """Know nothing of what was begun before, as timers in memory would: only for the control of the proof."""
        self._since = now

    async def begin(self, new: PendingDeletion, learn_at: datetime) -> PendingDeletion:
        """Write down what is about to be sent, once per cause and link; at `learn_at` it is looked what came of it.

        A replay gets the first one: with its message ids where they are known, else with its time counted anew.
        """
        waiting: Document = {
            "state": Outcome.PENDING.value,
            "task": Task.LEARN.value,
            "due_at": learn_at,
            "delete_at": new.delete_at,
        }
        key = self._key(new.cause, new.unique_id)
        if await self._inserts.one(_New({"_id": key, "bot_id": self._bot_id, **_kept(new), **waiting})):
            return new
        await self._documents.update_one(
            {"_id": key, "is_known": False},
            {"$set": waiting, "$unset": {"reason": "", "ended_at": "", "forget_at": ""}},
        )
        document = await self._documents.find_one({"_id": key})
        return new if document is None else _deletion(document)  # None: it was forgotten this instant

    async def arrived(
        self, deletion: PendingDeletion, message_ids: Sequence[int], notice_id: int, delete_at: datetime
    ) -> None:
        """Write down what the messages became, and when they go; what is known already stays as it is."""
        change = {
            "message_ids": list(message_ids),
            "notice_id": notice_id,
            "is_known": True,
            "task": Task.DELETE.value,
            "due_at": delete_at,
            "delete_at": delete_at,
        }
        await self._arrivals.one(_Arrival(self._key_of(deletion), change))

    async def broken_off(self, deletion: PendingDeletion, message_ids: Sequence[int]) -> None:
        """Write down that only these messages arrived, and nobody sends the others unless the update comes again."""
        change = {"message_ids": list(message_ids), "task": Task.DELETE.value, "due_at": deletion.delete_at}
        await self._arrivals.one(_Arrival(self._key_of(deletion), change))

    async def due(self, task: Task, now: datetime, limit: int) -> list[PendingDeletion]:
        """Return up to `limit` deletions for which this is to be done now, the longest waiting first."""
        where = self._waiting([task]) | {"due_at": {"$gt": _EVER, "$lte": now}}
        return [_deletion(each) async for each in self._documents.find(where, sort=[("due_at", 1)], limit=limit)]

    async def next_due(self, *tasks: Task) -> datetime | None:
        """Return when one of these is to be done next; None when nothing waits for them."""
        wanted = {"_id": 0, "due_at": 1}  # the index has it
        found = await self._documents.find_one(self._waiting(tasks), wanted, sort=[("due_at", 1)])
        return found["due_at"] if found else None

    async def deleted(self, deletions: Sequence[PendingDeletion], now: datetime) -> None:
        """Write down that the messages are gone; a notice of them is still to say so."""
        told = {"state": Outcome.DELETED.value, "ended_at": now, "task": Task.TELL.value, "due_at": now}
        changes = [
            (each, {"$set": told} if each.notice_id else _ended(Outcome.DELETED, now, None)) for each in deletions
        ]
        await self._change(Task.DELETE, changes)

    async def ended(
        self, task: Task, deletion: PendingDeletion, outcome: Outcome, now: datetime, reason: str | None = None
    ) -> None:
        """Put a deletion away whose task is done, or can never be; `reason` says why it did not go as it should."""
        await self._change(task, [(deletion, _ended(outcome, now, reason))])

    async def postpone(self, task: Task, deletion: PendingDeletion, until: datetime) -> None:
        """Do what is to be done at `until`, not before."""
        await self._change(task, [(deletion, {"$set": {"due_at": until}})])

    def _waiting(self, tasks: Sequence[Task]) -> Document:
        where: Document = {"bot_id": self._bot_id, "task": {"$in": list(tasks)}, "due_at": {"$gt": _EVER}}
        return where if self._since is None else where | {"begun_at": {"$gte": self._since}}

    def _key_of(self, deletion: PendingDeletion) -> str:
        return self._key(deletion.cause, deletion.unique_id)

    async def _change(self, task: Task, changes: Sequence[tuple[PendingDeletion, Document]]) -> None:
        """Change deletions for which this is still to be done: what is late changes nothing."""
        writes = [UpdateOne({"_id": self._key_of(each), "task": task.value}, change) for each, change in changes]
        if writes:
            await self._documents.bulk_write(writes, ordered=False)

    async def _insert(self, new: Sequence[_New]) -> list[bool]:
        """Insert documents; False where there is one already."""
        try:
            await self._documents.insert_many([each.document for each in new], ordered=False)
        except BulkWriteError as error:
            there = already_there(error)
            return [place not in there for place in range(len(new))]
        return [True] * len(new)

    async def _write(self, arrivals: Sequence[_Arrival]) -> list[None]:
        await self._documents.bulk_write(
            [UpdateOne({"_id": each.key, "task": Task.LEARN.value}, {"$set": each.change}) for each in arrivals],
            ordered=False,
        )
        return [None] * len(arrivals)


def _ended(outcome: Outcome, now: datetime, reason: str | None) -> Document:
    return {
        "$set": {"state": outcome.value, "reason": reason, "ended_at": now, "forget_at": now + _KEEP},
        "$unset": {"task": "", "due_at": ""},
    }


def _kept(deletion: PendingDeletion) -> Document:
    document = asdict(deletion)
    del document["is_new"]
    return document


def _deletion(document: Document) -> PendingDeletion:
    return PendingDeletion(
        cause=Cause(document["cause"]),
        unique_id=document["unique_id"],
        user_id=document["user_id"],
        chat_id=document["chat_id"],
        random_ids=tuple(document["random_ids"]),
        seconds=document["seconds"],
        begun_at=document["begun_at"],
        delete_at=document["delete_at"],
        names=document["names"],
        message_ids=tuple(document["message_ids"]),
        notice_id=document["notice_id"],
        is_known=document["is_known"],
        is_new=False,
    )
