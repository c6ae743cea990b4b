"""Keeps the bot going: again at once when it was killed on purpose, after a pause when it ended by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from sandbox.absence import Absence, Look
from sandbox.botprocess import Away, end_bot
from sandbox.telling import Tell, Trouble

PAUSE: Final = 2.0
"""Seconds before a bot that ended by itself is started again; twice as many each time that it does not last."""
LONGEST_PAUSE: Final = 60.0
LASTS: Final = 60.0
"""Seconds after which a bot that is up is taken to be well again."""

Start = Callable[[], Awaitable[asyncio.subprocess.Process]]
Ready = Callable[[asyncio.subprocess.Process], Awaitable[None]]


class Keeper:
    """One bot's process after the other."""

    def __init__(self, start: Start, ready: Ready, look: Look, tell: Tell) -> None:
        """`start` starts the process, `ready` waits until it serves and raises `Trouble` when it does not.

        `look` is asked afterwards, again and again, whether it still does.
        """
        self._start = start
        self._ready = ready
        self._tell = tell
        self._absence = Absence(look, tell)
        self._process: asyncio.subprocess.Process | None = None
        self._is_ordered = False
        self._pause = PAUSE

    @property
    def away(self) -> str:
        """Why the bot is away, in words for anybody; empty while nothing is known to be wrong."""
        return self._absence.reason

    async def begin(self) -> None:
        """Start it for the first time; `settle` waits until it serves."""
        self._process = await self._start()

    async def settle(self) -> bool:
        """Wait until it serves; False when it runs and does not serve, which is said: it may yet.

        Raises:
            Trouble: it ended.
        """
        if self._process is None:
            return False
        try:
            await self._ready(self._process)
        except Away as away:
            self._absence.begin(away.reason)
            return False
        except Trouble as trouble:
            if self._process.returncode is not None:
                raise
            self._tell(str(trouble), trouble=True)
            return False
        return True

    async def keep(self) -> None:
        """Start it again whenever it ends, for as long as this runs."""
        up = time.monotonic()
        while self._process is not None:
            code = await self._watched(self._process)
            if time.monotonic() - up > LASTS:
                self._pause = PAUSE
            if self._is_ordered:
                self._tell("The bot was killed (kill -9), as you wanted. It is started again at once.")
            else:
                again = f"It is started again in {self._pause:g} seconds."
                self._tell(f"The bot ended by itself (code {code}). {again}", trouble=True)
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            await self._begin_again()
            up = time.monotonic()

    async def kill(self) -> str:
        """Kill it as a power cut would; `keep` starts it again. Returns what to say about it."""
        if self._process is None or self._process.returncode is not None:
            return "The bot is not running: it is started again in a moment."
        self._is_ordered = True
        self._process.kill()
        return "Killed (kill -9). It is started again at once, and goes on where it was."

    async def end(self) -> None:
        """End it in order."""
        process, self._process = self._process, None
        if process is not None:
            await end_bot(process)

    async def _watched(self, process: asyncio.subprocess.Process) -> int:
        """Watch whether it serves until it ends; returns its exit code."""
        watching = asyncio.ensure_future(self._absence.watch())
        try:
            return await process.wait()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _begin_again(self) -> None:
        self._is_ordered = False
        began = time.monotonic()
        self._process = await self._start()
        try:
            await self._ready(self._process)
        except Away as away:
            self._absence.begin(away.reason)
        except Trouble as trouble:
            if not self._is_ordered:
                self._tell(str(trouble), trouble=True)
        else:
            self._absence.end()
            self._tell(f"The bot is up again, after {time.monotonic() - began:.1f} seconds.")
