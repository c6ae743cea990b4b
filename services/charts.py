"""Decides how charts are drawn: after the answer, one at a time, by a program of its own within limits."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

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
class Series:
    """Numbers, one a day, and what they are called."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw: series over the same days, of which the last is not over. `thousands` stands between thousands."""

    title: str
    days: Sequence[str]
    series: Sequence[Series]
    thousands: str

    def as_json(self) -> str:
        """Write it down as services/drawing.py reads it."""
        return json.dumps(asdict(self))


class Painter:
    """Draws charts, one at a time."""

    def __init__(self, folder: Path) -> None:
        """Take the folder in which the library keeps what it knows of this machine's fonts."""
        self._folder = folder
        self._turn = asyncio.Semaphore(1)

    async def draw(self, wanted: str) -> bytes | None:
        """Return the picture of `Chart.as_json`, PNG; None where it could not be drawn, which the log explains."""
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

    async def ask(self, chart: Chart, *, to: int, cause: Cause) -> None:
        """Let a person have a chart soon, once per cause, whatever becomes of this process."""
        await self._charts.ask(AskedChart(cause, to, chart.as_json()), self._clock.now())
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
