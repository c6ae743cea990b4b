"""Deletes broadcasts where readers have them, at their time or when somebody says so, and changes them there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from database.broadcast import Broadcast
from database.broadcast_chunk import Chunk
from database.outgoing import Outgoing
from scheduler.telling import Leased, Serving
from scheduler.withdrawing import Taker, at_once, raise_first, withdraw
from services.broadcast_recalls import Recall
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal

log = logging.getLogger(__name__)

EDITED_TOGETHER: Final = 32
"""Messages after whose change is written down how far it is."""

SOON: Final = timedelta(seconds=0.5)
"""When to look again while what was being sent is not written down yet."""


class Recaller(Serving, Leased, Taker, Protocol):
    """The bot, as far as it is needed here."""

    @property
    def sending_width(self) -> int:
        """How many messages are kept under way now."""

    async def answers(self) -> bool:
        """Whether Telegram answers at all."""

    async def post_edit(self, to: int, message_ids: Sequence[int], out: Outgoing) -> Posted:
        """Change a message that a reader has."""


async def delete_due_broadcasts(bot: Recaller) -> datetime | None:
    """Delete the messages of broadcasts whose time is up, from every reader. Returns when there are more.

    Raises:
        TryLater: Telegram has to be waited for; what was deleted until then is written down.
    """
    recalls = bot.services.broadcasts.recalls
    while True:
        async with recalls.turn:
            recall = await recalls.due(bot.lease.epoch)
            if recall is None:
                return await recalls.next_due()
            await _delete(bot, recall, due=True)


async def go_over_broadcasts(bot: Recaller) -> datetime | None:
    """Delete or change everywhere what somebody said is to be. Returns when it goes on.

    Raises:
        TryLater: Telegram has to be waited for; what was done until then is written down.
    """
    recalls, following = bot.services.broadcasts.recalls, None
    for broadcast in await recalls.passes():
        if broadcast.code in bot.services.broadcasts.work.in_hand:
            following = bot.clock.now() + SOON
            continue
        known: Broadcast | None = broadcast
        while known and (chunk := await recalls.next_chunk(known, bot.lease.epoch)):
            if recalls.deletes(known):
                async with recalls.turn:
                    await _delete(bot, recalls.everything(chunk), due=False)
                await recalls.chunk_over(known, chunk)
            else:
                await _edit(bot, known, chunk)
            known = await recalls.as_it_is(known)
        if known:
            await recalls.end_pass(known)
    return following


async def _delete(bot: Recaller, recall: Recall, *, due: bool) -> None:
    """Delete what is to be deleted of a chunk, 100 messages a call across readers, and write down what became of it."""
    recalls, withdrawn = bot.services.broadcasts.recalls, await withdraw(bot, recall.numbers)
    if refused := withdrawn.refused:
        log.warning("%d messages of a broadcast stay: %s", len(refused), next(iter(refused.values())))
    held = await recalls.taken_back(recall, refused, withdrawn.undone, due=due)
    if due and withdrawn.undone:
        recalls.left(len(withdrawn.undone))
    withdrawn.raise_first()
    if not held:
        raise TryLater(1.0, "another process goes on with the broadcast")


async def _edit(bot: Recaller, broadcast: Broadcast, chunk: Chunk) -> None:
    """Change what a chunk's readers have; who has to wait has their turn again, and keeps nobody else.

    Raises:
        TryLater: Telegram has to be waited for; what was done until then is written down.
    """
    recalls = bot.services.broadcasts.recalls
    progress = recalls.edits_of(broadcast, chunk)
    while readers := progress.take(EDITED_TOGETHER):
        answers = await _edit_some(bot, broadcast, chunk, readers)
        progress.note(answers, bot.clock.now())
        if not await recalls.edited(broadcast, chunk, progress):
            raise TryLater(1.0, "another process goes on with the broadcast")
    if not progress.again:
        await recalls.chunk_over(broadcast, chunk)


async def _edit_some(
    bot: Recaller, broadcast: Broadcast, chunk: Chunk, readers: Sequence[int]
) -> dict[int, Posted]:  # fmt: skip
    content = broadcast.content

    async def one(reader: int) -> Posted:
        try:
            return await bot.post_edit(reader, chunk.results[reader].message_ids, content)
        except NotThrough:
            if not await bot.answers():
                raise
            return Posted(refusal=Refusal.UNKNOWN, reason="UNANSWERED")

    answers = await at_once([partial(one, reader) for reader in readers], max(1, bot.sending_width))
    raise_first(answers)
    return {reader: each for reader, each in zip(readers, answers, strict=True) if isinstance(each, Posted)}
