"""Keeps what reviewers see of drafts true: each in their own chat, and a decision before what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias

from database.draft import DraftState
from scheduler.progress import CHANGE_EVERY, LOOK_EVERY, ProgressTeller
from scheduler.telling import Serving
from services.draft_cards import Stale

Bring: TypeAlias = Callable[[str, int], Awaitable[None]]
"""What brings a reviewer's card of a draft up to date (plugins.draft_board)."""

TOGETHER: Final = 5
"""Cards in one chat between two looks: what was decided meanwhile comes before the others."""


class DraftCards:
    """Brings the cards of one bot's drafts up to date.

    What they should say, and what they do say, is in the database. Here is only remembered what need not be told yet:
    how publishing goes is shown every `CHANGE_EVERY` at most, its beginning and its end at once.
    """

    def __init__(self, bot: Serving, bring: Bring) -> None:
        """Take who tells, and how."""
        self._bot = bot
        self._bring = bring
        self._tellers: dict[int, ProgressTeller] = {}
        self._going: dict[tuple[str, int], datetime] = {}

    async def look(self) -> datetime | None:
        """Bring some cards up to date in every chat. Returns when to look again."""
        now, cards = self._bot.clock.now(), self._bot.services.draft_cards
        stale = await cards.stale()
        self._going = {card: at for card, at in self._going.items() if now < at + CHANGE_EVERY}
        await self._bot.services.access.refresh()
        ready = [each for each in stale if not self._can_wait(each)]
        chats: dict[int, dict[str, Callable[[], Awaitable[None]]]] = {}
        for each in ready:
            name = f"the card of draft {each.draft.code}"
            chats.setdefault(each.user_id, {})[name] = partial(self._tell, each, now)
        told = sum(await asyncio.gather(*(self._in_chat(user, what, now) for user, what in chats.items())))
        due = await cards.next_due()
        if told:
            return now
        return min((each for each in (due, now + LOOK_EVERY if stale else None) if each), default=None)

    async def _in_chat(self, user_id: int, what: Mapping[str, Callable[[], Awaitable[None]]], now: datetime) -> int:
        teller = self._tellers.setdefault(user_id, ProgressTeller())
        return await teller.tell_some(what, now, TOGETHER)

    async def _tell(self, stale: Stale, now: datetime) -> None:
        await self._bring(stale.draft.code, stale.user_id)
        if stale.draft.state is DraftState.PUBLISHING:
            self._going[stale.draft.code, stale.user_id] = now

    def _can_wait(self, stale: Stale) -> bool:
        """Whether publishing goes on as was told a moment ago."""
        return stale.draft.state is DraftState.PUBLISHING and (stale.draft.code, stale.user_id) in self._going
