"""The bot: the library's client with our session, our inbox, our sender and the rules it serves."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pyrogram
from pyrogram import raw
from pyrogram.errors import RPCError
from pyrogram.session.session import TransportError

from client.breaker import Breaker
from client.calling import Calling
from client.calls import LOGIN, Calls, MustWait
from client.connection import NearConnection, paced
from client.difference import Difference
from client.fence import fenced
from client.guard import Guard
from client.health import Health
from client.identity import LOGIN_EVERY, NOT_WEAKENED, Identity, LoginTooSoon, Meter, Weakened
from client.inbox import Inbox
from client.inline import Inline
from client.keeping import Keeping
from client.lease import LeaseKeeper
from client.plugins import find_handlers
from client.publishing import Publishing
from client.reports import Reporting
from client.sender import Sender
from client.server_time import ServerTime
from client.session import CONNECTING, obey_when_connecting
from client.storage import MongoStorage, Superseded
from client.transfers import Transfers
from client.upkeep import Upkeep
from client.waits import WaitBook
from database.clock import Clock
from database.connection import is_unavailable
from database.secrets import WrongSecret
from database.sessions import Sessions
from database.waits import Waits
from locales.texts import Texts
from services.errors import TryLater
from services.registry import Services

log = logging.getLogger(__name__)

obey_when_connecting()

START_TIMEOUT = 60.0
"""Seconds for a start: connection, key exchange where there is no session yet, login."""


class Bot(Publishing, Upkeep, Inline, Keeping, Reporting, Health, Calling, ServerTime, pyrogram.Client):  # type: ignore[misc]  # the library's own mixins contradict each other
    """One bot. Made and started by whoever holds its lease; stopped and thrown away when that ends."""

    def __init__(  # noqa: PLR0913 - wiring
        self,
        identity: Identity,
        *,
        sessions: Sessions,
        waits: Waits,
        lease: LeaseKeeper,
        clock: Clock,
        texts: Texts,
        version: str,
        source: str | None,
        workdir: Path,
        meter: Meter | None = None,
        weakened: Weakened = NOT_WEAKENED,
    ) -> None:
        self._sessions = sessions
        self.clock = clock
        store = MongoStorage(
            sessions,
            epoch=lease.epoch,
            states=lambda: self.inbox.states(),  # noqa: PLW0108 - made below
            sealed_by_token=identity.sealed_by_token,
        )
        may_send: Callable[[], bool] = (lambda: True) if weakened.lease else lease.held
        kind = identity.server.connection_factory() if identity.server else NearConnection
        super().__init__(
            f"bot{identity.bot_id}",
            api_id=identity.api_id,
            api_hash=identity.api_hash,
            bot_token=identity.token,
            storage_engine=store,
            workdir=workdir,
            connection_factory=paced(fenced(kind, may_send)),
            workers=128,
            max_concurrent_transmissions=4,
            max_message_cache_size=8,
            max_topic_cache_size=8,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
            sleep_threshold=0,
        )
        self.store = store
        self.bot_id = identity.bot_id
        self._credentials = identity.credentials
        self._may_send = may_send
        if weakened.epoch:
            sessions.ignore_epochs()
        self.texts = texts
        self.version = version
        self.source = source
        self.lease = lease
        self.services: Services
        self.guard = Guard(self, meter=meter)
        self.inbox = self.dispatcher = Inbox(
            self,
            self.guard.run,
            on_finished=store.states_moved,
            is_admin=lambda person: self.services.access.is_admin(person),  # noqa: PLW0108 - made later
            telling=self.guard,
        )
        self.inbox.keep_arrivals = weakened.arrivals
        self.inbox.intake.door.fair = not weakened.fairness
        self.inbox.as_they_come = weakened.gaps
        self.difference = self.inbox.recovery = Difference(self, self.inbox)
        breaker = None if weakened.breaker else Breaker()
        self.calls = Calls(self._send, meter=meter, obey=not weakened.gates, breaker=breaker, stands=lambda: self.alive)
        self.waits = WaitBook(waits, clock, self.calls.gates)
        self.calls.remember = self.waits.note
        self.calls.gates.opened.append(self.inbox.lanes.wake)
        self.transfers = Transfers(self, may_send, meter=meter, obey=not weakened.gates)
        self.sender = Sender(self, self.bot_id, **({"random_id": _any_number} if weakened.random_ids else {}))
        self.username = ""
        self.pictures, self.sources, self.keeping = {}, {}, set()
        self.announce: Callable[[], None] = lambda: None
        """Announce the commands again: somebody who could not be told may be there now."""
        self.logins = 0
        self._meter = meter
        self.broke = None
        self._busy_at = time.monotonic()
        self.refused = None
        self.put_off: MustWait | None = None
        """Why the connection is not made anew before its time; None while it may be."""
        self.connect_handler = self._connected
        self.disconnect_handler = self._disconnected

    # Life

    async def start(self, plugins: ModuleType, **_: Any) -> Bot:  # type: ignore[override]  # a client that needs its plugins
        """Connect, log in if no session is stored, and take up the updates where they were left.

        Raises:
            NoHandlers: plugins/ declares none.
            LoginTooSoon: a login is needed, and none is allowed yet.
            TimeoutError: Telegram did not answer in `START_TIMEOUT`.
            RPCError: Telegram refused the login or the session.
        """
        for handler, group in find_handlers(plugins):
            self.inbox.add_handler(handler, group)
        self.inbox.lanes.hold()  # what is pushed before we know who we are waits
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await self._begin()
        except BaseException:
            await self._abandon()
            raise
        self.is_initialized = True
        self.inbox.lanes.go()
        self.difference.fill_all()
        return self

    async def _begin(self) -> None:
        self.inbox.restore(await self._sessions.states())  # before anything can be pushed
        await self.waits.read()
        await self.calls.pass_gate(CONNECTING, None)
        if not await self._connect():
            await self._log_in()
        if self.inbox.pts.received is None:
            self.inbox.open_common(await self.invoke(raw.functions.updates.GetState()))
            await self.store.flush()
        self.me = await self.get_me()
        self.username = self.me.username or ""

    async def _connect(self) -> bool:
        """Connect; returns whether a session was stored.

        Raises:
            ConnectionError: what came back was not Telegram's protocol.
        """
        try:
            return await self.connect()
        except (LoginTooSoon, OSError, RPCError, Superseded, TransportError, TryLater, WrongSecret):
            raise
        except Exception as error:
            if is_unavailable(error):
                raise
            raise ConnectionError(f"the key exchange failed: {type(error).__name__}: {error}") from error

    async def load_session(self) -> None:
        """Read the session; without one, exchange a key, unless nobody may log in with it yet.

        Raises:
            LoginTooSoon: the last login was less than `LOGIN_EVERY` ago.
            MustWait: Telegram ordered to wait longer.
        """
        await self.store.open()
        if not self.store.signed_in:
            self._check_login(self.clock.now())
        await super().load_session()  # type: ignore[no-untyped-call]  # the library's

    def _check_login(self, now: datetime) -> None:
        """Let nobody log in twice per `LOGIN_EVERY` and credentials: repeated logins earn waits of up to an hour.

        A wait that was told, to whichever process, is obeyed as long as it lasts.
        """
        if wait := self.calls.gates.wait(LOGIN, self._credentials):
            raise MustWait(wait, "a login must wait")
        last = self.store.tried(self._credentials)
        if last and (wait := LOGIN_EVERY - (now - last).total_seconds()) > 0:
            raise LoginTooSoon(wait)

    async def _log_in(self) -> None:
        now = self.clock.now()
        self._check_login(now)
        log.info("No session is stored: logging in")
        self.logins += 1
        if self._meter:
            self._meter.login()
        await self.store.login_begins(now, self._credentials)
        await self.sign_in_bot(str(self.bot_token))
        await self.store.flush()

    async def _abandon(self) -> None:
        """Close what a failed start had opened: 2 s at most."""
        steps = [self.difference.close(), self.inbox.close(grace=0), self.store.close(), self.waits.close()]
        if self.session:
            steps.append(self.session.stop())
        await asyncio.gather(*(self._quietly(step, 2) for step in steps))
        self.is_connected = False

    async def stop(self, *_: Any, grace: float = 0.0, **__: Any) -> Bot:
        """Finish what is in hand within `grace` seconds, write down where that leaves us, disconnect.

        Takes 3 s more at most. With no grace the connections are closed first.
        """
        closing = asyncio.create_task(self._quietly(self.difference.close(), 1))
        if not grace:
            await self._disconnect_all()
        left = await self.inbox.close(grace=grace)
        if left:
            log.info("%d updates are left to the next start", left)
        await asyncio.gather(closing, self._quietly(self.store.close(), 2), self.waits.close(), self._disconnect_all())
        self.let_go_of_files()
        self.is_initialized = False
        self.is_connected = False
        self.executor.shutdown(wait=False)
        return self

    async def _disconnect_all(self) -> None:
        sessions = [*self.media_sessions.values(), *self.sessions.values(), self.session]
        await asyncio.gather(*(self._quietly(session.stop(), 2) for session in sessions if session))

    async def _quietly(self, step: Any, seconds: float = 5) -> None:
        """Await one step of an end; what goes wrong there must not stop the others."""
        try:
            async with asyncio.timeout(seconds):
                await step
        except Exception as error:  # noqa: BLE001 - each step of an end must be reached
            log.warning("While stopping: %s", str(error) or type(error).__name__)

    async def _connected(self, _: pyrogram.Client, session: Any) -> None:
        """A connection is up (again): what was missed meanwhile is fetched."""
        if session is self.session and self.is_initialized:
            if self.broke:
                kind, since = self.broke
                self.broke = None
                self.note_recovery(kind, time.monotonic() - since)
            log.info("Connected again: fetching what was missed")
            self.calls.retry()
            self.difference.fill_all()

    async def _disconnected(self, _: pyrogram.Client, session: Any) -> None:
        """A connection is gone: nothing in flight on it will be answered, so it is asked again at once."""
        if session is self.session and self.is_initialized:
            self.breaks("connection", time.monotonic())
        for result in list(session.results.values()):
            result.event.set()

    async def handle_updates(self, updates: Any) -> None:
        """Take in what the server pushed."""
        await self.inbox.take(updates)


def _any_number(*_: object) -> int:
    """A random_id that no cause gives: what the protection is measured against."""
    return random.getrandbits(63) or 1
