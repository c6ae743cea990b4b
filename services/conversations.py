"""Decides how a person is asked something: one conversation at a time, for a day, each answer taken once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from database.cause import Cause
from database.clock import Clock
from database.codes import random_id
from database.conversation import Choice, Conversation, End, NewConversation, Question
from database.conversations import Conversations

__all__ = ["Begun", "Choice", "Conversation", "ConversationService", "End", "NewConversation", "Question"]

PATIENCE = timedelta(days=1)
"""How long an answer is waited for."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of beginning: the conversation that is open now, or the one that is in the way (`busy`)."""

    conversation: Conversation
    busy: bool


class ConversationService:
    """One bot's conversations.

    An answer's work is done first, then what comes next is said, and only then it is written down that the answer was
    taken. All three are done once per turn however often they are tried: a crash in between takes the answer again.
    """

    def __init__(self, conversations: Conversations, clock: Clock) -> None:
        """Take the collection."""
        self._conversations = conversations
        self._clock = clock

    async def begin(self, new: NewConversation, *, cause: Cause, since: int | None, epoch: int) -> Begun:
        """Begin a conversation, once per cause; messages after `since` belong to it (None: after its first question).

        `epoch` is the lease's: what was asked in another one is asked again.

        One in which nothing was said yet gives way. Any other stays open: it is returned as `busy`, and remembers what
        wanted to begin, for `replace`.
        """
        known = await self._conversations.caused(new.chat_id, new.user_id, cause)
        if known is not None:
            return Begun(known, busy=known.cause != cause)
        while True:
            if made := await self._make(new, cause, since, epoch):
                return Begun(made, busy=False)
            going = await self._conversations.open_of(new.chat_id, new.user_id)
            if going is not None and going.is_begun:
                await self._conversations.turn_away(going, new, cause)
                return Begun(going, busy=True)
            if going is not None:
                await self._conversations.end(going, End.REPLACED, heard=None, now=self._clock.now())

    async def replace(self, conversation: Conversation, cause: Cause, *, epoch: int) -> Conversation | None:
        """End a conversation and begin the one that it was in the way of; None when there is none."""
        wanted = await self._conversations.wanted(conversation)
        if wanted is None:
            return None
        await self._conversations.end(conversation, End.REPLACED, heard=None, now=self._clock.now())
        return (await self.begin(wanted, cause=cause, since=None, epoch=epoch)).conversation

    async def get(self, code: str) -> Conversation | None:
        """Return a conversation, open or ended; None when there is none with this code."""
        return await self._conversations.get(code)

    async def open_of(self, chat_id: int, user_id: int) -> Conversation | None:
        """Return the conversation that is going on with a person in a chat."""
        return await self._conversations.open_of(chat_id, user_id)

    async def of_message(self, chat_id: int, user_id: int, message_id: int) -> Conversation | None:
        """Return the conversation that a message belongs to, also one that has taken it and is over since."""
        return await self._conversations.at(chat_id, user_id, message_id)

    def after(self, conversation: Conversation, step: str, question: Question, data: Mapping[str, Any]) -> Conversation:
        """Return a conversation as it is with its next question; nothing is written down yet."""
        return replace(
            conversation,
            step=step,
            question=question,
            data={**conversation.data, **data},
            turn=conversation.turn + 1,
            question_id=None,
        )

    async def ask_next(self, conversation: Conversation, *, epoch: int) -> int:
        """Write down that the next question is about to be asked; returns the epoch in which it was so first."""
        return await self._conversations.ask_next(conversation, epoch)

    async def moved(self, after: Conversation, *, asked: int, epoch: int, heard: int | None) -> bool:
        """Write down the next turn, which the message `asked` asks, and the answer `heard` that led there."""
        after = replace(after, question_id=asked, asked_in=epoch)
        return await self._conversations.move(after, heard=heard, until=self._clock.now() + PATIENCE)

    async def asked(self, conversation: Conversation, message_id: int, *, epoch: int) -> None:
        """Write down which message asks the present question, and in which epoch it was sent."""
        await self._conversations.asked(conversation, message_id, epoch)

    async def heard(self, conversation: Conversation, message_id: int, **data: Any) -> None:
        """Write down that a message was dealt with and the question stays: it was refused, or more may come."""
        await self._conversations.heard(conversation, message_id, self._clock.now() + PATIENCE, data)

    async def reworded(self, conversation: Conversation, question: Question) -> None:
        """Put the present question in other words: those are asked again after a restart."""
        await self._conversations.reworded(conversation, question)

    async def passed_on(self, conversation: Conversation, message_id: int) -> None:
        """Write down that a message is not meant for this conversation."""
        await self._conversations.passed_on(conversation, message_id)

    async def end(self, conversation: Conversation, how: End = End.DONE, *, heard: int | None = None) -> bool:
        """End a conversation; False when it was over already."""
        return await self._conversations.end(conversation, how, heard=heard, now=self._clock.now())

    async def unasked(self, epoch: int) -> list[Conversation]:
        """Return conversations whose question was not asked since this epoch of the lease began."""
        return await self._conversations.unasked(epoch, _AT_ONCE)

    async def expired(self) -> list[Conversation]:
        """Return conversations whose answer was waited for long enough."""
        return await self._conversations.expired(self._clock.now(), _AT_ONCE)

    async def next_expiry(self) -> datetime | None:
        """Return when to ask for `expired` next; None when nothing is open."""
        return await self._conversations.next_expiry()

    async def _make(self, new: NewConversation, cause: Cause, since: int | None, epoch: int) -> Conversation | None:
        now = self._clock.now()
        return await self._conversations.begin(
            new, random_id(), cause=cause, since=since, epoch=epoch, now=now, until=now + PATIENCE
        )
