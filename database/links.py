"""Decides how links are kept, and whether one may still be used: once per cause, never beyond its limit."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import ClassVar

from bson import Timestamp
from pymongo import IndexModel, ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from database.audit import CARRIED, UNLOGGED, Audited, Change, Value, carried
from database.cause import Cause
from database.codes import new_code
from database.collection import Document
from database.link import Link, LinkItem, NewLink
from database.together import Together
from database.uses import Statistics, Uses

__all__ = ["Link", "LinkItem", "Links", "NewLink"]

STAMPED: Document = {"$currentDate": {"changed": {"$type": "timestamp"}}}
"""What each change of a link that a search is to hear of sets besides: the server's next moment."""


class Links(Audited):
    """One bot's links."""

    name = "links"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("cause", 1)], unique=True),
        IndexModel([("bot_id", 1), ("answered", 1)]),
        IndexModel([("bot_id", 1), ("content", 1), ("created_at", -1)]),
        IndexModel([("bot_id", 1), ("items.message_id", 1)]),
        IndexModel([("bot_id", 1), ("created_at", -1), ("_id", -1)]),
        IndexModel([("bot_id", 1), ("created_by", 1), ("created_at", -1), ("_id", -1)]),
        UNLOGGED,
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose links these are."""
        super().__init__(database, bot_id)
        self._uses = Uses(database, bot_id)
        self._reads: Together[str, Link | None] = Together(self._read)

    def count_replays(self) -> None:
        """Count a use for each handling of an update, not for each update: only for the control of the proof."""
        self._uses.by_cause = False

    async def create(self, new: NewLink, *, by: int, cause: Cause, now: datetime, origin: Cause | None = None) -> Link:
        """Make a link with a code of its own, once per cause: a replay gets the first one.

        `origin` names the update it is made for where that is not the cause itself.
        """
        document: Document = {
            "bot_id": self._bot_id,
            **asdict(new),
            "kind": new.kind.value,
            "cause": cause,
            "origin": origin or cause,
            "answered": [origin or cause],
            "created_by": by,
            "created_at": now,
            "changed": Timestamp(0, 0),  # the server's word for: now
        }
        code = new_code(new.kind)
        try:
            await self._documents.insert_one({"_id": self._key(code), "code": code, **document})
        except DuplicateKeyError:
            first = await self._documents.find_one({"bot_id": self._bot_id, "cause": cause})
            if first is None:
                raise
            return Link.of(first)
        return Link.of({"code": code, **document})

    async def get(self, code: str) -> Link | None:
        """Return the link with exactly this code."""
        return await self._reads.one(code)

    async def made_for(self, cause: Cause) -> Link | None:
        """Return the link that was made for a cause, open or not; None when none was."""
        document = await self._documents.find_one({"bot_id": self._bot_id, "cause": cause})
        return None if document is None else Link.of(document)

    async def answered_to(self, origin: Cause) -> Link | None:
        """Return the link that an update was answered with, open or not; None when it was not answered yet."""
        document = await self._documents.find_one({"bot_id": self._bot_id, "answered": origin})
        return None if document is None else Link.of(document)

    async def answer(self, code: str, origin: Cause) -> None:
        """Write down that an update is answered with this link, which was made for another one."""
        await self._documents.update_one({"_id": self._key(code)}, {"$addToSet": {"answered": origin}})

    async def newest_of_content(self, content: str, now: datetime, storage_chat: int | None = None) -> Link | None:
        """Return the newest link to this content that is open (in this storage channel, if one is named)."""
        where: Document = {
            "bot_id": self._bot_id,
            "content": content,
            "revoked_at": None,
            "$or": [{"expires_at": None}, {"expires_at": {"$gt": now}}],
        }
        if storage_chat is not None:
            where["storage_chat"] = storage_chat
        async for document in self._documents.find(where, sort=[("created_at", -1), ("_id", -1)]):
            link = Link.of(document)
            if not await self._uses.used_up(link.code, link.slots):
                return link
        return None

    async def last_of_content(self, content: str) -> Link | None:
        """Return the newest link to this content, open or not."""
        document = await self._documents.find_one(
            {"bot_id": self._bot_id, "content": content}, sort=[("created_at", -1), ("_id", -1)]
        )
        return None if document is None else Link.of(document)

    async def use(self, link: Link, by: int, cause: Cause, now: datetime) -> bool:
        """Count one use of a link just read, once per cause; True when it may be delivered.

        A link that is revoked, expired or used up counts none, and two readers cannot share the last use. A replayed
        cause that had its use keeps it, whatever became of the link since: its first answer may be half out.
        """
        if link.revoked_at is not None or link.is_expired(now):
            return await self._uses.granted(link.code, cause)
        return await self._uses.add(link.code, by, cause, now, link.slots)

    async def had_use(self, code: str, cause: Cause) -> bool:
        """Tell whether a cause has its use of a link."""
        return await self._uses.granted(code, cause)

    async def revoke(self, code: str, by: int, cause: Cause, now: datetime) -> Link | None:
        """Close a link and return it; None if no link has this code.

        A closed link stays as it was closed. A replayed cause changes nothing, even if the link was restored since.
        """
        closed = Change("link-open", code, by, now, cause, old=True, new=False)
        change = {"$set": {"revoked_at": now, "revoked_by": by}, "$push": caused(cause) | carried(closed)}
        return await self._change(code, cause, {"revoked_at": None}, change)

    async def restore(self, code: str, by: int, cause: Cause, now: datetime) -> Link | None:
        """Open a revoked link again and return it; None if no link has this code. Once per cause, as `revoke`."""
        opened = Change("link-open", code, by, now, cause, old=False, new=True)
        change = {
            "$set": {"revoked_at": None, "revoked_by": None, "restored_at": now, "restored_by": by},
            "$push": caused(cause) | carried(opened),
        }
        return await self._change(code, cause, {"revoked_at": {"$ne": None}}, change)

    async def describe(
        self,
        code: str,
        cause: Cause,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        listed: bool | None = None,
    ) -> Link | None:
        """Say what readers find a link under, and whether they do; None if no link has this code. Once per cause.

        What is None stays as it is; an empty title takes the title away.
        """
        new: Document = {}
        if title is not None:
            new["title"] = title or None
        if tags is not None:
            new["tags"] = list(tags)
        if listed is not None:
            new["listed"] = listed
        return await self._change(code, cause, {}, {"$set": new, "$push": caused(cause)})

    async def amend(self, change: Change, field: str, **besides: Value) -> None:
        """Set a field of a link to a change's new value, once per cause; `besides` are fields that go with it."""
        key = {"_id": self._key(change.subject), "causes": {"$ne": change.cause}}
        values = {field: change.new, **besides}
        while (found := await self._documents.find_one(key, {field: 1})) is not None:
            old = found.get(field)
            real = {} if old == change.new else carried(replace(change, old=old))
            done = await self._documents.update_one(
                key | {field: old}, {"$set": values, "$push": caused(change.cause) | real, **STAMPED}
            )
            if done.matched_count:  # else somebody else changed it in between, and the log needs to know
                return

    async def changed_by(self, code: str, cause: Cause) -> bool:
        """Tell whether a cause has changed a link, now or before."""
        return await self._documents.find_one({"_id": self._key(code), "causes": cause}, {"_id": 1}) is not None

    async def limit(self, change: Change) -> None:
        """Let a link be used as often as a change says, all uses taken together; None: without limit. Else as `amend`.

        Uses under way while the limit is set were let in without it and may come on top.
        """
        code = change.subject
        await self.amend(change, "use_limit", uses_before_limit=await self._uses.without_slot(code))
        late = await self._uses.without_slot(code)
        await self._documents.update_one({"_id": self._key(code)}, {"$max": {"uses_before_limit": late}})

    async def statistics(self, code: str, since: datetime, zone: str, readers: int) -> Statistics:
        """Return how often a link was used on each day since then, and by whom last."""
        return await self._uses.statistics(code, since, zone, readers)

    async def get_many(self, codes: Sequence[str]) -> dict[str, Link]:
        """Return those of the links that there are, by their codes, in one query."""
        keys = [self._key(code) for code in codes]
        return {document["code"]: Link.of(document) async for document in self._documents.find({"_id": {"$in": keys}})}

    async def are_used_up(self, links: Iterable[Link]) -> set[str]:
        """Return the codes of those of these links that have no use left."""
        return {link.code for link in links if await self._uses.used_up(link.code, link.slots)}

    async def page(self, after: str | None, size: int, by: int | None = None) -> list[Link]:
        """Return up to `size` links, the newest first, those older than the link `after`; `by` one person only."""
        where: Document = {"bot_id": self._bot_id}
        if by is not None:
            where["created_by"] = by
        if after is not None:
            last = await self.get(after)
            if last is None:
                return []
            where["$or"] = [
                {"created_at": {"$lt": last.created_at}},
                {"created_at": last.created_at, "_id": {"$lt": self._key(after)}},
            ]
        order = [("created_at", -1), ("_id", -1)]
        return [Link.of(document) async for document in self._documents.find(where, sort=order, limit=size)]

    async def count(self, by: int | None = None) -> int:
        """Return how many links there are, open or not; `by` one person only."""
        where: Document = {"bot_id": self._bot_id} if by is None else {"bot_id": self._bot_id, "created_by": by}
        return await self._documents.count_documents(where)

    async def uses(self, code: str) -> int:
        """Return how often a link was used."""
        return await self._uses.count(code)

    async def _read(self, codes: Sequence[str]) -> list[Link | None]:
        if len(codes) == 1:
            document = await self._documents.find_one({"_id": self._key(codes[0])})
            return [None if document is None else Link.of(document)]
        found = await self.get_many(list(set(codes)))
        return [found.get(code) for code in codes]

    async def _change(self, code: str, cause: Cause, state: Document, change: Document) -> Link | None:
        """Change a link that is in a state, once per cause, and return it as it is then."""
        document = await self._documents.find_one_and_update(
            {"_id": self._key(code), "causes": {"$ne": cause}, **state},
            change | STAMPED,
            return_document=ReturnDocument.AFTER,
        )
        return await self.get(code) if document is None else Link.of(document)


def caused(cause: Cause) -> Document:
    """Return what an update pushes so that its document remembers its cause."""
    return {"causes": {"$each": [cause], "$slice": -CARRIED}}
