"""Draws the chart of /stats: a program of its own, so that the library for it takes its memory only while it draws.

What to draw comes in on the standard input as JSON, a PNG goes out on the standard output. It is started by its path
and knows nothing of the rest: see `services.charts`, which gives it its limits and its words.
"""

import json
import sys
from io import BytesIO
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

INK, FAINT, PAPER = "#1c1e21", "#6b7280", "#ffffff"
COLOURS = ("#1f6feb", "#d9730d")
"""Of the series, from the top: dark enough on white, and different to everybody's eyes."""

SIZE, DPI = (9.6, 6.4), 120
"""Inches, and pixels of each: 1152 by 768 pixels, which a telephone shows without enlarging."""

LABELS = 7
"""Days that are named under the bars at most."""


def main() -> int:
    """Read what to draw, write the picture. Returns the exit code."""
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))
    return 0


def draw(wanted: dict[str, Any]) -> bytes:
    """Draw bars for each series, one below the other, over the same days; the last day is not over, and paler."""
    mpl.rcParams.update(
        {"font.family": "DejaVu Sans", "font.size": 11, "text.color": INK, "axes.labelcolor": INK, "xtick.color": FAINT,
         "ytick.color": FAINT}
    )  # fmt: skip
    layout = ConstrainedLayoutEngine(h_pad=0.15, w_pad=0.12, hspace=0.06)
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor=PAPER, layout=layout)
    figure.suptitle(wanted["title"], x=0.015, ha="left", fontsize=15, fontweight="bold")
    panels = figure.subplots(len(wanted["series"]), 1, sharex=True, squeeze=False)[:, 0]
    for axes, series, colour in zip(panels, wanted["series"], COLOURS, strict=False):
        _bars(axes, series, colour, wanted["thousands"])
    days = wanted["days"]
    step = -(-len(days) // LABELS)
    shown = list(range(len(days) - 1, -1, -step))
    panels[-1].set_xticks(shown, [days[place] for place in shown])
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _bars(axes: Axes, series: dict[str, Any], colour: str, thousands: str) -> None:
    def written(number: float, _: object = None) -> str:
        return f"{round(number):,}".replace(",", thousands)

    values = series["values"]
    top = max(values)
    bars = axes.bar(range(len(values)), values, width=0.78, color=colour, zorder=2)
    bars[-1].set_alpha(0.5)
    axes.set_title(series["name"], loc="left", fontsize=12, pad=10)
    axes.set_ylim(0, max(4, top * 1.18))
    axes.set_xlim(-0.7, len(values) - 0.3)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(written))
    axes.yaxis.grid(visible=True, color="#e5e7eb", linewidth=1, zorder=0)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#9ca3af")
    if top:
        place = values.index(top)
        axes.annotate(written(top), (place, top), (0, 3), textcoords="offset points", ha="center", fontsize=10)


if __name__ == "__main__":
    sys.exit(main())
