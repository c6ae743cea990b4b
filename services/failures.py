"""Decides when so many updates fail that the owner is to be told, and when it is over."""

from collections import deque

WINDOW = 300.0
"""Seconds that are looked back on."""

TOO_MANY = 0.05
"""The share of failed updates above which the owner is told."""

FEW_AGAIN = 0.025
"""The share down to which it counts as over: between the two nothing changes, so that nobody is told back and forth."""

FEWEST = 10
"""Updates in the window below which nothing is concluded from their share."""

FEWEST_FAILED = 3
"""Failed updates in the window below which the owner is not told: one of three is an accident."""

MANY = 200
"""Updates from which on their share says that it is over, however short the time. Fewer have to fill a whole window."""

_GRAIN = 10.0


class FailureRate:
    """Counts the updates of the last five minutes, and the failed ones among them. Seconds are monotonic.

    It takes a step for each `_GRAIN` seconds, so it looks back on up to that much more.
    """

    def __init__(self, began: float) -> None:
        """Begin with nothing counted, at this moment."""
        self._began = began
        self._steps: deque[list[float]] = deque()  # [from when, updates, failed]

    def count(self, *, failed: bool, now: float) -> None:
        """Count an update that ended."""
        if not self._steps or now - self._steps[-1][0] >= _GRAIN:
            self._steps.append([now, 0, 0])
            self._forget(now)
        self._steps[-1][1] += 1
        self._steps[-1][2] += failed

    def seen(self, now: float) -> tuple[int, int]:
        """Return how many updates ended in the window, and how many of them failed."""
        self._forget(now)
        return int(sum(step[1] for step in self._steps)), int(sum(step[2] for step in self._steps))

    def is_high(self, now: float) -> bool:
        """Tell whether so many failed that the owner is to be told."""
        updates, failed = self.seen(now)
        return updates >= FEWEST and failed >= FEWEST_FAILED and failed > TOO_MANY * updates

    def is_over(self, now: float) -> bool:
        """Tell whether it works again: updates came, and next to none of them failed.

        Silence proves nothing, nor do the first updates after a start.
        """
        updates, failed = self.seen(now)
        enough = updates >= MANY or (updates > 0 and now - self._began >= WINDOW)
        return enough and failed <= FEW_AGAIN * updates

    def _forget(self, now: float) -> None:
        while self._steps and now - self._steps[0][0] >= WINDOW + _GRAIN:
            self._steps.popleft()
