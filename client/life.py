"""One bot's life in this process: standing by, starting, running, and starting anew when something broke."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from types import ModuleType
from typing import Any

from pyrogram.errors import (
    AccessTokenExpired,
    AccessTokenInvalid,
    ApiIdInvalid,
    ApiIdPublishedFlood,
    RPCError,
)

from client.bot import Bot
from client.calls import MustWait
from client.identity import LoginTooSoon
from client.lease import LeaseKeeper
from client.session import REFUSALS
from client.storage import Superseded
from client.troubles import (
    CONNECTION_DEAD,
    DATABASE_AWAY,
    LEASE_LOST,
    SUPERSEDED,
    UNREACHABLE,
    Incident,
    Trouble,
    login_waits,
    refused_call,
    session_refused,
    told_to_wait,
)
from client.watch import SessionDead, Stuck, Watch
from database.connection import is_unavailable
from services.errors import TryLater

log = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds that handlers have to finish when the bot is told to end. What comes before and after takes 6 s where the
database hangs (timetable 1, handlers cut off and session 2, lease 2, connections 1): less than 10 in all."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries to start, at most: what is back is noticed within a minute."""

JITTER = 0.25
"""The part of a pause by which chance makes it shorter or longer: many bots of one machine must not try at once."""

ATTEMPTS = 3
"""Connections that are tried with a session that was refused, after 1, 2 and 4 s, before it is dropped: it may have
been a fault of the server that passes, and a login too many earns waits."""

DATABASE_PAUSE = 0.5
"""Seconds after a start that the database kept from succeeding: the lease is not given before it is back."""

UNHEARD = 5.0
"""Seconds after which a task that was cancelled and goes on is cancelled again; more than what an end takes."""

STOOD_BY = 120.0
"""Seconds of standing by after which another process has evidently served: what was broken here before is over."""

REFUSED = (AccessTokenInvalid, AccessTokenExpired, ApiIdInvalid, ApiIdPublishedFlood)
"""Telegram will never let this token or this application in: trying again only earns waits."""


class Refused(Exception):  # noqa: N818 - says what happened
    """Telegram does not accept the settings; the text says which and what to do."""


class Life:
    """Runs one bot for as long as this process lives.

    `make` builds a bot under the lease that is held; `begin` and `end` are told of each bot that runs; `watch` notices
    what breaks.
    """

    def __init__(
        self,
        keeper: LeaseKeeper,
        make: Callable[[], Bot],
        plugins: ModuleType,
        *,
        begin: Callable[[Bot], Awaitable[None]],
        end: Callable[[Bot], Awaitable[None]],
        watch: Callable[[Bot], Watch] = Watch,
    ) -> None:
        self.keeper = keeper
        self._make = make
        self._plugins = plugins
        self._begin = begin
        self._end = end
        self._watch = watch
        self.state = "standby"
        self.bot: Bot | None = None
        self.logins = 0
        self._incident: Incident | None = None
        self._tried_at = time.monotonic()

    @property
    def trouble(self) -> Incident | None:
        """What keeps the bot from serving now, if this process is the one to heal it."""
        if self.keeper.standing_by_since is not None:
            return None
        if self.keeper.away_since is not None:
            began = min(self.keeper.away_since, self._incident.began if self._incident else math.inf)
            return Incident(DATABASE_AWAY, began, DATABASE_AWAY.kind)
        return self.bot.trouble if self.bot else self._incident

    async def run(self, stop: asyncio.Event) -> None:
        """Live until `stop` is set.

        Raises:
            Refused: Telegram does not accept the settings.
        """
        while not stop.is_set():
            self.state = "standby"
            if not await first(self.keeper.acquire(), stop):
                return
            self._came_back(self.keeper.standing_by_since)
            try:
                await self._hold(stop)
            finally:
                await self.keeper.release()
            await first(asyncio.sleep(self._pause()), stop)

    def _came_back(self, stood_by_since: float | None) -> None:
        """Forget what was broken before another process served."""
        self.keeper.standing_by_since = None
        if stood_by_since is not None and time.monotonic() - stood_by_since > STOOD_BY:
            self._incident = None

    async def _hold(self, stop: asyncio.Event) -> None:
        """Live under one lease. It is kept while the session is in doubt: the attempts are one process's."""
        while await self._live(stop) and self.keeper.held() and not stop.is_set():
            await first(asyncio.sleep(self._pause()), stop, self.keeper.lost)

    def _pause(self) -> float:
        """Seconds until the next try."""
        incident = self._incident
        if incident is None or not incident.failures:
            return 0.0
        if incident.trouble is DATABASE_AWAY:
            return DATABASE_PAUSE
        pause = max(2.0 ** min(incident.failures - 1, 10), incident.wait)
        return random.uniform(1 - JITTER, 1 + JITTER) * min(LONGEST_PAUSE, pause)

    async def _live(self, stop: asyncio.Event) -> bool:
        """One bot's life under the lease. Returns whether another is to follow under the same lease."""
        bot = self._make()
        self.state, self._tried_at = "starting", time.monotonic()
        started = gently = False
        try:
            if not await first(self._start(bot), stop, self.keeper.lost):
                gently = True
                self._lapsed(stop, bot)
                return False
            started = True
            self.bot, self.state = bot, "running"
            self._healed(bot)
            log.info("Running as @%s", bot.username)
            await self._begin(bot)
            await first(self._watch(bot).run(), stop, self.keeper.lost)
            gently = True
            self._lapsed(stop, bot)
        except REFUSED as error:
            raise Refused(f"Telegram refused the login: {error.ID}. Check BOT_TOKEN, API_ID and API_HASH.") from error
        except (SessionDead, *REFUSALS) as error:
            await self._session_refused(bot, error.refusal if isinstance(error, SessionDead) else error)
            return True
        except LoginTooSoon as error:
            self._failed(login_waits(error.after), bot, wait=error.after)
        except (OSError, RPCError, TryLater, Superseded, Stuck) as error:
            log.warning("While starting or running: %s: %s", type(error).__name__, error)
            wait = error.after if isinstance(error, TryLater) else 0.0
            self._failed(_trouble_of(error), bot, wait=wait)
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("While starting: %s", error)
            self._failed(DATABASE_AWAY, bot)
        finally:
            self.logins += bot.logins
            self.bot, self.state = None, "stopping"
            if started and gently and self.keeper.held():
                await self._end(bot)
                await bot.stop(grace=GRACE)
            elif started:  # nobody answers any more, or somebody else may be connecting, before whom we must leave
                await bot.stop(grace=0)
                await self._end(bot)
        return False

    async def _session_refused(self, bot: Bot, error: Exception) -> None:
        """Try the session some times more; then drop it, so that the next start logs in."""
        incident = self._failed(session_refused(error), bot)
        incident.kind = "session"
        incident.refusals += 1
        if incident.refusals <= ATTEMPTS:
            log.warning("The session is tried again: attempt %d of %d", incident.refusals, ATTEMPTS)
        elif await self._drop(bot):
            log.warning("The session is dead and is dropped: %s", error)
            incident.refusals = incident.failures = 0

    @staticmethod
    async def _drop(bot: Bot) -> bool:
        """Forget the dead session; while the database is away, the next start finds it dead again and drops it then."""
        try:
            await bot.store.delete()
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("The dead session is dropped later, the database is away: %s", error)
            return False
        return True

    async def _start(self, bot: Bot) -> None:
        """Start a bot, and notice at once when the server does not know its key: the library would wait for ever."""
        start, watch = asyncio.create_task(bot.start(self._plugins)), asyncio.create_task(self._watch(bot).run())
        try:
            await asyncio.wait((start, watch), return_when=asyncio.FIRST_COMPLETED)
            (start if start.done() else watch).result()
        finally:
            await end(start, watch)

    def _broke(self, trouble: Trouble, bot: Bot) -> Incident:
        """Note why the bot does not serve. It began when the first thing broke; a start that fails, when it began."""
        now = time.monotonic() if self.bot else self._tried_at
        incident = self._incident or bot.trouble or Incident(trouble, now, trouble.kind)
        incident.trouble = trouble
        self._incident = incident
        return incident

    def _failed(self, trouble: Trouble, bot: Bot, *, wait: float = 0.0) -> Incident:
        """Note a try that failed, and what can be done about it."""
        incident = self._broke(trouble, bot)
        incident.failures += 1
        incident.wait = wait
        log.warning("The bot is started anew: %s. %s", trouble.what, trouble.advice)
        return incident

    def _lapsed(self, stop: asyncio.Event, bot: Bot) -> None:
        """Note that the lease was lost; after an end that was wanted nothing is broken."""
        if not stop.is_set():
            away = self.keeper.away_since
            incident = self._broke(LEASE_LOST if away is None else DATABASE_AWAY, bot)
            incident.began = min(incident.began, math.inf if away is None else away)

    def _healed(self, bot: Bot) -> None:
        """Count what was broken and is healed now, from the moment it broke to this one."""
        incident, self._incident = self._incident, None
        if incident:
            bot.note_recovery(incident.kind, time.monotonic() - incident.began)


def _trouble_of(error: Exception) -> Trouble:
    """Why a bot did not start, or does not run any more."""
    if isinstance(error, Superseded):
        return SUPERSEDED
    if isinstance(error, Stuck):
        return CONNECTION_DEAD
    if isinstance(error, MustWait):
        return told_to_wait(error.after)
    return refused_call(error) if isinstance(error, RPCError) else UNREACHABLE


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
        await end(task, *waits)


async def end(*tasks: asyncio.Future[Any]) -> None:
    """Cancel tasks until they have ended: `wait_for` of Python 3.11 swallows a cancellation that meets an answer."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=UNHEARD)
    await asyncio.gather(*tasks, return_exceptions=True)  # what they raised is the caller's, who has seen it
