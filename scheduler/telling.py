"""What runs in the background needs of the bot to tell people of it, and what it is given to say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Protocol

from database.cause import Cause
from database.clock import Clock
from services.registry import Services

CATCHING_UP: Final = timedelta(seconds=0.3)
"""Until when to look again while the bot is catching up."""


class Card(Protocol):
    """What a person is told: a text's key, its arguments and its buttons."""

    key: str
    args: dict[str, Any]
    keyboard: Any


class Held(Protocol):
    """The lease."""

    @property
    def epoch(self) -> int:
        """The number of this stay in office."""


class Leased(Protocol):
    """Who is the bot for as long as a lease is held."""

    @property
    def lease(self) -> Held:
        """The lease that the bot is held by."""


class Teller(Protocol):
    """Who writes to people."""

    @property
    def clock(self) -> Clock:
        """What time it is."""

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> bool:
        """Write to a person, once per cause and step; False when they cannot be written to any more."""


class Serving(Teller, Protocol):
    """Who has the rules as well."""

    @property
    def services(self) -> Services:
        """The rules."""


class Listening(Serving, Protocol):
    """Who hears what people send as well."""

    @property
    def caught_up(self) -> bool:
        """Whether everything that was sent while the bot was away has been taken in."""
