"""How the bot speaks to people: in their language, once per cause."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from pyrogram import raw
from pyrogram.errors import BadRequest, ChannelPrivate, RPCError
from pyrogram.types import CallbackQuery, Message

from client import keyboard as keyboards
from client import letters
from client.cause import cause_of
from client.keyboard import Keyboard
from client.media import input_picture
from client.refusals import GONE
from client.sender import Sender
from database.cause import Cause
from database.clock import Clock
from database.letters import Letter
from locales.texts import Texts
from services.errors import TryLater
from services.forms import post_in
from services.registry import Services
from services.settings import ChannelFacts
from services.templates import shown_units

log = logging.getLogger(__name__)

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
    pictures: dict[tuple[int, int], str]
    """The last known file ids of pictures of the settings, by the posts that they are."""

    async def language_of(self, user: Any) -> str:
        """The language to speak with a person: the one chosen in the chat, else Telegram's, else English."""
        return await self.services.users.language_of(user.id, user.language_code) if user else "en"

    async def answer(
        self, update: Message | CallbackQuery, key: str, *, step: str = "answer", keyboard: Keyboard | None = None,
        picture: str | None = None, cause: Cause | None = None, **args: object,
    ) -> bool:  # fmt: skip
        """Answer a person in their language, once per update and step; over a picture where one is given.

        Returns False where the picture could not be shown: the text goes without it.
        """
        language = await self.language_of(update.from_user)
        html = self.texts.text(language, key, **args)
        markup = keyboards.render(keyboard, self.texts, language)
        chat = chat_of(update)
        cause = cause or cause_of(update)
        shown = True
        if picture:
            short = shown_units(html) <= CAPTION
            caption, under = (html, markup) if short else ("", None)
            shown = await self._show(chat, picture, caption, cause=cause, step=f"{step} picture", markup=under)
            if shown and short:
                return True
        await self.sender.text(chat, html, cause=cause, step=step, markup=markup)
        return shown

    async def _show(self, chat: int, picture: str, html: str, *, cause: Cause, step: str, markup: Any) -> bool:
        """Send a picture of the settings; one that Telegram does not take must not cost anybody their answer."""
        try:
            if post := post_in(picture):
                return await self._show_post(chat, *post, html, cause=cause, step=step, markup=markup)
            await self.sender.media(chat, input_picture(picture), html, cause=cause, step=step, markup=markup)
        except (BadRequest, ChannelPrivate, ValueError) as error:
            log.warning("The picture of the greeting cannot be shown, the text goes without it: %s", error)
            return False
        return True

    async def _show_post(
        self, chat: int, source: int, number: int, html: str, *, cause: Cause, step: str, markup: Any
    ) -> bool:
        """Send a picture that a channel keeps; False where its post is gone."""

        async def remember(fresh: Mapping[int, str]) -> None:
            self.pictures.update({(source, each): file_id for each, file_id in fresh.items()})

        known = {number: self.pictures[source, number]} if (source, number) in self.pictures else {}
        [sent] = await self.sender.stored(
            chat,
            source,
            [number],
            [html],
            cause=cause,
            steps=[step],
            references=known,
            on_fresh=remember,
            markup=markup,
        )
        return sent is not None

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

    async def retell(
        self, user_id: int, message_id: int, key: str, *, keyboard: Keyboard | None = None, **args: object
    ) -> None:  # fmt: skip
        """Change what a person was told; a message that they deleted meanwhile is no error."""
        language = await self.services.users.language_of(user_id, None)
        markup = keyboards.render(keyboard, self.texts, language)
        await self.sender.edit(user_id, message_id, self.texts.text(language, key, **args), markup=markup)

    async def told(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Keyboard | None = None, **args: object
    ) -> bool:  # fmt: skip
        """Do as `tell`; returns False when this person cannot be written to (any more).

        What the owner cannot be told waits for them: they get it when the bot next hears of them.
        """
        try:
            await self.tell(user_id, key, cause=cause, step=step, keyboard=keyboard, **args)
        except GONE:
            if user_id == self.services.access.owner_id:
                log.warning("The owner cannot be written to; %r waits until they write to the bot", key)
                await self.services.letters.keep(letters.written(key, args, keyboard), cause=cause, step=step)
            return False
        return True

    async def bring(self, letter: Letter) -> bool:
        """Send the owner what they could not be told, once; False when they still cannot be written to.

        Raises:
            TryLater: it has to wait.
        """
        key, args, keyboard = letters.read(letter.content)
        owner = self.services.access.owner_id
        try:
            await self.tell(owner, key, cause=letter.cause, step=letter.step, keyboard=keyboard, **args)
        except GONE:
            return False
        except RPCError as error:  # it would be refused again
            log.warning("The owner could not be told %r: %s", key, error)
        return True

    async def tell_owner(self, key: str, *, cause: Cause, **args: object) -> None:
        """Tell the owner what needs a person, once a day per cause; an owner who cannot be reached is no error."""
        today = self.clock.now().date().isoformat()
        try:
            await self.owner_told(key, cause=Cause(f"{cause}:{today}"), **args)
        except TryLater as error:
            log.warning("The owner could not be told %r: %s", key, error)

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        """Write to the owner, once per cause, as `told` does; False also when Telegram refuses this text.

        Raises:
            TryLater: it has to wait.
        """
        try:
            return await self.told(self.services.access.owner_id, key, cause=cause, step=key, keyboard=None, **args)
        except RPCError as error:
            log.warning("The owner could not be told %r: %s", key, error)
            return False

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
