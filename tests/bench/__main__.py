"""`python -m tests.bench`: measure, and print one table. Ends with 1 only if something did not arrive."""

from __future__ import annotations

import argparse
import asyncio
import logging
import platform
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.bench.extent import FULL, QUICK, Extent
from tests.bench.figures import Figure, table
from tests.bench.measures import MEASURES
from tests.bench.rig import make_rig


async def measure(names: list[str], extent: Extent) -> tuple[list[Figure], list[str]]:
    """Make the named measurements. Returns the table's lines, and what did not arrive."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="draftkeep-bench-") as folder:
        async with make_rig(Path(folder), 500) as rig:
            for name in names:
                started = time.monotonic()
                figures += await MEASURES[name](rig, extent)
                print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
            return figures, rig.lost


def main() -> int:
    """Run the command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, for trying")
    parser.add_argument("--only", action="append", choices=list(MEASURES), help="may be repeated")
    parser.add_argument("--runs", type=int, metavar="N", help="other than the usual number of runs")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    extent = QUICK if given.quick else FULL
    extent = replace(extent, runs=given.runs or extent.runs)
    figures, lost = asyncio.run(measure(given.only or list(MEASURES), extent))
    print(f"\nPython {platform.python_version()}, {platform.machine()}; {extent.runs} alternating runs,", end=" ")
    print("median (lowest .. highest); the server is the local sandbox, not Telegram.\n")
    print(table(figures))
    for line in lost:
        print(f"DID NOT ARRIVE: {line}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
