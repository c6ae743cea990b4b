"""Decides what is kept of a bundle on its way: how far the work has come, and who goes on with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from database.bundle_items import KEEP, BundleItems
from database.cause import Cause
from database.collection import Document
from database.due import DUE, Waiting


class Stage(StrEnum):
    """Where a bundle stands."""

    COLLECTING = "collecting"
    READING = "reading"
    FOUND = "found"
    MAKING = "making"
    MADE = "made"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle of one person; its code is that of the conversation in which it is made.

    `chat` is the storage channel. Of its posts from `first` to `last` those before `next` were read, `others` of them
    without a file and `absent` gone. `plan` are the calls that copy what was collected, by message ids of the person's
    chat; `copied` of them are done, and `run` numbers the plans. `message_id` says how far it is, `told_at` when it
    last did. `epoch` is the lease's under which it was taken last.
    """

    code: str
    by: int
    stage: Stage
    chat: int
    first: int
    last: int
    next: int
    others: int
    absent: int
    plan: tuple[tuple[int, ...], ...] | None
    copied: int
    run: int
    message_id: int | None
    told_at: datetime
    due_at: datetime | None
    epoch: int

    @property
    def cause(self) -> Cause:
        """The cause of what is made of it."""
        return Cause(f"bundle:{self.code}")

    @property
    def run_cause(self) -> Cause:
        """The cause of what is tried once a run: the copies, and what is said of them."""
        return Cause(f"{self.cause}:{self.run}")


class Bundles(Waiting):
    """One bot's bundles; `due_at` is there while there is something to do for one."""

    name = "bundles"
    indexes: ClassVar[list[IndexModel]] = [
        DUE,
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose bundles these are."""
        super().__init__(database, bot_id)
        self.items = BundleItems(database, bot_id)

    async def grown(self, code: str, by: int, now: datetime, due_at: datetime) -> None:
        """Write down that something was collected or taken back, of which is to be told at `due_at`."""
        await self._documents.update_one(
            {"_id": self._key(code)},
            {
                "$min": {"due_at": due_at},
                "$set": {"forget_at": now + KEEP},
                "$setOnInsert": self._begun(code, by, Stage.COLLECTING, now),
            },
            upsert=True,
        )

    async def read(self, code: str, by: int, chat: int, first: int, last: int, now: datetime) -> None:
        """Let posts of a storage channel be read into a bundle; the same again changes nothing."""
        begun = self._begun(code, by, Stage.READING, now)
        begun |= {"chat": chat, "first": first, "last": last, "next": first, "due_at": now, "forget_at": now + KEEP}
        await self._documents.update_one({"_id": self._key(code)}, {"$setOnInsert": begun}, upsert=True)

    async def make(self, code: str, message_id: int, now: datetime) -> None:
        """Let the link be made, telling by this message how far it is; the same again changes nothing."""
        await self._documents.update_one(
            {"_id": self._key(code), "stage": {"$in": [Stage.COLLECTING.value, Stage.FOUND.value]}},
            {"$set": {"stage": Stage.MAKING.value, "message_id": message_id, "due_at": now, "attempts": 0}},
        )

    async def again(self, code: str, message_id: int, now: datetime) -> bool:
        """Let a link that could not be made be made from the start; False when none could not be."""
        changed = await self._documents.update_one(
            {"_id": self._key(code), "stage": Stage.REFUSED.value, "message_id": {"$exists": True}},
            {
                "$set": {
                    "stage": Stage.MAKING.value,
                    "message_id": message_id,
                    "due_at": now,
                    "attempts": 0,
                    "copied": 0,
                },
                "$unset": {"plan": ""},
                "$inc": {"run": 1},
            },
        )
        return changed.modified_count > 0

    async def get(self, code: str) -> Bundle | None:
        """Return a bundle."""
        document = await self._documents.find_one({"_id": self._key(code)})
        return None if document is None else _bundle(document)

    async def claim(self, epoch: int, now: datetime) -> Bundle | None:
        """Take the bundle that waits longest for its next step; it comes again after a pause if nobody writes it."""
        document = await self._take(epoch, now)
        return None if document is None else _bundle(document)

    async def step(
        self, bundle: Bundle, epoch: int, *, due_at: datetime | None, told_at: datetime | None = None, **new: Any
    ) -> None:
        """Write a step down, unless somebody else took it; `due_at` is when there is more to do, None: not yet."""
        change: Document = {"$set": {"attempts": 0, **new}}
        if told_at is not None:
            change["$set"]["told_at"] = told_at
        if due_at is None:
            change["$unset"] = {"due_at": ""}
        else:
            change["$set"]["due_at"] = due_at
        await self._documents.update_one(self._held(bundle, epoch), change)

    async def counted(self, bundle: Bundle, epoch: int) -> None:
        """Write down that it was told how many there are; more that came meanwhile has its own time."""
        await self._documents.update_one(
            self._held(bundle, epoch) | {"due_at": bundle.due_at}, {"$set": {"attempts": 0}, "$unset": {"due_at": ""}}
        )

    def _begun(self, code: str, by: int, stage: Stage, now: datetime) -> Document:
        return {
            "bot_id": self._bot_id,
            "code": code,
            "by": by,
            "stage": stage.value,
            "told_at": now,
            "attempts": 0,
            "run": 0,
        }

    def _held(self, bundle: Bundle, epoch: int) -> Document:
        return {"_id": self._key(bundle.code), "stage": bundle.stage.value, "epoch": epoch}


def _bundle(document: Document) -> Bundle:
    plan = document.get("plan")
    return Bundle(
        code=document["code"],
        by=document["by"],
        stage=Stage(document["stage"]),
        chat=document.get("chat", 0),
        first=document.get("first", 0),
        last=document.get("last", 0),
        next=document.get("next", 0),
        others=document.get("others", 0),
        absent=document.get("absent", 0),
        plan=None if plan is None else tuple(tuple(call) for call in plan),
        copied=document.get("copied", 0),
        run=document["run"],
        message_id=document.get("message_id"),
        told_at=document["told_at"],
        due_at=document.get("due_at"),
        epoch=document.get("epoch", 0),
    )
