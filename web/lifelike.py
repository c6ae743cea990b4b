"""What the web room needs to see of a bot's life, of whatever kind it is: nothing here knows the client."""

from __future__ import annotations

from typing import Protocol

from services.draft_desk import DraftDesk
from services.drafts import DraftService
from services.overview import Overview
from web.jobs import JobsLike


class OverviewLike(Protocol):
    """Who knows what waits and what today had (services.overview.OverviewService)."""

    async def look(self) -> Overview:
        """Return how it stands now, asked of the database."""


class LeaseLike(Protocol):
    """Who may act as the bot."""

    @property
    def epoch(self) -> int:
        """The number of the period of ownership."""

    def held(self) -> bool:
        """Whether this process may act as the bot."""


class ServicesLike(Protocol):
    """A bot's rules."""

    @property
    def jobs(self) -> JobsLike:
        """What is done by the clock."""

    @property
    def drafts(self) -> DraftService:
        """What is to go out when somebody says yes."""

    @property
    def desk(self) -> DraftDesk:
        """Where drafts are ordered."""

    @property
    def overview(self) -> OverviewLike:
        """What waits, and what today had."""


class MishapsLike(Protocol):
    """What went wrong with calls."""

    @property
    def seconds(self) -> float:
        """For how long it has been counted."""

    def counted(self) -> dict[str, int]:
        """How often, by kind."""


class BreakerLike(Protocol):
    """Whether a server that fails is asked."""

    openings: int

    @property
    def state(self) -> str:
        """One word."""

    @property
    def seconds_open(self) -> float:
        """For how long it has been open."""

    @property
    def seconds_left(self) -> float:
        """Until what can wait is tried again."""


class CallsLike(Protocol):
    """How a bot calls Telegram."""

    @property
    def mishaps(self) -> MishapsLike:
        """What went wrong."""

    @property
    def breaker(self) -> BreakerLike | None:
        """Whether Telegram is asked."""


class BotLike(Protocol):
    """A running bot."""

    username: str
    logins: int

    @property
    def services(self) -> ServicesLike:
        """Its rules."""

    @property
    def calls(self) -> CallsLike:
        """How it calls Telegram."""

    @property
    def alive(self) -> bool:
        """Whether the connection to Telegram is up."""

    @property
    def backlog(self) -> int:
        """Updates received and not finished."""

    @property
    def slowed(self) -> int:
        """Those among them that wait because their authors send too fast."""

    @property
    def quiet_seconds(self) -> float:
        """Seconds since something came from Telegram."""


class ReasonLike(Protocol):
    """A reason why a bot does not serve."""

    @property
    def kind(self) -> str:
        """What is broken, in one word."""

    @property
    def what(self) -> str:
        """The reason, in words that a stranger may read."""


class IncidentLike(Protocol):
    """What keeps a bot from serving."""

    @property
    def trouble(self) -> ReasonLike:
        """The newest reason."""

    @property
    def began(self) -> float:
        """Since when, monotonic seconds."""


class LifeLike(Protocol):
    """A bot's life in this process."""

    state: str
    logins: int

    @property
    def trouble(self) -> IncidentLike | None:
        """What keeps the bot from serving now."""

    @property
    def keeper(self) -> LeaseLike:
        """The lease."""

    @property
    def bot(self) -> BotLike | None:
        """The bot while it runs."""
