"""Takes away what readers were to have for a while, when its time is over, and lets their notices say so."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from database.clock import Clock
from database.connection import is_unavailable
from scheduler.withdrawing import Taker, at_once, raise_first, withdraw
from services.deletions import AT_ONCE as DELETIONS_AT_ONCE
from services.deletions import Outcome, PendingDeletion, Task
from services.errors import TryLater
from services.links import Delivery
from services.registry import Services

log = logging.getLogger(__name__)

TOO_OLD = "older than 48 hours"
"""Why a message is not even tried to be deleted."""

NOTICES = 100
"""Notices that are taken at once; how fast they are changed is the sender's to say, which lets others go first."""

AFTER_FAILURE = 60.0
"""Seconds before what failed unforeseen is tried again."""

GATHERING = timedelta(seconds=0.5)
"""How long what falls due is gathered, so that it takes few calls."""


class Lender(Taker, Protocol):
    """The bot, as far as it is needed here."""

    services: Services
    clock: Clock

    @property
    def caught_up(self) -> bool:
        """Whether everything that was sent while the bot was away has been taken in."""

    async def tell_of_deletion(self, deletion: PendingDeletion) -> tuple[Outcome, str | None]:
        """Let a notice say that the messages are gone; returns what became of it, and the reason."""

    async def learn(self, deletion: PendingDeletion, delivery: Delivery) -> None:
        """Send again what may have been sent before, to learn its message ids."""


async def delete_due(bot: Lender) -> datetime | None:
    """Delete what is due, 100 messages a call across readers. Returns when the next is.

    Raises:
        TryLater: Telegram has to be waited for; what was deleted until then is written down.
    """
    service = bot.services.deletions
    following = await service.next_due(Task.DELETE)
    if following is None or following > bot.clock.now():
        return following
    while await delete_some(bot):
        pass
    return _after(await service.next_due(Task.DELETE), bot.clock.now() + GATHERING)


async def delete_some(bot: Lender) -> bool:
    """Delete what is due, so many messages at a time that nobody waits long for their turn. Returns if there is more.

    Raises:
        TryLater: Telegram has to be waited for; what was deleted until then is written down.
    """
    service = bot.services.deletions
    async with service.turn:
        due = await service.due()
        if due:
            await _delete(bot, due)
    return len(due) == DELETIONS_AT_ONCE


async def tell_due(bot: Lender) -> datetime | None:
    """Let notices say that what they announced has happened, and look what came of deliveries that nobody finished.

    Returns when the next has something to say. What has to wait keeps nobody else's.
    """
    service = bot.services.deletions
    following = await service.next_due(Task.TELL, Task.LEARN)
    if following is None or following > bot.clock.now():
        return following
    due = await service.to_tell(NOTICES)
    jobs = [partial(_judged, bot, Task.TELL, each, partial(_tell, bot, each)) for each in due]
    caught_up = bot.caught_up  # else an update may be on its way again that learns it by itself
    for each, delivery in await service.to_learn() if caught_up else ():
        log.info("What came of %s is looked up by sending it again", each.cause)
        jobs.append(partial(_judged, bot, Task.LEARN, each, partial(bot.learn, each, delivery)))
    raise_first(await at_once(jobs))
    following = await service.next_due(Task.TELL, Task.LEARN)
    return following if len(due) == NOTICES else _after(following, bot.clock.now() + GATHERING)


def _after(following: datetime | None, earliest: datetime) -> datetime | None:
    return following and max(following, earliest)


async def _delete(bot: Lender, due: Sequence[PendingDeletion]) -> None:
    """Delete, and write down what became of each.

    Raises:
        BaseException: why some of it was not tried to the end.
    """
    service = bot.services.deletions
    old = {number: TOO_OLD for each in due if service.is_too_old(each) for number in each.message_ids}
    young = [number for each in due if old.keys().isdisjoint(each.message_ids) for number in each.message_ids]
    withdrawn = await withdraw(bot, young)
    refused, undone = {**old, **withdrawn.refused}, withdrawn.undone
    tried = [each for each in due if undone.isdisjoint(each.message_ids)]
    await service.deleted([each for each in tried if refused.keys().isdisjoint(each.message_ids)])
    for each in tried:
        if reasons := [refused[number] for number in each.message_ids if number in refused]:
            log.warning("%d messages to %d cannot be deleted: %s", len(reasons), each.chat_id, reasons[0])
            await service.ended(Task.DELETE, each, Outcome.FAILED, reasons[0])
    service.left([each for each in due if not undone.isdisjoint(each.message_ids)])
    withdrawn.raise_first()


async def _tell(bot: Lender, deletion: PendingDeletion) -> None:
    """Let one notice say that its messages are gone."""
    outcome, reason = await bot.tell_of_deletion(deletion)
    await bot.services.deletions.ended(Task.TELL, deletion, outcome, reason)


async def _judged(
    bot: Lender, task: Task, deletion: PendingDeletion, work: Callable[[], Awaitable[None]]
) -> None:  # fmt: skip
    """Do what is to be done for one deletion; what has to wait, or fails, keeps no other one."""
    try:
        await work()
    except TryLater as error:
        await bot.services.deletions.postponed(task, deletion, error.after)
    except Exception as error:  # one of the judges of a runner's failure: per deletion
        if is_unavailable(error):
            raise
        log.exception("%s for %s failed and is tried again", task.value, deletion.cause)
        await bot.services.deletions.postponed(task, deletion, AFTER_FAILURE)
