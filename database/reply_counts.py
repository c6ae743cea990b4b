"""Decides how much the AI may be asked on one day: calls are counted before they are made, tokens after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from database.collection import Collection

KEPT: Final = timedelta(days=2)
"""How long a day's numbers are kept after they changed last."""

ALL: Final = 0
"""In the place of a chat: all of them together."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many calls and tokens there may be on a day; as a count, how many there were."""

    calls: int = 0
    tokens: int = 0


class ReplyCounts(Collection):
    """How much one bot's AI was asked on each day, in each chat and in all; days are dates of the bot's time zone."""

    name = "reply_counts"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("forget_at", 1)], expireAfterSeconds=0)]

    async def spend(self, day: str, chat: int, budget: Budget, now: datetime) -> bool:
        """Count a call, before it is made; False when the budget has no room for one.

        Atomic: of any number at the same time as many succeed as there is room for. A call may cost more tokens than
        were left; none is made after that.
        """
        room = {"calls": {"$not": {"$gte": budget.calls}}, "tokens": {"$not": {"$gte": budget.tokens}}}
        change = {
            "$inc": {"calls": 1},
            "$set": {"forget_at": now + KEPT},
            "$setOnInsert": {"bot_id": self._bot_id, "day": day, "chat": chat},
        }
        if min(budget.calls, budget.tokens) <= 0:
            return False
        where = {"_id": self._key(day, chat), **room}
        try:
            await self._documents.update_one(where, change, upsert=True)
        except DuplicateKeyError:  # it is there: without room, or since another call was the day's first
            return (await self._documents.update_one(where, change)).matched_count == 1
        return True

    async def give_back(self, day: str, chat: int) -> None:
        """Take back a call that was not made."""
        await self._documents.update_one({"_id": self._key(day, chat)}, {"$inc": {"calls": -1}})

    async def cost(self, day: str, chat: int, tokens: int) -> None:
        """Count the tokens of a call that was counted before."""
        await self._documents.update_one({"_id": self._key(day, chat)}, {"$inc": {"tokens": tokens}})

    async def spent(self, day: str, chat: int) -> Budget:
        """Return how much there was on a day."""
        found = await self._documents.find_one({"_id": self._key(day, chat)}, {"calls": 1, "tokens": 1})
        return Budget(found.get("calls", 0), found.get("tokens", 0)) if found else Budget()
