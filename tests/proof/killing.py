"""What happens in the proof of kills, drawn from its seed beforehand: who opens what, and where the bot dies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.proof.points import POINTS, Fuel

SERVING: Final = "while serving"
STARTING: Final = "while starting"
"""Kills at any moment."""

STARTING_SHARE: Final = 0.2
"""Of the kills at any moment: meet a bot that is still starting."""

WHILE_DOWN: Final = 0.4
"""Of the openings: are asked for while the bot is dead, and found in the difference."""

LIMITED: Final = -1
"""The link with a limit, among the numbers of links."""


@dataclass(frozen=True)
class Size:
    """How much happens. `named` of the kills are at these points, each as often as the others (give or take one)."""

    kills: int
    named: int
    readers: int
    openings: int
    """Of links without a limit, in all."""
    links: int = 12
    limit: int = 0
    """Uses that the link with a limit allows; 0 for no such link."""
    askers: int = 0
    """Readers who open it, once each."""
    points: tuple[str, ...] = tuple(POINTS)


@dataclass(frozen=True)
class Opening:
    """One reader opens one link; both are numbers."""

    reader: int
    link: int


@dataclass
class Round:
    """From one kill to the next: what is asked for while the bot is dead, and from its start on, in order."""

    kill: str
    """A point's name, or `SERVING` or `STARTING`."""
    down: list[Opening] = field(default_factory=list)
    up: list[Opening] = field(default_factory=list)
    upload: int = 0
    """Files that the owner sends, as one album where they are many."""


@dataclass
class Plan:
    """All rounds. The people are numbered: the readers, then the newcomers."""

    rounds: list[Round]
    newcomers: int

    @property
    def openings(self) -> list[Opening]:
        """Everything that is opened, in order."""
        return [opening for each in self.rounds for opening in (*each.down, *each.up)]

    @classmethod
    def drawn(cls, size: Size, seed: int) -> Plan:
        """Draw a plan: the same for the same size and seed.

        Raises:
            ValueError: the size leaves no round in which a point could be reached.
        """
        dice = random.Random(f"{seed} plan")
        asked = _spread(size, dice)
        rounds = [Round(kill) for kill in _kills(size, asked, dice)]
        for each, openings in zip(rounds, asked, strict=True):
            # the limit's link last: where it is the fuel, it comes when the trap is set
            openings.sort(key=lambda opening: opening.link == LIMITED)
            cut = 0 if each.kill in POINTS and len(openings) < 2 else round(len(openings) * WHILE_DOWN)
            each.down, each.up = openings[:cut], openings[cut:]
        newcomers = 0
        for each in rounds:
            fuel = POINTS[each.kill].fuel if each.kill in POINTS else None
            if fuel is Fuel.NEWCOMER:
                each.up.append(Opening(size.readers + newcomers, dice.randrange(size.links)))
                newcomers += 1
            each.upload = {Fuel.FILE: 1, Fuel.ALBUM: 3}.get(fuel, 0) if fuel else 0
        return cls(rounds, newcomers)


def _spread(size: Size, dice: random.Random) -> list[list[Opening]]:
    """Who opens what in which round: as many in each, everybody's links in an order of their own."""
    whose = [number % size.readers for number in range(size.openings)]
    dice.shuffle(whose)
    orders: list[list[int]] = [[] for _ in range(size.readers)]
    rounds: list[list[Opening]] = [[] for _ in range(size.kills)]
    for place, reader in enumerate(whose):
        if not orders[reader]:
            orders[reader] = dice.sample(range(size.links), size.links)
        rounds[place * size.kills // size.openings].append(Opening(reader, orders[reader].pop()))
    for place, reader in enumerate(dice.sample(range(size.readers), size.askers)):
        rounds[place * size.kills // size.askers].append(Opening(reader, LIMITED))
    return rounds


def _kills(size: Size, asked: Sequence[Sequence[Opening]], dice: random.Random) -> list[str]:
    """Which kill each round ends with: points where what leads to them happens, any moment elsewhere."""
    named = [size.points[number % len(size.points)] for number in range(size.named)]
    dice.shuffle(named)
    named.sort(key=lambda name: POINTS[name].fuel not in {Fuel.LIMITED, Fuel.REFUSED})  # who can choose least, first
    before = 0
    free: dict[Fuel, list[int]] = {fuel: [] for fuel in Fuel}
    for number, openings in enumerate(asked):
        limited = sum(opening.link == LIMITED for opening in openings)
        if limited and before + limited <= size.limit * 0.8:
            free[Fuel.LIMITED].append(number)
        if limited and before >= size.limit + (size.askers - size.limit) // 3:
            free[Fuel.REFUSED].append(number)
        before += limited
    everywhere = set(range(size.kills))
    kills: list[str] = [""] * size.kills
    for name in named:
        fuel = POINTS[name].fuel
        places = sorted(everywhere & set(free[fuel])) if fuel in {Fuel.LIMITED, Fuel.REFUSED} else sorted(everywhere)
        if not places:
            raise ValueError(f"no round is left for a kill {name}")
        place = dice.choice(places)
        everywhere.remove(place)
        kills[place] = name
    return [kill or (STARTING if dice.random() < STARTING_SHARE else SERVING) for kill in kills]
