"""Looking back: messages by id, histories, the list of chats, and what is read."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel
from sandbox.world.dialogs import channel_dialog, private_dialog
from sandbox.world.messages import Message
from sandbox.world.peers import Peer, resolve, resolve_channel
from sandbox.world.registry import Call, Who, serves
from sandbox.world.view import View

messages = raw.functions.messages
channels = raw.functions.channels
IDS_MAX: Final = 200
PAGE_MAX: Final = 100
NO_LIMIT: Final = 2**31 - 1


@serves(messages.GetMessages)
async def get_messages(call: Call, query: Any) -> object:
    """Messages of the caller's private chats by id; what is not there comes as MessageEmpty."""
    view = call.view()
    shown = [_shown(view, *_wanted(call, call.me.id, None, given)) for given in _ids(query.id)]
    return raw.types.messages.Messages(messages=shown, topics=[], chats=view.chats, users=view.users)


@serves(channels.GetMessages)
async def get_channel_messages(call: Call, query: Any) -> object:
    """Messages of a channel by id."""
    channel = resolve_channel(call, query.channel)
    view = call.view().mention([channel.peer])
    shown = [_shown(view, *_wanted(call, channel.peer, channel.peer, given)) for given in _ids(query.id)]
    return raw.types.messages.ChannelMessages(
        pts=channel.pts, count=len(shown), messages=shown, topics=[], chats=view.chats, users=view.users
    )


@serves(messages.GetHistory, Who.USER)
async def get_history(call: Call, query: Any) -> object:
    """A page of a chat, newest first."""
    peer = resolve(call, query.peer)
    owner, chat = _box(call, peer)
    limit = max(0, min(query.limit, PAGE_MAX))
    below = query.offset_id or NO_LIMIT
    if query.max_id:
        below = min(below, query.max_id)
    store = call.world.messages
    newer = max(0, -query.add_offset)
    found = store.history(owner, chat, below, limit + max(0, query.add_offset), query.min_id)
    found = found[max(0, query.add_offset) :]
    if newer and query.offset_id:
        above = store.newer(owner, chat, query.offset_id, newer)
        # The page begins `newer` places above the offset, also where fewer messages are there.
        found = above[: max(0, limit - newer + len(above))] + found[: max(0, limit - newer)]
    if query.offset_date and not query.offset_id:  # an id is the better place to go on from, and wins
        found = [message for message in found if message.date < query.offset_date]
    view = call.view()
    shown = [view.message(message) for message in found]
    return _page(view, peer, shown, store.count(owner, chat))


@serves(messages.GetDialogs, Who.USER)
async def get_dialogs(call: Call, query: Any) -> object:
    """The caller's chats, the newest first."""
    view = call.view()
    rows: list[tuple[int, Any, Message | None]] = []
    for number, top in call.world.messages.dialogs(call.me.id):
        message = call.world.messages.get(call.me.id, top)
        rows.append((message.date if message else 0, private_dialog(call, number, top), message))
        view.mention([number])
    for channel in call.world.channels.of_account(call.me.id):
        if channel.deleted:
            continue
        dialog = channel_dialog(call, channel)
        message = call.world.messages.get(channel.peer, dialog.top_message)
        rows.append((message.date if message else channel.date, dialog, message))
        view.mention([channel.peer])
    rows.sort(key=lambda row: row[0], reverse=True)
    total = len(rows)
    rows = rows[_begins(call, query, rows) :]
    page = rows[: max(1, min(query.limit, PAGE_MAX))]
    dialogs = [dialog for _, dialog, _ in page]
    tops = [view.message(message) for _, _, message in page if message is not None]
    if len(page) < total:
        return raw.types.messages.DialogsSlice(
            count=total, dialogs=dialogs, messages=tops, chats=view.chats, users=view.users
        )
    return raw.types.messages.Dialogs(dialogs=dialogs, messages=tops, chats=view.chats, users=view.users)


@serves(messages.GetPeerDialogs, Who.USER)
async def get_peer_dialogs(call: Call, query: Any) -> object:
    """Single chats as they stand in the caller's list."""
    view = call.view()
    dialogs: list[Any] = []
    tops: list[Any] = []
    for given in query.peers:
        peer = resolve(call, given.peer)
        owner, chat = _box(call, peer)
        view.mention([chat])
        newest = call.world.messages.history(owner, chat, NO_LIMIT, 1)
        top = newest[0].id_for(call.me.id) if newest else 0
        dialogs.append(channel_dialog(call, peer) if isinstance(peer, Channel) else private_dialog(call, chat, top))
        tops += [view.message(message) for message in newest]
    state = raw.types.updates.State(pts=call.me.pts, qts=call.me.qts, date=call.world.now, seq=1, unread_count=0)
    return raw.types.messages.PeerDialogs(
        dialogs=dialogs, messages=tops, chats=view.chats, users=view.users, state=state
    )


@serves(messages.ReadHistory, Who.USER)
async def read_history(call: Call, query: Any) -> object:
    """Everything up to an id is read; the other side is told."""
    peer = resolve(call, query.peer)
    if isinstance(peer, Channel):
        raise bad_request("PEER_ID_INVALID")
    me, world = call.me, call.world
    newest = world.messages.last_incoming(me.id, peer.id, query.max_id or NO_LIMIT)
    read, _ = world.messages.read(me.id, peer.id)
    if newest is None or newest.id_for(me.id) <= read:
        return raw.types.messages.AffectedMessages(pts=me.pts, pts_count=0)
    number = newest.id_for(me.id)
    world.messages.mark_read(me.id, peer.id, inbox=number)
    left = world.messages.count(me.id, peer.id, above=number, but=me.id)
    update = raw.types.UpdateReadHistoryInbox(
        peer=raw.types.PeerUser(user_id=peer.id), max_id=number, still_unread_count=left, pts=0, pts_count=0
    )
    world.boxes.other(me, update)
    world.accounts.touch(me)
    world.tell(me, lambda _: [update], but=call.caller.auth_key_id, mention=[peer.id])
    if not peer.bot and peer is not me:
        _tell_read(call, peer, newest.id_for(peer.id))
    return raw.types.messages.AffectedMessages(pts=me.pts, pts_count=1)


@serves(channels.ReadHistory, Who.USER)
async def read_channel_history(call: Call, query: Any) -> object:
    """Everything up to an id is read in a channel."""
    channel = resolve_channel(call, query.channel)
    member = channel.member(call.me.id)
    if member is None:
        return False
    number = min(query.max_id or NO_LIMIT, channel.last_id)
    if number <= member.read_id:
        return False
    member.read_id = number
    call.world.channels.place(channel, member)
    left = call.world.messages.count(channel.peer, channel.peer, above=number, but=call.me.id)
    update = raw.types.UpdateReadChannelInbox(
        channel_id=channel.id, max_id=number, still_unread_count=left, pts=channel.pts
    )
    call.world.tell(call.me, lambda _: [update], but=call.caller.auth_key_id, mention=[channel.peer])
    return True


def _begins(call: Call, query: Any, rows: list[tuple[int, Any, Message | None]]) -> int:
    """Where a page of the list begins: below the chat that it names, else below a date."""
    if not isinstance(query.offset_peer, raw.types.InputPeerEmpty):
        peer = resolve(call, query.offset_peer)
        is_channel = isinstance(peer, Channel)
        wanted: Any = raw.types.PeerChannel(channel_id=peer.id) if is_channel else raw.types.PeerUser(user_id=peer.id)
        for place, (_, dialog, _) in enumerate(rows):
            if dialog.peer == wanted:
                return place + 1
    if not query.offset_date:
        return 0
    return next((place for place, row in enumerate(rows) if row[0] < query.offset_date), len(rows))


def _tell_read(call: Call, peer: Account, number: int) -> None:
    world = call.world
    world.messages.mark_read(peer.id, call.me.id, outbox=number)
    update = raw.types.UpdateReadHistoryOutbox(
        peer=raw.types.PeerUser(user_id=call.me.id), max_id=number, pts=0, pts_count=0
    )
    world.boxes.other(peer, update)
    world.accounts.touch(peer)
    world.tell(peer, lambda _: [update], mention=[call.me.id])


def _box(call: Call, peer: Peer) -> tuple[int, int]:
    return (peer.peer, peer.peer) if isinstance(peer, Channel) else (call.me.id, peer.id)


def _ids(given: list[Any]) -> list[Any]:
    if len(given) > IDS_MAX:
        raise bad_request("LIMIT_INVALID")
    return given


def _wanted(call: Call, owner: int, chat: int | None, given: Any) -> tuple[Message | None, int]:
    """The message that an InputMessage names, and the number it was asked for by."""
    store = call.world.messages
    if isinstance(given, raw.types.InputMessagePinned):
        number = call.world.pins.newest(owner, chat) if chat is not None else None
        return (store.get(owner, number), number) if number is not None else (None, 0)
    message = store.get(owner, given.id)
    if isinstance(given, raw.types.InputMessageReplyTo):
        answered = message.reply_for(call.me.id) if message is not None else 0
        return (store.get(owner, answered) if answered else None), answered or given.id
    return message, given.id


def _shown(view: View, message: Message | None, number: int) -> Any:
    return raw.types.MessageEmpty(id=number) if message is None else view.message(message)


def _page(view: View, peer: Peer, shown: list[Any], total: int) -> Any:
    if isinstance(peer, Channel):
        return raw.types.messages.ChannelMessages(
            pts=peer.pts, count=total, messages=shown, topics=[], chats=view.chats, users=view.users
        )
    if len(shown) < total:
        return raw.types.messages.MessagesSlice(
            count=total, messages=shown, topics=[], chats=view.chats, users=view.users
        )
    return raw.types.messages.Messages(messages=shown, topics=[], chats=view.chats, users=view.users)
