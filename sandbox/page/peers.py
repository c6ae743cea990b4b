"""Ids of chats as bots write them, from and to Telegram's own peers, and the names that people read."""

from __future__ import annotations

from typing import Any

from pyrogram import raw, utils


def chat_id_of(peer: Any) -> int:
    """The id of a peer of any form: users are above 0, channels and groups below."""
    if isinstance(peer, raw.types.PeerChannel):
        return int(utils.get_channel_id(peer.channel_id))
    if isinstance(peer, raw.types.Channel | raw.types.ChannelForbidden):
        return int(utils.get_channel_id(peer.id))
    if isinstance(peer, raw.types.PeerChat):
        return int(-peer.chat_id)
    return int(getattr(peer, "user_id", None) or peer.id)


def is_channel(chat_id: int) -> bool:
    """Whether an id is a channel's or a group's."""
    return chat_id < 0


def channel_number(chat_id: int) -> int:
    """A channel's own number: its id without the -100."""
    return -chat_id - 10**12


def name_of(holder: Any) -> str:
    """What a user or a chat is called."""
    if holder is None:
        return "Somebody"
    title = getattr(holder, "title", None)
    if title is not None:
        return str(title)
    if getattr(holder, "deleted", None):
        return "Deleted Account"
    return " ".join(part for part in (holder.first_name, holder.last_name) if part) or "Somebody"
