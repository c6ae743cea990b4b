"""Decides under which name a content is copied into a storage channel: one, until its copy is no good any more."""

from collections.abc import Iterable

from database.collection import Collection


class Copies(Collection):
    """The contents of one bot that have to be copied anew, and how often that was so.

    Telegram answers a copy under a known name with the messages that it made then: a content whose messages were
    deleted, or copied only in part, needs another one. Every reason counts once, so that a replay meets the same name.
    """

    name = "copies"

    async def generation(self, storage_chat: int, content: str) -> int:
        """Return how often this content had to be copied anew; 0 for most."""
        document = await self._documents.find_one({"_id": self._key(storage_chat, content)}, {"spoilt": 1})
        return len(document["spoilt"]) if document else 0

    async def spoil(self, storage_chat: int, content: str, reasons: Iterable[str]) -> int:
        """Give the next copy of a content another name, once per reason; returns the generation after it."""
        document = await self._upsert(
            {"_id": self._key(storage_chat, content)},
            {"$addToSet": {"spoilt": {"$each": list(reasons)}}, "$setOnInsert": {"bot_id": self._bot_id}},
        )
        return len(document["spoilt"])
