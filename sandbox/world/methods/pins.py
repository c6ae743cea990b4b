"""Pinning a message to the top of its chat."""

from __future__ import annotations

import functools
from typing import Any

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.channels import Channel
from sandbox.world.messages import Message
from sandbox.world.peers import Peer, resolve
from sandbox.world.permissions import may_pin
from sandbox.world.registry import Call, serves
from sandbox.world.sending import Draft, new_messages, send, target, tell_channel
from sandbox.world.view import View


@serves(raw.functions.messages.UpdatePinnedMessage)
async def update_pinned_message(call: Call, query: Any) -> object:
    """Pin a message or unpin it; a pin that is not silent also says so in the chat."""
    peer = resolve(call, query.peer)
    owner = peer.peer if isinstance(peer, Channel) else call.me.id
    message = call.world.messages.get(owner, query.id)
    if message is None or message.chat_for(call.me.id) != target(peer):
        raise bad_request("MESSAGE_ID_INVALID")
    _check_may_pin(call, peer)
    if query.pm_oneside and call.me.bot:
        raise bad_request("BOT_ONESIDE_NOT_AVAIL")
    pinned = not query.unpin
    if pinned == (query.id in call.world.pins.all(owner, target(peer))):
        raise bad_request("CHAT_NOT_MODIFIED")
    call.world.record("pin" if pinned else "unpin", from_id=call.me.id, peer_id=target(peer), message_id=query.id)
    updates = [_pin(call, peer, message, pinned=pinned, both=not query.pm_oneside)]
    view = call.view().mention([target(peer)])
    if pinned and not query.silent:
        draft = Draft(action=raw.types.MessageActionPinMessage(), reply_to=query.id)
        updates += new_messages(view, send(call, peer, [draft]))
    return view.updates(updates)


@serves(raw.functions.messages.UnpinAllMessages)
async def unpin_all_messages(call: Call, query: Any) -> object:
    """Unpin everything in a chat."""
    peer = resolve(call, query.peer)
    _check_may_pin(call, peer)
    owner = peer.peer if isinstance(peer, Channel) else call.me.id
    numbers = call.world.pins.all(owner, target(peer))
    for number in numbers:
        message = call.world.messages.get(owner, number)
        if message is not None:
            call.world.record("unpin", from_id=call.me.id, peer_id=target(peer), message_id=number)
            _pin(call, peer, message, pinned=False, both=True)
    box = peer if isinstance(peer, Channel) else call.me
    return raw.types.messages.AffectedHistory(pts=box.pts, pts_count=len(numbers), offset=0)


def _check_may_pin(call: Call, peer: Peer) -> None:
    if isinstance(peer, Channel) and not may_pin(peer, call.me.id):
        raise bad_request("CHAT_ADMIN_REQUIRED")


def _only(update: Any, _: View) -> list[Any]:
    return [update]


def _pin(call: Call, peer: Peer, message: Message, *, pinned: bool, both: bool) -> Any:
    """Change every box that is concerned, tell it, and return the caller's own update."""
    world = call.world
    change = world.pins.pin if pinned else world.pins.unpin
    if isinstance(peer, Channel):
        change(peer.peer, peer.peer, message, message.sender_id)
        update: Any = raw.types.UpdatePinnedChannelMessages(
            channel_id=peer.id, messages=[message.sender_id], pts=0, pts_count=0, pinned=pinned or None
        )
        world.boxes.other(peer, update)
        peer.event_date = world.now
        world.channels.touch(peer)
        tell_channel(call, peer, lambda _: [update])
        return update
    mine: Any = None
    for account, other in {(call.me, peer), *({(peer, call.me)} if both else set())}:
        number = message.id_for(account.id)
        if not number:
            continue
        change(account.id, other.id, message, number)
        update = raw.types.UpdatePinnedMessages(
            peer=raw.types.PeerUser(user_id=other.id), messages=[number], pts=0, pts_count=0, pinned=pinned or None
        )
        world.boxes.other(account, update)
        world.accounts.touch(account)
        mine = update if account is call.me else mine
        world.tell(account, functools.partial(_only, update), but=call.caller.auth_key_id, mention=[other.id])
    return mine
