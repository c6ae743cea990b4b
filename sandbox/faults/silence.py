"""Who hears nothing: connections that stay, ping and all, while no update and, if so ordered, no answer comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.wire.sessions import Link, Session


class Reach(StrEnum):
    """What is silent."""

    CONNECTION = "connection"
    """The connections that are there when it begins: a client that connects again hears everything."""
    ACCOUNT = "account"
    """The account, however often it connects."""


@dataclass(slots=True, eq=False)
class Silence:
    """One silence, as it was ordered."""

    account: int | None
    """None: everybody."""
    until: float | None
    """On the monotonic clock, in seconds; None: until it is ended."""
    answers: bool
    """Whether answers still come."""
    reach: Reach
    links: set[Link] = field(default_factory=set)
    """The connections in it."""

    def holds(self, session: Session, account: Callable[[int], int]) -> bool:
        """Whether this session hears nothing."""
        if self.reach is Reach.CONNECTION:
            return session.link is not None and session.link in self.links
        return self.account is None or account(session.key.id) == self.account


class Silences:
    """All that are in force."""

    def __init__(self, account: Callable[[int], int], connected: Collection[Link]) -> None:
        """`account` tells whose an auth key is, 0 for nobody's; `connected` are the connections that are there."""
        self._account = account
        self._connected = connected
        self._all: list[Silence] = []

    def __bool__(self) -> bool:
        return bool(self._all)

    def begin(
        self, account: int | None, seconds: float | None, links: Iterable[Link], *, answers: bool, reach: Reach
    ) -> None:
        """From now on, for some seconds, or None for as long as it may last."""
        until = None if seconds is None else time.monotonic() + seconds
        self._all.append(Silence(account, until, answers, reach, set(links)))

    def end(self) -> int:
        """All of them; returns how many there were."""
        self._tidy()
        ended = len(self._all)
        self._all.clear()
        return ended

    def deaf(self, session: Session) -> bool:
        """Whether no update reaches this session."""
        self._tidy()
        return any(each.holds(session, self._account) for each in self._all)

    def mute(self, session: Session | None) -> bool:
        """Whether no answer reaches this session."""
        self._tidy()
        return session is not None and any(
            not each.answers and each.holds(session, self._account) for each in self._all
        )

    def shown(self) -> list[dict[str, Any]]:
        """What is in force, with the seconds that are left."""
        self._tidy()
        now = time.monotonic()
        return [
            {
                "account": each.account,
                "seconds": None if each.until is None else round(each.until - now, 3),
                "answers": each.answers,
                "reach": each.reach.value,
                "connections": len(each.links),
            }
            for each in self._all
        ]

    def _tidy(self) -> None:
        """Forget silences whose time is over, and those that nobody is left in."""
        now = time.monotonic()
        for each in self._all:
            each.links = {link for link in each.links if link in self._connected}
        self._all = [
            each
            for each in self._all
            if (each.until is None or each.until > now) and (each.reach is Reach.ACCOUNT or each.links)
        ]
