"""Who may send now: whoever is answered first, and nobody faster than Telegram is known to allow.

What a bot may send a second, and to one chat, is measured by `client/flow.py`. Answers never wait for it: they go at
once, and what goes out of the bot's own accord waits until there is room after them, lane by lane. A wait that Telegram
orders all the same closes what it is for (`client/gates.py`).
"""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

from pyrogram import raw

from client.flow import Flow
from client.turns import Line

P = ParamSpec("P")
T = TypeVar("T")

PER_SECOND = 28.0
"""Messages a second that a bot begins with; Telegram speaks of about 30."""

PAID_PER_SECOND = 980.0
"""The same for messages that are paid for; Telegram speaks of up to 1000."""

CALLS_PER_SECOND = 1000.0
"""Calls a second of one method that sends nothing; of no such limit anything is known before it is met."""

TO_A_PERSON = 1.0
"""Messages a second to one private chat, and `BURST` at once."""

TO_A_GROUP = 20 / 60
"""Messages a second to one group or channel: 20 a minute."""

BURST = 5.0
"""Messages that may go to one chat at once."""

AT_ONCE = 0.05
"""Seconds' worth of messages that may leave together."""

TOGETHER = 10.0
"""Seconds within which two chats must be told a short wait, for it to be for the bot."""

ROOM = 10_000
"""Chats that are remembered before those that were not sent to lately are dropped."""

NARROWEST, WIDEST = 4, 256
"""Sends that are kept under way at least, and at most."""

SPARE = 1.5
"""Times rate by latency that are kept under way: answers do not come evenly, and nobody is to wait for who waits."""

GUESS = 0.1
"""Seconds that a send is taken to last before one has."""

WEIGHT = 0.1
"""Part that the newest send has in the latency."""

SINGLE = (
    raw.functions.messages.SendMessage, raw.functions.messages.SendMedia, raw.functions.messages.EditMessage,
)  # fmt: skip
"""Calls that send one message."""


class Lane(IntEnum):
    """Who goes before whom."""

    ANSWER = 0
    ADMIN = 1
    SEQUENCE = 2
    DELETION = 3
    BROADCAST = 4


PAID = frozenset({Lane.SEQUENCE, Lane.BROADCAST})
"""The lanes whose messages may be paid for, where that is switched on."""

_LANE: ContextVar[Lane] = ContextVar("lane", default=Lane.ANSWER)


@contextlib.contextmanager
def lane(which: Lane) -> Iterator[None]:
    """Let the calls made in here go in this lane."""
    token = _LANE.set(which)
    try:
        yield
    finally:
        _LANE.reset(token)


def in_lane(which: Lane) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """Let everything that a method calls go in this lane."""

    def decorate(method: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @functools.wraps(method)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with lane(which):
                return await method(*args, **kwargs)

        return run

    return decorate


def lane_now() -> Lane:
    """The lane that calls made here go in."""
    return _LANE.get()


@dataclass(frozen=True, slots=True)
class Load:
    """What a call sends: so many messages to one chat, paid for or not.

    The chat is a raw id, negative for groups and channels. What sends nothing has the name of its method, and costs one
    call of it.
    """

    chat: int
    price: int
    is_paid: bool = False
    method: str = ""


def load_of(query: Any) -> Load:
    """What a raw function sends; an edit counts as one message."""
    if isinstance(query, raw.functions.messages.ForwardMessages):
        price, peer = len(query.id), query.to_peer
    elif isinstance(query, raw.functions.messages.SendMultiMedia):
        price, peer = len(query.multi_media), query.peer
    elif isinstance(query, SINGLE):
        price, peer = 1, query.peer
    else:
        return Load(0, 1, method=query.QUALNAME)
    paid = bool(getattr(query, "allow_paid_floodskip", None))
    if isinstance(peer, raw.types.InputPeerUser):
        return Load(peer.user_id, price, is_paid=paid)
    return Load(-(getattr(peer, "channel_id", 0) or getattr(peer, "chat_id", 0)), price, is_paid=paid)


class Pace:
    """Gives each call its turn."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._free, self._paid = self._line(PER_SECOND), self._line(PAID_PER_SECOND)
        self._methods: dict[str, Line] = {}
        self._chats: dict[int, Flow] = {}
        self._latency = GUESS
        self._told = 0, -TOGETHER
        """The chat that was told a short wait last, and when."""
        self.pays = False
        """Whether messages to many are paid for now."""

    def wait(self, load: Load) -> float:
        """Seconds until the chat may be sent to; 0: now. Answers never wait."""
        if not load.chat or lane_now() is Lane.ANSWER:
            return 0.0
        return self._flow(load).wait(load.price, self._now())

    def line(self, load: Load) -> float:
        """Seconds until who comes now has their turn, behind those who go first; 0: now. Answers never wait."""
        which = lane_now()
        return 0.0 if which is Lane.ANSWER else self._line_of(load).wait(which, load.price)

    async def turn(self, load: Load) -> None:
        """Return when it is this one's turn; it is `sent` then, or `let_go`."""
        which, line = lane_now(), self._line_of(load)
        if which is Lane.ANSWER:
            line.take(load.price)
        else:
            await line.turn(which, load.price)

    def let_go(self, load: Load) -> None:
        """Give a turn back: this one cannot be sent yet."""
        self._line_of(load).flow.give_back(load.price)

    def sent(self, load: Load) -> float:
        """Count what goes out now, in its chat. Returns what `took` is to be told."""
        if load.chat:
            self._flow(load).take(load.price, self._now())
        return self._line_of(load).flow.passed

    def give_back(self, load: Load) -> None:
        """Count as not sent what was."""
        self.let_go(load)
        if load.chat:
            self._flow(load).give_back(load.price)

    def refused(self, load: Load, seconds: float, *, for_all: bool) -> None:
        """Note that this was told to wait; `for_all`: as others were, so it is known that it is not for this chat.

        Who is over the limit of its chat met that. A wait that is longer than the bot's rate needs to make room is for
        the chat, too, until it is known to be for all. Others are for the bot when two chats were told so.
        """
        now, line = self._now(), self._line_of(load).flow
        if not load.chat:
            line.refuse(load.price, now, seconds)
            return
        chat, before = self._flow(load), self._told
        is_long = seconds > math.ceil(load.price / line.rate)  # Telegram tells whole seconds
        if chat.is_over or (is_long and not for_all):
            chat.refuse(load.price, now, seconds)
            line.give_back(load.price)
            return
        chat.give_back(load.price)
        self._told = load.chat, now
        if for_all or (before[0] != load.chat and now - before[1] <= TOGETHER):
            line.refuse(load.price, now, seconds)
        else:
            line.give_back(load.price)

    def took(self, load: Load, seconds: float, sent: float) -> None:
        """Note how long a call took that got through, and what `sent` returned of it."""
        self._line_of(load).flow.let_through(load.price, sent)
        if load.chat:
            self._latency += WEIGHT * (seconds - self._latency)

    def width(self) -> int:
        """How many sends of a broadcast are to be under way at once: as many as leave while one is answered."""
        line = self._paid if self.pays else self._free
        return min(WIDEST, max(NARROWEST, math.ceil(SPARE * line.flow.rate * self._latency) + NARROWEST))

    def _line(self, rate: float) -> Line:
        return Line(Flow(rate, max(1.0, rate * AT_ONCE), self._now()), self._now, len(Lane))

    def _line_of(self, load: Load) -> Line:
        if not load.method:
            return self._paid if load.is_paid else self._free
        line = self._methods.get(load.method)
        if line is None:
            line = self._methods[load.method] = self._line(CALLS_PER_SECOND)
        return line

    def _flow(self, load: Load) -> Flow:
        flow = self._chats.get(load.chat)
        if flow is None:
            if len(self._chats) >= ROOM:
                self._forget()
            rate = TO_A_GROUP if load.chat < 0 else TO_A_PERSON
            flow = self._chats[load.chat] = Flow(rate, BURST, self._now())
        return flow

    def _forget(self) -> None:
        """Drop the half of the chats that were sent to longest ago."""
        for chat in sorted(self._chats, key=lambda chat: self._chats[chat].last)[: ROOM // 2]:
            del self._chats[chat]
