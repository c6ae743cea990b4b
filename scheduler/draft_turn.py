"""One target's turn: a draft's parts in order and its pin, or all of it taken back; written down as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from database.cause import Cause
from database.outgoing import Outgoing
from scheduler.telling import Leased, Serving
from services.draft_work import DraftWork, content_of
from services.drafts import Draft, DraftTarget, TargetState
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal


class Publisher(Serving, Leased, Protocol):
    """The bot, as far as it is needed here."""

    async def post_draft(
        self, to: int, out: Outgoing, *, cause: Cause, step: str, reply_to: int | None = None
    ) -> Posted:
        """Send a message of a draft to a chat, once per cause and step."""

    async def take_back(self, chat: int, message_ids: Sequence[int]) -> Posted:
        """Delete messages in a chat, for everybody."""

    async def pin_in(self, chat: int, message_id: int) -> Posted:
        """Pin a message in a chat."""

    async def link_to(self, chat: int, message_id: int) -> str | None:
        """Return the address of a message; None where it has none."""

    async def answers(self) -> bool:
        """Whether Telegram answers at all."""


class Lost(Exception):  # noqa: N818 - says what is the case
    """Somebody else publishes this draft by now."""


class Turn:
    """A target in hand, as it is at every moment."""

    def __init__(self, bot: Publisher, draft: Draft, target: DraftTarget) -> None:
        """Take a target as it was before it was taken in hand."""
        self._bot = bot
        self._work: DraftWork = bot.services.drafts.work
        self.draft = draft
        self.target = target

    async def take(self) -> None:
        """Do what is to be done, and write down what comes of it.

        Raises:
            TryLater: it has to wait, as everything else may; `put_back` the target then.
            Lost: another epoch has it.
        """
        if self.draft.taken_back_at is None:
            await self._publish()
        else:
            await self._take_back()

    async def put_back(self, error: TryLater) -> None:
        """Let it have its turn again: what failed is nobody's fault, or everybody's."""
        unsure = self.target.unsure or isinstance(error, NotThrough)
        _held(await self._work.put_back(self.draft, self.target, unsure=unsure))

    async def failed(self, posted: Posted, *, unsure: bool) -> None:
        """Count an attempt that failed."""
        target = self.target
        _held(await self._work.tried(self.draft, target, posted, unsure=unsure or target.unsure))

    async def wait(self, posted: Posted) -> None:
        """Let this target alone wait."""
        _held(await self._work.waits(self.draft, self.target, posted))

    async def _publish(self) -> None:
        parts = len(self.draft.version.parts)
        while self.target.parts < parts:
            posted = await self._send_next()
            if not posted.arrived:
                await self._not_sent(posted)
                return
            if self.target.parts < parts:
                _held(await self._work.progress(self.draft, self.target))
        unpinned = ""
        if self.draft.options.pin and self.target.message_ids:
            pinned = await self._bot.pin_in(self.target.chat, self.target.message_ids[0])
            if pinned.refusal is Refusal.PASSING:
                await self._not_sent(pinned)
                return
            unpinned = pinned.reason if pinned.refusal else ""
        _held(await self._work.sent(self.draft, self.target, unpinned))

    async def _send_next(self) -> Posted:
        draft, target, part = self.draft, self.target, self.target.parts + 1
        posted = await self._bot.post_draft(
            target.chat, content_of(draft, part),
            cause=draft.send_cause, step=draft.step_of(part), reply_to=target.reply_to,
        )  # fmt: skip
        if posted.arrived:
            ids = (*target.message_ids, *posted.message_ids)
            link = target.link or await self._bot.link_to(target.chat, ids[0])
            self.target = replace(target, message_ids=ids, parts=part, link=link, unsure=False)
        return posted

    async def _take_back(self) -> None:
        """Delete what is there; what nobody knows of is sent again, without a sound, to learn which message it is."""
        if self.target.state is TargetState.WAITING and self.target.unsure:
            posted = Posted() if self.target.parts == len(self.draft.version.parts) else await self._send_next()
            if posted.refusal is Refusal.PASSING:
                await self._not_sent(posted)
                return
        if self.target.message_ids:
            posted = await self._bot.take_back(self.target.chat, self.target.message_ids)
            if not posted.arrived:
                await self._not_sent(posted)
                return
        _held(await self._work.deleted(self.draft, self.target))

    async def _not_sent(self, posted: Posted) -> None:
        if posted.refusal is Refusal.PASSING and posted.after:
            await self.wait(posted)
        elif posted.refusal in {Refusal.PASSING, Refusal.UNKNOWN}:
            await self.failed(posted, unsure=False)
        else:
            _held(await self._work.refused(self.draft, self.target, posted))


def _held(noted: Draft | None) -> None:
    """Go on where it was written down.

    Raises:
        Lost: it was not.
    """
    if noted is None:
        raise Lost
