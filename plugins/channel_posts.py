"""What a post of the source channel does that begins with /chat: it goes to all readers, without the command, once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from pyrogram import Client, filters
from pyrogram.filters import Filter
from pyrogram.types import Message

from client.bot import Bot
from client.cause import Cause, cause_of, cause_of_album, start_of
from client.filters import from_telegram
from client.speech import CAPTION, chat_of
from plugins.outgoing import album_of, outgoing_of, rest_of
from services.broadcasts import BroadcastOptions, BroadcastState, Buttons, OutButton, Outgoing
from services.errors import UserError
from services.templates import shown_units

_COMMAND: Final = re.compile(r"/chat(?:@(?P<name>\w+))?(?:\s+|$)", re.IGNORECASE | re.ASCII)

WHOLE: Final = timedelta(seconds=2)
"""After how long an album of the source channel goes out: all its messages are there by then."""


async def _is_chat_post(_: Filter, bot: Bot, message: Message) -> bool:
    """Whether a post of the source channel begins with the command, or is in an album with one that does."""
    if chat_of(message) != (await bot.services.settings.current()).source_chat:
        return False
    known: dict[str, Any] = vars(message)
    if "_chat_post" not in known:
        parts = await album_of(bot, message)
        known["_chat_post"] = any(command_in(each, bot.username) for each in parts)
    return bool(known["_chat_post"])


chat_post: Filter = filters.create(_is_chat_post, "chat_post")
"""Posts that go to all readers; they are no files to be stored."""


@Client.on_message(from_telegram & filters.channel & ~filters.outgoing & chat_post)
async def send_to_all(bot: Bot, message: Message) -> None:
    """Send a post to all readers, once however often it comes; the owner is told how it goes, and may stop it."""
    owner, cause = bot.services.access.owner_id, cause_of_album(message)
    try:
        await broadcast_of(bot, message, by=owner, cause=cause)
    except UserError as refusal:
        await bot.told(owner, refusal.key, cause=cause, step="refused", keyboard=None, **refusal.args_)


async def broadcast_of(bot: Bot, message: Message, *, by: int, cause: Cause) -> None:
    """Start the broadcast of a post; that of an album once it is whole.

    Raises:
        UserError: it cannot be sent, or there is nobody to get it.
    """
    out = await post_of(bot, message)
    casts = bot.services.broadcasts
    made = await casts.draft(out, by, cause, options=BroadcastOptions(buttons=await join_buttons(bot)))
    begin = start_of(cause)
    if made.state is BroadcastState.DRAFT and not await casts.has_anybody(made):
        raise UserError("cast-to-nobody")
    if not message.media_group_id:
        await casts.start(made.code, by, begin)
        return
    planned = await casts.schedule(made.code, by, begin, bot.clock.now() + WHOLE)
    if planned.out != out and planned.state is BroadcastState.SCHEDULED:  # a message of it was not there yet
        await casts.change(made.code, by, cause_of(message), out=out)


async def post_of(bot: Bot, message: Message) -> Outgoing:
    """Make of a post what readers get: without the command.

    Raises:
        UserError: `chat-empty`: nothing is left; `cast-caption-long`; what `outgoing_of` raises.
    """
    out = await outgoing_of(bot, message)
    named = next(each for each in await album_of(bot, message) if command_in(each, bot.username))
    words, entities = (named.text, named.entities) if named.text else (named.caption, named.caption_entities)
    html = rest_of(str(words), entities, command_in(named, bot.username))
    if named.text:
        if not html.strip():
            raise UserError("chat-empty")
        return Outgoing(None, (), html, is_text=True)
    if shown_units(html) > CAPTION:
        raise UserError("cast-caption-long")
    return replace(out, html=html, title="")


async def join_buttons(bot: Bot) -> Buttons:
    """The button by which readers join the channel of the settings, in the owner's language; none without one."""
    url = (await bot.services.settings.current()).join_url
    if url is None:
        return ()
    language = await bot.services.users.language_of(bot.services.access.owner_id)
    return ((OutButton(bot.texts.label(language, "button-chat-join"), url=url),),)


def command_in(message: Message, username: str) -> int:
    """How many UTF-16 units of a post are the command that it begins with; 0 where it begins with none."""
    found = _COMMAND.match(str(message.text or message.caption or ""))
    if found is None or (found["name"] or username).casefold() != username.casefold():
        return 0
    return found.end()
