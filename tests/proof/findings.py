"""What a proof found, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was expected, what became of it, and whether that is what is promised.

    `control` tells that a protection was switched off: then the promise must break, or the proof proves nothing.
    """

    name: str
    seed: int
    expected: int
    missing: int
    doubled: int
    outcomes: Mapping[str, object] = field(default_factory=dict)
    holds: bool = True
    control: bool = False
    seconds: float = 0.0

    @property
    def as_it_should_be(self) -> bool:
        """Whether the promise holds, or breaks where a protection was off."""
        return self.holds is not self.control

    def told(self) -> str:
        """The line."""
        verdict = "ok  " if self.as_it_should_be else "FAIL"
        numbers = f"expected {self.expected}, missing {self.missing}, doubled {self.doubled}"
        outcomes = ", ".join(f"{name} {value}" for name, value in self.outcomes.items())
        return f"{verdict} {self.name}: {numbers}; {outcomes}; seed {self.seed}; {self.seconds:.0f} s"


def middle_and_most(figures: Sequence[float], unit: str = "s") -> str:
    """Tell of some figures what they are in the middle and at most."""
    return f"{median(figures):.2f} {unit} (at most {max(figures):.2f})" if figures else "-"


def counted_errors(logged: Sequence[Mapping[str, Any]]) -> str:
    """Say how many errors a bot logged, and what the first ones say."""
    return "; ".join([str(len(logged)), *(str(entry["message"])[:200] for entry in logged[:3])])
