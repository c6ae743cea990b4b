"""What went wrong with calls, counted by kind, until the owner sets the counts back."""

from __future__ import annotations

import time
from collections import Counter
from enum import StrEnum
from typing import Protocol

from pyrogram.errors import FileReferenceExpired, MessageNotModified, QueryIdInvalid

from services.refusals import Refusal

HARMLESS = (FileReferenceExpired, MessageNotModified, QueryIdInvalid)
"""Refusals that belong to the normal course: nothing went wrong."""


class Passing(StrEnum):
    """What may pass by itself, and is tried again."""

    WAIT = "wait"
    """Telegram ordered a wait: no failure."""
    SERVER = "server"
    """The server had a bad moment."""
    UNANSWERED = "unanswered"
    """No answer came, or none that can be read."""
    NETWORK = "network"
    """The connection was lost, or there was none."""


KINDS = (*Passing, *(each for each in Refusal if each is not Refusal.PASSING))
"""What is told apart: what may pass, and what Telegram refused."""


class CallMeter(Protocol):
    """Who counts the calls (web.metrics does)."""

    def call(self, method: str, outcome: str, seconds: float) -> None:
        """Count one try of a method and how long it took."""

    def flood_wait(self, seconds: float) -> None:
        """Count a wait that Telegram ordered."""

    def mishap(self, kind: str) -> None:
        """Count what went wrong with a call, by its kind, one of `KINDS`."""


class Mishaps:
    """The counts of one bot, of this process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._since = time.monotonic()

    def count(self, kind: str) -> None:
        """Count one mishap of one of `KINDS`."""
        self._counts[kind] += 1

    def counted(self) -> dict[str, int]:
        """How many there were of each kind, those that happened only."""
        return {kind.value: self._counts[kind] for kind in KINDS if self._counts[kind]}

    @property
    def seconds(self) -> float:
        """For how long it has been counted."""
        return time.monotonic() - self._since

    def reset(self) -> None:
        """Begin again."""
        self._counts.clear()
        self._since = time.monotonic()
