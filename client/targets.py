"""What the bot finds out about a chat that drafts are to go to: whether it may write there, and what it lacks."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw, utils
from pyrogram.errors import RPCError

from client.lookup import Lookup
from services.required import ChatLost
from services.targets import TargetFacts, TargetKind

_FIRST_CHANNEL: Final = -(10**12)
"""Ids of channels and supergroups are below this one, those of basic groups above (as bots write them)."""

_MEDIA: Final = ("send_media", "send_photos", "send_videos", "send_docs")
"""The rights of a group's members without which albums and files do not get there."""


class Targeting(Lookup):
    """What the rules ask Telegram about targets. See `services.targets.Telegram`."""

    async def target_facts(self, name: int | str) -> TargetFacts | None:
        """Look at a chat by its id or its public name (without the @); None where that name is nobody's.

        Raises:
            TryLater: it has to wait.
        """
        chat = name if isinstance(name, int) else await self._id_of(name)
        if chat is None:
            return None
        if chat > 0:
            return await self._person_facts(chat)
        try:
            found = await self._seen(chat)
        except (ChatLost, RPCError):
            found = None
        if isinstance(found, raw.types.Channel):
            return _of_channel(chat, found)
        if isinstance(found, raw.types.Chat):
            return _of_basic_group(chat, found)
        kind = TargetKind.CHANNEL if getattr(found, "broadcast", False) else TargetKind.GROUP
        return TargetFacts(chat, getattr(found, "title", ""), kind, refusal="target-unseen")

    async def _id_of(self, name: str) -> int | None:
        found = await self._resolved(name)
        return utils.get_peer_id(found.peer) if found else None

    async def _seen(self, chat: int) -> Any:
        query: Any
        if chat > _FIRST_CHANNEL:
            query = raw.functions.messages.GetChats(id=[-chat])
        else:
            query = raw.functions.channels.GetChannels(id=[await self._chat(chat)])
        found = await self.invoke(query)  # type: ignore[attr-defined]  # the client's
        return found.chats[0] if found.chats else None

    async def _person_facts(self, chat: int) -> TargetFacts:
        try:
            peer = await self._chat(chat)
            [user] = await self.invoke(raw.functions.users.GetUsers(id=[peer]))  # type: ignore[attr-defined]  # the client's
        except (ChatLost, RPCError, ValueError):
            user = None
        if not isinstance(user, raw.types.User):
            return TargetFacts(chat, "", TargetKind.PRIVATE, refusal="target-stranger")
        title = " ".join(part for part in (user.first_name, user.last_name) if part) or user.username or str(chat)
        refusal = "target-gone" if user.deleted else "target-bot" if user.bot else ""
        return TargetFacts(chat, title, TargetKind.PRIVATE, user.username, refusal)


def _of_channel(chat: int, found: raw.types.Channel) -> TargetFacts:
    """Judge a channel or a supergroup."""
    names = [name.username for name in found.usernames or [] if name.active]
    is_admin = bool(found.creator or found.admin_rights is not None)
    judge, kind = (_in_channel, TargetKind.CHANNEL) if found.broadcast else (_in_group, TargetKind.GROUP)
    refusal, lacks = judge(found, is_admin=is_admin)
    return TargetFacts(chat, found.title, kind, found.username or next(iter(names), None), refusal, lacks)


def _of_basic_group(chat: int, found: raw.types.Chat) -> TargetFacts:
    """Judge a basic group, which becomes another chat when it is made a supergroup."""
    refusal, lacks = _in_group(found, is_admin=bool(found.creator or found.admin_rights is not None))
    if found.deactivated or found.migrated_to is not None:
        refusal, lacks = "target-moved", ()
    return TargetFacts(chat, found.title, TargetKind.GROUP, None, refusal, lacks)


def _in_channel(found: Any, *, is_admin: bool) -> tuple[str, tuple[str, ...]]:
    """Say why the bot may not post in a channel, and what else it may not do there: pinning there is editing."""
    if not _has(found, "post_messages"):
        return "target-no-post" if is_admin else "target-not-admin", ()
    return "", () if _has(found, "edit_messages") else ("target-no-pin",)


def _in_group(found: Any, *, is_admin: bool) -> tuple[str, tuple[str, ...]]:
    """Say why the bot may not write in a group, and what else it may not do there: admins may all but pin."""
    if found.left:
        return "target-not-member", ()
    if is_admin:
        return "", () if _has(found, "pin_messages") else ("target-no-pin",)
    own, everybody = getattr(found, "banned_rights", None), found.default_banned_rights
    if _bans(own, "send_messages", "send_plain"):
        return "target-restricted", ()
    if _bans(everybody, "send_messages", "send_plain"):
        return "target-no-writing", ()
    lacks = ["target-no-media"] if _bans(own, *_MEDIA) or _bans(everybody, *_MEDIA) else []
    if _bans(own, "pin_messages") or _bans(everybody, "pin_messages"):
        lacks.append("target-no-pin")
    return "", tuple(lacks)


def _has(found: Any, right: str) -> bool:
    return bool(found.creator or getattr(found.admin_rights, right, False))


def _bans(banned: Any, *rights: str) -> bool:
    return any(getattr(banned, right, False) for right in rights)
