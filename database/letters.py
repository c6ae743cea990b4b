"""Decides what is kept of what the owner is to be told and cannot be: each text once, until they can."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from pymongo import IndexModel

from database.cause import Cause
from database.collection import Document
from database.due import DUE, Waiting

KEEP: Final = timedelta(days=90)
"""How long a letter waits: who has not written by then is not there, and nothing may grow without end."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for the owner, as client/letters.py writes it; cause and step are those of the message that it becomes."""

    cause: Cause
    step: str
    content: Mapping[str, Any]


class Letters(Waiting):
    """What waits for one bot's owner; it is due once the owner was heard of."""

    name = "letters"
    indexes: ClassVar[list[IndexModel]] = [
        DUE,
        IndexModel([("bot_id", 1), ("written_at", 1)]),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def keep(self, letter: Letter, now: datetime) -> None:
        """Keep a letter, once per cause and step."""
        kept = {
            "bot_id": self._bot_id,
            "cause": letter.cause,
            "step": letter.step,
            "content": letter.content,
            "written_at": now,
            "attempts": 0,
            "forget_at": now + KEEP,
        }
        await self._documents.update_one({"_id": self._id_of(letter)}, {"$setOnInsert": kept}, upsert=True)

    async def wake(self) -> bool:
        """Let every letter be due that is not, in the order in which they were written; False where there is none."""
        undue: Document = {"bot_id": self._bot_id, "due_at": None}
        return (await self._documents.update_many(undue, [{"$set": {"due_at": "$written_at"}}])).matched_count > 0

    async def claim(self, epoch: int, now: datetime) -> Letter | None:
        """Take the oldest letter that is due; it comes again after a pause if nobody ends it."""
        found = await self._take(epoch, now)
        return None if found is None else Letter(Cause(found["cause"]), found["step"], found["content"])

    async def postpone(self, letter: Letter, epoch: int, until: datetime | None) -> None:
        """Let a letter come again at this time, None: when the owner is heard of; unless somebody else took it."""
        change: Document = {"$unset": {"due_at": ""}} if until is None else {"$set": {"due_at": until}}
        await self._documents.update_one({"_id": self._id_of(letter), "epoch": epoch}, change)

    async def drop(self, letter: Letter, epoch: int) -> None:
        """Forget a letter that has arrived, unless somebody else took it: sending it again would send nothing."""
        await self._documents.delete_one({"_id": self._id_of(letter), "epoch": epoch})

    def _id_of(self, letter: Letter) -> str:
        return self._key(letter.cause, letter.step)
