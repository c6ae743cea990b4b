"""What reaches a person: every update once, in Telegram's order, with gaps fetched; kept until somebody looks.

Order and gaps: core.telegram.org/api/updates.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from pyrogram import Client, raw, types, utils
from pyrogram.errors import ChannelPrivate, RPCError

from sandbox.ending import end
from sandbox.shelf import Deletion, Shelf

log = logging.getLogger(__name__)

Listener = Callable[[Any], Awaitable[None]]
_ACCOUNT = 0
_GAP_WAIT = 0.3
"""Seconds that a missing update may come late before it is fetched."""
_ANSWER_WAIT = 2.0
"""Seconds for a difference to come: what a broken connection swallowed is asked for again soon."""
_AGAIN = 1.0
"""Seconds after which what could not be fetched is fetched again."""
_RECENT = 200


class Mailbox:
    """Takes raw updates in the order they arrive and puts messages, edits and deletions on their shelves."""

    def __init__(self, client: Client) -> None:
        self.messages: Shelf[types.Message] = Shelf("message")
        self.edits: Shelf[types.Message] = Shelf("edit")
        self.deletions: Shelf[Deletion] = Shelf("deletion")
        self.others: deque[Any] = deque(maxlen=_RECENT)
        """Raw updates that are none of these, for whoever wants to look."""
        self.recent: deque[types.Message] = deque(maxlen=_RECENT)
        """The messages that came last, seen or not."""
        self.users: dict[int, Any] = {}
        """Everybody who was in what came, as the server showed them last."""
        self.chats: dict[int, Any] = {}
        """The same for channels and groups."""
        self.listener: Listener | None = None
        """Who takes the raw updates, in their order; nothing is put on the shelves then."""
        self._client = client
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._points: dict[int, int] = {}
        self._date = 0
        self._task: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Begin with the present: what came before is history."""
        state = await self._client.invoke(raw.functions.updates.GetState())
        self._points[_ACCOUNT], self._date = state.pts, state.date
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Take nothing more."""
        if self._again is not None:
            self._again.cancel()
        await end([self._task])

    def put(self, updates: Any) -> None:
        """Something arrived, or was the answer to a call of the person's own."""
        self._queue.put_nowait(updates)

    def catch_up(self) -> None:
        """The connection was gone: fetch what was missed."""
        self._queue.put_nowait(raw.types.UpdatesTooLong())

    def begin_at(self, channel_id: int, pts: int) -> None:
        """What came to a channel (its number without -100) until this pts is history; a place that is known stays."""
        self._points.setdefault(channel_id, pts)

    def go_on_from(self, before: Mailbox) -> None:
        """Take the place of the mailbox of an earlier client of the same person: what came since is fetched."""
        self._points, self._date = dict(before._points), before._date
        self.users, self.chats = before.users | self.users, before.chats | self.chats
        self.catch_up()

    async def _run(self) -> None:
        while True:
            updates = await self._queue.get()
            try:
                await self._take(updates)
            except (RPCError, OSError) as error:
                log.warning("%s could not take updates: %r", self._client.name, error)
                if self._again is None or self._again.when() <= asyncio.get_running_loop().time():
                    self._again = asyncio.get_running_loop().call_later(_AGAIN, self.catch_up)

    async def _take(self, updates: Any) -> None:
        await self._meet(getattr(updates, "users", []), getattr(updates, "chats", []))
        self._date = max(self._date, getattr(updates, "date", 0) or 0)
        match updates:
            case raw.types.Updates() | raw.types.UpdatesCombined():
                for update in updates.updates:
                    await self._apply_in_order(update)
            case raw.types.UpdateShort():
                await self._apply_in_order(updates.update)
            case raw.types.UpdateShortSentMessage() | raw.types.messages.AffectedMessages():
                await self._apply_in_order(updates)
            case raw.types.messages.AffectedHistory():
                await self._apply_in_order(updates)
            case raw.types.UpdatesTooLong() | raw.types.UpdateShortMessage() | raw.types.UpdateShortChatMessage():
                for box in list(self._points):
                    await self._fetch(box)

    async def _meet(self, users: list[Any], chats: list[Any]) -> None:
        if users or chats:
            await self._client.fetch_peers([*users, *chats])
            self.users.update((user.id, user) for user in users)
            self.chats.update((chat.id, chat) for chat in chats)

    async def _apply_in_order(self, update: Any) -> None:
        box, pts, count = _place(update)
        if isinstance(update, raw.types.UpdateChannelTooLong):
            await self._fetch(update.channel_id)
            return
        if pts is None or count is None:
            await self._deliver(update)
            return
        known = self._points.get(box)
        if known is not None and known + count < pts and await self._still_missing(box, pts - count):
            await self._fetch(box)
            known = self._points[box]
        if known is not None and known >= pts:
            # Updates without an effect of their own (count 0) may repeat the present pts.
            if count == 0 and known == pts:
                await self._deliver(update)
            return
        self._points[box] = pts
        await self._deliver(update)

    async def _still_missing(self, box: int, needed: int) -> bool:
        """Give what is missing a moment to come, from the answers of the person's own calls for example."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _GAP_WAIT
        later: list[Any] = []
        while self._points[box] < needed and (left := until - loop.time()) > 0:
            try:
                arrived = await asyncio.wait_for(self._queue.get(), left)
            except TimeoutError:
                break
            if any(self._comes_next(update, box) for update in _flat(arrived)):
                await self._take(arrived)
            else:
                later.append(arrived)
        later += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        for arrived in later:
            self._queue.put_nowait(arrived)
        return self._points[box] < needed

    def _comes_next(self, update: Any, box: int) -> bool:
        place, pts, count = _place(update)
        return place == box and pts is not None and count is not None and self._points[box] + count == pts

    async def _fetch(self, box: int) -> None:
        """Get the difference from where this box stands."""
        if box == _ACCOUNT:
            await self._fetch_account()
        else:
            await self._fetch_channel(box)

    async def _fetch_account(self) -> None:
        while True:
            difference: Any = await self._client.invoke(
                raw.functions.updates.GetDifference(pts=self._points[_ACCOUNT], date=self._date, qts=0),
                timeout=_ANSWER_WAIT,
            )
            if isinstance(difference, raw.types.updates.DifferenceTooLong):
                log.warning("%s missed too much: what lies between is lost", self._client.name)
                self._points[_ACCOUNT] = difference.pts
                await self._deliver(raw.types.UpdatesTooLong())
                continue
            if isinstance(difference, raw.types.updates.DifferenceEmpty):
                self._date = difference.date
                return
            await self._deliver_difference(difference)
            whole = isinstance(difference, raw.types.updates.Difference)
            state = difference.state if whole else difference.intermediate_state
            self._points[_ACCOUNT], self._date = state.pts, state.date
            if whole:
                return

    async def _fetch_channel(self, channel_id: int) -> None:
        peer: Any = await self._client.resolve_peer(utils.get_channel_id(channel_id))
        while True:
            try:
                difference: Any = await self._client.invoke(
                    raw.functions.updates.GetChannelDifference(
                        channel=raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash),
                        filter=raw.types.ChannelMessagesFilterEmpty(),
                        pts=self._points.get(channel_id, 1),
                        limit=100,
                    ),
                    timeout=_ANSWER_WAIT,
                )
            except ChannelPrivate:  # this person has left it
                self._points.pop(channel_id, None)
                return
            if isinstance(difference, raw.types.updates.ChannelDifferenceTooLong):
                await self._meet(difference.users, difference.chats)
                dialog: Any = difference.dialog
                self._points[channel_id] = dialog.pts
                await self._deliver(raw.types.UpdateChannelTooLong(channel_id=channel_id))
                return
            if not isinstance(difference, raw.types.updates.ChannelDifferenceEmpty):
                await self._deliver_difference(difference)
            self._points[channel_id] = difference.pts
            if difference.final:
                return

    async def _deliver_difference(self, difference: Any) -> None:
        await self._meet(difference.users, difference.chats)
        for message in difference.new_messages:
            await self._deliver(raw.types.UpdateNewMessage(message=message, pts=0, pts_count=0))
        for update in difference.other_updates:
            if isinstance(update, raw.types.UpdateChannelTooLong) and update.channel_id in self._points:
                await self._fetch(update.channel_id)  # it moved, and from where is known: nothing is lost
            else:
                await self._deliver(update)

    async def _deliver(self, update: Any) -> None:
        if self.listener is not None:
            await self.listener(update)
            return
        match update:
            case raw.types.UpdateNewMessage() | raw.types.UpdateNewChannelMessage():
                if not isinstance(update.message, raw.types.MessageEmpty):
                    await self._shelve(self.messages, update.message)
            case raw.types.UpdateEditMessage() | raw.types.UpdateEditChannelMessage():
                await self._shelve(self.edits, update.message)
            case raw.types.UpdateDeleteMessages():
                self.deletions.put(Deletion(None, tuple(update.messages)))
            case raw.types.UpdateDeleteChannelMessages():
                self.deletions.put(Deletion(utils.get_channel_id(update.channel_id), tuple(update.messages)))
            case _:
                self.others.append(update)

    async def _shelve(self, shelf: Shelf[types.Message], message: Any) -> None:
        parsed = await self.read(message)
        self.recent.append(parsed)
        if not message.out:
            shelf.put(parsed)

    async def read(self, message: Any) -> types.Message:
        """A raw message as the library's own."""
        parse = types.Message._parse  # noqa: SLF001 - the library keeps no public way
        return await parse(self._client, message, self.users, self.chats, replies=0)


def _flat(updates: Any) -> list[Any]:
    if isinstance(updates, raw.types.Updates | raw.types.UpdatesCombined):
        return list(updates.updates)
    return [updates.update if isinstance(updates, raw.types.UpdateShort) else updates]


def _place(update: Any) -> tuple[int, int | None, int | None]:
    """Which box an update counts in (0: the account's, else the channel's), its pts and pts_count."""
    peer = getattr(getattr(update, "message", None), "peer_id", None)
    channel_id = getattr(peer, "channel_id", None) or getattr(update, "channel_id", None) or _ACCOUNT
    return channel_id, getattr(update, "pts", None), getattr(update, "pts_count", None)
