"""What is said about stored files and links: which text, with what in it, over which buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from client.keyboard import Button, Keyboard
from locales.texts import Part
from services.albums import AlbumReady
from services.files import Stored
from services.links import LinkCard, LinkPage, LinkState

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
    await bot.edit_answer(query, card.key, keyboard=card.keyboard, **card.args)
    await bot.toast(query)


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
    buttons = [Button("button-share", share=url)]
    if stored.existing:
        buttons.append(Button("button-new-link", data=f"new-link:{code}"))
    return Card(_STORED[posted, count > 1, stored.existing], args, [buttons])


def album_card(bot: Bot, ready: AlbumReady) -> Card:
    """Say what came of an album: its link, or why it could not be stored."""
    if ready.refusal is not None:
        return Card(ready.refusal.key, dict(ready.refusal.args_), [])
    if ready.stored is None:
        return Card("apology", {}, [])
    return stored_card(bot, ready.stored, posted=ready.posted)


def new_link_card(bot: Bot, shown: LinkCard) -> Card:
    """Say that another link to the same content was made."""
    args = _named(shown) | {"count": len(shown.link.items), "url": bot.link_url(shown.link.code)}
    key = "new-link" if len(shown.link.items) == 1 else "new-link-album"
    return Card(key, args, [[Button("button-share", share=bot.link_url(shown.link.code))]])


def link_card(bot: Bot, shown: LinkCard) -> Card:
    """Show one link: what is behind it, how often it was used, and what can be done with it."""
    args = _named(shown) | {
        "count": len(shown.link.items),
        "size": shown.size,
        "uses": shown.uses,
        "state": shown.state.value,
        "url": bot.link_url(shown.link.code),
    }
    return Card("link-card", args, _switch(bot, shown))


def revoked_card(bot: Bot, shown: LinkCard) -> Card:
    """Say that a link was closed, and offer to open it again."""
    return Card("revoked", _named(shown) | {"url": bot.link_url(shown.link.code)}, _switch(bot, shown))


def restored_card(bot: Bot, shown: LinkCard) -> Card:
    """Say that a link is open again, or why it still hands nothing out."""
    if shown.state is not LinkState.OPEN:
        return link_card(bot, shown)
    return Card("restored", _named(shown) | {"url": bot.link_url(shown.link.code)}, _switch(bot, shown))


def links_card(page: LinkPage) -> Card:
    """List one page of links, with a numbered button for each."""
    if not page.cards:
        return Card("links-empty", {}, [])
    rows = tuple(
        Part(
            "links-row",
            _named(shown)
            | {
                "number": number,
                "more": len(shown.link.items) - 1,
                "uses": shown.uses,
                "state": shown.state.value,
            },
        )
        for number, shown in enumerate(page.cards, 1)
    )
    numbers = [Button(text=str(n), data=f"link:{shown.link.code}") for n, shown in enumerate(page.cards, 1)]
    half = (len(numbers) + 1) // 2
    turn = [Button("button-newest", data="links")] if len(page.cards) < page.total else []
    if page.next_after:
        turn.append(Button("button-older", data=f"links:{page.next_after}"))
    return Card("links", {"total": page.total, "rows": rows}, [numbers[:half], numbers[half:], turn])


def _named(shown: LinkCard) -> dict[str, Any]:
    """Name a link by its first file; by the kind that is most of all files where its record is gone."""
    first = shown.files[0] if shown.files else None
    return {"name": first.name if first else None, "kind": first.kind if first else "document"}


def _switch(bot: Bot, shown: LinkCard) -> Keyboard:
    """Share and close an open link, open a closed one again; one that ran out by itself can only be looked at."""
    code = shown.link.code
    rows: list[list[Button]] = []
    if shown.state is LinkState.OPEN:
        rows.append([Button("button-share", share=bot.link_url(code)), Button("button-revoke", data=f"revoke:{code}")])
    elif shown.state is LinkState.REVOKED:
        rows.append([Button("button-restore", data=f"restore:{code}")])
    return [*rows, [Button("button-all-links", data="links")]]
