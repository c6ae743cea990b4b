"""One MTProto session: which messages were seen, what waits to be sent, and what is not acknowledged yet."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from pyrogram.raw import types

from sandbox.wire.crypto import AuthKey
from sandbox.wire.messages import Incoming
from sandbox.world.api import Caller

MAX_WAITING_PUSHES = 1000
"""Updates that a session may have waiting; then they are replaced by updatesTooLong."""
MAX_UNACKED = 1000
MAX_UNACKED_BYTES = 4 * 1024 * 1024
MAX_AGE = 300
"""Seconds after which a message id is too old for either side: nothing older is resent or taken."""
_MAX_AHEAD = 30
_MAX_SEEN = 8192
_MAX_BATCH_MESSAGES = 100
_MAX_BATCH_BYTES = 64 * 1024


class BadMessageError(Exception):
    """A message that the protocol refuses; the code is that of bad_msg_notification."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Kind(Enum):
    """What a message to the client is, which decides its id, its number and whether it is kept."""

    ANSWER = auto()
    PUSH = auto()
    NOTICE = auto()
    """Service messages: not content, neither numbered nor acknowledged."""


@dataclass(slots=True)
class Seen:
    """A content message of the client: whether it is being worked on, and which message answered it."""

    seq_no: int
    task: asyncio.Task[None] | None = None
    failed: bool = False
    dropped: bool = False
    answer: int = 0

    @property
    def running(self) -> bool:
        """Whether the call is still being served."""
        return self.task is not None


@dataclass(slots=True)
class Outgoing:
    """One message to the client; it gets its id and number when it is first written, so that both are fresh."""

    body: bytes
    kind: Kind
    reply_to: Seen | None = None
    msg_id: int = 0
    seq_no: int = 0
    written_at: float = 0.0
    resent: bool = False


class Link(Protocol):
    """The connection a session talks through at the moment."""

    def abort(self) -> None:
        """Cut it off at once."""

    def wake(self, session: Session) -> None:
        """The session talks through this connection now, and may have something to send."""


class Session:
    """The state of one session; it outlives its connections for some minutes."""

    def __init__(self, key: AuthKey, session_id: int, caller: Caller) -> None:
        self.key = key
        self.id = session_id
        self.caller = caller
        self.unique_id = time.time_ns()
        self.announced = False
        self.detached_at = time.monotonic()
        self.link: Link | None = None
        self._outbox: deque[Outgoing] = deque()
        self._unacked: OrderedDict[int, Outgoing] = OrderedDict()
        self._unacked_bytes = 0
        self._waiting_pushes = 0
        self._too_long_waiting = False
        self._seen: OrderedDict[int, Seen] = OrderedDict()
        self._forgotten = 0
        self._highest = (0, 0)
        self._last_id = 0
        self._content = 0

    # What comes in

    def check(self, message: Incoming, now: float) -> None:
        """Refuse a message whose id or number cannot be right.

        Raises:
            BadMessageError: with the code that the client is told.
        """
        if message.msg_id % 4:
            raise BadMessageError(18)
        at = message.msg_id / 2**32
        if at < now - MAX_AGE:
            raise BadMessageError(16)
        if at > now + _MAX_AHEAD:
            raise BadMessageError(17)
        if message.msg_id <= self._forgotten and message.msg_id not in self._seen:
            raise BadMessageError(20)
        highest, number = self._highest
        odd = message.seq_no % 2
        if message.msg_id > highest:
            if highest and (message.seq_no < number or (odd and message.seq_no == number)):
                raise BadMessageError(32)
        elif message.seq_no > number and message.msg_id not in self._seen:
            raise BadMessageError(33)

    def first_sight(self, message: Incoming) -> Seen | None:
        """Note a message as received; None if it was received before."""
        if message.msg_id in self._seen:
            return None
        seen = self._seen[message.msg_id] = Seen(message.seq_no)
        if message.msg_id > self._highest[0]:
            self._highest = (message.msg_id, message.seq_no)
        while len(self._seen) > _MAX_SEEN:
            forgotten, _ = self._seen.popitem(last=False)
            self._forgotten = max(self._forgotten, forgotten)
        return seen

    def seen(self, msg_id: int) -> Seen | None:
        """What is known of a message of the client."""
        return self._seen.get(msg_id)

    def state_of(self, msg_id: int, now: float) -> int:
        """The byte of msgs_state_info for one id of the client."""
        seen = self._seen.get(msg_id)
        if seen is None:
            if msg_id / 2**32 < now - MAX_AGE or msg_id <= self._forgotten:
                return 1
            return 3 if msg_id > self._highest[0] else 2
        if seen.seq_no % 2 == 0:
            return 4 | 16
        if seen.running:
            return 4 | 8 | 32
        return 4 | 8 | (64 if seen.answer else 0)

    # What goes out

    def send(self, body: bytes, kind: Kind, *, in_reply_to: Seen | None = None) -> None:
        """Queue a message for the client; it leaves at once if a connection is there."""
        if kind is Kind.PUSH and not self._room_for_push():
            return
        self._outbox.append(Outgoing(body, kind, in_reply_to))
        if self.link is not None:
            self.link.wake(self)

    def take_batch(self) -> list[Outgoing]:
        """Remove what goes into the next packet: one message, or several small ones for a container."""
        batch: list[Outgoing] = []
        size = 0
        while self._outbox:
            message = self._outbox[0]
            size += len(message.body) + 16
            alone = message.resent or bool(batch and batch[0].resent)
            if batch and (alone or size > _MAX_BATCH_BYTES or len(batch) == _MAX_BATCH_MESSAGES):
                break
            batch.append(self._outbox.popleft())
            self._written(message)
        return batch

    def container_id(self) -> int:
        """An id for a container around messages that have theirs."""
        return self._next_id(1)

    @property
    def even_number(self) -> int:
        """The sequence number of a message that is no content."""
        return self._content * 2

    def acknowledged(self, msg_ids: list[int]) -> None:
        """The client has these: they need not be kept."""
        for msg_id in msg_ids:
            if (message := self._unacked.pop(msg_id, None)) is not None:
                self._unacked_bytes -= len(message.body)

    def find_unacked(self, msg_id: int) -> Outgoing | None:
        """A message that was sent and not acknowledged."""
        return self._unacked.get(msg_id)

    def resend(self, msg_id: int) -> bool:
        """Send a kept message once more, with its own id; False if it is not kept."""
        message = self._unacked.pop(msg_id, None)
        if message is None:
            return False
        self._unacked_bytes -= len(message.body)
        message.resent = True
        self._outbox.append(message)
        if self.link is not None:
            self.link.wake(self)
        return True

    # Connections

    def attach(self, link: Link) -> None:
        """The client speaks through this connection from now on: what it has not acknowledged is sent again, first."""
        if self.link is link:
            return
        self.link = link
        oldest = time.monotonic() - MAX_AGE
        kept = [message for message in self._unacked.values() if message.written_at > oldest]
        self._unacked.clear()
        self._unacked_bytes = 0
        for message in kept:
            # In packets of their own: a client that drops one as known may drop its whole container.
            message.resent = True
        self._outbox.extendleft(reversed(kept))
        link.wake(self)

    def detach(self, link: Link) -> None:
        """The connection is gone; what it had not written stays."""
        if self.link is link:
            self.link = None
            self.detached_at = time.monotonic()

    def _room_for_push(self) -> bool:
        if self._too_long_waiting:
            return False
        if self._waiting_pushes < MAX_WAITING_PUSHES:
            self._waiting_pushes += 1
            return True
        self._outbox = deque(message for message in self._outbox if message.kind is not Kind.PUSH)
        self._too_long_waiting = True
        self._waiting_pushes = 1
        self._outbox.append(Outgoing(types.UpdatesTooLong().write(), Kind.PUSH))
        return False

    def _written(self, message: Outgoing) -> None:
        if not message.resent:
            self._number(message)
        if message.kind is Kind.PUSH and not message.resent:
            self._waiting_pushes -= 1
            self._too_long_waiting = self._too_long_waiting and self._waiting_pushes > 0
        if message.kind is Kind.NOTICE:
            return
        self._unacked[message.msg_id] = message
        self._unacked_bytes += len(message.body)
        while len(self._unacked) > MAX_UNACKED or self._unacked_bytes > MAX_UNACKED_BYTES:
            _, dropped = self._unacked.popitem(last=False)
            self._unacked_bytes -= len(dropped.body)

    def _number(self, message: Outgoing) -> None:
        message.msg_id = self._next_id(3 if message.kind is Kind.PUSH else 1)
        message.seq_no = self._content * 2
        message.written_at = time.monotonic()
        if message.kind is not Kind.NOTICE:
            message.seq_no += 1
            self._content += 1
        if message.reply_to is not None:
            message.reply_to.answer = message.msg_id
            message.reply_to = None

    def _next_id(self, low_bits: int) -> int:
        base = max(int(time.time() * 2**32) & ~3, (self._last_id & ~3) + 4)
        self._last_id = base | low_bits
        return self._last_id
