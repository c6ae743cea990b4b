"""Decides who passes the gate without a verification: premium readers, until their time is over."""

from datetime import datetime, timedelta
from typing import Final

from database.cause import Cause
from database.clock import Clock
from database.premium import Premium as Premium  # noqa: PLC0414 - what a page of premium readers has
from database.premium import Premiums
from services.audit import AuditLog
from services.errors import UserError
from services.times import seconds_in

REMINDED_BEFORE: Final = timedelta(days=1)
"""How long before the end a premium reader is told of it."""

LEAST: Final = timedelta(minutes=1)
MOST: Final = timedelta(days=3660)
"""What can be given at once."""

REMINDED_AT_ONCE: Final = 100
"""Readers that one look for reminders takes up."""


class PremiumService:
    """One bot's premium readers. It has nothing to do with Telegram Premium."""

    def __init__(self, premiums: Premiums, audit: AuditLog, clock: Clock) -> None:
        """Take the collection, and the log of changes."""
        self._premiums = premiums
        self._audit = audit
        self._clock = clock

    def time_in(self, words: str) -> timedelta:
        """Read for how long somebody gets premium.

        Raises:
            UserError: `premium-time`.
        """
        seconds = seconds_in(words)
        if seconds is None or not LEAST <= timedelta(seconds=min(seconds, 10**9)) <= MOST:
            raise UserError("premium-time")
        return timedelta(seconds=seconds)

    async def until(self, user_id: int) -> datetime | None:
        """Return until when a reader has premium; None where they have none."""
        found = await self._premiums.get(user_id)
        return found.until if found and found.until > self._clock.now() else None

    async def give(self, user_id: int, lasts: timedelta, *, by: int, cause: Cause) -> datetime | None:
        """Give premium, on top of what is left, once per cause; returns until when, None where it was taken since."""
        premium = await self._premiums.give(user_id, lasts, by, cause, self._clock.now())
        await self._audit.catch_up()
        return premium.until if premium else None

    async def take(self, user_id: int, *, by: int, cause: Cause) -> None:
        """End somebody's premium at once, once per cause; for who has none nothing changes."""
        await self._premiums.take(user_id, by, cause, self._clock.now())
        await self._audit.catch_up()

    async def page(self, skip: int, size: int) -> list[Premium]:
        """Return a page of those who have premium, the first to end first."""
        return await self._premiums.page(self._clock.now(), skip, size)

    async def to_remind(self) -> list[Premium]:
        """Return readers whose premium ends within a day and who were not told; who got it for less is not."""
        return await self._premiums.ending(self._clock.now(), REMINDED_BEFORE, REMINDED_AT_ONCE)

    async def reminded(self, premium: Premium) -> None:
        """Write down that a reader knows."""
        await self._premiums.told(premium)


def reminder(premium: Premium) -> Cause:
    """Name the cause of a reminder: one for each end."""
    return Cause(f"job:premium:{premium.user_id}:{int(premium.until.timestamp())}")
