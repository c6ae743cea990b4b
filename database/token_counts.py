"""Decides how many tokens a reader may be given on one day: counted once per cause, never beyond the limit."""

from typing import ClassVar

from pymongo import IndexModel

from database.cause import Cause
from database.collection import Collection, Document


class TokenCounts(Collection):
    """How many tokens each reader of one bot was given on each day; days are dates of the bot's time zone."""

    name = "token_generator_count"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("date", 1)])]

    async def spend(self, user_id: int, day: str, cause: Cause, limit: int) -> bool:
        """Count one token, once per cause; False when the day has no room for it.

        Atomic: of any number of causes at the same time as many succeed as there is room for.
        """
        causes: Document = {"$ifNull": ["$causes", []]}
        own = {"$literal": cause}
        refused = {"$or": [{"$in": [own, causes]}, {"$gte": [{"$size": causes}, limit]}]}
        document = await self._upsert(
            {"_id": self._key(user_id, day)},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "user_id": user_id,
                        "date": day,
                        "causes": {"$cond": [refused, causes, {"$concatArrays": [causes, [own]]}]},
                    }
                },
                {"$set": {"token_generated": {"$size": "$causes"}}},
            ],
        )
        return cause in document["causes"]

    async def give_back(self, user_id: int, day: str, cause: Cause) -> None:
        """Take back what was counted for a token that could not be handed over."""
        others = {"$filter": {"input": "$causes", "cond": {"$ne": ["$$this", {"$literal": cause}]}}}
        await self._documents.update_one(
            {"_id": self._key(user_id, day)},
            [
                {"$set": {"causes": others}},
                {"$set": {"token_generated": {"$size": "$causes"}}},
            ],
        )

    async def spent(self, user_id: int, day: str) -> int:
        """Return how many tokens a reader was given on a day."""
        document = await self._documents.find_one({"_id": self._key(user_id, day)}, {"token_generated": 1})
        return int(document["token_generated"]) if document else 0

    async def forget_before(self, day: str) -> int:
        """Delete the counts of earlier days; returns how many those were."""
        done = await self._documents.delete_many({"bot_id": self._bot_id, "date": {"$lt": day}})
        return done.deleted_count
