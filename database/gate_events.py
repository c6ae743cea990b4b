"""Decides what is remembered of what happened at the gate, apart from the tokens, which are deleted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import IndexModel

from database.cause import Cause
from database.collection import Collection, Document


class GateEvent(StrEnum):
    """What happened at the gate."""

    MADE = "made"
    VERIFIED = "verified"
    BYPASSED = "bypassed"
    REFUSED = "refused"
    FAILED = "failed"
    """A shortener did not do what it is for."""


@dataclass(frozen=True, slots=True)
class EventCount:
    """How often something happened on one day; `shortener` None: by none, or it is no matter of one."""

    event: GateEvent
    shortener: str | None
    reason: str | None
    count: int


class GateEvents(Collection):
    """What happened at one bot's gate: a document per event, whose key is made of its cause, so a replay meets it."""

    name = "gate_events"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("day", 1), ("event", 1), ("shortener", 1), ("reason", 1)]),
    ]

    async def note(
        self, event: GateEvent, cause: Cause, day: str, now: datetime, *, shortener: str | None = None,
        reason: str | None = None, payload: str | None = None,
    ) -> None:  # fmt: skip
        """Write down that something happened, once per cause (of one shortener's failing: once per shortener)."""
        key = (event, cause) if event is not GateEvent.FAILED else (event, cause, shortener)
        document: Document = {
            "_id": self._key(*key),
            "bot_id": self._bot_id,
            "event": event,
            "day": day,
            "at": now,
            "shortener": shortener,
            "reason": reason,
        }
        if payload is not None:
            document["payload"] = payload
        await self._insert_new(document)

    async def verified_by(self, cause: Cause) -> str | None:
        """Return what the link carries whose token this cause was verified with, though the token may be gone."""
        document = await self._documents.find_one({"_id": self._key(GateEvent.VERIFIED, cause)}, {"payload": 1})
        return None if document is None else document["payload"]

    async def of_day(self, day: str) -> list[EventCount]:
        """Count what happened on a day."""
        fields = ("event", "shortener", "reason")
        counted = await self._documents.aggregate(
            [
                {"$match": {"bot_id": self._bot_id, "day": day}},
                {"$group": {"_id": {name: f"${name}" for name in fields}, "count": {"$sum": 1}}},
            ]
        )
        return [
            EventCount(
                GateEvent(each["_id"]["event"]),
                each["_id"].get("shortener"),
                each["_id"].get("reason"),
                each["count"],
            )
            async for each in counted
        ]

    async def forget_before(self, day: str) -> None:
        """Delete what happened before a day."""
        await self._documents.delete_many({"bot_id": self._bot_id, "day": {"$lt": day}})
