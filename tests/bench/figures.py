"""What a measurement comes to: medians with their spread, ours beside the bare bot's, the target beside both."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

TITLES = ("what", "ours", "bare", "ours / bare", "target")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a value per run of ours, and of the bare bot's where that is compared.

    `compare` is "ratio" (ours / bare), "difference" (ours - bare), or "" for a figure of ours alone.
    """

    what: str
    unit: str
    ours: Sequence[float]
    bare: Sequence[float] = ()
    compare: str = ""
    target: str = "-"
    digits: int = 1

    def cells(self) -> tuple[str, ...]:
        """The line as the table has it."""
        return (
            f"{self.what}, {self.unit}" if self.unit else self.what,
            self._spread(self.ours, self.digits),
            self._spread(self.bare, self.digits),
            self._compared(),
            self.target,
        )

    def _compared(self) -> str:
        pairs = list(zip(self.ours, self.bare, strict=False))
        if self.compare == "ratio":
            return self._spread([ours / bare for ours, bare in pairs], 2)
        if self.compare == "difference":
            return self._spread([ours - bare for ours, bare in pairs], self.digits, "+")
        return "-"

    @staticmethod
    def _spread(values: Sequence[float], digits: int, sign: str = "") -> str:
        if not values:
            return "-"
        form = f"{sign},.{digits}f"
        middle, low, high = statistics.median(values), min(values), max(values)
        return format(middle, form) if low == high else f"{middle:{form}} ({low:{form}} .. {high:{form}})"


def table(figures: Sequence[Figure]) -> str:
    """All lines as a Markdown table: median (lowest .. highest) of the runs."""
    lines = [TITLES, *(figure.cells() for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(TITLES))]

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([row(TITLES), row(["-" * width for width in widths]), *map(row, lines[1:])])
