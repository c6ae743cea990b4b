"""How a message is shown to one person: Telegram's own object as the JSON that the page draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pyrogram import raw

from sandbox.page.peers import chat_id_of, name_of
from sandbox.page.shown_buttons import shown_buttons, shown_keyboard
from sandbox.page.shown_media import media_words, shown_media
from sandbox.page.shown_service import shown_service
from sandbox.page.shown_text import shown_entities

types = raw.types
LINE: Final = 200
"""Characters of a text that are shown where there is one line for it."""
Place = tuple[int, int]
"""A message: its chat and its id there."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a person knows when looking at messages."""

    me: int
    users: Mapping[int, Any]
    chats: Mapping[int, Any]
    read_up_to: Mapping[int, int] = field(default_factory=dict)
    """Chat -> up to where the other side has read."""
    answered: Mapping[Place, Any] = field(default_factory=dict)
    """The messages that others answer; None for one that could not be asked for, none for one that is gone."""

    def holder(self, chat_id: int) -> Any:
        """The user or the chat with this id, None where it is not known."""
        return self.users.get(chat_id) if chat_id > 0 else self.chats.get(-chat_id - 10**12)

    def name(self, chat_id: int) -> str:
        """What somebody is called."""
        return name_of(self.holder(chat_id))

    def is_broadcast(self, chat_id: int) -> bool:
        """Whether a chat is a channel, not a group."""
        return bool(getattr(self.holder(chat_id), "broadcast", None))


def shown_message(message: Any, eyes: Eyes) -> dict[str, Any]:
    """A message, also one that says what happened in the chat."""
    chat_id = chat_id_of(message.peer_id)
    out = bool(message.out)
    sender = sender_of(message, eyes.me)
    shown: dict[str, Any] = {
        "id": message.id,
        "chat": chat_id,
        "date": message.date,
        "edited": None,
        "out": out,
        "from": _somebody(sender, eyes),
        "signature": None,
        "via_bot": None,
        "forward": None,
        "reply_to": _answered(message, chat_id, eyes),
        "text": "",
        "entities": [],
        "media": None,
        "album": None,
        "buttons": None,
        "keyboard": None,
        "service": None,
        "pinned": False,
        "silent": bool(message.silent),
        "views": None,
        "protected": bool(getattr(eyes.holder(chat_id), "noforwards", None)),
        "read": not out or _is_read(message.id, chat_id, eyes),
    }
    if isinstance(message, types.MessageService):
        broadcast = eyes.is_broadcast(chat_id)
        shown["service"] = shown_service(message, eyes.name(sender), eyes.name, broadcast=broadcast)
        return shown
    place = f"/api/people/{eyes.me}/chats/{chat_id}/messages/{message.id}"
    via_bot = eyes.users.get(message.via_bot_id or 0)
    return shown | {
        "edited": None if message.edit_hide else message.edit_date,
        "signature": message.post_author,
        "via_bot": None if via_bot is None else via_bot.username,
        "forward": _forward(message.fwd_from, eyes),
        "text": message.message,
        "entities": shown_entities(message.entities),
        "media": shown_media(message.media, place),
        "album": str(message.grouped_id) if message.grouped_id else None,
        "buttons": shown_buttons(message.reply_markup),
        "keyboard": shown_keyboard(message.reply_markup),
        "pinned": bool(message.pinned),
        "views": message.views,
        "protected": bool(message.noforwards) or shown["protected"],
    }


def sender_of(message: Any, me: int) -> int:
    """Whose message it is: a person's, or a channel's whose post has no author."""
    if message.from_id is not None:
        return chat_id_of(message.from_id)
    return me if message.out and not message.post else chat_id_of(message.peer_id)


def answers(message: Any) -> Place | None:
    """The message that this one answers, in its own chat; None when it answers none."""
    header = message.reply_to
    if not isinstance(header, types.MessageReplyHeader) or not header.reply_to_msg_id or header.reply_to_peer_id:
        return None
    return chat_id_of(message.peer_id), header.reply_to_msg_id


def shown_line(message: Any, eyes: Eyes) -> dict[str, Any]:
    """A message in one line, for the list of chats."""
    sender = sender_of(message, eyes.me)
    return {
        "id": message.id,
        "text": line_of(message, eyes),
        "date": message.date,
        "out": bool(message.out),
        "from": None if eyes.is_broadcast(chat_id_of(message.peer_id)) else eyes.name(sender),
    }


def line_of(message: Any, eyes: Eyes) -> str:
    """What a message says, in one line."""
    if isinstance(message, types.MessageService):
        who = eyes.name(sender_of(message, eyes.me))
        broadcast = eyes.is_broadcast(chat_id_of(message.peer_id))
        return str(shown_service(message, who, eyes.name, broadcast=broadcast)["text"])
    parts = (media_words(message.media), " ".join(message.message[: LINE * 2].split()))
    return ", ".join(part for part in parts if part)[:LINE]


def _somebody(chat_id: int, eyes: Eyes) -> dict[str, Any]:
    holder = eyes.holder(chat_id)
    return {"id": chat_id, "name": name_of(holder), "kind": kind_of(holder)}


def kind_of(holder: Any) -> str:
    """What somebody or some chat is: private, bot, channel or group."""
    if isinstance(holder, types.Channel | types.ChannelForbidden):
        return "channel" if holder.broadcast else "group"
    return "bot" if getattr(holder, "bot", None) else "private"


def _is_read(message_id: int, chat_id: int, eyes: Eyes) -> bool:
    """Whether the other side has seen an own message; of bots and of members Telegram does not say, and shows it so."""
    waits = chat_id > 0 and chat_id != eyes.me and not getattr(eyes.holder(chat_id), "bot", None)
    return not waits or message_id <= eyes.read_up_to.get(chat_id, 0)


def _answered(message: Any, chat_id: int, eyes: Eyes) -> dict[str, Any] | None:
    place = answers(message)
    if place is None:
        return None
    found = eyes.answered.get(place)
    quote = message.reply_to.quote_text
    if found is None:
        text = quote or ("…" if place in eyes.answered else "Deleted message")
        return {"id": place[1], "name": eyes.name(chat_id), "text": text, "media": None}
    service = isinstance(found, types.MessageService)
    return {
        "id": place[1],
        "name": eyes.name(sender_of(found, eyes.me)),
        "text": line_of(found, eyes) if service else (quote or " ".join(found.message[: LINE * 2].split())[:LINE]),
        "media": None if service else media_words(found.media),
    }


def _forward(header: Any, eyes: Eyes) -> dict[str, Any] | None:
    if header is None:
        return None
    origin = None if header.from_id is None else chat_id_of(header.from_id)
    return {
        "name": eyes.name(origin) if origin is not None else (header.from_name or "Somebody"),
        "chat": origin,
        "message": header.channel_post,
        "date": header.date,
    }
