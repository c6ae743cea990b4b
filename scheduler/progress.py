"""How messages are kept up to date that say how long work goes: each by itself, and none too often."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from database.connection import is_unavailable
from services.errors import TryLater

log = logging.getLogger(__name__)

LOOK_EVERY: Final = timedelta(seconds=1)
"""Between two looks while something is in work."""

CHANGE_EVERY: Final = timedelta(seconds=4)
"""Between two changes of one message, its end apart: an edit counts as much as a message."""

AFTER_FAULT: Final = timedelta(seconds=30)
"""Before a message that could not be told is tried again."""


class ProgressTeller:
    """Tells of one piece of work after the other; what is wrong with one, or has to wait, keeps no other waiting."""

    def __init__(self) -> None:
        self._waiting: dict[str, datetime] = {}

    async def tell(self, what: Mapping[str, Callable[[], Awaitable[None]]], now: datetime) -> datetime | None:
        """Tell of all that does not wait, by its name. Returns when to look again; None: there is nothing."""
        await self.tell_some(what, now, len(what))
        return now + LOOK_EVERY if what else None

    async def tell_some(self, what: Mapping[str, Callable[[], Awaitable[None]]], now: datetime, most: int) -> int:
        """Tell of so many that do not wait, those named first. Returns of how many it was told."""
        ready = [name for name in what if self._waiting.get(name, now) <= now][:most]
        told = 0
        for name in ready:
            self._waiting.pop(name, None)
            told += await self._judge(name, what[name], now)
        return told

    async def _judge(self, name: str, tell: Callable[[], Awaitable[None]], now: datetime) -> bool:
        """Tell of one; False where that has to wait, or is wrong."""
        try:
            await tell()
        except TryLater as error:
            self._waiting[name] = now + timedelta(seconds=error.after)
        except Exception as error:  # one of the judges of a runner's failure: per message
            if is_unavailable(error):
                raise
            log.exception("Nobody could be told how %s goes", name)
            self._waiting[name] = now + AFTER_FAULT
        else:
            return True
        return False
