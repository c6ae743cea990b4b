"""Decides which process owns a bot: whoever holds its lease, judged by the database server's clock alone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Collection, Document

_FREE = {"$or": [{"$lte": ["$expires_at", "$$NOW"]}, {"$eq": ["$owner", None]}]}


_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to connect as a bot, for `seconds` from the last acquisition or renewal."""

    bot_id: int
    owner: str
    epoch: int
    seconds: float


class Leases(Collection):
    """One bot's lease.

    The epoch grows by one with each acquisition and is never used again: writes that carry an older one match nothing.
    A holder counts its own deadline on its monotonic clock from before the call.
    """

    name = "leases"

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose lease this is."""
        super().__init__(database, bot_id)
        self._made = False

    async def acquire(self, owner: str, seconds: float) -> Lease | None:
        """Take the lease if nobody holds it, or it expired, or this owner has it already (an answer got lost).

        `owner` is unique per process and start. Returns None while another holds it.
        """
        mine: Document = {"$eq": ["$owner", {"$literal": owner}]}
        free_for_us = {"_id": self._key(), "$expr": {"$or": [_FREE, mine]}}
        take = [
            {
                "$set": {
                    "owner": {"$literal": owner},
                    "epoch": {"$add": ["$epoch", 1]},
                    "acquired_at": "$$NOW",
                    "expires_at": _from_now(seconds),
                }
            }
        ]
        if not self._made:
            never_held = {
                "bot_id": self._bot_id,
                "owner": None,
                "epoch": 0,
                "expires_at": _NEVER,
            }
            await self._documents.update_one({"_id": self._key()}, {"$setOnInsert": never_held}, upsert=True)
            self._made = True
        document = await self._documents.find_one_and_update(free_for_us, take, return_document=ReturnDocument.AFTER)
        # Held by another, or removed by somebody's hand: the next attempt makes sure that it exists.
        self._made = document is not None
        return None if document is None else Lease(self._bot_id, owner, int(document["epoch"]), seconds)

    async def renew(self, lease: Lease) -> bool:
        """Hold the lease for its seconds from now on; False when another has taken it over or it was released.

        An expired lease that nobody took is still this owner's: its epoch is the newest one.
        """
        longer = [{"$set": {"expires_at": _from_now(lease.seconds)}}]
        result = await self._documents.update_one(self._held_by(lease), longer)
        return result.matched_count == 1

    async def release(self, lease: Lease) -> None:
        """Give the lease back, so that a standby need not wait; nothing happens when it is another's by now."""
        await self._documents.update_one(self._held_by(lease), [{"$set": {"owner": None, "expires_at": "$$NOW"}}])

    async def is_held(self) -> bool:
        """Tell whether somebody holds the lease at this moment."""
        held = {"_id": self._key(), "$expr": {"$not": [_FREE]}}
        return await self._documents.find_one(held, {"_id": 1}) is not None

    def _held_by(self, lease: Lease) -> Document:
        return {"_id": self._key(), "owner": lease.owner, "epoch": lease.epoch}


def _from_now(seconds: float) -> dict[str, Any]:
    return {"$add": ["$$NOW", round(seconds * 1000)]}
