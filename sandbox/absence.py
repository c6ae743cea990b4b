"""Notices that a bot which runs does not serve; says why, once for each reason, and when it is back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from sandbox.telling import Tell

EVERY: Final = 2.0
"""Seconds between two looks. A reason is believed when the second look finds the bot away too: a new connection takes
less."""

Look = Callable[[], Awaitable[str]]
"""Returns why the bot does not serve, in words for anybody; nothing when it does. It takes a bounded time."""


class Absence:
    """Whether one bot is away, and why."""

    def __init__(self, look: Look, tell: Tell) -> None:
        self._look = look
        self._tell = tell
        self._since = 0.0
        self.reason = ""
        """Why it is away; empty while it is not."""

    def begin(self, reason: str) -> None:
        """It is away for this reason; said unless it was said before."""
        if reason == self.reason:
            return
        if not self.reason:
            self._since = time.monotonic()
        self.reason = reason
        self._tell(f"The bot is away: {reason}. It comes back by itself.")

    def end(self) -> None:
        """It serves again; said if it was away."""
        if self.reason:
            self.reason = ""
            self._tell(f"The bot is back after {time.monotonic() - self._since:.0f} s.")

    async def watch(self) -> None:
        """Look again and again, for as long as this runs."""
        was_away = False
        while True:
            await asyncio.sleep(EVERY)
            reason = await self._look()
            if not reason:
                self.end()
            elif was_away or self.reason:
                self.begin(reason)
            was_away = bool(reason)
