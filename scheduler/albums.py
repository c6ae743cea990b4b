"""Answers albums: an album is complete after a silence, so no handler can be the one that answers it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from database.connection import is_unavailable
from scheduler.telling import CATCHING_UP, Card, Listening
from services.albums import AlbumReady
from services.errors import TryLater

log = logging.getLogger(__name__)


async def answer_albums(bot: Listening, card_of: Callable[[AlbumReady], Card]) -> datetime | None:
    """Store what is complete and tell its sender. Returns when the next album is.

    An album is finished only after its sender was told: a crash in between tells again, which sends nothing new.
    While the bot is still catching up, silence proves nothing: the rest of an album may be on its way.
    """
    if not bot.caught_up:
        return bot.clock.now() + CATCHING_UP
    for ready in await bot.services.albums.complete_due():
        await answer(bot, ready, card_of)
    return await bot.services.albums.next_due()


async def answer(bot: Listening, ready: AlbumReady, card_of: Callable[[AlbumReady], Card]) -> None:
    """Answer one album; what is wrong with it keeps no other one waiting."""
    if ready.failure:
        log.error("The album %s could not be stored and is tried again", ready.cause, exc_info=ready.failure)
        return
    card = card_of(ready)
    try:
        told = await bot.told(ready.by, card.key, cause=ready.cause, step="stored", keyboard=card.keyboard, **card.args)
    except TryLater as error:
        await bot.services.albums.postponed(ready, error.after)
        return
    except Exception as error:  # one of the judges of a runner's failure: per album
        if is_unavailable(error):
            raise
        log.exception("The album %s could not be answered and is tried again", ready.cause)
        return
    if not told:
        log.info("Nobody is there to be told of the album %s", ready.cause)
    await bot.services.albums.finished(ready)
