"""How readers get something for a while: written down before it is sent, announced, taken away again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pyrogram import raw
from pyrogram.errors import MessageDeleteForbidden, RPCError
from pyrogram.types import CallbackQuery

from client.delivery import Delivering, steps_of
from client.keyboard import Button, Keyboard
from client.pace import Lane, in_lane
from client.refusals import GONE, refusal_of
from database.cause import Cause
from database.connection import is_unavailable
from services.deletions import Outcome, PendingDeletion
from services.errors import TryLater, UserError
from services.links import Delivery

log = logging.getLogger(__name__)

CLOCKS_TELL_SECONDS = timedelta(seconds=1)
"""How much younger a message may be than Telegram's times say, which are cut to whole seconds."""


class Lending(Delivering):
    """What the bot hands over for a while."""

    async def deliver(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> list[int]:
        """Hand over what is behind a link; for a while only, where the link or the settings say so.

        That costs one write before, one after, and one call for the notice. A replay of what has arrived sends nothing.
        Returns and raises what `Delivering.deliver` does.
        """
        if not delivery.auto_delete:
            return await super().deliver(chat_id, delivery, cause=cause)
        random_ids = self._random_ids(delivery, cause, chat_id)
        deletion = await self.services.deletions.begin(delivery, reader=chat_id, cause=cause, random_ids=random_ids)
        return list(deletion.message_ids) if deletion.is_known else await self._lend(deletion, delivery)

    @in_lane(Lane.ANSWER)
    async def learn(self, deletion: PendingDeletion, delivery: Delivery) -> None:
        """Send again what may have been sent before, to learn its message ids; what was sent stays as it is.

        Raises:
            TryLater: it has to wait.
        """
        random_ids = self._random_ids(delivery, deletion.cause, deletion.chat_id)
        if tuple(random_ids) != deletion.random_ids:  # it would all be sent anew
            await self.services.deletions.broken_off(deletion, deletion.message_ids, "the link has changed")
            return
        try:
            await self._lend(deletion, delivery)
        except (*GONE, UserError) as error:
            log.info("Nobody gets what %s asked for: %s", deletion.cause, error)

    @in_lane(Lane.DELETION)
    async def take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        """Delete messages, 100 at most. Returns those that Telegram refuses to delete, each with its reason.

        Raises:
            TryLater: it has to wait.
        """
        return await self._take_away(message_ids)

    async def _take_away(self, message_ids: Sequence[int]) -> dict[int, str]:
        try:
            await self.sender.delete(message_ids)
        except RPCError as error:
            if len(message_ids) == 1:
                return {message_ids[0]: _reason(error)}
            half = len(message_ids) // 2
            return await self._take_away(message_ids[:half]) | await self._take_away(message_ids[half:])
        return {}

    @in_lane(Lane.DELETION)
    async def tell_of_deletion(self, deletion: PendingDeletion) -> tuple[Outcome, str | None]:
        """Let a notice say that what it announced has happened. Returns what became of it, and what went wrong.

        Raises:
            TryLater: it has to wait.
        """
        assert deletion.notice_id  # noqa: S101 - there is nothing to tell without one
        try:
            keyboard = self._get_it_again(deletion.unique_id)
            count = min(len(deletion.message_ids), len(deletion.random_ids))  # an album's buttons are no file
            await self.retell(deletion.chat_id, deletion.notice_id, "deletion-done", keyboard=keyboard, count=count)
        except GONE as error:
            return Outcome.GONE, _reason(error)
        except RPCError as error:
            log.warning("The notice %d to %d stays as it is: %s", deletion.notice_id, deletion.chat_id, error)
            return Outcome.DELETED, f"the notice stays as it is: {_reason(error)}"
        return Outcome.DELETED, None

    async def put_away(self, query: CallbackQuery) -> None:
        """Delete the notice under whose button was pressed; where Telegram refuses that, say how it is done."""
        try:
            if query.message:
                await self.sender.delete([query.message.id])
        except MessageDeleteForbidden:
            await self.toast(query, "toast-notice-old", alert=True)
        else:
            await self.toast(query)

    async def _lend(self, deletion: PendingDeletion, delivery: Delivery) -> list[int]:
        """Send, say until when, and write down what it became."""
        chat_id, cause = deletion.chat_id, deletion.cause
        files: list[int] = []
        arrived: list[int] = []  # what arrived until it breaks off must be known
        try:
            async for message in self.handing_over(chat_id, delivery, cause=cause):
                arrived.append(message.message_id)
                files += [message.message_id] if message.is_file else []
            if not arrived:
                await self.services.deletions.broken_off(deletion, (), "nothing was left to be sent")
                return []
            step, count = f"{deletion.unique_id} notice", len(files)
            notice = await self.tell(
                chat_id, "deletion-notice", cause=cause, step=step, count=count, seconds=deletion.seconds
            )
        except TryLater:
            raise
        except Exception as error:
            if not is_unavailable(error):
                gone = refusal_of(error).is_gone
                await self.services.deletions.broken_off(deletion, arrived, _reason(error), gone=gone)
            raise
        ago = timedelta(0) if deletion.is_new else await self._age(arrived)
        await self.services.deletions.arrived(deletion, arrived, notice, ago=ago)
        return files

    async def _age(self, message_ids: Sequence[int]) -> timedelta:
        """How long ago the newest of the bot's messages was sent, by Telegram's own time."""
        query = raw.functions.messages.GetMessages(id=[raw.types.InputMessageID(id=max(message_ids))])
        found = await self.invoke(query)  # type: ignore[attr-defined]  # the client's
        state = await self.invoke(raw.functions.updates.GetState())  # type: ignore[attr-defined]  # the client's
        sent = getattr(found.messages[0], "date", None)
        if sent is None:  # the reader has deleted it
            return timedelta(0)
        age = datetime.fromtimestamp(state.date, UTC) - datetime.fromtimestamp(sent, UTC)
        return max(timedelta(0), age - CLOCKS_TELL_SECONDS)

    def _random_ids(self, delivery: Delivery, cause: Cause, chat_id: int) -> list[int]:
        return [self.sender.random_id(cause, chat_id, step) for step in steps_of(delivery)]

    def _get_it_again(self, code: str) -> Keyboard:
        """The link again, under the rules of that moment, and a button that puts the notice away."""
        return [[Button("button-get-again", url=self.link_url(code))], [Button("button-close", data="notice-close")]]


def _reason(error: Exception) -> str:
    """What went wrong, in a word of Telegram's or of ours."""
    if isinstance(error, UserError):
        return error.key
    return str(getattr(error, "ID", None) or type(error).__name__)
