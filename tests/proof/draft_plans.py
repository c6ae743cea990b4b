"""How much happens in the proof of drafts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.proof.arrivals import TARGETS
from tests.proof.killing import SERVING, STARTING
from tests.proof.publishing import DECIDING, NAMED
from tests.proof.sessions import FAILURES, Failure

STARTING_SHARE = 0.2
"""Of the kills at any moment: meet a bot that is still starting."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    drafts: int = 1000
    kills: int = 50
    named: int = 25
    """Of the kills: at the named points, each as often as the others (give or take one)."""
    each: int = 3
    """How often each failure of the session strikes."""
    failures: tuple[Failure, ...] = FAILURES
    until: float = 0.95
    """Share of the messages that have arrived at the last kill or failure, at most."""
    stormy: bool = True
    points: tuple[str, ...] = NAMED
    weaken: str = ""
    groups: int = 1
    """Drafts go to the targets of one group after the other: a chat takes a message a second, not all of them."""
    pressed: int | None = None
    """Drafts that reviewers approve, as fast as their chats take the cards; the rest come approved, after these."""

    @property
    def before(self) -> int:
        """Drafts that wait for somebody's press."""
        return self.drafts if self.pressed is None else self.pressed

    @property
    def name(self) -> str:
        """What is proved."""
        name = (
            f"{self.drafts} drafts, {self.before} of them by presses, to {TARGETS} of {TARGETS * self.groups} targets"
        )
        name = f"{name}, {self.kills} kills, {self.named} at named points"
        name = f"{name}, {self.each} times each of {len(self.failures)} failures of the session"
        return f"{name}, without {self.weaken}" if self.weaken else name

    def drawn(self, dice: random.Random) -> list[tuple[float, str | Failure]]:
        """Draw what goes wrong, each with the share of the messages that are to have arrived before: in their order.

        What happens to presses happens while there are some.
        """
        anywhere = self.kills - self.named
        starting = round(anywhere * STARTING_SHARE)
        what: list[str | Failure] = [self.points[number % len(self.points)] for number in range(self.named)]
        what += [*[STARTING] * starting, *[SERVING] * (anywhere - starting), *self.failures * self.each]
        until = self.until if self.pressed is None else self.until * 0.6 * self.pressed / self.drafts
        drawn = [(dice.uniform(0, until if each in DECIDING else self.until), each) for each in what]
        return sorted(drawn, key=lambda drawn: drawn[0])


FULL = Plan(each=2, until=0.8, groups=4, pressed=60)
QUICK = Plan(drafts=100, kills=6, named=5, each=1, until=0.8)


def control(kills: int) -> Plan:
    """So many kills, all at the point where the lack of a protection must show."""
    points = ("after a draft is sent, before its reply",)
    return Plan(6 * kills, kills, kills, 0, (), 0.3, stormy=False, points=points, weaken="random-ids")
