"""How messages are taken away: as many a call as Telegram takes, a few calls side by side, each with its own end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

PER_CALL: Final = 100
"""Messages that one call deletes (Telegram's limit)."""

AT_ONCE: Final = 8
"""Calls that are under way side by side."""


class Taker(Protocol):
    """Who takes messages away."""

    async def take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        """Delete messages, 100 at most; returns those that cannot be deleted, each with its reason."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of messages: those that are `refused`, each with its reason, and those that were not tried."""

    refused: Mapping[int, str]
    undone: frozenset[int]
    answers: Sequence[object]

    def raise_first(self) -> None:
        """Say why some were not tried, if any were not.

        Raises:
            BaseException: what the first call met that did not get through.
        """
        raise_first(self.answers)


async def withdraw(bot: Taker, message_ids: Sequence[int]) -> Withdrawn:
    """Delete messages of private chats, however many there are; a call that fails keeps no other one."""
    calls = list(calls_for(message_ids))
    answers = await at_once([partial(bot.take_away, call) for call in calls])
    refused: dict[int, str] = {}
    undone: set[int] = set()
    for call, answer in zip(calls, answers, strict=True):
        if isinstance(answer, BaseException):
            undone.update(call)
        else:
            refused |= answer
    return Withdrawn(refused, frozenset(undone), answers)


def calls_for(message_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut messages, of however many readers, into calls."""
    for start in range(0, len(message_ids), PER_CALL):
        yield message_ids[start : start + PER_CALL]


async def at_once(jobs: Sequence[Callable[[], Awaitable[T]]], width: int = AT_ONCE) -> list[T | BaseException]:
    """Do these side by side, so many of them; a failure is an answer too."""
    room = asyncio.Semaphore(width)

    async def one(job: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await job()

    return await asyncio.gather(*map(one, jobs), return_exceptions=True)


def raise_first(answers: Iterable[object]) -> None:
    """Raise the first of these answers that is a failure."""
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
