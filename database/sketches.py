"""Decides what is kept of a draft while a person makes it: what it says, where it is to go, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.cause import Cause
from database.collection import Collection, Document
from database.outgoing import Outgoing

KEPT: Final = timedelta(days=30)
"""How long a sketch is kept after it was begun, whatever became of it."""

_CAUSES: Final = 50
"""Changes of one sketch whose causes are remembered: a replay comes before so many others."""


class SketchState(StrEnum):
    """What became of a sketch."""

    OPEN = "open"
    HANDED = "handed"
    """It is a draft, which reviewers decide on."""
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Sketch:
    """A draft that a person is making.

    `out` is what it says, made of the messages `made_of` in the chat with them (`chat`). `targets` are the chats that
    are chosen. `send_at` is when it is to go out (UTC); None: once it is approved.
    """

    code: str
    cause: Cause
    by: int
    chat: int
    made_of: tuple[int, ...]
    out: Outgoing
    targets: tuple[int, ...]
    begun_at: datetime
    send_at: datetime | None = None
    state: SketchState = SketchState.OPEN


class Sketches(Collection):
    """One bot's sketches. A change is made once per cause, while the sketch is open."""

    name = "sketches"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("cause", 1)], unique=True),
        IndexModel([("begun_at", 1)], expireAfterSeconds=int(KEPT.total_seconds())),
    ]

    async def add(self, sketch: Sketch) -> Sketch:
        """Write a sketch down; where its cause made one already, that one is returned."""
        document: Document = {
            "_id": self._key(sketch.code),
            "bot_id": self._bot_id,
            "code": sketch.code,
            "cause": sketch.cause,
            "by": sketch.by,
            "chat": sketch.chat,
            "made_of": list(sketch.made_of),
            "out": sketch.out.as_document(),
            "targets": list(sketch.targets),
            "begun_at": sketch.begun_at,
            "send_at": sketch.send_at,
            "state": sketch.state.value,
            "causes": [],
        }
        if await self._insert_new(document):
            return sketch
        known = await self._documents.find_one({"bot_id": self._bot_id, "cause": sketch.cause})
        if known is None:
            raise RuntimeError(f"the code {sketch.code} is not new")
        return _sketch(known)

    async def get(self, code: str) -> Sketch | None:
        """Return a sketch."""
        document = await self._documents.find_one({"_id": self._key(code)})
        return None if document is None else _sketch(document)

    async def choose(self, code: str, chat: int, *, chosen: bool, cause: Cause) -> Sketch | None:
        """Let it go to a chat, or not; None where it is not open, and this cause did nothing to it."""
        return await self._change(code, cause, {"$addToSet" if chosen else "$pull": {"targets": chat}})

    async def plan(self, code: str, at: datetime | None, *, cause: Cause) -> Sketch | None:
        """Let it go out at a time, or once it is approved; None as in `choose`."""
        return await self._change(code, cause, {"$set": {"send_at": at}})

    async def end(self, code: str, state: SketchState, *, cause: Cause) -> Sketch | None:
        """Let it be handed in, or dropped; None as in `choose`."""
        return await self._change(code, cause, {"$set": {"state": state.value}})

    async def _change(self, code: str, cause: Cause, change: Document) -> Sketch | None:
        where = {"_id": self._key(code), "state": SketchState.OPEN.value, "causes": {"$ne": cause}}
        noted: Document = {**change, "$push": {"causes": {"$each": [cause], "$slice": -_CAUSES}}}
        document = await self._documents.find_one_and_update(where, noted, return_document=ReturnDocument.AFTER)
        document = document or await self._documents.find_one({"_id": self._key(code), "causes": cause})
        return None if document is None else _sketch(document)


def _sketch(document: Mapping[str, Any]) -> Sketch:
    return Sketch(
        code=document["code"],
        cause=Cause(document["cause"]),
        by=document["by"],
        chat=document["chat"],
        made_of=tuple(document["made_of"]),
        out=Outgoing.of(document["out"]),
        targets=tuple(document["targets"]),
        begun_at=document["begun_at"],
        send_at=document["send_at"],
        state=SketchState(document["state"]),
    )
