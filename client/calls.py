"""How a call reaches Telegram: waits that were ordered, errors that pass, replies that got lost.

Every call may be made again: sends carry a random_id that Telegram keeps, the rest is
idempotent. What a wait closes is decided in `client/gates.py`, how it outlives the process in `client/waits.py`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

from pyrogram.errors import FloodPremiumWait, FloodWait, RandomIdDuplicate, RPCError, SlowmodeWait
from pyrogram.raw.functions.auth import ImportBotAuthorization
from pyrogram.raw.types import BadMsgNotification

from client.breaker import Breaker
from client.evidence import SAME, Chat, Scope
from client.gates import Gates
from client.mishaps import HARMLESS, CallMeter, Mishaps, Passing
from client.pace import WIDEST, Lane, Load, Pace, lane_now, load_of
from client.queries import Query, chat_of, method_of
from client.refusals import is_of_server, refusal_of
from client.traffic import TrafficCounter
from client.unknown import log_unknown_errors
from services.errors import NotThrough, TryLater

log = logging.getLogger(__name__)

log_unknown_errors()

HOLD = 2.0
"""Seconds that a call may wait in place for its scope; a longer wait gives the worker back."""

HOLDERS = 32
"""Calls that may wait in place at once, a quarter of the workers: many short waits must not stop all the others.

Those of the lanes behind are counted apart, and hold no worker of the others'.
"""

ATTEMPTS = 4
"""Failures after which a call is put off, unless `tries` says otherwise: with the back-off below, 7 s at most."""

BACK_OFF = 1.0, 30.0
"""Seconds before a call is tried again: drawn below the first, which doubles with each failure up to the second."""

PATIENCE = 30.0
"""Seconds after which a call is put off, whatever it met."""

AFTERWARDS = 3.0, 5.0
"""Seconds after which a call that was put off comes again: drawn, so that those that failed together come apart."""

LOGIN = "auth.importBotAuthorization"

WAITS = (FloodWait, FloodPremiumWait, SlowmodeWait)
"""What Telegram says when a call came too early."""

Send: TypeAlias = Callable[[Query, float], Awaitable[Any]]
"""Makes one try of a query, within so many seconds."""

Remember: TypeAlias = Callable[[Iterable[Scope]], Awaitable[None]]
"""Writes down how long scopes are closed, or that they are open again (`client.waits`)."""


_TRIES: ContextVar[int] = ContextVar("tries", default=ATTEMPTS)


@contextmanager
def tries(number: int) -> Iterator[None]:
    """Put off the calls made in here after so many failures: whoever makes them counts, and waits, by themselves."""
    token = _TRIES.set(number)
    try:
        yield
    finally:
        _TRIES.reset(token)


class Unanswered(Exception):  # noqa: N818 - says what happened
    """The server gave no usable answer: the reply was None or a bad_msg notification."""


class MustWait(TryLater):
    """Telegram ordered the wait; `one_chat` says that nothing but this chat waits for so long."""

    def __init__(self, after: float, reason: str, *, one_chat: bool = False) -> None:
        super().__init__(after, reason)
        self.one_chat = one_chat


class Reopened(Exception):  # noqa: N818 - says what happened
    """A call waited for its connection: what was open may be closed by now. No failure; it looks again."""


class Calls:
    """Makes one call until it succeeds, fails for good, or has to wait long."""

    def __init__(
        self, send: Send, *, meter: CallMeter | None = None, obey: bool = True, breaker: Breaker | None = None,
        stands: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        """Take how one try of a query is made, within so many seconds.

        `stands` tells whether the connection stands: calls that are lost with it say nothing of the server. `obey` is
        False only for the control of the proof: a wait then puts off the call that was told, and no other.
        """
        self._send = send
        self._meter = meter
        self._obeyed = obey
        self._stands = stands
        self._holding: Counter[Lane] = Counter()
        self.breaker = breaker
        self.mishaps = Mishaps()
        self.traffic = TrafficCounter()
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
        most = _TRIES.get()
        while failures < most and time.monotonic() < give_up:
            sent = await self.pass_gate(method, chat, load)
            self._ask_breaker(method, chat, load)
            started = time.monotonic()
            try:
                result = await (send or self._send)(query, timeout)
                if result is None or isinstance(result, BadMsgNotification):
                    raise Unanswered(f"{method} got no usable answer")
            except WAITS as error:
                self._count(method, "flood_wait", started, Passing.WAIT)
                await self.obey(error, method, chat)
                self.pace.refused(load, seconds_of(error), for_all=self.gates.wait(method, None) > 0)
            except Reopened:
                self.pace.give_back(load)
                continue
            except (OSError, Unanswered, RPCError) as error:
                # TimeoutError and ConnectionError are OSErrors
                if isinstance(error, RPCError) and not is_of_server(error):
                    kind = "" if isinstance(error, HARMLESS) else refusal_of(error)
                    self._count(method, error.ID or str(error.CODE), started, kind)
                    raise
                self._fail(error, method, chat, started)
                if login:
                    raise
                log.warning("%s, failure %d: %s", method, failures + 1, str(error) or type(error).__name__)
                failures += 1
                if failures < most:
                    await asyncio.sleep(self._back_off(error, failures - 1))
            else:
                self._count(method, "ok", started)
                self.traffic.took(query, load)
                self.pace.took(load, time.monotonic() - started, sent)
                if wrong := self.gates.passed(method, chat, started):
                    await self.remember(wrong)
                return result
        raise NotThrough(random.uniform(*AFTERWARDS), f"{method} did not get through")

    def wake_when_open(self, wake: Callable[[], None]) -> None:
        """Call this whenever more may be sent than was to be expected: who was put off may ask again."""
        self.gates.opened.append(wake)
        if self.breaker:
            self.breaker.closed.append(wake)

    def retry(self) -> None:
        """Ask the server at once, also where it failed: the connection to it is a new one."""
        if self.breaker:
            self.breaker.retry()

    async def pass_gate(self, method: str, chat: Chat, load: Load | None = None) -> float:
        """Return as soon as this may be called, and what it sends has its turn: what `Pace.took` is to be told.

        Raises:
            MustWait: that takes longer than `HOLD`, or `HOLDERS` wait already.
        """
        while True:
            if wait := self._closed(method, chat, load):
                others = max(self.gates.wait(method, None), self.pace.line(load) if load else 0.0)
                async with self._held(wait, method, one_chat=wait - SAME > others):
                    await asyncio.sleep(wait)
                continue
            if load:
                await self._take_turn(method, load)
            if not (wait := self._closed(method, chat, load) or self.gates.turn(method, chat)):
                return self.pace.sent(load) if load else 0.0
            if load:
                self.pace.let_go(load)
            async with self._held(wait, method):
                await asyncio.sleep(wait)

    def _closed(self, method: str, chat: Chat, load: Load | None) -> float:
        return self.gates.wait(method, chat) or (self.pace.wait(load) if load else 0.0)

    async def _take_turn(self, method: str, load: Load) -> None:
        if wait := self.pace.line(load):
            async with self._held(wait, method):
                await self.pace.turn(load)
        else:
            await self.pace.turn(load)

    @asynccontextmanager
    async def _held(self, wait: float, method: str, *, one_chat: bool = False) -> AsyncIterator[None]:
        """Wait in place, where that is short and few do."""
        which = lane_now()
        most = HOLDERS if which <= Lane.ADMIN else WIDEST
        if wait > HOLD or self._holding[which] >= most:
            raise MustWait(wait, f"{method} must wait", one_chat=one_chat and wait > HOLD)
        self._holding[which] += 1
        try:
            yield
        finally:
            self._holding[which] -= 1

    def _ask_breaker(self, method: str, chat: Chat, load: Load) -> None:
        """Go on if the server is to be asked now.

        Raises:
            TryLater: it fails, and this is not the call that tries whether it still does.
        """
        if self.breaker and (wait := self.breaker.wait(lane_now(), (method, chat))):
            self.pace.give_back(load)
            raise TryLater(wait, f"Telegram's server fails, {method} waits")

    def _fail(self, error: Exception, method: str, chat: Chat, started: float) -> None:
        """Count a failure; it is the server's where the connection stands."""
        stands = self._stands()
        silent = Passing.UNANSWERED if stands else Passing.NETWORK
        kind = Passing.SERVER if is_of_server(error) else silent
        self._count(method, type(error).__name__, started, kind)
        if self.breaker and stands and not isinstance(error, RandomIdDuplicate):
            self.breaker.failed((method, chat))

    async def obey(self, error: RPCError, method: str, chat: Chat) -> None:
        """Close what this wait is for, and write it down where it is long.

        Raises:
            MustWait: waits are not obeyed, for the control of the proof.
        """
        seconds = seconds_of(error)
        log.warning("%s: told to wait %.0f s", method, seconds)
        self.traffic.waits(seconds)
        if self._meter:
            self._meter.flood_wait(seconds)
        if not self._obeyed:
            raise MustWait(seconds, f"{method} must wait")
        changed = self.gates.close(method, chat, seconds, whole_chat=isinstance(error, SlowmodeWait))
        if lasting := [scope for scope in changed if not 0 < self.gates.left(scope) <= HOLD]:
            await self.remember(lasting)

    @staticmethod
    def _back_off(error: Exception, attempt: int) -> float:
        """Seconds before the next try: full jitter, as `BACK_OFF` says."""
        if isinstance(error, RandomIdDuplicate):
            return 0.1 * float(2**attempt)
        first, most = BACK_OFF
        return random.uniform(0.05, min(most, first * 2.0**attempt))

    def _count(self, method: str, outcome: str, started: float, kind: str = "") -> None:
        """Count a try; whatever the server said, it answers."""
        if kind:
            self.mishaps.count(kind)
        if self.breaker and kind not in {Passing.SERVER, Passing.UNANSWERED, Passing.NETWORK}:
            self.breaker.passed()
        if self._meter:
            self._meter.call(method, outcome, time.monotonic() - started)
            if kind:
                self._meter.mishap(kind)


def seconds_of(error: RPCError) -> float:
    """The seconds that a wait is told for, 1 at least: a wait of 0 must not spin."""
    return max(1.0, float(error.value)) if isinstance(error.value, int) else 1.0


async def _nowhere(_: Iterable[Scope]) -> None:
    """Write nothing down."""
