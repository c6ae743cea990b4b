"""How a call reaches Telegram: waits that were ordered, errors that pass, replies that got lost.

Every call may be made again: sends carry a random_id that Telegram keeps, the rest is
idempotent. What a wait closes is decided in `client/gates.py`, how it outlives the process in `client/waits.py`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from hashlib import blake2b
from typing import Any, Protocol, TypeAlias

from pyrogram.errors import (
    FloodPremiumWait,
    FloodWait,
    RPCError,
    SlowmodeWait,
)
from pyrogram.raw.functions.auth import ImportBotAuthorization
from pyrogram.raw.types import BadMsgNotification

from client.evidence import SAME, Chat, Scope
from client.gates import Gates
from client.pace import NOTHING, Load, Pace, load_of
from client.refusals import SERVER
from client.unknown import log_unknown_errors
from services.errors import TryLater

log = logging.getLogger(__name__)

log_unknown_errors()

HOLD = 2.0
"""Seconds that a call may wait in place for its scope; a longer wait gives the worker back."""

HOLDERS = 32
"""Calls that may wait in place at once, a quarter of the workers: many short waits must not stop all the others."""

ATTEMPTS = 4
"""Failures after which a call is put off, and its worker given back: with the back-off below, 7 s at most."""

PATIENCE = 30.0
"""Seconds after which a call is put off, whatever it met."""

LOGIN = "auth.importBotAuthorization"

WAITS = (FloodWait, FloodPremiumWait, SlowmodeWait)
"""What Telegram says when a call came too early."""

Query: TypeAlias = Any
"""A raw function of the library."""

Send: TypeAlias = Callable[[Query, float], Awaitable[Any]]
"""Makes one try of a query, within so many seconds."""

Remember: TypeAlias = Callable[[Iterable[Scope]], Awaitable[None]]
"""Writes down how long scopes are closed, or that they are open again (`client.waits`)."""


class CallMeter(Protocol):
    """Who counts the calls (web.metrics does)."""

    def call(self, method: str, outcome: str, seconds: float) -> None:
        """Count one try of a method and how long it took."""

    def flood_wait(self, seconds: float) -> None:
        """Count a wait that Telegram ordered."""


class Unanswered(Exception):  # noqa: N818 - says what happened
    """The server gave no usable answer: the reply was None or a bad_msg notification."""


class MustWait(TryLater):
    """Telegram ordered the wait; `one_chat` says that nothing but this chat waits for so long."""

    def __init__(self, after: float, reason: str, *, one_chat: bool = False) -> None:
        super().__init__(after, reason)
        self.one_chat = one_chat


class NotThrough(TryLater):
    """A call failed as often as it was tried, with errors that pass: of the server, or of the way there."""


class Reopened(Exception):  # noqa: N818 - says what happened
    """A call waited for its connection: what was open may be closed by now. No failure; it looks again."""


class Calls:
    """Makes one call until it succeeds, fails for good, or has to wait long."""

    def __init__(self, send: Send, *, meter: CallMeter | None = None, obey: bool = True) -> None:
        """Take how one try of a query is made, within so many seconds.

        `obey` is False only for the control of the proof: a wait then puts off the call that was told, and no other.
        """
        self._send = send
        self._meter = meter
        self._obeyed = obey
        self._holding = 0
        self.gates = Gates()
        self.pace = Pace()
        self.remember: Remember = _nowhere

    async def make(self, query: Query, *, timeout: float, send: Send | None = None) -> Any:
        """Call Telegram.

        Args:
            query: the raw function.
            timeout: seconds to wait for the reply of one try.
            send: how one try is made, where that is another way than everybody's.

        Raises:
            RPCError: Telegram refused for good.
            MustWait: the scope is closed for longer than `HOLD`.
            TryLater: no try got through.
        """
        method, chat, load = method_of(query), chat_of(query), load_of(query)
        login = isinstance(query, ImportBotAuthorization)  # a login made twice earns long waits
        give_up = time.monotonic() + PATIENCE
        failures = 0
        while failures < ATTEMPTS and time.monotonic() < give_up:
            await self.pass_gate(method, chat, load)
            self.pace.sent(load)
            started = time.monotonic()
            try:
                result = await (send or self._send)(query, timeout)
                if result is None or isinstance(result, BadMsgNotification):
                    raise Unanswered(f"{method} got no usable answer")
            except WAITS as error:
                self._count(method, "flood_wait", started)
                self.pace.refused(load, seconds_of(error))
                await self.obey(error, method, chat)
            except Reopened:
                continue
            except (OSError, Unanswered, *SERVER) as error:
                # TimeoutError and ConnectionError are OSErrors
                self._count(method, type(error).__name__, started)
                if login:
                    raise
                log.warning("%s, failure %d: %s", method, failures + 1, str(error) or type(error).__name__)
                await asyncio.sleep(self._back_off(error, failures))
                failures += 1
            except RPCError as error:
                self._count(method, error.ID or str(error.CODE), started)
                raise
            else:
                self._count(method, "ok", started)
                if wrong := self.gates.passed(method, chat, started):
                    await self.remember(wrong)
                return result
        raise NotThrough(5.0, f"{method} did not get through")

    async def pass_gate(self, method: str, chat: Chat, load: Load = NOTHING) -> None:
        """Return as soon as this may be called, and what it sends has its turn.

        Raises:
            MustWait: that takes longer than `HOLD`, or `HOLDERS` wait already.
        """
        while wait := self._wait(method, chat, load):
            if wait > HOLD or self._holding >= HOLDERS:
                raise MustWait(wait, f"{method} must wait", one_chat=wait - SAME > self._others_wait(method, load))
            self._holding += 1
            try:
                with self.pace.waiting():
                    await asyncio.sleep(wait)
            finally:
                self._holding -= 1

    def _wait(self, method: str, chat: Chat, load: Load) -> float:
        return self.gates.wait(method, chat) or self.pace.wait(load) or self.gates.turn(method, chat)

    def _others_wait(self, method: str, load: Load) -> float:
        """Seconds until the same may be sent to somebody else, `HOLD` at least."""
        return max(HOLD, self.gates.wait(method, None), self.pace.bot.wait(load.price, time.monotonic()))

    async def obey(self, error: RPCError, method: str, chat: Chat) -> None:
        """Close what this wait is for, and write it down where it is long.

        Raises:
            MustWait: waits are not obeyed, for the control of the proof.
        """
        seconds = seconds_of(error)
        log.warning("%s: told to wait %.0f s", method, seconds)
        if self._meter:
            self._meter.flood_wait(seconds)
        if not self._obeyed:
            raise MustWait(seconds, f"{method} must wait")
        changed = self.gates.close(method, chat, seconds, whole_chat=isinstance(error, SlowmodeWait))
        if lasting := [scope for scope in changed if not 0 < self.gates.left(scope) <= HOLD]:
            await self.remember(lasting)

    @staticmethod
    def _back_off(error: Exception, attempt: int) -> float:
        """Seconds before the next try: full jitter below 1 s, doubled each time, 15 s at most."""
        if getattr(error, "ID", "") == "RANDOM_ID_DUPLICATE":
            return 0.1 * float(2**attempt)
        return random.uniform(0.05, min(15.0, 2.0**attempt))

    def _count(self, method: str, outcome: str, started: float) -> None:
        if self._meter:
            self._meter.call(method, outcome, time.monotonic() - started)


def seconds_of(error: RPCError) -> float:
    """The seconds that a wait is told for, 1 at least: a wait of 0 must not spin."""
    return max(1.0, float(error.value)) if isinstance(error.value, int) else 1.0


def method_of(query: Query) -> str:
    """The method's name as Telegram documents it, such as `messages.sendMessage`."""
    path = str(query.QUALNAME).split(".")[1:]
    return ".".join([*path[:-1], path[-1][0].lower() + path[-1][1:]])


def chat_of(query: Query) -> Chat:
    """The raw id of the chat that a call acts on, None when it acts on none.

    A login acts on its credentials: a wait that one token earned is not for another.
    """
    if isinstance(query, ImportBotAuthorization):
        return hash_of_credentials(query.bot_auth_token, query.api_id, query.api_hash)
    peer = getattr(query, "to_peer", None) or getattr(query, "peer", None) or getattr(query, "channel", None)
    for name in ("user_id", "channel_id", "chat_id"):
        number = getattr(peer, name, None)
        if isinstance(number, int):
            return number
    return None


def hash_of_credentials(token: str, api_id: int, api_hash: str) -> str:
    """A hash of what a login is made with, to tell whether it was tried before."""
    return blake2b(f"{token}\n{api_id}\n{api_hash}".encode(), digest_size=16).hexdigest()


async def _nowhere(_: Iterable[Scope]) -> None:
    """Write nothing down."""
