"""One TCP connection of a client: its stream, its key exchange, and the order in which packets come and go."""

from __future__ import annotations

import asyncio
import logging
import struct
import time
from collections import deque
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from pyrogram.raw.core import MsgContainer

from sandbox.wire.crypto import AuthKey, Envelope, SecurityError, open_packet, seal_packet
from sandbox.wire.handshake import Handshake, HandshakeError
from sandbox.wire.sessions import Outgoing, Session
from sandbox.wire.transport import FramingError, Transport

if TYPE_CHECKING:
    from sandbox.wire.hub import Hub

log = logging.getLogger(__name__)

_OFFLOAD = 128 * 1024
"""Bytes from which a packet is en- or decrypted in a thread: about one millisecond of AES."""
_WRITE_BUFFER = 512 * 1024
_MAX_CALLS = 2000
"""Calls in progress after which nothing more is read from this connection until half of them are done."""


class Connection(asyncio.Protocol):
    """A client's connection, as the event loop drives it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._stream = Transport()
        self._handshake = Handshake(hub.server_key, hub.dc)
        self._arrived: deque[bytes] = deque()
        self._woken: dict[Session, None] = {}
        self._attached: set[Session] = set()
        self._opening = False
        self._sealing = False
        self._flush_due = False
        self._full = False
        self._closing = False
        self._refused = False
        self._calls = 0
        self._paused = False
        self._timer: asyncio.TimerHandle | None = None
        self._jobs: set[asyncio.Task[None]] = set()

    # The event loop's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket, unless there are too many already."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream, by how the server was made
        transport.set_write_buffer_limits(_WRITE_BUFFER)
        self._transport = transport
        self._refused = len(self._hub.connections) >= self._hub.max_connections
        self._hub.connections.add(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """The sessions stay, for the client to come back to."""
        self._closing = True
        self._hub.connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        for session in self._attached:
            session.detach(self)
        self._arrived.clear()
        self._woken.clear()

    def data_received(self, data: bytes) -> None:
        """Cut packets off the stream and take them one after the other."""
        try:
            self._arrived.extend(self._stream.feed(data))
        except FramingError as error:
            log.info("Closing a connection: %s", error)
            self.close()
            return
        if self._refused and self._arrived:
            self.fail(429)
            return
        self._take_arrived()

    def pause_writing(self) -> None:
        """The client does not read: nothing more is written, nor read from it."""
        self._full = True
        self._regulate()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._full = False
        self._regulate()
        self._plan_flush()

    # The hub's side

    def wake(self, session: Session) -> None:
        """See `Link`."""
        self._attached.add(session)
        self._woken[session] = None
        self._plan_flush()

    def disconnect_in(self, seconds: float) -> None:
        """See `Wire`."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self.close)

    def close_after_writing(self) -> None:
        """See `Wire`."""
        self._loop.call_later(0.1, self.close)

    def call_started(self) -> None:
        """See `Wire`."""
        self._calls += 1
        if self._calls >= _MAX_CALLS:
            self._regulate()

    def call_ended(self) -> None:
        """See `Wire`."""
        self._calls -= 1
        if self._paused:
            self._regulate()
        if self._arrived:
            self._take_arrived()

    def fail(self, code: int) -> None:
        """Send a transport error (404: unknown key, 429: too much, 444: wrong data centre) and close."""
        if self._transport is not None and not self._closing:
            self._transport.write(self._stream.frame(struct.pack("<i", -code)))
        self.close()

    def close(self) -> None:
        """Close the connection once what is written has left."""
        self._closing = True
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection off, unwritten data is lost."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()

    # In

    def _take_arrived(self) -> None:
        while self._arrived and not self._opening and not self._closing and self._calls < _MAX_CALLS:
            packet = self._arrived.popleft()
            if len(packet) < 20:
                self.fail(404)
            elif packet[:8] == bytes(8):
                self._exchange(packet)
            else:
                self._open(packet)

    def _exchange(self, packet: bytes) -> None:
        length = int.from_bytes(packet[16:20], "little")
        if length > len(packet) - 20:
            self.fail(404)
            return
        try:
            answer, agreed = self._handshake.answer(packet[20 : 20 + length])
        except HandshakeError as error:
            log.info("A key exchange failed: %s", error)
            self.fail(error.code)
            return
        if agreed is not None:
            self._hub.agreed(agreed.key, agreed.salt)
        body = answer.write()
        msg_id = int(time.time() * 2**32) & ~3 | 1
        self._write(struct.pack("<qqi", 0, msg_id, len(body)) + body)

    def _open(self, packet: bytes) -> None:
        key = self._hub.key(int.from_bytes(packet[:8], "little", signed=True))
        if key is None:
            self.fail(404)
        elif len(packet) >= _OFFLOAD:
            self._opening = True
            self._start(self._open_in_thread(key, packet))
        else:
            try:
                envelope = open_packet(key, packet)
            except SecurityError as error:
                self._reject(error)
                return
            self._hub.received(self, key, envelope)

    async def _open_in_thread(self, key: AuthKey, packet: bytes) -> None:
        try:
            envelope = await asyncio.to_thread(open_packet, key, packet)
        except SecurityError as error:
            self._reject(error)
            return
        finally:
            self._opening = False
        if not self._closing:
            self._hub.received(self, key, envelope)
        self._take_arrived()

    def _reject(self, error: SecurityError) -> None:
        log.info("Closing a connection: %s", error)
        self.fail(404)

    def _regulate(self) -> None:
        if self._transport is None or self._closing:
            return
        stop = self._full or self._calls >= (_MAX_CALLS // 2 if self._paused else _MAX_CALLS)
        if stop and not self._paused:
            self._transport.pause_reading()
        elif not stop and self._paused:
            self._transport.resume_reading()
        self._paused = stop

    # Out

    def _plan_flush(self) -> None:
        if not self._flush_due and not self._sealing and not self._full and not self._closing:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        while self._woken and not self._full and not self._closing:
            session = next(iter(self._woken))
            batch = session.take_batch() if session.link is self else []
            if not batch:
                del self._woken[session]
                continue
            envelope = self._enclose(session, batch)
            if len(envelope.body) >= _OFFLOAD:
                self._sealing = True
                self._start(self._seal_in_thread(session.key, envelope))
                return
            self._write(seal_packet(session.key, envelope))

    async def _seal_in_thread(self, key: AuthKey, envelope: Envelope) -> None:
        try:
            self._write(await asyncio.to_thread(seal_packet, key, envelope))
        finally:
            self._sealing = False
        self._plan_flush()

    def _enclose(self, session: Session, batch: list[Outgoing]) -> Envelope:
        salt = self._hub.salts.current(session.key)
        if len(batch) == 1:
            (only,) = batch
            return Envelope(salt, session.id, only.msg_id, only.seq_no, only.body)
        parts = [struct.pack("<Ii", MsgContainer.ID, len(batch))]
        for message in batch:
            parts += (struct.pack("<qii", message.msg_id, message.seq_no, len(message.body)), message.body)
        return Envelope(salt, session.id, session.container_id(), session.even_number, b"".join(parts))

    def _write(self, packet: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._stream.frame(packet))

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
