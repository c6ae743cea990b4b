"""How a service message is shown: what happened in a chat, as one line of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrogram import raw

types = raw.types
Names = Callable[[int], str]


def shown_service(message: Any, who: str, names: Names, *, broadcast: bool) -> dict[str, Any]:
    """What happened: `kind` for a program, `text` for a person. `who` did it, `names` tells users by id."""
    kind, text = _told(message.action, who, names, broadcast=broadcast)
    return {"kind": kind, "text": text}


def _told(action: Any, who: str, names: Names, *, broadcast: bool) -> tuple[str, str]:
    chat = "channel" if broadcast else "group"
    match action:
        case types.MessageActionChannelCreate():
            told = "created", "Channel created" if broadcast else f"{who} created the group"
        case types.MessageActionChatAddUser():
            added = ", ".join(names(user) for user in action.users)
            told = "added", f"{who} joined the {chat}" if added == who else f"{who} added {added}"
        case types.MessageActionChatJoinedByLink():
            told = "joined", f"{who} joined the {chat} by an invite link"
        case types.MessageActionChatJoinedByRequest():
            told = "joined", f"{who} was let into the {chat}"
        case types.MessageActionChatDeleteUser():
            gone = names(action.user_id)
            told = "left", f"{who} left the {chat}" if gone == who else f"{who} removed {gone}"
        case types.MessageActionChatEditTitle():
            named = "Channel renamed to" if broadcast else f"{who} changed the group's name to"
            told = "renamed", f"{named} “{action.title}”"
        case types.MessageActionPinMessage():
            told = "pinned", "Channel pinned a message" if broadcast else f"{who} pinned a message"
        case types.MessageActionHistoryClear():
            told = "cleared", "The history was cleared"
        case _:
            told = "other", "Something happened here that this page has no words for"
    return told
