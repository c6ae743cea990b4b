"""Decides how a chart is drawn: by a program of its own, one at a time, within limits of memory and time."""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

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


class Charts:
    """Draws charts."""

    def __init__(self, folder: Path) -> None:
        """Take the folder in which the library keeps what it knows of this machine's fonts."""
        self._folder = folder
        self._turn = asyncio.Semaphore(1)

    async def draw(self, chart: Chart) -> bytes | None:
        """Return the picture, PNG; None where it could not be drawn, which the log explains."""
        async with self._turn:
            return await self._run(json.dumps(asdict(chart)).encode())

    async def _run(self, wanted: bytes) -> bytes | None:
        program = Path(__file__).with_name("drawing.py")
        # nothing of our own environment, which has secrets
        environment = {"MPLCONFIGDIR": str(self._folder.absolute()), "OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"}
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(program), str(MEMORY), str(SECONDS), env=environment,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            log.warning("A chart could not be drawn: %s", error)
            return None
        try:
            async with asyncio.timeout(3 * SECONDS):
                drawn, complaints = await child.communicate(wanted)
        except TimeoutError:
            log.warning("A chart was not drawn in %d s", 3 * SECONDS)
            return None
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        if child.returncode or not 0 < len(drawn) <= LARGEST:
            log.warning(
                "A chart could not be drawn (%s): %s", child.returncode, complaints.decode(errors="replace")[-500:]
            )
            return None
        return drawn
