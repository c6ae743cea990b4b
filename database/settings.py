"""Decides what is kept of a bot's settings: what was changed in the chat, once per cause."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from database.audit import Change, Value
from database.cause import Cause
from database.collection import Collection, Document
from database.together import Together

_KEPT = 100
"""Causes that are remembered of one setting, and changes of it that the log does not have yet."""


class BotSettings(Collection):
    """One bot's settings that differ from the environment's first values.

    A change lies in the setting itself, written with its value, until the log of changes has it: see `unlogged`.
    """

    name = "settings"

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose settings these are."""
        super().__init__(database, bot_id)
        self._reads: Together[None, Mapping[str, Value]] = Together(self._read)

    async def put(self, name: str, value: Value, by: int, now: datetime, *, cause: Cause, first: Value = None) -> None:
        """Change a setting, once per cause. None is a value too; `first` is what it had before its first change."""
        change = Change("setting", name, by, now, cause, first)
        await self._change(change, {"$literal": value})

    async def reset(self, name: str, by: int, now: datetime, *, cause: Cause, first: Value = None) -> None:
        """Let a setting have its `first` value again, whatever that will be; once per cause."""
        change = Change("setting", name, by, now, cause, first)
        await self._change(change, {"$literal": first}, value="$$REMOVE")

    async def choose(
        self, name: str, item: Value, by: int, now: datetime, *, chosen: bool, cause: Cause, first: Value = None
    ) -> None:
        """Put an item into a setting that is a list, or take it out, whatever else changes in it at the same time."""
        change = Change("setting", name, by, now, cause, first)
        old, literal = _old(change), {"$literal": item}
        others = {"$filter": {"input": old, "cond": {"$ne": ["$$this", literal]}}}
        longer = {"$cond": [{"$in": [literal, old]}, old, {"$concatArrays": [old, [literal]]}]}
        await self._change(change, longer if chosen else others)

    async def all(self) -> Mapping[str, Value]:
        """Return every setting that was changed and not reset."""
        return await self._reads.one(None)

    async def unlogged(self) -> list[Change]:
        """Return the changes that the log may not have yet, the oldest of each setting first."""
        found = self._documents.find({"bot_id": self._bot_id, "unlogged.0": {"$exists": True}}, {"unlogged": 1})
        return [
            Change(**change | {"cause": Cause(change["cause"])})
            async for document in found
            for change in document["unlogged"]
        ]

    async def logged(self, change: Change) -> None:
        """Note that the log has a change."""
        await self._documents.update_one(
            {"_id": self._key(change.subject)}, {"$pull": {"unlogged": {"cause": change.cause}}}
        )

    async def _change(self, change: Change, new: Document, value: Document | str | None = None) -> None:
        """Give a setting the value of an expression, and put the change beside it where it is one.

        `value` is what is kept where that is not `new` itself.
        """
        replayed = {"$in": [{"$literal": change.cause}, {"$ifNull": ["$causes", []]}]}
        old = _old(change)
        entry: Document = {key: {"$literal": each} for key, each in asdict(change).items()} | {"old": old, "new": new}
        await self._documents.update_one(
            {"_id": self._key(change.subject)},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "name": {"$literal": change.subject},
                        "value": {"$cond": [replayed, "$value", value or new]},
                        "causes": _appended("$causes", {"$literal": change.cause}, unless=replayed),
                        "unlogged": _appended("$unlogged", entry, unless={"$or": [replayed, {"$eq": [old, new]}]}),
                    }
                }
            ],
            upsert=True,
        )

    async def _read(self, askers: Sequence[None]) -> list[Mapping[str, Value]]:
        where = {"bot_id": self._bot_id, "value": {"$exists": True}}
        documents = self._documents.find(where, {"name": 1, "value": 1})
        found = {document["name"]: document["value"] async for document in documents}
        return [found] * len(askers)


def _appended(array: str, entry: Document, *, unless: Document) -> Document:
    """Put an entry at the end of an array, which may not be there yet; the oldest beyond `_KEPT` go."""
    before = {"$ifNull": [array, []]}
    return {"$cond": [unless, before, {"$slice": [{"$concatArrays": [before, [entry]]}, -_KEPT]}]}


def _old(change: Change) -> Document:
    """Return the expression of what a setting's value is: the first one where none is kept."""
    return {"$cond": [{"$eq": [{"$type": "$value"}, "missing"]}, {"$literal": change.old}, "$value"]}
