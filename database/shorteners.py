"""Decides what is kept of the link shorteners that the chat names, and of which are off; their keys are sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from database.audit import UNLOGGED, Audited, Change, carrying
from database.cause import Cause
from database.collection import Document
from database.secrets import Vault

_CONTEXT = "shortener key"


@dataclass(frozen=True, slots=True)
class Shortener:
    """A link shortener: its host, by which it is known, the address of its API, its key, and whether it is used."""

    host: str
    url: str
    key: str
    enabled: bool = True


class Shorteners(Audited):
    """The shorteners of one bot, and what was said about the environment's."""

    name = "shorteners"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", 1)]), UNLOGGED]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int, vault: Vault) -> None:
        """Take the vault that the keys rest in."""
        super().__init__(database, bot_id)
        self._vault = vault

    async def all(self) -> list[Shortener]:
        """Return those that the chat named, the oldest first.

        Raises:
            WrongSecret: a key was sealed with another secret.
        """
        where = {"bot_id": self._bot_id, "url": {"$exists": True}}
        return [self._read(each) async for each in self._documents.find(where, sort=[("at", 1), ("_id", 1)])]

    async def switched(self) -> Mapping[str, bool]:
        """Return which of all shorteners, also of the environment's, were switched on or off, by their hosts."""
        found = self._documents.find({"bot_id": self._bot_id, "enabled": {"$exists": True}}, {"host": 1, "enabled": 1})
        return {each["host"]: each["enabled"] async for each in found}

    async def put(self, new: Shortener, by: int, cause: Cause, now: datetime) -> None:
        """Keep a shortener, in place of what was known of its host; once per cause."""
        values = {
            "url": {"$literal": new.url},
            "key": self._vault.seal(new.key.encode(), context=_CONTEXT),
            "enabled": new.enabled,
            "at": {"$ifNull": ["$at", now]},
        }
        await self._change(new.host, by, cause, now, values, new.enabled)

    async def switch(self, host: str, *, enabled: bool, by: int, cause: Cause, now: datetime) -> None:
        """Use a shortener or leave it out; once per cause."""
        await self._change(host, by, cause, now, {"enabled": enabled}, enabled)

    async def remove(self, host: str, *, by: int, cause: Cause, now: datetime) -> None:
        """Forget a shortener and its key; once per cause."""
        await self._change(host, by, cause, now, dict.fromkeys(("url", "key", "enabled", "at"), "$$REMOVE"), None)

    async def _change(
        self, host: str, by: int, cause: Cause, now: datetime, values: Document, new: Any
    ) -> None:  # fmt: skip
        key = {"_id": self._key(host)}
        await self._documents.update_one(key, {"$setOnInsert": {"bot_id": self._bot_id, "host": host}}, upsert=True)
        change = Change("shortener", host, by, now, cause)
        old = {"$ifNull": ["$enabled", None]}
        await self._documents.update_one(
            {**key, "causes": {"$ne": cause}}, [{"$set": {**values, **carrying(change, old, new)}}]
        )

    def _read(self, document: Document) -> Shortener:
        key = self._vault.open(document["key"], context=_CONTEXT).decode()
        return Shortener(document["host"], document["url"], key, document["enabled"])
