"""Decides what is remembered of the posts that /results shows: those that the bot saw as the channel's admin."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel

from database.collection import Collection, Document


@dataclass(frozen=True, slots=True)
class ResultPost:
    """A post of a channel: its number there, when it was posted, and its whole text or caption."""

    number: int
    at: datetime
    text: str


class ResultPosts(Collection):
    """The posts that one bot saw."""

    name = "result_posts"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("chat", 1), ("number", -1)])]

    async def keep(self, chat: int, post: ResultPost) -> None:
        """Remember a post as it is now."""
        values = {"bot_id": self._bot_id, "chat": chat, "number": post.number, "at": post.at, "text": post.text}
        await self._documents.replace_one({"_id": self._key(chat, post.number)}, values, upsert=True)

    async def newest(self, chat: int, limit: int) -> list[ResultPost]:
        """Return the last posts of a channel, the newest first."""
        where = {"bot_id": self._bot_id, "chat": chat}
        return [post_in(document) async for document in self._documents.find(where, sort=[("number", -1)], limit=limit)]

    async def forget(self, chat: int, numbers: Iterable[int]) -> None:
        """Forget posts that are gone, or that are none of these any more."""
        await self._documents.delete_many({"_id": {"$in": [self._key(chat, number) for number in numbers]}})

    async def forget_chat(self, chat: int) -> None:
        """Forget the posts of a channel that the bot does not see any more."""
        await self._documents.delete_many({"bot_id": self._bot_id, "chat": chat})

    async def keep_newest(self, chat: int, count: int) -> None:
        """Forget all but the last posts of a channel."""
        where = {"bot_id": self._bot_id, "chat": chat}
        last = await self._documents.find_one(where, {"number": 1}, sort=[("number", -1)], skip=count)
        if last:
            await self._documents.delete_many({**where, "number": {"$lte": last["number"]}})


def post_in(document: Document) -> ResultPost:
    """Read a post."""
    return ResultPost(document["number"], document["at"], document["text"])
