"""Decides what is kept of thumbnails: the pictures themselves, and which of them is whose default."""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import ClassVar

from pymongo import IndexModel

from database.collection import Collection

_KEEP = timedelta(days=30)
"""How long a picture is kept that is nobody's default: longer than any job takes."""


class Thumbnails(Collection):
    """One bot's thumbnails, each picture once, by its digest; and the default of each person who set one."""

    name = "thumbnails"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("forget_at", 1)], expireAfterSeconds=0)]

    async def keep(self, jpeg: bytes, now: datetime) -> str:
        """Keep a picture for a while and return its digest."""
        digest = blake2b(jpeg, digest_size=16).hexdigest()
        await self._documents.update_one(
            {"_id": self._key("picture", digest)},
            {"$set": {"forget_at": now + _KEEP}, "$setOnInsert": {"bot_id": self._bot_id, "jpeg": jpeg}},
            upsert=True,
        )
        return digest

    async def get(self, digest: str) -> bytes | None:
        """Return a picture; None when it was forgotten."""
        document = await self._documents.find_one({"_id": self._key("picture", digest)}, {"jpeg": 1})
        return None if document is None else bytes(document["jpeg"])

    async def set_default(self, person: int, jpeg: bytes, now: datetime) -> None:
        """Make a picture a person's default, for good."""
        await self._documents.update_one(
            {"_id": self._key("default", person)},
            {"$set": {"bot_id": self._bot_id, "jpeg": jpeg, "set_at": now}},
            upsert=True,
        )

    async def default_of(self, person: int) -> bytes | None:
        """Return a person's default; None when there is none."""
        document = await self._documents.find_one({"_id": self._key("default", person)}, {"jpeg": 1})
        return None if document is None else bytes(document["jpeg"])

    async def drop_default(self, person: int) -> None:
        """Forget a person's default."""
        await self._documents.delete_one({"_id": self._key("default", person)})
