"""One bot's life in this process: standing by, starting, running, and starting anew when something broke."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from types import ModuleType
from typing import Any

from pyrogram.errors import (
    AccessTokenExpired,
    AccessTokenInvalid,
    ApiIdInvalid,
    ApiIdPublishedFlood,
    AuthKeyDuplicated,
    RPCError,
    Unauthorized,
)
from pyrogram.session.session import TransportError

from client.bot import Bot
from client.identity import LoginTooSoon
from client.lease import LeaseKeeper
from client.storage import Superseded
from client.watch import SessionDead, Stuck, Watch
from database.connection import is_unavailable
from services.errors import TryLater

log = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds that handlers have to finish when the bot is told to end. What comes before and after takes 6 s where the
database hangs (timetable 1, handlers cut off and session 2, lease 2, connections 1): less than 10 in all."""

LONGEST_PAUSE = 60.0
"""Seconds between two tries to start, at most."""

REASONS: dict[type[Exception], str] = {
    TryLater: "Telegram asks to wait",
    Superseded: "another process took over",
    Stuck: "the connection to Telegram was dead",
}
"""What a stranger may read of why the bot does not run; the log says more."""

REFUSED = (AccessTokenInvalid, AccessTokenExpired, ApiIdInvalid, ApiIdPublishedFlood)
"""Telegram will never let this token or this application in: trying again only earns waits."""

DEAD = (Unauthorized, AuthKeyDuplicated, TransportError)
"""The stored session is worth nothing any more."""


class Refused(Exception):  # noqa: N818 - says what happened
    """Telegram does not accept the settings; the text says which and what to do."""


class Life:
    """Runs one bot for as long as this process lives.

    `make` builds a bot under the lease that is held; `begin` and `end` are told of each bot that runs.
    """

    def __init__(
        self,
        keeper: LeaseKeeper,
        make: Callable[[], Bot],
        plugins: ModuleType,
        *,
        begin: Callable[[Bot], Awaitable[None]],
        end: Callable[[Bot], Awaitable[None]],
    ) -> None:
        self.keeper = keeper
        self._make = make
        self._plugins = plugins
        self._begin = begin
        self._end = end
        self.state = "standby"
        self.reason = ""
        self.bot: Bot | None = None
        self.starts = 0
        self.logins = 0
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Live until `stop` is set.

        Raises:
            Refused: Telegram does not accept the settings.
        """
        while not stop.is_set():
            self.state = "standby"
            if not await first(self.keeper.acquire(), stop):
                return
            try:
                await self._live(stop)
            finally:
                await self.keeper.release()
            if not stop.is_set() and self._failures:
                pause = random.uniform(0.5, 1) * min(LONGEST_PAUSE, 2.0 ** (self._failures - 1))
                await first(asyncio.sleep(pause), stop)

    async def _live(self, stop: asyncio.Event) -> None:
        """One period of holding the lease."""
        bot = self._make()
        self.state = "starting"
        started = False
        try:
            if not await first(self._start(bot), stop, self.keeper.lost):
                return
            started = True
            self.bot, self.state, self.reason, self._failures = bot, "running", "", 0
            self.starts += 1
            log.info("Running as @%s", bot.username)
            await self._begin(bot)
            await first(Watch(bot).run(), stop, self.keeper.lost)
        except REFUSED as error:
            raise Refused(f"Telegram refused the login: {error.ID}. Check BOT_TOKEN, API_ID and API_HASH.") from error
        except LoginTooSoon as error:
            self._failed(str(error))
            await first(asyncio.sleep(min(error.after, LONGEST_PAUSE)), stop)
        except (SessionDead, *DEAD) as error:
            log.warning("The session is dead and is dropped: %s", error)
            await self._drop(bot)
            self._failed("the session was dead and is made anew")
        except (OSError, RPCError, TryLater, Superseded, Stuck) as error:
            log.warning("While starting or running: %s: %s", type(error).__name__, error)
            self._failed(
                REASONS.get(
                    type(error),
                    "Telegram cannot be reached" if isinstance(error, OSError) else "Telegram refused a call",
                )
            )
        except Exception as error:
            if not is_unavailable(error):
                raise
            self._failed("the database is away")
        finally:
            self.logins += bot.logins
            self.bot, self.state = None, "stopping"
            if started and self.keeper.held():
                await self._end(bot)
                await bot.stop(grace=GRACE)
            elif started:  # somebody else may be connecting: nothing comes before leaving
                await bot.stop(grace=0)
                await self._end(bot)

    @staticmethod
    async def _drop(bot: Bot) -> None:
        """Forget the dead session; while the database is away, the next start finds it dead again and drops it then."""
        try:
            await bot.store.delete()
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("The dead session is dropped later, the database is away: %s", error)

    async def _start(self, bot: Bot) -> None:
        """Start a bot, and notice at once when the server does not know its key: the library would wait for ever."""
        start, watch = asyncio.create_task(bot.start(self._plugins)), asyncio.create_task(Watch(bot).run())
        try:
            await asyncio.wait((start, watch), return_when=asyncio.FIRST_COMPLETED)
            (start if start.done() else watch).result()
        finally:
            for each in (start, watch):
                each.cancel()
            await asyncio.gather(start, watch, return_exceptions=True)

    def _failed(self, reason: str) -> None:
        self._failures += 1
        self.reason = reason
        log.warning("The bot is started anew: %s", reason)


async def first(work: Coroutine[Any, Any, Any] | Awaitable[Any], *ends: asyncio.Event) -> bool:
    """Do the work unless one of the events comes first; its errors are the caller's. Returns whether it was done."""
    task = asyncio.ensure_future(work)
    waits = [asyncio.create_task(end.wait()) for end in ends]
    try:
        await asyncio.wait([task, *waits], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
            return True
        return False
    finally:
        for each in (task, *waits):
            each.cancel()
        await asyncio.gather(task, *waits, return_exceptions=True)
