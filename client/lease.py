"""Who may connect: the lease is held, renewed, and its loss noticed before anybody else can have it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import time

from database.connection import is_unavailable
from database.leases import Lease, Leases

log = logging.getLogger(__name__)


def owner_name() -> str:
    """A name for this start of this process, unlike any other's."""
    return f"{socket.gethostname()}:{secrets.token_hex(8)}"


def elapsed() -> float:
    """Seconds that passed, those of a suspended machine included: another process may have taken over meanwhile."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


MARGIN = 0.1
"""The part of a lease at its end in which we leave already: nobody may be let in while we go."""


AGAIN = 0.5
"""Seconds between two questions to a database that did not answer, at most: it is to be noticed when it is back."""


class LeaseKeeper:
    """Takes the lease of one bot and keeps it by renewing it three times per period."""

    def __init__(self, leases: Leases, *, owner: str, seconds: float) -> None:
        self._leases = leases
        self._owner = owner
        self._seconds = seconds
        self._until = 0.0
        self._lease: Lease | None = None
        self._renewer: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        self.away_since: float | None = None
        """Since when the database has not answered about the lease (monotonic); None while it does."""
        self.standing_by_since: float | None = None
        """Since when another process has been seen to hold the lease (monotonic); None when none is."""

    @property
    def epoch(self) -> int:
        """The number of this period of ownership; 0 before the first."""
        return self._lease.epoch if self._lease else 0

    def held(self) -> bool:
        """Whether the lease is certainly ours: counted from before its last renewal, on a clock that never stops."""
        return self._lease is not None and elapsed() < self._until - self._seconds * MARGIN

    async def acquire(self) -> int:
        """Wait for the lease, however long another process holds it. Returns its epoch."""
        self.standing_by_since = None
        while True:
            started = elapsed()
            lease = None
            asked = time.monotonic()
            try:
                lease = await self._ask()
            except Exception as error:
                if not is_unavailable(error) and not isinstance(error, TimeoutError):
                    raise
                self.away_since = self.away_since or asked
                log.warning("No lease yet, the database does not answer: %s", str(error) or type(error).__name__)
                await asyncio.sleep(min(AGAIN, self._seconds / 20))
                continue
            self.away_since = None
            if lease:
                self._lease = lease
                self._until = started + self._seconds
                self.lost.clear()
                self._renewer = asyncio.create_task(self._keep(lease))
                return lease.epoch
            if self.standing_by_since is None:
                self.standing_by_since = asked
                log.info("Another process holds the lease: standing by")
            await asyncio.sleep(self._seconds / 20)

    async def _ask(self) -> Lease | None:
        """Ask for the lease once. Told to end meanwhile, hear the answer and give back what was given."""
        asking = asyncio.ensure_future(self._leases.acquire(self._owner, self._seconds))
        try:
            async with asyncio.timeout(5):
                return await asyncio.shield(asking)
        except asyncio.CancelledError:
            await asyncio.wait([asking], timeout=1)
            if asking.done() and not asking.cancelled() and not asking.exception() and (lease := asking.result()):
                await self._give_back(lease)
            raise
        finally:
            asking.cancel()

    async def release(self) -> None:
        """Give the lease back, so that the next process need not wait for it to expire."""
        lease, self._lease = self._lease, None
        self._until = 0.0
        renewer, self._renewer = self._renewer, None
        if renewer:
            renewer.cancel()
            await asyncio.wait([renewer], timeout=1)
        if lease:
            await self._give_back(lease)

    async def _give_back(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(2):
                await self._leases.release(lease)
        except Exception as error:
            if not is_unavailable(error) and not isinstance(error, TimeoutError):
                raise
            log.warning("The lease was not released and expires by itself: %s", str(error) or type(error).__name__)

    async def _keep(self, lease: Lease) -> None:
        """Renew until it is lost: taken by another, or not renewed in time."""
        pause = self._seconds / 3
        while True:
            await asyncio.sleep(pause)
            started = elapsed()
            asked = time.monotonic()
            try:
                async with asyncio.timeout(
                    max(0.0, min(self._seconds / 3, self._until - self._seconds * MARGIN - started))
                ):
                    renewed = await self._leases.renew(lease)
            except Exception as error:  # whatever it is: nobody may go on believing that the lease is ours
                if self.epoch != lease.epoch:
                    return
                if is_unavailable(error) or isinstance(error, TimeoutError):
                    self.away_since = self.away_since or asked
                    log.warning("The lease was not renewed: %s", str(error) or type(error).__name__)
                else:
                    log.exception("The lease was not renewed")
                if not self.held():
                    break  # another process may have it by now, and nobody can tell us
                pause = min(AGAIN, self._seconds / 20)  # there is little time left
                continue
            if self.epoch != lease.epoch:  # given back; a cancellation may go unheard in the database's library
                return
            self.away_since = None
            if not renewed:
                log.error("Another process has taken the lease over")
                break
            self._until = started + self._seconds
            pause = self._seconds / 3
        self._until = 0.0
        self.lost.set()
