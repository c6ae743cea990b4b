"""Answers albums: an album is complete after a silence, so no handler can be the one that answers it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from database.cause import Cause
from services.albums import AlbumReady
from services.registry import Services

log = logging.getLogger(__name__)


class Card(Protocol):
    """What a person is told: a text's key, its arguments and its buttons."""

    key: str
    args: dict[str, object]
    keyboard: Any


class Teller(Protocol):
    """The bot, as far as it is needed here."""

    services: Services

    async def tell(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> int:
        """Write to a person, once per cause and step."""


async def answer_albums(bot: Teller, card_of: Callable[[AlbumReady], Card]) -> datetime | None:
    """Store what is complete and tell its sender. Returns when the next album is.

    An album is finished only after its sender was told: a crash in between tells again, which sends nothing new.
    """
    for ready in await bot.services.albums.complete_due():
        if ready.failure:
            log.error("The album %s could not be stored and is tried again", ready.cause, exc_info=ready.failure)
            continue
        card = card_of(ready)
        await bot.tell(ready.by, card.key, cause=ready.cause, step="stored", keyboard=card.keyboard, **card.args)
        await bot.services.albums.finished(ready)
    return await bot.services.albums.next_due()
