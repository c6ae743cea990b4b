"""Where a client stands, and what it missed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.accounts import Account
from sandbox.world.boxes import Event, Kind
from sandbox.world.channels import Channel
from sandbox.world.dialogs import channel_dialog
from sandbox.world.peers import resolve_channel
from sandbox.world.registry import Call, serves
from sandbox.world.sending import hears

if TYPE_CHECKING:
    from sandbox.world.view import View

updates = raw.functions.updates
USER_LIMIT: Final = 100
BOT_LIMIT: Final = 100_000
TOO_LONG_MESSAGES: Final = 20
POLL_SECONDS: Final = 30
PLACE_USERS: Final = ("promoted_by", "inviter_id", "kicked_by", "admin_id")
"""Where a participant, or the invitation that led there, speaks of other users."""


@serves(updates.GetState)
async def get_state(call: Call, _: Any) -> object:
    """Where the caller stands now."""
    return _state(call, call.me.pts, call.me.qts)


@serves(updates.GetDifference)
async def get_difference(call: Call, query: Any) -> object:
    """What happened in the caller's box since a pts, and which channels moved since a date."""
    me, limits = call.me, call.world.limits
    if query.pts <= 0:
        raise bad_request("PERSISTENT_TIMESTAMP_EMPTY")
    if query.pts > me.pts:
        raise bad_request("PERSISTENT_TIMESTAMP_INVALID")
    if query.date <= 0:
        raise bad_request("DATE_EMPTY")
    total = [limit for limit in (query.pts_total_limit, limits.difference_too_long) if limit is not None]
    if total and me.pts - query.pts > min(total):
        return raw.types.updates.DifferenceTooLong(pts=me.pts)
    most = max(1, min(query.pts_limit or limits.difference, limits.difference))
    events = call.world.boxes.since(me, query.pts, most)
    quiet = _quiet_events(call, query)
    view = call.view()
    new_messages, others = _rendered(call, view, me, events)
    others += [event.update for event in quiet]
    final = (not events or events[-1].pts == me.pts) and (not quiet or quiet[-1].pts == me.qts)
    if final:
        others += _moved_channels(call, view, query.date)
    if final and not new_messages and not others and not events:
        return raw.types.updates.DifferenceEmpty(date=call.world.now, seq=1)
    qts = quiet[-1].pts if quiet else me.qts
    state = _state(call, events[-1].pts if events else query.pts, qts)
    _mention_updates(view, others)
    common: dict[str, Any] = {
        "new_messages": new_messages,
        "new_encrypted_messages": [],
        "other_updates": others,
        "chats": view.chats,
        "users": view.users,
    }
    if final:
        return raw.types.updates.Difference(**common, state=state)
    return raw.types.updates.DifferenceSlice(**common, intermediate_state=state)


@serves(updates.GetChannelDifference)
async def get_channel_difference(call: Call, query: Any) -> object:
    """What happened in one channel since a pts."""
    channel = resolve_channel(call, query.channel)
    if query.pts <= 0:
        raise bad_request("PERSISTENT_TIMESTAMP_EMPTY")
    if query.pts > channel.pts:
        raise bad_request("PERSISTENT_TIMESTAMP_INVALID")
    if query.pts == channel.pts:
        return raw.types.updates.ChannelDifferenceEmpty(pts=channel.pts, final=True, timeout=POLL_SECONDS)
    too_long = call.world.limits.channel_difference_too_long
    if too_long is not None and channel.pts - query.pts > too_long:
        return _channel_too_long(call, channel)
    most = max(1, min(query.limit, BOT_LIMIT if call.me.bot else USER_LIMIT))
    most = min(most, call.world.limits.channel_difference or most)
    events = call.world.boxes.since(channel, query.pts, most)
    view = call.view()
    new_messages, others = _rendered(call, view, channel, events)
    return raw.types.updates.ChannelDifference(
        pts=events[-1].pts,
        new_messages=new_messages,
        other_updates=others,
        chats=view.mention([channel.peer]).chats,
        users=view.users,
        final=events[-1].pts == channel.pts or None,
        timeout=POLL_SECONDS,
    )


def _state(call: Call, pts: int, qts: int) -> Any:
    return raw.types.updates.State(pts=pts, qts=qts, date=call.world.now, seq=1, unread_count=0)


def _quiet_events(call: Call, query: Any) -> list[Event]:
    """The second log; 0 and -1 are sent by clients that keep no qts, and who keeps one starts at 1."""
    if query.qts <= 0:
        return []
    limit = max(1, min(query.qts_limit or call.world.limits.difference, call.world.limits.difference))
    return call.world.boxes.quiet_since(call.me, query.qts, limit)


def _rendered(call: Call, view: View, box: Account | Channel, events: Iterable[Event]) -> tuple[list[Any], list[Any]]:
    """Messages as they are now, and everything else; what was deleted since is not told as new."""
    owner = box.peer if isinstance(box, Channel) else box.id
    new_messages: list[Any] = []
    others: list[Any] = []
    for event in events:
        if event.kind is Kind.OTHER:
            others.append(event.update)
            continue
        message = call.world.messages.get(owner, event.message_id)
        if message is None or (isinstance(box, Channel) and not hears(call.world, box, call.me, [message])):
            continue
        shown = view.message(message)
        if event.kind is Kind.NEW:
            new_messages.append(shown)
        else:
            kind = raw.types.UpdateEditChannelMessage if message.in_channel else raw.types.UpdateEditMessage
            others.append(kind(message=shown, pts=event.pts, pts_count=event.count))
    return new_messages, others


def _moved_channels(call: Call, view: View, date: int) -> list[Any]:
    """The channels that had events since a date: their difference is asked for one by one."""
    key = call.caller.auth_key_id
    moved: list[Any] = []
    for channel in call.world.channels.of_account(call.me.id):
        if channel.event_date < date or call.world.told_channels.get((key, channel.id)) == (channel.pts, date):
            continue
        call.world.told_channels[key, channel.id] = (channel.pts, call.world.now)
        view.mention([channel.peer])
        moved.append(raw.types.UpdateChannelTooLong(channel_id=channel.id, pts=channel.pts))
    return moved


def _mention_updates(view: View, others: Iterable[Any]) -> None:
    """Send along whom the updates speak of."""
    for update in others:
        for name in ("user_id", "actor_id"):
            if isinstance(getattr(update, name, None), int):
                view.mention([getattr(update, name)])
        channel_id = getattr(update, "channel_id", None)
        if isinstance(channel_id, int):
            view.mention([-1_000_000_000_000 - channel_id])
        for name in ("prev_participant", "new_participant", "invite"):
            place = getattr(update, name, None)
            view.mention(n for key in PLACE_USERS if (n := getattr(place, key, None)))
        message = getattr(update, "message", None)  # of what was pushed by order: its own are rendered
        for peer in (getattr(update, "peer", None), *(getattr(message, name, None) for name in ("peer_id", "from_id"))):
            if isinstance(peer, raw.types.PeerUser):
                view.mention([peer.user_id])


def _channel_too_long(call: Call, channel: Channel) -> Any:
    view = call.view()
    newest = call.world.messages.history(channel.peer, channel.peer, 2**31, TOO_LONG_MESSAGES)
    shown = [view.message(message) for message in newest if hears(call.world, channel, call.me, [message])]
    return raw.types.updates.ChannelDifferenceTooLong(
        dialog=channel_dialog(call, channel),
        messages=shown,
        chats=view.mention([channel.peer]).chats,
        users=view.users,
        final=True,
        timeout=POLL_SECONDS,
    )
