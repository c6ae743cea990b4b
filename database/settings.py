"""Decides what is kept of a bot's settings: what was changed in the chat, and who changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Collection, Document
from database.together import Together

Value: TypeAlias = Any
"""A setting's value, whatever JSON can say; None is a value too (switched off in the chat)."""

_KEPT_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a setting; `old` is None where it had its first value."""

    name: str
    by: int
    at: datetime
    old: Value
    new: Value


class BotSettings(Collection):
    """One bot's settings that differ from the environment's first values, and the last 200 changes of each."""

    name = "settings"

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose settings these are."""
        super().__init__(database, bot_id)
        self._reads: Together[None, Mapping[str, Value]] = Together(self._read)

    async def put(self, name: str, value: Value, by: int, now: datetime) -> None:
        """Change a setting and write down who did; the value it has already is no change."""
        change: Document = {
            "by": by,
            "at": now,
            "old": {"$ifNull": ["$value", None]},
            "new": {"$literal": value},
        }
        same = {"$and": [{"$ne": [{"$type": "$changes"}, "missing"]}, {"$eq": ["$value", {"$literal": value}]}]}
        longer = {"$concatArrays": [{"$ifNull": ["$changes", []]}, [change]]}
        await self._documents.update_one(
            {"_id": self._key(name)},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "name": {"$literal": name},
                        "changes": {"$cond": [same, "$changes", {"$slice": [longer, -_KEPT_CHANGES]}]},
                        "value": {"$literal": value},
                    }
                }
            ],
            upsert=True,
        )

    async def all(self) -> Mapping[str, Value]:
        """Return every setting that was changed."""
        return await self._reads.one(None)

    async def _read(self, askers: Sequence[None]) -> list[Mapping[str, Value]]:
        documents = self._documents.find({"bot_id": self._bot_id}, {"name": 1, "value": 1})
        found = {document["name"]: document["value"] async for document in documents}
        return [found] * len(askers)

    async def changes(self, name: str) -> list[Change]:
        """Return a setting's changes, the oldest first."""
        document = await self._documents.find_one({"_id": self._key(name)}, {"changes": 1})
        if document is None:
            return []
        return [
            Change(name=name, by=each["by"], at=each["at"], old=each["old"], new=each["new"])
            for each in document["changes"]
        ]
