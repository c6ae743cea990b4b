"""Decides what is kept of a channel's posts that an import recorded: which file each is, and what stands for it now."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from pymongo import IndexModel

from database.collection import Collection, Document, what_is_there_stays


@dataclass(frozen=True, slots=True)
class Post:
    """A post with a file.

    `number` is the message id that links of the bot before this one name, `message_id` the message of the same channel
    that is handed out for it: the same one, until it is replaced. `album` is Telegram's number of the album it is in.
    """

    number: int
    unique_id: str
    message_id: int
    album: int | None = None


class Posts(Collection):
    """The posts of one bot's former storage channels, by channel and number."""

    name = "posts"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("chat", 1), ("number", 1)]),
        IndexModel([("bot_id", 1), ("chat", 1), ("message_id", 1)]),
    ]

    async def record(self, chat: int, posts: Sequence[Post]) -> None:
        """Record posts of a channel; what is recorded of a post already stands."""
        if not posts:
            return
        documents = [
            {"_id": self._key(chat, post.number), "bot_id": self._bot_id, "chat": chat, **asdict(post)}
            for post in posts
        ]
        with what_is_there_stays():
            await self._documents.insert_many(documents, ordered=False)

    async def between(self, chat: int, first: int, last: int, at_most: int) -> list[Post]:
        """Return the recorded posts from one number to another, both included, in order; no more than `at_most`."""
        where = {"bot_id": self._bot_id, "chat": chat, "number": {"$gte": first, "$lte": last}}
        return [_post(document) async for document in self._documents.find(where, sort=[("number", 1)], limit=at_most)]

    async def files_at(self, chat: int, message_ids: Iterable[int]) -> dict[int, str]:
        """Return those of a channel's messages that stand for posts, each with the unique id of its file."""
        where = {"bot_id": self._bot_id, "chat": chat, "message_id": {"$in": list(message_ids)}}
        found = self._documents.find(where, {"message_id": 1, "unique_id": 1})
        return {document["message_id"]: document["unique_id"] async for document in found}

    async def replace(self, chat: int, old: int, message_id: int, unique_id: str) -> None:
        """Let another message of the channel, with another file or the same, stand for what this one stood for."""
        await self._documents.update_many(
            {"bot_id": self._bot_id, "chat": chat, "message_id": old},
            {"$set": {"message_id": message_id, "unique_id": unique_id}},
        )

    async def count(self, chat: int, first: int, last: int) -> int:
        """Return how many posts from one number to another are recorded."""
        where = {"bot_id": self._bot_id, "chat": chat, "number": {"$gte": first, "$lte": last}}
        return await self._documents.count_documents(where)


def _post(document: Document) -> Post:
    return Post(document["number"], document["unique_id"], document["message_id"], document["album"])
