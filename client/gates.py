"""Which calls Telegram has closed, and until when: each wait is taken for the least that it can mean.

Telegram's error names seconds and no scope. What its documentation says of it is "the given method with the given input
parameters", so a wait closes the method in its chat. That more is closed shows only where another method or another
chat is told to wait as well. Two waits that end at the same moment are one wait, unless a call got through in between
that it would have closed: then they are two of the same length.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

log = logging.getLogger(__name__)

PROBES = 3
"""Places that must be told of one wait before it is taken for the whole method's, or for the whole bot's.

So at most this many calls, besides those that were in flight, learn how wide a wait is; none of them is made twice.
"""

SAME = 2.0
"""Seconds between two ends that are one: Telegram tells whole seconds, and answers take their time."""

ROOM = 64
"""Scopes that are kept before those that have opened again are dropped."""

Chat = int | str | None
Scope = tuple[str | None, Chat]
"""A method and a chat. None stands for all of them: `(None, 5)` is everything in chat 5, `(None, None)` the bot."""


@dataclass(frozen=True, slots=True)
class Told:
    """A wait as it was told, and when (monotonic seconds)."""

    method: str
    chat: Chat
    at: float
    until: float


@dataclass(frozen=True, slots=True)
class Widened:
    """A scope that nobody named: since when the waits were told that show it, and until when (monotonic seconds)."""

    since: float
    until: float


class Gates:
    """The scopes that are closed, and what has been seen of how wide each wait is."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._closed: dict[Scope, float] = {}
        self._widened: dict[Scope, Widened] = {}
        self._told: dict[int, list[Told]] = {}
        self._chats: dict[Chat, float] = {}
        self._passed: dict[Scope, float] = {}
        self._room = ROOM

    def wait(self, method: str | None, chat: Chat) -> float:
        """Seconds until this method may be called for this chat; 0 when it is open."""
        if not self._closed and not self._widened:
            return 0.0
        return max(self.left(scope) for scope in _scopes(method, chat))

    def left(self, scope: Scope) -> float:
        """Seconds for which exactly this scope is closed; 0 when it is open, though a wider one may be closed."""
        widened = self._widened.get(scope)
        until = max(self._closed.get(scope, 0.0), widened.until if widened else 0.0)
        return max(0.0, until - self._now())

    def close(self, method: str, chat: Chat, seconds: float, *, whole_chat: bool = False) -> list[Scope]:
        """Obey a wait of so many seconds.

        `whole_chat` says that Telegram named the chat (slow mode). Returns what is closed by it, the narrowest first.
        """
        now = self._now()
        self._forget(now)
        if whole_chat and chat is not None:
            return [self._shut((None, chat), now + seconds)]
        told = Told(method, chat, now, now + seconds)
        self._told.setdefault(_slot(told.until), []).append(told)
        self._chats[chat] = max(told.until, self._chats.get(chat, 0.0))
        closed = [self._shut((method, chat), told.until)]
        for scope, evidence in self._meant(told):
            if not self.left(scope):
                log.warning("It is one wait for %s: nothing of that is asked before its end", _in_words(scope))
            self._widened[scope] = Widened(min(each.at for each in evidence), max(each.until for each in evidence))
            closed.append(scope)
        return closed

    def restore(self, scope: Scope, seconds: float) -> None:
        """Obey a wait that an earlier process was told: it says nothing new about how wide another is."""
        self._shut(scope, self._now() + seconds)

    def passed(self, method: str, chat: Chat, sent: float) -> list[Scope]:
        """Note that a call which was sent at this time got through: no wait told before closes all that it is of.

        Returns the scopes that were taken for closed wrongly, and are open again.
        """
        if not self._told:
            return []
        wrong = []
        for scope in _scopes(method, chat)[1:]:
            if scope != (None, chat) or chat is None or chat in self._chats:
                self._passed[scope] = max(sent, self._passed.get(scope, sent))
            if (widened := self._widened.get(scope)) and sent > widened.since:
                if widened.until > self._now():
                    wrong.append(scope)
                del self._widened[scope]
        return wrong

    def _meant(self, told: Told) -> Iterator[tuple[Scope, list[Told]]]:
        """What else this wait must mean, with the waits that show it."""
        slot = _slot(told.until)
        near = [each for number in (slot - 1, slot, slot + 1) for each in self._told.get(number, ())]
        one = [each for each in near if abs(each.until - told.until) <= SAME]
        every = self._unrefuted((None, None), one)
        places = {(each.method, each.chat) for each in every}
        methods, chats = {method for method, _ in places}, {chat for _, chat in places}
        if len(places) >= PROBES and len(methods) > 1 and (len(chats) > 1 or None in chats):
            yield (None, None), every
        if told.chat is None:
            return
        here = self._unrefuted((None, told.chat), [each for each in one if each.chat == told.chat])
        if len({each.method for each in here}) > 1:
            yield (None, told.chat), here
        alike = self._unrefuted((told.method, None), [each for each in one if each.method == told.method])
        if len({each.chat for each in alike}) >= PROBES:
            yield (told.method, None), alike

    def _unrefuted(self, scope: Scope, evidence: list[Told]) -> list[Told]:
        """The waits after which no call of this scope was sent that got through."""
        passed = self._passed.get(scope, 0.0)
        return [each for each in evidence if each.at >= passed]

    def _shut(self, scope: Scope, until: float) -> Scope:
        self._closed[scope] = max(until, self._closed.get(scope, 0.0))
        return scope

    def _forget(self, now: float) -> None:
        """Drop what is over; all of it is looked through only when it has doubled."""
        for number in [number for number in self._told if number < _slot(now)]:
            del self._told[number]
        if not self._told:
            self._passed.clear()
        if len(self._closed) > self._room:
            self._closed = {scope: until for scope, until in self._closed.items() if until > now}
            self._widened = {scope: each for scope, each in self._widened.items() if each.until > now}
            self._chats = {chat: until for chat, until in self._chats.items() if until > now}
            self._passed = {key: at for key, at in self._passed.items() if key[1] is None or key[1] in self._chats}
            self._room = max(ROOM, 2 * len(self._closed))


def _scopes(method: str | None, chat: Chat) -> tuple[Scope, ...]:
    """What a call is part of, the narrowest first."""
    return (method, chat), (None, chat), (method, None), (None, None)


def _slot(until: float) -> int:
    return int(until // SAME)


def _in_words(scope: Scope) -> str:
    method, chat = scope
    return f"{method} in every chat" if method else "everything in one chat" if chat is not None else "the whole bot"
