"""One reader's turn in a broadcast: their message, and its pin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from database.cause import Cause
from database.outgoing import Outgoing
from scheduler.broadcast_hand import Hand
from scheduler.telling import Leased, Serving
from services.errors import TryLater
from services.posted import Posted
from services.refusals import Refusal

STEP: Final = "message"
"""The step of what readers get; with the broadcast's cause and the reader it makes the random_id."""


class Caster(Serving, Leased, Protocol):
    """The bot, as far as it is needed here."""

    @property
    def sending_width(self) -> int:
        """How many messages are kept under way now."""

    async def post_broadcast(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        """Send a reader their message, once per cause and step."""

    async def post_pin(self, to: int, message_id: int) -> Posted:
        """Pin a message in a reader's chat."""

    async def answers(self) -> bool:
        """Whether Telegram answers at all."""

    async def meet_readers(self, user_ids: Sequence[int]) -> None:
        """Learn how readers are addressed, before they are written to one by one."""


async def take_turn(bot: Caster, hand: Hand, reader: int) -> tuple[Posted, float | None]:
    """Send, and pin. Returns what became of it, and the seconds after which it is to be pinned, if it is not."""
    broadcast = hand.broadcast
    known = hand.sent_before(reader)
    if known:
        posted = Posted(known)
    else:
        cause = broadcast.send_cause
        posted = await bot.post_broadcast(reader, broadcast.content, cause=cause, step=STEP)
    if not posted.arrived or not posted.message_ids or not broadcast.options.pin:
        return posted, None
    try:
        pinned = await bot.post_pin(reader, posted.message_ids[0])
    except TryLater as error:  # the message is there: that alone is to be done later
        return posted, error.after
    return posted, pinned.after if pinned.refusal is Refusal.PASSING else None
