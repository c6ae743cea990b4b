"""Decides what is kept of presses on buttons: each once, by the query that it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from database.cause import Cause
from database.collection import Collection, Document, already_there
from database.together import Together


@dataclass(frozen=True, slots=True)
class ButtonClick:
    """One press: whose, in their chat with the bot, of which button, and when.

    `cause` is the query's; a press that was brought from another bot has one that is made of what that bot kept of it.
    """

    chat_id: int
    button_type: str
    timestamp: datetime
    cause: Cause


class ButtonClicks(Collection):
    """The presses of one bot's buttons."""

    name = "button_clicks"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("button_type", 1), ("chat_id", 1)]),
        IndexModel([("bot_id", 1), ("timestamp", 1), ("button_type", 1)]),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose buttons these are."""
        super().__init__(database, bot_id)
        self._presses: Together[ButtonClick, bool] = Together(self.add)

    async def record(self, click: ButtonClick) -> bool:
        """Write a press down, once per cause; returns whether it is new."""
        return await self._presses.one(click)

    async def add(self, clicks: Sequence[ButtonClick]) -> list[bool]:
        """Write presses down, each once per cause; returns which of them are new."""
        documents = [
            {
                "_id": self._key(each.cause),
                "bot_id": self._bot_id,
                "chat_id": each.chat_id,
                "button_type": each.button_type,
                "timestamp": each.timestamp,
            }
            for each in clicks
        ]
        try:
            await self._documents.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            there = already_there(error)
            return [place not in there for place in range(len(clicks))]
        return [True] * len(clicks)

    async def of(self, button_type: str, chat_ids: Iterable[int]) -> set[int]:
        """Return those of these people who ever pressed a button."""
        where = {"bot_id": self._bot_id, "button_type": button_type, "chat_id": {"$in": list(chat_ids)}}
        wanted = {"_id": 0, "chat_id": 1}  # the index has it
        return {document["chat_id"] async for document in self._documents.find(where, wanted)}

    async def by_button(self, since: datetime, end: datetime | None = None) -> dict[str, int]:
        """Return how often each button was pressed since then, and before `end` where there is one."""
        span = {"$gte": since} if end is None else {"$gte": since, "$lt": end}
        counted = await self._documents.aggregate(
            [  # the index by time has both
                {"$match": {"bot_id": self._bot_id, "timestamp": span}},
                {"$group": {"_id": "$button_type", "presses": {"$sum": 1}}},
            ]
        )
        return {document["_id"]: document["presses"] async for document in counted}

    async def totals(self) -> dict[str, int]:
        """Return how often each button was ever pressed."""
        mine: Document = {"bot_id": self._bot_id}
        found = await self._documents.aggregate(
            [  # in the order of the index, which is then looked into once for each button
                {"$match": mine},
                {"$sort": {"bot_id": 1, "button_type": 1}},
                {"$group": {"_id": "$button_type"}},
            ]
        )
        names = [document["_id"] async for document in found]
        return {name: await self._documents.count_documents(mine | {"button_type": name}) for name in names}
