"""Coming, going, rising and falling in a channel: written down, and told to whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel, Member, Role, all_rights

if TYPE_CHECKING:
    from sandbox.world.registry import Call


def change(call: Call, channel: Channel, account: Account, new: Member, kind: str, *, invite: Any = None) -> None:
    """Give somebody another place in a channel.

    The person is told by UpdateChannel; bots that are admins, before or after it, by UpdateChannelParticipant with qts.
    """
    world = call.world
    old = channel.members.get(account.id)
    watching = {m.account for m in channel.inside() if channel.is_admin(m.account)}
    world.channels.place(channel, new)
    watching |= {account.id} if account.bot else set()
    world.record(kind, from_id=call.me.id, peer_id=channel.peer, user_id=account.id, role=new.role.value)
    world.tell(
        account,
        lambda _: [raw.types.UpdateChannel(channel_id=channel.id)],
        but=call.caller.auth_key_id,
        mention=[channel.peer],
    )
    for watcher in sorted(watching):
        bot = world.accounts[watcher]
        if not bot.bot:
            continue
        update = raw.types.UpdateChannelParticipant(
            channel_id=channel.id,
            date=world.now,
            actor_id=call.me.id,
            user_id=account.id,
            qts=0,
            prev_participant=None if old is None or old.role is Role.LEFT else participant(channel, old, watcher),
            new_participant=None if new.role is Role.LEFT else participant(channel, new, watcher),
            invite=invite,
        )
        world.boxes.quiet(bot, update)
        world.accounts.touch(bot)
        people = {call.me.id, *new.people, *(old.people if old is not None else ())}
        if isinstance(invite, raw.types.ChatInviteExported):
            people.add(invite.admin_id)
        _tell_bot(call, bot, update, [channel.peer, *people])


def _tell_bot(call: Call, bot: Account, update: Any, mention: list[int]) -> None:
    call.world.tell(bot, lambda _: [update], but=call.caller.auth_key_id, mention=mention)


def participant(channel: Channel, member: Member, viewer: int) -> Any:
    """Somebody's place, as Telegram writes it."""
    types = raw.types
    peer = types.PeerUser(user_id=member.account)
    match member.role:
        case Role.CREATOR:
            return types.ChannelParticipantCreator(
                user_id=member.account, admin_rights=all_rights(channel), rank=member.rank or None
            )
        case Role.ADMIN:
            is_self = viewer == member.account  # who brought them in is written for themselves alone: one flag for both
            return types.ChannelParticipantAdmin(
                user_id=member.account,
                promoted_by=member.promoted_by,
                date=member.date,
                admin_rights=member.rights,
                can_edit=True if viewer in {channel.creator, member.promoted_by} else None,
                is_self=is_self or None,
                inviter_id=(member.inviter or channel.creator) if is_self else None,
                rank=member.rank or None,
            )
        case Role.MEMBER if viewer == member.account:
            return types.ChannelParticipantSelf(
                user_id=member.account, inviter_id=member.inviter or channel.creator, date=member.date
            )
        case Role.MEMBER:
            return types.ChannelParticipant(user_id=member.account, date=member.date)
        case Role.RESTRICTED:
            return types.ChannelParticipantBanned(
                peer=peer, kicked_by=member.promoted_by, date=member.date, banned_rights=member.rights
            )
        case Role.BANNED:
            banned = types.ChatBannedRights(until_date=0, view_messages=True, send_messages=True, send_media=True)
            return types.ChannelParticipantBanned(
                peer=peer, kicked_by=member.promoted_by, date=member.date, banned_rights=banned, left=True
            )
        case _:
            return types.ChannelParticipantLeft(peer=peer)


def join(call: Call, channel: Channel, *, invite: Any = None) -> None:
    """Let the caller in."""
    old = channel.members.get(call.me.id)
    if old is not None and old.role is Role.BANNED:
        raise bad_request("USER_BANNED_IN_CHANNEL" if invite is None else "INVITE_HASH_EXPIRED")
    if old is not None and old.inside:
        raise bad_request("USER_ALREADY_PARTICIPANT")
    new = Member(call.me.id, Role.MEMBER, call.world.now, read_id=channel.last_id)
    call.world.invites.done(channel, call.me.id)
    change(call, channel, call.me, new, "join", invite=invite)


def require(call: Call, channel: Channel, right: str) -> None:
    """Raise when the caller lacks an admin's right in a channel."""
    if not channel.may(call.me.id, right):
        raise bad_request("CHAT_ADMIN_REQUIRED")
