"""Decides when readers lose what they got: written down before it is sent, at its time, through whatever happens."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from database.cause import Cause
from database.clock import Clock
from database.deletions import Deletions, Outcome, PendingDeletion, Task
from database.job_runs import JobReport
from services.access import Access
from services.links import Delivery, LinkService

__all__ = ["DeletionService", "Outcome", "PendingDeletion", "Task"]

LEARN_AFTER = timedelta(minutes=2)
"""When to look what came of a delivery: no handler takes longer than that."""

AT_ONCE = 1000
"""Deletions that are handed out at once."""

LATE = timedelta(hours=6)
"""After how long nobody waits for what they asked for any more: what was not sent until then is not sent."""

DELETABLE = timedelta(hours=48, minutes=1)
"""After how long Telegram lets no bot delete a message any more, with a minute for the clocks."""

_SOON = timedelta(seconds=5)
"""A due time for which whoever waits is woken; it looks at least that often by itself."""
_LEARNED_AT_ONCE = 16


class DeletionService:
    """What one bot takes away from its readers again."""

    def __init__(self, deletions: Deletions, links: LinkService, access: Access, clock: Clock) -> None:
        """Take the collection, and who knows whether a link is still open, and who may open it."""
        self._deletions = deletions
        self._links = links
        self._access = access
        self._clock = clock
        self.came = asyncio.Event()
        """Set when something is due soon, for whoever waits for `next_due`."""
        self.went = asyncio.Event()
        """Set when messages were deleted, for whoever waits to tell their readers."""
        self.turn = asyncio.Lock()
        """Held while messages are taken away: who wakes at a due time and who looks every minute take turns."""
        self._report = JobReport()

    async def begin(
        self, delivery: Delivery, *, reader: int, cause: Cause, random_ids: Sequence[int]
    ) -> PendingDeletion:
        """Write down what is about to be sent in a reader's own chat, before it is; a replay gets the first one.

        Where it `is_known`, everything was sent and is not to be sent again.
        """
        now = self._clock.now()
        stays = timedelta(seconds=delivery.auto_delete)
        new = PendingDeletion(
            cause=cause,
            unique_id=delivery.link.code,
            user_id=reader,
            chat_id=reader,
            random_ids=tuple(random_ids),
            seconds=delivery.auto_delete,
            begun_at=now,
            delete_at=now + stays,
            names=delivery.names if delivery.caption_template else {},
        )
        return await self._deletions.begin(new, now + min(LEARN_AFTER, stays / 2))

    async def arrived(
        self, deletion: PendingDeletion, message_ids: Sequence[int], notice_id: int, *, ago: timedelta
    ) -> None:
        """Write down what the messages became; they go their time after they arrived, so long ago."""
        now = self._clock.now()
        delete_at = now + timedelta(seconds=deletion.seconds) - ago
        await self._deletions.arrived(deletion, message_ids, notice_id, delete_at)
        if delete_at - now < _SOON:
            self.came.set()

    async def broken_off(
        self, deletion: PendingDeletion, message_ids: Sequence[int], reason: str, *, gone: bool = False
    ) -> None:
        """Write down that a delivery ended early: what arrived of it goes in time, and nobody sends the rest.

        `gone` tells that the reader cannot be reached any more.
        """
        if message_ids:
            await self._deletions.broken_off(deletion, message_ids)
            return
        outcome = Outcome.GONE if gone else Outcome.FAILED
        await self._deletions.ended(Task.LEARN, deletion, outcome, self._clock.now(), reason)

    async def to_learn(self) -> list[tuple[PendingDeletion, Delivery]]:
        """Return deliveries of which nobody knows what came of them, to be sent again: what was sent before is not.

        Only what may still be sent for the first time: its time is not over, its link is open, and who asked is not
        banned. The others wait until their time is over; then what arrived of them goes, or they have failed.
        """
        now = self._clock.now()
        found = []
        for each in await self._deletions.due(Task.LEARN, now, _LEARNED_AT_ONCE):
            over = min(each.delete_at, each.begun_at + LATE)
            if now >= over:
                await self.broken_off(each, each.message_ids, "nobody learned whether it arrived")
                continue
            banned = self._access.is_banned(each.user_id)
            delivery = None if banned else await self._links.still_open(each.unique_id, each.names)
            if delivery is None:
                await self._deletions.postpone(Task.LEARN, each, over)
            else:
                found.append((each, delivery))
        return found

    async def due(self) -> list[PendingDeletion]:
        """Return up to `AT_ONCE` deletions whose messages are to go now, the longest waiting first."""
        return await self._deletions.due(Task.DELETE, self._clock.now(), AT_ONCE)

    def is_too_old(self, deletion: PendingDeletion) -> bool:
        """Tell whether Telegram certainly refuses to delete this any more: one such message spoils a whole call."""
        return self._clock.now() - deletion.sent_at > DELETABLE

    async def deleted(self, deletions: Sequence[PendingDeletion]) -> None:
        """Write down that their messages are gone."""
        await self._deletions.deleted(deletions, self._clock.now())
        if deletions:
            self._report += JobReport(deleted=sum(len(each.message_ids) for each in deletions))
            self.went.set()

    async def to_tell(self, limit: int) -> list[PendingDeletion]:
        """Return up to `limit` deletions whose notice is still to say that the messages are gone."""
        return await self._deletions.due(Task.TELL, self._clock.now(), limit)

    async def ended(self, task: Task, deletion: PendingDeletion, outcome: Outcome, reason: str | None = None) -> None:
        """Put a deletion away whose task is done, or can never be, with the reason."""
        await self._deletions.ended(task, deletion, outcome, self._clock.now(), reason)
        if task is Task.DELETE:
            self._report += JobReport(failed=len(deletion.message_ids))

    def left(self, deletions: Sequence[PendingDeletion]) -> None:
        """Note that these were due and have to wait."""
        self._report += JobReport(skipped=sum(len(each.message_ids) for each in deletions))

    def report(self) -> JobReport:
        """Return what became of messages since this was asked last, by whomever they were taken away."""
        report, self._report = self._report, JobReport()
        return report

    async def postponed(self, task: Task, deletion: PendingDeletion, seconds: float) -> None:
        """Put off what has to wait; nobody else's waits with it."""
        await self._deletions.postpone(task, deletion, self._clock.now() + timedelta(seconds=seconds))

    async def next_due(self, *tasks: Task) -> datetime | None:
        """Return when something of this is to be done next; None when nothing waits."""
        return await self._deletions.next_due(*tasks)
