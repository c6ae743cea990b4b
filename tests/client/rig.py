"""A scripted Telegram in memory, and one run of the edge on it, with handlers that note what they did."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pyrogram import raw, utils

from client.address import COMMON
from client.difference import Difference
from client.inbox import Inbox
from client.intake import Telling, Work
from database.sessions import StateRecord

BOT = 777
CHANNEL = utils.get_channel_id(50)
"""A channel that the bot is in, as the library writes its id."""

Cause = tuple[object, ...]


@dataclass
class Entry:
    """One place in the log of the server."""

    value: int
    update: Any
    own: bool = False
    """Whether no handler is to see it: the bot's own, or before its time, or beyond recovery."""


def cause_of(update: Any) -> Cause:
    """A name for what happened, the same however it is told."""
    if isinstance(update, raw.types.UpdateNewMessage | raw.types.UpdateNewChannelMessage):
        peer: Any = update.message.peer_id
        return "new", getattr(peer, "channel_id", 0), update.message.id
    if isinstance(update, raw.types.UpdateEditMessage | raw.types.UpdateEditChannelMessage):
        return "edit", update.message.id, getattr(update.message, "edit_date", None)
    if isinstance(update, raw.types.UpdateChannelParticipant):
        return "member", update.qts
    return type(update).__name__, getattr(update, "query_id", 0)


def chat_of(update: Any) -> object:
    """The chat whose order counts."""
    return repr(update.message.peer_id) if hasattr(update, "message") else type(update).__name__


@dataclass
class Telegram:
    """The server's logs, and its answers to what the edge asks. It is the edge's client at the same time."""

    slice: int = 100
    obeys: bool = True
    """Whether a difference tells no more at a time than it is asked for."""
    too_long: int = 10_000
    common: list[Entry] = field(default_factory=list)
    secret: list[Entry] = field(default_factory=list)
    channels: dict[int, list[Entry]] = field(default_factory=dict)
    messages: dict[tuple[int, int], Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    faults: list[Exception] = field(default_factory=list)
    delay: Callable[[], float] = lambda: 0.01
    before_answer: Callable[[], None] | None = None
    """Called when an answer is made and before it arrives."""
    workers: int = 8
    bot_id: int = BOT
    top: int = 0
    tops: Counter[int] = field(default_factory=Counter)
    start: tuple[int, int] = (1, 0)

    # What happens in the world

    @property
    def pts(self) -> int:
        return self.common[-1].value if self.common else self.start[0]

    @property
    def qts(self) -> int:
        return self.secret[-1].value if self.secret else self.start[1]

    def channel_pts(self, channel: int = CHANNEL) -> int:
        entries = self.channels.get(channel)
        return entries[-1].value if entries else 1

    def message(self, user: int = 5, *, out: bool = False) -> Any:
        """Somebody writes to the bot, or the bot to somebody."""
        self.top += 1
        message = raw.types.Message(
            id=self.top, peer_id=raw.types.PeerUser(user_id=user), date=self.top, message="", out=out
        )
        self.messages[0, self.top] = message
        update = raw.types.UpdateNewMessage(message=message, pts=self.pts + 1, pts_count=1)
        self.common.append(Entry(update.pts, update, own=out))
        return update

    def edit(self, number: int) -> Any:
        """Somebody edits a message."""
        old = self.messages[0, number]
        message = raw.types.Message(id=number, peer_id=old.peer_id, date=old.date, message="", edit_date=self.pts)
        update = raw.types.UpdateEditMessage(message=message, pts=self.pts + 1, pts_count=1)
        self.common.append(Entry(update.pts, update))
        return update

    def deletion(self, *numbers: int) -> Any:
        """Messages disappear."""
        for number in numbers:
            self.messages.pop((0, number), None)
        update = raw.types.UpdateDeleteMessages(
            messages=list(numbers), pts=self.pts + len(numbers), pts_count=len(numbers)
        )
        self.common.append(Entry(update.pts, update))
        return update

    def member(self, user: int = 5, channel: int = CHANNEL) -> Any:
        """Somebody's place in a channel changes, which has a qts."""
        update = raw.types.UpdateChannelParticipant(
            channel_id=utils.get_channel_id(channel), date=1, actor_id=user, user_id=user, qts=self.qts + 1
        )
        self.secret.append(Entry(update.qts, update))
        return update

    def post(self, channel: int = CHANNEL, *, out: bool = False) -> Any:
        """Somebody, or the bot, posts in a channel."""
        self.tops[channel] += 1
        peer = raw.types.PeerChannel(channel_id=utils.get_channel_id(channel))
        message = raw.types.Message(id=self.tops[channel], peer_id=peer, date=1, message="", out=out)
        self.messages[channel, message.id] = message
        update = raw.types.UpdateNewChannelMessage(message=message, pts=self.channel_pts(channel) + 1, pts_count=1)
        self.channels.setdefault(channel, []).append(Entry(update.pts, update, own=out))
        return update

    def expected(self) -> list[Entry]:
        """Everything that the handlers must see."""
        entries = [*self.common, *self.secret, *(entry for log in self.channels.values() for entry in log)]
        return [entry for entry in entries if not entry.own]

    def passed(self, state: StateRecord) -> list[Entry]:
        """What a state that is written down says is finished."""
        if state.id != COMMON:
            return [entry for entry in self.channels.get(state.id, ()) if entry.value <= (state.pts or 0)]
        return [entry for entry in self.common if entry.value <= (state.pts or 0)] + [
            entry for entry in self.secret if entry.value <= (state.qts or 0)
        ]

    # What the edge asks of its client

    async def fetch_peers(self, _: Iterable[Any]) -> bool:
        return False

    async def resolve_peer(self, channel: int) -> Any:
        return raw.types.InputPeerChannel(channel_id=utils.get_channel_id(channel), access_hash=1)

    async def invoke(self, query: Any) -> Any:
        self.asked[type(query).__name__] += 1
        await asyncio.sleep(self.delay())
        if self.faults:
            raise self.faults.pop(0)
        answer = getattr(self, f"_{type(query).__name__}")(query)
        if self.before_answer:
            self.before_answer()
        await asyncio.sleep(self.delay())
        return answer

    def _GetState(self, _: Any) -> Any:  # noqa: N802 - the method's own name
        return self.state(self.pts, self.qts)

    @staticmethod
    def state(pts: int, qts: int) -> Any:
        return raw.types.updates.State(pts=pts, qts=qts, date=1, seq=0, unread_count=0)

    def _GetDifference(self, query: Any) -> Any:  # noqa: N802 - the method's own name
        common = [entry for entry in self.common if entry.value > query.pts]
        secret = [entry for entry in self.secret if entry.value > query.qts]
        if not common and not secret:
            return raw.types.updates.DifferenceEmpty(date=1, seq=0)
        if len(common) > self.too_long:
            self._only_messages_last(common)
            return raw.types.updates.DifferenceTooLong(pts=self.pts)
        most = min(self.slice, query.pts_limit) if self.obeys else self.slice
        final = len(common) + len(secret) <= most
        common = common[:most]
        secret = secret[: most - len(common)]
        state = self.state(common[-1].value if common else query.pts, secret[-1].value if secret else query.qts)
        fields: dict[str, Any] = {
            **self._split([*common, *secret]),
            "new_encrypted_messages": [],
            "chats": [],
            "users": [],
        }
        if final:
            return raw.types.updates.Difference(state=state, **fields)
        return raw.types.updates.DifferenceSlice(intermediate_state=state, **fields)

    def _GetChannelDifference(self, query: Any) -> Any:  # noqa: N802 - the method's own name
        channel = utils.get_channel_id(query.channel.channel_id)
        entries = [entry for entry in self.channels.get(channel, ()) if entry.value > query.pts]
        pts = self.channel_pts(channel)
        if not entries:
            return raw.types.updates.ChannelDifferenceEmpty(pts=pts, final=True)
        if len(entries) > self.too_long:
            self._only_messages_last(entries)
            dialog: Any = SimpleNamespace(top_message=self.tops[channel], pts=pts)
            return raw.types.updates.ChannelDifferenceTooLong(
                dialog=dialog, messages=[], chats=[], users=[], final=True
            )
        most = min(self.slice, query.limit) if self.obeys else self.slice
        final = len(entries) <= most
        entries = entries[:most]
        fields: dict[str, Any] = {**self._split(entries), "chats": [], "users": []}
        return raw.types.updates.ChannelDifference(pts=entries[-1].value, final=final, **fields)

    def _only_messages_last(self, entries: list[Entry]) -> None:
        """After a difference that was too long nothing tells of edits, deletions and what was deleted."""
        there = {id(message) for message in self.messages.values()}
        for entry in entries:
            new = isinstance(entry.update, raw.types.UpdateNewMessage | raw.types.UpdateNewChannelMessage)
            entry.own = entry.own or not new or id(entry.update.message) not in there

    @staticmethod
    def _split(entries: Iterable[Entry]) -> dict[str, Any]:
        new = (raw.types.UpdateNewMessage, raw.types.UpdateNewChannelMessage)
        updates = [entry.update for entry in entries]
        return {
            "new_messages": [update.message for update in updates if isinstance(update, new)],
            "other_updates": [update for update in updates if not isinstance(update, new)],
        }

    def _GetFullChannel(self, query: Any) -> Any:  # noqa: N802 - the method's own name
        channel = utils.get_channel_id(query.channel.channel_id)
        return SimpleNamespace(full_chat=SimpleNamespace(pts=self.channel_pts(channel)))

    def _GetMessages(self, query: Any) -> Any:  # noqa: N802 - the method's own name
        peer = getattr(query, "channel", None)
        channel = utils.get_channel_id(peer.channel_id) if peer else 0
        assert len(query.id) <= 200, "Telegram's limit"
        found = [self.messages.get((channel, each.id)) or raw.types.MessageEmpty(id=each.id) for each in query.id]
        return SimpleNamespace(messages=found, users=[], chats=[])


def pushed(*updates: Any) -> Any:
    """What the server sends when something happens."""
    return raw.types.Updates(updates=list(updates), users=[], chats=[], date=1, seq=0)


class Heard(Telling):
    """Who was told that they are too fast, and what was left out."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.left_out_kinds: Counter[str] = Counter()

    async def too_fast(self, person: int) -> None:
        self.told.append(person)

    def left_out(self, kind: str) -> None:
        self.left_out_kinds[kind] += 1


@dataclass
class Edge:
    """One run of a bot's inbox and difference, from the states that the run before has written down."""

    telegram: Telegram
    written: list[StateRecord]
    done: list[Any] = field(default_factory=list)
    """The updates whose handlers ended, over all runs."""
    work: Callable[[Any], float] = lambda _: 0.0
    """How long a handler takes, seconds."""
    later: Callable[[Any], float | None] = lambda _: None
    """After how many seconds an update is to be taken again, if it is."""
    weakened: bool = False
    admins: frozenset[int] = frozenset()
    alive: bool = True

    def __post_init__(self) -> None:
        self.heard = Heard()
        self.inbox = Inbox(
            self.telegram,
            self._run,
            on_finished=self._moved,
            is_admin=lambda person: person in self.admins,
            telling=self.heard,
        )
        self.kept = 0
        """The most updates that were set aside at once."""
        self.inbox.keep_arrivals = self.weakened
        self.difference = self.inbox.recovery = Difference(self.telegram, self.inbox)
        self.begun: list[Any] = []
        self.most = 0
        self.inbox.restore(self.written)

    async def _run(self, work: Work) -> float | None:
        update = work.update.update
        self.most = max(self.most, self.inbox.lanes.backlog)
        self.kept = max(self.kept, len(self.inbox.intake.aside))
        self.begun.append(update)
        await asyncio.sleep(self.work(update))
        if (delay := self.later(update)) is not None:
            return delay
        self.done.append(update)
        if work.unit:
            work.unit.finish_one()
        return None

    def _moved(self) -> None:
        if self.alive:
            asyncio.get_running_loop().call_later(0.2, self._write)

    def _write(self) -> None:
        """Write the states down, as the storage does a moment later; never beyond what is unfinished."""
        if not self.alive:
            return
        states = self.inbox.states()
        if not self.weakened:
            finished = {cause_of(update) for update in self.done}
            for state in states:
                for entry in self.telegram.passed(state):
                    assert entry.own or cause_of(entry.update) in finished
        self.written[:] = states

    async def push(self, *updates: Any) -> None:
        await self.inbox.take(pushed(*updates))

    async def settle(self) -> None:
        """Wait until nothing is under way; the patience with gaps included."""
        for _ in range(3):
            await asyncio.sleep(0.6)
            await self.difference.settled()
            await self.inbox.lanes.below(1)
            while self.inbox.intake.aside:
                await asyncio.sleep(0.1)
                await self.inbox.lanes.below(1)
        await asyncio.sleep(0.3)

    async def crash(self) -> None:
        """Everything in memory is gone."""
        self.alive = False
        await self.difference.close()
        await self.inbox.intake.close(grace=0)

    def causes(self) -> list[Cause]:
        return [cause_of(update) for update in self.done]


def begun_at(telegram: Telegram, *channels: int) -> list[StateRecord]:
    """The states of a bot that has seen everything so far."""
    for entry in telegram.expected():
        entry.own = True
    return [
        StateRecord(COMMON, telegram.pts, telegram.qts, 1, None, telegram.top),
        *(
            StateRecord(channel, telegram.channel_pts(channel), None, 0, None, telegram.tops[channel])
            for channel in channels
        ),
    ]


def edge_on(telegram: Telegram, *channels: int, **how: Any) -> Edge:
    """A bot's edge that begins where this server is now."""
    return Edge(telegram, begun_at(telegram, *channels), **how)
