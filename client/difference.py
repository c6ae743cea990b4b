"""How what was missed is fetched: at the start, after a reconnect, and wherever a gap shows.

The library's own `recover_gaps` stores the state before the handlers ran, asks with qts 0,
and drops what is too long to tell; this one asks from what was received, waits while too
much is in hand, and reads the messages one by one where the server will not list them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from pyrogram import raw
from pyrogram.errors import (
    ChannelInvalid,
    ChannelPrivate,
    PersistentTimestampEmpty,
    PersistentTimestampInvalid,
    PersistentTimestampOutdated,
    RPCError,
)

from client.address import COMMON, box_of
from client.boxes import Box, Mark
from client.inbox import Inbox, Recovery
from client.intake import Update
from client.pace import Lane, lane
from client.reading import AFTER_FAILURE, Found, Reading, pause
from services.errors import TryLater

log = logging.getLogger(__name__)

AT_A_TIME = 100
"""Updates that are asked for together, and finished together: a life too short for them does them all again.

A server that tells more at once is heard all the same. For channels Telegram recommends 10 to 100.
"""


class Difference(Recovery):
    """Fills the gaps of one inbox, each sequence by one task at a time."""

    def __init__(self, bot: Any, inbox: Inbox) -> None:
        self._bot = bot
        self._inbox = inbox
        self._reading = Reading(bot)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._waiting: set[int] = set()
        self._closed = False

    def fill(self, box_id: int) -> None:
        """Fetch the difference of this sequence soon; while one is being fetched, once more after it."""
        if self._closed:
            return
        if box_id in self._tasks:
            self._again.add(box_id)
            return
        with lane(Lane.ANSWER):  # whoever found the gap
            self._tasks[box_id] = asyncio.create_task(self._fill(box_id))

    def joined(self, channel: int) -> None:
        """Begin to follow a channel that the bot was let into: its first posts may get lost otherwise."""
        if not self._closed and channel not in self._inbox.channels:
            self.fill(channel)

    def fill_all(self) -> None:
        """Fetch what was missed everywhere: after a start and after a reconnect."""
        for box_id in (COMMON, *self._inbox.channels):
            self.fill(box_id)

    async def settled(self) -> None:
        """Wait until no difference is being fetched."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    @property
    def busy(self) -> bool:
        """Whether a difference is being fetched, and not only waited for."""
        return bool(self._tasks.keys() - self._waiting)

    async def close(self) -> None:
        """Stop fetching; what was not fetched is fetched at the next start.

        A cancellation may go unheard where it meets the end of the connection: then a task ends with its next step.
        """
        self._closed = True
        self._reading.close()
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=2)

    async def _fill(self, box_id: int) -> None:
        self._inbox.filling.add(box_id)
        try:
            more = True
            while more and not self._closed:
                self._again.discard(box_id)
                if self._inbox.intake.is_full(box_id):
                    self._waiting.add(box_id)
                await self._inbox.intake.room(box_id)
                more = await self._step(box_id)
                more = more or box_id in self._again
        finally:
            # here and not in a callback, which comes a turn later: what is asked for in between would be forgotten
            self._tasks.pop(box_id, None)
            self._inbox.filling.discard(box_id)
            self._waiting.discard(box_id)
            if not self._closed:
                self._inbox.filled(box_id)

    async def _step(self, box_id: int) -> bool:
        """Ask once and take in the answer. Returns whether there is more."""
        try:
            more = await self._ask(box_id)
            self._waiting.discard(box_id)
            return more
        except PersistentTimestampOutdated:
            await asyncio.sleep(1)  # the server's replicas lag behind each other
        except (ChannelPrivate, ChannelInvalid):
            log.warning("Channel %s is closed to the bot: its updates are no longer followed", box_id)
            self._inbox.forget(box_id)
            return False
        except TryLater as error:
            self._waiting.add(box_id)
            await asyncio.sleep(pause(error))
        except RPCError as error:
            log.warning("The difference of %s failed and is asked for again: %s", box_id, error)
            await asyncio.sleep(AFTER_FAILURE)
        except Exception:  # the one judge of this task: a sequence that nobody fills any more is worse
            log.exception("The difference of %s failed and is asked for again", box_id)
            await asyncio.sleep(AFTER_FAILURE)
        return True

    async def _ask(self, box_id: int) -> bool:
        try:
            return await (self._common() if box_id == COMMON else self._channel(box_id))
        except (PersistentTimestampInvalid, PersistentTimestampEmpty) as error:
            log.warning("The state of %s is not accepted (%s): going on at the server's", box_id, error.ID)
        await (self._common_anew() if box_id == COMMON else self._channel_anew(box_id))
        return True

    async def _common_anew(self) -> None:
        pts, qts = self._inbox.pts, self._inbox.qts
        state = await self._bot.invoke(raw.functions.updates.GetState())
        messages, users, chats = await self._reading.after(pts.message)
        self._take_read(messages, users, chats, (pts, state.pts), (qts, state.qts), date=state.date)

    async def _channel_anew(self, channel: int) -> None:
        box = self._inbox.box(channel)
        peer = await self._bot.resolve_peer(channel)
        full = await self._bot.invoke(raw.functions.channels.GetFullChannel(channel=peer))
        messages, users, chats = await self._reading.after(box.message, channel=peer)
        self._take_read(messages, users, chats, (box, full.full_chat.pts))

    async def read(self, numbers: list[int]) -> Found:
        """Read messages of private chats by their ids, however often that takes."""
        return await self._reading.these(numbers)

    async def follow(self, channel: int) -> None:
        """Begin the sequence of a channel at the server's present state, unless it is followed already."""
        if self._inbox.box(channel).received is not None:
            return
        peer = await self._bot.resolve_peer(channel)
        full = await self._bot.invoke(raw.functions.channels.GetFullChannel(channel=peer))
        # what was pushed meanwhile may be counted in that state already
        places = [early.value - early.count for early in self._inbox.early.get((channel, False), ())]
        self._inbox.open_channel(channel, Mark(min([full.full_chat.pts, *places])))

    # The account's own sequence

    async def _common(self) -> bool:
        pts, qts = self._inbox.pts, self._inbox.qts
        diff = await self._bot.invoke(
            raw.functions.updates.GetDifference(
                pts=pts.received or 1,
                date=pts.date or 1,
                qts=qts.received or 0,
                pts_limit=AT_A_TIME,
                qts_limit=AT_A_TIME,
            )
        )
        if isinstance(diff, raw.types.updates.DifferenceEmpty):
            pts.date = max(pts.date, diff.date)
            return False
        if isinstance(diff, raw.types.updates.DifferenceTooLong):
            log.warning("The difference was too long: reading the messages after %d one by one", pts.message)
            messages, users, chats = await self._reading.after(pts.message)
            self._take_read(messages, users, chats, (pts, diff.pts))
            return True
        final = isinstance(diff, raw.types.updates.Difference)
        state = diff.state if final else diff.intermediate_state
        progress = (state.pts, state.qts) != (pts.received, qts.received)
        self._take(
            diff.new_messages,
            diff.other_updates,
            diff.users,
            diff.chats,
            (pts, state.pts),
            (qts, state.qts),
            date=state.date if final else 0,  # which channels moved since the old date is told at the end
        )
        return not final and progress

    # A channel's sequence

    async def _channel(self, channel: int) -> bool:
        box = self._inbox.box(channel)
        if box.received is None:
            await self.follow(channel)
            return False
        peer = await self._bot.resolve_peer(channel)
        diff = await self._bot.invoke(
            raw.functions.updates.GetChannelDifference(
                channel=peer,
                filter=raw.types.ChannelMessagesFilterEmpty(),
                pts=box.received,
                limit=AT_A_TIME,
                force=False,
            )
        )
        if isinstance(diff, raw.types.updates.ChannelDifferenceEmpty):
            return False
        if isinstance(diff, raw.types.updates.ChannelDifferenceTooLong):
            dialog: Any = diff.dialog
            top = dialog.top_message
            # each new message has taken a place at least: where the newest known one is not known, so many may be new
            first = max(box.message, top - (dialog.pts - box.received), 0)
            log.warning("The difference of %d was too long: reading %d to %d one by one", channel, first + 1, top)
            messages, users, chats = await self._reading.after(first, top, peer)
            self._take_read(messages, [*users, *diff.users], [*chats, *diff.chats], (box, dialog.pts))
            return not diff.final
        self._take(diff.new_messages, diff.other_updates, diff.users, diff.chats, (box, diff.pts))
        return not diff.final

    # Taking in

    def _take_read(
        self, messages: list[Any], users: list[Any], chats: list[Any], *ends: tuple[Box, int], date: int = 0
    ) -> None:
        """Hand out messages that were read by their ids: how far they are finished is told by the id of the last."""
        users_by_id, chats_by_id = _by_id(users), _by_id(chats)
        updates = [Update(_as_update(message), users_by_id, chats_by_id) for message in messages]
        box, _ = ends[0]
        while len(updates) > AT_A_TIME:
            self._inbox.begin(updates[:AT_A_TIME], (box, box.received or 0))
            updates = updates[AT_A_TIME:]
        self._inbox.begin(updates, *ends, date=date)

    def _take(
        self, messages: Iterable[Any], others: Iterable[Any], users: Iterable[Any], chats: Iterable[Any],
        *ends: tuple[Box, int], date: int = 0,
    ) -> None:  # fmt: skip
        """Hand out the messages and updates of one answer as one unit."""
        users_by_id, chats_by_id = _by_id(users), _by_id(chats)
        updates = [Update(_as_update(message), users_by_id, chats_by_id) for message in messages]
        for other in others:
            update = Update(other, users_by_id, chats_by_id)
            placed = getattr(other, "pts", None) is not None or isinstance(other, raw.types.UpdateChannelTooLong)
            if placed and box_of(other) != COMMON and ends[0][0] is self._inbox.pts:
                self._inbox.arrive(update, date)  # a channel's, told on the way
            else:
                updates.append(update)
        self._inbox.begin(updates, *ends, date=date)


def _by_id(named: Iterable[Any]) -> dict[int, Any]:
    return {each.id: each for each in named}


def _as_update(message: Any) -> Any:
    """Wrap a message of a difference as the update it would have been."""
    if isinstance(message.peer_id, raw.types.PeerChannel):
        return raw.types.UpdateNewChannelMessage(message=message, pts=0, pts_count=0)
    return raw.types.UpdateNewMessage(message=message, pts=0, pts_count=0)
