"""What /results says: the last posts of a channel with a word in them; and how the bot comes to know these posts."""

from __future__ import annotations

from datetime import UTC
from html import escape
from typing import Any, Final

from pyrogram import Client, ContinuePropagation, filters, raw, utils
from pyrogram.types import Message

from client.bot import Bot
from client.filters import everyone, from_telegram
from client.keyboard import Button
from locales.texts import Html, Part
from plugins.cards import Card, say
from plugins.people import person_of
from plugins.recognize import command
from plugins.users import FIRST
from services.access import Permission
from services.results import AWAY, CLOSED, ResultPost, Shown
from services.templates import shortened
from services.times import written

ROOM: Final = 600
"""UTF-16 units that are shown of a post: five of them fit into a message."""

_TROUBLES: Final = {AWAY: "results-away", CLOSED: "results-closed"}


@Client.on_message(command("results") & everyone)
async def results(bot: Bot, message: Message) -> None:
    """Show the posts that are kept; to whoever may change that, how it stands with the channel."""
    shown, zone = await bot.services.results.shown(), (await bot.services.settings.current()).timezone
    settles = bot.services.access.may(person_of(message).id, Permission.SETTINGS)
    await say(bot, message, results_card(shown, zone, settles=settles))


@Client.on_message(from_telegram & filters.channel, group=FIRST)
async def note_post(bot: Bot, message: Message) -> None:
    """Remember a post of the channel."""
    await note(bot, message)
    raise ContinuePropagation


@Client.on_edited_message(from_telegram & filters.channel, group=FIRST)
async def note_edit(bot: Bot, message: Message) -> None:
    """Remember a post of the channel as it is from now on."""
    await note(bot, message)
    raise ContinuePropagation


@Client.on_raw_update(from_telegram, group=FIRST)
async def note_gone(bot: Bot, update: Any, _users: Any, _chats: Any) -> None:
    """Forget posts that are deleted."""
    if isinstance(update, raw.types.UpdateDeleteChannelMessages):
        await bot.services.results.gone(utils.get_channel_id(update.channel_id), update.messages)
    raise ContinuePropagation


async def note(bot: Bot, message: Message) -> None:
    """Tell the rules of a post as it is now."""
    chat, at = message.chat, message.date
    if chat is None or chat.id is None or at is None or message.service:
        return
    names = [name for name in (chat.username, *(each.username for each in chat.usernames or [])) if name]
    text = str(message.text or message.caption or "")
    await bot.services.results.note(int(chat.id), names, ResultPost(message.id, at.astimezone(UTC), text))


def results_card(shown: Shown, zone: str, *, settles: bool) -> Card:
    """Say what there is; `settles` says whether for somebody who may choose the channel."""
    keyboard = [[Button("button-settings-pages", data="settings:pages")]] if settles else []
    if not shown.is_set:
        return Card("results-unset" if settles else "results-none", {"trouble": None}, keyboard)
    trouble = Part(_TROUBLES[shown.reason]) if settles and shown.reason else None
    if not shown.posts:
        return Card("results-none" if shown.is_read else "results-unread", {"trouble": trouble}, keyboard)
    rows = tuple(
        Part(
            "results-row",
            {
                "url": f"{shown.base}/{post.number}",
                "at": written(post.at, zone),
                "excerpt": Html(escape(shortened(post.text, ROOM), quote=False)),
            },
        )
        for post in shown.posts
    )
    old = Part("results-old", {"seconds": shown.old}) if shown.old is not None else None
    return Card("results", {"rows": rows, "old": old, "trouble": trouble}, keyboard)
