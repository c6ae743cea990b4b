"""How a chat is shown to one person: what it is, what they may do there, and how it stands in their list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrogram import raw

from sandbox.page.peers import name_of
from sandbox.page.shown import Eyes, kind_of, shown_line

types = raw.types


@dataclass(slots=True)
class Standing:
    """How a chat stands in somebody's list, as Telegram told it last."""

    unread: int = 0
    read_up_to: int = 0
    read_outbox_up_to: int = 0
    top: Any = None
    """The newest message, None where there is none."""


@dataclass(frozen=True, slots=True)
class Closer:
    """What only a chat's full description says."""

    pinned: int | None = None
    blocked: bool = False


def shown_chat(chat_id: int, standing: Standing, closer: Closer, eyes: Eyes) -> dict[str, Any]:
    """A chat in somebody's list."""
    holder = eyes.holder(chat_id)
    saved = chat_id == eyes.me
    return {
        "id": chat_id,
        "kind": "saved" if saved else kind_of(holder),
        "title": "Saved Messages" if saved else name_of(holder),
        "username": getattr(holder, "username", None),
        "member": is_member(holder),
        "can_write": can_write(holder) and not closer.blocked,
        "creator": bool(getattr(holder, "creator", None)),
        "admin": bool(getattr(holder, "creator", None) or getattr(holder, "admin_rights", None)),
        "blocked": closer.blocked,
        "members": getattr(holder, "participants_count", None),
        "protected": bool(getattr(holder, "noforwards", None)),
        "unread": standing.unread,
        "read_up_to": standing.read_up_to,
        "read_outbox_up_to": standing.read_outbox_up_to,
        "pinned": closer.pinned,
        "last": None if standing.top is None else shown_line(standing.top, eyes),
    }


def is_member(holder: Any) -> bool:
    """Whether the person is in a channel or group; private chats have everybody in them."""
    if isinstance(holder, types.ChannelForbidden):
        return False
    return not (isinstance(holder, types.Channel) and holder.left)


def can_write(holder: Any) -> bool:
    """Whether the person may send a text there."""
    if isinstance(holder, types.User):
        return not holder.deleted
    if not isinstance(holder, types.Channel) or holder.left:
        return False
    if holder.creator:
        return True
    if holder.broadcast:
        return bool(holder.admin_rights and holder.admin_rights.post_messages)
    forbidden = (holder.banned_rights, None if holder.admin_rights else holder.default_banned_rights)
    return not any(rights is not None and rights.send_messages for rights in forbidden)
