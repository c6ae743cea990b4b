"""Rounds in which a lease changes hands: going through them, and when who had it next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from tests.e2e.evidence import until


class Counted(Protocol):
    """What happened in the rounds."""

    rounds: int
    broken: str
    """What ended them early."""


async def go_through(
    course: Counted, rounds: int, one: Callable[[], Awaitable[None]], over: Callable[[], Awaitable[bool]]
) -> None:
    """Go through so many rounds, or until one ends in nothing that is well, or all is over by itself."""
    while course.rounds < rounds:
        course.rounds += 1
        try:
            await one()
        except AssertionError as error:
            course.broken = str(error)[:200]
            break
        if await over():
            break


class LeaseSeen:
    """The lease of one bot, as the database has it."""

    def __init__(self, leases: Any, bot_id: int) -> None:
        self._leases = leases
        self._bot_id = bot_id

    async def epoch(self) -> int:
        """Who has it now is known by this number."""
        return int((await self._read())["epoch"])

    async def taken_after(self, epoch: int, patience: float) -> float:
        """Wait until somebody else has it; returns when they took it, in seconds since 1970."""

        async def taken() -> datetime | None:
            lease = await self._read()
            at: datetime = lease["acquired_at"]
            return at if lease["epoch"] > epoch else None

        moment = await until(taken, patience, every=0.02)
        assert moment
        return moment.timestamp()

    async def _read(self) -> dict[str, Any]:
        document: dict[str, Any] = await self._leases.find_one({"_id": str(self._bot_id)})
        return document
