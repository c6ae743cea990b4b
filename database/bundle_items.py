"""Decides what is kept of a bundle's files: each message once, in order, until it is taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pymongo import IndexModel, UpdateOne

from database.cause import Cause
from database.collection import Collection, Document, what_is_there_stays

KEEP = timedelta(days=30)
"""How long a bundle is remembered: longer than Telegram gives an update again."""


@dataclass(frozen=True, slots=True)
class BundleItem:
    """One file of a bundle: an upload's values, and its message in the storage channel once it is there."""

    message_id: int
    upload: Mapping[str, Any]
    stored_id: int | None = None


class BundleItems(Collection):
    """What is in one bot's bundles: one document per message, so that each is taken once."""

    name = "bundle_items"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("code", 1), ("undone_by", 1), ("message_id", 1)]),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def add(self, code: str, uploads: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Take files, each once per message, also when it was taken back since."""
        documents = [
            {
                "_id": self._key(code, upload["message_id"]),
                "bot_id": self._bot_id,
                "code": code,
                "message_id": upload["message_id"],
                "upload": dict(upload),
                "undone_by": None,
                "forget_at": now + KEEP,
            }
            for upload in uploads
        ]
        if not documents:
            return
        with what_is_there_stays():
            await self._documents.insert_many(documents, ordered=False)

    async def has(self, code: str, message_id: int) -> bool:
        """Tell whether a message was taken."""
        return await self._documents.find_one({"_id": self._key(code, message_id)}, {"_id": 1}) is not None

    async def taken(self, code: str, message_ids: Iterable[int]) -> set[int]:
        """Return those of these messages that were taken."""
        keys = [self._key(code, message_id) for message_id in message_ids]
        found = self._documents.find({"_id": {"$in": keys}}, {"message_id": 1})
        return {each["message_id"] async for each in found}

    async def count(self, code: str) -> int:
        """Return how many files there are."""
        return await self._documents.count_documents(self._of(code))

    async def all(self, code: str) -> list[BundleItem]:
        """Return the files in the order of their messages."""
        found = self._documents.find(self._of(code), sort=[("message_id", 1)])
        return [BundleItem(each["message_id"], each["upload"], each.get("stored_id")) async for each in found]

    async def undo(self, code: str, cause: Cause) -> bool:
        """Take back the last file, or the whole album that it is of, once per cause; False when there is none."""
        done = {"bot_id": self._bot_id, "code": code, "undone_by": cause}
        if await self._documents.find_one(done, {"_id": 1}):
            return True
        last = await self._documents.find_one(self._of(code), {"upload": 1}, sort=[("message_id", -1)])
        if last is None:
            return False
        group = last["upload"].get("group_id")
        which = {"_id": last["_id"]} if group is None else self._of(code) | {"upload.group_id": group}
        await self._documents.update_many(which, {"$set": {"undone_by": cause}})
        return True

    async def place(self, code: str, places: Mapping[int, int | None], epoch: int) -> None:
        """Write down where files are kept, by their messages; None where they are nowhere.

        What was written under a newer epoch of the lease stays: another process goes on with it.
        """
        changes = [
            UpdateOne(
                {"_id": self._key(code, message_id), "epoch": {"$not": {"$gt": epoch}}},
                {"$set": {"stored_id": stored_id, "epoch": epoch}},
            )
            for message_id, stored_id in places.items()
        ]
        if changes:
            await self._documents.bulk_write(changes, ordered=False)

    def _of(self, code: str) -> Document:
        return {"bot_id": self._bot_id, "code": code, "undone_by": None}
