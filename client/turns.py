"""Who sends next where all of them may not send at once: better lanes first, and in a lane whoever came first."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from client.flow import Flow

Waiter = tuple["asyncio.Future[None]", float]
"""Who is told that it is their turn, and what they send."""


class Line:
    """Waits for one flow; each who has waited is told for themselves, so that a long line costs nothing."""

    def __init__(self, flow: Flow, now: Callable[[], float], lanes: int) -> None:
        self.flow = flow
        self._now = now
        self._waiting: tuple[deque[Waiter], ...] = tuple(deque() for _ in range(lanes))
        self._ahead = [0.0] * lanes
        self._timer: asyncio.TimerHandle | None = None

    def wait(self, lane: int, price: float) -> float:
        """Seconds until somebody who comes now in this lane has their turn, as far as it is known now; 0: at once."""
        return self.flow.wait(price, self._now(), sum(self._ahead[: lane + 1]))

    def take(self, price: float) -> None:
        """Send without waiting; the others wait for it."""
        self.flow.take(price, self._now())

    async def turn(self, lane: int, price: float) -> None:
        """Return when it is this one's turn; its price is taken then."""
        if not self.wait(lane, price):
            self.take(price)
            return
        waiter = asyncio.get_running_loop().create_future(), price
        self._waiting[lane].append(waiter)
        self._ahead[lane] += price
        if len(self._waiting[lane]) == 1:
            self._go_on()
        try:
            await waiter[0]
        except asyncio.CancelledError:
            if waiter in self._waiting[lane]:
                self._waiting[lane].remove(waiter)
                self._ahead[lane] -= price
            else:
                self.flow.give_back(price)
            raise

    def _go_on(self) -> None:
        """Tell those whose turn it is, and come back when it is the next one's."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = self._now()
        for lane, waiting in enumerate(self._waiting):
            while waiting:
                told, price = waiting[0]
                if wait := self.flow.wait(price, now):
                    self._timer = asyncio.get_running_loop().call_later(wait, self._go_on)
                    return
                waiting.popleft()
                self._ahead[lane] -= price
                if not told.cancelled():
                    self.flow.take(price, now)
                    told.set_result(None)
