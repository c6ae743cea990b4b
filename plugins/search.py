"""What /search does: list what readers may find, the best first, in pages that are turned with buttons."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import everyone
from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from services.search import Found, FoundLink

PAGE: Final = 8
"""Results in one message."""

PAYLOAD: Final = "search"
"""What a deep link carries that leads here; no code of a link looks like it."""


@Client.on_message(command("search") & everyone)
async def search(bot: Bot, message: Message) -> None:
    """List what the words after the command find; without words, what is opened most."""
    await answer_search(bot, message, argument_of(message))


@Client.on_callback_query(person & everyone & pressed("found"))
async def turn(bot: Bot, query: CallbackQuery) -> None:
    """Show another page of a search."""
    name, _, first = pressed_argument(query).partition(":")
    found = await bot.services.search.turn(name, int(first) if first.isdecimal() else 0, size=PAGE)
    card = found_card(bot, found)
    await bot.edit_answer(query, card.key, keyboard=card.keyboard, **card.args)
    await bot.toast(query)


async def answer_search(bot: Bot, message: Message, text: str) -> None:
    """Answer a message with the first page of what a text finds."""
    card = found_card(bot, await bot.services.search.ask(text, size=PAGE))
    await bot.answer(message, card.key, keyboard=card.keyboard, **card.args)


def found_card(bot: Bot, found: Found) -> Card:
    """List one page of what was found, each a link to open, with buttons to the pages beside it."""
    if not found.links:
        return Card("search-nothing" if found.text else "search-empty", {"words": found.text}, [])
    rows = tuple(
        Part("search-row", described(each) | {"number": number, "url": bot.link_url(each.link.code)})
        for number, each in enumerate(found.links, found.first + 1)
    )
    turns = []
    if found.first:
        turns.append(Button("button-search-back", data=f"found:{found.name}:{max(0, found.first - PAGE)}"))
    if found.after is not None:
        turns.append(Button("button-search-more", data=f"found:{found.name}:{found.after}"))
    return Card("search-found" if found.text else "search-popular", {"words": found.text, "rows": rows}, [turns])


def described(found: FoundLink) -> dict[str, object]:
    """Say what a link is called and what is behind it; by the kind that is most of all files where nothing is known."""
    file = found.file
    return {
        "name": found.link.title or (file.shown_name if file else None),
        "kind": file.kind if file else "document",
        "count": found.count,
        "size": (file.size if file else None) or 0,
    }
