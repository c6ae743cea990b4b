"""Decides what is kept of who may do what: an admin's permissions, a ban, and who said so."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from database.audit import UNLOGGED, Audited, Change, Value, carrying
from database.cause import Cause
from database.collection import Document, with_item, without_item


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to the bot by the database: an admin, banned, or neither any more; never both.

    `permissions` are an admin's. `by` said so last, at `at`.
    """

    user_id: int
    admin: bool
    permissions: frozenset[str]
    banned: bool
    by: int
    at: datetime


class Standings(Audited):
    """The people of one bot who are, or once were, more or less than readers."""

    name = "standings"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("admin", 1)], partialFilterExpression={"admin": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("banned", 1), ("at", -1), ("_id", 1)]),
        UNLOGGED,
    ]

    async def get(self, user_id: int) -> Standing | None:
        """Return what a person is; None for somebody who never was anything but a reader."""
        document = await self._documents.find_one({"_id": self._key(user_id)})
        return None if document is None else _standing(document)

    async def appoint(
        self, user_id: int, permissions: Iterable[str], *, by: int, cause: Cause, now: datetime
    ) -> Standing | None:
        """Make somebody an admin who is not one and not banned; returns what they are then. Once per cause."""
        may = {"$literal": sorted(permissions)}
        set_ = {"admin": True, "permissions": may}
        return await self._change(Change("admin", str(user_id), by, now, cause), _READER, set_, None, may)

    async def permit(
        self, user_id: int, permission: str, *, given: bool, by: int, cause: Cause, now: datetime
    ) -> Standing | None:
        """Give an admin a permission or take it away; returns what they are then. Once per cause."""
        may = (with_item if given else without_item)("$permissions", {"$literal": permission})
        change = Change("admin", str(user_id), by, now, cause)
        return await self._change(change, _ADMIN, {"permissions": may}, "$permissions", may)

    async def dismiss(self, user_id: int, *, by: int, cause: Cause, now: datetime) -> Standing | None:
        """Make an admin a reader again; returns what they are then. Once per cause."""
        change = Change("admin", str(user_id), by, now, cause)
        return await self._change(change, _ADMIN, {"admin": False, "permissions": []}, "$permissions", None)

    async def ban(self, user_id: int, *, by: int, cause: Cause, now: datetime) -> Standing | None:
        """Ban somebody who is no admin; returns what they are then. Once per cause."""
        change = Change("ban", str(user_id), by, now, cause)
        return await self._change(change, _READER, {"banned": True}, old=False, new=True)

    async def unban(self, user_id: int, *, by: int, cause: Cause, now: datetime) -> Standing | None:
        """Let somebody in again; returns what they are then. Once per cause."""
        change = Change("ban", str(user_id), by, now, cause)
        return await self._change(change, _BANNED, {"banned": False}, old=True, new=False)

    async def all(self) -> list[Standing]:
        """Return every admin, everybody who once was one, and everybody banned."""
        where = {"bot_id": self._bot_id, "user_id": {"$exists": True}, "$or": [{"admin": {"$exists": True}}, _BANNED]}
        return [_standing(document) async for document in self._documents.find(where, {"causes": 0})]

    async def banned(self, skip: int, size: int) -> list[Standing]:
        """Return a page of those who are banned, the latest first."""
        order = [("at", -1), ("_id", 1)]
        where = {"bot_id": self._bot_id, **_BANNED}
        return [_standing(each) async for each in self._documents.find(where, sort=order, skip=skip, limit=size)]

    async def count_banned(self) -> int:
        """Return how many are banned."""
        return await self._documents.count_documents({"bot_id": self._bot_id, **_BANNED})

    async def revision(self) -> int:
        """Return a number that grows after every change: who reads it and then everything has what it stands for."""
        document = await self._documents.find_one({"_id": self._key("revision")})
        return 0 if document is None else int(document["revision"])

    async def _change(self, change: Change, state: Document, set_: Document, old: Value, new: Value) -> Standing | None:
        """Change somebody who is in a state, once per cause, and return what they are after it.

        What is set, and what it was and is by the log, are expressions. The revision grows whether or not this changed
        anything: a crash may have come between the two.
        """
        known = {"bot_id": self._bot_id, "user_id": int(change.subject), "by": change.by, "at": change.at}
        with suppress(DuplicateKeyError):
            await self._documents.update_one(
                {"_id": self._key(change.subject), "causes": {"$ne": change.cause}, **state},
                [{"$set": {**known, **set_, **carrying(change, old, new)}}],
                upsert=state is _READER,  # nobody is made what they would have to be already
            )
        await self._documents.update_one(
            {"_id": self._key("revision")}, {"$inc": {"revision": 1}, "$set": {"bot_id": self._bot_id}}, upsert=True
        )
        return await self.get(int(change.subject))


_ADMIN: Document = {"admin": True}
_BANNED: Document = {"banned": True}
_READER: Document = {"admin": {"$ne": True}, "banned": {"$ne": True}}


def _standing(document: Document) -> Standing:
    return Standing(
        user_id=document["user_id"],
        admin=document.get("admin", False),
        permissions=frozenset(document.get("permissions", ())),
        banned=document.get("banned", False),
        by=document["by"],
        at=document["at"],
    )
