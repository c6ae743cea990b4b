"""Brings the owner what they could not be told, once they can be: one after the other, in order."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final, Protocol

from database.letters import Letter
from scheduler.telling import Leased, Serving
from services.errors import TryLater

log = logging.getLogger(__name__)

PAUSE: Final = timedelta(seconds=1)
"""Between two letters: Telegram takes about one message a second for a chat, and answers come first."""


class Postman(Serving, Leased, Protocol):
    """The bot, as far as it is needed here."""

    async def bring(self, letter: Letter) -> bool:
        """Send the owner a letter, once; False when they still cannot be written to."""


async def bring_letters(bot: Postman) -> datetime | None:
    """Bring the oldest letter that may be brought. Returns when there is another."""
    letters, epoch = bot.services.letters, bot.lease.epoch
    letter = await letters.claim(epoch)
    if letter is None:
        return await letters.next_due()
    try:
        if not await bot.bring(letter):
            await letters.wait(letter, epoch)
            return bot.clock.now()
    except TryLater as error:
        log.info("A letter to the owner waits: %s", error)
        await letters.postpone(letter, epoch, error.after)
        return bot.clock.now()
    await letters.arrived(letter, epoch)
    return bot.clock.now() + PAUSE
