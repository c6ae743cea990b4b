"""What the web room is told about the bot, and how its checks are asked: side by side, each for two seconds at most."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from web.overview import OverviewFacts

log = logging.getLogger(__name__)

CHECK_TIMEOUT = 2.0
"""Seconds that one check may take."""

KEEP = 1.0
"""Seconds that the checks' answers are kept, so that a stranger's requests cannot become load on the database."""

KEEP_FAILURE = 0.1
"""The same while a check fails: whoever waits for a start should not wait for an old answer."""


class Probe(Protocol):
    """One thing that must be well for the bot to serve."""

    @property
    def name(self) -> str:
        """What is checked, in one word, such as `database`."""

    async def check(self) -> str | None:
        """Return None when it is well, else the reason in words that a stranger may read."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A probe made of a name and a function."""

    name: str
    ask: Callable[[], Awaitable[str | None]]

    async def check(self) -> str | None:
        """Ask the function."""
        return await self.ask()


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    """What broke and healed of one kind since this process started; seconds from the break to service."""

    count: int
    last_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class BreakerFacts:
    """Whether Telegram's server is asked at all while it fails."""

    state: str
    """`closed`: as always; `open`: what can wait waits; `trying`: one call at a time."""
    openings: int
    """How often it opened since this process started."""
    open_seconds: float
    """For how long it has been open."""
    next_try_seconds: float
    """When what can wait is tried again."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """How a job of the timetable is doing; times as programs read them, UTC."""

    name: str
    state: str
    """`waiting`, `running` or `paused`."""
    next_run: str | None
    """None while it is paused."""
    last_run: str | None = None
    last_outcome: str | None = None
    """`done`, `failed` or `put_off`."""
    last_seconds: float | None = None
    last_success: str | None = None
    did: Mapping[str, int] = field(default_factory=dict)
    """What its last run did, in numbers."""
    last_error: str | None = None
    """Why its last run failed or was put off; for those alone who may make admin calls."""


@dataclass(frozen=True, slots=True)
class BotFacts:
    """How one bot is doing; nothing in it is about a person."""

    username: str | None
    """Without the @; None until the first connection."""
    state: str
    """One word, such as `running` or `standby`."""
    reason: str = ""
    """Why it does not serve, when it does not."""
    trouble_seconds: float = 0.0
    """For how long it has not been able to serve."""
    backlog: int = 0
    """Updates received and not finished."""
    last_update_age: float | None = None
    """Seconds since the last update; None when none has come."""
    lease_epoch: int = 0
    """The number of the period of ownership; 0 without the lease."""
    logins: int = 0
    """Logins made by this process."""
    recoveries: int = 0
    """How often something broke and healed since this process started."""
    recovered: Mapping[str, RecoveryFacts] = field(default_factory=dict)
    """The same by kind, and how long it took."""
    mishaps: Mapping[str, int] = field(default_factory=dict)
    """Calls that were told to wait, failed or were refused, by what that means."""
    mishaps_seconds: float = 0.0
    """For how long these have been counted: since the process began, or the owner set them back."""
    breaker: BreakerFacts | None = None
    """None while the bot is not connected."""
    jobs: tuple[JobFacts, ...] = ()
    """What it does by the clock; empty while another process serves it."""
    overview: OverviewFacts | None = None
    """What waits, and what today had; None while that is not known here."""

    def for_strangers(self) -> BotFacts:
        """Return it without what is for those alone who may make admin calls."""
        return replace(
            self,
            jobs=tuple(replace(each, last_error=None) for each in self.jobs),
            overview=replace(self.overview, targets=()) if self.overview else None,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """How this process is doing."""

    version: str
    uptime: float
    """Seconds since the process started."""
    bots: tuple[BotFacts, ...] = ()


class StatusSource(Protocol):
    """Who knows the facts; it answers at once, from memory."""

    async def look(self) -> None:
        """Let the facts be as new as they can be without keeping anybody waiting."""

    def facts(self) -> Facts:
        """How this process is doing now."""


class Checks:
    """Asks all probes at once and keeps the answers for a moment."""

    def __init__(
        self,
        probes: Sequence[Probe],
        *,
        timeout: float = CHECK_TIMEOUT,
        keep: float = KEEP,
        keep_failure: float = KEEP_FAILURE,
    ) -> None:
        self._probes = tuple(probes)
        self._timeout = timeout
        self._keep = keep
        self._keep_failure = keep_failure
        self._answers: dict[str, str | None] = {}
        self._until = float("-inf")
        self._asking = asyncio.Lock()

    async def answers(self) -> Mapping[str, str | None]:
        """Each check's name with None when it is well, else with the reason."""
        async with self._asking:
            if time.monotonic() >= self._until:
                reasons = await asyncio.gather(*map(self._ask, self._probes))
                self._answers = {probe.name: reason for probe, reason in zip(self._probes, reasons, strict=True)}
                keep = min(self._keep, self._keep_failure) if any(self._answers.values()) else self._keep
                self._until = time.monotonic() + keep
            return self._answers

    async def _ask(self, probe: Probe) -> str | None:
        try:
            async with asyncio.timeout(self._timeout):
                return await probe.check()
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except Exception as error:
            # One check's failure is its answer: the other checks must still be told.
            log.warning("The check of %s failed", probe.name, exc_info=error)
            return "the check failed"
