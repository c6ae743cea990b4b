"""Decides what the rules need of an AI: it is given instructions and a question, and says a text or why it does not."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Trouble(StrEnum):
    """Why an assistant does not answer anybody now; the text `replies-away` distinguishes them."""

    SILENT = "silent"
    """It cannot be reached, or not in time."""
    KEY = "key"
    """It does not take the key."""
    MODEL = "model"
    """It has no such model, or the address is not that of an endpoint."""
    LIMIT = "limit"
    """It has been asked too much."""
    SERVER = "server"
    """It fails."""


class AssistantAway(Exception):  # noqa: N818 - says what is the case
    """An assistant answers nobody now, whatever it is asked."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        """Take the reason, and words for the log that have no secret in them."""
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble


class AnswerUnusable(Exception):  # noqa: N818 - says what is the case
    """An assistant answered, and nothing can be made of it; the text says why, without its words.

    `tokens` is what it cost all the same.
    """

    def __init__(self, reason: str, tokens: int = 0) -> None:
        """Take the reason and the cost."""
        super().__init__(reason)
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Completion:
    """What an assistant said, and the tokens that it read and wrote for it, by its own count."""

    text: str
    read: int
    wrote: int

    @property
    def tokens(self) -> int:
        """What it cost."""
        return self.read + self.wrote


class Assistant(Protocol):
    """Who is asked; `client.assistant` implements it."""

    @property
    def model(self) -> str:
        """What it is called where it runs."""

    async def complete(self, instructions: str, question: str) -> Completion:
        """Return what it says, JSON if it obeys.

        Raises:
            AssistantAway: it answers nobody now.
            AnswerUnusable: it does not answer this, or with more than anybody reads.
        """
