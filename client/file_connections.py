"""The connections that files move over: one per data centre, opened when it is needed, made anew when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from pyrogram.errors import Unauthorized
from pyrogram.session.session import SessionState

from client.calls import Reopened
from services.errors import TryLater

CONNECT_WITHIN = 30.0
"""Seconds in which a connection for files must be there."""

CLOSED_WITHIN = 2.0
"""Seconds in which one that is given up must be closed: a job that is cancelled waits for it."""

SIGNED_IN_AFTER = 5.0
"""Seconds after which a connection that is not signed in is tried again."""


class FileConnections:
    """What one bot has open for its files, beside its own connection.

    The library keeps them: in `media_sessions`, and in `sessions` what the keys of other data centres were made over.
    """

    def __init__(self, bot: Any, may_send: Callable[[], bool]) -> None:
        """Take the bot, and whether its lease lets anything be sent."""
        self._bot = bot
        self._may_send = may_send
        self._opening = asyncio.Lock()

    async def send(self, dc: int | None, query: Any, timeout: float) -> Any:
        """Make one try of a query, under the lease; `dc` None is the bot's own.

        Raises:
            Reopened: the connection had to be waited for.
            TryLater: the lease is not ours, or the connection is not signed in.
        """
        if not self._may_send():
            raise TryLater(1.0, "the lease is not ours")
        dc = dc or await self._bot.storage.dc_id()
        session = await self._session(dc)
        if not session.is_started.is_set():
            async with asyncio.timeout(CONNECT_WITHIN):
                await session.is_started.wait()
            raise Reopened
        try:
            return await session.send(query, timeout=timeout)
        except Unauthorized as error:
            async with self._opening:
                if self._bot.media_sessions.get(dc) is session:
                    await self._forget(dc)
            raise TryLater(SIGNED_IN_AFTER, f"the connection for files is not signed in: {error.ID}") from error

    async def _session(self, dc: int) -> Any:
        """The connection for files of a data centre; one that is lost is made anew."""
        async with self._opening:
            session = self._bot.media_sessions.get(dc)
            if session and _is_lost(session):
                await self._forget(dc)
                session = None
            return session or await self._open(dc)

    async def _open(self, dc: int) -> Any:
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                return await self._bot.get_session(dc, is_media=True)
        except BaseException:
            await self._forget(dc)  # the library keeps it half open, and would hand that out for ever
            raise

    async def _forget(self, dc: int) -> None:
        """Give up what was opened for the files of a data centre; the bot's own connection is not among it."""
        for sessions in (self._bot.media_sessions, self._bot.sessions):
            if session := sessions.pop(dc, None):
                if session.recv_task and session.recv_task.done():
                    session.recv_task = None  # the library would await it, and raise what it ended with
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CLOSED_WITHIN):
                        await session.stop()


def _is_lost(session: Any) -> bool:
    """Whether a connection was given up by the library, or reads nothing any more without knowing it."""
    if session.restart_lock.locked():
        return False
    deaf = session.is_started.is_set() and session.recv_task is not None and session.recv_task.done()
    return deaf or session.state is SessionState.STOPPED
