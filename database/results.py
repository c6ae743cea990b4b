"""Decides what is kept of the channel that /results shows posts of: what was read of it last, and how that went."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from database.collection import Collection
from database.result_posts import ResultPost, post_in


@dataclass(frozen=True, slots=True)
class ResultsCopy:
    """What was read of a channel, and of which: `place` and `word` are as the settings had them.

    `chat` is its id, `name` its public name, as far as they are known, `is_admin` whether the bot sees its posts.
    `posts` are those of its preview page, read at `read_at`. It was looked at last at `tried_at`, in vain for the
    `failures`th time in a row because of `reason`.
    """

    place: str
    word: str | None
    tried_at: datetime
    chat: int | None = None
    name: str | None = None
    is_admin: bool = False
    posts: tuple[ResultPost, ...] = ()
    read_at: datetime | None = None
    failures: int = 0
    reason: str | None = None


class Results(Collection):
    """What one bot has of the channel."""

    name = "results"

    async def get(self) -> ResultsCopy | None:
        """Return what there is; None before the first time."""
        found = await self._documents.find_one({"_id": self._key()}, {"_id": 0, "bot_id": 0})
        return None if found is None else ResultsCopy(**{**found, "posts": tuple(map(post_in, found["posts"]))})

    async def put(self, copy: ResultsCopy) -> None:
        """Keep this from now on."""
        values = {"bot_id": self._bot_id, **asdict(copy), "posts": [asdict(post) for post in copy.posts]}
        await self._documents.replace_one({"_id": self._key()}, values, upsert=True)

    async def drop(self, chat: int, numbers: Iterable[int]) -> None:
        """Take posts out that are gone from this channel, or that changed."""
        where = {"_id": self._key(), "chat": chat}
        await self._documents.update_one(where, {"$pull": {"posts": {"number": {"$in": [*numbers]}}}})
