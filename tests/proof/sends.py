"""The named points at which a bot is killed that writes to all its readers: between any two steps of a broadcast."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.proof.mongo_proxy import Command, Side
from tests.proof.points import POINTS, Fuel, Point, in_database, in_telegram

_ALL = "broadcasts"
_CHUNKS = "broadcast_chunks"
_SEND = "messages.ForwardMessages"


def _sets(name: str) -> Callable[[Command], bool]:
    """Whether an update gives a field a value."""
    return lambda command: any(
        name in part["u"].get("$set", {}) for part in command.parts if isinstance(part["u"], dict)
    )


def _by_name(points: Iterable[Point]) -> dict[str, Point]:
    return {point.name: point for point in points}


FIRST = _by_name(
    (
        in_database("before a chunk is written", Side.BEFORE, "insert", _CHUNKS, Fuel.START),
        in_database("before a cut is written", Side.BEFORE, "update", _ALL, Fuel.START, _sets("cut_to")),
    )
)
"""First, in this order: while the first readers are found who are to be written to."""

BETWEEN = _by_name(
    (
        in_database("after a chunk is written", Side.AFTER, "insert", _CHUNKS, Fuel.START),
        in_database("after a cut is written", Side.AFTER, "update", _ALL, Fuel.START, _sets("cut_to")),
    )
)
"""Where the next thousand readers are found: only where there are as many."""

SENDING = _by_name(
    (
        in_telegram("before a send is applied", _SEND, applied=False),
        in_telegram("after a send, before its reply", _SEND, applied=True),
        in_telegram("a send arrives late", _SEND, applied=False, late=True),
        in_database("before outcomes are written", Side.BEFORE, "update", _CHUNKS, where=_sets("cursor")),
        in_database("after outcomes are written", Side.AFTER, "update", _CHUNKS, where=_sets("cursor")),
        in_database("outcomes are written late", Side.BEFORE, "update", _CHUNKS, where=_sets("cursor"), late=True),
        in_database("before the counts are written", Side.BEFORE, "update", _ALL, where=_sets("counts")),
        in_database("after a chunk is claimed", Side.AFTER, "findAndModify", _CHUNKS, Fuel.START),
        POINTS["after the lease is taken"],
        POINTS["in the start's difference"],
    )
)
"""At any time."""

LAST = _by_name(
    (
        in_database("before the end is written", Side.BEFORE, "update", _ALL, Fuel.START, _sets("ended_at")),
        in_database("after the end is written", Side.AFTER, "update", _ALL, Fuel.START, _sets("ended_at")),
    )
)
"""Last, in this order."""

SENDS = FIRST | BETWEEN | SENDING | LAST
"""Each point by the name under which its strikes are counted."""
