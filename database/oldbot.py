"""Decides what is read of the database of the bot that was here before; nothing is ever written there."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import ConfigurationError, PyMongoError

from database.collection import Document
from database.connection import without_credentials

AT_ONCE = 1000
"""People who are read in one go."""

_SECONDS = 10.0
_NAMES = ("_id", "user_id", "id")
_BITS = 52
"""Telegram's ids of people have no more."""


class OldBotUnreadable(Exception):  # noqa: N818 - says what is the case
    """There is nothing to read; the text says what to set right, never a password."""


class OldBot:
    """The people whom a bot of the CodeXBotz family remembered.

    Each is a document whose `_id` is the person's id; some descendants have it as `user_id` or `id`. Only the ids are
    read: what else is there differs from bot to bot.
    """

    def __init__(self, client: AsyncMongoClient[Document], name: str, collection: str, where: str) -> None:
        """Take a client that was connected; `open` makes one."""
        self._client = client
        self._name = name
        self._people: AsyncCollection[Document] = client[name][collection]
        self._where = where

    @classmethod
    async def open(cls, url: str, name: str, collection: str) -> Self:
        """Reach a database, and see that the collection is there.

        Raises:
            OldBotUnreadable: It does not answer, refuses the user, or has no such database or collection.
        """
        where = without_credentials(url)
        try:
            client: AsyncMongoClient[Document] = AsyncMongoClient(
                url, timeoutMS=round(_SECONDS * 1000), serverSelectionTimeoutMS=round(_SECONDS * 1000), tz_aware=True
            )
        except (ConfigurationError, ValueError, TypeError, OSError) as error:
            raise OldBotUnreadable(f"the address ({where}) is not usable ({type(error).__name__})") from None
        old = cls(client, name, collection, where)
        try:
            await old._look()
        except BaseException:
            await client.close()
            raise
        return old

    async def _look(self) -> None:
        try:
            names = sorted(await self._client[self._name].list_collection_names())
        except PyMongoError as error:
            raise OldBotUnreadable(f"MongoDB at {self._where} cannot be read ({type(error).__name__})") from None
        if not names:
            raise OldBotUnreadable(f"there is no database {self._name!r} at {self._where}, or it is empty")
        if self._people.name not in names:
            wanted, there = self._people.name, ", ".join(names)
            raise OldBotUnreadable(f"the database {self._name!r} has no collection {wanted!r}; it has: {there}")

    async def people(self) -> AsyncIterator[list[int | None]]:
        """Yield the ids of everybody, up to `AT_ONCE` in a list; None stands for what is nobody's id.

        Documents of this bot, which may share the collection, are passed over.

        Raises:
            OldBotUnreadable: It went away.
        """
        found = self._people.find({"bot_id": {"$exists": False}}, dict.fromkeys(_NAMES, 1), batch_size=AT_ONCE)
        together: list[int | None] = []
        try:
            async for document in found:
                together.append(_person(document))
                if len(together) == AT_ONCE:
                    yield together
                    together = []
        except PyMongoError as error:
            raise OldBotUnreadable(f"MongoDB at {self._where} went away ({type(error).__name__})") from None
        finally:
            await found.close()
        if together:
            yield together

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()


def _person(document: Document) -> int | None:
    for name in _NAMES:
        value = document.get(name)
        if isinstance(value, float) and value.is_integer():  # as some shells write numbers
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**_BITS:
            return value
    return None
