"""The log of each box: which event has which pts, so that a difference tells what was missed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sandbox.world.accounts import Account
from sandbox.world.channels import Channel
from sandbox.world.state import State
from sandbox.world.tl import pack, unpack

PTS, QTS = 0, 1


class Kind(IntEnum):
    """What an event is; the first two name a message, which is told as it is when it is asked for."""

    NEW = 1
    EDIT = 2
    OTHER = 3


@dataclass(slots=True, frozen=True)
class Event:
    """One entry: it brought the box to `pts`, over `count` steps."""

    pts: int
    count: int
    kind: Kind
    message_id: int
    update: Any


class Boxes:
    """Appends to the logs and reads them back."""

    def __init__(self, state: State) -> None:
        self._state = state

    def new(self, box: Account | Channel, message_id: int) -> int:
        """A message came in; returns the pts."""
        return self._append(box, Kind.NEW, 1, message_id, None)

    def edited(self, box: Account | Channel, message_id: int) -> int:
        """A message changed; returns the pts."""
        return self._append(box, Kind.EDIT, 1, message_id, None)

    def other(self, box: Account | Channel, update: Any, count: int = 1) -> int:
        """Anything else that takes `count` steps; sets the update's pts and pts_count, and returns the pts."""
        update.pts = box.pts + count
        update.pts_count = count
        return self._append(box, Kind.OTHER, count, 0, update)

    def quiet(self, box: Account, update: Any) -> int:
        """An event of the second log, qts, of a bot; sets the update's qts and returns it."""
        box.qts += 1
        update.qts = box.qts
        self._insert(box.id, QTS, box.qts, 1, Kind.OTHER, 0, update)
        return box.qts

    def since(self, box: Account | Channel, pts: int, limit: int) -> list[Event]:
        """At most `limit` events after pts, oldest first."""
        return self._read(_owner(box), PTS, pts, limit)

    def quiet_since(self, box: Account, qts: int, limit: int) -> list[Event]:
        """The same of the qts log."""
        return self._read(box.id, QTS, qts, limit)

    def _append(self, box: Account | Channel, kind: Kind, count: int, message_id: int, update: Any) -> int:
        box.pts += count
        self._insert(_owner(box), PTS, box.pts, count, kind, message_id, update)
        return box.pts

    def _insert(self, *row: Any) -> None:
        *values, update = row
        self._state.write("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, pack(update)))

    def _read(self, owner: int, lane: int, after: int, limit: int) -> list[Event]:
        rows = self._state.rows(
            "SELECT pts, count, kind, message_id, payload FROM events WHERE box = ? AND lane = ? AND pts > ? "
            "ORDER BY pts LIMIT ?",
            (owner, lane, after, limit),
        )
        return [Event(pts, count, Kind(kind), number, unpack(data)) for pts, count, kind, number, data in rows]


def _owner(box: Account | Channel) -> int:
    return box.peer if isinstance(box, Channel) else box.id
