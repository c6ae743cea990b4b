"""Decides which pictures are drawn, and how: after the answer, one at a time, by a program of its own within limits."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from database.cause import Cause
from database.charts import AskedChart, Charts
from database.clock import Clock
from services.children import WALL, Child

log = logging.getLogger(__name__)

MEMORY: Final = 2 * 1024**3
"""Bytes of address space for drawing; 200 MB of them are used."""

SECONDS: Final = 20
"""Seconds of processor time for drawing; it takes one. The clock on the wall may show three times as many."""

LARGEST: Final = 1024 * 1024
"""Bytes of a picture; it has 40 KB."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one part of a series is called, and how much of each day's number it is.

    `shade` is its colour's name in services/drawing.py; "" takes the next one that has none.
    """

    name: str
    values: Sequence[int]
    shade: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers, one a day, and what they are called; `shares` is what they are made of, where that is to be seen."""

    name: str
    values: Sequence[int]
    shares: Sequence[Share] = ()


@dataclass(frozen=True, slots=True)
class Drawable:
    """What can be drawn; each kind is drawn by the function of services/drawing.py that has its name."""

    kind: ClassVar[str]
    caption: ClassVar[str]
    """The text under the picture."""

    def as_json(self) -> str:
        """Write it down as services/drawing.py reads it."""
        return json.dumps({"kind": self.kind, **asdict(self)})


@dataclass(frozen=True, slots=True)
class Chart(Drawable):
    """Series over the same days, of which the last is not over. `thousands` stands between thousands."""

    kind: ClassVar[str] = "days"
    caption: ClassVar[str] = "chart-caption"
    title: str
    days: Sequence[str]
    series: Sequence[Series]
    thousands: str


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step: `seconds` after joining, and how that is said; `after` says how long after the step before.

    `text` is what is sent, `name` stands for it where it shows nothing. `only` are the conditions, `buttons` what the
    buttons say.
    """

    seconds: int
    time: str
    after: str
    name: str
    text: str
    only: Sequence[str]
    buttons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Timeline(Drawable):
    """The steps of a sequence in time; `more` says what is left out, "" for nothing."""

    kind: ClassVar[str] = "timeline"
    caption: ClassVar[str] = "timeline-caption"
    title: str
    about: str
    steps: Sequence[TimelineStep]
    more: str


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """What became of one step: for how many it was made (`due`), to how many it was sent, and so on; the rest wait."""

    name: str
    due: int
    sent: int
    clicked: int
    skipped: int
    stopped: int
    failed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Funnel(Drawable):
    """What became of the steps of a sequence. `names` says what the fields of a step are called, in their order."""

    kind: ClassVar[str] = "funnel"
    caption: ClassVar[str] = "funnel-caption"
    title: str
    about: str
    names: Mapping[str, str]
    steps: Sequence[FunnelStep]
    more: str
    thousands: str


class Painter:
    """Draws charts, one at a time."""

    def __init__(self, folder: Path) -> None:
        """Take the folder in which the library keeps what it knows of this machine's fonts."""
        self._folder = folder
        self._turn = asyncio.Semaphore(1)

    async def draw(self, wanted: str) -> bytes | None:
        """Return the picture of `Drawable.as_json`, PNG; None where it could not be drawn, which the log explains."""
        child = Child(Path(__file__).with_name("drawing.py"), MEMORY, SECONDS)
        environment = {"MPLCONFIGDIR": str(self._folder.absolute()), "OPENBLAS_NUM_THREADS": "1"}
        try:
            async with self._turn:
                ended = await child.run(wanted.encode(), environment)
        except OSError as error:
            log.warning("A chart could not be drawn: %s", error)
            return None
        if ended.code is None:
            log.warning("A chart was not drawn in %d s", WALL * SECONDS)
            return None
        if ended.code or not 0 < len(ended.made) <= LARGEST:
            log.warning("A chart could not be drawn (%s): %s", ended.code, ended.complaints[-500:])
            return None
        return ended.made


class ChartService:
    """The charts that one bot was asked for: written down at once, drawn and shown in their own time."""

    def __init__(self, charts: Charts, painter: Painter, clock: Clock) -> None:
        """Take the collection, and who draws."""
        self._charts = charts
        self._painter = painter
        self._clock = clock
        self.came = asyncio.Event()
        """Set when there is one to draw."""

    async def ask(self, wanted: Drawable, *, to: int, cause: Cause) -> None:
        """Let a person have a picture soon, once per cause and kind, whatever becomes of this process."""
        asked = AskedChart(cause, to, wanted.as_json(), wanted.kind, wanted.caption)
        await self._charts.ask(asked, self._clock.now())
        self.came.set()

    async def claim(self, epoch: int) -> AskedChart | None:
        """Take the chart that waits longest; `finish` or `postpone` it, else it comes again."""
        return await self._charts.claim(epoch, self._clock.now())

    async def draw(self, asked: AskedChart) -> bytes | None:
        """Return the picture, PNG; None where it could not be drawn, which the log explains."""
        return await self._painter.draw(asked.wanted)

    async def finish(self, asked: AskedChart, epoch: int) -> None:
        """Write down that a chart was shown."""
        await self._charts.finish(asked, epoch)

    async def postpone(self, asked: AskedChart, epoch: int, seconds: float) -> None:
        """Let a chart come again after that time."""
        await self._charts.postpone(asked, epoch, self._clock.now() + timedelta(seconds=seconds))

    async def next_due(self) -> datetime | None:
        """Return when there is one to draw; None where nobody waits for any."""
        return await self._charts.next_due()
