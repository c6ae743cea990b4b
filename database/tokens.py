"""Decides how tokens of verification are kept: hashed, each for one reader and one link, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from pymongo import IndexModel

from database.cause import Cause
from database.codes import hashed
from database.collection import Collection, Document


class TokenState(StrEnum):
    """What became of a token."""

    PENDING = "pending"
    VERIFIED = "verified"
    BYPASSED = "bypassed"
    EXPIRED = "expired"


ENDED: Final = (TokenState.VERIFIED, TokenState.BYPASSED, TokenState.EXPIRED)
"""States that nothing follows."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token is asked for: the update that asks, who asks, what their link carries, and the day it counts for."""

    cause: Cause
    user_id: int
    payload: str
    day: str


@dataclass(frozen=True, slots=True)
class Token:
    """What one update of a reader asked for.

    Nobody knows the token itself but who was handed it. `ended_by` is the cause of the update that ended it, `attempts`
    how often it was about to be handed over.
    """

    cause: Cause
    user_id: int
    payload: str
    day: str
    state: TokenState
    attempts: int
    expires_at: datetime
    ended_by: Cause | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One handing over of a token: by which shortener (None: by none), and when."""

    shortener: str | None
    at: datetime


class Tokens(Collection):
    """One bot's tokens.

    A token is its cause's: a replay meets the first one. Each attempt to hand it over makes bits of its own, of which
    the hash is added here: a crash may leave open which of them the reader has, and any of them ends the one token.
    """

    name = "tokens"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("offers.hash", 1)]),
        IndexModel([("bot_id", 1), ("state", 1), ("expires_at", 1)]),
        IndexModel([("bot_id", 1), ("due_at", 1)], partialFilterExpression={"due_at": {"$exists": True}}),
    ]

    async def ask(self, new: NewToken, now: datetime, expires_at: datetime) -> Token:
        """Write down that a token is asked for, once per cause; returns what was written first."""
        document: Document = {
            "_id": self._key(new.cause),
            "bot_id": self._bot_id,
            "cause": new.cause,
            "user_id": new.user_id,
            "payload": new.payload,
            "day": new.day,
            "state": TokenState.PENDING,
            "granted": False,
            "offers": [],
            "asked_at": now,
            "expires_at": expires_at,
        }
        if await self._insert_new(document):
            return _token(document)
        return _token(await self._documents.find_one({"_id": document["_id"]}) or document)

    async def was_granted(self, cause: Cause) -> bool:
        """Tell whether a cause has its token, whatever became of it."""
        where = {"_id": self._key(cause), "granted": True}
        return await self._documents.find_one(where, {"_id": 1}) is not None

    async def grant(self, cause: Cause, now: datetime) -> None:
        """Let a token be made from `now` on; what was granted before stays as it is."""
        await self._documents.update_one(
            {"_id": self._key(cause), "granted": False}, {"$set": {"granted": True, "due_at": now}}
        )

    async def drop(self, cause: Cause) -> None:
        """Forget what cannot be handed over."""
        await self._documents.delete_one({"_id": self._key(cause), "state": TokenState.PENDING})

    async def offer(self, cause: Cause, token: str, shortener: str | None, now: datetime, until: datetime) -> bool:
        """Write down that these bits are about to be handed over; False where the token ended."""
        offer = {"hash": hashed(token), "shortener": shortener, "at": now}
        done = await self._documents.update_one(
            {"_id": self._key(cause), "state": TokenState.PENDING},
            {"$push": {"offers": offer}, "$set": {"expires_at": until}},
        )
        return done.matched_count == 1

    async def handed(self, cause: Cause) -> None:
        """Write down that the reader was answered."""
        await self._documents.update_one({"_id": self._key(cause)}, {"$unset": {"due_at": ""}})

    async def postpone(self, cause: Cause, until: datetime) -> None:
        """Put off an answer that is still due."""
        await self._documents.update_one(
            {"_id": self._key(cause), "due_at": {"$exists": True}}, {"$set": {"due_at": until}}
        )

    async def due(self, now: datetime, limit: int) -> list[Token]:
        """Return readers that are to be answered now, those who wait longest first."""
        where: Document = {"bot_id": self._bot_id, "due_at": {"$lte": now}}
        return [_token(each) async for each in self._documents.find(where, sort=[("due_at", 1)], limit=limit)]

    async def next_due(self, after: datetime | None = None) -> datetime | None:
        """Return when somebody is to be answered next (after a moment, if one is given); None: nobody waits."""
        where: Document = {"bot_id": self._bot_id, "due_at": {"$gt": after} if after else {"$exists": True}}
        document = await self._documents.find_one(where, {"due_at": 1}, sort=[("due_at", 1)])
        return document["due_at"] if document else None

    async def find(self, token: str) -> tuple[Token, Offer] | None:
        """Return whose bits these are, and how they were handed over; None where they are nobody's of this bot."""
        digest = hashed(token)
        document = await self._documents.find_one({"bot_id": self._bot_id, "offers.hash": digest})
        if document is None:
            return None
        offer = next(each for each in document["offers"] if each["hash"] == digest)
        return _token(document), Offer(offer["shortener"], offer["at"])

    async def end(self, cause: Cause, state: TokenState, by: Cause, now: datetime) -> bool:
        """End a pending token for the cause `by`; False where another one was first. Atomic: one of many succeeds."""
        done = await self._documents.update_one(
            {"_id": self._key(cause), "state": TokenState.PENDING},
            {"$set": {"state": state, "ended_by": by, "ended_at": now}, "$unset": {"due_at": ""}},
        )
        return done.modified_count == 1

    async def clean(self, now: datetime) -> int:
        """Delete what ended, and what nobody came back with in time; returns how many that was."""
        over = await self._documents.delete_many({"bot_id": self._bot_id, "state": {"$in": ENDED}})
        late = await self._documents.delete_many(
            {"bot_id": self._bot_id, "state": TokenState.PENDING, "expires_at": {"$lte": now}}
        )
        return over.deleted_count + late.deleted_count


def _token(document: Document) -> Token:
    ended_by = document.get("ended_by")
    return Token(
        cause=Cause(document["cause"]),
        user_id=document["user_id"],
        payload=document["payload"],
        day=document["day"],
        state=TokenState(document["state"]),
        attempts=len(document["offers"]),
        expires_at=document["expires_at"],
        ended_by=Cause(ended_by) if ended_by else None,
        ended_at=document.get("ended_at"),
    )
