"""How a process ends: at a signal, whatever it is doing at that moment, and within ten seconds in all.

Every end has a bound of its own, and all of them share one budget, so that one that hangs takes from the others.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from client.life import first

log = logging.getLogger(__name__)

BUDGET = 9.0
"""Seconds from the signal in which everything is to be over."""

LIFE = 6.0
"""Seconds of them in which the bot finishes what is in hand, writes it down and leaves; then it is cut short."""

LAST_RESORT = 9.7
"""Seconds after which the process is over whatever still hangs: a name server, say, that a thread waits for."""


def leave() -> None:
    """End the process here and now. What was confirmed to anybody is in the database; its own server dies with us."""
    log.warning("The end takes too long: leaving without it")
    os._exit(0)


class Ending:
    """The end of one process: whether it is wanted, and how long each part of it may still take."""

    def __init__(self, *, last_resort: Callable[[], None] = leave) -> None:
        self.wanted = asyncio.Event()
        self._by: float | None = None
        self._last_resort = last_resort

    def begin(self) -> None:
        """Want the end, from now on; the same again changes nothing."""
        if self._by is not None:
            return
        self._by = asyncio.get_running_loop().time() + BUDGET
        self.wanted.set()
        timer = threading.Timer(LAST_RESORT, self._last_resort)
        timer.daemon = True
        timer.start()

    def left(self, most: float, *, keep: float = 0.0) -> float:
        """Seconds that a part of the end may take: `most`, or what is left when `keep` is set aside for the others."""
        if self._by is None:
            return most
        return max(0.1, min(most, self._by - keep - asyncio.get_running_loop().time()))

    async def unless(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Do what comes before life, or stop in the midst of it when the end is wanted. Returns whether it was done."""
        return await first(work, self.wanted)

    async def live(self, life: Coroutine[Any, Any, None]) -> None:
        """Await a life that ends by itself when the end is wanted; cut it short if it takes too long over that."""
        living = asyncio.ensure_future(life)
        wanted = asyncio.create_task(self.wanted.wait())
        try:
            await asyncio.wait({living, wanted}, return_when=asyncio.FIRST_COMPLETED)
            if self.wanted.is_set():
                await asyncio.wait({living}, timeout=self.left(LIFE, keep=BUDGET - LIFE))
            if not living.done():
                log.warning("What is in hand takes too long and is left to the next start")
        finally:
            wanted.cancel()
            living.cancel()
            await asyncio.wait({living}, timeout=self.left(1.0))
        if living.done() and not living.cancelled():
            living.result()

    async def close(self, what: str, end: Callable[[], Coroutine[Any, Any, None]], most: float) -> None:
        """Carry out one end in `most` seconds or what is left; one that hangs or fails keeps no other from its turn."""
        try:
            async with asyncio.timeout(self.left(most)):
                await end()
        except Exception as error:  # noqa: BLE001 - each end must be reached
            log.warning("While ending %s: %s", what, error or type(error).__name__)
