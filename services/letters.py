"""Decides how the owner learns what they could not be told: it waits until the bot hears of them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from database.cause import Cause
from database.clock import Clock
from database.letters import Letter, Letters


class LetterService:
    """What waits for one bot's owner, who has never written yet or has blocked the bot."""

    def __init__(self, letters: Letters, clock: Clock, owner_id: int) -> None:
        """Take the collection."""
        self._letters = letters
        self._clock = clock
        self._owner_id = owner_id
        self._may_wait = True
        self.came = asyncio.Event()
        """Set when there is something to bring."""

    async def keep(self, content: Mapping[str, Any], *, cause: Cause, step: str) -> None:
        """Keep what could not be said, once per cause and step."""
        self._may_wait = True
        await self._letters.keep(Letter(cause, step, content), self._clock.now())

    async def heard_of(self, user_id: int) -> None:
        """Take in that somebody wrote: the owner is brought what waits for them."""
        if user_id != self._owner_id or not self._may_wait:
            return
        self._may_wait = False  # before the look: what is kept meanwhile counts
        if await self._letters.wake():
            self.came.set()

    async def claim(self, epoch: int) -> Letter | None:
        """Take the oldest letter that may be brought; `arrived`, `wait` or `postpone` it, else it comes again."""
        return await self._letters.claim(epoch, self._clock.now())

    async def arrived(self, letter: Letter, epoch: int) -> None:
        """Note that a letter has arrived."""
        await self._letters.drop(letter, epoch)

    async def wait(self, letter: Letter, epoch: int) -> None:
        """Let a letter wait until the owner is heard of again."""
        self._may_wait = True
        await self._letters.postpone(letter, epoch, None)

    async def postpone(self, letter: Letter, epoch: int, seconds: float) -> None:
        """Let a letter come again after that time."""
        await self._letters.postpone(letter, epoch, self._clock.now() + timedelta(seconds=seconds))

    async def next_due(self) -> datetime | None:
        """Return when there is a letter to bring; None where none may be brought."""
        return await self._letters.next_due()
