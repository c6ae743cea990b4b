"""What an update is: a person's words, a command, a file, a pressed button. Filters and readings; no handlers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyrogram import filters
from pyrogram.enums import MessageMediaType as Media
from pyrogram.filters import Filter
from pyrogram.types import CallbackQuery, Message

from locales.arguments import clean, cut
from plugins.captions import to_html
from services.content import TEXT, text_id
from services.errors import UserError
from services.files import Upload

if TYPE_CHECKING:
    from client.bot import Bot

KINDS: Final = {
    Media.ANIMATION: "animation",
    Media.AUDIO: "audio",
    Media.DOCUMENT: "document",
    Media.LIVE_PHOTO: "photo",
    Media.PHOTO: "photo",
    Media.STICKER: "sticker",
    Media.VIDEO: "video",
    Media.VIDEO_NOTE: "video_note",
    Media.VOICE: "voice",
}
"""What is stored, and what it is called in the database."""

_NO_FILES: Final = {
    Media.CONTACT: "contact",
    Media.DICE: "dice",
    Media.GAME: "game",
    Media.LOCATION: "location",
    Media.PAID_MEDIA: "paid",
    Media.POLL: "poll",
    Media.STORY: "story",
    Media.VENUE: "location",
}

_NOT_TO_BE_PASSED_ON: Final = "once"


VERBS: Final[set[str]] = set()
"""The names of all buttons that a handler waits for."""


def upload_of(message: Message) -> Upload | None:
    """Read the file that a message carries; None when it carries none, or one that Telegram lets nobody pass on."""
    kind = KINDS.get(message.media) if message.media else None
    file = getattr(message, message.media.value, None) if message.media else None
    if kind is None or file is None or message.chat is None or _cannot_be_passed_on(message):
        return None
    return Upload(
        chat_id=int(message.chat.id or 0),
        message_id=message.id,
        unique_id=file.file_unique_id,
        kind=kind,
        name=getattr(file, "file_name", None) or None,
        size=getattr(file, "file_size", None) or 0,
        mime=getattr(file, "mime_type", None),
        caption=to_html(message.caption, message.caption_entities) if message.caption else None,
        group_id=int(message.media_group_id) if message.media_group_id else None,
        width=getattr(file, "width", None) or getattr(file, "length", None),
        height=getattr(file, "height", None) or getattr(file, "length", None),
        duration=getattr(file, "duration", None),
        file_ref=file.file_id,
    )


def text_of(message: Message) -> Upload | None:
    """Read a text that can be handed out as a file is; None where the message is none, or a command."""
    if not message.text or message.chat is None or message.has_protected_content or is_command(message):
        return None
    words = str(message.text)
    html = to_html(words, message.entities)
    return Upload(
        chat_id=int(message.chat.id or 0),
        message_id=message.id,
        unique_id=text_id(html),
        kind=TEXT,
        name=cut(clean(words.strip().partition("\n")[0])) or None,
        size=len(words.encode()),
    )


def kind_of_no_file(message: Message) -> str:
    """Name what a message carries instead of a file, as the text `not-a-file` distinguishes it."""
    if _cannot_be_passed_on(message):
        return _NOT_TO_BE_PASSED_ON
    return _NO_FILES.get(message.media, "other") if message.media else "other"


def argument_of(message: Message) -> str:
    """Read what follows a command, in one piece."""
    return next(iter(str(message.text or "").split(maxsplit=1)[1:]), "").strip()


def verb_of(query: CallbackQuery) -> str:
    """Read the name in a button's data."""
    return str(query.data).partition(":")[0]


def pressed_argument(query: CallbackQuery) -> str:
    """Read what follows the name in a button's data."""
    return str(query.data).partition(":")[2]


def pressed_number(query: CallbackQuery, form: re.Pattern[str]) -> int:
    """Read the number that a button's data begins with: what is pressed comes from a person's program, and may be any.

    Raises:
        UserError: `button-stale`, where there is none of this form.
    """
    number = pressed_argument(query).partition(":")[0]
    if not form.fullmatch(number):
        raise UserError("button-stale")
    return int(number)


def _cannot_be_passed_on(message: Message) -> bool:
    file = getattr(message, message.media.value, None) if message.media else None
    return bool(message.has_protected_content or getattr(file, "ttl_seconds", None))


async def _is_person(_: Filter, __: Bot, update: Message | CallbackQuery) -> bool:
    if isinstance(update, Message) and (update.service or update.outgoing or update.empty or update.sender_chat):
        return False
    if isinstance(update, Message) and update.via_bot and update.via_bot.is_self:
        return False  # chosen from our own offers: it has its button, and nobody said anything to us
    return bool(update.from_user and not update.from_user.is_bot)


async def _has_file(_: Filter, __: Bot, message: Message) -> bool:
    return upload_of(message) is not None


async def _is_yaml(_: Filter, __: Bot, message: Message) -> bool:
    name = message.document.file_name if message.document else None
    return (name or "").lower().endswith((".yml", ".yaml"))


async def _in_album(_: Filter, __: Bot, message: Message) -> bool:
    return bool(message.media_group_id)


async def _is_text(_: Filter, __: Bot, message: Message) -> bool:
    return bool(message.text)


def is_command(message: Message) -> bool:
    """Whether a text begins with a slash and was written here, not forwarded."""
    return str(message.text or "").startswith("/") and not message.forward_origin


async def _is_any_command(_: Filter, __: Bot, message: Message) -> bool:
    return is_command(message)


speaks: Filter = filters.create(_is_person, "speaks")
"""What a person writes or presses anywhere; no service message, no channel, no other bot."""

person: Filter = filters.private & speaks
"""What a person writes to the bot or presses in its chat; no service message, no channel, no other bot."""

text: Filter = filters.create(_is_text, "text")
"""Messages of text, with or without a preview of a page."""

file: Filter = filters.create(_has_file, "file")
"""Messages with a file that can be stored."""

yaml: Filter = filters.create(_is_yaml, "yaml")
"""Messages with a file whose name says that it is YAML."""

album: Filter = filters.create(_in_album, "album")
"""Parts of an album."""

any_command: Filter = person & filters.create(_is_any_command, "any_command")
"""Texts that begin with a slash and were written here, not forwarded."""


def command(name: str) -> Filter:
    """One command, written by a person in the chat with the bot; in a caption or a forwarded message it is none."""
    both: Filter = any_command & filters.command(name)
    return both


def pressed(name: str) -> Filter:
    """A button whose data is this name, alone or followed by a colon and an argument."""
    VERBS.add(name)

    async def is_pressed(_: Filter, __: Bot, query: CallbackQuery) -> bool:
        return isinstance(query.data, str) and verb_of(query) == name

    return filters.create(is_pressed, f"pressed {name}")
