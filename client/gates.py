"""Which calls Telegram has closed, and until when: each wait is taken for the least that it can mean.

Telegram's error names seconds and no scope. What its documentation says of it is "the given method with the given input
parameters", so a wait closes the method in its chat. That more is closed shows only where other methods or other chats
are told the same (`client/evidence.py`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from client.evidence import Chat, Evidence, Scope, Told, Widened, scopes

log = logging.getLogger(__name__)

ROOM = 64
"""Scopes that are kept before those that have opened again are dropped."""


ASKED_SOON = 60.0
"""Seconds after a wide wait in which it is remembered that nothing has got through since."""

TURN = 0.5
"""Seconds that the others give the call that goes first where a wide wait has just ended."""


class Gates:
    """The scopes that are closed, and those that are taken for closed because much in them is."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._closed: dict[Scope, float] = {}
        self._widened: dict[Scope, Widened] = {}
        self._first: dict[Scope, float] = {}
        self._evidence = Evidence()
        self._room = ROOM
        self.opened: list[Callable[[], None]] = []
        """Called when what had been taken for closed opens before its time: who was put off may ask again."""

    def wait(self, method: str | None, chat: Chat) -> float:
        """Seconds until this method may be called for this chat; 0 when it is open."""
        if not self._closed and not self._widened:
            return 0.0
        return max(self.left(scope) for scope in scopes(method, chat))

    def turn(self, method: str, chat: Chat) -> float:
        """Seconds until this open call may go; 0: it goes now.

        Where a wait has ended that held many, one of them goes first. The others follow when it got through: were it
        told to wait anew, all of them would have been.
        """
        now = self._now()
        ended = [scope for scope in scopes(method, chat)[1:] if scope in self._widened and not self.left(scope)]
        wait = max((self._first.get(scope, 0.0) + TURN - now for scope in ended), default=0.0)
        if wait <= 0:
            self._first.update(dict.fromkeys(ended, now))
        return max(0.0, wait)

    def left(self, scope: Scope) -> float:
        """Seconds for which exactly this scope is closed; 0 when it is open, though a wider one may be closed."""
        widened = self._widened.get(scope)
        until = max(self._closed.get(scope, 0.0), widened.until if widened else 0.0)
        return max(0.0, until - self._now())

    def close(self, method: str, chat: Chat, seconds: float, *, whole_chat: bool = False) -> list[Scope]:
        """Obey a wait of so many seconds.

        `whole_chat` says that Telegram named the chat (slow mode). Returns the scopes whose time is another now: what
        is closed, and what had been taken for closed wrongly.
        """
        now = self._now()
        self._forget(now)
        if whole_chat and chat is not None:
            return [self._shut((None, chat), now + seconds)]
        told = Told(method, chat, now, now + seconds)
        for scope in scopes(method, chat)[1:]:
            self._first.pop(scope, None)  # the next one may go
        changed = [self._shut((method, chat), told.until)]
        changed += [
            self._open(scope)
            for scope in scopes(method, chat)[1:]
            if (widened := self._widened.get(scope)) and self.left(scope) and widened.is_refuted_by(told)
        ]
        for widened in self._evidence.add(told):
            if not self.left(widened.scope):
                log.warning("It is one wait for %s: nothing of that is asked before its end", _in_words(widened.scope))
            self._widened[widened.scope] = widened
            changed.append(widened.scope)
        return changed

    def restore(self, scope: Scope, seconds: float) -> None:
        """Obey a wait that an earlier process was told: it says nothing new about how wide another is."""
        now = self._now()
        if None in scope:
            self._widened[scope] = Widened(scope, now, now + seconds)
        else:
            self._shut(scope, now + seconds)

    def passed(self, method: str, chat: Chat, sent: float) -> list[Scope]:
        """Note that a call which was sent at this time got through: no wait told before closes all that it is of.

        Returns the scopes that were taken for closed wrongly, and are open again.
        """
        self._evidence.passed(method, chat, sent)
        if not self._widened:
            return []
        wrong = []
        for scope in dict.fromkeys(scopes(method, chat)[1:]):
            widened = self._widened.get(scope)
            if widened and widened.since < sent:
                if self.left(scope):
                    wrong.append(self._open(scope))
                elif sent >= widened.until:
                    del self._widened[scope]
        return wrong

    def _shut(self, scope: Scope, until: float) -> Scope:
        self._closed[scope] = max(until, self._closed.get(scope, 0.0))
        return scope

    def _open(self, scope: Scope) -> Scope:
        del self._widened[scope]
        log.warning("It was more than one wait: %s is asked again where nothing was told", _in_words(scope))
        for ask_again in self.opened:
            ask_again()
        return scope

    def _forget(self, now: float) -> None:
        """Drop what is over; all of it is looked through only when it has doubled."""
        if len(self._closed) + len(self._widened) > self._room:
            self._closed = {scope: until for scope, until in self._closed.items() if until > now}
            self._widened = {scope: each for scope, each in self._widened.items() if each.until > now - ASKED_SOON}
            self._first = {scope: at for scope, at in self._first.items() if scope in self._widened}
            self._room = max(ROOM, 2 * len(self._closed))


def _in_words(scope: Scope) -> str:
    method, chat = scope
    return f"{method} in every chat" if method else "everything in one chat" if chat is not None else "the whole bot"
