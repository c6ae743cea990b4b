"""What an admin does with links: list them, look at one, close it, open it again, make another to the same content."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from plugins.cards import say, show
from plugins.link_cards import (
    COUNTED,
    link_card,
    links_card,
    new_link_card,
    property_card,
    property_question,
    restored_card,
    revoked_card,
    uses_card,
)
from plugins.people import names_by_id, person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from plugins.talk import TALKING, answers, ask, talking
from services.access import Permission
from services.link_life import property_called

uploader = may(Permission.UPLOAD)

TOPIC: Final = "link"


@Client.on_message(command("links") & uploader)
async def links(bot: Bot, message: Message) -> None:
    """List the newest links."""
    await say(bot, message, links_card(await bot.services.link_life.page(by=person_of(message).id)))


@Client.on_message(command("revoke") & uploader)
async def revoke(bot: Bot, message: Message) -> None:
    """Close the link that is written after the command, or shown in the message that this one answers."""
    named = argument_of(message) or link_in(await bot.replied(message))
    if not named:
        await bot.answer(message, "revoke-usage")
        return
    shown = await bot.services.link_life.revoke(named, by=person_of(message).id, cause=cause_of(message))
    await say(bot, message, revoked_card(bot, shown))


@Client.on_callback_query(person & uploader & pressed("links"))
async def press_page(bot: Bot, query: CallbackQuery) -> None:
    """Show the newest links, or those older than the one that the button names; of everybody or one's own."""
    scope, _, after = pressed_argument(query).rpartition(":")
    page = await bot.services.link_life.page(after or None, by=person_of(query).id, mine=scope == "mine")
    await show(bot, query, links_card(page))


@Client.on_callback_query(person & uploader & pressed("link"))
async def press_link(bot: Bot, query: CallbackQuery) -> None:
    """Show one link and what can be done with it."""
    shown = await bot.services.link_life.card(pressed_argument(query), by=person_of(query).id)
    await show(bot, query, link_card(bot, shown))


@Client.on_callback_query(person & uploader & pressed("link-set"))
async def press_property(bot: Bot, query: CallbackQuery) -> None:
    """Show one property of a link and what it may be."""
    name, _, code = pressed_argument(query).partition(":")
    shown = await bot.services.link_life.card(code, by=person_of(query).id)
    await show(bot, query, property_card(shown, property_called(name)))


@Client.on_callback_query(person & uploader & pressed("link-to"))
async def press_value(bot: Bot, query: CallbackQuery) -> None:
    """Set a property of a link to what the button carries."""
    name, _, rest = pressed_argument(query).partition(":")
    data, _, code = rest.rpartition(":")
    what, by, cause = property_called(name), person_of(query).id, cause_of(query)
    await show(bot, query, link_card(bot, await bot.services.link_life.press(code, what, data, by=by, cause=cause)))


@Client.on_callback_query(person & uploader & pressed("link-type"))
async def press_type(bot: Bot, query: CallbackQuery) -> None:
    """Ask for a property of a link in words."""
    name, _, code = pressed_argument(query).partition(":")
    what = property_called(name)
    shown = await bot.services.link_life.card(code, by=person_of(query).id)
    label = bot.texts.label(await bot.language_of(query.from_user), f"link-{what}")
    await ask(bot, query, TOPIC, property_question(shown, what, label), data={"what": name, "code": shown.link.code})


@Client.on_message(answers(TOPIC) & uploader, group=TALKING)
async def take_words(bot: Bot, message: Message) -> None:
    """Set a property of a link to what a person wrote."""
    async with talking(bot, message) as talk:
        what, code = property_called(talk.data["what"]), talk.data["code"]
        shown = await bot.services.link_life.write(
            code, what, talk.text, by=person_of(message).id, cause=cause_of(message)
        )
        card = link_card(bot, shown)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & uploader & pressed("link-uses"))
async def press_uses(bot: Bot, query: CallbackQuery) -> None:
    """Show how a link was used, and by whom, and how often each of its files was handed out."""
    shown, statistics = await bot.services.link_life.uses(pressed_argument(query), by=person_of(query).id)
    names = await names_by_id(bot, {by for by, _ in statistics.last})
    counts = await bot.services.stats.of_files([file.unique_id for file in shown.files[:COUNTED]])
    await show(bot, query, uses_card(shown, statistics, names, counts, bot.clock.now()))


@Client.on_callback_query(person & uploader & pressed("revoke"))
async def press_revoke(bot: Bot, query: CallbackQuery) -> None:
    """Close a link."""
    code, by = pressed_argument(query), person_of(query).id
    await show(bot, query, revoked_card(bot, await bot.services.link_life.revoke(code, by=by, cause=cause_of(query))))


@Client.on_callback_query(person & uploader & pressed("restore"))
async def press_restore(bot: Bot, query: CallbackQuery) -> None:
    """Open a closed link again."""
    code, by = pressed_argument(query), person_of(query).id
    await show(bot, query, restored_card(bot, await bot.services.link_life.restore(code, by=by, cause=cause_of(query))))


@Client.on_callback_query(person & uploader & pressed("new-link"))
async def press_new_link(bot: Bot, query: CallbackQuery) -> None:
    """Make a second link to the same content, counted and closed on its own."""
    code, by = pressed_argument(query), person_of(query).id
    link = await bot.services.files.another_link(code, by=by, cause=cause_of(query))
    card = new_link_card(bot, await bot.services.link_life.card(link.code, by=by))
    await bot.answer(query, card.key, keyboard=card.keyboard, **card.args)
    await bot.toast(query)


def link_in(message: Message | None) -> str:
    """Find a deep link in the text of a message; empty when there is none."""
    words = str(message.text or message.caption or "").split() if message else []
    return next((word for word in words if "start=" in word), "")
