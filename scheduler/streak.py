"""Whether what nobody can be sent is at fault, and not those whom it was sent to."""

from __future__ import annotations

from typing import Final

from services.posted import Posted
from services.refusals import Refusal

IN_A_ROW: Final = 20
"""Readers one after the other who are refused for the same reason after whom it is taken to be everybody's."""


class Streak:
    """How many readers in a row were refused for one reason that is not known to be theirs, and nobody got anything."""

    def __init__(self) -> None:
        self._reason = ""
        self._length = 0

    def note(self, posted: Posted) -> bool:
        """Take down what became of a reader; returns whether the reason is everybody's by now."""
        if posted.arrived:
            self._length = 0
        elif posted.refusal in {Refusal.UNKNOWN, Refusal.FORBIDDEN}:
            self._length = self._length + 1 if posted.reason == self._reason else 1
            self._reason = posted.reason
        return self._length >= IN_A_ROW

    def begin_anew(self) -> None:
        """Forget those until now: who was told of it has said that it goes on."""
        self._length = 0
