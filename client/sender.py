"""The one way out: every message leaves here, with a random_id made of its cause.

Telegram keeps the random_id of each message. The same cause, recipient and step therefore
send one message however often they are tried, through crashes and lost replies.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pyrogram import raw
from pyrogram.errors import (
    ChannelInvalid,
    ChannelPrivate,
    ChatAdminRequired,
    ChatForwardsRestricted,
    ChatWriteForbidden,
    FileReferenceExpired,
    FileReferenceInvalid,
    MessageAuthorRequired,
    MessageEditTimeExpired,
    MessageIdInvalid,
    MessageNotModified,
    PeerIdInvalid,
    QueryIdInvalid,
    UserBannedInChannel,
)

from client.markup import parsed
from client.media import input_media
from database.cause import Cause, hash64
from services.errors import UserError

log = logging.getLogger(__name__)

CLOSED = (ChannelInvalid, ChannelPrivate, ChatAdminRequired, ChatWriteForbidden, PeerIdInvalid, UserBannedInChannel)
"""The bot cannot write to a channel any more."""

NOT_EDITABLE = (
    ChatAdminRequired, ChatWriteForbidden, MessageAuthorRequired, MessageEditTimeExpired, MessageIdInvalid,
)  # fmt: skip
"""A message is gone, too old, or not the bot's to change (any more): a press on its button counts all the same."""

PER_CALL = 100
"""Messages that one forwardMessages or deleteMessages takes (Telegram's limit)."""

OnFresh = Callable[[Mapping[int, str]], Awaitable[None]]
"""Who remembers file ids that were just read, by the message that each is of."""


class Manner(NamedTuple):
    """How a message comes: kept from being saved and forwarded, without a sound, as an answer to a message."""

    protect: bool = False
    silent: bool = False
    reply_to: int | None = None

    @property
    def flags(self) -> dict[str, Any]:
        """What a call says of it that passes messages on: those answer nothing."""
        return {"noforwards": self.protect or None, "silent": self.silent or None}

    @property
    def sent(self) -> dict[str, Any]:
        """What a sending call says of it."""
        answered = raw.types.InputReplyToMessage(reply_to_msg_id=self.reply_to) if self.reply_to else None
        return {**self.flags, "reply_to": answered}


PLAINLY = Manner()


class Sender:
    """Sends, forwards, edits and deletes for one bot; idempotent by cause."""

    def __init__(self, bot: Any, bot_id: int, *, random_id: Callable[..., int] = hash64) -> None:
        self._bot = bot
        self._bot_id = bot_id
        self._hash = random_id

    def random_id(self, cause: Cause, to: int, step: str) -> int:
        """The number under which Telegram knows this step of this cause for this recipient."""
        return self._hash(self._bot_id, str(cause), to, step)

    async def text(
        self, to: int, html: str, *, cause: Cause, step: str, markup: Any = None, preview: bool = False,
        manner: Manner = PLAINLY,
    ) -> int:  # fmt: skip
        """Send a text (HTML), its first link shown as a preview or not. Returns its message id.

        Raises:
            RPCError: Telegram refused; TryLater: it must wait.
        """
        message, plain = raw.functions.messages.SendMessage, not preview or None
        return await self._one(
            message, to, html, cause=cause, step=step, reply_markup=markup, no_webpage=plain, **manner.sent
        )

    async def media(self, to: int, media: Any, html: str, *, cause: Cause, step: str, markup: Any = None) -> int:
        """Send one medium (an InputMedia) with a caption (HTML). Returns its message id."""
        message = raw.functions.messages.SendMedia
        return await self._one(message, to, html, cause=cause, step=step, reply_markup=markup, media=media)

    async def _one(
        self, message: Callable[..., Any], to: int, html: str, *, cause: Cause, step: str, **other: Any
    ) -> int:
        random_id = self.random_id(cause, to, step)
        peer = await self._bot.resolve_peer(to)
        query = message(peer=peer, random_id=random_id, **await self._parsed(html), **other)
        return sent_ids(await self._bot.call(query), [random_id])[random_id]

    async def forward(
        self, to: int, source: int, ids: Sequence[int], *, cause: Cause, steps: Sequence[str],
        manner: Manner = PLAINLY,
    ) -> list[int | None]:  # fmt: skip
        """Deliver stored messages without their author, 100 at most, captions and albums kept.

        Returns the new message ids in the order of `ids`; None where the stored message is gone.

        Raises:
            MessageIdInvalid: all of them are gone.
        """
        random_ids = [self.random_id(cause, to, step) for step in steps]
        result = await self._bot.call(
            raw.functions.messages.ForwardMessages(
                from_peer=await self._bot.resolve_peer(source),
                to_peer=await self._bot.resolve_peer(to),
                id=list(ids),
                random_id=random_ids,
                drop_author=True,
                **manner.flags,
            )
        )
        sent = sent_ids(result, random_ids)
        return [sent.get(random_id) for random_id in random_ids]

    async def stored(  # noqa: PLR0913 - one message has that many sides
        self, to: int, source: int, ids: Sequence[int], captions: Sequence[str], *, cause: Cause, steps: Sequence[str],
        references: Mapping[int, str], on_fresh: OnFresh, markup: Any = None, manner: Manner = PLAINLY,
    ) -> list[int | None]:  # fmt: skip
        """Send stored media again with captions of ours (HTML, one each): one, or an album of two to ten.

        `references` has the last known file id per message id of `source`; they are fetched again where
        missing or expired, and `on_fresh` is told what they are then. `markup` is for a single medium only:
        an album takes no buttons.

        Returns the new message ids in the order of `ids`; None where the stored message is gone.
        """
        known = {number: input_media(file_id) for number, file_id in references.items() if number in ids}
        if len(known) < len(ids):
            known = await self._fetch(source, ids, on_fresh)
        try:
            return await self._send_stored(
                to, ids, captions, known, cause=cause, steps=steps, markup=markup, manner=manner
            )
        except (FileReferenceExpired, FileReferenceInvalid):
            fresh = await self._fetch(source, ids, on_fresh)
            return await self._send_stored(
                to, ids, captions, fresh, cause=cause, steps=steps, markup=markup, manner=manner
            )

    async def _send_stored(
        self, to: int, ids: Sequence[int], captions: Sequence[str], media: Mapping[int, Any], *, cause: Cause,
        steps: Sequence[str], markup: Any, manner: Manner,
    ) -> list[int | None]:  # fmt: skip
        random_ids = {number: self.random_id(cause, to, step) for number, step in zip(ids, steps, strict=True)}
        parts = [(number, caption) for number, caption in zip(ids, captions, strict=True) if number in media]
        if not parts:
            return [None] * len(ids)
        peer = await self._bot.resolve_peer(to)
        if len(parts) == 1:
            number, caption = parts[0]
            query: Any = raw.functions.messages.SendMedia(
                peer=peer,
                media=media[number],
                random_id=random_ids[number],
                reply_markup=markup,
                **manner.sent,
                **await self._parsed(caption),
            )
        else:
            singles = [
                raw.types.InputSingleMedia(
                    media=media[number], random_id=random_ids[number], **await self._parsed(caption)
                )
                for number, caption in parts
            ]
            query = raw.functions.messages.SendMultiMedia(peer=peer, multi_media=singles, **manner.sent)
        sent = sent_ids(await self._bot.call(query), list(random_ids.values()))
        return [sent.get(random_ids[number]) for number in ids]

    async def _fetch(self, source: int, ids: Sequence[int], on_fresh: OnFresh) -> dict[int, Any]:
        """Read stored messages for fresh file references."""
        messages = await self._bot.get_messages(source, list(ids), replies=0)
        found: dict[int, str] = {}
        for message in messages:
            medium = message.media and getattr(message, message.media.value, None)
            if medium is not None and getattr(medium, "file_id", None):
                found[message.id] = medium.file_id
        await on_fresh(found)
        return {number: input_media(file_id) for number, file_id in found.items()}

    async def edit(self, chat: int, message_id: int, html: str, *, markup: Any = None) -> None:
        """Change a text of the bot's; the same text again is no error, nor is one gone or not to be changed."""
        peer = await self._bot.resolve_peer(chat)
        query = raw.functions.messages.EditMessage(
            peer=peer, id=message_id, no_webpage=True, reply_markup=markup, **await self._parsed(html)
        )
        await self._edit(chat, message_id, query)

    async def edit_keyboard(self, chat: int, message_id: int, markup: Any = None) -> None:
        """Put other buttons under a message of the bot's, or none; passes over what `edit` does."""
        peer = await self._bot.resolve_peer(chat)
        query = raw.functions.messages.EditMessage(peer=peer, id=message_id, reply_markup=markup)
        await self._edit(chat, message_id, query)

    async def _edit(self, chat: int, message_id: int, query: Any) -> None:
        try:
            await self._bot.call(query)
        except MessageNotModified:
            log.debug("Message %d of %d is already as it should be", message_id, chat)
        except NOT_EDITABLE as error:
            log.info("Message %d of %d cannot be changed: %s", message_id, chat, error.ID)

    async def delete(self, message_ids: Sequence[int]) -> None:
        """Delete messages of private chats for both sides, 100 at most, of as many chats as there are.

        Outside channels a bot's messages are one sequence, so the call names no chat. What is gone already is passed
        over.

        Raises:
            RPCError: Telegram refused one of them, and deleted none.
        """
        await self._bot.call(raw.functions.messages.DeleteMessages(id=list(message_ids), revoke=True))

    async def answer_query(self, query_id: int, text: str | None, *, alert: bool = False) -> None:
        """Answer a pressed button; one that Telegram no longer waits for is no error."""
        query = raw.functions.messages.SetBotCallbackAnswer(
            query_id=query_id, cache_time=0, message=text, alert=alert or None
        )
        try:
            await self._bot.call(query)
        except QueryIdInvalid:
            log.debug("The button's query %d is over", query_id)

    async def copy_to_storage(
        self, storage_chat: int, from_chat: int, message_ids: Sequence[int], *, cause: Cause
    ) -> list[int | None]:
        """Keep messages in the storage channel (services.storage.Storage); albums stay albums.

        Raises:
            UserError: the channel does not take messages, or this one may not be copied.
        """
        steps = [f"file {place}" for place in range(1, len(message_ids) + 1)]
        try:
            return await self.forward(storage_chat, from_chat, message_ids, cause=cause, steps=steps)
        except CLOSED as error:
            raise UserError("storage-failed") from error
        except ChatForwardsRestricted as error:
            raise UserError("not-a-file", kind="once") from error
        except MessageIdInvalid:
            return [None] * len(message_ids)

    async def _parsed(self, html: str) -> dict[str, Any]:
        """Split HTML into the text and the entities that Telegram takes."""
        return await parsed(html, self._bot.parser)


def sent_ids(result: Any, random_ids: Sequence[int]) -> dict[int, int]:
    """Which message id each random_id got, from the answer to a send."""
    if isinstance(result, raw.types.UpdateShortSentMessage):
        return {random_ids[0]: result.id}
    return {update.random_id: update.id for update in result.updates if isinstance(update, raw.types.UpdateMessageID)}
