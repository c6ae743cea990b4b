"""Decides what all collections have in common: the bot in every key, and the indexes beside the verbs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, TypeAlias

from pymongo import IndexModel, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

Document: TypeAlias = dict[str, Any]
"""A document as MongoDB has it; it never leaves the room."""


_DUPLICATE: Final = 11000

_EVER: Final = datetime.fromtimestamp(0, UTC)
"""Before everything that is due: asking for what is due after it, and not for a due time, needs the index alone."""

COUNTED: Final = 10_000
"""Documents of a backlog that are counted at most: whoever looks wants to know that it grows, not how many millions."""

_WITHIN: Final = 2_000
"""Milliseconds that counting a backlog may take the server."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in a collection, and what of it is due, `COUNTED` at most each; None: nothing is due next."""

    waiting: int
    due: int
    next_at: datetime | None


@contextmanager
def what_is_there_stays() -> Iterator[None]:
    """Write many at once (unordered), those apart that are there already and that an insert would make anew."""
    try:
        yield
    except BulkWriteError as error:
        already_there(error)


def already_there(error: BulkWriteError) -> set[int]:
    """Return the places of what was not written because it is there already.

    Raises:
        BulkWriteError: something else was not written either.
    """
    failures = error.details.get("writeErrors", [])
    if error.details.get("writeConcernErrors") or any(each["code"] != _DUPLICATE for each in failures):
        raise error
    return {each["index"] for each in failures}


def quarter_of(field: str) -> Document:
    """Return the expression for the quarter of an hour (UTC) that a field's moment lies in, by its beginning."""
    return {"$dateTrunc": {"date": field, "unit": "minute", "binSize": 15}}


def with_item(array: Document | str, item: Document) -> Document:
    """Return the expression for an array with an item in it; both are expressions, nothing is in it twice."""
    return {"$cond": [{"$in": [item, array]}, array, {"$concatArrays": [array, [item]]}]}


def without_item(array: Document | str, item: Document) -> Document:
    """Return the expression for an array without an item."""
    return {"$filter": {"input": array, "cond": {"$ne": ["$$this", item]}}}


class Collection:
    """One bot's part of one collection; callers never name the bot."""

    name: ClassVar[str]
    indexes: ClassVar[list[IndexModel]] = []
    waits: ClassVar[Mapping[str, Any]] = {}
    """What marks a document that waits, besides its `due_at`, where an index needs that said."""

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose documents these are."""
        self._bot_id = bot_id
        self._documents: AsyncCollection[Document] = database[self.name]

    async def backlog(self, now: datetime) -> Backlog:
        """Count what waits until its `due_at`."""
        where: Document = {"bot_id": self._bot_id, **self.waits}
        waiting = await self._few(where | {"due_at": {"$gt": _EVER}})
        due = await self._few(where | {"due_at": {"$gt": _EVER, "$lte": now}}) if waiting else 0
        first = await self._documents.find_one(
            where | {"due_at": {"$gt": _EVER}}, {"_id": 0, "due_at": 1}, sort=[("due_at", 1)], max_time_ms=_WITHIN
        )
        return Backlog(waiting, due, first["due_at"] if first else None)

    async def _few(self, where: Document) -> int:
        """Count documents, `COUNTED` at most."""
        return await self._documents.count_documents(where, limit=COUNTED, maxTimeMS=_WITHIN)

    async def _upsert(
        self, query: Document, change: Document | list[Document], projection: Document | None = None
    ) -> Document:
        """Change the document that matches, or make it, and return it as it is after that.

        Raises:
            DuplicateKeyError: It exists, and the rest of the query does not match it.
        """
        document = await self._documents.find_one_and_update(
            query, change, projection, upsert=True, return_document=ReturnDocument.AFTER
        )
        if document is None:
            raise RuntimeError("an upsert returned no document")
        return document

    async def _insert_new(self, document: Document) -> bool:
        """Write a document; False where one with its key, or its place in a unique index, is there already."""
        try:
            await self._documents.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def _key(self, *parts: object) -> str:
        """Make the `_id` of a document: unique per bot by construction, and found without a second index."""
        return ":".join(str(part) for part in (self._bot_id, *parts))
