"""Decides what is kept of the link shorteners that the chat names, and of which are off; their keys are sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from database.audit import UNLOGGED, Audited, Change, carrying
from database.cause import Cause
from database.collection import Document
from database.secrets import Vault, WrongSecret
from database.together import Together

_CONTEXT = "shortener key"


@dataclass(frozen=True, slots=True)
class Shortener:
    """A link shortener: its host, by which it is known, the address of its API, its key, and whether it is used.

    `key` None: it was sealed with another secret, and is lost.
    """

    host: str
    url: str
    key: str | None
    enabled: bool = True

    @property
    def is_usable(self) -> bool:
        """Whether readers can be sent through it."""
        return self.enabled and self.key is not None


@dataclass(frozen=True, slots=True)
class Failing:
    """How often a shortener failed in a row, and until when it is left out."""

    failures: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The shorteners that the chat named, and of all, also of the environment's, which it switched and which fail."""

    named: list[Shortener]
    switched: Mapping[str, bool]
    failing: Mapping[str, Failing]


class Shorteners(Audited):
    """The shorteners of one bot, and what was said about the environment's."""

    name = "shorteners"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", 1)]), UNLOGGED]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int, vault: Vault) -> None:
        """Take the vault that the keys rest in."""
        super().__init__(database, bot_id)
        self._vault = vault
        self._reads: Together[None, Kept] = Together(self._read)

    async def read(self) -> Kept:
        """Return everything that is known, the oldest first."""
        return await self._reads.one(None)

    async def put(self, new: Shortener, by: int, cause: Cause, now: datetime) -> None:
        """Keep a shortener, in place of what was known of its host; once per cause."""
        values = {
            "url": {"$literal": new.url},
            "key": self._vault.seal((new.key or "").encode(), context=_CONTEXT),
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

    async def note_failing(self, host: str, failing: Failing | None) -> None:
        """Write down that a shortener fails, for the next process; None: it answers again."""
        key = {"_id": self._key(host)}
        if failing is None:
            await self._documents.update_one(key, {"$unset": {"failures": "", "until": ""}})
            return
        first = {"bot_id": self._bot_id, "host": host}
        now = {"failures": failing.failures, "until": failing.until}
        await self._documents.update_one(key, {"$setOnInsert": first, "$set": now}, upsert=True)

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

    async def _read(self, askers: Sequence[None]) -> list[Kept]:
        found = self._documents.find({"bot_id": self._bot_id}, {"causes": 0}, sort=[("at", 1), ("_id", 1)])
        documents = [document async for document in found]
        named = [self._shortener(document) for document in documents if "url" in document]
        switched = {document["host"]: document["enabled"] for document in documents if "enabled" in document}
        failing = {each["host"]: Failing(each["failures"], each["until"]) for each in documents if "until" in each}
        return [Kept(named, switched, failing)] * len(askers)

    def _shortener(self, document: Document) -> Shortener:
        try:
            key = self._vault.open(document["key"], context=_CONTEXT).decode()
        except WrongSecret:
            key = None
        return Shortener(document["host"], document["url"], key, document["enabled"])
