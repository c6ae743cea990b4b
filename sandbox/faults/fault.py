"""One fault as it was ordered: what it strikes, how often, by which seed, and what it does."""

from __future__ import annotations

import asyncio
import fnmatch
import math
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any, Final

from sandbox.body import WrongError, number, only, truth, whole, word
from sandbox.errors import RpcError
from sandbox.faults.subject import Subject

_MAX_MILLISECONDS: Final = 3_600_000
_MAX_WAIT: Final = 10_000_000
_MAX_WINDOW: Final = 1000
_HOLD: Final = 500
"""Milliseconds for which an update is held back to be overtaken, unless the order says otherwise."""
_ID: Final = 2**63 - 1
_NAME: Final = re.compile(r"[ -~]{1,200}")


class Kind(StrEnum):
    """What a fault does."""

    DROP_REQUEST = "drop_request"
    """The request vanishes: nothing is applied, nothing answered."""
    DROP_REPLY = "drop_reply"
    """The call is applied, its answer vanishes for good."""
    DELAY = "delay"
    HOLD = "hold"
    """The call stands still until the fault is switched off."""
    ERROR = "error"
    DUPLICATE_UPDATE = "duplicate_update"
    REORDER_UPDATES = "reorder_updates"
    SKIP_UPDATE = "skip_update"
    """The push is lost; the event log keeps the update."""


class Scope(StrEnum):
    """What a wait closes until it is over; each of it for the account that was told to wait."""

    ACCOUNT = "account"
    METHOD = "method"
    CHAT = "chat"


OF_UPDATES: Final = frozenset({Kind.DUPLICATE_UPDATE, Kind.REORDER_UPDATES, Kind.SKIP_UPDATE})
_COMMON: Final = ("kind", "method", "account", "chat", "count", "probability", "seed")
_OWN: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.DELAY: ("milliseconds", "range", "applied"),
    Kind.HOLD: ("applied", "lost"),
    Kind.ERROR: ("code", "name", "range", "applied", "closes"),
    Kind.REORDER_UPDATES: ("window", "milliseconds"),
}


@dataclass(slots=True, eq=False)
class Fault:
    """A fault, switched on. The same seed and the same sequence of matches give the same strikes."""

    id: int
    kind: Kind
    seed: int
    method: str | None = None
    account: int | None = None
    chat: int | None = None
    count: int | None = None
    probability: float | None = None
    code: int = 0
    name: str = ""
    range: tuple[int, int] | None = None
    """What is drawn at each strike: milliseconds of a delay, the number in an error's name."""
    window: int = 0
    hold: float = 0.0
    """Seconds for which an update is held back at most, waiting for others to overtake it."""
    applied: bool = False
    lost: bool = False
    """Whether what is held vanishes when the fault is switched off; else it goes on its way."""
    closes: Scope | None = None
    order: dict[str, Any] = field(default_factory=dict)
    """The fields that were ordered, as they are shown."""
    matched: int = 0
    struck: int = 0
    early: int = 0
    """Calls into a scope that a wait had closed, before its time."""
    held: int = 0
    """Calls that stand still now."""
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _pattern: re.Pattern[str] | None = None
    _chance: Random = field(default_factory=Random)
    _amount: Random = field(default_factory=Random)
    _closed: dict[tuple[object, ...], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.method is not None:
            self._pattern = re.compile(fnmatch.translate(self.method.lower()))
        # Apart from each other, so that the amounts drawn do not move the strikes.
        self._chance = Random(f"{self.seed}:chance")
        self._amount = Random(f"{self.seed}:amount")

    def judge(self, subject: Subject, now: float) -> int | None:
        """Whether it strikes: the amount drawn (0 where nothing is), or None. `now` is any rising clock, in seconds."""
        if not self._fits(subject):
            return None
        self.matched += 1
        scope = self._scope(subject)
        left = self._closed.get(scope, now) - now
        if left > 0:
            self.early += 1
            return math.ceil(left)
        self._closed.pop(scope, None)
        if self.count is not None and self.struck >= self.count:
            return None
        if self.probability is not None and self._chance.random() >= self.probability:
            return None
        self.struck += 1
        amount = self._amount.randint(*self.range) if self.range else 0
        if self.closes is not None:
            self._closed[scope] = now + amount
        return amount

    async def keep(self) -> None:
        """Hold a call back until the fault is switched off."""
        self.held += 1
        try:
            await self._over.wait()
        finally:
            self.held -= 1

    def end(self) -> None:
        """It was switched off: what it holds goes on or vanishes."""
        self._over.set()

    def shuffled(self, held: list[Any]) -> list[Any]:
        """The same in another order, which is never the one they came in."""
        order = list(range(len(held)))
        self._amount.shuffle(order)
        if order == sorted(order):
            order.reverse()
        return [held[number] for number in order]

    def error(self, amount: int) -> RpcError:
        """What the client is told."""
        return RpcError(self.code, f"{self.name[:-1]}{amount}" if self.range else self.name)

    def shown(self) -> dict[str, Any]:
        """The order, and how often it matched and struck."""
        counts = {"matched": self.matched, "struck": self.struck}
        if self.closes is not None:
            counts["early"] = self.early
        if self.kind is Kind.HOLD:
            counts["held"] = self.held
        return {"id": self.id, **self.order, "seed": self.seed, **counts}

    def _fits(self, subject: Subject) -> bool:
        if self.account is not None and subject.account != self.account:
            return False
        return any(
            (self.chat is None or chat == self.chat) and (self._pattern is None or self._pattern.match(name.lower()))
            for name, chat in subject.parts
        )

    def _scope(self, subject: Subject) -> tuple[object, ...]:
        name, chat = subject.parts[0]
        match self.closes:
            case Scope.METHOD:
                return (subject.account, name)
            case Scope.CHAT:
                return (subject.account, chat)
            case _:
                return (subject.account,)


def ordered(number_: int, body: dict[str, Any]) -> Fault:
    """The fault that a request's body orders, with this id.

    Raises:
        WrongError: it makes no sense; the words say which field and why.
    """
    kind = Kind(word(body.get("kind"), "kind", Kind))
    only(body, (*_COMMON, *_OWN.get(kind, ())))
    given = {name: value for name, value in body.items() if value is not None}
    fields: dict[str, Any] = {}
    if "method" in given:
        fields["method"] = _text(given["method"], "method")
    for name in ("account", "chat"):
        if name in given:
            fields[name] = whole(given[name], name, -_ID, _ID)
    if "count" in given:
        fields["count"] = whole(given["count"], "count", 1, _ID)
    if "probability" in given:
        fields["probability"] = number(given["probability"], "probability", 0, 1)
    for name in ("applied", "lost"):
        if name in given:
            fields[name] = truth(given[name], name)
    match kind:
        case Kind.DELAY:
            fields |= _delay(given)
        case Kind.ERROR:
            fields |= _error(given)
        case Kind.REORDER_UPDATES:
            fields["window"] = whole(given.get("window"), "window", 2, _MAX_WINDOW)
            fields["hold"] = whole(given.get("milliseconds", _HOLD), "milliseconds", 1, _MAX_MILLISECONDS) / 1000
    seed = whole(given.get("seed", secrets.randbits(32)), "seed", -_ID, _ID)
    return Fault(number_, kind, seed, order=given, **fields)


def _delay(given: dict[str, Any]) -> dict[str, Any]:
    if ("milliseconds" in given) == ("range" in given):
        raise WrongError("a delay has either milliseconds or a range of them")
    if "range" in given:
        return {"range": _range(given["range"], _MAX_MILLISECONDS)}
    milliseconds = whole(given["milliseconds"], "milliseconds", 0, _MAX_MILLISECONDS)
    return {"range": (milliseconds, milliseconds)}


def _error(given: dict[str, Any]) -> dict[str, Any]:
    code, name = whole(given.get("code"), "code", -999, 999), _text(given.get("name"), "name")
    if code == 0:
        raise WrongError("code must not be 0")
    if ("range" in given) != name.endswith("_n"):
        raise WrongError("a name that ends in _n has a range for it, as FLOOD_WAIT_n with [1, 5]; others have none")
    fields: dict[str, Any] = {"code": code, "name": name}
    if "range" in given:
        fields["range"] = _range(given["range"], _MAX_WAIT)
    if "closes" in given:
        if "range" not in given or given.get("applied"):
            raise WrongError("closes is for waits (a name that ends in _n) that are not applied")
        fields["closes"] = Scope(word(given["closes"], "closes", Scope))
    return fields


def _range(value: object, high: int) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise WrongError("range must be a list of two numbers, the lowest and the highest")
    low, top = (whole(each, "range", 0, high) for each in value)
    if low > top:
        raise WrongError("range must have its lower number first")
    return low, top


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise WrongError(f"{name} must be a text of 1 to 200 ASCII characters")
    return value
