"""How a chat stands in somebody's list: its newest message, and up to where it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrogram import raw

from sandbox.world.channels import Channel

if TYPE_CHECKING:
    from sandbox.world.registry import Call


def channel_dialog(call: Call, channel: Channel) -> Any:
    """A channel in the caller's list."""
    member = channel.members.get(call.me.id)
    read = member.read_id if member is not None else 0
    newest = call.world.messages.history(channel.peer, channel.peer, 2**31, 1)
    return raw.types.Dialog(
        peer=raw.types.PeerChannel(channel_id=channel.id),
        top_message=newest[0].sender_id if newest else 0,
        read_inbox_max_id=read,
        read_outbox_max_id=channel.last_id,
        unread_count=call.world.messages.count(channel.peer, channel.peer, above=read, but=call.me.id),
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=raw.types.PeerNotifySettings(),
        pts=channel.pts,
    )


def private_dialog(call: Call, peer: int, top: int) -> Any:
    """A private chat in the caller's list."""
    inbox, outbox = call.world.messages.read(call.me.id, peer)
    return raw.types.Dialog(
        peer=raw.types.PeerUser(user_id=peer),
        top_message=top,
        read_inbox_max_id=inbox,
        read_outbox_max_id=outbox,
        unread_count=call.world.messages.count(call.me.id, peer, above=inbox, but=call.me.id),
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=raw.types.PeerNotifySettings(),
    )
