"""How a message comes to be: who may write where, what it is in each box, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrogram import raw

from sandbox.errors import bad_request, forbidden
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel
from sandbox.world.content import button_texts
from sandbox.world.messages import Flag, Media, Message
from sandbox.world.permissions import check_may_send

if TYPE_CHECKING:
    from sandbox.world.peers import Peer
    from sandbox.world.registry import Call
    from sandbox.world.view import View
    from sandbox.world.world import World


@dataclass(slots=True)
class Draft:
    """A message that is about to be sent."""

    random_id: int = 0
    text: str = ""
    entities: list[Any] = field(default_factory=list)
    media: Media | None = None
    markup: Any = None
    flags: int = 0
    reply_to: int = 0
    quote: Any = None
    grouped_id: int = 0
    forward: Any = None
    action: Any = None
    via_bot: int = 0


@dataclass(slots=True, frozen=True)
class Sent:
    """A message that was sent, now or by an earlier call with the same random_id."""

    message: Message
    pts: int


def target(peer: Peer) -> int:
    """The id of a peer: an account's, or -100… for a channel."""
    return peer.peer if isinstance(peer, Channel) else peer.id


def check_may_write(call: Call, peer: Peer) -> None:
    """Raise when the caller may not write there."""
    me = call.me
    if isinstance(peer, Channel):
        if peer.member(me.id) is None:
            raise forbidden("CHAT_WRITE_FORBIDDEN")
        if peer.broadcast and not peer.may(me.id, "post_messages"):
            raise bad_request("CHAT_ADMIN_REQUIRED") if me.bot else forbidden("CHAT_WRITE_FORBIDDEN")
        check_may_send(peer, me.id, ())
        return
    if peer.deleted:
        raise bad_request("INPUT_USER_DEACTIVATED")
    if me.bot:
        _check_bot_may_write(call, peer)
    elif call.world.accounts.is_blocked(peer.id, by=me.id):
        raise bad_request("YOU_BLOCKED_USER")


def _check_bot_may_write(call: Call, peer: Account) -> None:
    if peer.bot:
        raise bad_request("USER_IS_BOT")
    if call.world.accounts.is_blocked(call.me.id, by=peer.id):
        raise bad_request("USER_IS_BLOCKED")
    if not call.world.messages.wrote(peer.id, call.me.id):
        raise bad_request("PEER_ID_INVALID")


def sent_before(call: Call, peer: Peer, random_id: int) -> Sent | None:
    """What this random_id sent to this chat before."""
    known = call.world.messages.by_random_id(call.me.id, target(peer), random_id)
    return None if known is None else Sent(*known)


def send(call: Call, peer: Peer, drafts: Iterable[Draft]) -> list[Sent]:
    """Put messages into every box that they belong in, record them, and tell everybody but the caller's own session.

    Raises when a group does not let its members send what is among them.
    """
    world, me, drafts = call.world, call.me, list(drafts)
    if isinstance(peer, Channel) and any(draft.action is None for draft in drafts):
        check_may_send(peer, me.id, drafts)
    sent = [_place(world, me, peer, draft) for draft in drafts]
    for one in sent:
        _record(world, one.message)
    messages = [one.message for one in sent]
    if isinstance(peer, Channel):
        first = peer.pts - len(sent)
        tell_channel(
            call,
            peer,
            lambda view: [
                raw.types.UpdateNewChannelMessage(message=view.message(m), pts=first + step, pts_count=1)
                for step, m in enumerate(messages, 1)
            ],
            about=messages,
        )
        return sent
    world.tell(me, lambda view: new_messages(view, sent), but=call.caller.auth_key_id)
    if messages and messages[0].receiver_id and peer is not me:
        first = peer.pts - len(sent)
        theirs = [Sent(m, first + step) for step, m in enumerate(messages, 1)]
        world.tell(peer, lambda view: new_messages(view, theirs))
    return sent


def new_messages(view: View, sent: Iterable[Sent]) -> list[Any]:
    """The updates that bring messages, one of a kind for private chats and one for channels."""
    return [
        (raw.types.UpdateNewChannelMessage if s.message.in_channel else raw.types.UpdateNewMessage)(
            message=view.message(s.message), pts=s.pts, pts_count=1
        )
        for s in sent
    ]


def answer(call: Call, sent: list[Sent]) -> Any:
    """The result of a sending call: which random_id became which id, and the messages."""
    view = call.view()
    ids = [
        raw.types.UpdateMessageID(id=s.message.sender_id, random_id=s.message.random_id)
        for s in sent
        if s.message.random_id
    ]
    return view.updates([*ids, *new_messages(view, sent)])


def tell_channel(call: Call, channel: Channel, build: Any, *, about: list[Message] | None = None) -> None:
    """Tell everybody in a channel, except the caller's own session."""
    for member in list(channel.members.values()):
        account = call.world.accounts[member.account]
        if member.inside and account.keys and (about is None or hears(call.world, channel, account, about)):
            call.world.tell(account, build, but=call.caller.auth_key_id, mention=[channel.peer])


def hears(world: World, channel: Channel, account: Account, messages: list[Message]) -> bool:
    """Whether an account gets messages of a channel: a bot that is no admin gets only what is for it (privacy mode)."""
    if not account.bot or channel.broadcast or channel.is_admin(account.id):
        return True
    return any(_is_for(world, account, message) for message in messages)


def _is_for(world: World, bot: Account, message: Message) -> bool:
    if message.action is not None or message.text.startswith("/") or message.sender == bot.id:
        return True
    if bot.username and f"@{bot.username.lower()}" in message.text.lower():
        return True
    answered = world.messages.get(message.peer, message.reply_to) if message.reply_to else None
    return answered is not None and answered.sender == bot.id


def _place(world: World, me: Account, peer: Peer, draft: Draft) -> Sent:
    message = Message(
        sender=me.id,
        peer=target(peer),
        date=world.now,
        text=draft.text,
        random_id=draft.random_id,
        flags=draft.flags,
        grouped_id=draft.grouped_id,
        reply_to=draft.reply_to,
        entities=draft.entities,
        media=draft.media,
        markup=draft.markup,
        forward=draft.forward,
        action=draft.action,
        quote=draft.quote,
        via_bot=draft.via_bot,
    )
    if isinstance(peer, Channel):
        pts = _place_in_channel(world, peer, message)
    else:
        pts = _place_in_private(world, me, peer, message)
    if message.random_id:
        world.messages.keep_random_id(message, pts)
    return Sent(message, pts)


def _place_in_channel(world: World, channel: Channel, message: Message) -> int:
    channel.last_id += 1
    channel.event_date = message.date
    message.sender_id = channel.last_id
    world.messages.add(message)
    world.channels.touch(channel)
    return world.boxes.new(channel, message.sender_id)


def _place_in_private(world: World, me: Account, peer: Account, message: Message) -> int:
    me.last_id += 1
    message.sender_id = me.last_id
    world.accounts.touch(me)
    delivered = peer is not me and not world.accounts.is_blocked(me.id, by=peer.id)
    if delivered:
        peer.last_id += 1
        message.receiver_id = peer.last_id
        world.accounts.touch(peer)
        answered = world.messages.get(me.id, message.reply_to) if message.reply_to else None
        message.reply_to_other = answered.id_for(peer.id) if answered is not None else 0
    world.messages.add(message)
    pts = world.boxes.new(me, message.sender_id)
    if delivered:
        world.boxes.new(peer, message.receiver_id)
    return pts


def _record(world: World, message: Message) -> None:
    item = world.library.get(message.media.id) if message.media is not None and message.media.id else None
    origin = message.forward
    world.record(
        "message" if message.action is None else "service",
        from_id=message.sender,
        peer_id=message.peer,
        message_id=message.sender_id,
        receiver_message_id=message.receiver_id or None,
        random_id=message.random_id or None,
        text=message.text,
        media=message.media.kind if message.media is not None else None,
        media_sha256=item.sha256 if item is not None else None,
        media_size=item.size if item is not None else None,
        file_name=item.file_name if item is not None else None,
        grouped_id=message.grouped_id or None,
        forwarded_from=None if origin is None else _origin_id(origin),
        buttons=button_texts(message.markup),
        reply_to=message.reply_to or None,
        via_bot=message.via_bot or None,
        noforwards=True if message.flags & Flag.NOFORWARDS else None,
        action=None if message.action is None else type(message.action).__name__,
    )


def _origin_id(forward: Any) -> int | str | None:
    origin = forward.from_id
    if isinstance(origin, raw.types.PeerUser):
        return origin.user_id
    if isinstance(origin, raw.types.PeerChannel):
        return -1_000_000_000_000 - origin.channel_id
    name: str | None = forward.from_name
    return name
