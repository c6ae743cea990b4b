"""Draws charts and timelines: a program of its own, so that the library for it takes its memory only while it draws.

What to draw comes in on the standard input as JSON, a PNG goes out on the standard output. It is started by its path
and knows nothing of the rest: see `services.charts`, which gives it its limits and its words.
"""

import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

INK, FAINT, PALE, PAPER = "#1c1e21", "#6b7280", "#e5e7eb", "#ffffff"
COLOURS = ("#1f6feb", "#d9730d", "#2e7d32", "#8250df")
"""Of the series, from the top: dark enough on white, and different to everybody's eyes."""

SHARES = {"sent": "#1f6feb", "skipped": "#9ca3af", "stopped": "#d9730d", "failed": "#b42318", "waiting": PALE}
"""Of what becomes of a step, from the left."""

SHADES = {**SHARES, "cancelled": SHARES["stopped"], "others": "#c3c9d1"}
"""Of the shares of a series that have a colour of their own."""

MIXED = ("#8250df", "#d9730d", "#2e7d32", "#1f6feb", "#c2185b")
"""Of the other shares, from the bottom."""

LEGEND = 10
"""Points of the letters that name shares."""

CLICKED = "#0b3d91"

SIZE, DPI = (9.6, 6.4), 120
"""Inches, and pixels of each: 1152 by 768 pixels, which a telephone shows without enlarging."""

PANELS = 2
"""Series that have room in this; with more of them it is as much higher."""

WIDTH, EDGE = 1080, 44
"""Pixels of what is drawn row by row: as wide as a telephone's screen."""

FEW = 12
"""Steps that are drawn with all there is to say of each."""

LONGEST = 400
"""Characters of a text that are looked at: more than two lines have."""

GLANCE = 32
"""Characters of a text that are measured first, in case that it is far too long."""

LABELS = 7
"""Days that are named under the bars at most."""

OURS = "DejaVu Sans"
"""The font that the library brings along; letters that it lacks come from fonts of the machine, or are left out."""

OTHERS = ("Noto Sans", "Noto Emoji", "Noto Naskh", "Symbola", "Arial Unicode MS", "WenQuanYi", "Droid Sans Fallback")


def main() -> int:
    """Read what to draw, write the picture. Returns the exit code."""
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))
    return 0


def draw(wanted: dict[str, Any]) -> bytes:
    """Draw what is wanted, by its kind."""
    wanted, families = legible(wanted)
    mpl.rcParams.update(
        {"font.family": families, "font.size": 11, "text.color": INK, "axes.labelcolor": INK, "xtick.color": FAINT,
         "ytick.color": FAINT, "text.parse_math": False}
    )  # fmt: skip
    figure = {"days": days, "timeline": timeline, "funnel": funnel}[wanted["kind"]](wanted)
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def days(wanted: dict[str, Any]) -> Figure:
    """Draw bars for each series, one below the other, over the same days; the last day is not over, and paler."""
    layout = ConstrainedLayoutEngine(h_pad=0.15, w_pad=0.12, hspace=0.06)
    width, height = SIZE
    size = (width, height * max(1.0, len(wanted["series"]) / PANELS))
    figure = Figure(figsize=size, dpi=DPI, facecolor=PAPER, layout=layout)
    figure.suptitle(wanted["title"], x=0.015, ha="left", fontsize=15, fontweight="bold")
    panels = figure.subplots(len(wanted["series"]), 1, sharex=True, squeeze=False)[:, 0]
    for axes, series, colour in zip(panels, wanted["series"], COLOURS, strict=False):
        _bars(axes, series, colour, wanted["thousands"])
    named = wanted["days"]
    step = -(-len(named) // LABELS)
    shown = list(range(len(named) - 1, -1, -step))
    panels[-1].set_xticks(shown, [named[place] for place in shown])
    return figure


def _bars(axes: Axes, series: dict[str, Any], colour: str, thousands: str) -> None:
    def written(number: float, _: object = None) -> str:
        return f"{round(number):,}".replace(",", thousands)

    values, shares = series["values"], series.get("shares", [])
    top, below = max(values), [0] * len(values)
    mixed = iter(MIXED)
    for share in shares or [{"values": values}]:
        shade = (SHADES.get(share["shade"]) or next(mixed)) if shares else colour
        bars = axes.bar(range(len(values)), share["values"], width=0.78, bottom=below, color=shade, zorder=2)
        bars[-1].set_alpha(0.5)
        below = [low + value for low, value in zip(below, share["values"], strict=True)]
    named = _named(axes, [share["name"] for share in shares]) if shares else 0
    axes.set_title(series["name"], loc="left", fontsize=12, pad=10 + named)
    axes.set_ylim(0, max(4, top * 1.18))
    axes.set_xlim(-0.7, len(values) - 0.3)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(written))
    axes.yaxis.grid(visible=True, color=PALE, linewidth=1, zorder=0)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#9ca3af")
    if top:
        place = values.index(top)
        axes.annotate(written(top), (place, top), (0, 3), textcoords="offset points", ha="center", fontsize=10)


def _named(axes: Axes, names: Sequence[str]) -> float:
    """Say above the bars which share has which colour. Returns the height of that, in points."""
    longest = max(map(len, names))
    columns = 3 if longest <= 18 else 2
    handles = [Rectangle((0, 0), 1, 1, color=bars[0].get_facecolor()) for bars in axes.containers]
    cut = [name if len(name) <= 28 else f"{name[:27]}…" for name in names]
    axes.legend(handles, cut, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=columns, fontsize=LEGEND,
                frameon=False, borderaxespad=0.4, handlelength=1, handleheight=1)  # fmt: skip
    return -(-len(names) // columns) * LEGEND * 1.7 + 2


class Sheet:
    """Paper of `WIDTH` that is written on from the top downwards, in pixels; its height is known when it is cut."""

    def __init__(self, title: str, about: str) -> None:
        # one point is one pixel here
        self.figure = Figure(figsize=(WIDTH / 72, 1), dpi=72, facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.axis("off")
        self.y = 30.0
        room = WIDTH - 2 * EDGE
        self.y += self.lines(EDGE, title, room, 40, most=2, weight="bold")
        self.y += self.lines(EDGE, about, room, 26, most=2, color=FAINT) + 26

    def lines(self, x: float, text: str, room: float, size: float, *, most: int = 1, **style: Any) -> float:
        """Write a text in so many lines at most, at the present height, cut where it is longer. Returns its height."""
        font = FontProperties(size=size, weight=style.get("weight", "normal"))
        height = 0.0
        for line in self.broken(text, room, font, most):
            self.axes.text(x, self.y + height + size, line, size=size, va="baseline", **style)
            height += size * 1.32
        return height

    def broken(self, text: str, room: float, font: FontProperties, most: int) -> Iterator[str]:
        """Break a text into lines that fit; the last one says with dots that there was more."""
        words = text[:LONGEST].split()
        for line in range(most):
            if not words:
                return
            taken = 1
            while taken < len(words) and self.width(" ".join(words[: taken + 1]), font) <= room:
                taken += 1
            last = line == most - 1
            yield self.cut(" ".join(words if last else words[:taken]), room, font)
            words = words[taken:]

    def cut(self, text: str, room: float, font: FontProperties) -> str:
        """Shorten a text until it fits. What is far too long is not measured as a whole: that takes long."""
        high = GLANCE
        while high < len(text) and self.width(text[:high], font) <= room:
            high *= 2
        if high >= len(text) and self.width(text, font) <= room:
            return text
        low, high = 0, min(high, len(text))
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.width(f"{text[:middle]}…", font) <= room else (low, middle)
        while low and low < len(text) and unicodedata.combining(text[low]):
            low -= 1
        return f"{text[:low].rstrip()}…"

    def width(self, text: str, font: FontProperties) -> float:
        """How wide a text is."""
        renderer: Any = self._canvas.get_renderer()  # type: ignore[no-untyped-call]  # the library's
        return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0])

    def finish(self) -> Figure:
        """Cut the paper below what was written."""
        height = self.y + 30
        self.figure.set_size_inches(WIDTH / 72, height / 72)
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        return self.figure


def timeline(wanted: dict[str, Any]) -> Figure:
    """Draw steps below each other on a line of time; the further apart in time, the further apart here, in the log.

    Many steps are drawn with less of each, since Telegram makes a picture smaller that is very high.
    """
    sheet, steps = Sheet(wanted["title"], wanted["about"]), wanted["steps"]
    lines, most, apart = (1, 1, 3) if len(steps) > FEW else (2, 2, 10)
    line, left = 262.0, 306.0
    room = WIDTH - EDGE - left
    before, above = 0, 0.0
    for step in steps:
        sheet.y += min(64, apart * math.log10(1 + max(0, step["seconds"] - before)))
        dot, before = sheet.y + 18, step["seconds"]
        if above:
            sheet.axes.plot([line, line], [above, dot], color="#9ca3af", linewidth=4, zorder=1)
        above, colour = dot, COLOURS[1] if step["only"] else COLOURS[0]
        face = PAPER if step["only"] else colour
        sheet.axes.add_patch(Circle((line, dot), 13, facecolor=face, edgecolor=colour, linewidth=5, zorder=2))
        top = sheet.y
        sheet.y += sheet.lines(line - 34, step["time"], line - 34 - EDGE / 2, 29, most=lines, ha="right", weight="bold")
        sheet.y += sheet.lines(line - 34, step["after"], line - 34 - EDGE / 2, 22, color=FAINT, ha="right")
        bottom, sheet.y = sheet.y, top
        sheet.y += sheet.lines(left, step["text"] or step["name"], room, 29, most=lines)
        for only in step["only"][:most]:
            sheet.y += sheet.lines(left, only, room, 24, most=lines, color="#9a4f06")
        if step["buttons"]:
            sheet.y += _chips(sheet, left, room, step["buttons"])
        sheet.y = max(sheet.y, bottom) + 2 * apart
    if wanted["more"]:
        sheet.y += sheet.lines(left, wanted["more"], room, 26, color=FAINT)
    return sheet.finish()


def _chips(sheet: Sheet, x: float, room: float, names: Sequence[str]) -> float:
    """Draw buttons beside each other, as many as there is room for, and the number of the rest. Returns the height."""
    font, edge, rest_needs = FontProperties(size=24), 18.0, 70.0
    end = x + room
    for place, name in enumerate(names):
        rest = len(names) - place
        free = end - x - (0 if rest == 1 else rest_needs)
        if place and free < 150:
            sheet.axes.text(x, sheet.y + 38, f"+{rest}", size=24, color=FAINT, va="baseline")
            break
        text = sheet.cut(name or "…", min(420.0, free - 2 * edge), font)
        width = sheet.width(text, font) + 2 * edge
        box = FancyBboxPatch((x + 8, sheet.y + 16), width - 16, 26, boxstyle="round,pad=8", facecolor="#eaf2ff",
                             edgecolor=COLOURS[0], linewidth=2)  # fmt: skip
        sheet.axes.add_patch(box)
        sheet.axes.text(x + edge, sheet.y + 38, text, size=24, color=CLICKED, va="baseline")
        x += width + 14
    return 58


def funnel(wanted: dict[str, Any]) -> Figure:
    """Draw what became of each step, as shares of the widest; in what was sent, how many clicked."""
    sheet, steps = Sheet(wanted["title"], wanted["about"]), wanted["steps"]
    room, names, thousands = WIDTH - 2 * EDGE, wanted["names"], wanted["thousands"]
    thick, gap = (22, 6) if len(steps) > FEW else (34, 24)
    widest = max([1, *(step["due"] for step in steps)])
    _figures(sheet, names)
    sheet.y += gap
    for step in steps:
        sheet.y += sheet.lines(EDGE, step["name"], room, 29, weight="bold") + 4
        x = float(EDGE)
        for name, colour in SHARES.items():
            width = room * step[name] / widest
            sheet.axes.add_patch(Rectangle((x, sheet.y), width, thick, facecolor=colour, linewidth=0))
            x += width
        clicked = room * min(step["clicked"], step["sent"]) / widest
        sheet.axes.add_patch(Rectangle((EDGE, sheet.y + thick * 0.6), clicked, thick * 0.4, facecolor=CLICKED, lw=0))
        sheet.y += thick + 2
        numbers = {name: f"{step[name]:,}".replace(",", thousands) for name in names if step[name] or name == "due"}
        _figures(sheet, numbers)
        sheet.y += gap
    if wanted["more"]:
        sheet.y += sheet.lines(EDGE, wanted["more"], room, 26, color=FAINT)
    return sheet.finish()


def _figures(sheet: Sheet, texts: dict[str, str]) -> None:
    """Write what there is of each, behind a spot of its colour; on as many lines as that takes."""
    font, x = FontProperties(size=24), float(EDGE)
    for name, text in texts.items():
        colour = {"clicked": CLICKED, "due": None}.get(name, SHARES.get(name))
        spot = 28 if colour else 0
        width = spot + sheet.width(text, font)
        if x > EDGE and x + width > WIDTH - EDGE:
            x, sheet.y = float(EDGE), sheet.y + 34
        if colour:
            sheet.axes.add_patch(Rectangle((x, sheet.y + 8), 18, 18, facecolor=colour, linewidth=0))
        sheet.axes.text(x + spot, sheet.y + 25, text, size=24, color=FAINT, va="baseline")
        x += width + 30
    sheet.y += 36


def legible(wanted: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what to draw without the letters that no font here has, and the fonts for the others."""
    needed = set(json.dumps(wanted, ensure_ascii=False))
    known = {chr(code) for code in get_font(findfont(OURS)).get_charmap()}
    families = [OURS]
    installed = sorted({font.name for font in fontManager.ttflist if "Color" not in font.name})
    for family in (each for wish in OTHERS for each in installed if each.startswith(wish)):
        if needed <= known:
            break
        more = {chr(code) for code in get_font(findfont(family)).get_charmap()}
        if more & (needed - known):
            families.append(family)
            known |= more
    return _kept(wanted, known), families


def _kept(value: Any, known: set[str]) -> Any:
    if isinstance(value, str):
        kept = "".join(each for each in value if each in known or each.isspace())
        return kept if kept == value else re.sub(" {2,}", " ", kept).strip(" ")
    if isinstance(value, dict):
        return {name: _kept(each, known) for name, each in value.items()}
    return [_kept(each, known) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.exit(main())
