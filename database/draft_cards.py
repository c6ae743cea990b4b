"""Decides what is kept of the messages by which drafts are shown to those who decide on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument

from database.cause import Cause
from database.collection import Collection, Document


class View(StrEnum):
    """What of a draft's card is unfolded."""

    FOLDED = "folded"
    MORE = "more"
    TARGETS = "targets"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class DraftCard:
    """One draft in one reviewer's chat.

    `version` (0: none yet) is shown there by the messages `previews`, under them the card `message_id` as the draft was
    at `revision` (empty and None for somebody who cannot be written to). The messages were sent for `cause`; `unshown`
    is Telegram's word for why not all of them could be. At `until` the card is to change by itself; None: never.
    """

    code: str
    user_id: int
    version: int
    revision: int
    cause: Cause
    previews: tuple[int, ...] = ()
    message_id: int | None = None
    view: View = View.FOLDED
    unshown: str = ""
    until: datetime | None = None


class DraftCards(Collection):
    """The cards of one bot's drafts: one for each draft and reviewer, the one that was shown last."""

    name = "draft_cards"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("code", 1)]),
        IndexModel([("bot_id", 1), ("until", 1)], partialFilterExpression={"until": {"$type": "date"}}),
    ]

    async def get(self, code: str, user_id: int) -> DraftCard | None:
        """Return the card of a draft that a reviewer has; None where they have none."""
        document = await self._documents.find_one({"_id": self._key(code, user_id)})
        return None if document is None else _card(document)

    async def of(self, codes: Iterable[str]) -> list[DraftCard]:
        """Return all cards of these drafts."""
        where = {"bot_id": self._bot_id, "code": {"$in": list(codes)}}
        return [_card(document) async for document in self._documents.find(where)]

    async def begin(self, code: str, user_id: int, cause: Cause, version: int) -> bool:
        """Write down that a version is about to be shown for a cause; False where that was begun before.

        What was sent then may say less than the draft does by now. Who has no card has one from now on, that shows
        nothing yet: it is brought up to date after a crash, whatever became of the draft meanwhile.
        """
        sending = f"{cause} {version}"
        first = _written(DraftCard(code, user_id, 0, 0, cause)) | {"bot_id": self._bot_id}
        before = await self._documents.find_one_and_update(
            {"_id": self._key(code, user_id)},
            {"$set": {"sending": sending}, "$setOnInsert": first},
            {"sending": 1},
            upsert=True,
            return_document=ReturnDocument.BEFORE,
        )
        return before is None or before.get("sending") != sending

    async def put(self, card: DraftCard) -> None:
        """Write down what a reviewer sees."""
        await self._documents.update_one({"_id": self._key(card.code, card.user_id)}, {"$set": _written(card)})

    async def remove(self, code: str, user_id: int) -> None:
        """Forget the card of somebody who decides nothing any more."""
        await self._documents.delete_one({"_id": self._key(code, user_id)})

    async def due(self, now: datetime, limit: int) -> list[DraftCard]:
        """Return cards that are to change by now, those that wait longest first."""
        where = {"bot_id": self._bot_id, "until": {"$lte": now}}
        return [_card(document) async for document in self._documents.find(where, sort=[("until", 1)], limit=limit)]

    async def next_due(self) -> datetime | None:
        """Return when the next card is to change by itself; None: there is none."""
        where = {"bot_id": self._bot_id, "until": {"$type": "date"}}
        document = await self._documents.find_one(where, {"until": 1}, sort=[("until", 1)])
        return document["until"] if document else None


def _written(card: DraftCard) -> Document:
    return {**asdict(card), "previews": list(card.previews), "view": card.view.value}


def _card(document: Mapping[str, Any]) -> DraftCard:
    return DraftCard(
        code=document["code"],
        user_id=document["user_id"],
        version=document["version"],
        revision=document["revision"],
        cause=Cause(document["cause"]),
        previews=tuple(document["previews"]),
        message_id=document["message_id"],
        view=View(document["view"]),
        unshown=document["unshown"],
        until=document["until"],
    )
