"""What an admin does with links: list them, look at one, close it, open it again, make another to the same content."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from plugins.cards import link_card, links_card, new_link_card, restored_card, revoked_card, say, show
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from services.access import Permission

uploader = may(Permission.UPLOAD)


@Client.on_message(command("links") & uploader)
async def links(bot: Bot, message: Message) -> None:
    """List the newest links."""
    await say(bot, message, links_card(await bot.services.links.page()))


@Client.on_message(command("revoke") & uploader)
async def revoke(bot: Bot, message: Message) -> None:
    """Close the link that is written after the command, or shown in the message that this one answers."""
    named = argument_of(message) or link_in(await bot.replied(message))
    if not named:
        await bot.answer(message, "revoke-usage")
        return
    shown = await bot.services.links.revoke(named, by=person_of(message).id, cause=cause_of(message))
    await say(bot, message, revoked_card(bot, shown))


@Client.on_callback_query(person & uploader & pressed("links"))
async def press_page(bot: Bot, query: CallbackQuery) -> None:
    """Show the newest links, or those older than the one that the button names."""
    await show(bot, query, links_card(await bot.services.links.page(pressed_argument(query) or None)))


@Client.on_callback_query(person & uploader & pressed("link"))
async def press_link(bot: Bot, query: CallbackQuery) -> None:
    """Show one link and what can be done with it."""
    await show(bot, query, link_card(bot, await bot.services.links.card(pressed_argument(query))))


@Client.on_callback_query(person & uploader & pressed("revoke"))
async def press_revoke(bot: Bot, query: CallbackQuery) -> None:
    """Close a link."""
    code, by = pressed_argument(query), person_of(query).id
    await show(bot, query, revoked_card(bot, await bot.services.links.revoke(code, by=by, cause=cause_of(query))))


@Client.on_callback_query(person & uploader & pressed("restore"))
async def press_restore(bot: Bot, query: CallbackQuery) -> None:
    """Open a closed link again."""
    code, by = pressed_argument(query), person_of(query).id
    await show(bot, query, restored_card(bot, await bot.services.links.restore(code, by=by, cause=cause_of(query))))


@Client.on_callback_query(person & uploader & pressed("new-link"))
async def press_new_link(bot: Bot, query: CallbackQuery) -> None:
    """Make a second link to the same content, counted and closed on its own."""
    code, by = pressed_argument(query), person_of(query).id
    link = await bot.services.files.another_link(code, by=by, cause=cause_of(query))
    card = new_link_card(bot, await bot.services.links.card(link.code))
    await bot.answer(query, card.key, keyboard=card.keyboard, **card.args)
    await bot.toast(query)


def link_in(message: Message | None) -> str:
    """Find a deep link in the text of a message; empty when there is none."""
    words = str(message.text or message.caption or "").split() if message else []
    return next((word for word in words if "start=" in word), "")
