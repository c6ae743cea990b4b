"""What is said about the chats that readers must have joined: to readers, and to whoever names the chats."""

from __future__ import annotations

from collections.abc import Sequence

from client.keyboard import DATA, Button
from locales.texts import Part
from plugins.cards import Card
from services.doors import Door, name_of
from services.required import RequiredChat


def gate_card(doors: Sequence[Door], payload: str, *, again: str) -> Card:
    """Show a reader what to join, each with a button where a way is known.

    Args:
        doors: the chats.
        payload: what the link that was opened carries; trying again goes on with it.
        again: the address of that link, for a payload that fits into no button.
    """
    buttons = [[Button("button-join", url=door.url, title=door.title)] for door in doors if door.url]
    data = f"fsub-again:{payload}"
    fits = len(data.encode()) <= DATA
    last = Button("button-try-again", data=data) if fits else Button("button-try-again", url=again)
    rows = tuple(Part("fsub-row", {"title": door.title}) for door in doors)
    return Card("fsub-gate", {"rows": rows}, [*buttons, [last]])


def chats_card(chats: Sequence[RequiredChat]) -> Card:
    """List the chats, with a button for each."""
    add = [Button("button-fsub-add", data="fsub-add")]
    if not chats:
        return Card("fsub-none", {}, [add])
    rows = tuple(
        Part("fsub-chats-row", {"title": name_of(chat), "lost": chat.lost_at is not None, "asks": chat.asks})
        for chat in chats
    )
    buttons = [[Button(text=name_of(chat), data=f"fsub-chat:{chat.chat_id}")] for chat in chats]
    return Card("fsub-chats", {"rows": rows}, [*buttons, add])


def chat_card(chat: RequiredChat) -> Card:
    """Show one chat, and what can be done with it."""
    way = "button-fsub-direct" if chat.asks else "button-fsub-asks"
    buttons = [
        [Button(way, data=f"fsub-asks:{chat.chat_id}:{'off' if chat.asks else 'on'}")],
        [Button("button-fsub-link", data=f"fsub-link:{chat.chat_id}")],
        [Button("button-fsub-del", data=f"fsub-del:{chat.chat_id}"), Button("button-fsub-all", data="fsub")],
    ]
    args = {"title": name_of(chat), "lost": chat.lost_at is not None, "asks": chat.asks, "username": chat.username}
    return Card("fsub-chat", args, buttons)
