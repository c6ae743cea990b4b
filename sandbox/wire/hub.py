"""Who is connected, and what becomes of every message: keys, sessions, calls in progress, updates to deliver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Protocol

from pyrogram.raw import types
from pyrogram.raw.core import TLObject

from sandbox.wire import services
from sandbox.wire.calls import CallCounter, Calls, World
from sandbox.wire.crypto import AuthKey, Envelope, ServerKey
from sandbox.wire.messages import ContainerError, Incoming, unzipped, write_object
from sandbox.wire.salts import Salts
from sandbox.wire.sessions import MAX_AGE, BadMessageError, Kind, Link, Session
from sandbox.wire.weather import Weather

_TICK = 0.5
_MAX_DETACHED = 8
"""Sessions of one key that are kept without a connection; a client that restarts often leaves them behind."""


class KeyStore(Protocol):
    """Where auth keys outlive the process."""

    def save_auth_key(self, key_id: int, key: bytes) -> None:
        """Keep a new key."""

    def auth_keys(self) -> dict[int, bytes]:
        """All keys kept."""

    def delete_auth_key(self, key_id: int) -> None:
        """Forget a key."""


class Wire(Link, CallCounter, Protocol):
    """A connection, as the hub sees it."""

    def disconnect_in(self, seconds: float) -> None:
        """Close the connection after this time unless asked again."""

    def close_after_writing(self) -> None:
        """Send what is queued and close."""


class Hub:
    """The middle of the server: connections on one side, the world on the other."""

    def __init__(
        self,
        keys: KeyStore,
        server_key: ServerKey,
        *,
        dc: int = 2,
        salts: Salts | None = None,
        weather: Weather | None = None,
        max_connections: int = 5000,
    ) -> None:
        """`dc` is the data centre this server is; connections above the maximum are answered -429."""
        self.server_key = server_key
        self.dc = dc
        self.salts = salts or Salts()
        self.weather = weather or Weather()
        self.max_connections = max_connections
        self.connections: set[Wire] = set()
        self._store = keys
        self._keys = {key_id: AuthKey(key) for key_id, key in keys.auth_keys().items()}
        self._sessions: dict[int, dict[int, Session]] = {}
        self._calls = Calls(self.weather)
        self._ticker: asyncio.Task[None] | None = None

    def start(self, world: World) -> None:
        """Serve calls with this world from now on; needs a running event loop."""
        self._calls.serve_with(world)
        self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """Cut all connections and end the calls in progress; they get no answer."""
        for connection in list(self.connections):
            connection.abort()
        if self._ticker is not None:
            self._ticker.cancel()
        await self._calls.stop()

    # Keys

    def key(self, key_id: int) -> AuthKey | None:
        """The key with this id."""
        return self._keys.get(key_id)

    def agreed(self, key: AuthKey, salt: int) -> None:
        """A client and the server have a new key."""
        self._store.save_auth_key(key.id, key.key)
        self._keys[key.id] = key
        self.salts.agreed(key, salt)

    def forget(self, key_id: int) -> bool:
        """Destroy a key with all its sessions; what comes with it afterwards is answered -404."""
        self._sessions.pop(key_id, None)
        self._calls.forget(key_id)
        if self._keys.pop(key_id, None) is None:
            return False
        self._store.delete_auth_key(key_id)
        return True

    # Sessions

    def session(self, key: AuthKey, session_id: int) -> Session:
        """The session with this id, made when it is new."""
        sessions = self._sessions.setdefault(key.id, {})
        session = sessions.get(session_id)
        if session is None:
            session = sessions[session_id] = Session(key, session_id, self._calls.caller(key.id, session_id))
            detached = sorted((s for s in sessions.values() if s.link is None), key=lambda s: s.detached_at)
            for old in detached[: max(0, len(detached) - 1 - _MAX_DETACHED)]:
                del sessions[old.id]
        return session

    def find(self, key_id: int, session_id: int) -> Session | None:
        """The session with this id, if the key has one."""
        return self._sessions.get(key_id, {}).get(session_id)

    def destroy_session(self, key: AuthKey, session_id: int) -> bool:
        """Forget a session and what waited for it."""
        return self._sessions.get(key.id, {}).pop(session_id, None) is not None

    def sessions(self, key_id: int | None = None) -> list[Session]:
        """The sessions of a key, or of all keys."""
        of = self._sessions.values() if key_id is None else [self._sessions.get(key_id, {})]
        return [session for sessions in of for session in sessions.values()]

    # Updates

    def push(self, auth_key_id: int, updates: TLObject[Any]) -> None:
        """Tell every session of a key that wants updates; those without a connection hear it when they are back."""
        sessions = self._subscribed(auth_key_id)
        if sessions:
            self._tell(sessions, self.weather.updates(auth_key_id, updates))

    def deliver(self, auth_key_id: int, envelopes: Sequence[TLObject[Any]]) -> int:
        """The same, for what the weather has let through; returns how many sessions it goes to."""
        sessions = [session for session in self._subscribed(auth_key_id) if self.weather.reaches(session)]
        self._tell(sessions, envelopes)
        return len(sessions)

    def _subscribed(self, auth_key_id: int) -> list[Session]:
        return [s for s in self._sessions.get(auth_key_id, {}).values() if s.caller.wants_updates]

    def _tell(self, sessions: list[Session], envelopes: Sequence[TLObject[Any]]) -> None:
        for each in envelopes:
            body = write_object(each)
            for session in sessions:
                if self.weather.reaches(session):
                    session.send(body, Kind.PUSH)

    def listening(self, auth_key_id: int) -> bool:
        """Whether any session of the key wants updates."""
        return any(s.caller.wants_updates for s in self._sessions.get(auth_key_id, {}).values())

    # Messages

    def received(self, wire: Wire, key: AuthKey, envelope: Envelope) -> None:
        """A packet was opened: judge it, answer it, start the calls in it in their order."""
        session = self.session(key, envelope.session_id)
        session.attach(wire)
        message = Incoming(envelope.msg_id, envelope.seq_no, envelope.body)
        if not self.salts.accepts(key, envelope.salt):
            notice = types.BadServerSalt(
                bad_msg_id=message.msg_id,
                bad_msg_seqno=message.seq_no,
                error_code=48,
                new_server_salt=self.salts.current(key),
            )
            session.send(notice.write(), Kind.NOTICE)
            return
        now = time.time()
        try:
            session.check(message, now)
            if not session.announced:
                self._announce(session, message.msg_id)
            if message.is_container:
                self._open_container(wire, session, message, now)
            else:
                self._handle(wire, session, message)
        except BadMessageError as error:
            _refuse(session, message, error.code)

    def _announce(self, session: Session, first_msg_id: int) -> None:
        session.announced = True
        notice = types.NewSessionCreated(
            first_msg_id=first_msg_id, unique_id=session.unique_id, server_salt=self.salts.current(session.key)
        )
        session.send(notice.write(), Kind.PUSH)

    def _open_container(self, wire: Wire, session: Session, container: Incoming, now: float) -> None:
        if container.seq_no % 2:
            raise BadMessageError(34)
        if session.first_sight(container) is None:
            raise BadMessageError(19)
        try:
            messages = list(container.contents())
        except ContainerError:
            raise BadMessageError(64) from None
        for message in messages:
            try:
                session.check(message, now)
                self._handle(wire, session, message)
            except BadMessageError as error:
                _refuse(session, message, error.code)

    def _handle(self, wire: Wire, session: Session, message: Incoming) -> None:
        known = session.seen(message.msg_id)
        if known is not None:
            session.resend(known.answer)
            return
        try:
            body = unzipped(message.body)
        except (EOFError, ValueError):
            body = b""
        service = services.find(body)
        if service is None and message.seq_no % 2 == 0:
            raise BadMessageError(35)
        seen = session.first_sight(message)
        if seen is None:
            return
        if service is not None:
            service(self, wire, session, Incoming(message.msg_id, message.seq_no, body))
            return
        self._calls.start(wire, session, message.msg_id, body, seen)

    async def _tick(self) -> None:
        """Acknowledge calls that take long, and forget sessions that nobody came back to."""
        while True:
            await asyncio.sleep(_TICK)
            self._calls.acknowledge_slow()
            now = time.monotonic()
            for session in self.sessions():
                if session.link is None and session.detached_at < now - MAX_AGE:
                    self.destroy_session(session.key, session.id)


def _refuse(session: Session, message: Incoming, code: int) -> None:
    notice = types.BadMsgNotification(bad_msg_id=message.msg_id, bad_msg_seqno=message.seq_no, error_code=code)
    session.send(notice.write(), Kind.NOTICE)
