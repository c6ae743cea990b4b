"""Decides what a press of "I joined" counts for: membership of the target channel is seen where it can be."""

from typing import Final

from database.cause import Cause
from services.clicks import ClickService
from services.fsub import ForceSubscribe, Place
from services.required import Chats
from services.sequences import SequenceService

JOINED: Final = "joined"
"""The name of the click of whoever joined; conditions of steps ask for it."""

EARLY: Final = "joined-early"
"""What a press is recorded as of somebody who has not joined, or of whom it cannot be told now."""


class JoiningService:
    """The presses of "I joined" of one bot's readers."""

    def __init__(self, fsub: ForceSubscribe, clicks: ClickService, sequences: SequenceService) -> None:
        """Take who knows the members, and where presses are recorded."""
        self._fsub = fsub
        self._clicks = clicks
        self._sequences = sequences

    async def look(self, user_id: int, telegram: Chats) -> Place:
        """Tell whether somebody is in the target channel; may take `services.fsub.PATIENCE`.

        Without a target channel nobody's place can be seen.
        """
        target = self._fsub.chats.target
        return Place.HIDDEN if target is None else await self._fsub.place_in(target, user_id, telegram)

    async def press(self, user_id: int, place: Place, cause: Cause) -> bool:
        """Record a press, once per cause; returns whether it counts as joining.

        It does for members, and for everybody where nobody's place can be seen: then their word is all there is.
        """
        counts = place in {Place.INSIDE, Place.HIDDEN}
        await self._clicks.record(user_id, JOINED if counts else EARLY, cause)
        if counts:
            await self._sequences.clicked(user_id, JOINED)
        return counts

    async def success_text(self) -> str | None:
        """Return what the owner's sequences say to whoever joined; None where they leave that to the bot."""
        return await self._sequences.answer_to(JOINED)
