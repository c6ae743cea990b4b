"""Tells premium readers a day before their time is over."""

from __future__ import annotations

import logging
from typing import Any, Protocol

from database.cause import Cause
from services.premium import reminder
from services.registry import Services
from services.times import written

log = logging.getLogger(__name__)


class Teller(Protocol):
    """The bot, as far as it is needed here."""

    @property
    def services(self) -> Services:
        """The rules."""

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> bool:
        """Write to a person, once per cause and step; False when they cannot be written to any more."""


async def remind_premium_readers(bot: Teller) -> int:
    """Tell those whose premium ends within a day, each once; returns how many could be told.

    Raises:
        TryLater: Telegram has to be waited for; who was told until then is written down.
    """
    premium, told = bot.services.premium, 0
    zone = (await bot.services.settings.current()).timezone
    while due := await premium.to_remind():
        for each in due:
            at = written(each.until, zone)
            if await bot.told(
                each.user_id, "premium-reminder", cause=reminder(each), step="reminder", at=at, zone=zone
            ):
                told += 1
            await premium.reminded(each)
    return told
