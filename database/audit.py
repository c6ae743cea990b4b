"""Decides what is kept of who changed what: the last changes of a bot, each written down once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from database.cause import Cause
from database.collection import Collection, Document

Value: TypeAlias = Any
"""What was changed or what it was changed to, whatever JSON can say."""

KEPT = 1000
"""Changes that are kept of one bot; the oldest go."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: who made it, of what, and from what to what.

    `what` names the kind of change (`setting`, `link-title`, …) and `subject` the thing: a setting's name, a link's
    code, a person's id.
    """

    what: str
    subject: str
    by: int
    at: datetime
    cause: Cause
    old: Value = None
    new: Value = None


class Audit(Collection):
    """One bot's log of changes, the newest first."""

    name = "audit"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", -1), ("_id", -1)])]

    async def note(self, change: Change) -> None:
        """Write a change down, once per cause, kind and subject; what is older than the last `KEPT` goes."""
        document: Document = {
            "_id": self._key(change.cause, change.what, change.subject),
            "bot_id": self._bot_id,
            "what": change.what,
            "subject": change.subject,
            "by": change.by,
            "at": change.at,
            "cause": change.cause,
            "old": change.old,
            "new": change.new,
        }
        try:
            await self._documents.insert_one(document)
        except DuplicateKeyError:
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
