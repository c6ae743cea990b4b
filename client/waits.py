"""What a wait leaves behind when the process ends: long ones are written down, and obeyed by the next process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

from client.evidence import Scope
from client.gates import Gates
from database.clock import Clock
from database.connection import is_unavailable
from database.waits import Wait, Waits

log = logging.getLogger(__name__)

WRITTEN_WITHIN = 1.0
"""Seconds for which a call that was told to wait stays until that is written; then it is written behind."""

AGAIN = 1.0
"""Seconds between two tries to write while the database is away."""

APART = 0.25
"""Seconds by which two processes may read the database's time differently; waits are written longer by these."""


class WaitBook:
    """Keeps one bot's waits in the database."""

    def __init__(self, waits: Waits, clock: Clock, gates: Gates) -> None:
        self._waits = waits
        self._clock = clock
        self._gates = gates
        self._changed: set[Scope] = set()
        self._writer: asyncio.Task[None] | None = None

    async def read(self) -> None:
        """Obey what earlier processes were told."""
        now = self._clock.now()
        for wait in await self._waits.running(now):
            self._gates.restore((wait.method, wait.chat), (wait.until - now).total_seconds())

    async def note(self, scopes: Iterable[Scope]) -> None:
        """Write down how long these scopes are closed, or that they are open again; back within `WRITTEN_WITHIN`.

        While the database is away it is written later: a wait is obeyed in any case, and only the next process would
        not know of it.
        """
        self._changed.update(scopes)
        if not self._changed:
            return
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await asyncio.wait([self._writer], timeout=WRITTEN_WITHIN)

    async def close(self) -> None:
        """Write what is left, within `WRITTEN_WITHIN`, and no more."""
        if writer := self._writer:
            await asyncio.wait([writer], timeout=WRITTEN_WITHIN)
            writer.cancel()

    async def _write_all(self) -> None:
        try:
            while self._changed:
                scopes, self._changed = self._changed, set()
                try:
                    await self._write(scopes)
                except Exception as error:
                    if not is_unavailable(error):
                        raise
                    log.warning("Waits are written down later, the database is away: %s", error)
                    self._changed |= {scope for scope in scopes if self._gates.left(scope)}
                    await asyncio.sleep(AGAIN)
        except Exception:  # the one judge of this task: the bot obeys its waits in any case
            log.exception("Waits could not be written down: another process would not know of them")
        finally:
            self._writer = None

    async def _write(self, scopes: Iterable[Scope]) -> None:
        now = self._clock.now()
        left = {scope: self._gates.left(scope) for scope in scopes}
        waits = [
            Wait(method, chat, now + timedelta(seconds=seconds + APART if seconds else 0))
            for (method, chat), seconds in left.items()
        ]
        await self._waits.put([wait for wait in waits if wait.until > now])
        await self._waits.lift([wait for wait in waits if wait.until == now])
