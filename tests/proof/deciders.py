"""Reviewers who approve whatever comes to them, one draft after the other, and press again where nobody heard them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from types import TracebackType
from typing import Self

from sandbox.person import Person
from tests.proof.reviewers import SEND, Card, Press, Reviewers

AT_ONCE = 8
"""Presses that wait for their answers at the same moment."""

FOR_EVER = 1e6
"""Seconds."""


class Deciders:
    """Each draft is pressed by one of those who have a card of it, for as long as the context is open."""

    def __init__(self, reviewers: Reviewers, dice: random.Random) -> None:
        """Take who they are, and the chance by which they share the work."""
        self.presses: Counter[Press] = Counter()
        self._reviewers = reviewers
        self._dice = dice
        self._waiting: asyncio.Queue[Card] = asyncio.Queue()
        self._decided: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin."""
        self._tasks = [asyncio.create_task(self._look(person)) for person in self._reviewers.people]
        self._tasks += [asyncio.create_task(self._press()) for _ in range(AT_ONCE)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self, person: Person) -> None:
        """Take up every card that one of them gets."""
        while True:
            await self._waiting.put(await self._reviewers.card(person, SEND, FOR_EVER))

    async def _press(self) -> None:
        """Press what nobody has decided on yet; what nobody heard is pressed again after the others."""
        while True:
            card = await self._waiting.get()
            if card.code in self._decided:
                continue
            pressed = await card.press()
            self.presses[pressed] += 1
            if pressed is Press.ANSWERED:
                self._decided.add(card.code)
            elif pressed is Press.UNHEARD:
                await asyncio.sleep(self._dice.uniform(0, 1))
                await self._waiting.put(card)
