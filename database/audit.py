"""Decides what is kept of who changed what: the last changes of a bot, each written down once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

from pymongo import IndexModel

from database.cause import Cause
from database.collection import Collection, Document

Value: TypeAlias = Any
"""What was changed or what it was changed to, whatever JSON can say."""

KEPT = 1000
"""Changes that are kept of one bot; the oldest go."""

CARRIED = 100
"""Changes that a document carries at most, and causes that it remembers; the oldest go."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who made it, of what, and from what to what.

    `what` names the kind of change (`setting`, `link-title`, `admin`, …) and `subject` the thing: a setting's name, a
    link's code, a person's or a chat's id.
    """

    what: str
    subject: str
    by: int
    at: datetime
    cause: Cause
    old: Value = None
    new: Value = None


class Audited(Collection):
    """A collection whose changes go into the log; the subject of a change is the key of its document.

    There are no transactions, so a change is written down in the same write that makes it, in the document itself, and
    stays there until the log has it: a crash in between loses neither.
    """

    async def unlogged(self) -> list[Change]:
        """Return the changes that the log may not have yet, the oldest of each document first."""
        where = {"bot_id": self._bot_id, "unlogged.0": {"$exists": True}}
        found = self._documents.find(where, {"unlogged": 1}, hint="unlogged")
        return [
            Change(**change | {"cause": Cause(change["cause"])})
            async for document in found
            for change in document["unlogged"]
        ]

    async def logged(self, change: Change) -> None:
        """Note that the log has a change."""
        await self._documents.update_one(
            {"_id": self._key(change.subject)}, {"$pull": {"unlogged": {"cause": change.cause}}}
        )


UNLOGGED = IndexModel([("bot_id", 1)], name="unlogged", partialFilterExpression={"unlogged.0": {"$exists": True}})
"""The index that every collection of this kind has: documents that carry a change."""


def carried(change: Change) -> Document:
    """Return what an update pushes so that its document carries a change."""
    return {"unlogged": {"$each": [asdict(change)], "$slice": -CARRIED}}


def carrying(change: Change, old: Value, new: Value) -> Document:
    """Return what a pipeline sets so that its document remembers a change's cause, and carries it where it is one.

    `old` and `new` are expressions; what comes again, and what was as it is, is no change.
    """
    replayed = changed_by(change.cause)
    entry: Document = {key: {"$literal": each} for key, each in asdict(change).items()} | {"old": old, "new": new}
    return {
        "causes": _appended("$causes", {"$literal": change.cause}, unless=replayed),
        "unlogged": _appended("$unlogged", entry, unless={"$or": [replayed, {"$eq": [old, new]}]}),
    }


def changed_by(cause: Cause) -> Document:
    """Return the expression that tells whether a cause has changed a document already."""
    return {"$in": [{"$literal": cause}, {"$ifNull": ["$causes", []]}]}


def _appended(array: str, entry: Document, *, unless: Document) -> Document:
    """Put an entry at the end of an array, which may not be there yet; the oldest go."""
    before = {"$ifNull": [array, []]}
    return {"$cond": [unless, before, {"$slice": [{"$concatArrays": [before, [entry]]}, -CARRIED]}]}


class Audit(Collection):
    """One bot's log of changes, the newest first."""

    name = "audit"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", -1), ("_id", -1)])]

    async def note(self, change: Change) -> None:
        """Write a change down, once per cause, kind and subject; what is older than the last `KEPT` goes."""
        document: Document = {
            "_id": self._key(change.cause, change.what, change.subject),
            "bot_id": self._bot_id,
            **asdict(change),
        }
        if not await self._insert_new(document):
            return
        order = [("at", -1), ("_id", -1)]
        oldest = await self._documents.find_one({"bot_id": self._bot_id}, {"at": 1}, sort=order, skip=KEPT)
        if oldest is not None:
            await self._documents.delete_many({"bot_id": self._bot_id, "at": {"$lte": oldest["at"]}})

    async def page(self, number: int, size: int) -> list[Change]:
        """Return a page of changes, numbered from 0, the newest first."""
        order = [("at", -1), ("_id", -1)]
        found = self._documents.find({"bot_id": self._bot_id}, sort=order, skip=number * size, limit=size)
        return [_change(document) async for document in found]

    async def count(self) -> int:
        """Return how many changes are kept."""
        return await self._documents.count_documents({"bot_id": self._bot_id})


def _change(document: Document) -> Change:
    return Change(
        what=document["what"],
        subject=document["subject"],
        by=document["by"],
        at=document["at"],
        cause=Cause(document["cause"]),
        old=document["old"],
        new=document["new"],
    )
