"""No update lost: what arrives is put in order, gaps are filled, and only what is finished is written down.

Takes the place of the library's dispatcher, whose `handle_updates` stores on arrival and loses
what a crash interrupts. See `client/boxes.py` for the two numbers of a sequence,
`client/difference.py` for how gaps are filled, `client/intake.py` for what is taken and in which order.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pyrogram import raw, utils
from pyrogram.dispatcher import Dispatcher
from pyrogram.handlers.handler import Handler

from client.address import AS_IT_COMES, COMMON, box_of, is_id, is_own, message_id
from client.boxes import Arrival, Box, Mark, Unit, receive
from client.intake import Intake, Run, Telling, Update
from database.sessions import StateRecord

log = logging.getLogger(__name__)

EARLY_AT_MOST = 1_000
"""Updates of one sequence that wait for those in front of them; a difference brings the others."""

EARLY_AT_LONGEST = 60.0
"""Seconds for which an update waits for those in front of it. Nothing is lost then: what is real the difference has."""

GAP_PATIENCE = 0.5
"""Seconds to wait for what overtook each other before a gap is filled by a difference (Telegram's advice)."""


@dataclass(slots=True)
class Early:
    """An update that arrived before the ones in front of it."""

    value: int
    count: int
    update: Update
    date: int
    until: float
    """The moment (of the loop's clock) after which it is waited for no longer."""


class Recovery:
    """How the inbox asks for what it missed; `client.difference` implements it."""

    def fill(self, box_id: int) -> None:
        """Fetch the difference of this sequence soon."""
        raise NotImplementedError

    def joined(self, channel: int) -> None:
        """Begin to follow a channel that the bot was let into."""
        raise NotImplementedError

    async def read(self, numbers: list[int]) -> tuple[list[Any], list[Any], list[Any]]:
        """Read messages of private chats by their ids; returns messages, users and chats."""
        raise NotImplementedError


class Inbox(Dispatcher):
    """Receives, orders and hands out the updates of one bot."""

    def __init__(
        self,
        client: Any,
        run: Run,
        *,
        on_finished: Callable[[], None],
        is_admin: Callable[[int], bool] = lambda _: False,
        telling: Telling | None = None,
    ) -> None:
        super().__init__(client)
        self.bot_id: int = client.bot_id
        self.parsers: dict[Any, Any] = self.update_parsers  # the library declares another key than it uses
        self.intake = Intake(
            run,
            workers=client.workers,
            hold=self._hold,
            read=lambda numbers: self.recovery.read(numbers),  # noqa: PLW0108 - implemented later
            is_admin=is_admin,
            telling=telling or Telling(),
        )
        self.lanes = self.intake.lanes
        self.recovery: Recovery = Recovery()
        self._on_finished = on_finished
        self.pts = Box(on_finished=on_finished)
        self.qts = Box(on_finished=on_finished)
        self.channels: dict[int, Box] = {}
        self.early: dict[tuple[int, bool], list[Early]] = {}
        self.filling: set[int] = set()
        self.last_arrival = time.monotonic()
        self.keep_arrivals = False
        """Only for the control of the proof: write down what arrived instead of what is finished."""
        self.as_they_come = False
        """Only for the control of the proof: look for no gaps, and drop nothing that came before."""

    # States

    def restore(self, states: Iterable[StateRecord]) -> None:
        """Go on from what was finished when it was last written down."""
        for state in states:
            if state.id == COMMON:
                mark = Mark(state.pts or 0, state.date or 0, state.top_message or 0)
                self.pts = Box.at(mark, self._on_finished)
                self.qts = Box.at(Mark(state.qts or 0), self._on_finished)
            elif state.pts:
                self.open_channel(state.id, Mark(state.pts, 0, state.top_message or 0))

    def open_common(self, state: raw.base.updates.State) -> None:
        """Begin at the server's present state: a new bot has nothing to catch up with."""
        self.pts = Box.at(Mark(state.pts, state.date), self._on_finished)
        self.qts = Box.at(Mark(state.qts), self._on_finished)
        self._on_finished()

    def open_channel(self, channel: int, mark: Mark) -> Box:
        """Begin the sequence of one channel at this place."""
        box = self.channels[channel] = Box.at(mark, self._on_finished)
        self._on_finished()
        return box

    def states(self) -> list[StateRecord]:
        """What is finished, as it is written down."""
        states = []
        if self.pts.finished and self.qts.finished:
            pts = self._kept(self.pts)
            qts = self._kept(self.qts)
            states.append(StateRecord(COMMON, pts.value, qts.value, pts.date, None, pts.message))
        for channel, box in list(self.channels.items()):
            if box.finished:
                mark = self._kept(box)
                states.append(StateRecord(channel, mark.value, None, mark.date, None, mark.message))
        return states

    def _kept(self, box: Box) -> Mark:
        if self.keep_arrivals and box.received is not None:
            return Mark(box.received, box.date, box.message)
        assert box.finished  # noqa: S101 - the caller looked
        return box.finished

    def box(self, box_id: int) -> Box:
        """The sequence with this id."""
        return self.pts if box_id == COMMON else self.channels.setdefault(box_id, Box(on_finished=self._on_finished))

    # Receiving

    async def take(self, updates: Any) -> None:
        """Take in what the server pushed. Never awaits the network or the database."""
        self.last_arrival = time.monotonic()
        if isinstance(updates, raw.types.Updates | raw.types.UpdatesCombined):
            await self.client.fetch_peers([*updates.users, *updates.chats])
            users = {user.id: user for user in updates.users}
            chats = {chat.id: chat for chat in updates.chats}
            for update in updates.updates:
                self.arrive(Update(update, users, chats), updates.date)
        elif isinstance(updates, raw.types.UpdateShort):
            self.arrive(Update(updates.update, {}, {}), updates.date)
        elif isinstance(
            updates, raw.types.UpdateShortMessage | raw.types.UpdateShortChatMessage | raw.types.UpdatesTooLong
        ):
            # the short forms name nobody: the difference brings the message with its people
            self.recovery.fill(COMMON)

    def arrive(self, update: Update, date: int) -> None:
        """Put one pushed update in its place: hand it out, drop it, or wait for what is before it."""
        body = update.update
        if not is_id(box_of(body)):  # it could not be written down, and nothing after it
            log.warning("An %s of an impossible channel is passed over", type(body).__name__)
        elif isinstance(body, raw.types.UpdateChannelTooLong):
            self.recovery.fill(utils.get_channel_id(body.channel_id))
        elif (qts := getattr(body, "qts", None)) is not None:
            if isinstance(body, raw.types.UpdateChannelParticipant) and body.user_id == self.bot_id:
                self.recovery.joined(utils.get_channel_id(body.channel_id))
            self._sort(COMMON, qts, 1, update, date, is_qts=True)
        elif (pts := getattr(body, "pts", None)) is not None:
            self._sort(box_of(body), pts, getattr(body, "pts_count", 0), update, date)
        elif not self._is_unheard(body) and not self.intake.is_full(COMMON):
            self.intake.admit(update)  # what is turned away here is pressed again

    def _sort(self, box_id: int, value: int, count: int, update: Update, date: int, *, is_qts: bool = False) -> None:
        box = self.qts if is_qts else self.box(box_id)
        filling = box_id in self.filling
        if box.received is None and box_id != COMMON and not filling:
            box = self.open_channel(box_id, Mark(value - count))  # a crash must bring back this very update
        arrival = Arrival.NEXT if self.as_they_come else box.judge(value, count)
        if arrival is Arrival.DUPLICATE:
            return
        full = self.intake.is_full(box_id)
        if arrival is Arrival.NEXT and not filling and not full:
            self.begin([update], (box, value), date=date)
            self._drain_early(box_id, box, is_qts=is_qts)
            return
        if full or len(self.early.get((box_id, is_qts), ())) >= EARLY_AT_MOST:
            self.recovery.fill(box_id)  # turned away: a difference brings it, the one under way may be too old
            return
        loop = asyncio.get_running_loop()
        early = Early(value, count, update, date, loop.time() + EARLY_AT_LONGEST)
        self.early.setdefault((box_id, is_qts), []).append(early)
        if not filling:
            loop.call_later(GAP_PATIENCE, self._check_gap, box_id, value, is_qts)

    def _check_gap(self, box_id: int, value: int, is_qts: bool) -> None:
        """Fill the gap in front of `value` if it is still there."""
        box = self.qts if is_qts else self.box(box_id)
        if box.received is None or box.received < value:
            self.recovery.fill(box_id)

    def _drain_early(self, box_id: int, box: Box, *, is_qts: bool) -> None:
        """Hand out what had come early and is next now."""
        waiting = self.early.pop((box_id, is_qts), None)
        if not waiting:
            return
        waiting.sort(key=lambda early: early.value)
        while waiting:
            early = waiting[0]
            arrival = box.judge(early.value, early.count)
            if arrival is Arrival.GAP:
                self.early[box_id, is_qts] = waiting
                return
            waiting.pop(0)
            if arrival is Arrival.NEXT:
                self.begin([early.update], (box, early.value), date=early.date)

    def filled(self, box_id: int) -> None:
        """A difference has been taken in: what had come early and is not in it goes on."""
        if box_id != COMMON and box_id not in self.channels:
            return
        for is_qts in (False, True):
            box = self.qts if is_qts else self.box(box_id)
            self._drain_early(box_id, box, is_qts=is_qts)
            self._check_again(box_id, is_qts)

    def _check_again(self, box_id: int, is_qts: bool) -> None:
        """Look once more for what is in front of the rest, unless the server has not heard of it either."""
        loop = asyncio.get_running_loop()
        rest = self.early.pop((box_id, is_qts), [])
        waiting = [early for early in rest if early.until > loop.time()]
        if len(waiting) < len(rest):
            log.warning("%d updates far ahead of all others are passed over", len(rest) - len(waiting))
        if waiting:
            self.early[box_id, is_qts] = waiting
            loop.call_later(GAP_PATIENCE, self._check_gap, box_id, waiting[-1].value, is_qts)

    def forget(self, channel: int) -> None:
        """Follow a channel no longer. What had come early is handed out: nothing comes before it any more."""
        self.channels.pop(channel, None)
        for early in sorted(self.early.pop((channel, False), ()), key=lambda early: early.value):
            self.begin([early.update])

    def begin(self, updates: list[Update], *ends: tuple[Box, int], date: int = 0) -> None:
        """Hand out updates that together bring each box to the value beside it."""
        heard = [update for update in updates if not is_own(update.update) and not self._is_unheard(update.update)]
        # put into their lines first: workers begin in a later turn of the loop, and so much is one's length
        works = [work for update in heard if (work := self.intake.admit(update))]
        message = max((message_id(update.update) for update in updates), default=0)
        unit = receive(len(works), *ends, date=date, message=message)
        for work in works:
            work.unit = unit
        if self.keep_arrivals:
            self._on_finished()

    def _hold(self) -> Unit:
        """Keep the account's sequence from being finished beyond this place until a unit of one is."""
        return receive(1, (self.pts, self.pts.received or 0))

    def _is_unheard(self, body: Any) -> bool:
        """Whether no handler could want this update: its kind is not parsed."""
        return type(body) not in self.parsers and not isinstance(body, AS_IT_COMES)

    def own(self, box_id: int, value: int, count: int, *, message: int = 0) -> None:
        """Note the place in a sequence of something that this bot did itself, and the id of its message."""
        if count and self.box(box_id).received is not None:
            self._sort(box_id, value, count, Update(raw.types.UpdateMessageID(id=message, random_id=0), {}, {}), 0)

    # What the library asks of its dispatcher

    async def start(self) -> None:
        """Nothing: lanes start when work arrives."""

    async def stop(self, clear_handlers: bool = True) -> None:
        """Nothing: `close` is called where the bot stops."""

    async def close(self, *, grace: float) -> int:
        """Stop working; returns how many updates are left to the next start."""
        left = await self.intake.close(grace=grace)
        self._on_finished()
        return left

    def add_handler(self, handler: Handler, group: int) -> None:
        """Register a handler; before the start only, as everything here does."""
        self.groups.setdefault(group, []).append(handler)
        for number in sorted(self.groups):
            self.groups.move_to_end(number)
