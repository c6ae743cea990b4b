"""Decides how a wait that Telegram ordered outlives the process: until when a bot must not make which calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import DeleteOne, IndexModel, UpdateOne

from database.collection import Collection

MOST = 10_000
"""Waits that are read at a start, those that end last; more than one bot ever has of more than a few seconds."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Calls that a bot must not make before a time (UTC).

    A method of None stands for every method, a chat of None for every chat; what a login is closed for is not a chat
    but a hash of its credentials.
    """

    method: str | None
    chat: int | str | None
    until: datetime


class Waits(Collection):
    """One bot's waits. What is over is removed by the server."""

    name = "waits"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("until", -1)]),
        IndexModel([("until", 1)], expireAfterSeconds=0),
    ]

    async def put(self, waits: Iterable[Wait]) -> None:
        """Write waits down; a shorter one does not shorten a longer one."""
        await self._write(
            [
                UpdateOne(
                    {"_id": self._name(wait)},
                    {
                        "$max": {"until": wait.until},
                        "$setOnInsert": {"bot_id": self._bot_id, "method": wait.method, "chat": wait.chat},
                    },
                    upsert=True,
                )
                for wait in waits
            ]
        )

    async def lift(self, waits: Iterable[Wait]) -> None:
        """Forget waits that turned out not to hold, whatever their time."""
        await self._write([DeleteOne({"_id": self._name(wait)}) for wait in waits])

    async def running(self, now: datetime) -> list[Wait]:
        """Return the waits that are not over, those that end last first, `MOST` at most."""
        found = self._documents.find({"bot_id": self._bot_id, "until": {"$gt": now}}).sort("until", -1).limit(MOST)
        return [Wait(document["method"], document["chat"], document["until"]) async for document in found]

    async def _write(self, writes: Sequence[UpdateOne | DeleteOne]) -> None:
        if writes:
            await self._documents.bulk_write(list(writes), ordered=False)

    def _name(self, wait: Wait) -> str:
        return self._key(wait.method or "*", "*" if wait.chat is None else wait.chat)
