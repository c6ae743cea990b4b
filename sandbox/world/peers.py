"""Whom a call means, and whether the caller may address them."""

from __future__ import annotations

from typing import Any

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.accounts import Account
from sandbox.world.channels import CHANNEL_BASE, Channel, Role
from sandbox.world.registry import Call

Peer = Account | Channel
SELF = (raw.types.InputPeerSelf, raw.types.InputUserSelf)
USERS = (raw.types.InputPeerUser, raw.types.InputUser)
CHANNELS = (raw.types.InputPeerChannel, raw.types.InputChannel)
FROM_MESSAGE = (
    raw.types.InputPeerUserFromMessage,
    raw.types.InputUserFromMessage,
    raw.types.InputPeerChannelFromMessage,
    raw.types.InputChannelFromMessage,
)


def peer_key(given: Any, me: int) -> int:
    """The id (-100… for channels) that an input peer names, unchecked; 0 for what names nobody."""
    if isinstance(given, SELF):
        return me
    if isinstance(given, USERS):
        return int(given.user_id)
    if isinstance(given, CHANNELS):
        return -CHANNEL_BASE - int(given.channel_id)
    return 0


def resolve(call: Call, given: Any) -> Peer:
    """The account or the open channel that an InputPeer names."""
    if isinstance(given, CHANNELS):
        return resolve_channel(call, given)
    return resolve_user(call, given, "PEER_ID_INVALID")


def resolve_user(call: Call, given: Any, name: str = "USER_ID_INVALID") -> Account:
    """The account that an InputUser or InputPeerUser names; raises `name` when there is none or the hash is wrong."""
    if isinstance(given, SELF):
        return call.me
    if isinstance(given, FROM_MESSAGE) and call.me.bot:
        raise bad_request("FROM_MESSAGE_BOT_DISABLED")
    account = call.world.accounts.get(given.user_id) if isinstance(given, USERS) else None
    if account is None or not _may_address(call, account, given.access_hash):
        raise bad_request(name)
    return account


def resolve_channel(call: Call, given: Any, *, closed: bool = False) -> Channel:
    """The channel that an InputChannel or InputPeerChannel names.

    Args:
        call: Who asks.
        given: The input object.
        closed: Accept also a private channel that the caller is not in.

    Raises:
        RpcError: CHANNEL_INVALID for an unknown one or a wrong hash, CHANNEL_PRIVATE for one that is closed to them.
    """
    channel = call.world.channels.get(given.channel_id) if isinstance(given, CHANNELS) else None
    if channel is None:
        raise bad_request("CHANNEL_INVALID")
    member = channel.members.get(call.me.id)
    by_right = call.me.bot and given.access_hash == 0 and member is not None
    if not by_right and given.access_hash != call.world.access_hash(call.me.id, channel.peer):
        raise bad_request("CHANNEL_INVALID")
    banned = member is not None and member.role is Role.BANNED
    inside = member is not None and member.inside
    if channel.deleted or banned or not (inside or channel.username or closed):
        raise bad_request("CHANNEL_PRIVATE")
    return channel


def _may_address(call: Call, account: Account, access_hash: int) -> bool:
    if account.id == call.me.id or access_hash == call.world.access_hash(call.me.id, account.id):
        return True
    return call.me.bot and access_hash == 0 and call.world.messages.wrote(account.id, call.me.id)
