"""Decides how what comes of drafts is written down: under the lease's epoch, with the state that follows from it."""

from __future__ import annotations

from collections.abc import Collection as AbstractCollection
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from pymongo import ReturnDocument

from database.collection import Collection, Document
from database.draft import Draft, DraftState, TargetState, draft_in, written

_BEGINS: Final = frozenset({DraftState.APPROVED, DraftState.SCHEDULED})

_HERE: Final = "$$each"
_ANYWHERE: Final = [TargetState.SENT.value, TargetState.DELETED.value]


class Due(NamedTuple):
    """A draft with something to do for it, and since when."""

    draft: Draft
    at: datetime


class Publishing(Collection):
    """What a bot's drafts come to. Whoever publishes has an epoch, and writes nothing once a later one began."""

    async def take_over(self, epoch: int, now: datetime) -> None:
        """Let everything be due that was in hand before: of an earlier epoch, or of this one's last session."""
        held = {
            "bot_id": self._bot_id,
            "due_at": {"$exists": True},
            "state": {"$nin": [each.value for each in _BEGINS]},
            "epoch": {"$lte": epoch},
        }
        await self._documents.update_many(held, {"$set": {"epoch": epoch, "due_at": now}})

    async def due(self, now: datetime, limit: int) -> list[Due]:
        """Return drafts with something to do for them now, those that wait longest first."""
        where = {"bot_id": self._bot_id, "due_at": {"$lte": now}}
        found = self._documents.find(where, sort=[("due_at", 1), ("decided_at", 1)], limit=limit)
        return [Due(draft_in(document), document["due_at"]) async for document in found]

    async def next_due(self) -> datetime | None:
        """Return when there is something to do next; None when nothing waits."""
        where = {"bot_id": self._bot_id, "due_at": {"$exists": True}}
        document = await self._documents.find_one(where, {"due_at": 1}, sort=[("due_at", 1)])
        return document["due_at"] if document else None

    async def begin(self, due: Due, epoch: int, chats: AbstractCollection[int], again_at: datetime) -> Draft | None:
        """Take some of a draft's targets in hand, and let it be due again then; what is approved is published now.

        Until what comes of them is written down, whether the next part is there is unsure. None: somebody did something
        with it meanwhile, or a later epoch has it.
        """
        draft = due.draft
        mine = {"_id": self._key(draft.code), "due_at": due.at, "state": draft.state.value, "epoch": {"$lte": epoch}}
        values: Document = {"epoch": epoch, "due_at": again_at}
        change: Document = {"$set": values}
        if draft.state in _BEGINS:
            values |= {"state": DraftState.PUBLISHING.value, "unshown": True}
            change["$inc"] = {"revision": 1}
        filters: list[Document] = []
        if draft.taken_back_at is None:
            values["targets.$[begun].unsure"] = True
            filters = [{"begun.chat": {"$in": list(chats)}}]
        found = await self._documents.find_one_and_update(
            mine, change, array_filters=filters or None, return_document=ReturnDocument.AFTER
        )
        return None if found is None else draft_in(found)

    async def note(
        self,
        draft: Draft,
        chat: int,
        values: Mapping[str, Any],
        now: datetime,
        *,
        again_at: datetime | None = None,
        untold: bool = False,
        quietly: bool = False,
    ) -> Draft | None:
        """Write down what came of a target, and what of the draft where all of them are through, at once.

        `again_at` is when the target is due again, where it waits. `untold`: the owner does not know that it refuses.
        `quietly`: nobody needs to see it. None: it is another epoch's by now.
        """
        merged = {"$mergeObjects": [_HERE, {"$literal": written(values)}]}
        mine = {"$cond": [{"$eq": ["$$each.chat", chat]}, merged, _HERE]}
        steps: list[Document] = [
            {"$set": {"targets": {"$map": {"input": "$targets", "as": "each", "in": mine}}}},
            {"$set": _following(now, again_at)},
        ]
        if not quietly:
            steps.append({"$set": {"revision": {"$add": ["$revision", 1]}, "unshown": True}})
        if untold:
            refused = {"$setUnion": [{"$ifNull": ["$untold", []]}, [chat]]}
            steps.append({"$set": {"untold": refused}})
        found = await self._documents.find_one_and_update(
            {"_id": self._key(draft.code), "epoch": draft.epoch, "due_at": {"$exists": True}},
            steps,
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else draft_in(found)

    async def let_go(self, now: datetime, attempts: int) -> int:
        """Let targets be tried again now of which so many attempts failed; returns of how many drafts."""
        spent = {"state": {"$in": [TargetState.WAITING.value, TargetState.SENT.value]}, "attempts": {"$gte": attempts}}
        found = await self._documents.update_many(
            {"bot_id": self._bot_id, "due_at": {"$exists": True}, "targets": {"$elemMatch": spent}},
            {
                "$set": {
                    "due_at": now,
                    "targets.$[spent].attempts": 0,
                    "targets.$[spent].due_at": now,
                    "unshown": True,
                },
                "$inc": {"revision": 1},
            },
            array_filters=[{f"spent.{name}": value for name, value in spent.items()}],
        )
        return found.modified_count

    # What the owner is told of

    async def untold(self) -> list[tuple[Draft, list[int]]]:
        """Return drafts with the chats that refused them and that the owner has not been told of."""
        found = self._documents.find({"bot_id": self._bot_id, "untold": {"$exists": True}}, sort=[("decided_at", 1)])
        return [(draft_in(document), document["untold"]) async for document in found]

    async def told(self, code: str, chat: int) -> None:
        """Write down that the owner knows that a chat refused a draft."""
        key = {"_id": self._key(code)}
        await self._documents.update_one(key, {"$pull": {"untold": chat}})
        await self._documents.update_one({**key, "untold": []}, {"$unset": {"untold": ""}})

    async def took_since(self, chat: int, since: datetime) -> bool:
        """Tell whether a chat took any draft after a moment."""
        taken = {"$elemMatch": {"chat": chat, "sent_at": {"$gt": since}}}
        where = {"bot_id": self._bot_id, "targets.chat": chat, "targets": taken}
        return await self._documents.find_one(where, {"_id": 1}) is not None

    # Those that nobody decides on

    async def expire(self, now: datetime) -> int:
        """Let drafts expire that nobody decided on in time; returns how many did."""
        late = {"bot_id": self._bot_id, "state": DraftState.PENDING.value, "expire_at": {"$lte": now}}
        expired = {"state": DraftState.EXPIRED.value, "remind_at": None, "unshown": True}
        found = await self._documents.update_many(late, {"$set": expired, "$inc": {"revision": 1}})
        return found.modified_count

    async def remind(self, reminder: str, now: datetime) -> None:
        """Put the drafts into a reminder that are due for one."""
        late = {"bot_id": self._bot_id, "state": DraftState.PENDING.value, "remind_at": {"$lte": now}}
        await self._documents.update_many(late, {"$set": {"reminder": reminder}})

    async def count_reminded(self, reminder: str) -> int:
        """Return of how many drafts a reminder is that nobody decided on meanwhile."""
        waiting = {"bot_id": self._bot_id, "reminder": reminder, "state": DraftState.PENDING.value}
        return await self._documents.count_documents(waiting)

    async def reminder(self) -> str | None:
        """Return a reminder that was begun and is not over."""
        found = await self._documents.find_one({"bot_id": self._bot_id, "reminder": {"$type": "string"}})
        return None if found is None else str(found["reminder"])

    async def reminded(self, reminder: str, now: datetime) -> None:
        """Write down that a reminder reached everybody; what was edited meanwhile has one to come."""
        where = {"bot_id": self._bot_id, "reminder": reminder}
        await self._documents.update_many(where | {"remind_at": {"$lte": now}}, {"$set": {"remind_at": None}})
        await self._documents.update_many(where, {"$unset": {"reminder": ""}})

    async def next_wait(self) -> datetime | None:
        """Return when people are to be reminded of a draft next, or one expires; None: never."""
        times = []
        for name in ("remind_at", "expire_at"):
            where = {"bot_id": self._bot_id, "state": DraftState.PENDING.value, name: {"$type": "date"}}
            document = await self._documents.find_one(where, {name: 1}, sort=[(name, 1)])
            times += [document[name]] if document else []
        return min(times, default=None)


def _following(now: datetime, again_at: datetime | None) -> Document:
    """Return what follows for a draft from its targets, as expressions.

    While one of them waits, or is to be taken back, it is due, at once where nobody tried that yet; when none is left,
    its state says what came of it.
    """
    back = {"$ne": ["$taken_back_at", None]}
    waits = {"$eq": ["$$each.state", TargetState.WAITING.value]}
    stands = {"$and": [back, {"$eq": ["$$each.state", TargetState.SENT.value]}, {"$eq": ["$$each.refusal", None]}]}
    untried = {"$and": [stands, {"$eq": ["$$each.due_at", None]}]}
    left, at_once = (
        {"$anyElementTrue": {"$map": {"input": "$targets", "as": "each", "in": which}}}
        for which in ({"$or": [waits, stands]}, untried)
    )
    sooner: Document = {"$min": ["$due_at", again_at, {"$cond": [at_once, now, None]}]}
    ends = {"$and": [{"$not": [left]}, {"$eq": ["$state", DraftState.PUBLISHING.value]}]}
    failed = {"$in": [TargetState.FAILED.value, "$targets.state"]}
    anywhere = {"$ne": [{"$setIntersection": ["$targets.state", _ANYWHERE]}, []]}
    state = {
        "$switch": {
            "branches": [
                {"case": {"$not": [ends]}, "then": "$state"},
                {"case": {"$not": [failed]}, "then": DraftState.PUBLISHED.value},
                {"case": anywhere, "then": DraftState.PARTLY.value},
            ],
            "default": DraftState.FAILED.value,
        }
    }
    return {
        "due_at": {"$cond": [left, sooner, "$$REMOVE"]},
        "state": state,
        "published_at": {"$cond": [ends, {"$ifNull": ["$published_at", now]}, "$published_at"]},
    }
