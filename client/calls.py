"""How a call reaches Telegram: waits that were ordered, errors that pass, replies that got lost.

Every call may be made again: sends carry a random_id that Telegram keeps, the rest is
idempotent. A wait that Telegram orders closes the scope it was given for, and only that one.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from pyrogram.errors import (
    FloodPremiumWait,
    FloodWait,
    InternalServerError,
    RandomIdDuplicate,
    RPCError,
    ServiceUnavailable,
    SlowmodeWait,
)
from pyrogram.raw.functions.auth import ImportBotAuthorization
from pyrogram.raw.types import BadMsgNotification

from client.unknown import log_unknown_errors
from services.errors import TryLater

log = logging.getLogger(__name__)

log_unknown_errors()

HOLD = 2.0
"""Seconds that a call may wait in place for its scope; a longer wait gives the worker back."""

ATTEMPTS = 4
"""Failures after which a call is put off, and its worker given back: with the back-off below, 7 s at most."""

MANY = 5
"""Chats that are told to wait within a second before their method is closed for all."""

PATIENCE = 30.0
"""Seconds after which a call is put off, whatever it met."""

Query: TypeAlias = Any
"""A raw function of the library."""

Scope = tuple[object, ...]


class CallMeter(Protocol):
    """Who counts the calls (web.metrics does)."""

    def call(self, method: str, outcome: str, seconds: float) -> None:
        """Count one try of a method and how long it took."""

    def flood_wait(self, seconds: float) -> None:
        """Count a wait that Telegram ordered."""


class Unanswered(Exception):  # noqa: N818 - says what happened
    """The server gave no usable answer: the reply was None or a bad_msg notification."""


class Gates:
    """Which scopes are closed, and until when (monotonic seconds).

    A scope is a method, a method in one chat, or a whole chat. Telegram names none in its
    error, so a wait closes the method in its chat. Only when `MANY` chats are told to wait
    within a second is it taken for the method's own limit, and closed for all.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._closed: dict[Scope, float] = {}
        self._told: dict[str, deque[tuple[float, int]]] = {}

    def wait(self, method: str, chat: int | None) -> float:
        """Seconds until this method may be called for this chat; 0 when it is open."""
        now = self._now()
        until = max(self._closed.get(scope, 0.0) for scope in ((method,), (method, chat), ("chat", chat)))
        return max(0.0, until - now)

    def close(self, method: str, chat: int | None, seconds: float, *, whole_chat: bool = False) -> None:
        """Obey a wait of so many seconds."""
        now = self._now()
        self._closed = {scope: until for scope, until in self._closed.items() if until > now}
        whole_chat = whole_chat and chat is not None
        scope: Scope = ("chat", chat) if whole_chat else (method, chat) if chat is not None else (method,)
        self._closed[scope] = max(self._closed.get(scope, 0.0), now + seconds)
        if chat is not None and not whole_chat and self._is_for_all(method, chat, now):
            self._closed[method,] = max(self._closed.get((method,), 0.0), now + seconds)

    def _is_for_all(self, method: str, chat: int, now: float) -> bool:
        """Whether so many chats were told to wait just now that the method itself must be meant."""
        told = self._told.setdefault(method, deque(maxlen=MANY))
        told.append((now, chat))
        return len({each for at, each in told if now - at <= 1.0}) >= MANY


class Calls:
    """Makes one call until it succeeds, fails for good, or has to wait long."""

    def __init__(self, send: Callable[[Query, float], Awaitable[Any]], *, meter: CallMeter | None = None) -> None:
        self._send = send
        self._meter = meter
        self.gates = Gates()

    async def make(self, query: Query, *, timeout: float) -> Any:
        """Call Telegram.

        Args:
            query: the raw function.
            timeout: seconds to wait for the reply of one try.

        Raises:
            RPCError: Telegram refused for good.
            TryLater: the scope is closed for longer than `HOLD`, or no try got through.
        """
        method, chat = method_of(query), chat_of(query)
        login = isinstance(query, ImportBotAuthorization)  # a login made twice earns long waits
        give_up = time.monotonic() + PATIENCE
        failures = 0
        while failures < ATTEMPTS and time.monotonic() < give_up:
            await self._pass_gate(method, chat)
            started = time.monotonic()
            try:
                result = await self._send(query, timeout)
                if result is None or isinstance(result, BadMsgNotification):
                    raise Unanswered(f"{method} got no usable answer")
            except (FloodWait, FloodPremiumWait, SlowmodeWait) as error:
                self._count(method, "flood_wait", started)
                self._obey(error, method, chat)
            except (OSError, InternalServerError, ServiceUnavailable, Unanswered, RandomIdDuplicate) as error:
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
                return result
        raise TryLater(5.0, f"{method} did not get through")

    async def _pass_gate(self, method: str, chat: int | None) -> None:
        while wait := self.gates.wait(method, chat):
            if wait > HOLD:
                raise TryLater(wait, f"{method} must wait")
            await asyncio.sleep(wait)

    def _obey(self, error: RPCError, method: str, chat: int | None) -> None:
        seconds = max(1.0, float(error.value)) if isinstance(error.value, int) else 1.0  # a wait of 0 must not spin
        log.warning("%s: told to wait %.0f s", method, seconds)
        self.gates.close(method, chat, seconds, whole_chat=isinstance(error, SlowmodeWait))
        if self._meter:
            self._meter.flood_wait(seconds)

    @staticmethod
    def _back_off(error: Exception, attempt: int) -> float:
        """Seconds before the next try: full jitter below 1 s, doubled each time, 15 s at most."""
        if getattr(error, "ID", "") == "RANDOM_ID_DUPLICATE":
            return 0.1 * float(2**attempt)
        return random.uniform(0.05, min(15.0, 2.0**attempt))

    def _count(self, method: str, outcome: str, started: float) -> None:
        if self._meter:
            self._meter.call(method, outcome, time.monotonic() - started)


def method_of(query: Query) -> str:
    """The method's name as Telegram documents it, such as `messages.sendMessage`."""
    path = str(query.QUALNAME).split(".")[1:]
    return ".".join([*path[:-1], path[-1][0].lower() + path[-1][1:]])


def chat_of(query: Query) -> int | None:
    """The raw id of the chat that a call acts on, None when it acts on none."""
    peer = getattr(query, "to_peer", None) or getattr(query, "peer", None) or getattr(query, "channel", None)
    for name in ("user_id", "channel_id", "chat_id"):
        number = getattr(peer, name, None)
        if isinstance(number, int):
            return number
    return None
