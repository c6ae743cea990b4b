"""Decides how the uses of links are counted: once per cause, never beyond a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from database.cause import Cause
from database.collection import Collection, Document, quarter_of, what_is_there_stays
from database.together import Together


@dataclass(frozen=True, slots=True)
class Statistics:
    """How a link was used: how often on each day that it was, by its date, and by whom last, newest first."""

    days: dict[str, int]
    last: list[tuple[int, datetime]]


@dataclass(frozen=True, slots=True)
class _Use:
    code: str
    by: int
    cause: Cause
    at: datetime


class Uses(Collection):
    """How often one bot's links were used: one document per use.

    A use is one insert, so a kill leaves it whole or not there. Its key is made of the code and the cause: a replay
    meets it. A use of a link with a limit takes a slot, numbered from 1 without gaps, and a slot is taken once.
    """

    name = "uses"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel(
            [("bot_id", 1), ("code", 1), ("slot", 1)],
            unique=True,
            partialFilterExpression={"slot": {"$exists": True}},
        ),
        IndexModel([("bot_id", 1), ("code", 1), ("at", -1)]),
        IndexModel([("bot_id", 1), ("at", 1)]),
        IndexModel([("bot_id", 1), ("missing", 1)], partialFilterExpression={"missing": {"$exists": True}}),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose links are used."""
        super().__init__(database, bot_id)
        self.by_cause = True
        """False only for the control of the proof: a replay makes a use of its own."""
        self._unlimited: Together[_Use, None] = Together(self._insert_all)

    async def granted(self, code: str, cause: Cause) -> bool:
        """Tell whether this cause has its use already."""
        return await self._documents.find_one({"_id": self._key(code, cause)}, {"_id": 1}) is not None

    async def add(self, code: str, by: int, cause: Cause, now: datetime, limit: int | None) -> bool:
        """Count a use once per cause; False when the limit is reached and this cause has none."""
        if limit is None:
            await self._unlimited.one(_Use(code, by, cause, now))
            return True
        slot = await self._highest_slot(code) + 1
        while slot <= limit:
            if await self._insert(code, by, cause, now, slot):
                return True
            slot += 1
        # Another process may be at the same cause: its use may have taken the last slot.
        return await self.granted(code, cause)

    async def count(self, code: str) -> int:
        """Return how often a link was used."""
        prefix = self._key(code, "")
        # ";" follows ":", so these are the keys that begin with the prefix.
        return await self._documents.count_documents({"_id": {"$gte": prefix, "$lt": prefix[:-1] + ";"}})

    async def without_slot(self, code: str) -> int:
        """Return how often a link was used while it had no limit."""
        return await self.count(code) - await self._documents.count_documents(self._slotted(code))

    async def statistics(self, code: str, since: datetime, zone: str, readers: int) -> Statistics:
        """Return how often a link was used on each day since then, days as in a time zone, and the last readers."""
        of: Document = {"bot_id": self._bot_id, "code": code}
        day = {"$dateToString": {"date": "$at", "format": "%Y-%m-%d", "timezone": zone}}
        counted = await self._documents.aggregate(
            [{"$match": of | {"at": {"$gte": since}}}, {"$group": {"_id": day, "uses": {"$sum": 1}}}]
        )
        days = {document["_id"]: document["uses"] async for document in counted}
        newest = self._documents.find(of, {"by": 1, "at": 1}, sort=[("at", -1)], limit=readers)
        return Statistics(days, [(document["by"], document["at"]) async for document in newest])

    async def missed(self, code: str, cause: Cause, missing: Sequence[str], *, nothing: bool) -> None:
        """Note which files of a use did not arrive, by their unique ids; `nothing`: none did, it was no delivery."""
        change: Document = {"missing": list(missing), **({"undelivered": True} if nothing else {})}
        await self._documents.update_one({"_id": self._key(code, cause)}, {"$set": change})

    async def missed_file(self, unique_id: str) -> int:
        """Return how many deliveries came without this file."""
        where = {"bot_id": self._bot_id, "missing": unique_id, "undelivered": None}
        return await self._documents.count_documents(where)

    async def after(self, moment: datetime | None, number: int) -> datetime | None:
        """Return when the use with this number (from 0) after a moment was; None: there are not so many."""
        where: Document = {"bot_id": self._bot_id} | ({} if moment is None else {"at": {"$gt": moment}})
        wanted = {"_id": 0, "at": 1}  # the index has it
        found = await self._documents.find_one(where, wanted, sort=[("bot_id", 1), ("at", 1)], skip=number)
        return found["at"] if found else None

    async def counted(self, after: datetime | None, until: datetime | None) -> dict[tuple[str, datetime], int]:
        """Count the deliveries after one moment and until another, by link and quarter of an hour; None: no bound."""
        at: Document = {} if after is None else {"$gt": after}
        if until is not None:
            at["$lte"] = until
        where: Document = {"bot_id": self._bot_id, "undelivered": None} | ({"at": at} if at else {})
        group = {"_id": {"code": "$code", "quarter": quarter_of("$at")}, "uses": {"$sum": 1}}
        counted = await self._documents.aggregate([{"$match": where}, {"$group": group}])
        return {(each["_id"]["code"], each["_id"]["quarter"]): each["uses"] async for each in counted}

    async def used_up(self, code: str, limit: int | None) -> bool:
        """Tell whether a link with this limit has no use left."""
        return limit is not None and await self._highest_slot(code) >= limit

    async def _insert(self, code: str, by: int, cause: Cause, now: datetime, slot: int | None) -> bool:
        """Insert a use; True when it is there now, by us or before, False when another cause has the slot."""
        document = self._document(_Use(code, by, cause, now))
        if slot is not None:
            document["slot"] = slot
        try:
            await self._documents.insert_one(document)
        except DuplicateKeyError as error:
            return "_id" in (error.details or {}).get("keyPattern", {})
        return True

    async def _insert_all(self, uses: Sequence[_Use]) -> list[Exception | None]:
        """Insert uses without a slot, those that are there already apart."""
        if len(uses) == 1:
            [use] = uses
            await self._insert(use.code, use.by, use.cause, use.at, None)
            return [None]
        with what_is_there_stays():
            await self._documents.insert_many([self._document(use) for use in uses], ordered=False)
        return [None] * len(uses)

    def _document(self, use: _Use) -> Document:
        return {
            "_id": self._key(use.code, use.cause if self.by_cause else uuid4().hex),
            "bot_id": self._bot_id,
            "code": use.code,
            "cause": use.cause,
            "by": use.by,
            "at": use.at,
        }

    async def _highest_slot(self, code: str) -> int:
        last = await self._documents.find_one(self._slotted(code), {"slot": 1}, sort=[("slot", -1)])
        return int(last["slot"]) if last else 0

    def _slotted(self, code: str) -> Document:
        return {"bot_id": self._bot_id, "code": code, "slot": {"$exists": True}}
