"""Who may send now: whoever is answered first, and nobody faster than Telegram is known to allow.

What a bot may send a second, and to one chat, is measured by `client/flow.py`. Answers never wait for it: they go at
once, and what goes out of the bot's own accord waits until there is room after them, lane by lane. A wait that Telegram
orders all the same closes what it is for (`client/gates.py`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from pyrogram import raw

from client.flow import Flow

PER_SECOND = 28.0
"""Messages a second that a bot begins with; Telegram speaks of about 30."""

TO_A_PERSON = 1.0
"""Messages a second to one private chat, and `BURST` at once."""

TO_A_GROUP = 20 / 60
"""Messages a second to one group or channel: 20 a minute."""

BURST = 5.0
"""Messages that may go to one chat at once."""

AT_ONCE = 0.05
"""Seconds' worth of messages that may leave together."""

ROOM = 10_000
"""Chats that are remembered before those that were not sent to lately are dropped."""


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


_LANE: ContextVar[Lane] = ContextVar("lane", default=Lane.ANSWER)


@contextlib.contextmanager
def lane(which: Lane) -> Iterator[None]:
    """Let the calls made in here go in this lane."""
    token = _LANE.set(which)
    try:
        yield
    finally:
        _LANE.reset(token)


@dataclass(frozen=True, slots=True)
class Load:
    """What a call sends: so many messages to one chat (its raw id), a group or channel or not."""

    chat: int
    price: int
    is_group: bool


NOTHING = Load(0, 0, is_group=False)


def load_of(query: Any) -> Load:
    """What a raw function sends; an edit counts as one message."""
    if isinstance(query, raw.functions.messages.ForwardMessages):
        price, peer = len(query.id), query.to_peer
    elif isinstance(query, raw.functions.messages.SendMultiMedia):
        price, peer = len(query.multi_media), query.peer
    elif isinstance(query, SINGLE):
        price, peer = 1, query.peer
    else:
        return NOTHING
    if isinstance(peer, raw.types.InputPeerUser):
        return Load(peer.user_id, price, is_group=False)
    return Load(getattr(peer, "channel_id", 0) or getattr(peer, "chat_id", 0), price, is_group=True)


class Pace:
    """Gives each call that sends its turn."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.bot = Flow(PER_SECOND, PER_SECOND * AT_ONCE, now())
        self._chats: dict[int, Flow] = {}
        self._waiting = [0] * len(Lane)

    def wait(self, load: Load) -> float:
        """Seconds until this may be sent; 0: it goes now. Answers never wait, nor what sends nothing."""
        which = _LANE.get()
        if which is Lane.ANSWER or not load.price:
            return 0.0
        now = self._now()
        wait = max(self.bot.wait(load.price, now), self._flow(load).wait(load.price, now))
        if any(self._waiting[better] for better in range(which)):
            wait = max(wait, 1 / self.bot.rate)
        return wait

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Let the lanes behind wait for this call, which waits for its turn."""
        which = _LANE.get()
        self._waiting[which] += 1
        try:
            yield
        finally:
            self._waiting[which] -= 1

    def sent(self, load: Load) -> None:
        """Count messages that go out now."""
        if load.price:
            now = self._now()
            self.bot.take(load.price, now)
            self._flow(load).take(load.price, now)

    def refused(self, load: Load, seconds: float) -> None:
        """Note that messages were told to wait: by the chat's limit if that is over it, else by the bot's."""
        if not load.price:
            return
        told, other = self._flow(load), self.bot
        if not told.is_over:
            told, other = other, told
        told.refuse(load.price, self._now(), seconds)
        other.give_back(load.price)

    def _flow(self, load: Load) -> Flow:
        flow = self._chats.get(load.chat)
        if flow is None:
            if len(self._chats) >= ROOM:
                self._forget()
            rate = TO_A_GROUP if load.is_group else TO_A_PERSON
            flow = self._chats[load.chat] = Flow(rate, BURST, self._now())
        return flow

    def _forget(self) -> None:
        """Drop the half of the chats that were sent to longest ago."""
        for chat in sorted(self._chats, key=lambda chat: self._chats[chat].last)[: ROOM // 2]:
            del self._chats[chat]
