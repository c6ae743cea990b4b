"""Decides how a bot's drafts are kept, and who may take one from one state to another."""

from __future__ import annotations

import asyncio
from collections.abc import Collection as AbstractCollection
from datetime import datetime
from typing import Any, ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.cause import Cause
from database.collection import Document
from database.draft import Draft, DraftState, DraftTarget, TargetState, Version, document_of, draft_in, written
from database.draft_publishing import Publishing

_CAUSES: Final = 50
"""Changes of one draft whose causes are remembered: a replay comes before so many others."""

_APPROVED: Final = frozenset({DraftState.APPROVED, DraftState.SCHEDULED})

_OUT: Final = (DraftState.PUBLISHING, DraftState.PUBLISHED, DraftState.PARTLY)

_TRIED_ANEW: Final[Document] = {
    "state": TargetState.WAITING.value, "attempts": 0, "due_at": None, "refusal": None, "reason": "",
    "failing_since": None,
}  # fmt: skip


class Drafts(Publishing):
    """One bot's drafts. A change is made once per cause, in one of the states that it is possible in.

    A document has a `due_at` while there is something to do for it that nobody has to decide: see `DraftWork`. It is
    `unshown` while reviewers do not see its newest revision.
    """

    name = "drafts"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("cause", 1)], unique=True),
        IndexModel([("bot_id", 1), ("state", 1), ("created_at", -1)]),
        IndexModel([("bot_id", 1), ("created_at", -1)]),
        IndexModel([("bot_id", 1), ("due_at", 1)], partialFilterExpression={"due_at": {"$exists": True}}),
        IndexModel(
            [("bot_id", 1), ("revision", -1), ("created_at", 1)],
            name="unshown",
            partialFilterExpression={"unshown": True},
        ),
        IndexModel([("bot_id", 1), ("targets.chat", 1)]),
        IndexModel([("bot_id", 1), ("untold", 1)], partialFilterExpression={"untold": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("reminder", 1)], partialFilterExpression={"reminder": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("remind_at", 1)], partialFilterExpression={"state": DraftState.PENDING.value}),
        IndexModel([("bot_id", 1), ("expire_at", 1)], partialFilterExpression={"state": DraftState.PENDING.value}),
    ]

    _afterwards: asyncio.Task[bool] | None = None

    def write_afterwards(self) -> None:
        """Answer before a draft is written down: only for the control of the proof."""
        self._insert_new = self._begin_insert  # type: ignore[method-assign]

    async def _begin_insert(self, document: Document) -> bool:
        self._afterwards = asyncio.create_task(super()._insert_new(document))
        return True

    async def add(self, draft: Draft, due_at: datetime | None = None) -> Draft:
        """Write a draft down, with something to do for it at `due_at`; where its cause made one, that one is returned.

        It is journalled when this returns.
        """
        due: Document = {} if due_at is None else {"due_at": due_at}
        document = {**document_of(draft), **due, "_id": self._key(draft.code), "bot_id": self._bot_id, "unshown": True}
        if await self._insert_new(document):
            return draft
        known = await self.of_cause(draft.cause)
        if known is None:
            raise RuntimeError(f"the code {draft.code} is not new")
        return known

    async def get(self, code: str) -> Draft | None:
        """Return a draft."""
        return _read(await self._documents.find_one({"_id": self._key(code)}))

    async def of_cause(self, cause: Cause) -> Draft | None:
        """Return the draft that a cause made."""
        return _read(await self._documents.find_one({"bot_id": self._bot_id, "cause": cause}))

    async def change(
        self,
        code: str,
        cause: Cause,
        states: AbstractCollection[DraftState],
        *,
        version: int | None = None,
        terms: int | None = None,
        new: Version | None = None,
        **values: Any,
    ) -> Draft | None:
        """Change a draft that is in one of these states, once per cause; return it as it is then.

        `version` is the number that its newest version must have, `terms` its terms; `new` comes after it. `due_at` is
        when there is something to do for it; None: never. What is approved has to go somewhere. None is returned where
        it is not so, and this cause has not changed it.
        """
        where = self._in_state(code, cause, states)
        if version is not None:
            where["versions"] = {"$size": version}
        if terms is not None:
            where["terms"] = terms
        if values.get("state") in _APPROVED:
            where["targets.0"] = {"$exists": True}
        pushed = {} if new is None else {"versions": new.as_document()}
        return await self._changed(where, cause, values, pushed=pushed)

    async def set_terms(
        self, code: str, cause: Cause, states: AbstractCollection[DraftState], **values: Any
    ) -> Draft | None:
        """Change a draft where, when or how it goes out; else as `change`."""
        return await self._changed(self._in_state(code, cause, states), cause, values, terms=1)

    async def aim(
        self, code: str, cause: Cause, states: AbstractCollection[DraftState], target: DraftTarget, most: int
    ) -> Draft | None:
        """Let a draft go to one more chat, of so many at most; once per cause. None where that is not possible."""
        where = self._in_state(code, cause, states)
        where |= {"targets.chat": {"$ne": target.chat}, f"targets.{most - 1}": {"$exists": False}}
        return await self._changed(where, cause, {}, terms=1, pushed=written({"targets": target}))

    async def leave_out(
        self, code: str, cause: Cause, states: AbstractCollection[DraftState], chat: int, least: int
    ) -> Draft | None:
        """Let a draft not go to a chat, while so many others are left; once per cause. None where that is not so."""
        where = self._in_state(code, cause, states) | {"targets.chat": chat, f"targets.{least}": {"$exists": True}}
        return await self._changed(where, cause, {}, terms=1, pulled={"targets": {"chat": chat}})

    async def retry(self, code: str, cause: Cause, now: datetime) -> Draft | None:
        """Let the targets that failed be tried again, once per cause; None where that is not possible (any more)."""
        where = {
            "_id": self._key(code),
            "state": {"$in": [DraftState.PARTLY.value, DraftState.FAILED.value]},
            "taken_back_at": None,
            "causes": {"$ne": cause},
        }
        values = {"state": DraftState.PUBLISHING, "due_at": now}
        values |= {f"targets.$[failed].{name}": value for name, value in _TRIED_ANEW.items()}
        return await self._changed(where, cause, values, filters=[{"failed.state": TargetState.FAILED.value}])

    async def take_back(self, code: str, by: int, cause: Cause, now: datetime, since: datetime) -> Draft | None:
        """Have a draft deleted everywhere that is published for the first time, or was since then; once per cause."""
        where = {
            "_id": self._key(code),
            "state": {"$in": [each.value for each in _OUT]},
            "$or": [{"published_at": None}, {"published_at": {"$gte": since}}],
            "taken_back_at": None,
            "causes": {"$ne": cause},
        }
        values = {"taken_back_by": by, "taken_back_at": now, "due_at": now}
        return await self._changed(where, cause, values)

    async def page(self, state: DraftState | None, skip: int, size: int) -> list[Draft]:
        """Return a page of the drafts in a state, or of all, the newest first."""
        where: Document = {"bot_id": self._bot_id} | ({} if state is None else {"state": state.value})
        found = self._documents.find(where, sort=[("created_at", -1), ("_id", 1)], skip=skip, limit=size)
        return [draft_in(document) async for document in found]

    async def counts(self) -> dict[DraftState, int]:
        """Return how many drafts are in each state; those without any are missing."""
        steps: list[Document] = [
            {"$match": {"bot_id": self._bot_id}},
            {"$group": {"_id": "$state", "count": {"$sum": 1}}},
        ]
        return {DraftState(each["_id"]): each["count"] async for each in await self._documents.aggregate(steps)}

    async def standing(self, state: DraftState) -> tuple[int, datetime | None]:
        """Return how many are in a state, `database.collection.COUNTED` at most, and when the oldest was made."""
        where = {"bot_id": self._bot_id, "state": state.value}
        oldest = await self._documents.find_one(where, {"_id": 0, "created_at": 1}, sort=[("created_at", 1)])
        return await self._few(where), oldest["created_at"] if oldest else None

    async def unshown(self, limit: int) -> list[Draft]:
        """Return drafts whose newest revision reviewers do not see, those that somebody did something with first."""
        order = [("revision", -1), ("created_at", 1)]
        found = self._documents.find({"bot_id": self._bot_id, "unshown": True}, sort=order, limit=limit)
        return [draft_in(document) async for document in found]

    async def shown(self, code: str, revision: int) -> None:
        """Write down that reviewers see a draft as it is in this revision, unless there is a newer one."""
        same = {"_id": self._key(code), "revision": revision}
        await self._documents.update_one(same, {"$unset": {"unshown": ""}})

    def _in_state(self, code: str, cause: Cause, states: AbstractCollection[DraftState]) -> Document:
        """Find a draft in one of these states that a cause has not changed."""
        return {"_id": self._key(code), "state": {"$in": [each.value for each in states]}, "causes": {"$ne": cause}}

    async def _changed(
        self, where: Document, cause: Cause, values: Document, *, terms: int = 0, pushed: Document | None = None,
        pulled: Document | None = None, filters: list[Document] | None = None,
    ) -> Draft | None:  # fmt: skip
        causes = {"causes": {"$each": [cause], "$slice": -_CAUSES}}
        change: Document = {
            "$push": causes | (pushed or {}),
            "$inc": {"revision": 1, "terms": terms},
            "$set": {**written(values), "unshown": True},
        }
        if pulled:
            change["$pull"] = pulled
        if "due_at" in values and values["due_at"] is None:
            del change["$set"]["due_at"]
            change["$unset"] = {"due_at": ""}
        found = await self._documents.find_one_and_update(
            where, change, array_filters=filters, return_document=ReturnDocument.AFTER
        )
        if found is None:
            found = await self._documents.find_one({"_id": where["_id"], "causes": cause})
        return _read(found)


def _read(document: Document | None) -> Draft | None:
    return None if document is None else draft_in(document)
