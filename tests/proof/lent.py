"""What readers had for a while, by the ledger: what came, how long it stayed, and what they were told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.e2e.crowd import Crowd

Span = tuple[float, float]
"""From when to when, seconds since 1970."""

CLOCKS = 0.1
"""Seconds by which the times of the bot, the database and the sandbox may differ."""


@dataclass
class Account:
    """What the ledger says of one bot and its readers. Messages go by their ids in the bot's box."""

    asked: Counter[int] = field(default_factory=Counter)
    """How often each reader opened a link."""
    sent: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Files: to whom, and when."""
    deleted: dict[int, float] = field(default_factory=dict)
    notices: dict[int, int] = field(default_factory=dict)
    """To whom."""
    edits: Counter[int] = field(default_factory=Counter)

    def note(self, line: dict[str, Any], bot: int, readers: frozenset[int]) -> None:
        """Take in one line of the ledger."""
        at, kind, number = datetime.fromisoformat(line["at"]).timestamp(), line["kind"], line.get("message_id")
        if kind == "message" and line["peer_id"] == bot and line["from_id"] in readers:
            self.asked[line["from_id"]] += 1
        elif line.get("from_id") != bot or line.get("peer_id") not in readers or number is None:
            return
        elif kind == "message" and line.get("media"):
            self.sent[number] = line["peer_id"], at
        elif kind == "message":
            self.notices[number] = line["peer_id"]
        elif kind == "edit":
            self.edits[number] += 1
        elif kind == "delete":
            self.deleted[number] = at

    @property
    def missing(self) -> int:
        """Files that never came, and files that never went."""
        came = Counter(reader for reader, _ in self.sent.values())
        return (self.asked - came).total() + len(self.sent.keys() - self.deleted.keys())

    @property
    def doubled(self) -> int:
        """Files and notices that came too often, and notices that were changed more than once."""
        files = Counter(reader for reader, _ in self.sent.values()) - self.asked
        notices = Counter(self.notices.values()) - self.asked
        return files.total() + notices.total() + sum(count - 1 for count in self.edits.values())

    @property
    def untold(self) -> int:
        """Deliveries whose reader was not told once before, and once after."""
        never = (self.asked - Counter(self.notices.values())).total()
        return never + len(self.notices.keys() - self.edits.keys())

    def early(self, stays: float) -> int:
        """Files that went before their time."""
        return sum(self.deleted[n] < at + stays - CLOCKS for n, (_, at) in self.sent.items() if n in self.deleted)

    def lateness(self, stays: float, away: Sequence[Span]) -> list[float]:
        """How many seconds each file stayed over its time, those aside in which nobody could delete it."""
        return [
            late(at + stays, self.deleted[number], away)
            for number, (_, at) in self.sent.items()
            if number in self.deleted
        ]


class Ledger:
    """Reads on in the ledger of a crowd's bot."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._readers = frozenset(crowd.people)
        self._seen = 0
        self.account = Account()

    async def read(self) -> Account:
        """Take in what is new."""
        for line in await self._crowd.stage.sandbox.ledger(self._seen):
            self._seen = line["seq"]
            self.account.note(line, self._crowd.stage.bot_id, self._readers)
        return self.account


def late(due: float, done: float, away: Iterable[Span]) -> float:
    """Seconds from one moment to another, without those of the spans in between."""
    moment, left_out = due, 0.0
    for begin, end in sorted(away):
        begin, end = max(begin, moment), min(end, done)  # noqa: PLW2901 - the part of it that counts
        if begin < end:
            left_out += end - begin
            moment = end
    return done - due - left_out
