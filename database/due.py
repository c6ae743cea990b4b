"""Decides how work that waits in a collection is taken: longest waiting first, and again if it is not done."""

from datetime import datetime, timedelta
from typing import Final

from pymongo import IndexModel, ReturnDocument

from database.collection import Collection, Document

DUE: Final = IndexModel([("bot_id", 1), ("due_at", 1)], partialFilterExpression={"due_at": {"$exists": True}})
"""The index that every collection of this kind has."""

_FIRST_PAUSE: Final = 2
_LONGEST_PAUSE_DOUBLINGS: Final = 7


class Waiting(Collection):
    """Documents with a `due_at` while there is something to do for them; `attempts` were made since the last step."""

    async def next_due(self) -> datetime | None:
        """Return when there is something to do next; None when nothing waits."""
        document = await self._documents.find_one(
            {"bot_id": self._bot_id, "due_at": {"$exists": True}}, {"due_at": 1}, sort=[("due_at", 1)]
        )
        return document["due_at"] if document else None

    async def _take(self, epoch: int, now: datetime) -> Document | None:
        """Take the document that waits longest, for the lease with this epoch; None where none is due."""
        waiting = await self._documents.find_one(
            {"bot_id": self._bot_id, "due_at": {"$lte": now}}, {"attempts": 1, "due_at": 1}, sort=[("due_at", 1)]
        )
        if waiting is None:
            return None
        return await self._documents.find_one_and_update(
            {"_id": waiting["_id"], "due_at": waiting["due_at"]},
            {"$set": {"epoch": epoch, "due_at": now + pause_after(waiting["attempts"])}, "$inc": {"attempts": 1}},
            return_document=ReturnDocument.AFTER,
        )


def pause_after(attempts: int) -> timedelta:
    """Return when work comes again that was taken so often before: after 2 seconds, doubling up to 4 minutes."""
    return timedelta(seconds=_FIRST_PAUSE << min(attempts, _LONGEST_PAUSE_DOUBLINGS))
