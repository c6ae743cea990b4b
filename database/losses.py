"""Decides how it is remembered which stored messages are gone, and which of them the owner knows of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel

from database.collection import Collection, Document, what_is_there_stays


@dataclass(frozen=True, slots=True)
class Loss:
    """A message of a storage channel that was something's only copy and is gone."""

    chat: int
    message_id: int
    unique_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Losses to be told of together; `count` is of all of them, also of those that are not read here."""

    name: str
    losses: list[Loss]
    count: int


class Losses(Collection):
    """What one bot lost: each message once, however many readers meet the gap."""

    name = "losses"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("at", 1)], name="not gathered", partialFilterExpression={"state": "new"}),
        IndexModel([("bot_id", 1), ("batch", 1)], name="to tell", partialFilterExpression={"state": "gathered"}),
    ]

    async def note(self, chat: int, messages: Mapping[int, str], now: datetime) -> None:
        """Write down that messages are gone, each with its file's unique id; one that is known stays as it is."""
        if not messages:
            return
        documents: list[Document] = [
            {
                "_id": self._key(chat, message_id),
                "bot_id": self._bot_id,
                "chat": chat,
                "message_id": message_id,
                "unique_id": unique_id,
                "at": now,
                "state": "new",
            }
            for message_id, unique_id in messages.items()
        ]
        with what_is_there_stays():
            await self._documents.insert_many(documents, ordered=False)

    async def oldest(self) -> datetime | None:
        """Return since when something waits to be gathered; None when nothing does."""
        first = await self._documents.find_one({"bot_id": self._bot_id, "state": "new"}, {"at": 1}, sort=[("at", 1)])
        return first["at"] if first else None

    async def gather(self) -> None:
        """Make a batch of all that waits; a crash in the middle leaves the rest to the next one."""
        first = await self._documents.find_one({"bot_id": self._bot_id, "state": "new"}, {"_id": 1}, sort=[("at", 1)])
        if first is not None:
            await self._documents.update_many(
                {"bot_id": self._bot_id, "state": "new"}, {"$set": {"state": "gathered", "batch": first["_id"]}}
            )

    async def batch(self, at_most: int) -> Batch | None:
        """Return a batch that was not told of, with so many of its losses; None when there is none."""
        waiting: Document = {"bot_id": self._bot_id, "state": "gathered"}
        first = await self._documents.find_one(waiting, {"batch": 1})
        if first is None:
            return None
        where = waiting | {"batch": first["batch"]}
        found = self._documents.find(where, sort=[("chat", 1), ("message_id", 1)], limit=at_most)
        losses = [Loss(each["chat"], each["message_id"], each["unique_id"]) async for each in found]
        return Batch(str(first["batch"]), losses, await self._documents.count_documents(where))

    async def told(self, batch: Batch) -> None:
        """Write down that the owner knows of a batch."""
        await self._documents.update_many(
            {"bot_id": self._bot_id, "state": "gathered", "batch": batch.name}, {"$set": {"state": "told"}}
        )
