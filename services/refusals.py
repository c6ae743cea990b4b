"""What it means that a message did not go out: whether anybody may try again, and whether the reader is gone."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a message did not go out."""

    BLOCKED = "blocked"
    """The reader has blocked the bot; they come back when they write to it again."""
    DEACTIVATED = "deactivated"
    """The reader's account is gone."""
    BAD_PEER = "bad_peer"
    """It is nobody that the bot can write to: an id that it never met, or another bot."""
    CONTENT = "content"
    """This message can be sent to nobody: its source is gone, its media or its buttons are refused."""
    FORBIDDEN = "forbidden"
    """The bot may not send this there; another message, or another reader, may do."""
    PASSING = "passing"
    """A wait, a server's bad moment, a lost connection: the same may be sent later."""
    UNKNOWN = "unknown"
    """Nobody knows yet what this means: it is tried again, a few times."""

    @property
    def is_gone(self) -> bool:
        """Whether the reader cannot be reached with anything, until they write to the bot again."""
        return self in {Refusal.BLOCKED, Refusal.DEACTIVATED, Refusal.BAD_PEER}

    @property
    def is_for_good(self) -> bool:
        """Whether the same message to the same reader is never to be tried again."""
        return self not in {Refusal.PASSING, Refusal.UNKNOWN}
