"""Decides how long a search can be turned over: its words are kept, since a button has no room for them."""

from datetime import datetime
from hashlib import blake2b
from typing import ClassVar

from pymongo import IndexModel, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Collection, Document

KEPT_SECONDS = 30 * 86_400
"""Seconds for which a search's words are kept after it was last asked."""


class Queries(Collection):
    """What was searched for in one bot, each text once, whoever asked.

    A text's name is its hash: who knows the name knows no more than who knows the text, and a replay makes nothing new.
    """

    name = "queries"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("at", 1)], expireAfterSeconds=KEPT_SECONDS)]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot. Nobody waits for the disk here: what a crash loses is asked again."""
        super().__init__(database, bot_id)
        self._documents = self._documents.with_options(write_concern=WriteConcern(w=1, j=False))

    async def remember(self, text: str, now: datetime) -> str:
        """Keep a text; returns its name, 22 characters."""
        name = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=11).hexdigest()
        document = {"bot_id": self._bot_id, "text": text}
        await self._documents.update_one({"_id": self._key(name)}, {"$set": document, "$max": {"at": now}}, upsert=True)
        return name

    async def recall(self, name: str) -> str | None:
        """Return the text with this name; None when it is not kept any more."""
        document = await self._documents.find_one({"_id": self._key(name)}, {"text": 1})
        return None if document is None else str(document["text"])
