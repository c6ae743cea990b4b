"""Tells the owner which stored files are gone, once for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from scheduler.telling import Card, Serving
from services.losses import LossReport


async def tell_losses(bot: Serving, card_of: Callable[[LossReport], Card]) -> datetime | None:
    """Tell the owner what is gone. Returns when there is more to tell.

    An owner who cannot be written to learns it when they can.
    """
    losses = bot.services.losses
    report = await losses.report()
    if report is None:
        return await losses.next_due()
    if report.shown:
        card, owner = card_of(report), bot.services.access.owner_id
        await bot.told(owner, card.key, cause=report.cause, step="lost", keyboard=card.keyboard, **card.args)
    await losses.told(report)
    return bot.clock.now()
