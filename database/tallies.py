"""Decides how far uses are counted, and keeps how many there were in each quarter of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel, UpdateOne

from database.collection import Collection, Document, what_is_there_stays

_STATE = "state"
_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of time: after one moment, until another."""

    after: datetime
    until: datetime


class Tallies(Collection):
    """How often one bot's links handed out their files, by quarters of an hour, and in all.

    A window of time is written down before anything of it is counted, and each number knows until when it counts. So
    a window that a crash interrupted is counted again, and what was counted already stays as it is.
    """

    name = "tallies"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("at", 1)], partialFilterExpression={"at": {"$exists": True}})
    ]

    async def through(self) -> datetime | None:
        """Return until when everything is counted; None before the first time."""
        state = await self._documents.find_one({"_id": self._key(_STATE)})
        return state["through"] if state else None

    async def open_window(self, window: Window) -> Window:
        """Begin to count a window; returns the one that was begun and not finished, if there is one."""
        state = await self._upsert(
            {"_id": self._key(_STATE)},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "through": {"$ifNull": ["$through", window.after]},
                        "until": {"$ifNull": ["$until", window.until]},
                    }
                }
            ],
        )
        return Window(state["through"], state["until"])

    async def close_window(self, window: Window) -> None:
        """Note that a window is counted."""
        await self._documents.update_one(
            {"_id": self._key(_STATE), "until": window.until},
            {"$set": {"through": window.until}, "$unset": {"until": ""}},
        )

    async def add(self, uses: Mapping[datetime, int], until: datetime) -> None:
        """Add what one window has for each quarter, named by its beginning, and to the total; once per window."""
        numbers: list[tuple[str, Document, int]] = [
            (self._key("quarter", at.isoformat()), {"at": at}, count) for at, count in uses.items()
        ]
        numbers.append((self._key(_TOTAL), {}, sum(uses.values())))
        changes = [
            UpdateOne(
                {"_id": key, "counted": {"$lt": until}},
                {"$inc": {"uses": count}, "$set": {"bot_id": self._bot_id, "counted": until, **place}},
                upsert=True,
            )
            for key, place, count in numbers
        ]
        with what_is_there_stays():  # counted already: it is there, and the upsert would make it anew
            await self._documents.bulk_write(changes, ordered=False)

    async def since(self, moment: datetime) -> dict[datetime, int]:
        """Return the quarters since then that had any, each by its beginning."""
        found = self._documents.find({"bot_id": self._bot_id, "at": {"$gte": moment}}, {"at": 1, "uses": 1})
        return {document["at"]: document["uses"] async for document in found}

    async def forget_before(self, moment: datetime) -> int:
        """Forget the quarters before a moment; returns how many there were."""
        deleted = await self._documents.delete_many({"bot_id": self._bot_id, "at": {"$lt": moment}})
        return deleted.deleted_count

    async def total(self) -> int:
        """Return how many were counted in all."""
        document = await self._documents.find_one({"_id": self._key(_TOTAL)}, {"uses": 1})
        return int(document["uses"]) if document else 0
