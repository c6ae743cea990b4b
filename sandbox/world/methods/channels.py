"""Channels and groups: making them, coming and going, what they are called."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.accounts import Account
from sandbox.world.bot_commands import bot_info
from sandbox.world.channels import Channel, Member, Role
from sandbox.world.invites import first_of
from sandbox.world.membership import change, join, require
from sandbox.world.methods.invites import ask_to_join
from sandbox.world.methods.users import take_username
from sandbox.world.peers import CHANNELS, resolve, resolve_channel, resolve_user
from sandbox.world.registry import Call, Who, serves
from sandbox.world.sending import Draft, new_messages, send, tell_channel

channels = raw.functions.channels
messages = raw.functions.messages
ABOUT_MAX: Final = 255


@serves(channels.CreateChannel, Who.USER)
async def create_channel(call: Call, query: Any) -> object:
    """Make a channel or a group."""
    title = query.title.strip()
    if not 1 <= len(title) <= 128:
        raise bad_request("CHAT_TITLE_EMPTY")
    if len(query.about) > ABOUT_MAX:
        raise bad_request("CHAT_ABOUT_TOO_LONG")
    broadcast = not (query.megagroup or query.forum)
    channel = call.world.channels.create(title, query.about, call.me.id, call.world.now, broadcast=broadcast)
    call.world.record("channel", from_id=call.me.id, peer_id=channel.peer, text=title)
    sent = send(call, channel, [Draft(action=raw.types.MessageActionChannelCreate(title=title))])
    view = call.view()
    created = [raw.types.UpdateChannel(channel_id=channel.id), *new_messages(view, sent)]
    return view.updates(created)


@serves(channels.DeleteChannel, Who.USER)
async def delete_channel(call: Call, query: Any) -> object:
    """Delete a channel; it is closed to everybody."""
    channel = resolve_channel(call, query.channel)
    if channel.creator != call.me.id:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    call.world.channels.rename(channel, "")
    channel.deleted = True
    call.world.record("delete_channel", from_id=call.me.id, peer_id=channel.peer)
    return _changed(call, channel)


@serves(channels.GetChannels)
async def get_channels(call: Call, query: Any) -> object:
    """Channels by id."""
    view = call.view()
    found = [resolve_channel(call, given, closed=True) for given in query.id]
    return raw.types.messages.Chats(chats=[view.channel(channel) for channel in found])


@serves(channels.GetFullChannel)
async def get_full_channel(call: Call, query: Any) -> object:
    """Everything about a channel; its pts is where a new admin starts from."""
    channel = resolve_channel(call, query.channel)
    inside = channel.inside()
    admin = channel.is_admin(call.me.id)
    member = channel.member(call.me.id)
    read = member.read_id if member is not None else 0
    bots = [call.world.accounts[m.account] for m in inside if call.world.accounts[m.account].bot]
    view = call.view().mention([channel.peer, *(bot.id for bot in bots)])
    full = raw.types.ChannelFull(
        id=channel.id,
        about=channel.about,
        read_inbox_max_id=read,
        read_outbox_max_id=channel.last_id,
        unread_count=call.world.messages.count(channel.peer, channel.peer, above=read, but=call.me.id),
        chat_photo=raw.types.PhotoEmpty(id=0),
        notify_settings=raw.types.PeerNotifySettings(),
        bot_info=[] if channel.broadcast else [bot_info(call, bot, channel) for bot in bots],
        pts=channel.pts,
        can_view_participants=True if admin else None,
        participants_count=channel.size,
        admins_count=sum(1 for m in inside if m.role is not Role.MEMBER) if admin else None,
        exported_invite=first_of(channel).show() if channel.may(call.me.id, "invite_users") else None,
        pinned_msg_id=call.world.pins.newest(channel.peer, channel.peer),
    )
    return raw.types.messages.ChatFull(full_chat=full, chats=view.chats, users=view.users)


@serves(channels.InviteToChannel, Who.USER)
async def invite_to_channel(call: Call, query: Any) -> object:
    """Bring people in; bots come into channels as admins only."""
    channel = resolve_channel(call, query.channel)
    require(call, channel, "invite_users")
    guests = [resolve_user(call, given) for given in query.users]
    if channel.broadcast and any(guest.bot for guest in guests):
        raise bad_request("USER_BOT")
    fresh = [guest for guest in guests if channel.member(guest.id) is None]
    for guest in fresh:
        member = Member(guest.id, Role.MEMBER, call.world.now, inviter=call.me.id, read_id=channel.last_id)
        change(call, channel, guest, member, "join")
    view = call.view().mention([channel.peer, *(guest.id for guest in fresh)])
    told: list[Any] = [raw.types.UpdateChannel(channel_id=channel.id)]
    if fresh and not channel.broadcast:
        action = raw.types.MessageActionChatAddUser(users=[guest.id for guest in fresh])
        told += new_messages(view, send(call, channel, [Draft(action=action)]))
    return raw.types.messages.InvitedUsers(updates=view.updates(told), missing_invitees=[])


@serves(channels.JoinChannel, Who.USER)
async def join_channel(call: Call, query: Any) -> object:
    """Come into a public channel, or ask to be let in where it wants that."""
    channel = resolve_channel(call, query.channel)
    if channel.join_request and channel.may_ask(call.me.id):
        raise ask_to_join(call, channel, None)
    join(call, channel)
    return _changed_for(call, channel)


@serves(channels.LeaveChannel)
async def leave_channel(call: Call, query: Any) -> object:
    """Go."""
    channel = resolve_channel(call, query.channel)
    if channel.creator == call.me.id:
        raise bad_request("USER_CREATOR")
    if channel.member(call.me.id) is None:
        raise bad_request("USER_NOT_PARTICIPANT")
    change(call, channel, call.me, Member(call.me.id, Role.LEFT, call.world.now), "leave")
    return _changed_for(call, channel)


@serves(channels.UpdateUsername, Who.USER)
async def update_username(call: Call, query: Any) -> object:
    """Make a channel public under a name, or private again."""
    channel = resolve_channel(call, query.channel)
    if channel.creator != call.me.id:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    take_username(call, channel.username, query.username)
    call.world.channels.rename(channel, query.username)
    call.world.record("username", from_id=call.me.id, peer_id=channel.peer, text=query.username)
    _changed(call, channel)
    return True


@serves(channels.EditTitle)
async def edit_title(call: Call, query: Any) -> object:
    """Call it differently."""
    channel = resolve_channel(call, query.channel)
    require(call, channel, "change_info")
    title = query.title.strip()
    if not 1 <= len(title) <= 128:
        raise bad_request("CHAT_TITLE_EMPTY")
    if title == channel.title:
        raise bad_request("CHAT_NOT_MODIFIED")
    channel.title = title
    call.world.channels.touch(channel)
    sent = send(call, channel, [Draft(action=raw.types.MessageActionChatEditTitle(title=title))])
    view = call.view()
    return view.updates([raw.types.UpdateChannel(channel_id=channel.id), *new_messages(view, sent)])


@serves(messages.EditChatAbout)
async def edit_chat_about(call: Call, query: Any) -> object:
    """Describe it differently."""
    channel = _channel(call, query.peer)
    require(call, channel, "change_info")
    if len(query.about) > ABOUT_MAX:
        raise bad_request("CHAT_ABOUT_TOO_LONG")
    if query.about == channel.about:
        raise bad_request("CHAT_ABOUT_NOT_MODIFIED")
    channel.about = query.about
    call.world.channels.touch(channel)
    return True


@serves(messages.ToggleNoForwards, Who.USER)
async def toggle_no_forwards(call: Call, query: Any) -> object:
    """Protect what is in a channel from being forwarded, or no longer."""
    channel = _channel(call, query.peer)
    if channel.creator != call.me.id:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if channel.noforwards == bool(query.enabled):
        raise bad_request("CHAT_NOT_MODIFIED")
    channel.noforwards = bool(query.enabled)
    call.world.record("noforwards", from_id=call.me.id, peer_id=channel.peer, enabled=channel.noforwards)
    return _changed(call, channel)


@serves(channels.ToggleJoinRequest, Who.USER)
async def toggle_join_request(call: Call, query: Any) -> object:
    """Let people who join a public group by its name wait until they are let in, or come in at once."""
    channel = resolve_channel(call, query.channel)
    require(call, channel, "ban_users")
    if channel.broadcast:
        raise bad_request("CHAT_ID_INVALID")
    if query.enabled and not channel.username:
        raise bad_request("CHAT_PUBLIC_REQUIRED")
    if channel.join_request == bool(query.enabled):
        raise bad_request("CHAT_NOT_MODIFIED")
    call.world.channels.let_ask(channel, enabled=bool(query.enabled))
    call.world.record("join_requests", from_id=call.me.id, peer_id=channel.peer, enabled=channel.join_request)
    return _changed(call, channel)


@serves(channels.ToggleSignatures, Who.USER)
async def toggle_signatures(call: Call, query: Any) -> object:
    """Show who wrote a post, or no longer."""
    channel = resolve_channel(call, query.channel)
    require(call, channel, "change_info")
    channel.signatures = bool(query.signatures_enabled)
    return _changed(call, channel)


def _channel(call: Call, given: Any) -> Channel:
    found = resolve(call, given) if isinstance(given, CHANNELS) else None
    if found is None or isinstance(found, Account):
        raise bad_request("PEER_ID_INVALID")
    return found


def _changed(call: Call, channel: Channel) -> Any:
    """Tell everybody in a channel to look again, and the caller too."""
    call.world.channels.touch(channel)
    update = raw.types.UpdateChannel(channel_id=channel.id)
    tell_channel(call, channel, lambda _: [update])
    return _changed_for(call, channel)


def _changed_for(call: Call, channel: Channel) -> Any:
    return call.view().mention([channel.peer]).updates([raw.types.UpdateChannel(channel_id=channel.id)])
