"""Decides what a link is: what is behind it, until when and for how many, and what readers find it under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from database.cause import Cause
from database.codes import LinkKind
from database.collection import Document


@dataclass(frozen=True, slots=True)
class LinkItem:
    """One message behind a link; `group` is the number of its album inside the link, None for a single one."""

    unique_id: str
    message_id: int
    group: int | None = None


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a link is made of.

    `content` is the hash of the items' unique ids in order. `auto_delete` is the seconds after which readers lose what
    they got, 0 for never. `protect` and `auto_delete` None mean: as the settings say. `title` and `tags` are its
    maker's words, `title` None leaves it the file's name; readers find it by them only while it is `listed`.
    `use_limit` is of all uses.
    """

    kind: LinkKind
    items: tuple[LinkItem, ...]
    storage_chat: int
    content: str
    expires_at: datetime | None = None
    use_limit: int | None = None
    protect: bool | None = None
    auto_delete: int | None = None
    title: str | None = None
    tags: tuple[str, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(NewLink):
    """What a code stands for.

    `cause` is unique per bot; `origin` is the cause of the update that the link was made for. `uses_before_limit` are
    the uses that were made while there was no limit.
    """

    code: str
    cause: Cause
    origin: Cause
    created_by: int
    created_at: datetime
    revoked_at: datetime | None = None
    revoked_by: int | None = None
    uses_before_limit: int = 0

    @property
    def slots(self) -> int | None:
        """How many uses may be counted against the limit, all in all; None where there is no limit."""
        return None if self.use_limit is None else max(0, self.use_limit - self.uses_before_limit)

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the link's time is over."""
        return self.expires_at is not None and self.expires_at <= now

    @classmethod
    def of(cls, document: Document) -> Link:
        """Read a link from its document; what older versions did not write has its default."""
        return cls(
            code=document["code"],
            kind=LinkKind(document["kind"]),
            items=tuple(LinkItem(**item) for item in document["items"]),
            storage_chat=document["storage_chat"],
            content=document["content"],
            cause=Cause(document["cause"]),
            origin=Cause(document["origin"]),
            created_by=document["created_by"],
            created_at=document["created_at"],
            revoked_at=document.get("revoked_at"),
            revoked_by=document.get("revoked_by"),
            expires_at=document["expires_at"],
            use_limit=document["use_limit"],
            protect=document["protect"],
            auto_delete=document.get("auto_delete"),
            title=document.get("title"),
            tags=tuple(document.get("tags", ())),
            listed=document.get("listed", False),
            uses_before_limit=document.get("uses_before_limit", 0),
        )
