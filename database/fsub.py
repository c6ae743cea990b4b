"""Decides what is kept of the chats that readers must have joined, and of who asked to be let into them."""

from collections.abc import Collection as AbstractCollection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from pymongo import IndexModel

from database.audit import UNLOGGED, Audited, Change, carrying
from database.cause import Cause
from database.collection import Collection, Document

REQUESTS_KEPT = timedelta(days=30)
"""How long somebody who asked to join passes without being let in."""


@dataclass(frozen=True, slots=True)
class RequiredChat:
    """A channel or group that readers must have joined.

    `asks`: people ask to join there, by a link of the bot's. `link` is the bot's own link, of the kind `link_asks`,
    seen to work at `checked_at`. `lost_at` is since when the bot cannot see who is in; `told` whether its owner knows.
    `required` is what was said in the chat, None where nothing was: then it is the environment that says.
    """

    chat_id: int
    title: str = ""
    username: str | None = None
    asks: bool = False
    link: str | None = None
    link_asks: bool = False
    checked_at: datetime | None = None
    lost_at: datetime | None = None
    told: bool = False
    required: bool | None = None


class RequiredChats(Audited):
    """The chats that one bot's readers must have joined, or once must have."""

    name = "required_chats"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", 1)]), UNLOGGED]

    async def all(self) -> list[RequiredChat]:
        """Return everything that is known, the oldest first."""
        found = self._documents.find({"bot_id": self._bot_id}, {"causes": 0}, sort=[("at", 1), ("_id", 1)])
        return [_chat(document) async for document in found]

    async def require(self, chat_id: int, *, required: bool, first: bool, by: int, cause: Cause, now: datetime) -> None:
        """Require a chat, or require it no longer; once per cause. `first` is whether the environment requires it."""
        change = Change("fsub", str(chat_id), by, now, cause)
        old = {"$ifNull": ["$required", first]}
        await self._change(change, {"required": required, "by": by, "changed_at": now}, old, required)

    async def describe(self, chat_id: int, title: str, username: str | None, now: datetime) -> None:
        """Write down what a chat is called."""
        await self._set(chat_id, {"title": title, "username": username}, now)

    async def ask(self, chat_id: int, *, asks: bool, by: int, cause: Cause, now: datetime) -> None:
        """Let people ask to join a chat, or join it at once; once per cause."""
        change = Change("fsub-asks", str(chat_id), by, now, cause)
        await self._change(change, {"asks": asks}, {"$ifNull": ["$asks", False]}, asks)

    async def keep_link(self, chat_id: int, link: str | None, *, asks: bool, now: datetime) -> None:
        """Keep the bot's own link into a chat, which works at this moment; None forgets it."""
        await self._set(chat_id, {"link": link, "link_asks": asks, "checked_at": now}, now)

    async def lose(self, chat_id: int, now: datetime) -> RequiredChat:
        """Write down that the bot cannot see who is in a chat, since `now` if that was not known; returns it."""
        await self._ensure(chat_id, now)
        await self._documents.update_one(
            {"_id": self._key(chat_id), "lost_at": None}, {"$set": {"lost_at": now, "told": False}}
        )
        document = await self._documents.find_one({"_id": self._key(chat_id)}, {"causes": 0})
        return RequiredChat(chat_id) if document is None else _chat(document)

    async def mark_told(self, chat_id: int) -> None:
        """Write down that the owner knows of a loss."""
        await self._documents.update_one({"_id": self._key(chat_id)}, {"$set": {"told": True}})

    async def regain(self, chat_id: int) -> None:
        """Write down that the bot sees who is in a chat; a link from before is not trusted."""
        await self._documents.update_one(
            {"_id": self._key(chat_id), "lost_at": {"$ne": None}},
            {"$set": {"lost_at": None, "told": False, "checked_at": None}},
        )

    async def _change(self, change: Change, values: Document, old: Document, new: bool) -> None:
        """Change a chat, which is made where nothing is known of it."""
        await self._ensure(int(change.subject), change.at)
        await self._documents.update_one(
            {"_id": self._key(change.subject), "causes": {"$ne": change.cause}},
            [{"$set": {**values, **carrying(change, old, new)}}],
        )

    async def _set(self, chat_id: int, change: Document, now: datetime) -> None:
        await self._ensure(chat_id, now)
        await self._documents.update_one({"_id": self._key(chat_id)}, {"$set": change})

    async def _ensure(self, chat_id: int, now: datetime) -> None:
        first = {"bot_id": self._bot_id, "chat_id": chat_id, "at": now, "lost_at": None}
        await self._documents.update_one({"_id": self._key(chat_id)}, {"$setOnInsert": first}, upsert=True)


class JoinRequests(Collection):
    """Who asked to join which chat, for as long as that lets them pass."""

    name = "join_requests"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("at", 1)], expireAfterSeconds=int(REQUESTS_KEPT.total_seconds())),
    ]

    async def seen(self, chat_id: int, user_id: int, at: datetime) -> None:
        """Remember that somebody asked to join; a request that comes again is as old as the first."""
        known = {"bot_id": self._bot_id, "chat_id": chat_id, "user_id": user_id}
        await self._documents.update_one(
            {"_id": self._key(chat_id, user_id)}, {"$set": known, "$max": {"at": at}}, upsert=True
        )

    async def settled(self, chat_id: int, user_id: int, at: datetime) -> None:
        """Forget what somebody asked until `at`: they were let in, came in otherwise, went or were put out."""
        await self._documents.delete_one({"_id": self._key(chat_id, user_id), "at": {"$lte": at}})

    async def waiting(self, chat_ids: AbstractCollection[int], user_id: int, now: datetime) -> set[int]:
        """Return those chats that somebody asked to join in the last 30 days."""
        keys = [self._key(chat_id, user_id) for chat_id in chat_ids]
        where = {"_id": {"$in": keys}, "at": {"$gt": now - REQUESTS_KEPT}}
        return {document["chat_id"] async for document in self._documents.find(where, {"chat_id": 1})}


def _chat(document: Document) -> RequiredChat:
    return RequiredChat(
        chat_id=document["chat_id"],
        title=document.get("title", ""),
        username=document.get("username"),
        asks=document.get("asks", False),
        link=document.get("link"),
        link_asks=document.get("link_asks", False),
        checked_at=document.get("checked_at"),
        lost_at=document["lost_at"],
        told=document.get("told", False),
        required=document.get("required"),
    )
