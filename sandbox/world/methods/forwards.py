"""Forwarding: up to a hundred messages at once, with or without their author."""

from __future__ import annotations

import secrets
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.channels import Channel
from sandbox.world.content import only_links
from sandbox.world.messages import Message
from sandbox.world.methods.messages import flags_of
from sandbox.world.peers import Peer, resolve
from sandbox.world.registry import Call, serves
from sandbox.world.sending import Draft, answer, check_may_write, send, sent_before

IDS_MAX: Final = 100


@serves(raw.functions.messages.ForwardMessages)
async def forward_messages(call: Call, query: Any) -> object:
    """Send copies of messages; those that an earlier call sent already are not sent again."""
    _check(call, query)
    source, peer = resolve(call, query.from_peer), resolve(call, query.to_peer)
    known = {number: sent_before(call, peer, number) for number in query.random_id}
    wanted = [(i, number) for i, number in zip(query.id, query.random_id, strict=True) if known[number] is None]
    if wanted:
        check_may_write(call, peer)
        found = [(m, number) for i, number in wanted if (m := _source(call, source, i)) is not None]
        if not found and len(wanted) == len(query.id):
            raise bad_request("MESSAGE_ID_INVALID")
        _check_protection(source, [message for message, _ in found])
        drafts = _drafts(call, query, source, peer, found)
        known |= {sent.message.random_id: sent for sent in send(call, peer, drafts)}
    return answer(call, [sent for number in query.random_id if (sent := known[number]) is not None])


def _check(call: Call, query: Any) -> None:
    if not query.id:
        raise bad_request("MESSAGE_IDS_EMPTY")
    if len(query.id) > IDS_MAX:
        raise bad_request("LIMIT_INVALID")
    numbers = query.random_id
    if len(numbers) != len(query.id) or len(set(numbers)) != len(numbers) or 0 in numbers:
        raise bad_request("RANDOM_ID_INVALID")
    if query.schedule_date:
        raise bad_request("SCHEDULE_BOT_NOT_ALLOWED" if call.me.bot else "SCHEDULE_DATE_INVALID")
    if query.send_as is not None:
        raise bad_request("SEND_AS_PEER_INVALID")


def _source(call: Call, source: Peer, message_id: int) -> Message | None:
    """A message that can be forwarded: it is there, in that chat, and no service message."""
    if isinstance(source, Channel):
        message = call.world.messages.get(source.peer, message_id)
    else:
        message = call.world.messages.get(call.me.id, message_id)
        if message is not None and message.chat_for(call.me.id) != source.id:
            return None
    return None if message is None or message.action is not None else message


def _check_protection(source: Peer, found: list[Message]) -> None:
    protected = isinstance(source, Channel) and source.noforwards
    if protected or any(message.is_protected for message in found):
        raise bad_request("CHAT_FORWARDS_RESTRICTED")


def _drafts(call: Call, query: Any, source: Peer, peer: Peer, found: list[tuple[Message, int]]) -> list[Draft]:
    groups: dict[int, int] = {}
    drafts: list[Draft] = []
    for message, number in found:
        if message.grouped_id:
            groups.setdefault(message.grouped_id, secrets.randbits(62) + 1)
        bare = bool(query.drop_media_captions) and message.media is not None
        keeps_markup = not query.drop_author and only_links(message.markup)
        drafts.append(
            Draft(
                random_id=number,
                text="" if bare else message.text,
                entities=[] if bare else list(message.entities),
                media=message.media,
                markup=message.markup if keeps_markup else None,
                flags=flags_of(call, query),
                grouped_id=groups.get(message.grouped_id, 0),
                forward=None if query.drop_author else _header(call, source, peer, message),
            )
        )
    return drafts


def _header(call: Call, source: Peer, peer: Peer, message: Message) -> Any:
    """Who said it first; kept from forward to forward."""
    header = _origin(call, source, message) if message.forward is None else message.forward
    if peer is call.me:
        origin = raw.types.PeerChannel if isinstance(source, Channel) else raw.types.PeerUser
        name = "channel_id" if isinstance(source, Channel) else "user_id"
        return raw.types.MessageFwdHeader(
            date=header.date,
            from_id=header.from_id,
            channel_post=header.channel_post,
            post_author=header.post_author,
            saved_from_peer=origin(**{name: source.id}),
            saved_from_msg_id=message.id_for(call.me.id),
        )
    return header


def _origin(call: Call, source: Peer, message: Message) -> Any:
    if isinstance(source, Channel) and source.broadcast:
        author = call.world.accounts[message.sender].first_name if source.signatures else None
        return raw.types.MessageFwdHeader(
            date=message.date,
            from_id=raw.types.PeerChannel(channel_id=source.id),
            channel_post=message.sender_id,
            post_author=author,
        )
    return raw.types.MessageFwdHeader(date=message.date, from_id=raw.types.PeerUser(user_id=message.sender))
