"""How much may be sent in a time: token buckets per bot, per private chat and per group, and the waits over them.

Telegram tells nobody its limits, so a client has to find them. What is known of them: about 30 messages a second for a
bot, about one a second for a chat, 20 a minute for a group, with short bursts above; forwarding a hundred messages
counts as a hundred. A call over a limit applies nothing and costs nothing. With a `paid` limit, calls that allow a paid
skip of the free one draw from that in its place; without, what they allow changes nothing.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from pyrogram import raw

from sandbox.body import WrongError, number, only, whole
from sandbox.errors import RpcError
from sandbox.faults.subject import of_request

_MAX_RATE: Final = 1_000_000.0
_MAX_BURST: Final = 1_000_000.0
_MAX_SEED: Final = 2**63 - 1
_ROOM: Final = 10_000
"""Buckets of chats that are kept before those that are full again are dropped."""

SCOPES: Final = {"bot": 1.0, "chat": 1.0, "group": 60.0, "paid": 1.0}
"""Scope -> the seconds that its rate is told for."""

DRAWN: Final = {"bot": ((20, 40), (0.5, 1.5)), "chat": ((0.8, 2), (2, 6)), "group": ((15, 25), (0.2, 0.5))}
"""Scope -> between what its rate is drawn, and its burst in multiples of that."""

COSTLY = (
    raw.functions.messages.SendMessage,
    raw.functions.messages.SendMedia,
    raw.functions.messages.SendMultiMedia,
    raw.functions.messages.ForwardMessages,
    raw.functions.messages.EditMessage,
)
"""Calls that cost as many tokens as they have messages."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages, each so many seconds, and so many at once."""

    rate: float
    burst: float
    seconds: float

    @property
    def per_second(self) -> float:
        """Tokens that come back each second."""
        return self.rate / self.seconds


@dataclass(slots=True)
class Bucket:
    """What is left of a burst, and since when."""

    tokens: float
    at: float


@dataclass(slots=True)
class Counted:
    """What one scope let pass, and what it refused."""

    passed: int = 0
    refused: int = 0
    refused_early: int = 0
    """Those among the refused that came before the wait they had been told was over."""


class Allowance:
    """The limits that are on; none at first."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._rates: dict[str, Rate] = {}
        self._buckets: dict[tuple[str, int, int], Bucket] = {}
        self._told: dict[tuple[str, int, int], float] = {}
        self._room = _ROOM
        self.counted: dict[str, Counted] = {}

    def __bool__(self) -> bool:
        return bool(self._rates)

    def order(self, body: dict[str, Any]) -> None:
        """Put limits in the place of those that are on.

        Raises:
            WrongError: the order makes no sense.
        """
        only(body, (*SCOPES, "seed", "scale"))
        rates = {scope: _rate(body[scope], scope) for scope in SCOPES if body.get(scope) is not None}
        if "seed" in body:
            dice = random.Random(whole(body["seed"], "seed", 0, _MAX_SEED))
            scale = number(body.get("scale", 1), "scale", 0.01, 1000)
            rates = {scope: _drawn(scope, dice, scale) for scope in DRAWN} | rates
        self._rates = rates
        self._buckets.clear()
        self._told.clear()
        self.counted = {scope: Counted() for scope in rates}

    def shown(self) -> dict[str, Any]:
        """The limits, and what they let pass: for who looks afterwards."""
        return {scope: {**asdict(rate), **asdict(self.counted[scope])} for scope, rate in self._rates.items()}

    def judge(self, account: int, query: Any) -> None:
        """Let a call pass, and take its price.

        Raises:
            RpcError: FLOOD_WAIT_n: it costs more than there is.
        """
        if not isinstance(query, COSTLY) or not account:
            return
        price, now = _price(query), self._now()
        keys = list(self._keys(account, query))
        waits = {key: self._wait(key, price, now) for key in keys}
        longest = max(waits, key=lambda key: waits[key], default=None)
        if longest is not None and waits[longest] > 0:
            count = self.counted[longest[0]]
            count.refused += 1
            count.refused_early += any(now < self._told.get(key, 0.0) for key in keys)
            seconds = math.ceil(waits[longest])
            self._told[longest] = now + seconds
            raise RpcError(420, f"FLOOD_WAIT_{seconds}")
        for key in keys:
            self._buckets[key].tokens -= price
            self.counted[key[0]].passed += price
        self._forget(now)

    def _keys(self, account: int, query: Any) -> Iterator[tuple[str, int, int]]:
        """The buckets that a call draws from."""
        chat = of_request(account, query).parts[0][1]
        pays = "paid" in self._rates and bool(getattr(query, "allow_paid_floodskip", None))
        if pays or "bot" in self._rates:
            yield "paid" if pays else "bot", account, 0
        scope = "group" if chat < 0 else "chat"
        if scope in self._rates and chat:
            yield scope, account, chat

    def _wait(self, key: tuple[str, int, int], price: float, now: float) -> float:
        """Seconds until there are so many tokens; what costs more than a whole burst is taken from a full bucket."""
        rate = self._rates[key[0]]
        bucket = self._buckets.setdefault(key, Bucket(rate.burst, now))
        bucket.tokens = min(rate.burst, bucket.tokens + (now - bucket.at) * rate.per_second)
        bucket.at = now
        return max(0.0, (min(price, rate.burst) - bucket.tokens) / rate.per_second)

    def _forget(self, now: float) -> None:
        """Drop buckets that are full again; all are looked through only when they have doubled."""
        if len(self._buckets) <= self._room:
            return
        self._buckets = {
            key: bucket
            for key, bucket in self._buckets.items()
            if bucket.tokens + (now - bucket.at) * (rate := self._rates[key[0]]).per_second < rate.burst
        }
        self._told = {key: until for key, until in self._told.items() if until > now}
        self._room = max(_ROOM, 2 * len(self._buckets))


def _price(query: Any) -> int:
    if isinstance(query, raw.functions.messages.ForwardMessages):
        return len(query.id)
    if isinstance(query, raw.functions.messages.SendMultiMedia):
        return len(query.multi_media)
    return 1


def _rate(told: Any, scope: str) -> Rate:
    if not isinstance(told, dict):
        raise WrongError(f"{scope} must be an object with a rate and a burst, or null")
    only(told, ("rate", "burst"))
    rate = number(told.get("rate"), f"{scope}: rate", 0.001, _MAX_RATE)
    return Rate(rate, number(told.get("burst", max(1.0, rate)), f"{scope}: burst", 1, _MAX_BURST), SCOPES[scope])


def _drawn(scope: str, dice: random.Random, scale: float) -> Rate:
    """A limit by chance; `scale` times as high for a proof in a hurry."""
    rates, bursts = DRAWN[scope]
    rate = dice.uniform(*rates) * scale
    return Rate(rate, max(1.0, rate * dice.uniform(*bursts)), SCOPES[scope])
