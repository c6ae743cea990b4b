"""What somebody who is no admin may do in a group: what is left to everybody, less what they themselves may not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pyrogram import raw

from sandbox.errors import bad_request, forbidden
from sandbox.world.channels import Role

if TYPE_CHECKING:
    from sandbox.world.channels import Channel
    from sandbox.world.sending import Draft

NOTHING: Final = raw.types.ChatBannedRights(until_date=0)
"""What a new group forbids its members."""

_KINDS: Final = {
    "photo": ("send_photos", "CHAT_SEND_PHOTOS_FORBIDDEN"),
    "video": ("send_videos", "CHAT_SEND_VIDEOS_FORBIDDEN"),
    "video_note": ("send_roundvideos", "CHAT_SEND_ROUNDVIDEOS_FORBIDDEN"),
    "animation": ("send_gifs", "CHAT_SEND_GIFS_FORBIDDEN"),
    "sticker": ("send_stickers", "CHAT_SEND_STICKERS_FORBIDDEN"),
    "audio": ("send_audios", "CHAT_SEND_AUDIOS_FORBIDDEN"),
    "voice": ("send_voices", "CHAT_SEND_VOICES_FORBIDDEN"),
    "document": ("send_docs", "CHAT_SEND_DOCS_FORBIDDEN"),
    "poll": ("send_polls", "CHAT_SEND_POLL_FORBIDDEN"),
}
"""The right that a kind of medium needs, and what is said where it is missing; other kinds need but to write."""

_MEDIA: Final = frozenset(_KINDS) - {"poll"}


def forbids(channel: Channel, account_id: int, right: str) -> bool:
    """Whether a member may not do something, by its name in ChatBannedRights; an admin may whatever members may."""
    return any(getattr(banned, right) for banned in _banned(channel, account_id))


def may_pin(channel: Channel, account_id: int) -> bool:
    """Whether somebody may pin: in a channel who may edit there, in a group members too, where that is left to them."""
    if channel.broadcast:
        return channel.may(account_id, "edit_messages")
    if channel.is_admin(account_id):
        return channel.may(account_id, "pin_messages")
    return channel.member(account_id) is not None and not forbids(channel, account_id, "pin_messages")


def check_may_send(channel: Channel, account_id: int, drafts: Iterable[Draft]) -> None:
    """Raise when a member of a group may not write there, or not send what these messages carry."""
    own, everybody = _banned(channel, account_id) or (NOTHING, NOTHING)
    if own.send_messages:
        raise bad_request("CHAT_RESTRICTED")
    if everybody.send_messages:
        raise forbidden("CHAT_WRITE_FORBIDDEN")
    for draft in drafts:
        if draft.action is None and (name := _refused((own, everybody), draft)):
            raise forbidden(name)


def _refused(banned: tuple[Any, Any], draft: Draft) -> str | None:
    kind = draft.media.kind if draft.media is not None else None
    if kind is None:
        return "CHAT_SEND_PLAIN_FORBIDDEN" if any(each.send_plain for each in banned) else None
    right, name = _KINDS.get(kind, ("send_messages", ""))
    if kind in _MEDIA and any(each.send_media for each in banned):
        return "CHAT_SEND_MEDIA_FORBIDDEN"
    return name if any(getattr(each, right) for each in banned) else None


def _banned(channel: Channel, account_id: int) -> tuple[Any, Any] | tuple[()]:
    """What a member, and what everybody may not do; nothing binds admins, and channels have no such rights."""
    member = channel.member(account_id)
    if channel.broadcast or member is None or channel.is_admin(account_id):
        return ()
    own = member.rights if member.role is Role.RESTRICTED else NOTHING
    return own, channel.forbidden or NOTHING
