"""Everyone who talks to the bot is remembered, before anything else happens; /users lists them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from pyrogram import Client, ContinuePropagation
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import everyone, may
from plugins.cards import Card, say, show
from plugins.naming import PAGE, Named, page_of, turning
from plugins.people import person_of, profile_of
from plugins.recognize import argument_of, command, person, pressed
from services.access import Permission
from services.users import called

FIRST: Final = -2
"""The group of these handlers: before those of every other file, and before answers to questions."""

_start: Final = command("start")


@Client.on_message(person & everyone, group=FIRST)
async def meet_writer(bot: Bot, message: Message) -> None:
    """Remember who writes, and which link first led here; newcomers begin the sequences."""
    payload = argument_of(message) if await _start(bot, message) else ""
    user = await bot.services.users.seen(profile_of(person_of(message)), start_payload=payload or None)
    await bot.services.sequences.joined(user)
    await bot.services.letters.heard_of(person_of(message).id)
    raise ContinuePropagation


@Client.on_callback_query(person & everyone, group=FIRST)
async def meet_presser(bot: Bot, query: CallbackQuery) -> None:
    """Remember who presses a button."""
    await bot.services.users.seen(profile_of(person_of(query)))
    raise ContinuePropagation


@Client.on_message(command("users") & may(Permission.BAN))
async def users(bot: Bot, message: Message) -> None:
    """Say how many people there are, and who wrote last."""
    await say(bot, message, await users_card(bot))


@Client.on_callback_query(person & may(Permission.BAN) & pressed("users"))
async def press_users(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of people."""
    await show(bot, query, await users_card(bot, page_of(query)))


async def users_card(bot: Bot, page: int = 0) -> Card:
    """Count the people, and list those who wrote last."""
    counts, found = await bot.services.users.counts(), await bot.services.users.page(page * PAGE, PAGE + 1)
    rows = tuple(Named(user.user_id, called(user)).part for user in found[:PAGE])
    turn = turning("users", page, more=len(found) > PAGE)
    return Card("users", {"rows": rows, **asdict(counts)}, [turn])
