"""Links into channels: making, changing and using them, asking to be let in, and letting in."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw

from sandbox.errors import RpcError, bad_request, forbidden
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel, Member, Role
from sandbox.world.invites import Invite, first_of
from sandbox.world.membership import change, join, require
from sandbox.world.peers import CHANNELS, resolve, resolve_user
from sandbox.world.registry import Call, Who, serves

messages = raw.functions.messages
RECENT: Final = 3
"""How many of those who wait are named to admins."""


@serves(messages.ExportChatInvite)
async def export_chat_invite(call: Call, query: Any) -> object:
    """A link into the channel, beside those there are; with `legacy_revoke_permanent` in place of all the caller's."""
    channel = _channel(call, query.peer)
    require(call, channel, "invite_users")
    world, me = call.world, call.me
    if query.legacy_revoke_permanent:
        for old in world.invites.of_admin(channel, me.id):
            old.revoked = True
            world.invites.touch(old)
        if me.id == channel.creator:
            world.channels.renew_invite(channel)
            return first_of(channel).show()
    invite = world.invites.make(
        channel, me.id, world.now,
        title=query.title or "", request_needed=bool(query.request_needed), usage_limit=query.usage_limit or 0,
        expire_date=query.expire_date or 0, permanent=bool(query.legacy_revoke_permanent),
    )  # fmt: skip
    return invite.show()


@serves(messages.EditExportedChatInvite)
async def edit_exported_chat_invite(call: Call, query: Any) -> object:
    """Change a link, or revoke it; those of bots are changed by the bots alone."""
    channel = _channel(call, query.peer)
    require(call, channel, "invite_users")
    world, me = call.world, call.me
    invite = world.invites.find(channel, query.link)
    if invite is None or invite.revoked:
        raise bad_request("INVITE_HASH_EXPIRED")
    if me.id not in {invite.admin, channel.creator}:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if invite.admin != me.id and world.accounts[invite.admin].bot and not query.revoked:
        raise forbidden("EDIT_BOT_INVITE_FORBIDDEN")
    view = call.view().mention([invite.admin])
    if query.revoked:
        invite.revoked = True
        world.invites.touch(invite)
        if invite.hash == channel.invite:
            world.channels.renew_invite(channel)
            new = first_of(channel).show()
            return raw.types.messages.ExportedChatInviteReplaced(invite=invite.show(), new_invite=new, users=view.users)
    elif invite.permanent:
        raise bad_request("CHAT_INVITE_PERMANENT")
    else:
        for name in ("title", "request_needed", "usage_limit", "expire_date"):
            given = getattr(query, name)
            setattr(invite, name, getattr(invite, name) if given is None else given)
        world.invites.touch(invite)
    waiting = len(world.invites.waiting(channel, invite.hash))
    return raw.types.messages.ExportedChatInvite(invite=invite.show(waiting), users=view.users)


@serves(messages.CheckChatInvite, Who.USER)
async def check_chat_invite(call: Call, query: Any) -> object:
    """What is behind a link."""
    channel, invite = _invited(call, query.hash)
    view = call.view()
    if channel.member(call.me.id) is not None:
        return raw.types.ChatInviteAlready(chat=view.channel(channel))
    return raw.types.ChatInvite(
        title=channel.title,
        photo=raw.types.PhotoEmpty(id=0),
        participants_count=channel.size,
        color=0,
        channel=True,
        broadcast=channel.broadcast or None,
        megagroup=None if channel.broadcast else True,
        public=bool(channel.username) or None,
        request_needed=invite.request_needed or None,
        about=channel.about or None,
    )


@serves(messages.ImportChatInvite, Who.USER)
async def import_chat_invite(call: Call, query: Any) -> object:
    """Come in by a link, or ask to be let in where it wants that."""
    channel, invite = _invited(call, query.hash)
    if not (invite.request_needed and channel.may_ask(call.me.id)):
        join(call, channel, invite=invite.show())
        invite.usage += 1
        call.world.invites.touch(invite)
        return call.view().mention([channel.peer]).updates([raw.types.UpdateChannel(channel_id=channel.id)])
    raise ask_to_join(call, channel, invite)


@serves(messages.HideChatJoinRequest)
async def hide_chat_join_request(call: Call, query: Any) -> object:
    """Let somebody in who waits, or not."""
    channel = _channel(call, query.peer)
    require(call, channel, "invite_users")
    other = resolve_user(call, query.user_id)
    request = call.world.invites.done(channel, other.id)
    if request is None:
        raise bad_request("HIDE_REQUESTER_MISSING")
    invite = call.world.invites.find(channel, request.hash)
    if query.approved:
        member = Member(other.id, Role.MEMBER, call.world.now, inviter=call.me.id, read_id=channel.last_id)
        change(call, channel, other, member, "join", invite=_shown(invite))
    else:
        call.world.record("decline", from_id=call.me.id, peer_id=channel.peer, user_id=other.id)
    view = call.view().mention([channel.peer, other.id])
    return view.updates([_pending(call, channel), raw.types.UpdateChannel(channel_id=channel.id)])


def ask_to_join(call: Call, channel: Channel, invite: Invite | None) -> RpcError:
    """Let the caller wait, who came by a link or (None) by the group's name. Returns what they are told."""
    if call.world.invites.ask(channel, call.me.id, call.world.now, invite):
        _tell_of_request(call, channel, invite)
    return bad_request("INVITE_REQUEST_SENT")


def _shown(invite: Invite | None) -> Any:
    return raw.types.ChatInvitePublicJoinRequests() if invite is None else invite.show()


def _tell_of_request(call: Call, channel: Channel, invite: Invite | None) -> None:
    """Tell the admins who may let people in: bots who it is, with qts, people how many wait."""
    world, me = call.world, call.me
    world.record("join_request", from_id=me.id, peer_id=channel.peer)
    for member in channel.inside():
        if not channel.may(member.account, "invite_users"):
            continue
        admin = world.accounts[member.account]
        update = _pending(call, channel)
        if admin.bot:
            update = raw.types.UpdateBotChatInviteRequester(
                peer=raw.types.PeerChannel(channel_id=channel.id),
                date=world.now,
                user_id=me.id,
                about=me.about,
                invite=_shown(invite),
                qts=0,
            )
            world.boxes.quiet(admin, update)
            world.accounts.touch(admin)
        _tell(call, admin, update, [channel.peer, me.id, *([invite.admin] if invite else [])])


def _tell(call: Call, admin: Account, update: Any, mention: list[int]) -> None:
    call.world.tell(admin, lambda _: [update], mention=mention)


def _pending(call: Call, channel: Channel) -> Any:
    waiting = call.world.invites.waiting(channel)
    return raw.types.UpdatePendingJoinRequests(
        peer=raw.types.PeerChannel(channel_id=channel.id),
        requests_pending=len(waiting),
        recent_requesters=[request.account for request in waiting[:RECENT]],
    )


def _channel(call: Call, given: Any) -> Channel:
    found = resolve(call, given) if isinstance(given, CHANNELS) else None
    if found is None or isinstance(found, Account):
        raise bad_request("PEER_ID_INVALID")
    return found


def _invited(call: Call, name: str) -> tuple[Channel, Invite]:
    if not name:
        raise bad_request("INVITE_HASH_EMPTY")
    channels = call.world.channels
    channel = channels.by_invite(name) or channels.get(call.world.invites.leads_to(name) or 0)
    invite = call.world.invites.find(channel, name) if channel is not None else None
    if channel is None or channel.deleted or invite is None or not invite.is_open(call.world.now):
        raise RpcError(400, "INVITE_HASH_EXPIRED")
    return channel, invite
