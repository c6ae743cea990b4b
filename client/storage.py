"""The bot's session in the database: it outlives the process, so that nobody logs in twice.

The library writes it on the way of every update and every reply. It therefore answers from
memory, writes behind, and taking something in never raises: a storage that raises loses updates.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pyrogram import raw
from pyrogram.storage import Storage, UpdateState

from client.peers import Peers, input_peer
from database.connection import is_unavailable
from database.secrets import WrongSecret
from database.sessions import Sessions, StateRecord
from services.errors import TryLater

log = logging.getLogger(__name__)

FLUSH_EVERY = 0.2
"""Seconds between a change and its writing."""

LOGINS_KEPT = 20
"""Times of logins that are remembered."""

READ_TIMEOUT = 3.0
"""Seconds to wait for a peer from the database."""


class Superseded(Exception):  # noqa: N818 - says what happened
    """Another process owns the session by now."""


class MongoStorage(Storage):
    """One bot's session, written under the epoch of the lease that the process holds."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        epoch: int,
        states: Callable[[], list[StateRecord]],
        sealed_by_token: bool = False,
    ) -> None:
        self._sessions = sessions
        self._sealed_by_token = sealed_by_token
        self._epoch = epoch
        self._states = states
        self._fields: dict[str, Any] = {}
        self._logins: tuple[datetime, ...] = ()
        self._tried_with: str | None = None
        self._written: dict[int, StateRecord] = {}
        self._changed = asyncio.Event()
        self.peers = Peers(self._changed.set)
        self._fields_changed = False
        self._states_changed = False
        self._writer: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self.stale = False
        """Whether a later epoch owns the session, so that nothing of ours is written any more."""

    # What the library calls around a connection

    async def open(self) -> None:
        """Read the session; its writes belong to this epoch from now on. Opened already, it stays as it is.

        Raises:
            Superseded: a later epoch is there already.
            WrongSecret: it was sealed with another SECRET_KEY.
        """
        if self._writer:
            return
        try:
            record = await self._sessions.open(self._epoch)
        except WrongSecret:
            if not self._sealed_by_token:
                raise
            log.warning("The stored session was made with another BOT_TOKEN: logging in with the one that is set")
            record = await self._sessions.open(self._epoch, sealed=False)
        if record is None:
            raise Superseded(f"epoch {self._epoch} is over: another process owns the session")
        self._fields = record.fields()
        self._logins = record.logins
        self._tried_with = record.tried_with
        self._writer = asyncio.create_task(self._write_behind())

    async def save(self) -> None:
        """Write what changed, now."""
        await self.flush()

    async def close(self) -> None:
        """Write what changed and stop writing."""
        writer, self._writer = self._writer, None
        if writer:
            writer.cancel()
            await asyncio.wait([writer], timeout=2)
        await self.flush()

    async def delete(self) -> None:
        """Forget the session: the next connection logs in."""
        self._fields = {}
        self._written = {}
        await self._sessions.drop(self._epoch)

    @property
    def signed_in(self) -> bool:
        """Whether a session is there that a bot is signed in with."""
        return bool(self._fields.get("auth_key") and self._fields.get("user_id"))

    @property
    def logins(self) -> tuple[datetime, ...]:
        """When this bot logged in, UTC, newest last."""
        return self._logins

    def tried(self, credentials: str) -> datetime | None:
        """When a login was last tried, if it was with these credentials (their hash): corrected ones need not wait."""
        return self._logins[-1] if self._logins and self._tried_with == credentials else None

    async def login_begins(self, now: datetime, credentials: str) -> None:
        """Write down that a login is about to happen, so that a crash loop cannot make a storm of them."""
        self._logins = (*self._logins, now)[-LOGINS_KEPT:]
        self._tried_with = credentials
        if not await self._sessions.save({"logins": self._logins, "tried_with": credentials}, self._epoch):
            raise Superseded(f"epoch {self._epoch} is over: another process owns the session")

    # Writing behind

    def states_moved(self) -> None:
        """Note that updates were finished, to be written down soon."""
        self._states_changed = True
        self._changed.set()

    async def flush(self) -> None:
        """Write what changed: peers before the states that stand on them.

        Failures are logged and tried again with the next change; they never raise.
        """
        async with self._lock:
            try:
                async with asyncio.timeout(10):
                    await self._write()
            except Exception as error:
                if is_unavailable(error) or isinstance(error, TimeoutError):
                    log.warning("The session is written later: %s", str(error) or type(error).__name__)
                    self._changed.set()
                else:  # a bug: it would fail again at once, so it waits for the next change
                    log.exception("The session could not be written")

    async def _write(self) -> None:
        held = True
        if self._fields_changed and self._fields.get("user_id"):  # a key that nobody is logged in with is worth nothing
            self._fields_changed = False
            held = await self._marked(self._sessions.save(dict(self._fields), self._epoch), "_fields_changed")
        if peers := self.peers.take_waiting():
            try:
                await self._sessions.save_peers(list(peers.values()), self._epoch)
            except BaseException:
                self.peers.put_back(peers)
                raise
        if self._states_changed:
            self._states_changed = False
            states = [state for state in self._states() if self._written.get(state.id) != state]
            held = await self._marked(self._sessions.save_states(states, self._epoch), "_states_changed") and held
            self._written.update((state.id, state) for state in states)
        self.stale = self.stale or not held

    async def _marked(self, write: Any, flag: str) -> bool:
        """Await a write; when it fails, what it was for is marked as changed again."""
        try:
            return bool(await write)
        except BaseException:
            setattr(self, flag, True)
            raise

    async def _write_behind(self) -> None:
        while self._writer:  # a cancellation may go unheard in the database's library
            await self._changed.wait()
            await asyncio.sleep(FLUSH_EVERY)
            self._changed.clear()
            await self.flush()

    # Peers

    async def update_peers(self, peers: Iterable[tuple[int, int | None, str, str | None]]) -> None:
        """Remember peers and their access hashes."""
        self.peers.meet(peers)

    async def update_usernames(self, usernames: Iterable[tuple[int, list[str | None]]]) -> None:
        """Keep none of them: names change hands, and the server is asked for each."""

    async def get_peer_by_id(self, peer_id: int) -> raw.base.InputPeer:
        """Find a peer.

        Raises:
            KeyError: it is not known here; the library then asks the server.
            TryLater: it is not in memory and the database does not answer.
        """
        await self.prefetch([peer_id])
        if (peer := self.peers.get(peer_id)) is None:
            raise KeyError(peer_id)
        return input_peer(peer)

    async def prefetch(self, peer_ids: Iterable[int]) -> None:
        """Have peers in memory, read with one query; one that is not known is asked for when it is needed.

        Raises:
            TryLater: some are not in memory and the database does not answer.
        """
        missing = [peer_id for peer_id in peer_ids if self.peers.get(peer_id) is None]
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                found = await self._sessions.peers(missing) if missing else []
        except Exception as error:
            if not is_unavailable(error) and not isinstance(error, TimeoutError):
                raise
            # not "unknown": the server would then be asked without the access hash, and might say that nobody is there
            raise TryLater(1.0, "peers cannot be looked up, the database does not answer") from error
        for peer in found:
            self.peers.keep(peer)

    async def get_peer_by_username(self, username: str) -> raw.base.InputPeer:
        """Find a peer by its name; always by the server's word, since names change hands.

        Raises:
            KeyError: always.
        """
        raise KeyError(username)

    async def get_peer_by_phone_number(self, phone_number: str) -> raw.base.InputPeer:
        """Bots know no phone numbers.

        Raises:
            KeyError: always.
        """
        raise KeyError(phone_number)

    # Update states: the inbox keeps them; the library's own are not used

    async def get_update_states(self, ids: int | Iterable[int] | None = None) -> list[UpdateState]:  # noqa: ARG002
        """Nothing: the inbox keeps what was received and what is finished apart."""
        return []

    async def set_update_state(self, update_state: UpdateState | Iterable[UpdateState]) -> None:
        """Nothing: the inbox writes what is finished, not what arrived."""

    async def delete_update_state(self, state_id: int | Iterable[int]) -> None:
        """Nothing: the inbox keeps the states."""

    # Fields of the session

    async def dc_id(self, value: int | type | None = object) -> Any:
        """The data centre that the key belongs to."""
        return self._field("dc_id", value)

    async def api_id(self, value: int | type | None = object) -> Any:
        """The application's id."""
        return self._field("api_id", value)

    async def server_address(self, value: str | type | None = object) -> Any:
        """The address of the data centre."""
        return self._field("server_address", value)

    async def port(self, value: int | type | None = object) -> Any:
        """The port of the data centre."""
        return self._field("port", value)

    async def test_mode(self, value: bool | type | None = object) -> Any:
        """Whether the key belongs to Telegram's test servers."""
        return self._field("test_mode", value)

    async def auth_key(self, value: bytes | type | None = object) -> Any:
        """The key that is the session; encrypted in the database."""
        return self._field("auth_key", value)

    async def date(self, value: int | type | None = object) -> Any:
        """When the session was last saved, Unix seconds."""
        return self._field("date", value)

    async def user_id(self, value: int | type | None = object) -> Any:
        """Who is signed in; None before the login."""
        return self._field("user_id", value)

    async def is_bot(self, value: bool | type | None = object) -> Any:
        """Whether a bot is signed in."""
        return self._field("is_bot", value)

    def _field(self, name: str, value: Any) -> Any:
        if value is object:
            return self._fields.get(name)
        if self._fields.get(name) != value:
            self._fields[name] = value
            self._fields_changed = True
            self._changed.set()
        return value
