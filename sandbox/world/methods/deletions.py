"""Taking messages away again."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request, forbidden
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel
from sandbox.world.messages import Message
from sandbox.world.peers import resolve_channel
from sandbox.world.registry import Call, serves
from sandbox.world.sending import tell_channel

IDS_MAX: Final = 100
BOT_SECONDS: Final = 48 * 60 * 60
"""How old a message may be for a bot to delete it from a private chat."""


@serves(raw.functions.messages.DeleteMessages)
async def delete_messages(call: Call, query: Any) -> object:
    """Delete from the caller's private chats, by ids of the caller's box; a bot always deletes for both sides."""
    _check_count(query.id)
    found = _found(call, call.me.id, query.id)
    if call.me.bot and any(call.world.now - message.date > BOT_SECONDS for message in found):
        raise forbidden("MESSAGE_DELETE_FORBIDDEN")
    for message in found:
        call.world.record(
            "delete",
            from_id=call.me.id,
            peer_id=message.chat_for(call.me.id),
            message_id=message.id_for(call.me.id),
            revoke=bool(query.revoke or call.me.bot),
        )
    mine = _remove(call, call.me, found, but=call.caller.auth_key_id)
    if query.revoke or call.me.bot:
        for other_id in {message.peer + message.sender - call.me.id for message in found} - {call.me.id}:
            other = call.world.accounts[other_id]
            theirs = [m for m in found if other_id in {m.sender, m.peer} and call.world.messages.lies_in(other_id, m)]
            _remove(call, other, theirs)
    return raw.types.messages.AffectedMessages(pts=call.me.pts, pts_count=mine)


@serves(raw.functions.channels.DeleteMessages)
async def delete_channel_messages(call: Call, query: Any) -> object:
    """Delete from a channel: one's own posts, or with the right to delete anybody's."""
    _check_count(query.id)
    channel = resolve_channel(call, query.channel)
    found = _found(call, channel.peer, query.id)
    _check_may_delete(call, channel, found)
    numbers = [message.sender_id for message in found]
    if numbers:
        call.world.messages.remove(channel.peer, numbers)
        update = raw.types.UpdateDeleteChannelMessages(channel_id=channel.id, messages=numbers, pts=0, pts_count=0)
        call.world.boxes.other(channel, update, len(numbers))
        channel.event_date = call.world.now
        call.world.channels.touch(channel)
        tell_channel(call, channel, lambda _: [update])
        for number in numbers:
            call.world.record("delete", from_id=call.me.id, peer_id=channel.peer, message_id=number)
    return raw.types.messages.AffectedMessages(pts=channel.pts, pts_count=len(numbers))


def _check_count(ids: list[int]) -> None:
    if not ids:
        raise bad_request("MESSAGE_ID_INVALID")
    if len(ids) > IDS_MAX:
        raise bad_request("LIMIT_INVALID")


def _found(call: Call, owner: int, ids: list[int]) -> list[Message]:
    """Those of the messages that are there; the others are passed over in silence, as Telegram does."""
    found = [call.world.messages.get(owner, number) for number in dict.fromkeys(ids)]
    return [message for message in found if message is not None]


def _remove(call: Call, account: Account, found: list[Message], but: int | None = None) -> int:
    numbers = [message.id_for(account.id) for message in found]
    if numbers:
        call.world.messages.remove(account.id, numbers)
        update = raw.types.UpdateDeleteMessages(messages=numbers, pts=0, pts_count=0)
        call.world.boxes.other(account, update, len(numbers))
        call.world.accounts.touch(account)
        call.world.tell(account, lambda _: [update], but=but)
    return len(numbers)


def _check_may_delete(call: Call, channel: Channel, found: list[Message]) -> None:
    me = call.me.id
    if channel.member(me) is None:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if any(isinstance(message.action, raw.types.MessageActionChannelCreate) for message in found):
        raise forbidden("MESSAGE_DELETE_FORBIDDEN")
    if channel.may(me, "delete_messages"):
        return
    own = not channel.broadcast or channel.may(me, "post_messages")
    if not own or any(message.sender != me for message in found):
        raise forbidden("MESSAGE_DELETE_FORBIDDEN")
