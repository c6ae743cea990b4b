"""Tells uploaders how the processing of their files goes: one message for what was asked together, kept up to date."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from database.cause import Cause
from database.processing import Job, Notice
from scheduler.progress import CHANGE_EVERY, ProgressTeller
from scheduler.telling import Card, Teller
from services.processing import ProcessingService

log = logging.getLogger(__name__)

NAMED = 10
"""Files that are named, each with the reason why it stays as it was."""


class Reteller(Teller, Protocol):
    """The bot, as far as it is needed here."""

    async def tell(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> int:
        """Write to a person, once per cause and step; returns the message's id."""

    async def retell(self, user_id: int, message_id: int, key: str, *, keyboard: Any = None, **args: object) -> None:
        """Change a message that was told."""


class Cards(Protocol):
    """What the words are (plugins.processing_cards)."""

    def progress(self, notice: Notice, share: float) -> Card:
        """Say how it goes, or how it went."""

    def failures(self, notice: Notice, failed: Sequence[Job]) -> Card:
        """Say which files stay as they were sent, and why."""


@dataclass
class _Shown:
    """What a person sees of a notice: the message, what it says, and when that may change."""

    message_id: int
    key: str
    args: dict[str, Any]
    since: datetime


class NoticeKeeper:
    """Keeps the messages of one bot up to date.

    Nothing of it has to be remembered: which message it is comes from its cause, what it is to say from the jobs.
    """

    def __init__(self, bot: Reteller, processing: ProcessingService, cards: Cards) -> None:
        """Take who tells, what there is to tell, and the words."""
        self._bot = bot
        self._processing = processing
        self._cards = cards
        self._began = bot.clock.now()
        self._shown: dict[str, _Shown] = {}
        self._teller = ProgressTeller()

    async def look(self) -> datetime | None:
        """Tell what is new. Returns when to look again."""
        now = self._bot.clock.now()
        notices = await self._processing.notices()
        jobs = {f"processing {each.id}": partial(self._tell, each, now) for each in notices}
        return await self._teller.tell(jobs, now)

    async def _tell(self, notice: Notice, now: datetime) -> None:
        refused = notice.failed == notice.total and notice.id not in self._shown and notice.first.failures == 0
        if not refused:  # what was never begun has no progress
            await self._show(notice, now)
        if not notice.is_over:
            return
        if notice.failed:
            failed = await self._processing.failures(notice, NAMED)
            await self._say_failed(notice, self._cards.failures(notice, failed), failed)
        await self._processing.told(notice)
        self._shown.pop(notice.id, None)

    async def _show(self, notice: Notice, now: datetime) -> None:
        card = self._cards.progress(notice, self._processing.share(notice))
        shown = self._shown.get(notice.id)
        if shown is None:
            cause = Cause(f"processing:{notice.id}")
            number = await self._bot.tell(
                notice.by, card.key, cause=cause, step="progress", keyboard=card.keyboard, **card.args
            )
            shown = self._shown[notice.id] = _Shown(number, card.key, card.args, now)
            if notice.first.asked_at >= self._began:
                return
        elif (shown.key, shown.args) == (card.key, card.args) or (
            not notice.is_over and now < shown.since + CHANGE_EVERY
        ):
            return
        await self._bot.retell(notice.by, shown.message_id, card.key, keyboard=card.keyboard, **card.args)
        self._shown[notice.id] = _Shown(shown.message_id, card.key, card.args, now)

    async def _say_failed(self, notice: Notice, card: Card, failed: Sequence[Job]) -> None:
        cause = Cause(f"processing:{notice.id}")
        step = f"failed {failed[0].id}" if failed else "failed"
        if not await self._bot.told(notice.by, card.key, cause=cause, step=step, keyboard=card.keyboard, **card.args):
            log.info("Nobody is there to be told which files were not processed")
