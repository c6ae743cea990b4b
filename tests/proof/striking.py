"""How the proofs kill a bot: at any moment, or where it stands at a point; and what they count of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import ClassVar

from tests.proof.killing import STARTING
from tests.proof.points import Armed, reached

START = 2.0
"""Seconds after which a starting bot is killed, at most."""


class Striking:
    """What a course through kills has in common with others."""

    uptime: ClassVar[tuple[float, float]] = (0.1, 1.2)
    """Seconds for which the bot serves before it is killed at any moment."""

    dice: random.Random
    struck: Counter[str]
    missed: Counter[str]
    late: list[Armed]
    """Points at which the bot was killed, and what stood there is to arrive after that."""

    async def stand(self, kill: str, armed: Armed | None, within: float) -> bool:
        """Wait for the moment of the kill, and count it. Returns whether the bot stands at a point now.

        `within` are the seconds in which a point must be reached; one that is not counts as missed.
        """
        if armed is None:
            await asyncio.sleep(self.dice.uniform(0, START) if kill == STARTING else self.dice.uniform(*self.uptime))
            self.struck[kill] += 1
            return False
        there = await reached(armed, within)
        (self.struck if there else self.missed)[kill] += 1
        return there

    async def over(self, armed: Armed | None, *, late: bool) -> None:
        """Let go of what stands at a point, now or after the next start."""
        if armed and late:
            self.late.append(armed)
        elif armed:
            await armed.over()

    async def let_late_ones_arrive(self) -> None:
        """Let go of what was to arrive after a start."""
        late, self.late = self.late, []
        for armed in late:
            await armed.over()

    def strikes(self) -> dict[str, int]:
        """Count the kills, for the finding: how often at each point, and which were never reached."""
        return {
            **{f"killed {point}": times for point, times in sorted(self.struck.items())},
            **{f"NOT REACHED {point}": times for point, times in sorted(self.missed.items())},
        }
