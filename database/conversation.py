"""Decides what a conversation is: who is asked what, what was said so far, and which messages belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from database.cause import Cause
from database.collection import Document


@dataclass(frozen=True, slots=True)
class Choice:
    """What a button under a question says (a text's key), and its name, which a command may have too (`/skip`).

    A name is at most 16 characters of `[a-z_]`.
    """

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, kept so that it can be asked again in the same words.

    `key` is a text's, `args` what its placeholders stand for (words, numbers, yes and no, None), `choices` are rows of
    buttons.
    """

    key: str
    args: Mapping[str, str | int | None] = field(default_factory=dict)
    choices: tuple[tuple[Choice, ...], ...] = ()

    def offers(self, name: str) -> bool:
        """Tell whether this is one of the choices."""
        return any(choice.name == name for row in self.choices for choice in row)


class End(StrEnum):
    """How a conversation ended."""

    DONE = "done"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class NewConversation:
    """What a conversation is about (`topic`, its handler's name), where it begins, and what it knows from the start."""

    chat_id: int
    user_id: int
    topic: str
    question: Question
    step: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's conversation in one chat.

    `turn` counts the questions from 0. `question_id` is the message that asked the present one, None while that is not
    known, and `asked_in` the epoch of the lease in which it was asked last. Messages after `since` belong to it; `last`
    is the newest that it has taken. `cause` is what began it.
    """

    code: str
    chat_id: int
    user_id: int
    topic: str
    step: str
    data: Mapping[str, Any]
    question: Question
    turn: int
    begun_at: datetime
    until: datetime
    cause: Cause
    since: int | None = None
    last: int = 0
    question_id: int | None = None
    asked_in: int = 0
    end: End | None = None

    @property
    def asking(self) -> Cause:
        """The cause of everything that is said at this turn."""
        return Cause(f"conversation:{self.code}:{self.turn}")

    @property
    def is_begun(self) -> bool:
        """Whether the person has said anything yet that would be lost."""
        return self.turn > 0 or self.last > (self.since or 0)

    def has_taken(self, message_id: int) -> bool:
        """Tell whether a message was dealt with before: an update that comes again changes nothing."""
        return message_id <= self.last


def fields_of(given: NewConversation | Conversation) -> Document:
    """Return what both kinds of record have in common, as it is kept."""
    return {
        "chat_id": given.chat_id,
        "user_id": given.user_id,
        "topic": given.topic,
        "step": given.step,
        "data": dict(given.data),
        "question": question_of(given.question),
    }


def question_of(question: Question) -> Document:
    """Write a question as it is kept."""
    choices = [[[choice.name, choice.key] for choice in row] for row in question.choices]
    return {"key": question.key, "args": dict(question.args), "choices": choices}


def _question(document: Document) -> Question:
    choices = tuple(tuple(Choice(*choice) for choice in row) for row in document["choices"])
    return Question(document["key"], document["args"], choices)


def new_of(document: Document) -> NewConversation:
    """Read what was to begin."""
    return NewConversation(
        chat_id=document["chat_id"],
        user_id=document["user_id"],
        topic=document["topic"],
        question=_question(document["question"]),
        step=document["step"],
        data=document["data"],
    )


def conversation_of(document: Document) -> Conversation:
    """Read a conversation."""
    end = document.get("end")
    return Conversation(
        code=document["code"],
        chat_id=document["chat_id"],
        user_id=document["user_id"],
        topic=document["topic"],
        step=document["step"],
        data=document["data"],
        question=_question(document["question"]),
        turn=document["turn"],
        begun_at=document["begun_at"],
        until=document["until"],
        cause=Cause(document["cause"]),
        since=document["since"],
        last=document["last"],
        question_id=document.get("question_id"),
        asked_in=document["asked_in"],
        end=End(end) if end else None,
    )
