"""Decides what is kept of a stored file; the same content is one file, the one stored first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from database.collection import Collection, Document

_DUPLICATE_KEY = 11000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in a storage channel.

    `unique_id` is Telegram's `file_unique_id`: the same content has the same one. `size` is in bytes, `duration` in
    seconds, `width` and `height` in pixels. `file_ref` is the last known `file_id` of the stored copy; it expires.
    `lost` are copies that were deleted, by chat and message.
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

    def lost_in(self, chat: int) -> set[int]:
        """Return the messages of a storage channel that were this file and are gone."""
        return {message_id for lost_chat, message_id in self.lost if lost_chat == chat}

    @property
    def is_lost(self) -> bool:
        """Whether the copy named here is gone."""
        return (self.storage_chat, self.message_id) in self.lost


_NAMES = tuple(field.name for field in fields(StoredFile))


class Files(Collection):
    """One bot's files, by their content."""

    name = "files"
    indexes: ClassVar[list[IndexModel]] = [IndexModel([("bot_id", 1), ("stored_at", -1)])]

    async def add(self, files: Sequence[StoredFile]) -> list[StoredFile]:
        """Record files; return for each, in order, the record that stands: the first one stored of its content."""
        if not files:
            return []
        firsts = {file.unique_id: file for file in reversed(files)}
        documents = [
            {"_id": self._key(file.unique_id), "bot_id": self._bot_id, **asdict(file)} for file in firsts.values()
        ]
        try:
            await self._documents.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if any(each["code"] != _DUPLICATE_KEY for each in error.details["writeErrors"]):
                raise
        standing = await self.get_many(firsts)
        return [standing[file.unique_id] for file in files]

    async def get_many(self, unique_ids: Iterable[str]) -> dict[str, StoredFile]:
        """Return those of the files that are stored, by their unique ids, in one query."""
        keys = [self._key(unique_id) for unique_id in unique_ids]
        documents = await self._documents.find({"_id": {"$in": keys}}).to_list()
        return {document["unique_id"]: _file(document) for document in documents}

    async def get(self, unique_id: str) -> StoredFile | None:
        """Return a file, None when its content is not stored."""
        return (await self.get_many([unique_id])).get(unique_id)

    async def set_ref(self, unique_id: str, file_ref: str) -> None:
        """Remember the file_id that the stored copy was last seen with."""
        await self._documents.update_one({"_id": self._key(unique_id)}, {"$set": {"file_ref": file_ref}})

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
