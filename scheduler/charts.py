"""Draws the charts that were asked for, and shows each to whoever asked."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Protocol

from database.cause import Cause
from scheduler.telling import Leased, Serving
from services.errors import TryLater

log = logging.getLogger(__name__)


class Shower(Serving, Leased, Protocol):
    """The bot, as far as it is needed here."""

    async def shown(self, user_id: int, picture: bytes, key: str, *, cause: Cause, step: str) -> bool:
        """Show a person a picture (PNG) with a text under it, as `told` writes."""


async def show_charts(bot: Shower) -> datetime | None:
    """Draw the chart that waits longest, and show it. Returns when there is another.

    It is written down as shown after it was: a crash in between draws it again, and sends nothing.
    """
    charts, epoch = bot.services.charts, bot.lease.epoch
    asked = await charts.claim(epoch)
    if asked is None:
        return await charts.next_due()
    drawn = await charts.draw(asked)
    try:
        if drawn is None:
            await bot.told(asked.to, "chart-missing", cause=asked.cause, step=asked.kind)
        else:
            await bot.shown(asked.to, drawn, asked.caption, cause=asked.cause, step=asked.kind)
    except TryLater as error:
        log.info("A chart waits: %s", error)
        await charts.postpone(asked, epoch, error.after)
    else:
        await charts.finish(asked, epoch)
    return bot.clock.now()
