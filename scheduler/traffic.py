"""How it is kept in mind what a bot sends: written down once a minute, and at a gentle end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from database.connection import is_unavailable
from scheduler.due import DueRunner

log = logging.getLogger(__name__)


class TrafficRunner(DueRunner):
    """Takes what `client/traffic.py` counted to `services/traffic.py`."""

    def __init__(self, bot: Any) -> None:
        super().__init__("traffic", self._look, now=bot.clock.now)
        self._bot = bot

    async def stop(self, *, grace: float, also: Iterable[asyncio.Task[Any]] = ()) -> None:
        """Stop within `grace` seconds; half of them are for what is not written down yet."""
        await super().stop(grace=grace / 2, also=also)
        try:
            async with asyncio.timeout(grace / 2):
                await self._bot.services.traffic.write(self._bot.calls.traffic.counted)
        except Exception as error:
            if not is_unavailable(error) and not isinstance(error, TimeoutError):
                raise
            log.debug("The last minute's traffic is not written down: %s", error)

    async def _look(self) -> datetime:
        return await self._bot.services.traffic.keep_up(self._bot.calls.traffic.counted)  # type: ignore[no-any-return]
