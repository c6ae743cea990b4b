"""How a day's hours become bars: where each stands, how high it is, and what is said of them in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from web.overview import HourFacts, OverviewFacts

WIDTH: Final = 240
HEIGHT: Final = 56
"""The drawing's own units; the page stretches it."""

GAP: Final = 0.25
"""The part of an hour's place that stays empty beside its bar."""

LEAST: Final = 2.0
"""How high a bar is at least that stands for anything: one of a thousand is still to be seen."""

NOTHING: Final = 1.0
"""How high the mark is of an hour that had nothing: that it has been is to be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour: its place from the left and the top, and what it says."""

    x: float
    y: float
    width: float
    height: float
    words: str
    kind: str
    """`had`; `now` while the hour runs; `none` where it had nothing."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One number of each hour of a day. `words` say what the drawing shows to whoever does not see it."""

    name: str
    title: str
    total: str
    words: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One hour that has begun, as the table beside the charts has it."""

    hour: str
    deliveries: int
    sent: int
    waits: int
    waited: float


def charts_of(seen: OverviewFacts) -> tuple[Chart, ...]:
    """Draw today: what was handed out, what was sent, and how long Telegram let it wait."""
    hours = seen.hours
    waits, waited = sum(each.waits for each in hours), sum(each.waited_seconds for each in hours)
    return (
        _chart(seen, "deliveries", "Deliveries", lambda each: each.deliveries),
        _chart(seen, "sent", "Messages sent", lambda each: each.sent),
        _chart(
            seen, "waits", "Waits by Telegram", lambda each: each.waited_seconds, f"{waits:,} ({waited:,.0f} s)", " s"
        ),
    )


def rows_of(seen: OverviewFacts) -> tuple[Row, ...]:
    """Return the hours that have begun, the newest first."""
    begun = [each for each in seen.hours if each.begins <= seen.as_of]
    return tuple(
        Row(_clock(each.begins, seen.timezone), each.deliveries, each.sent, each.waits, each.waited_seconds)
        for each in reversed(begun)
    )


def _chart(
    seen: OverviewFacts, name: str, title: str, value: Callable[[HourFacts], float], total: str = "", unit: str = ""
) -> Chart:
    values = [value(each) for each in seen.hours]
    begun = sum(each.begins <= seen.as_of for each in seen.hours)
    highest, place = max(values, default=0.0), WIDTH / max(1, len(values))
    clocks = [_clock(each.begins, seen.timezone) for each in seen.hours]
    bars = []
    for number, each in enumerate(values[:begun]):
        height = max(LEAST, each / highest * HEIGHT) if each else NOTHING
        says = f"{clocks[number]}: {each:,.0f}{unit}"
        bars.append(
            Bar(
                round((number + GAP / 2) * place, 2),
                round(HEIGHT - height, 2),
                round((1 - GAP) * place, 2),
                round(height, 2),
                says,
                "none" if not each else "now" if number == begun - 1 else "had",
            )
        )
    return Chart(name, title, total or f"{sum(values):,.0f}", _in_words(values, clocks, begun, unit), tuple(bars))


def _in_words(values: Sequence[float], clocks: Sequence[str], begun: int, unit: str) -> str:
    if not any(values):
        return "Today, by hour: none so far."
    most = max(range(len(values)), key=values.__getitem__)
    now = f" {values[begun - 1]:,.0f}{unit} in the hour that runs." if begun else ""
    return f"Today, by hour: most from {clocks[most]} on, {values[most]:,.0f}{unit}.{now}"


def _clock(at: str, zone: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%H:%M}"
