"""Decides whose chats a draft is shown in, and which of these cards do not say what is so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.draft_cards import DraftCard as DraftCard  # noqa: PLC0414 - what callers of `get` get
from database.draft_cards import View as View  # noqa: PLC0414 - what callers unfold
from services.drafts import BY_ITSELF, CHANGEABLE, Draft, DraftService

AT_ONCE: Final = 200
"""Drafts with news that are looked at together."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A card that does not say what is so, or is not there yet (`is_new`)."""

    draft: Draft
    user_id: int
    is_new: bool


class DraftCardService:
    """Knows what each of one bot's reviewers sees of its drafts.

    Nothing but the draft decides what a card says. Whoever brings one up to date holds its `turn`, so that no older
    state is shown over a newer one.
    """

    def __init__(self, database: BotDatabase, drafts: DraftService, clock: Clock) -> None:
        """Take the collections, the rules of drafts, and the time."""
        self._cards = database.draft_cards
        self._stored = database.drafts
        self._drafts = drafts
        self._clock = clock
        self._turns: WeakValueDictionary[tuple[str, int], asyncio.Lock] = WeakValueDictionary()

    def turn(self, code: str, user_id: int) -> asyncio.Lock:
        """Return who holds this may change a reviewer's card of a draft."""
        return self._turns.setdefault((code, user_id), asyncio.Lock())

    async def get(self, code: str, user_id: int) -> DraftCard | None:
        """Return the card of a draft that a reviewer has; None where they have none."""
        return await self._cards.get(code, user_id)

    async def begin(self, draft: Draft, user_id: int, cause: Cause) -> bool:
        """Note that a draft is about to be shown; False where that was begun before, and may have got through."""
        return await self._cards.begin(draft.code, user_id, cause, draft.version.number)

    async def put(self, card: DraftCard) -> None:
        """Write down what a reviewer sees."""
        await self._cards.put(card)

    async def remove(self, code: str, user_id: int) -> None:
        """Forget the card of somebody who decides nothing any more."""
        await self._cards.remove(code, user_id)

    async def stale(self) -> list[Stale]:
        """Return what is to be shown anew: what was changed before what is new, the oldest first.

        Drafts all of whose cards say what is so are written down as shown.
        """
        now = self._clock.now()
        due = await self._cards.due(now, AT_ONCE)
        drafts = {each.code: each for each in await self._stored.unshown(AT_ONCE)}
        unshown = set(drafts)
        for code in {card.code for card in due} - unshown:
            if draft := await self._stored.get(code):
                drafts[code] = draft
        cards: dict[str, list[DraftCard]] = {code: [] for code in drafts}
        for card in await self._cards.of(drafts):
            cards[card.code].append(card)
        found = {code: self._stale_of(draft, cards[code], now) for code, draft in drafts.items()}
        for code in unshown:
            if not found[code]:
                await self._stored.shown(code, drafts[code].revision)
        return sorted((each for some in found.values() for each in some), key=lambda each: each.is_new)

    async def next_due(self) -> datetime | None:
        """Return when the next card is to change by itself; None: there is none."""
        return await self._cards.next_due()

    def _stale_of(self, draft: Draft, cards: Sequence[DraftCard], now: datetime) -> list[Stale]:
        """List whose cards of a draft are not what they should be; who came since then is shown what is open."""
        known = {card.user_id for card in cards}
        old = [
            Stale(draft, card.user_id, is_new=False)
            for card in cards
            if card.revision < draft.revision or (card.until is not None and card.until <= now)
        ]
        if draft.state not in CHANGEABLE and draft.decided_by != BY_ITSELF:
            return old
        return old + [Stale(draft, each, is_new=True) for each in self._drafts.reviewers() if each not in known]
