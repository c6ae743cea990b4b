"""Decides what is kept of a bot's settings: what was changed in the chat, once per cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from database.audit import UNLOGGED, Audited, Change, Value, carrying, changed_by
from database.cause import Cause, hash64
from database.collection import Document, with_item, without_item
from database.together import Together


@dataclass(frozen=True, slots=True)
class Before:
    """What a setting was before its last change; `kept` False: it had no value of its own. `id` names that change."""

    id: str
    kept: bool
    value: Value


class BotSettings(Audited):
    """One bot's settings that differ from the environment's first values, and what each was before its last change."""

    name = "settings"
    indexes: ClassVar[list[IndexModel]] = [UNLOGGED]

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
        changed = with_item if chosen else without_item
        await self._change(change, changed(_old(change), {"$literal": item}))

    async def undo(self, name: str, last: str, by: int, now: datetime, *, cause: Cause, first: Value = None) -> bool:
        """Take back the last change of a setting, once per cause; that is a change again, which can be taken back.

        False where the last one is not that one (`Before.id`) any more.
        """
        change = Change("setting", name, by, now, cause, first)
        new = {"$cond": ["$last.kept", "$last.value", {"$literal": first}]}
        value = {"$cond": ["$last.kept", "$last.value", "$$REMOVE"]}
        return await self._change(change, new, value, {"$or": [{"last.id": last}, {"causes": cause}]})

    async def before(self, name: str) -> Before | None:
        """Return what a setting was before its last change; None where it was never changed."""
        document = await self._documents.find_one({"_id": self._key(name), "last": {"$exists": True}}, {"last": 1})
        return None if document is None else Before(**{"value": None} | document["last"])

    async def all(self) -> Mapping[str, Value]:
        """Return every setting that was changed and not reset."""
        return await self._reads.one(None)

    async def _change(
        self, change: Change, new: Document, value: Document | str | None = None, where: Document | None = None
    ) -> bool:
        """Give a setting the value of an expression, where it is as wanted; False where it is not.

        `value` is what is kept where that is not `new` itself. A setting of which nothing is kept is made, but not with
        a condition.
        """
        old, replayed = _old(change), changed_by(change.cause)
        last = {"id": _id_of(change.cause), "kept": {"$ne": [{"$type": "$value"}, "missing"]}, "value": "$value"}
        done = await self._documents.update_one(
            {"_id": self._key(change.subject), **(where or {})},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "name": {"$literal": change.subject},
                        "value": {"$cond": [replayed, "$value", value or new]},
                        "last": {"$cond": [{"$or": [replayed, {"$eq": [old, new]}]}, "$last", last]},
                        **carrying(change, old, new),
                    }
                }
            ],
            upsert=where is None,
        )
        return done.matched_count > 0 or done.did_upsert

    async def _read(self, askers: Sequence[None]) -> list[Mapping[str, Value]]:
        where = {"bot_id": self._bot_id, "value": {"$exists": True}}
        documents = self._documents.find(where, {"name": 1, "value": 1})
        found = {document["name"]: document["value"] async for document in documents}
        return [found] * len(askers)


def _old(change: Change) -> Document:
    """Return the expression of what a setting's value is: the first one where none is kept."""
    return {"$cond": [{"$eq": [{"$type": "$value"}, "missing"]}, {"$literal": change.old}, "$value"]}


def _id_of(cause: Cause) -> str:
    """Name a change so briefly that it fits into a button."""
    return f"{hash64(cause) % 2**64:016x}"
