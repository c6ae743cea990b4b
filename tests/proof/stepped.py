"""`python stepped.py CLOCK PROGRAM …`: runs a program on a machine whose clock is as far off as the file CLOCK says.

The file has seconds; at SIGUSR1 it is read again. Off is all that Python calls the time of day: `time.time`,
`datetime.now`, X
"""

from __future__ import annotations

import runpy
import signal
import sys
from datetime import timedelta
from pathlib import Path

import time_machine


class SteppedClock:
    """The time of day as this process sees it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._off = 0.0
        self._true = time_machine.travel(timedelta(0)).start()

    def look(self, *_: object) -> None:
        """See how far off the clock is now."""
        off = float(self._file.read_text(encoding="ascii"))
        self._true.shift(off - self._off)
        self._off = off


def main() -> None:
    """Become the program."""
    clock = SteppedClock(Path(sys.argv[1]))
    signal.signal(signal.SIGUSR1, clock.look)
    clock.look()
    del sys.argv[:2]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
