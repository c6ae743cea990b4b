"""Decides what a search and the statistics read of links: what changed, and how often each was handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bson import Timestamp
from pymongo import IndexModel, UpdateOne

from database.collection import Collection, Document
from database.links import STAMPED

_NAMED = 20
"""Files of a link that it is found under by name; a bundle may have a thousand."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a search needs to know of a link.

    `changed` grows with every change of any link. `used` is how often its files were handed out, as last counted.
    `unique_ids` are those of its first files. One that is not `open` is not to be found: unlisted, or revoked.
    """

    code: str
    changed: int
    open: bool
    title: str | None
    tags: tuple[str, ...]
    unique_ids: tuple[str, ...]
    used: int


class Listings(Collection):
    """One bot's links (`database.links`), as they are searched and counted."""

    name = "links"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("listed", 1), ("changed", 1)]),
        IndexModel([("bot_id", 1), ("used", -1)], partialFilterExpression={"used": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("items.unique_id", 1)]),
    ]

    async def changed(self, after: int, size: int, *, listed_only: bool) -> list[Listing]:
        """Return up to `size` listings that changed after the change with this number, in the order of the changes.

        With `listed_only` those that are listed now, else also those that were. Of two changes made at the same time
        the earlier may show a moment after the later: whoever goes on from the last number goes back a little.
        """
        where: Document = {
            "bot_id": self._bot_id,
            "listed": True if listed_only else {"$in": [True, False]},
            "changed": {"$gt": Timestamp(after >> 32, after & 0xFFFFFFFF)},
        }
        wanted: Document = dict.fromkeys(("code", "changed", "listed", "revoked_at", "title", "tags", "used"), 1)
        wanted["items"] = {"$slice": _NAMED}
        found = self._documents.find(where, wanted, sort=[("changed", 1)], limit=size)
        return [_listing(document) async for document in found]

    async def tally(self, uses: Mapping[str, int], until: datetime) -> None:
        """Add uses by links' codes, all those until a moment that were not added yet: once per moment, in order."""
        changes = [
            UpdateOne(
                {"_id": self._key(code), "$or": [{"tallied": None}, {"tallied": {"$lt": until}}]},
                {"$inc": {"used": count}, "$set": {"tallied": until}, **STAMPED},
            )
            for code, count in uses.items()
        ]
        if changes:
            await self._documents.bulk_write(changes, ordered=False)

    async def listed(self) -> int:
        """Return how many links readers may find, those that are closed among them."""
        return await self._documents.count_documents({"bot_id": self._bot_id, "listed": True})

    async def most_used(self, size: int) -> dict[str, int]:
        """Return the codes of the links that were handed out most, as last counted, each with how often."""
        found = self._documents.find(
            {"bot_id": self._bot_id, "used": {"$exists": True}}, {"code": 1, "used": 1}, sort=[("used", -1)], limit=size
        )
        return {document["code"]: document["used"] async for document in found}

    async def used(self, codes: list[str]) -> dict[str, int]:
        """Return how often links were handed out, as last counted; those that never were are left out."""
        where = {"_id": {"$in": [self._key(code) for code in codes]}, "used": {"$exists": True}}
        return {
            document["code"]: document["used"] async for document in self._documents.find(where, {"code": 1, "used": 1})
        }

    async def with_file(self, unique_id: str) -> list[str]:
        """Return the codes of all links that have a file."""
        where = {"bot_id": self._bot_id, "items.unique_id": unique_id}
        return [document["code"] async for document in self._documents.find(where, {"code": 1})]


def _listing(document: Document) -> Listing:
    changed: Timestamp = document["changed"]
    return Listing(
        code=document["code"],
        changed=changed.time << 32 | changed.inc,
        open=document["listed"] and document.get("revoked_at") is None,
        title=document.get("title"),
        tags=tuple(document.get("tags", ())),
        unique_ids=tuple(item["unique_id"] for item in document["items"]),
        used=document.get("used", 0),
    )
