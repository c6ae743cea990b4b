"""Works on bundles: tells how many files were collected, reads posts, copies what was collected, makes the link."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from database.clock import Clock
from services.bundles import News, ReadPosts
from services.errors import TryLater
from services.registry import Services

log = logging.getLogger(__name__)

Tell = Callable[[News], Awaitable[None]]
"""Tells a person what came of a step, once however often it is called."""


class Worker(Protocol):
    """The bot, as far as it is needed here."""

    services: Services
    clock: Clock

    @property
    def lease(self) -> Any:
        """The lease under which it runs; `epoch` is its number."""


async def work_on_bundles(bot: Worker, read: ReadPosts, tell: Tell) -> datetime | None:
    """Take the next step of the bundle that waits longest. Returns when there is more to do.

    A step is written down after it was told: a crash in between takes it again, which does and says nothing new.
    """
    bundles, epoch = bot.services.bundles, bot.lease.epoch
    bundle = await bundles.claim(epoch)
    if bundle is None:
        return await bundles.next_due()
    try:
        news = await bundles.work(bundle, read)
        if news.worth_telling:
            await tell(news)
    except TryLater as error:
        log.info("A bundle waits: %s", error)
        await bundles.postponed(bundle, epoch, error.after)
    else:
        await bundles.written(news, epoch)
    return bot.clock.now()
