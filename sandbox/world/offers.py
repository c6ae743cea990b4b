"""What bots offered to people who wrote their names in a chat: to be chosen from for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

CHOSEN_WITHIN: Final = 3600.0
"""Seconds for which a result may be chosen after it was shown."""

KEPT: Final = 10_000
"""Answers that are kept at most, the newest."""

Question = tuple[int, str, str]
"""The bot, what was written after its name, and the offset."""


@dataclass(slots=True)
class Offer:
    """One answer of a bot to one person; `again_until` is until when the same question gets it once more."""

    bot: int
    user: int
    results: Any
    sent: dict[str, Any]
    until: float
    again_until: float
    private: bool


class Offers:
    """The answers to inline queries; in memory only, as nobody comes back to one after a restart."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_query: OrderedDict[int, Offer] = OrderedDict()
        self._by_question: dict[Question, int] = {}

    def keep(self, query_id: int, question: Question, offer: Offer) -> None:
        """Keep an answer; the same question gets it again as long as its bot allows."""
        self._by_query[query_id] = offer
        self._by_question[question] = query_id
        if len(self._by_query) > KEPT:
            self._by_query.popitem(last=False)

    def again(self, question: Question, user: int) -> Offer | None:
        """The answer that a question got before, while it may be given again: to the same person, or to anybody."""
        offer = self._by_query.get(self._by_question.get(question, 0))
        if offer is None or self._clock() >= offer.again_until or (offer.private and offer.user != user):
            return None
        return offer

    def get(self, query_id: int, user: int) -> Offer | None:
        """An answer that a person was given and may still choose from."""
        offer = self._by_query.get(query_id)
        if offer is None or self._clock() >= offer.until or (offer.private and offer.user != user):
            return None
        return offer
