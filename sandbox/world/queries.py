"""Buttons that were pressed, and words after a bot's name, that wait for the bot's answer."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Final

LIFETIME: Final = 15.0
"""Seconds in which a bot may still answer; after that its query id is unknown. The person gave up after ten."""


class Queries:
    """The callback and inline queries under way; they live in memory only, as a press is worth nothing later."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, int, asyncio.Future[Any]]] = {}

    def ask(self, bot: int, user: int) -> tuple[int, asyncio.Future[Any]]:
        """Open a query to a bot; returns its id and the answer to come."""
        loop = asyncio.get_running_loop()
        query_id = secrets.randbits(63) or 1
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting[query_id] = (bot, user, future)
        loop.call_later(LIFETIME, self._waiting.pop, query_id, None)
        return query_id, future

    def answer(self, bot: int, query_id: int, answer: Any) -> int | None:
        """Answer a query; returns whose it was, or None when this bot has no such query any more."""
        known = self._waiting.get(query_id)
        if known is None or known[0] != bot:
            return None
        del self._waiting[query_id]
        _, user, future = known
        if not future.done():
            future.set_result(answer)
        return user
