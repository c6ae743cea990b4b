"""What a message is as something to send to many: read from an admin's chat or a channel, an album whole."""

from __future__ import annotations

from copy import copy
from typing import Any, Final

from pyrogram.enums import MessageMediaType as Media
from pyrogram.types import Message, MessageEntity

from client.bot import Bot
from client.cause import Cause
from client.speech import chat_of
from locales.arguments import clean, cut
from locales.texts import Part
from plugins.captions import to_html
from plugins.recognize import KINDS
from services.broadcasts import ALBUM, Outgoing
from services.errors import UserError
from services.posted import Posted
from services.templates import plain

_NO_FILES: Final = frozenset({Media.CONTACT, Media.DICE, Media.LOCATION, Media.POLL, Media.VENUE})
_PASSED_ON: Final = _NO_FILES | {*KINDS}
"""What Telegram lets a bot pass on, texts apart."""

_WORDLESS: Final = _NO_FILES | {Media.STICKER, Media.VIDEO_NOTE}
"""What of that can have no caption."""

TITLE: Final = 100
"""Characters of a caption by which a message is named, at most."""

_REFUSED: Final = {
    "SOURCE_GONE": "cast-source-gone",
    "MEDIA_CAPTION_TOO_LONG": "cast-caption-long",
    "MESSAGE_TOO_LONG": "cast-text-long",
    "CHAT_FORWARDS_RESTRICTED": "cast-protected",
}
"""What is said of the reasons for which Telegram does not take a message."""


async def outgoing_of(bot: Bot, message: Message) -> Outgoing:
    """Make of a message what can be sent to others; of one of an album, the whole album.

    Raises:
        UserError: it is of a kind that cannot be sent on (`cast-service`, `cast-kind`, `cast-protected`).
    """
    parts = await album_of(bot, message)
    for part in parts:
        _check(part)
    chat = chat_of(message)
    if message.text is None:
        title = next((str(part.caption) for part in parts if part.caption), "")[:TITLE]
        wordless = parts[0].media in _WORDLESS
        return Outgoing(chat, tuple(part.id for part in parts), None, title=title, wordless=wordless)
    html = to_html(str(message.text), message.entities)
    if message.has_protected_content:
        return Outgoing(None, (), html, is_text=True)
    return Outgoing(chat, (message.id,), html, is_text=True)


async def album_of(bot: Bot, message: Message) -> list[Message]:
    """All messages of the album that a message is in, in their order; one that is in none is alone."""
    if not message.media_group_id:
        return [message]
    around = range(max(1, message.id - ALBUM + 1), message.id + ALBUM)
    found: Any = await bot.get_messages(chat_of(message), list(around), replies=0)
    here = {message.id: message}
    for each in found:
        if not each.empty and each.media_group_id == message.media_group_id and chat_of(each) == chat_of(message):
            here[each.id] = each
    return [here[number] for number in sorted(here)]


def title_of(out: Outgoing) -> Part | str:
    """Name a message by its first words: its text, or its caption."""
    words = clean(plain(out.html or "")) or clean(out.title)
    return cut(words) if words else Part("cast-untitled", {"count": max(1, len(out.message_ids))})


async def check_source(bot: Bot, out: Outgoing) -> None:
    """Refuse what has lost its source since it was shown; a text is kept beside its own.

    Raises:
        UserError: `cast-source-gone`.
    """
    if out.chat is None or out.is_text:
        return
    found: Any = await bot.get_messages(out.chat, list(out.message_ids), replies=0)
    if any(each.empty for each in found):
        raise UserError("cast-source-gone")


async def show_out(bot: Bot, to: int, out: Outgoing, *, cause: Cause, step: str) -> None:
    """Show an admin what readers will get.

    Raises:
        UserError: Telegram does not take it; it says why.
    """
    posted: Posted = await bot.preview(to, out, cause=cause, step=step)
    if not posted.arrived:
        raise UserError(_REFUSED.get(posted.reason, "cast-refused"), reason=posted.reason)


def rest_of(text: str, entities: list[MessageEntity] | None, cut: int) -> str:
    """Write as HTML what follows the first `cut` UTF-16 units of a text, with the entities that it has there."""
    rest = text.encode("utf-16-le")[cut * 2 :].decode("utf-16-le", "replace")
    kept: list[MessageEntity] = []
    for entity in entities or ():
        start, end = max(0, entity.offset - cut), entity.offset + entity.length - cut
        if end > start:
            moved = copy(entity)
            moved.offset, moved.length = start, end - start
            kept.append(moved)
    return to_html(rest, kept)


def _check(message: Message) -> None:
    file = getattr(message, message.media.value, None) if message.media else None
    if message.service or message.empty:
        raise UserError("cast-service")
    if message.text:
        return
    if message.media not in _PASSED_ON or getattr(file, "ttl_seconds", None):
        raise UserError("cast-kind")
    if message.has_protected_content:
        raise UserError("cast-protected")
