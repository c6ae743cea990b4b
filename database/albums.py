"""Decides when an album is complete: after a silence, each of its messages once, across restarts."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from database.cause import Cause
from database.collection import Document
from database.due import DUE, Waiting, pause_after

_KEEP = timedelta(days=30)
"""How long a finished album is remembered: longer than Telegram gives an update again."""


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One message of an album, as an upload; sizes in bytes, pixels and seconds."""

    message_id: int
    unique_id: str
    kind: str
    cause: Cause
    name: str | None = None
    size: int | None = None
    mime: str | None = None
    caption: str | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    file_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """A batch of messages that came together, closed: the same messages however often it is handed out.

    Messages that come after the silence make another batch of the same album, with the next number.
    """

    chat_id: int
    group_id: int
    batch: int
    by: int
    items: tuple[AlbumItem, ...]
    attempts: int

    @property
    def cause(self) -> Cause:
        """The cause of what is done with this batch."""
        return Cause(f"album:{self.chat_id}:{self.group_id}:{self.batch}")


class Albums(Waiting):
    """One bot's albums on their way in.

    `due_at` is there while an album has something to do; a batch that was handed out and not finished comes again.
    """

    name = "albums"
    indexes: ClassVar[list[IndexModel]] = [
        DUE,
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def collect(
        self, chat_id: int, group_id: int, item: AlbumItem, now: datetime, silence: timedelta, by: int = 0
    ) -> None:
        """Take a message of an album, once per message id; it is due when nothing came for `silence`."""
        key = self._key(chat_id, group_id)
        try:
            await self._upsert(
                {"_id": key, "seen": {"$ne": item.message_id}},
                {
                    "$push": {"items": asdict(item), "seen": item.message_id},
                    "$set": {"due_at": now + silence, "forget_at": now + _KEEP},
                    "$setOnInsert": {
                        "bot_id": self._bot_id,
                        "chat_id": chat_id,
                        "group_id": group_id,
                        "by": by,
                        "batch": 0,
                        "closed": None,
                        "attempts": 0,
                    },
                },
                projection={"seen": 1},
            )
        except DuplicateKeyError:
            # Seen before (the upsert met the album's key), or the album was begun by another message this instant.
            again = await self._documents.find_one({"_id": key}, {"seen": 1})
            if again is None or item.message_id not in again["seen"]:
                await self.collect(chat_id, group_id, item, now, silence, by)

    async def due(self, now: datetime, limit: int) -> list[Album]:
        """Close and hand out up to `limit` albums that are due, the longest waiting first.

        Each comes again, after a pause that doubles from 2 seconds to 4 minutes, until it is finished.
        """
        waiting = self._documents.find(
            {"bot_id": self._bot_id, "due_at": {"$lte": now}},
            {"attempts": 1, "due_at": 1},
            sort=[("due_at", 1)],
            limit=limit,
        )
        albums = [await self._hand_out(document, now) async for document in waiting]
        return [album for album in albums if album is not None]

    async def finish(self, album: Album, now: datetime) -> None:
        """Put a batch away; what came since stays due. Finishing it again changes nothing."""
        await self._documents.update_one(
            {"_id": self._key(album.chat_id, album.group_id), "batch": album.batch, "closed": {"$ne": None}},
            [
                {
                    "$set": {
                        "closed": None,
                        "attempts": 0,
                        # The pause after handing out is over; what came since was silent for longer than that or not.
                        "due_at": {"$cond": [{"$eq": ["$items", []]}, "$$REMOVE", {"$min": ["$due_at", now]}]},
                    }
                }
            ],
        )

    async def postpone(self, album: Album, until: datetime) -> None:
        """Hand a batch out again at `until`, not before."""
        await self._documents.update_one(
            {"_id": self._key(album.chat_id, album.group_id), "batch": album.batch, "closed": {"$ne": None}},
            {"$set": {"due_at": until}},
        )

    async def _hand_out(self, waiting: Document, now: datetime) -> Album | None:
        closing: dict[str, Any] = {"$eq": ["$closed", None]}
        document = await self._documents.find_one_and_update(
            # Unchanged since it was read: a message that came in between moved it.
            {"_id": waiting["_id"], "due_at": waiting["due_at"], "attempts": waiting["attempts"]},
            [
                {
                    "$set": {
                        "closed": {"$cond": [closing, "$items", "$closed"]},
                        "items": {"$cond": [closing, [], "$items"]},
                        "batch": {"$cond": [closing, {"$add": ["$batch", 1]}, "$batch"]},
                        "attempts": {"$add": ["$attempts", 1]},
                        "due_at": now + pause_after(waiting["attempts"]),
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            return None
        items = sorted((AlbumItem(**item) for item in document["closed"]), key=lambda item: item.message_id)
        return Album(
            chat_id=document["chat_id"],
            group_id=document["group_id"],
            batch=document["batch"],
            by=document["by"],
            items=tuple(items),
            attempts=document["attempts"],
        )
