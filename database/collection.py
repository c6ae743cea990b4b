"""Decides what all collections have in common: the bot in every key, and the indexes beside the verbs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final, TypeAlias

from pymongo import IndexModel, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

Document: TypeAlias = dict[str, Any]
"""A document as MongoDB has it; it never leaves the room."""


_DUPLICATE: Final = 11000


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

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose documents these are."""
        self._bot_id = bot_id
        self._documents: AsyncCollection[Document] = database[self.name]

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
