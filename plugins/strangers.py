"""What is said to whatever no other file answers: a reader's file or text, an unknown command, an old button."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of_album
from client.filters import admin
from plugins.people import person_of
from plugins.recognize import album, any_command, person, text

LAST: Final = 100
"""The group of these handlers: after those of every other file, whatever its name."""


@Client.on_message(any_command, group=LAST)
async def answer_unknown_command(bot: Bot, message: Message) -> None:
    """Say that there is no such command for this person, and where the others are."""
    await bot.answer(message, "unknown-command")


@Client.on_message(person & text & admin, group=LAST)
async def answer_admin(bot: Bot, message: Message) -> None:
    """Say to an admin what to send."""
    await bot.answer(message, "admin-text")


@Client.on_message(person & text, group=LAST)
async def answer_text(bot: Bot, message: Message) -> None:
    """Say to a reader where files come from."""
    await bot.answer(message, "reader-text")


@Client.on_message(person & album, group=LAST)
async def answer_album(bot: Bot, message: Message) -> None:
    """Say once to a reader who sends an album that files are taken from admins only."""
    await bot.tell(person_of(message).id, "reader-file", cause=cause_of_album(message), step="answer")


@Client.on_message(person, group=LAST)
async def answer_media(bot: Bot, message: Message) -> None:
    """Say to a reader that files are taken from admins only."""
    await bot.answer(message, "reader-file")


@Client.on_callback_query(group=LAST)
async def answer_button(bot: Bot, query: CallbackQuery) -> None:
    """Say that a button is not for this person, or leads nowhere any more."""
    key = "button-stale" if await admin(bot, query) else "no-authority"
    await bot.toast(query, key, alert=True)
