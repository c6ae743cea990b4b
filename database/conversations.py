"""Decides how conversations are kept: one open per person and chat, each step once per cause."""

from datetime import datetime, timedelta
from typing import ClassVar

from pymongo import IndexModel, ReturnDocument

from database.cause import Cause
from database.collection import Collection, Document
from database.conversation import (
    Conversation,
    End,
    NewConversation,
    Question,
    conversation_of,
    fields_of,
    new_of,
    question_of,
)

_KEEP = timedelta(days=30)
"""How long an ended conversation is remembered: longer than Telegram gives an update again."""
_PASSED_ON = 50
"""Messages remembered that came during a conversation and were not meant for it."""


class Conversations(Collection):
    """One bot's conversations: one open per person and chat, the ended ones for as long as updates may come again."""

    name = "conversations"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel(
            [("bot_id", 1), ("chat_id", 1), ("user_id", 1)],
            name="one open",
            unique=True,
            partialFilterExpression={"open": True},
        ),
        IndexModel([("bot_id", 1), ("chat_id", 1), ("user_id", 1), ("begun_at", -1)]),
        IndexModel([("bot_id", 1), ("until", 1)], partialFilterExpression={"open": True}),
        IndexModel([("forget_at", 1)], expireAfterSeconds=0),
    ]

    async def begin(
        self,
        new: NewConversation,
        code: str,
        *,
        cause: Cause,
        since: int | None,
        epoch: int,
        now: datetime,
        until: datetime,
    ) -> Conversation | None:
        """Begin a conversation and return it; None while this person has another one open in this chat."""
        document: Document = {
            "_id": self._key(code),
            "bot_id": self._bot_id,
            "code": code,
            "open": True,
            **fields_of(new),
            "turn": 0,
            "begun_at": now,
            "until": until,
            "cause": cause,
            "causes": [cause],
            "since": since,
            "last": since or 0,
            "passed": [],
            "asked_in": epoch,
        }
        return conversation_of(document) if await self._insert_new(document) else None

    async def get(self, code: str) -> Conversation | None:
        """Return a conversation, open or ended."""
        return _found(await self._documents.find_one({"_id": self._key(code)}))

    async def caused(self, chat_id: int, user_id: int, cause: Cause) -> Conversation | None:
        """Return the conversation that an update began, or was turned away by."""
        return _found(await self._documents.find_one(self._of(chat_id, user_id) | {"causes": cause}))

    async def open_of(self, chat_id: int, user_id: int) -> Conversation | None:
        """Return the conversation that is going on with a person in a chat."""
        return _found(await self._documents.find_one(self._of(chat_id, user_id) | {"open": True}))

    async def at(self, chat_id: int, user_id: int, message_id: int) -> Conversation | None:
        """Return the conversation that a message belongs to: the open one, or the ended one that has taken it."""
        return _found(
            await self._documents.find_one(
                self._of(chat_id, user_id)
                | {
                    "since": {"$lt": message_id},
                    "passed": {"$ne": message_id},
                    "$or": [{"open": True}, {"last": {"$gte": message_id}}],
                },
                sort=[("begun_at", -1)],
            )
        )

    async def asked(self, conversation: Conversation, question_id: int, epoch: int) -> None:
        """Write down which message asks the present question, and that it was asked under this epoch of the lease."""
        change: Document = {"question_id": question_id, "asked_in": epoch}
        if conversation.since is None:
            change["since"] = question_id
        await self._documents.update_one(self._at_turn(conversation), {"$set": change})

    async def ask_next(self, conversation: Conversation, epoch: int) -> int:
        """Write down that the next question is about to be asked. Returns the epoch in which it was so first.

        A crash right after that leaves a question that may have been asked: it is asked again.
        """
        turn = conversation.turn + 1
        known = {"$eq": ["$asking.turn", turn]}
        document = await self._documents.find_one_and_update(
            self._at_turn(conversation),
            [{"$set": {"asking": {"$cond": [known, "$asking", {"turn": turn, "epoch": epoch}]}}}],
            {"asking": 1},
            return_document=ReturnDocument.AFTER,
        )
        return int(document["asking"]["epoch"]) if document else epoch

    async def move(self, conversation: Conversation, *, heard: int | None, until: datetime) -> bool:
        """Go on to the turn that this conversation is at; False when the one before it is over already.

        `heard` is the message that led there, None for a press.
        """
        change: Document = {
            "$set": {
                **fields_of(conversation),
                "turn": conversation.turn,
                "question_id": conversation.question_id,
                "asked_in": conversation.asked_in,
                "until": until,
            },
            "$max": {"last": heard or 0},
        }
        before = {"_id": self._key(conversation.code), "open": True, "turn": conversation.turn - 1}
        return (await self._documents.update_one(before, change)).matched_count > 0

    async def heard(self, conversation: Conversation, message_id: int, until: datetime, data: Document) -> None:
        """Write down that a message was dealt with, what was learned from it, and that the question stays."""
        learned = {f"data.{name}": value for name, value in data.items()}
        await self._documents.update_one(
            self._at_turn(conversation), {"$max": {"last": message_id}, "$set": {"until": until, **learned}}
        )

    async def reworded(self, conversation: Conversation, question: Question) -> None:
        """Put the present question in other words."""
        change = {"question": question_of(question)}
        await self._documents.update_one(self._at_turn(conversation), {"$set": change})

    async def passed_on(self, conversation: Conversation, message_id: int) -> None:
        """Write down that a message was not meant for this conversation: it is not later either."""
        await self._documents.update_one(
            {"_id": self._key(conversation.code)},
            {"$push": {"passed": {"$each": [message_id], "$slice": -_PASSED_ON}}},
        )

    async def turn_away(self, conversation: Conversation, other: NewConversation, cause: Cause) -> None:
        """Remember a conversation that would have begun, had this one not been open, so that it can be chosen."""
        wanted = fields_of(other)
        await self._documents.update_one(
            {"_id": self._key(conversation.code), "causes": {"$ne": cause}},
            {"$set": {"wanted": wanted}, "$push": {"causes": cause}},
        )

    async def wanted(self, conversation: Conversation) -> NewConversation | None:
        """Return the conversation that was turned away last."""
        document = await self._documents.find_one({"_id": self._key(conversation.code)}, {"wanted": 1})
        wanted = document and document.get("wanted")
        return new_of(wanted) if wanted else None

    async def end(self, conversation: Conversation, how: End, *, heard: int | None, now: datetime) -> bool:
        """End a conversation at the turn that it is at; False when it is over already, or somewhere else."""
        change: Document = {
            "$set": {"end": how.value, "forget_at": now + _KEEP},
            "$unset": {"open": ""},
            "$max": {"last": heard or 0},
        }
        return (await self._documents.update_one(self._at_turn(conversation), change)).matched_count > 0

    async def unasked(self, epoch: int, limit: int) -> list[Conversation]:
        """Return open conversations whose question was not asked under this epoch of the lease."""
        where: Document = {"bot_id": self._bot_id, "open": True, "asked_in": {"$ne": epoch}}
        return [conversation_of(document) async for document in self._documents.find(where, limit=limit)]

    async def expired(self, now: datetime, limit: int) -> list[Conversation]:
        """Return open conversations whose time is over, the longest waiting first."""
        where: Document = {"bot_id": self._bot_id, "open": True, "until": {"$lte": now}}
        found = self._documents.find(where, sort=[("until", 1)], limit=limit)
        return [conversation_of(document) async for document in found]

    async def next_expiry(self) -> datetime | None:
        """Return when the next conversation's time is over; None when none is open."""
        where: Document = {"bot_id": self._bot_id, "open": True}
        document = await self._documents.find_one(where, {"until": 1}, sort=[("until", 1)])
        return document["until"] if document else None

    async def forget_all(self) -> None:
        """Forget every conversation: only for the control of the proof."""
        await self._documents.delete_many({"bot_id": self._bot_id})

    def _of(self, chat_id: int, user_id: int) -> Document:
        return {"bot_id": self._bot_id, "chat_id": chat_id, "user_id": user_id}

    def _at_turn(self, conversation: Conversation) -> Document:
        return {"_id": self._key(conversation.code), "open": True, "turn": conversation.turn}


def _found(document: Document | None) -> Conversation | None:
    return None if document is None else conversation_of(document)
