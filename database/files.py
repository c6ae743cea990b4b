"""Decides what is kept of a stored file; the same content is one file, the one stored first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Collection, Document, what_is_there_stays
from database.together import Together


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in a storage channel.

    `unique_id` is Telegram's `file_unique_id`: the same content has the same one. `size` is in bytes, `duration` in
    seconds, `width` and `height` in pixels. `file_ref` is the last known `file_id` of the stored copy; it expires.
    `lost` are copies that were deleted, by chat and message. What begins with `processed` is of the copy that readers
    get in its place: renamed, with a thumbnail of the admin's, as it was asked for at `processed_asked_at`.
    """

    unique_id: str
    kind: str
    name: str | None
    size: int | None
    mime: str | None
    caption: str | None
    storage_chat: int
    message_id: int
    stored_by: int
    stored_at: datetime
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    file_ref: str | None = None
    lost: tuple[tuple[int, int], ...] = ()
    processed_chat: int | None = None
    processed_message_id: int | None = None
    processed_file_id: str | None = None
    processed_unique_id: str | None = None
    processed_name: str | None = None
    processed_asked_at: datetime | None = None

    @property
    def shown_name(self) -> str | None:
        """The name under which readers get the file."""
        return self.processed_name or self.name

    def processed_in(self, chat: int) -> int | None:
        """Return the message of a storage channel that is the processed copy; None where it has none."""
        return self.processed_message_id if self.processed_chat == chat else None

    def ref_of(self, message_id: int) -> str | None:
        """Return the last known `file_id` of one of its copies."""
        return self.processed_file_id if message_id == self.processed_message_id else self.file_ref

    def lost_in(self, chat: int) -> set[int]:
        """Return the messages of a storage channel that were this file and are gone."""
        return {message_id for lost_chat, message_id in self.lost if lost_chat == chat}

    @property
    def is_lost(self) -> bool:
        """Whether the copy named here is gone."""
        return (self.storage_chat, self.message_id) in self.lost


@dataclass(frozen=True, slots=True)
class ProcessedCopy:
    """The copy of a stored file that was made of it: what `StoredFile` has as `processed_…`."""

    chat: int
    message_id: int
    file_id: str
    unique_id: str
    name: str | None
    asked_at: datetime


_NAMES = tuple(field.name for field in fields(StoredFile))


class Files(Collection):
    """One bot's files, by their content."""

    name = "files"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("stored_at", -1)]),
        IndexModel([("bot_id", 1), ("size", 1)]),
        IndexModel(
            [("bot_id", 1), ("processed_message_id", 1)],
            partialFilterExpression={"processed_message_id": {"$gt": 0}},
        ),
        IndexModel(
            [("bot_id", 1), ("processed_unique_id", 1)], partialFilterExpression={"processed_unique_id": {"$gt": ""}}
        ),
        IndexModel([("bot_id", 1), ("copies", 1)], partialFilterExpression={"copies": {"$exists": True}}),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose files these are."""
        super().__init__(database, bot_id)
        self._reads: Together[str, StoredFile | None] = Together(self._read)

    async def add(self, files: Sequence[StoredFile]) -> list[StoredFile]:
        """Record files; return for each, in order, the record that stands: the first one stored of its content."""
        if not files:
            return []
        firsts = {file.unique_id: file for file in reversed(files)}
        documents = [
            {"_id": self._key(file.unique_id), "bot_id": self._bot_id, **asdict(file)} for file in firsts.values()
        ]
        with what_is_there_stays():
            await self._documents.insert_many(documents, ordered=False)
        standing = await self.get_many(firsts)
        return [standing[file.unique_id] for file in files]

    async def get_many(self, unique_ids: Iterable[str]) -> dict[str, StoredFile]:
        """Return those of the files that are stored, by their unique ids, in one query."""
        keys = [self._key(unique_id) for unique_id in unique_ids]
        documents = await self._documents.find({"_id": {"$in": keys}}).to_list()
        return {document["unique_id"]: _file(document) for document in documents}

    async def totals(self) -> tuple[int, int]:
        """Return how many files there are, and their bytes, each content once."""
        size: Document = {"$group": {"_id": None, "count": {"$sum": 1}, "bytes": {"$sum": "$size"}}}
        where = {"$match": {"bot_id": self._bot_id}}
        wanted = {"$project": {"_id": 0, "size": 1}}
        hint = {"bot_id": 1, "size": 1}
        async for found in await self._documents.aggregate([where, wanted, size], hint=hint):
            return found["count"], found["bytes"]
        return 0, 0

    async def names(self, unique_ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those of the files that have one, by their unique ids, in one query."""
        keys = [self._key(unique_id) for unique_id in unique_ids]
        found = self._documents.find({"_id": {"$in": keys}, "name": {"$ne": None}}, {"unique_id": 1, "name": 1})
        return {document["unique_id"]: document["name"] async for document in found} if keys else {}

    async def get(self, unique_id: str) -> StoredFile | None:
        """Return a file, None when its content is not stored; many who ask at once share a query."""
        return await self._reads.one(unique_id)

    async def _read(self, unique_ids: Sequence[str]) -> list[StoredFile | None]:
        found = await self.get_many(set(unique_ids))
        return [found.get(unique_id) for unique_id in unique_ids]

    async def set_ref(self, unique_id: str, message_id: int, file_ref: str) -> None:
        """Remember the file_id that a stored copy, the first or the processed one, was last seen with."""
        processed = {"$eq": ["$processed_message_id", message_id]}
        await self._documents.update_one(
            {"_id": self._key(unique_id)},
            [
                {
                    "$set": {
                        "processed_file_id": {"$cond": [processed, file_ref, "$processed_file_id"]},
                        "file_ref": {"$cond": [processed, "$file_ref", file_ref]},
                    }
                }
            ],
        )

    async def set_processed(self, unique_id: str, copy: ProcessedCopy) -> None:
        """Hand out this copy in place of the stored one from now on, unless one asked for later is there already."""
        key = {"_id": self._key(unique_id)}
        later = {"processed_asked_at": {"$gt": copy.asked_at}}
        named = {f"processed_{name}": value for name, value in asdict(copy).items()}
        await self._documents.bulk_write(
            [
                UpdateOne(key, {"$addToSet": {"copies": [copy.chat, copy.message_id]}}),
                UpdateOne(key | {"$nor": [later]}, {"$set": named}),
            ]
        )

    async def lose_processed(self, storage_chat: int, message_ids: Iterable[int]) -> None:
        """Hand out the stored copies again of files whose processed ones are among these, which are gone."""
        await self._documents.update_many(
            {
                "bot_id": self._bot_id,
                "processed_message_id": {"$in": list(message_ids)},
                "processed_chat": storage_chat,
            },
            {"$set": {f"processed_{field.name}": None for field in fields(ProcessedCopy)}},
        )

    async def processed_at(self, storage_chat: int, message_ids: Iterable[int]) -> dict[int, int]:
        """Return those of a channel's messages that are processed copies, each with the stored message of its file.

        A copy in whose place another was made since is one as well.
        """
        wanted = set(message_ids)
        where = {"bot_id": self._bot_id, "copies": {"$in": [[storage_chat, number] for number in wanted]}}
        documents = self._documents.find(where, {"copies": 1, "message_id": 1})
        return {
            number: document["message_id"]
            async for document in documents
            for chat, number in document["copies"]
            if chat == storage_chat and number in wanted
        }

    async def stored_as(self, unique_ids: Iterable[str]) -> dict[str, str]:
        """Return for those of these contents that are processed copies which stored file each was made of."""
        where = {"bot_id": self._bot_id, "processed_unique_id": {"$in": list(unique_ids)}}
        documents = self._documents.find(where, {"unique_id": 1, "processed_unique_id": 1})
        return {document["processed_unique_id"]: document["unique_id"] async for document in documents}

    async def lose(self, storage_chat: int, messages: Mapping[int, str]) -> None:
        """Write down that messages of a storage channel are gone; each is named with its file's unique id."""
        await self._documents.bulk_write(
            [
                UpdateOne({"_id": self._key(unique_id)}, {"$addToSet": {"lost": [storage_chat, message_id]}})
                for message_id, unique_id in messages.items()
            ],
            ordered=False,
        )

    async def replace(self, file: StoredFile, storage_chat: int, message_id: int, file_ref: str | None) -> None:
        """Name another copy of a file as the one that stands, unless somebody did so since it was read."""
        await self._documents.update_one(
            {"_id": self._key(file.unique_id), "storage_chat": file.storage_chat, "message_id": file.message_id},
            {"$set": {"storage_chat": storage_chat, "message_id": message_id, "file_ref": file_ref}},
        )


def _file(document: Document) -> StoredFile:
    values: Document = {name: document.get(name) for name in _NAMES}
    values["lost"] = tuple((chat, message_id) for chat, message_id in document.get("lost", ()))
    return StoredFile(**values)
