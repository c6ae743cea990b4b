"""Decides what is kept of the chats in which the AI answers: those that the owner named, with their titles."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel

from database.audit import UNLOGGED, Audited, Change, carrying
from database.cause import Cause


@dataclass(frozen=True, slots=True)
class ReplyChat:
    """A group in which the AI answers."""

    chat_id: int
    title: str


class ReplyChats(Audited):
    """The groups in which one bot's AI answers, or once did."""

    name = "reply_chats"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("at", 1)]), UNLOGGED]

    async def all(self) -> list[ReplyChat]:
        """Return the groups, in the order in which they were named first."""
        found = self._documents.find({"bot_id": self._bot_id, "named": True}, sort=[("at", 1), ("_id", 1)])
        return [ReplyChat(document["chat_id"], document["title"]) async for document in found]

    async def add(self, chat: ReplyChat, by: int, cause: Cause, now: datetime) -> None:
        """Let the AI answer in a group; once per cause."""
        await self._change(chat.chat_id, by, cause, now, named=True, title=chat.title)

    async def drop(self, chat_id: int, by: int, cause: Cause, now: datetime) -> None:
        """Let the AI answer there no more; once per cause."""
        await self._change(chat_id, by, cause, now, named=False, title=None)

    async def _change(
        self, chat_id: int, by: int, cause: Cause, now: datetime, *, named: bool, title: str | None
    ) -> None:  # fmt: skip
        key = {"_id": self._key(chat_id)}
        first = {"bot_id": self._bot_id, "chat_id": chat_id, "at": now, "title": ""}
        await self._documents.update_one(key, {"$setOnInsert": first}, upsert=True)
        change = Change("replies", str(chat_id), by, now, cause)
        values = {"named": named} if title is None else {"named": named, "title": {"$literal": title}}
        old = {"$ifNull": ["$named", False]}
        await self._documents.update_one(
            {**key, "causes": {"$ne": cause}}, [{"$set": {**values, **carrying(change, old, named)}}]
        )
