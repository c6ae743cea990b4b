"""Decides what is kept of the chats that drafts go to, and of what the bot may do in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from pymongo import IndexModel

from database.audit import UNLOGGED, Audited, Change, carrying, changed_by
from database.cause import Cause
from database.collection import Document


class TargetKind(StrEnum):
    """What kind of chat it is; a group is one of either kind."""

    CHANNEL = "channel"
    GROUP = "group"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What the bot saw of a chat that drafts may go to.

    `refusal` is the key of the text that says why the bot may not write there and what to do; empty where it may.
    `lacks` are the keys of what else it may not do there. One that the bot cannot see at all has no title.
    """

    chat: int
    title: str
    kind: TargetKind
    username: str | None = None
    refusal: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A chat that drafts go to, as it was at `checked_at`; who named it is `by`.

    `reason` is the key of the text that says why the bot may not write there, empty where it may; `lacks` are the keys
    of what else it may not do. A default one is chosen for every new draft.
    """

    chat: int
    title: str
    kind: TargetKind
    username: str | None
    reason: str
    lacks: tuple[str, ...]
    is_default: bool
    checked_at: datetime
    by: int

    @property
    def may_write(self) -> bool:
        """Whether the bot may write there."""
        return not self.reason


class Targets(Audited):
    """The chats that one bot's drafts go to, or once went to."""

    name = "targets"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", 1)]), UNLOGGED]

    async def all(self) -> list[Target]:
        """Return them in the order in which they were named."""
        where = {"bot_id": self._bot_id, "named": True}
        found = self._documents.find(where, {"causes": 0, "unlogged": 0}, sort=[("at", 1), ("_id", 1)])
        return [_target(document) async for document in found]

    async def get(self, chat: int) -> Target | None:
        """Return one; None where drafts do not go there."""
        where = {"_id": self._key(chat), "named": True}
        document = await self._documents.find_one(where, {"causes": 0, "unlogged": 0})
        return None if document is None else _target(document)

    async def add(self, facts: TargetFacts, *, default: bool, by: int, cause: Cause, now: datetime) -> None:
        """Let drafts go to a chat, once per cause; one that they go to already stays as it is, but for the facts."""
        await self._ensure(facts.chat, now)
        change = Change("target", str(facts.chat), by, now, cause)
        fresh = {"$and": [{"$not": [changed_by(cause)]}, {"$ne": ["$named", True]}]}
        values = {
            "is_default": {"$cond": [fresh, default, "$is_default"]},
            "by": {"$cond": [fresh, by, "$by"]},
            "at": {"$cond": [fresh, now, "$at"]},
            "named": {"$cond": [changed_by(cause), "$named", True]},
        }
        change_ = {**values, **carrying(change, {"$ifNull": ["$named", False]}, True)}
        await self._documents.update_one({"_id": self._key(facts.chat)}, [{"$set": change_}])
        await self.see(facts, now)

    async def remove(self, chat: int, *, by: int, cause: Cause, now: datetime) -> None:
        """Let no draft go to a chat any more; once per cause."""
        await self._switch(chat, "named", Change("target", str(chat), by, now, cause), new=False)

    async def set_default(self, chat: int, *, default: bool, by: int, cause: Cause, now: datetime) -> None:
        """Choose a chat for every new draft, or no longer; once per cause."""
        await self._switch(chat, "is_default", Change("target-default", str(chat), by, now, cause), new=default)

    async def see(self, facts: TargetFacts, now: datetime) -> None:
        """Write down what the bot saw of a chat; a title that it no longer sees stays."""
        seen: Document = {
            "kind": facts.kind.value,
            "reason": facts.refusal,
            "lacks": list(facts.lacks),
            "checked_at": now,
        }
        if facts.title:
            seen |= {"title": facts.title, "username": facts.username}
        await self._documents.update_one({"_id": self._key(facts.chat)}, {"$set": seen})

    async def _switch(self, chat: int, field: str, change: Change, *, new: bool) -> None:
        await self._documents.update_one(
            {"_id": self._key(chat), "causes": {"$ne": change.cause}},
            [{"$set": {field: new, **carrying(change, {"$ifNull": [f"${field}", False]}, new)}}],
        )

    async def _ensure(self, chat: int, now: datetime) -> None:
        first = {"bot_id": self._bot_id, "chat": chat, "at": now, "named": False, "is_default": False, "by": 0}
        await self._documents.update_one({"_id": self._key(chat)}, {"$setOnInsert": first}, upsert=True)


def _target(document: Mapping[str, Any]) -> Target:
    return Target(
        chat=document["chat"],
        title=document.get("title", ""),
        kind=TargetKind(document["kind"]),
        username=document.get("username"),
        reason=document["reason"],
        lacks=tuple(document["lacks"]),
        is_default=document["is_default"],
        checked_at=document["checked_at"],
        by=document["by"],
    )
