"""Decides how it is kept what a bot sent, and how long Telegram let it wait: by quarters of an hour, through kills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pymongo import IndexModel, UpdateOne

from database.collection import Collection

KEPT: Final = timedelta(days=3)
"""How long a quarter is kept: today in every time zone, and yesterday."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went out: messages that Telegram took, waits that it ordered, and the seconds that these were for."""

    sent: int = 0
    waits: int = 0
    waited: float = 0.0

    def __add__(self, other: Traffic) -> Traffic:
        """Return both together."""
        return Traffic(self.sent + other.sent, self.waits + other.waits, self.waited + other.waited)

    def __sub__(self, other: Traffic) -> Traffic:
        """Return what came after the other, which this one begins with."""
        return Traffic(self.sent - other.sent, self.waits - other.waits, self.waited - other.waited)


class TrafficCounts(Collection):
    """One bot's traffic by quarters of an hour (UTC), each with the part of everybody who counted in it.

    Who counts writes their own part whole, under a name that nobody else has: written again it changes nothing, and a
    process that was killed leaves what it wrote last.
    """

    name = "traffic"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("at", 1)]),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def put(self, counter: str, quarters: Mapping[datetime, Traffic]) -> None:
        """Write down what a counter has of each quarter by now, named by its beginning."""
        writes = [
            UpdateOne(
                {"_id": self._key(at.isoformat())},
                {
                    "$set": {f"parts.{counter}": asdict(part)},
                    "$setOnInsert": {"bot_id": self._bot_id, "at": at, "forget_at": at + KEPT},
                },
                upsert=True,
            )
            for at, part in quarters.items()
        ]
        if writes:
            await self._documents.bulk_write(writes, ordered=False)

    async def since(self, moment: datetime) -> dict[datetime, dict[str, Traffic]]:
        """Return the parts of each quarter since then, by who counted them."""
        found = self._documents.find({"bot_id": self._bot_id, "at": {"$gte": moment}}, {"at": 1, "parts": 1})
        return {
            document["at"]: {name: Traffic(**part) for name, part in document["parts"].items()}
            async for document in found
        }
