"""Decides what a content is: the files that came, what it is called to be known again, and what a link has of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final, Protocol

from database.files import StoredFile
from database.link import LinkItem

TEXT: Final = "text"
"""The kind of a message without media: what it says is handed out as it is."""

_TEXT_ID: Final = "text:"


def text_id(html: str) -> str:
    """Name a text as a file is named by its `file_unique_id`, which no text is: the same words have the same name."""
    return _TEXT_ID + blake2b(html.encode(), digest_size=16).hexdigest()


def is_text(unique_id: str) -> bool:
    """Tell whether a text has this name."""
    return unique_id.startswith(_TEXT_ID)


@dataclass(frozen=True, slots=True)
class Upload:
    """A message with media, or a text, as it came.

    `unique_id` is Telegram's `file_unique_id` or `text_id`, `caption` is HTML as Telegram takes it, `group_id` the
    album's number.
    Sizes in bytes, pixels and seconds. `file_ref` is the message's `file_id`.
    """

    chat_id: int
    message_id: int
    unique_id: str
    kind: str
    name: str | None = None
    size: int | None = None
    mime: str | None = None
    caption: str | None = None
    group_id: int | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    file_ref: str | None = None

    def stored(self, chat: int, message_id: int, *, by: int, now: datetime) -> StoredFile:
        """Return the record of it as a message of a storage channel."""
        return StoredFile(
            unique_id=self.unique_id,
            kind=self.kind,
            name=self.name,
            size=self.size,
            mime=self.mime,
            caption=self.caption,
            storage_chat=chat,
            message_id=message_id,
            stored_by=by,
            stored_at=now,
            width=self.width,
            height=self.height,
            duration=self.duration,
            file_ref=self.file_ref,
        )


class Part(Protocol):
    """What a content is made of: something that is one file."""

    @property
    def unique_id(self) -> str:
        """Telegram's `file_unique_id`, or `text_id`."""
        ...


def content_of(parts: Iterable[Part]) -> str:
    """Return the name of a content: a hash of the unique ids in order, which any message with it has."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part.unique_id.encode() + b"\0")
    return digest.hexdigest()


def items_of(kept: Sequence[tuple[Upload, int]]) -> tuple[LinkItem, ...]:
    """Return what a link hands out: the messages where these are kept, the albums among them numbered from 1."""
    groups: dict[int, int] = {}
    items: list[LinkItem] = []
    for upload, message_id in kept:
        group = None
        if upload.group_id is not None and len(kept) > 1:
            group = groups.setdefault(upload.group_id, len(groups) + 1)
        items.append(LinkItem(upload.unique_id, message_id, group))
    return tuple(items)
