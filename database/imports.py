"""Decides how far the reading of a former storage channel has come, and that one process at a time goes on with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from database.cause import Cause
from database.collection import Collection, Document


class ImportState(StrEnum):
    """Where an import stands."""

    READING = "reading"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found among posts that were read: files, posts that are none, and numbers without a post."""

    files: int = 0
    others: int = 0
    absent: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """The reading of a channel's posts from `first` to `last`.

    `next` is the first one that was not read yet. `run` numbers the readings of this channel. `reason` is the key of
    the text that says why it was refused, with its arguments in `details`.
    """

    chat: int
    first: int
    last: int
    next: int
    run: int
    state: ImportState
    found: Found
    reason: str | None = None
    details: Mapping[str, str] | None = None

    @property
    def cause(self) -> Cause:
        """The cause of what its end makes happen."""
        return Cause(f"import:{self.chat}:{self.run}")


class Imports(Collection):
    """One bot's imports: one for each channel that was named, the last one."""

    name = "imports"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("state", 1)])]

    async def ask(self, chat: int, first: int, last: int, now: datetime) -> Import:
        """Let the posts of a channel be read.

        One that is being read is left alone and returned, whatever posts it is about; one of the same posts that was
        refused goes on where it was; else a new reading begins.
        """
        same = {"$and": [{"$eq": ["$state", "refused"]}, {"$eq": ["$first", first]}, {"$eq": ["$last", last]}]}
        begun: Document = {
            "bot_id": self._bot_id,
            "chat": chat,
            "first": first,
            "last": last,
            "next": {"$cond": [same, "$next", first]},
            "run": {"$add": [{"$ifNull": ["$run", 0]}, 1]},
            "state": ImportState.READING.value,
            "told": False,
            "epoch": {"$ifNull": ["$epoch", 0]},
            "asked_at": now,
            "reason": None,
            "details": None,
        }
        counts = {name: {"$cond": [same, f"${name}", 0]} for name in ("files", "others", "absent")}
        try:
            return _import(
                await self._upsert(
                    {"_id": self._key(chat), "state": {"$ne": ImportState.READING.value}}, [{"$set": begun | counts}]
                )
            )
        except DuplicateKeyError:
            current = await self.get(chat)
            if current is None:
                raise
            return current

    async def get(self, chat: int) -> Import | None:
        """Return a channel's import; None when it was never named."""
        document = await self._documents.find_one({"_id": self._key(chat)})
        return None if document is None else _import(document)

    async def chats(self) -> list[int]:
        """Return the channels that were named at an import."""
        documents = self._documents.find({"bot_id": self._bot_id}, {"chat": 1}, sort=[("_id", 1)])
        return [document["chat"] async for document in documents]

    async def claim(self, epoch: int) -> Import | None:
        """Take an import that is to be read, for the lease with this epoch; None when there is none."""
        document = await self._documents.find_one_and_update(
            {"bot_id": self._bot_id, "state": ImportState.READING.value, "epoch": {"$lte": epoch}},
            {"$set": {"epoch": epoch}},
            return_document=ReturnDocument.AFTER,
        )
        return None if document is None else _import(document)

    async def advance(self, claimed: Import, epoch: int, upto: int, found: Found) -> None:
        """Write down that the posts up to a number were read; nothing if somebody else went on with it."""
        done = upto >= claimed.last
        await self._documents.update_one(
            self._held(claimed, epoch),
            {
                "$set": {"next": upto + 1, "state": (ImportState.DONE if done else ImportState.READING).value},
                "$inc": {"files": found.files, "others": found.others, "absent": found.absent},
            },
        )

    async def refuse(self, claimed: Import, epoch: int, reason: str, details: Mapping[str, str]) -> None:
        """Write down why it cannot go on, as a text's key and its arguments."""
        change = {"state": ImportState.REFUSED.value, "reason": reason, "details": dict(details)}
        await self._documents.update_one(self._held(claimed, epoch), {"$set": change})

    async def untold(self) -> list[Import]:
        """Return what ended and was not told of."""
        ended = [ImportState.DONE.value, ImportState.REFUSED.value]
        documents = self._documents.find({"bot_id": self._bot_id, "state": {"$in": ended}, "told": False})
        return [_import(document) async for document in documents]

    async def told(self, ended: Import) -> None:
        """Write down that it was told."""
        await self._documents.update_one({"_id": self._key(ended.chat), "run": ended.run}, {"$set": {"told": True}})

    def _held(self, claimed: Import, epoch: int) -> Document:
        return {
            "_id": self._key(claimed.chat),
            "run": claimed.run,
            "next": claimed.next,
            "state": ImportState.READING.value,
            "epoch": epoch,
        }


def _import(document: Document) -> Import:
    return Import(
        chat=document["chat"],
        first=document["first"],
        last=document["last"],
        next=document["next"],
        run=document["run"],
        state=ImportState(document["state"]),
        found=Found(document["files"], document["others"], document["absent"]),
        reason=document["reason"],
        details=document["details"],
    )
