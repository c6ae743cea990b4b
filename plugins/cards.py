"""What is said about stored files: which text, with what in it, over which buttons; and how any card is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from client.keyboard import Button, Keyboard
from services.albums import AlbumReady
from services.files import Stored

if TYPE_CHECKING:
    from pyrogram.types import CallbackQuery, Message

    from client.bot import Bot

_STORED: Final = {
    # posted in the storage channel, more than one file, known before
    (False, False, False): "stored",
    (False, False, True): "stored-again",
    (False, True, False): "stored-album",
    (False, True, True): "stored-album-again",
    (True, False, False): "posted",
    (True, False, True): "posted-again",
    (True, True, False): "posted-album",
    (True, True, True): "posted-album-again",
}


@dataclass(slots=True)
class Card:
    """A text's key, what its placeholders stand for, and the buttons under it."""

    key: str
    args: dict[str, Any]
    keyboard: Keyboard


async def say(bot: Bot, message: Message, card: Card) -> None:
    """Answer a message with a card."""
    await bot.answer(message, card.key, keyboard=card.keyboard, **card.args)


async def show(bot: Bot, query: CallbackQuery, card: Card) -> None:
    """Put a card in the place of the message whose button was pressed."""
    await put(bot, query, card)
    await bot.toast(query)


async def put(bot: Bot, query: CallbackQuery, card: Card) -> None:
    """Do as `show`, where the press was answered before: what the card says took its time."""
    await bot.edit_answer(query, card.key, keyboard=card.keyboard, **card.args)


def link_buttons(bot: Bot, code: str) -> list[Button]:
    """What can be done with a link right where it was made: share it, and set what holds for it."""
    return [Button("button-share", share=bot.link_url(code)), Button("button-link-options", data=f"link:{code}")]


def stored_card(bot: Bot, stored: Stored, *, posted: bool = False) -> Card:
    """Say that something was stored, or was there already, and what its link is.

    Args:
        bot: whose links these are.
        stored: what came of it.
        posted: whether it was posted in the storage channel itself.
    """
    code, count = stored.link.code, len(stored.link.items)
    url = bot.link_url(code)
    first = stored.files[0]
    args: dict[str, Any] = {
        "name": first.name,
        "kind": first.kind,
        "count": count,
        "size": sum(file.size or 0 for file in stored.files),
        "url": url,
    }
    more = [Button("button-new-link", data=f"new-link:{code}")] if stored.existing else []
    return Card(_STORED[posted, count > 1, stored.existing], args, [link_buttons(bot, code), more])


def album_card(bot: Bot, ready: AlbumReady) -> Card:
    """Say what came of an album: its link, or why it could not be stored."""
    if ready.refusal is not None:
        return Card(ready.refusal.key, dict(ready.refusal.args_), [])
    if ready.stored is None:
        return Card("apology", {}, [])
    return stored_card(bot, ready.stored, posted=ready.posted)
