"""Who is in a channel, and what they may do there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyrogram import raw

from sandbox.errors import bad_request, forbidden
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel, Member, Role
from sandbox.world.membership import change, participant, require
from sandbox.world.peers import resolve, resolve_channel, resolve_user
from sandbox.world.permissions import NOTHING
from sandbox.world.registry import Call, serves
from sandbox.world.sending import tell_channel
from sandbox.world.tl import pack

channels = raw.functions.channels


@serves(channels.EditAdmin)
async def edit_admin(call: Call, query: Any) -> object:
    """Make somebody an admin, change their rights, or take them; bots come into a channel this way."""
    channel = resolve_channel(call, query.channel)
    other = resolve_user(call, query.user_id)
    old = channel.members.get(other.id)
    _check_may_promote(call, channel, other, old, query.admin_rights)
    inside = old is not None and old.inside
    date = old.date if old is not None and inside else call.world.now
    read_id = old.read_id if old is not None and inside else channel.last_id
    if _grants(query.admin_rights):
        new = Member(
            other.id,
            Role.ADMIN,
            date,
            inviter=old.inviter if old is not None and inside else call.me.id,
            rights=query.admin_rights,
            rank=query.rank or "",
            promoted_by=call.me.id,
            read_id=read_id,
        )
        change(call, channel, other, new, "promote")
    else:
        if not inside:
            raise bad_request("USER_NOT_PARTICIPANT")
        role = Role.LEFT if other.bot and channel.broadcast else Role.MEMBER
        change(call, channel, other, Member(other.id, role, date, read_id=read_id), "demote")
    view = call.view().mention([channel.peer, other.id])
    return view.updates([raw.types.UpdateChannel(channel_id=channel.id)])


@serves(channels.EditBanned)
async def edit_banned(call: Call, query: Any) -> object:
    """Put somebody out, let them come again, or take from a member what the others may do."""
    channel = resolve_channel(call, query.channel)
    require(call, channel, "ban_users")
    other = resolve(call, query.participant)
    if isinstance(other, Channel):
        raise bad_request("PARTICIPANT_ID_INVALID")
    if other.id == channel.creator or (channel.is_admin(other.id) and channel.creator != call.me.id):
        raise bad_request("USER_ADMIN_INVALID")
    now = call.world.now
    if query.banned_rights.view_messages:
        change(call, channel, other, Member(other.id, Role.BANNED, now, promoted_by=call.me.id), "ban")
    else:
        _restrict(call, channel, other, query.banned_rights)
    view = call.view().mention([channel.peer, other.id])
    return view.updates([raw.types.UpdateChannel(channel_id=channel.id)])


def _restrict(call: Call, channel: Channel, other: Account, rights: Any) -> None:
    old, now = channel.members.get(other.id), call.world.now
    if old is not None and old.role is Role.BANNED:
        change(call, channel, other, Member(other.id, Role.LEFT, now), "unban")
    elif old is not None and old.inside and not channel.broadcast:
        bound = _grants(rights)
        role, kind = (Role.RESTRICTED, "restrict") if bound else (Role.MEMBER, "unrestrict")
        new = replace(old, role=role, rights=rights if bound else None, promoted_by=call.me.id)
        change(call, channel, other, new, kind)


@serves(raw.functions.messages.EditChatDefaultBannedRights)
async def edit_default_banned_rights(call: Call, query: Any) -> object:
    """Choose what a group's members may not do."""
    channel = resolve(call, query.peer)
    if not isinstance(channel, Channel) or channel.broadcast:
        raise bad_request("PEER_ID_INVALID" if not isinstance(channel, Channel) else "CHAT_ID_INVALID")
    require(call, channel, "ban_users")
    if query.banned_rights.view_messages or query.banned_rights.until_date:
        raise bad_request("BANNED_RIGHTS_INVALID")
    if pack(query.banned_rights) == pack(channel.forbidden or NOTHING):
        raise bad_request("CHAT_NOT_MODIFIED")
    call.world.channels.forbid(channel, query.banned_rights)
    call.world.record("forbid", from_id=call.me.id, peer_id=channel.peer)
    update = raw.types.UpdateChatDefaultBannedRights(
        peer=raw.types.PeerChannel(channel_id=channel.id), default_banned_rights=query.banned_rights, version=0
    )
    tell_channel(call, channel, lambda _: [update])
    return call.view().mention([channel.peer]).updates([update])


@serves(channels.GetParticipant)
async def get_participant(call: Call, query: Any) -> object:
    """Somebody's place in a channel; of a broadcast channel, others' places are for admins."""
    channel = resolve_channel(call, query.channel)
    other = resolve(call, query.participant)
    if isinstance(other, Channel):
        raise bad_request("PARTICIPANT_ID_INVALID")
    if channel.broadcast and other is not call.me and not channel.is_admin(call.me.id):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    member = channel.members.get(other.id)
    if member is None or member.role is Role.LEFT:
        raise bad_request("USER_NOT_PARTICIPANT")
    view = call.view().mention([channel.peer, *member.people])
    return raw.types.channels.ChannelParticipant(
        participant=participant(channel, member, call.me.id), chats=view.chats, users=view.users
    )


@serves(channels.GetParticipants)
async def get_participants(call: Call, query: Any) -> object:
    """Many places at once."""
    channel = resolve_channel(call, query.channel)
    if channel.broadcast and not channel.is_admin(call.me.id):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    found = [member for member in channel.members.values() if _matches(call, member, query.filter)]
    page = found[max(0, query.offset) : max(0, query.offset) + max(0, min(query.limit, 200))]
    view = call.view().mention([channel.peer, *(number for member in page for number in member.people)])
    return raw.types.channels.ChannelParticipants(
        count=len(found),
        participants=[participant(channel, member, call.me.id) for member in page],
        chats=view.chats,
        users=view.users,
    )


def _grants(rights: Any) -> bool:
    return any(getattr(rights, name) for name in rights.__slots__ if name != "until_date")


def _check_may_promote(call: Call, channel: Channel, other: Account, old: Member | None, rights: Any) -> None:
    require(call, channel, "add_admins")
    if other.id == channel.creator or other is call.me:
        raise bad_request("USER_CREATOR" if other.id == channel.creator else "USER_ID_INVALID")
    mine = channel.creator == call.me.id
    if old is not None and old.role is Role.ADMIN and not mine and old.promoted_by != call.me.id:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if not mine and any(getattr(rights, name) and not channel.may(call.me.id, name) for name in rights.__slots__):
        raise forbidden("RIGHT_FORBIDDEN")
    if old is not None and old.role is Role.BANNED:
        raise bad_request("USER_KICKED")


def _matches(call: Call, member: Member, wanted: Any) -> bool:
    types = raw.types
    account = call.world.accounts[member.account]
    match wanted:
        case types.ChannelParticipantsAdmins():
            return member.role in {Role.CREATOR, Role.ADMIN}
        case types.ChannelParticipantsBots():
            return member.inside and account.bot
        case types.ChannelParticipantsKicked():
            return member.role is Role.BANNED
        case types.ChannelParticipantsBanned():
            return member.role is Role.RESTRICTED
        case types.ChannelParticipantsSearch():
            name = f"{account.first_name} {account.last_name} {account.username}".lower()
            return member.inside and wanted.q.lower() in name
        case _:
            return member.inside
