"""What happens in the proof of gaps: rounds of events from one seed, and what each of them should lead to."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MEMBERS = 6
"""People with clients of their own: they edit, come and go, and block."""

BLOCKERS = 2
"""The first of them, who do nothing but block and unblock."""

SIDES = 3
"""Channels beside the storage channel."""

DOWN = 0.2
"""Share of the updates that come while the bot is away."""

POKE = 1 / 100
"""How often, per update, the server says each of its two TooLong while the bot is up."""


class Kind(StrEnum):
    """What can happen."""

    OPEN = "links opened"
    TEXT = "texts"
    HELP = "/help"
    UNKNOWN = "unknown commands"
    WRITE = "texts of members"
    EDIT = "edits"
    POST = "posts"
    DELETE = "posts deleted"
    ASIDE = "posts elsewhere"
    MOVE = "joins and leaves"
    PROMOTE = "promotions of the bot"
    BLOCK = "blocks"
    POKE = "updatesTooLong"
    POKE_CHANNEL = "updateChannelTooLong"


WEIGHTS = {
    Kind.OPEN: 40, Kind.TEXT: 12, Kind.HELP: 5, Kind.UNKNOWN: 5, Kind.WRITE: 5, Kind.EDIT: 7, Kind.POST: 7,
    Kind.DELETE: 2, Kind.ASIDE: 8, Kind.MOVE: 6, Kind.PROMOTE: 0.5, Kind.BLOCK: 2.5,
}  # fmt: skip
"""How often each kind is, of a hundred."""

ANSWERS = {Kind.TEXT: "text", Kind.HELP: "help", Kind.UNKNOWN: "unknown", Kind.WRITE: "text"}
"""What a message is answered with, by the name that both bots' answers are given."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens: who does it (a number among readers or members) and to what (a number)."""

    kind: Kind
    who: int = 0
    what: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """What happens while the bot is up, how it ends, and what happens until it is started again.

    `long` tells that the server will name none of it at the start: the difference is too long.
    """

    up: tuple[Event, ...]
    down: tuple[Event, ...]
    kill: bool
    long: bool


@dataclass
class Script:
    """A whole course, the same for the same seed."""

    updates: int
    rounds: int
    readers: int
    files: int
    seed: int
    course: list[Round] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{self.seed} script")
        self._posts = 0
        self._posted: list[int] = []
        self._deletable: list[int] = []
        self._extras = 0
        self._written: set[int] = set()
        size = self.updates // self.rounds
        for number in range(self.rounds):
            # a post of the same round may be deleted before the bot heard of it: then nobody is told of it, rightly
            self._deletable, self._posted = self._deletable + self._posted, []
            long = number % 5 == 2
            down = round(size * DOWN)
            extra = self.updates - size * self.rounds if number == self.rounds - 1 else 0
            up = tuple(self._events(size - down + extra, long=long, poked=True))
            self.course.append(Round(up, tuple(self._events(down, long=long)), kill=number % 2 == 0, long=long))
        self.closing = (
            *(Event(Kind.TEXT, reader) for reader in range(self.readers)),
            *(Event(Kind.ASIDE, what=side) for side in range(SIDES)),
            Event(Kind.MOVE, BLOCKERS, 0),
            Event(Kind.POST, what=self._posts + 1),
        )
        """What happens last, when nothing gets lost any more: behind it every gap shows."""

    def _events(self, count: int, *, long: bool, poked: bool = False) -> Iterator[Event]:
        for _ in range(count):
            yield self._event(long=long)
            if poked and self._dice.random() < POKE:
                yield Event(Kind.POKE)
            if poked and self._dice.random() < POKE:
                yield Event(Kind.POKE_CHANNEL, what=self._dice.randrange(SIDES + 1))

    def _event(self, *, long: bool) -> Event:
        """Draw an event that is possible now; one that is not becomes an opened link."""
        [kind] = self._dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        member = self._dice.randrange(BLOCKERS, MEMBERS)
        event = Event(Kind.OPEN, self._dice.randrange(self.readers), self._dice.randrange(self.files))
        match kind:
            case Kind.TEXT | Kind.HELP | Kind.UNKNOWN:
                event = Event(kind, event.who)
            case Kind.WRITE:
                self._written.add(member)
                event = Event(kind, member)
            case Kind.EDIT if member in self._written:
                event = Event(kind, member)
            case Kind.POST:
                self._posts += 1
                self._posted.append(self._posts)
                event = Event(kind, what=self._posts)
            case Kind.DELETE if self._deletable and not long:  # beyond what a difference that is too long tells of
                event = Event(kind, what=self._deletable.pop(self._dice.randrange(len(self._deletable))))
            case Kind.ASIDE:
                event = Event(kind, what=self._dice.randrange(SIDES))
            case Kind.MOVE:
                event = Event(kind, member, self._dice.randrange(SIDES))
            case Kind.PROMOTE:
                self._extras += 1
                event = Event(kind, what=self._extras)
            case Kind.BLOCK:
                event = Event(kind, self._dice.randrange(BLOCKERS))
            case _:
                pass
        return event

    @property
    def events(self) -> Iterator[Event]:
        """Everything, in order."""
        for each in self.course:
            yield from each.up
            yield from each.down
        yield from self.closing

    def answers(self, readers: list[int], members: list[int], files: list[str]) -> dict[object, list[str]]:
        """What should be received, in order: by each person, and by the owner for posts and for each promotion.

        `readers` and `members` are the people's ids, `files` the SHA-256 of what is behind the links.
        """
        found: dict[object, list[str]] = defaultdict(list)
        for event in self.events:
            match event.kind:
                case Kind.OPEN:
                    found[readers[event.who]].append(files[event.what])
                case Kind.TEXT | Kind.HELP | Kind.UNKNOWN:
                    found[readers[event.who]].append(ANSWERS[event.kind])
                case Kind.WRITE:
                    found[members[event.who]].append(ANSWERS[event.kind])
                case Kind.POST:
                    found["posts"].append(post_name(event.what))
                case Kind.PROMOTE:
                    found[extra_name(event.what)].append(extra_name(event.what))
                case _:
                    pass
        return dict(found)


def post_name(number: int) -> str:
    """The file name of a post."""
    return f"post{number}.bin"


def extra_name(number: int) -> str:
    """The title of a channel that the bot is let into on the way."""
    return f"Extra {number}"
