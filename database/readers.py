"""Decides how those are found and marked who are written to: a bot's people, in the order of their ids."""

import asyncio
from collections.abc import Collection as AbstractCollection
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from database.collection import Collection, Document


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as far as it counts for who is written to; `is_there`: they have not blocked the bot, nor are gone."""

    user_id: int
    language_code: str | None
    language: str | None
    first_seen: datetime
    last_seen: datetime
    is_there: bool


class Readers(Collection):
    """The people of one bot as those who are written to (database.users has what they are beside that)."""

    async def mark(
        self, now: datetime, *, blocked: Iterable[int] = (), gone: Iterable[int] = (), unseen: datetime | None = None
    ) -> None:
        """Record who blocked the bot, and whose account is gone, since `now` if that was not known.

        Nobody is deleted for it, and strangers are not recorded. Who was seen since `unseen` is there again by now.
        """
        since: Document = {} if unseen is None else {"last_seen": {"$lt": unseen}}
        for mark, people in (("blocked_at", blocked), ("gone_at", gone)):
            if keys := [self._key(user_id) for user_id in people]:
                where = {"_id": {"$in": keys}, mark: {"$exists": False}, **since}
                await self._documents.update_many(where, {"$set": {mark: now}})

    async def count_blocked(self) -> int:
        """Return how many people have the bot blocked."""
        return await self._documents.count_documents({"bot_id": self._bot_id, "blocked_at": {"$exists": True}})

    async def count_gone(self) -> int:
        """Return how many people's accounts are gone."""
        return await self._documents.count_documents({"bot_id": self._bot_id, "gone_at": {"$exists": True}})

    async def count_readers(self, before: datetime, without: AbstractCollection[int]) -> int:
        """Return how many people wrote before a moment, have not blocked the bot, are not gone, and none of these."""
        joined: Document = {"bot_id": self._bot_id, "first_seen": {"$lt": before}}
        there = {"blocked_at": None, "gone_at": None, "_id": {"$in": [self._key(each) for each in without]}}
        blocked, gone = {"blocked_at": {"$exists": True}}, {"gone_at": {"$exists": True}}
        # Each of these reads an index; asked for in one, they would read everybody.
        wanted: list[Document] = [joined, joined | blocked, joined | gone, joined | blocked | gone, joined | there]
        counts = await asyncio.gather(*map(self._documents.count_documents, wanted))
        everybody, no_more, gone_away, both, left_out = counts
        return everybody - no_more - gone_away + both - left_out

    async def readers(self, after: int, limit: int) -> list[Reader]:
        """Return the people whose ids come next after one, in their order."""
        where = {"bot_id": self._bot_id, "user_id": {"$gt": after}}
        wanted = dict.fromkeys(
            ("user_id", "language_code", "language", "first_seen", "last_seen", "blocked_at", "gone_at"), 1
        )
        found = self._documents.find(where, {"_id": 0, **wanted}, sort=[("user_id", 1)], limit=limit, batch_size=limit)
        return [
            Reader(
                each["user_id"],
                each.get("language_code"),
                each.get("language"),
                each["first_seen"],
                each["last_seen"],
                is_there=each.get("blocked_at") is None and each.get("gone_at") is None,
            )
            for each in await found.to_list()
        ]
