"""Tells the owner which stored files are gone, once for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from database.cause import Cause
from database.clock import Clock
from services.losses import LossReport
from services.registry import Services


class Card(Protocol):
    """What a person is told: a text's key, its arguments and its buttons."""

    key: str
    args: dict[str, object]
    keyboard: Any


class Teller(Protocol):
    """The bot, as far as it is needed here."""

    services: Services

    clock: Clock

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> bool:
        """Write to a person, once per cause and step; False when they cannot be written to any more."""


async def tell_losses(bot: Teller, card_of: Callable[[LossReport], Card]) -> datetime | None:
    """Tell the owner what is gone. Returns when there is more to tell.

    An owner who cannot be written to learns it from the links' cards.
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
