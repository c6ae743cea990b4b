"""The session outlives the process, and a database that is away disturbs nobody who takes something in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import AutoReconnect
from pyrogram import raw, utils

from client import peers as peers_module
from client import storage as storage_module
from client.storage import MongoStorage, Superseded
from database.bots import BotDatabase
from database.connection import Database
from database.secrets import Vault, WrongSecret
from database.sessions import PeerRecord, Sessions, StateRecord
from services.errors import TryLater
from tests.database.mongo import dump

KEY = bytes(range(256))
CHANNEL = utils.get_channel_id(50)


class Sometimes:
    """The sessions of a database that comes and goes."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.state = "there"
        self.asked: list[str] = []
        self.done: list[str] = []

    def __getattr__(self, name: str) -> Any:
        verb: Callable[..., Any] = getattr(self._sessions, name)

        async def ask(*args: Any, **kwargs: Any) -> Any:
            self.asked.append(name)
            if self.state == "away":
                raise AutoReconnect("connection refused")
            if self.state == "deaf":
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(3600)
            if self.state == "hangs":
                await asyncio.sleep(3600)
            if self.state == "broken":
                raise RuntimeError("a bug")
            answer = await verb(*args, **kwargs)
            self.done.append(name)
            return answer

        return ask


class Session:
    """A storage with the states that its inbox would give."""

    def __init__(self, room: BotDatabase, epoch: int = 1) -> None:
        self.sessions = Sometimes(room.session)
        self.states: list[StateRecord] = []
        self.storage = MongoStorage(self.sessions, epoch=epoch, states=lambda: list(self.states))  # type: ignore[arg-type]  # fakes


@pytest.fixture
async def session(room: BotDatabase) -> AsyncIterator[Session]:
    session = Session(room)
    await session.storage.open()
    yield session
    session.sessions.state = "there"
    await session.storage.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "FLUSH_EVERY", 0.01)


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nothing else is told
            await asyncio.sleep(0.01)


async def sign_in(storage: MongoStorage) -> None:
    await storage.dc_id(2)
    await storage.server_address("127.0.0.1")
    await storage.port(443)
    await storage.api_id(1)
    await storage.test_mode(False)
    await storage.auth_key(KEY)
    await storage.user_id(77)
    await storage.is_bot(True)
    await storage.date(5)


async def test_a_new_session_knows_nothing(session: Session) -> None:
    for field in ("dc_id", "auth_key", "user_id", "is_bot", "test_mode", "api_id", "port", "server_address", "date"):
        assert await getattr(session.storage, field)() is None
    assert session.storage.logins == ()


async def test_a_session_outlives_its_process(session: Session, room: BotDatabase, database: Database) -> None:
    await sign_in(session.storage)
    assert await session.storage.auth_key() == KEY, "answered from memory"
    await session.storage.close()
    again = Session(room, epoch=2).storage
    await again.open()
    assert await again.auth_key() == KEY
    assert (await again.dc_id(), await again.user_id(), await again.is_bot()) == (2, 77, True)
    assert (await again.test_mode(), await again.port(), await again.api_id()) == (False, 443, 1)
    assert KEY not in await dump(database), "encrypted at rest"
    await again.close()


async def test_what_changes_is_written_behind_and_nobody_waits(session: Session, room: BotDatabase) -> None:
    await sign_in(session.storage)
    assert "save" not in session.sessions.asked
    await until(lambda: "save" in session.sessions.done)
    await asyncio.sleep(0.05)
    assert session.sessions.asked.count("save") == 1, "one write for all fields"
    await session.storage.user_id(77)
    await asyncio.sleep(0.05)
    assert session.sessions.asked.count("save") == 1, "the same again is no change"


async def test_states_are_written_behind_and_only_those_that_moved(session: Session, room: BotDatabase) -> None:
    session.states = [StateRecord(0, 10, 5, 100), StateRecord(CHANNEL, 7)]
    session.storage.states_moved()
    await until(lambda: "save_states" in session.sessions.done)
    assert [(state.id, state.pts) for state in await room.session.states()] == [(0, 10), (CHANNEL, 7)]
    await room.session.save_states([StateRecord(CHANNEL, 99)], 1)  # to see what is written next
    session.states = [StateRecord(0, 11, 5, 100), StateRecord(CHANNEL, 7)]
    session.storage.states_moved()
    await until(lambda: session.sessions.done.count("save_states") == 2)
    assert [(state.id, state.pts) for state in await room.session.states()] == [(0, 11), (CHANNEL, 99)]


async def test_peers_are_written_before_the_states_that_stand_on_them(session: Session) -> None:
    session.states = [StateRecord(0, 10)]
    session.storage.states_moved()
    await session.storage.update_peers([(5, 123, "user", None)])
    await session.storage.flush()
    asked = session.sessions.asked
    assert asked.index("save_peers") < asked.index("save_states")


@pytest.mark.parametrize("state", ["away", "broken"])
async def test_taking_something_in_never_raises(session: Session, room: BotDatabase, state: str) -> None:
    session.sessions.state = state
    await sign_in(session.storage)
    await session.storage.update_peers([(5, 123, "user", None), (CHANNEL, 9, "channel", None)])
    await session.storage.update_usernames([(5, ["ada"])])
    session.states = [StateRecord(0, 10)]
    session.storage.states_moved()
    await session.storage.set_update_state([])
    await session.storage.save()
    await session.storage.flush()
    await asyncio.sleep(0.05)
    assert await session.storage.get_peer_by_id(5) == raw.types.InputPeerUser(user_id=5, access_hash=123)
    session.sessions.state = "there"
    session.storage.states_moved()
    await until(lambda: {"save", "save_peers", "save_states"} <= set(session.sessions.done))
    record = await room.session.open(1)
    assert record
    assert (record.auth_key, record.user_id) == (KEY, 77)
    assert await room.session.peers([5]) == [PeerRecord(5, 123, "user")]
    assert [state.pts for state in await room.session.states()] == [10]
    assert not session.storage.stale


async def test_a_write_that_does_not_hear_of_the_end_is_the_last(session: Session) -> None:
    session.sessions.state = "deaf"
    writer = session.storage._writer
    assert writer
    await sign_in(session.storage)
    await until(lambda: session.sessions.asked)
    session.sessions.state = "there"
    await session.storage.close()
    assert writer.done()


async def test_what_was_away_is_written_by_itself_when_it_is_back(session: Session, room: BotDatabase) -> None:
    session.sessions.state = "away"
    session.states = [StateRecord(0, 10)]
    session.storage.states_moved()
    await until(lambda: session.sessions.asked.count("save_states") > 2)
    session.sessions.state = "there"
    await until(lambda: "save_states" in session.sessions.done)
    assert [state.pts for state in await room.session.states()] == [10]


async def test_a_later_epoch_is_noticed_and_nothing_of_ours_is_written(session: Session, room: BotDatabase) -> None:
    await sign_in(session.storage)
    await session.storage.flush()
    later = Session(room, epoch=2)
    await later.storage.open()
    session.states = [StateRecord(0, 99)]
    session.storage.states_moved()
    await session.storage.user_id(78)
    await session.storage.update_peers([(5, 666, "user", None)])
    await session.storage.flush()
    assert session.storage.stale
    assert await room.session.states() == []
    assert await room.session.peers([5]) == []
    record = await room.session.open(2)
    assert record
    assert record.user_id == 77
    assert not later.storage.stale
    with pytest.raises(Superseded):
        await session.storage.login_begins(datetime(2026, 1, 1, tzinfo=UTC), "some")
    with pytest.raises(Superseded):
        await Session(room, epoch=1).storage.open()
    await later.storage.close()


async def test_logins_are_remembered_before_they_happen(session: Session, room: BotDatabase) -> None:
    moments = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 26)]
    for moment in moments:
        await session.storage.login_begins(moment, "some")
    again = Session(room, epoch=2).storage
    await again.open()
    assert again.logins == tuple(moments[-storage_module.LOGINS_KEPT :])
    assert again.tried("some") == moments[-1]
    assert again.tried("corrected") is None
    await again.close()


async def test_nothing_is_kept_of_a_key_that_nobody_is_logged_in_with(session: Session, room: BotDatabase) -> None:
    await session.storage.dc_id(2)
    await session.storage.auth_key(KEY)
    await session.storage.close()
    again = Session(room, epoch=2).storage
    await again.open()
    assert await again.auth_key() is None
    await sign_in(again)
    await again.close()
    third = Session(room, epoch=3).storage
    await third.open()
    assert await third.auth_key() == KEY
    await third.close()


async def test_a_session_of_another_token_stays_until_a_login_succeeds(
    session: Session, room: BotDatabase, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """With a secret of its own a session that does not open is a mistake of the operator's; by the token it is over."""
    await session.storage.login_begins(datetime(2026, 1, 1, tzinfo=UTC), "some")
    await sign_in(session.storage)
    await session.storage.close()
    other = database.bot(room.bot_id, Vault.from_secret("another token", room.bot_id))
    with pytest.raises(WrongSecret):
        await MongoStorage(other.session, epoch=2, states=list).open()
    wrong = MongoStorage(other.session, epoch=3, states=list, sealed_by_token=True)
    await wrong.open()
    assert "another BOT_TOKEN" in caplog.text
    assert await wrong.auth_key() is None
    assert wrong.tried("some")
    await wrong.login_begins(datetime(2026, 1, 2, tzinfo=UTC), "wrong")
    await wrong.auth_key(bytes(256))
    await wrong.close()
    right = MongoStorage(room.session, epoch=4, states=list, sealed_by_token=True)
    await right.open()
    assert await right.auth_key() == KEY
    assert right.tried("some") is None
    await right.close()
    rotated = MongoStorage(other.session, epoch=5, states=list, sealed_by_token=True)
    await rotated.open()
    await rotated.auth_key(bytes(256))
    await rotated.user_id(77)
    await rotated.close()
    again = MongoStorage(other.session, epoch=6, states=list)
    await again.open()
    assert await again.auth_key() == bytes(256)
    await again.close()


async def test_a_deleted_session_is_forgotten_but_not_its_logins(session: Session, room: BotDatabase) -> None:
    await session.storage.login_begins(datetime(2026, 1, 1, tzinfo=UTC), "some")
    await sign_in(session.storage)
    session.states = [StateRecord(0, 10)]
    session.storage.states_moved()
    await session.storage.flush()
    await session.storage.delete()
    assert await session.storage.auth_key() is None
    again = Session(room, epoch=2).storage
    await again.open()
    assert await again.auth_key() is None
    assert len(again.logins) == 1
    await again.close()


# Peers


async def test_peers_beyond_memory_are_read_back(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers_module, "PEERS_IN_MEMORY", 10)
    for number in range(1, 101):
        await session.storage.update_peers([(number, number * 7, "user", None)])
    assert len(session.storage.peers) == 10
    assert await session.storage.get_peer_by_id(1) == raw.types.InputPeerUser(user_id=1, access_hash=7), "not written"
    await session.storage.flush()
    assert not session.storage.peers.waiting
    assert await session.storage.get_peer_by_id(2) == raw.types.InputPeerUser(user_id=2, access_hash=14)
    assert len(session.storage.peers) == 10
    asked = session.sessions.asked.count("peer")
    await session.storage.get_peer_by_id(2)
    assert session.sessions.asked.count("peer") == asked, "remembered now"


async def test_peers_that_cannot_be_written_have_a_bound_and_are_written_when_they_are_met_again(
    session: Session, room: BotDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers_module, "PEERS_WAITING", 10)
    session.sessions.state = "away"
    for number in range(100):
        await session.storage.update_peers([(number, 1000 + number, "user", None)])
        if number % 7 == 0:
            await session.storage.flush()
        assert session.storage.peers.waiting <= 2 * 10
    session.sessions.state = "there"
    await session.storage.flush()
    assert await room.session.peers([99]) == [PeerRecord(99, 1099, "user")]
    assert await room.session.peers([0]) == []
    await session.storage.update_peers([(0, 1000, "user", None)])
    await session.storage.flush()
    assert await room.session.peers([0]) == [PeerRecord(0, 1000, "user")]


async def test_a_known_peer_is_written_once(session: Session) -> None:
    for _ in range(5):
        await session.storage.update_peers([(5, 123, "user", None)])
        await session.storage.update_usernames([(5, ["ada", None])])
    await session.storage.flush()
    assert session.sessions.asked.count("save_peers") == 1
    await session.storage.update_peers([(5, 124, "user", None)])
    await session.storage.flush()
    assert session.sessions.asked.count("save_peers") == 2


@pytest.mark.parametrize(
    "peer",
    [
        ((5, 1, "user", None), raw.types.InputPeerUser(user_id=5, access_hash=1)),
        ((6, 1, "bot", None), raw.types.InputPeerUser(user_id=6, access_hash=1)),
        ((-7, 0, "group", None), raw.types.InputPeerChat(chat_id=7)),
        ((CHANNEL, 2, "channel", None), raw.types.InputPeerChannel(channel_id=50, access_hash=2)),
        ((CHANNEL, 2, "supergroup", None), raw.types.InputPeerChannel(channel_id=50, access_hash=2)),
    ],
    ids=lambda peer: peer[0][2],
)
async def test_each_kind_of_peer_is_addressed_as_telegram_wants(session: Session, peer: Any) -> None:
    record, wanted = peer
    await session.storage.update_peers([record])
    assert await session.storage.get_peer_by_id(record[0]) == wanted


async def test_an_unknown_peer_is_unknown(session: Session) -> None:
    with pytest.raises(KeyError):
        await session.storage.get_peer_by_id(404)
    with pytest.raises(KeyError):
        await session.storage.get_peer_by_username("ada")
    with pytest.raises(KeyError):
        await session.storage.get_peer_by_phone_number("1")


@pytest.mark.parametrize("state", ["away", "hangs"])
async def test_a_peer_that_cannot_be_looked_up_now_is_not_unknown(
    session: Session, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Or the server is asked without its access hash, and somebody who is there passes for gone."""
    monkeypatch.setattr(storage_module, "READ_TIMEOUT", 0.05)
    session.sessions.state = state
    with pytest.raises(TryLater):
        await session.storage.get_peer_by_id(404)


async def test_the_librarys_own_states_are_not_used(session: Session) -> None:
    assert await session.storage.get_update_states() == []
    await session.storage.delete_update_state(0)


async def test_peers_that_cannot_be_addressed_or_written_down_are_none(session: Session, room: BotDatabase) -> None:
    await session.storage.update_peers([(5, 123, "user", None), (CHANNEL, 9, "channel", None)])
    odd: list[Any] = [(5, None, "user", None), (-(10**12) - 2**63, 1, "channel", None), (2**52, 1, "user", None)]
    await session.storage.update_peers(odd)
    await session.storage.flush()
    assert await session.storage.get_peer_by_id(5) == raw.types.InputPeerUser(user_id=5, access_hash=123)
    assert {peer for peer in (5, CHANNEL, 2**52) if await room.session.peers([peer])} == {5, CHANNEL}
