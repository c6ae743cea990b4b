"""What shows how wide a wait is: waits that end at one moment, and calls that get through or do not.

Two waits that end at the same moment are one wait, unless something shows that they are two of the same length: a call
got through in between that the one would have closed, a wait was told in between that ends before it, or as many
others end after it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

PROBES = 3
"""Places that must be told of one wait before it is taken for the whole method's, or for the whole bot's.

So at most this many calls, besides those that were in flight, learn how wide a wait is; none of them is made twice.
"""

SAME = 2.0
"""Seconds between two ends that are one: Telegram tells whole seconds, and answers take their time."""

KEPT = 256
"""Waits that are remembered as evidence, the newest."""

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

    @property
    def place(self) -> Scope:
        """The least that it closes."""
        return self.method, self.chat


@dataclass(frozen=True, slots=True)
class Widened:
    """A scope that nobody named: since when the waits were told that show it, and until when (monotonic seconds)."""

    scope: Scope
    since: float
    until: float

    def is_refuted_by(self, told: Told) -> bool:
        """Whether a wait in it that ends before it shows that it is none."""
        return told.until < self.until - 2 * SAME


class Evidence:
    """The newest waits that were told, and when a call of each scope was last sent that got through."""

    def __init__(self) -> None:
        self._told: deque[Told] = deque(maxlen=KEPT)
        self._chats: Counter[Chat] = Counter()
        self._passed: dict[Scope, float] = {}
        self._until = 0.0

    def add(self, told: Told) -> list[Widened]:
        """Note a wait. Returns the wider scopes that it shows to be closed together with those told before."""
        if told.at > self._until:  # nothing that was told still runs
            self._told.clear()
            self._chats.clear()
            self._passed.clear()
        if len(self._told) == KEPT:
            self._drop(self._told[0])
        self._told.append(told)
        self._chats[told.chat] += 1
        self._until = max(self._until, told.until)
        return list(self._shown_by(told))

    def passed(self, method: str, chat: Chat, sent: float) -> None:
        """Note that a call got through which was sent at this time."""
        if sent > self._until:
            return
        for scope in scopes(method, chat)[1:]:
            if scope != (None, chat) or chat is None or chat in self._chats:
                self._passed[scope] = max(sent, self._passed.get(scope, sent))

    def _shown_by(self, told: Told) -> Iterator[Widened]:
        if told.chat is not None:
            here = self._one_wait((None, told.chat), told)
            if len({each.method for each in here}) > 1:
                yield from self._if_most((None, told.chat), here)
            alike = self._one_wait((told.method, None), told)
            if len({each.chat for each in alike}) >= PROBES:
                yield from self._if_most((told.method, None), alike)
        every = self._one_wait((None, None), told)
        methods, chats = {each.method for each in every}, {each.chat for each in every}
        if len({each.place for each in every}) >= PROBES and len(methods) > 1 and (len(chats) > 1 or None in chats):
            yield from self._if_most((None, None), every)

    def _one_wait(self, scope: Scope, told: Told) -> list[Told]:
        """The waits of a scope that end with this one, told since the last thing that speaks against it."""
        in_it = [each for each in self._told if _covers(scope, each)]
        earlier = [each.at for each in in_it if each.until < told.until - 2 * SAME]
        passed = self._passed.get(scope, 0.0)
        against = max(earlier, default=0.0)
        same = [each for each in in_it if abs(each.until - told.until) <= SAME and each.until > told.at]
        return [each for each in same if each.at >= passed and each.at > against]

    def _if_most(self, scope: Scope, evidence: list[Told]) -> Iterator[Widened]:
        """The scope, unless as many places of it were told of waits that end later."""
        since, until = min(each.at for each in evidence), max(each.until for each in evidence)
        later = {each.place for each in self._told if each.at >= since and each.until > until and _covers(scope, each)}
        if len(later) < len({each.place for each in evidence}):
            yield Widened(scope, since, until)

    def _drop(self, oldest: Told) -> None:
        self._chats[oldest.chat] -= 1
        if not self._chats[oldest.chat]:
            del self._chats[oldest.chat]
            self._passed.pop((None, oldest.chat), None)


def scopes(method: str | None, chat: Chat) -> tuple[Scope, ...]:
    """What a call is part of, the narrowest first."""
    return (method, chat), (None, chat), (method, None), (None, None)


def _covers(scope: Scope, told: Told) -> bool:
    return scope[0] in {None, told.method} and scope[1] in {None, told.chat}
