"""Decides who passes the gate without a verification, and until when; each change counts once per cause."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from pymongo import IndexModel

from database.audit import UNLOGGED, Audited, Change, carrying, changed_by
from database.cause import Cause
from database.collection import Document


@dataclass(frozen=True, slots=True)
class Premium:
    """A premium reader; `since` is when their time was last changed, `until` when it ends."""

    user_id: int
    until: datetime
    by: int
    since: datetime


class Premiums(Audited):
    """The premium readers of one bot, and those who were."""

    name = "premiums"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("until", 1)], partialFilterExpression={"until": {"$exists": True}}),
        UNLOGGED,
    ]

    async def give(self, user_id: int, lasts: timedelta, by: int, cause: Cause, now: datetime) -> Premium | None:
        """Add a time to what a reader has left, once per cause. None at a replay, where it was taken away since."""
        left = {"$max": [{"$ifNull": ["$until", now]}, now]}
        longer = {"$add": [left, int(lasts.total_seconds() * 1000)]}
        return await self._change(Change("premium", str(user_id), by, now, cause), longer)

    async def take(self, user_id: int, by: int, cause: Cause, now: datetime) -> None:
        """End a reader's time at once, once per cause."""
        await self._change(Change("premium", str(user_id), by, now, cause), None)

    async def get(self, user_id: int) -> Premium | None:
        """Return a reader's time, over or not; None where they have none."""
        document = await self._documents.find_one({"_id": self._key(user_id)})
        return None if document is None else _premium(document)

    async def among(self, user_ids: Iterable[int], now: datetime) -> set[int]:
        """Return those of these people whose time is not over."""
        where = {"_id": {"$in": [self._key(user_id) for user_id in user_ids]}, "until": {"$gt": now}}
        return {found["user_id"] async for found in self._documents.find(where, {"user_id": 1})}

    async def page(self, now: datetime, skip: int, size: int) -> list[Premium]:
        """Return a page of those whose time is not over, the first to end first."""
        where = {"bot_id": self._bot_id, "until": {"$gt": now}}
        found = self._documents.find(where, sort=[("until", 1), ("_id", 1)], skip=skip, limit=size)
        return [premium async for document in found if (premium := _premium(document))]

    async def ending(self, now: datetime, within: timedelta, limit: int) -> list[Premium]:
        """Return those whose time ends within so long and who were not told, unless they got it only since then."""
        early = {"$subtract": ["$until", int(within.total_seconds() * 1000)]}
        where: Document = {
            "bot_id": self._bot_id,
            "until": {"$gt": now, "$lte": now + within},
            "$expr": {"$and": [{"$ne": ["$until", "$told_of"]}, {"$lte": ["$since", early]}]},
        }
        found = self._documents.find(where, sort=[("until", 1)], limit=limit)
        return [premium async for document in found if (premium := _premium(document))]

    async def told(self, premium: Premium) -> None:
        """Write down that a reader knows when their time ends."""
        await self._documents.update_one({"_id": self._key(premium.user_id)}, {"$set": {"told_of": premium.until}})

    async def _change(self, change: Change, until: Document | None) -> Premium | None:
        """Let a reader's time end at another moment, an expression; None: it is over."""
        replayed = changed_by(change.cause)
        old: Document = {"$ifNull": ["$until", None]}
        values = {"until": "$$REMOVE" if until is None else until, "since": change.at, "by": change.by}
        document = await self._upsert(
            {"_id": self._key(change.subject)},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "user_id": int(change.subject),
                        **{name: {"$cond": [replayed, f"${name}", value]} for name, value in values.items()},
                        **carrying(change, old, until),
                    }
                }
            ],
        )
        return _premium(document)


def _premium(document: Document) -> Premium | None:
    until = document.get("until")
    return None if until is None else Premium(document["user_id"], until, document["by"], document["since"])
