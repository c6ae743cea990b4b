"""Notices what the library does not: a key that the server forgot, a reader that died, a server that fell silent.

On a quiet day nothing comes for hours and all is well. So silence alone proves nothing: after `QUIET` seconds without
a push the server is asked where it is. An answer that fits ours ends the matter; one that is ahead of us means that
pushes got lost, and none at all that the connection is dead though it looks alive. While Telegram has closed that
question, it is asked for a sign of life only.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError
from pyrogram.session.session import SessionState, TransportError

from client.address import COMMON
from client.calls import WAITS
from client.refusals import is_of_server
from client.storage import Superseded
from services.errors import TryLater

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks whether the connection still has somebody reading it."""

QUIET = 20.0
"""Seconds without a push after which the server is asked, and again after each such time."""

ANSWER_WITHIN = 10.0
"""Seconds in which the server must answer. With `QUIET` and a reconnect, silence is repaired within 60 s."""

OVERTAKING = 2.0
"""Seconds in which a push may still be on its way that the answer has overtaken."""

GET_STATE = "updates.getState"

RECONNECT_WITHIN = 15.0
"""Seconds in which a connection must be made anew; else the whole bot is."""


DOWN_FOR = 30.0
"""Seconds for which the library may try to connect again by itself before the whole bot is started anew."""

GIVEN_UP = 3.0
"""Seconds of a stopped connection after which nobody is at work on it: the library makes it anew at once, or never."""


class SessionDead(Exception):  # noqa: N818 - says what happened
    """Telegram does not take the stored session any more; `refusal` is what it said."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class Stuck(Exception):  # noqa: N818 - says what happened
    """The connection is dead and could not be made anew in time."""


class Watch:
    """Watches one bot's connection for as long as it runs."""

    def __init__(self, bot: Any) -> None:
        self._bot = bot
        self._asked = self._well = time.monotonic()
        self._down: float | None = None
        self._stopped: float | None = None

    async def run(self) -> None:
        """Look until something cannot be healed here.

        Raises:
            SessionDead: the server does not know the key any more, or refused it in a call.
            Stuck: the connection is dead and could not be made anew.
            Superseded: another process owns the session.
        """
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._look()
            if self._bot.is_initialized and self._bot.alive and self._is_quiet():
                await self._ask()

    def _look(self) -> None:
        if self._bot.store.stale:
            raise Superseded("a later epoch owns the session")
        if self._bot.put_off:
            raise self._bot.put_off
        refused = self._bot.refused
        if refused:
            raise SessionDead(refused) from refused
        reader = self._bot.session.recv_task if self._bot.session else None
        if reader and reader.done() and not reader.cancelled() and (error := reader.exception()):
            if isinstance(error, TransportError):
                raise SessionDead(error) from error
            raise Stuck(f"the reader of the connection died: {error!r}") from error
        if self._bot.is_initialized:
            self._look_whether_it_comes_back()

    def _look_whether_it_comes_back(self) -> None:
        """Notice a connection that the library gave up without a word, as it does when a new one is refused."""
        now = time.monotonic()
        stopped = self._bot.session.state is SessionState.STOPPED
        self._stopped = (self._stopped or now) if stopped else None
        self._down = None if self._bot.alive else self._down or now
        if self._down == now:
            self._bot.breaks("connection", now)
        if self._stopped is not None and now - self._stopped >= GIVEN_UP:
            raise Stuck("nobody makes the connection anew")
        if self._down is not None and now - self._down >= DOWN_FOR:
            raise Stuck(f"no connection for {DOWN_FOR:.0f} s")

    def _is_quiet(self) -> bool:
        return bool(min(self._bot.quiet_seconds, time.monotonic() - self._asked) > QUIET)

    async def _ask(self) -> None:
        """Ask the server where it is, and repair what its answer shows."""
        self._asked = time.monotonic()
        closed = self._bot.calls.gates.wait(GET_STATE, None)  # for calls: a ping is none
        question = raw.functions.Ping(ping_id=0) if closed else raw.functions.updates.GetState()
        session = self._bot.session
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                state = await session.send(question, timeout=ANSWER_WITHIN)
        except WAITS as error:
            await self._bot.calls.obey(error, GET_STATE, None)
            return
        except RPCError as error:
            if not is_of_server(error):
                raise
            log.info("The server has a bad moment, and answers: %s", error)
            return
        except (OSError, TryLater) as error:  # TimeoutError is an OSError
            log.warning("The server fell silent (%s): connecting anew", str(error) or type(error).__name__)
            await self._reconnect(session)
            return
        if self._is_behind(state):
            await asyncio.sleep(OVERTAKING)
        if not self._is_behind(state):
            self._well = self._asked
        else:
            log.warning("The server is ahead of what it pushed: fetching the difference over a new connection")
            await self._reconnect(session)

    def _is_behind(self, state: Any) -> bool:
        """Whether the server counts further than what came here, and nobody is fetching the rest."""
        inbox = self._bot.inbox
        if not isinstance(state, raw.types.updates.State) or COMMON in inbox.filling:
            return False
        return bool(state.pts > (inbox.pts.received or 0) or state.qts > (inbox.qts.received or 0))

    async def _reconnect(self, session: Any) -> None:
        """Make the connection anew; the difference is fetched when it is up."""
        last_sign_of_life = max(time.monotonic() - self._bot.quiet_seconds, self._well)
        self._bot.breaks("silence", last_sign_of_life)
        try:
            async with asyncio.timeout(RECONNECT_WITHIN):
                await session.restart()
                self._look()
                await session.is_started.wait()
        except TimeoutError:
            raise Stuck(f"no new connection within {RECONNECT_WITHIN:.0f} s") from None


class Unwatched(Watch):
    """Looks at nothing: what a connection without a watch is measured against."""

    async def run(self) -> None:
        """Wait until it is cancelled."""
        await asyncio.Event().wait()
