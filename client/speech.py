"""How the bot speaks to people: in their language, once per cause, files in as few calls as Telegram allows."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pyrogram import raw
from pyrogram.errors import (
    BadRequest,
    ChannelInvalid,
    ChannelPrivate,
    ChatForwardsRestricted,
    MessageIdInvalid,
    PeerIdInvalid,
    RPCError,
)
from pyrogram.types import CallbackQuery, Message

from client import keyboard as keyboards
from client.cause import cause_of
from client.difference import Difference
from client.guard import GONE
from client.keyboard import Keyboard
from client.media import input_picture
from client.sender import PER_CALL, Sender
from database.cause import Cause
from database.clock import Clock
from database.connection import is_unavailable
from database.files import StoredFile
from locales.texts import Texts
from services.errors import TryLater, UserError
from services.links import Delivery
from services.registry import Services
from services.settings import ChannelFacts
from services.templates import shown_units

log = logging.getLogger(__name__)

CLOSED_STORAGE = (ChannelInvalid, ChannelPrivate, ChatForwardsRestricted)
"""The bot cannot take messages from the storage channel any more."""


class StorageClosed(Exception):  # noqa: N818 - says what is the case
    """The bot does not know the storage channel."""


CAPTION = 1024
"""UTF-16 units of a caption (Telegram's limit)."""

TOAST = 200
"""Characters of an answer to a pressed button (Telegram's limit)."""


class Speech:
    """What a plugin says to people through its bot."""

    services: Services
    sender: Sender
    texts: Texts
    username: str
    clock: Clock
    difference: Difference

    async def language_of(self, user: Any) -> str:
        """The language to speak with a person: the one chosen in the chat, else Telegram's, else English."""
        return await self.services.users.language_of(user.id, user.language_code) if user else "en"

    async def answer(
        self, update: Message | CallbackQuery, key: str, *, step: str = "answer", keyboard: Keyboard | None = None,
        picture: str | None = None, cause: Cause | None = None, **args: object,
    ) -> None:  # fmt: skip
        """Answer a person in their language, once per update and step; over a picture where one is given."""
        language = await self.language_of(update.from_user)
        html = self.texts.text(language, key, **args)
        markup = keyboards.render(keyboard, self.texts, language)
        chat = chat_of(update)
        cause = cause or cause_of(update)
        if picture:
            short = shown_units(html) <= CAPTION
            caption, under = (html, markup) if short else ("", None)
            if await self._show(chat, picture, caption, cause=cause, step=f"{step} picture", markup=under) and short:
                return
        await self.sender.text(chat, html, cause=cause, step=step, markup=markup)

    async def _show(self, chat: int, picture: str, html: str, *, cause: Cause, step: str, markup: Any) -> bool:
        """Send a picture of the settings; one that Telegram does not take must not cost anybody their answer."""
        try:
            await self.sender.media(chat, input_picture(picture), html, cause=cause, step=step, markup=markup)
        except (BadRequest, ValueError) as error:
            log.warning("START_PIC cannot be shown, the text goes without it: %s", error)
            return False
        return True

    async def edit_answer(
        self, query: CallbackQuery, key: str, *, keyboard: Keyboard | None = None, **args: object
    ) -> None:
        """Change the message under whose button was pressed."""
        language = await self.language_of(query.from_user)
        if query.message:
            markup = keyboards.render(keyboard, self.texts, language)
            await self.sender.edit(
                chat_of(query), query.message.id, self.texts.text(language, key, **args), markup=markup
            )

    async def toast(self, query: CallbackQuery, key: str | None = None, *, alert: bool = False, **args: object) -> None:
        """Answer a pressed button: nothing, a passing note, or a note to be dismissed. Cut at `TOAST` characters."""
        text = self.texts.label(await self.language_of(query.from_user), key, **args)[:TOAST] if key else None
        await self.sender.answer_query(int(query.id), text, alert=alert)

    async def tell(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Keyboard | None = None, **args: object
    ) -> int:  # fmt: skip
        """Write to a person who did not ask, once per cause and step. Returns the message's id."""
        language = await self.services.users.language_of(user_id, None)
        markup = keyboards.render(keyboard, self.texts, language)
        return await self.sender.text(
            user_id, self.texts.text(language, key, **args), cause=cause, step=step, markup=markup
        )

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Keyboard | None = None, **args: object
    ) -> bool:  # fmt: skip
        """Do as `tell`; returns False when this person cannot be written to any more."""
        try:
            await self.tell(user_id, key, cause=cause, step=step, keyboard=keyboard, **args)
        except GONE:
            return False
        return True

    async def deliver(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> list[int]:
        """Hand over what is behind a link, in as few calls as Telegram allows.

        Returns the ids of the messages that arrived; fewer than the link's where stored messages are gone, which is
        written down, so that sending the file again heals the link.

        Raises:
            UserError: the storage channel is closed to the bot; its owner is told.
        """
        try:
            return await self._hand_over(chat_id, delivery, cause=cause)
        except (*CLOSED_STORAGE, StorageClosed) as error:
            log.warning("The storage channel %d is closed to the bot: %s", delivery.storage_chat, error)
            await self.tell_owner("storage-closed", cause=Cause(f"job:storage-closed:{delivery.storage_chat}"))
            raise UserError("delivery-unavailable") from error

    async def tell_owner(self, key: str, *, cause: Cause, **args: object) -> None:
        """Tell the owner what needs a person, once a day per cause; an owner who cannot be reached is no error."""
        today = self.clock.now().date().isoformat()
        try:
            owner = self.services.access.owner_id
            await self.tell(owner, key, cause=Cause(f"{cause}:{today}"), step=key, keyboard=None, **args)
        except (RPCError, TryLater) as error:
            log.warning("The owner could not be told %r: %s", key, error)

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        """Write to the owner, once per cause; False when Telegram does not let the bot write to them.

        Raises:
            TryLater: it has to wait.
        """
        try:
            await self.tell(self.services.access.owner_id, key, cause=cause, step=key, keyboard=None, **args)
        except RPCError as error:
            log.warning("The owner could not be told %r: %s", key, error)
            return False
        return True

    async def _hand_over(self, chat_id: int, delivery: Delivery, *, cause: Cause) -> list[int]:
        try:
            await self.resolve_peer(delivery.storage_chat)  # type: ignore[attr-defined]  # the client's
        except PeerIdInvalid as error:  # not the reader's fault, who is judged by the same error
            raise StorageClosed from error
        arrived: list[int | None] = []
        place = 0
        for part in _parts(delivery):
            steps = [f"{delivery.link.code} file {number}" for number in range(place + 1, place + len(part) + 1)]
            place += len(part)
            ids = [item.message_id for item in part]
            if delivery.caption_template is None:
                try:
                    arrived += await self.sender.forward(
                        chat_id, delivery.storage_chat, ids, cause=cause, steps=steps, protect=delivery.protect
                    )
                except MessageIdInvalid:
                    arrived += [None] * len(part)
            else:
                files = {file.unique_id: file for file in delivery.files}
                arrived += await self.sender.stored(
                    chat_id,
                    delivery.storage_chat,
                    ids,
                    await self._captions(chat_id, delivery, [files[item.unique_id] for item in part]),
                    cause=cause,
                    steps=steps,
                    references={
                        item.message_id: ref for item in part if (ref := files[item.unique_id].file_ref) is not None
                    },
                    on_fresh=partial(self._remember, {item.message_id: item.unique_id for item in part}),
                    protect=delivery.protect,
                )
        gone = [item.message_id for item, number in zip(delivery.items, arrived, strict=True) if number is None]
        if gone:
            log.warning("Stored messages %s of %d are gone", gone, delivery.storage_chat)
            await self.services.files.mark_gone(delivery.storage_chat, gone)
        return [number for number in arrived if number is not None]

    async def _captions(self, reader: int, delivery: Delivery, files: Sequence[StoredFile]) -> list[str]:
        """What the owner's template says of files, their sizes as the reader's language writes them."""
        language = await self.services.users.language_of(reader)
        return [delivery.caption(file, self.texts.label(language, "size", size=file.size or 0)) for file in files]

    async def _remember(self, files: Mapping[int, str], references: Mapping[int, str]) -> None:
        """Keep file ids that were just read, so that the next delivery need not read them."""
        for message_id, file_id in references.items():
            await self.services.files.refresh(files[message_id], file_id)

    async def channel_facts(self, chat_id: int) -> ChannelFacts:
        """What a storage channel is judged by; a chat that the bot cannot see has no admin rights for it."""
        try:
            peer = await self.resolve_peer(chat_id)  # type: ignore[attr-defined]  # the client's
            full = await self.invoke(raw.functions.channels.GetFullChannel(channel=peer))  # type: ignore[attr-defined]  # the client's
        except (BadRequest, ChannelPrivate, KeyError):
            return ChannelFacts(chat_id, "", is_channel=True, is_admin=False, may_post=False, protected=False)
        chat = next(chat for chat in full.chats if chat.id == full.full_chat.id)
        rights = chat.admin_rights
        return ChannelFacts(
            chat_id,
            chat.title,
            is_channel=bool(chat.broadcast),
            is_admin=rights is not None or bool(chat.creator),
            may_post=bool(chat.creator or (rights and rights.post_messages)),
            protected=bool(chat.noforwards),
        )

    async def check_storage(self) -> None:
        """Look whether the storage channel can be used, and tell the owner when not; follow its posts from now on."""
        try:
            chat = await self.services.settings.storage_chat()
            if chat is None:
                return
            self.difference.joined(chat)
            self.services.settings.check_storage(await self.channel_facts(chat))
        except UserError as error:
            log.warning("The storage channel cannot be used: %s", error.key)
            await self.tell_owner(error.key, cause=Cause(f"job:{error.key}"), **error.args_)
        except Exception as error:
            if not is_unavailable(error) and not isinstance(error, RPCError | TryLater):
                raise
            log.warning("The storage channel was not looked at, the next start does: %s", error)

    def link_url(self, code: str) -> str:
        """The address under which a link is shared."""
        return f"https://t.me/{self.username}?start={code}"

    async def replied(self, message: Message) -> Message | None:
        """The message that this one answers; None when it answers none."""
        if not message.reply_to_message_id or not message.chat:
            return None
        found = await self.get_messages(  # type: ignore[attr-defined]  # the client's
            message.chat.id, message.reply_to_message_id, replies=0
        )
        return found if isinstance(found, Message) and not found.empty else None


def chat_of(update: Message | CallbackQuery) -> int:
    """The id of the chat in which a person is to be answered.

    Raises:
        ValueError: the update names neither a chat nor a person.
    """
    message = update if isinstance(update, Message) else update.message
    place = (message.chat if message else None) or update.from_user
    if place is None or place.id is None:
        raise ValueError("an update without a chat cannot be answered")
    return int(place.id)


def _parts(delivery: Delivery) -> list[Sequence[Any]]:
    """Cut a delivery into calls of `PER_CALL` messages at most, never inside an album.

    With captions of ours an album is a call of its own, and so is every single file.
    """
    albums: list[list[Any]] = []
    for item in delivery.items:
        if albums and item.group is not None and albums[-1][-1].group == item.group:
            albums[-1].append(item)
        else:
            albums.append([item])
    if delivery.caption_template is not None:
        return list(albums)
    parts: list[list[Any]] = [[]]
    for album in albums:
        if parts[-1] and len(parts[-1]) + len(album) > PER_CALL:
            parts.append([])
        parts[-1] += album
    return list(parts)
