"""Decides how messages wait for an answer: those of one person in one chat together, each once, for a day."""

from collections.abc import Collection as AbstractCollection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from pymongo import IndexModel, ReturnDocument

from database.cause import Cause
from database.collection import Collection, Document
from database.due import DUE

KEPT: Final = timedelta(days=1)
"""How long a thread is remembered after its last message: what was not answered by then is not answered any more."""

WAITING: Final = 30
"""Messages of one thread that wait at most; the oldest go."""

REMEMBERED: Final = 5
"""Exchanges of a thread that are remembered for the next one."""


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """A message that waits for an answer: its number in its chat, and its words."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said and dealt with: the words, and the code of the draft that answers them (None: nothing did)."""

    texts: tuple[str, ...]
    draft: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """What one person said in one chat.

    `messages` wait. `upto` is the last of those that an answer is being made for, None while none is. `tries` were made
    in vain for the first of them; `past` is what came before. `who` and `title` name the person and the chat for
    reviewers.
    """

    chat: int
    person: int
    who: str
    title: str
    messages: tuple[HeardMessage, ...]
    upto: int
    tries: int
    past: tuple[Exchange, ...]
    epoch: int

    @property
    def asked(self) -> tuple[HeardMessage, ...]:
        """The messages that an answer is being made for; none where they were deleted."""
        return tuple(each for each in self.messages if each.number <= self.upto)

    @property
    def cause(self) -> Cause:
        """The cause of the answer: the same until there is one, whatever else is said meanwhile."""
        return Cause(f"reply:{self.chat}:{self.person}:{self.upto}")


class Threads(Collection):
    """One bot's threads. A message is heard once, also when its update comes again after it was answered."""

    name = "threads"
    indexes: ClassVar[list[IndexModel]] = [
        DUE,
        IndexModel([("bot_id", 1), ("chat", 1)]),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def hear(
        self, chat: int, person: int, message: HeardMessage, *, who: str, title: str, now: datetime
    ) -> bool:  # fmt: skip
        """Let a message wait; False where others of its thread wait already, or it was heard before."""
        known: Document = {"$ifNull": ["$messages.number", []]}
        again = {"$or": [{"$lte": [message.number, {"$ifNull": ["$answered", 0]}]}, {"$in": [message.number, known]}]}
        new = {"$literal": {"number": message.number, "text": message.text}}
        waiting: Document = {"$ifNull": ["$messages", []]}
        before = await self._documents.find_one_and_update(
            {"_id": self._key(chat, person)},
            [
                {
                    "$set": {
                        "bot_id": self._bot_id,
                        "chat": chat,
                        "person": person,
                        "who": {"$literal": who},
                        "title": {"$literal": title},
                        "messages": {
                            "$cond": [again, waiting, {"$slice": [{"$concatArrays": [waiting, [new]]}, -WAITING]}]
                        },
                        "due_at": {"$cond": [again, "$due_at", {"$ifNull": ["$due_at", now]}]},
                        "forget_at": {"$cond": [again, "$forget_at", now + KEPT]},
                    }
                }
            ],
            {"due_at": 1, "messages": 1, "answered": 1},
            upsert=True,
            return_document=ReturnDocument.BEFORE,
        )
        return before is None or ("due_at" not in before and message.number > before.get("answered", 0))

    async def reword(self, chat: int, person: int, message: HeardMessage) -> None:
        """Let a message that waits say something else: it was edited."""
        where = {"_id": self._key(chat, person), "messages.number": message.number}
        await self._documents.update_one(where, {"$set": {"messages.$.text": message.text}})

    async def forget(self, chat: int, numbers: AbstractCollection[int]) -> None:
        """Let messages of a chat wait no more: they were deleted."""
        gone = {"number": {"$in": [*numbers]}}
        where = {"bot_id": self._bot_id, "chat": chat, "messages.number": {"$in": [*numbers]}}
        await self._documents.update_many(where, {"$pull": {"messages": gone}})

    async def take(self, epoch: int, began: datetime) -> Thread | None:
        """Take the thread that waits longest, for an answer to all that it says by now; None where none is left.

        Each is taken once in the round that `began` then. One whose answer was being made when a process died is taken
        with the same messages again.
        """
        last: Document = {"$max": "$messages.number"}
        document = await self._documents.find_one_and_update(
            {
                "bot_id": self._bot_id,
                "due_at": {"$lt": began},
                "$or": [{"epoch": {"$exists": False}}, {"epoch": {"$lte": epoch}}],
            },
            [{"$set": {"epoch": epoch, "due_at": began, "upto": {"$ifNull": ["$upto", {"$ifNull": [last, 0]}]}}}],
            sort=[("due_at", 1), ("_id", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return None if document is None else _thread(document)

    async def settle(self, thread: Thread, draft: str | None, now: datetime) -> None:
        """Write down that the messages of a thread that was taken are dealt with, by this draft or by none."""
        left = {"$filter": {"input": "$messages", "cond": {"$gt": ["$$this.number", thread.upto]}}}
        exchange = {"$literal": {"texts": [each.text for each in thread.asked], "draft": draft}}
        past = {"$concatArrays": [{"$ifNull": ["$past", []]}, [exchange]]}
        await self._end_try(
            thread,
            [
                {
                    "$set": {
                        "messages": left,
                        "answered": {"$max": ["$answered", thread.upto]},
                        "past": {"$slice": [past, -REMEMBERED]},
                        "tries": 0,
                        "forget_at": now + KEPT,
                    }
                },
                {"$set": {"due_at": {"$cond": [{"$eq": [{"$size": "$messages"}, 0]}, "$$REMOVE", "$due_at"]}}},
                {"$unset": "upto"},
            ],
        )

    async def put_off(self, thread: Thread, *, failed: bool) -> None:
        """Leave the messages of a thread to the next round, with what is said by then; `failed` counts a try."""
        tries: Document = {"$add": [{"$ifNull": ["$tries", 0]}, int(failed)]}
        await self._end_try(thread, [{"$set": {"tries": tries}}, {"$unset": "upto"}])

    async def waiting(self) -> int:
        """Return how many threads wait."""
        return await self._documents.count_documents({"bot_id": self._bot_id, "due_at": {"$exists": True}})

    async def _end_try(self, thread: Thread, change: list[Document]) -> None:
        where = {"_id": self._key(thread.chat, thread.person), "epoch": thread.epoch, "upto": thread.upto}
        await self._documents.update_one(where, change)


def _thread(document: Document) -> Thread:
    def exchange(kept: Any) -> Exchange:
        return Exchange(tuple(kept["texts"]), kept["draft"])

    return Thread(
        chat=document["chat"],
        person=document["person"],
        who=document["who"],
        title=document["title"],
        messages=tuple(HeardMessage(**each) for each in document["messages"]),
        upto=document["upto"],
        tries=document.get("tries", 0),
        past=tuple(map(exchange, document.get("past", ()))),
        epoch=document["epoch"],
    )
