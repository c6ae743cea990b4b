"""What holds the parts of the edge together: who may call, what a call may be, and what it did to the sequences."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import PeerIdInvalid

from client.address import COMMON
from client.bot import Bot
from client.boxes import Mark
from client.fairness import LINE
from client.identity import NOT_WEAKENED, Identity, Weakened
from client.intake import Update
from database.bots import BotDatabase
from database.clock import Clock
from services.errors import TryLater
from tests.client.depot import Lease
from tests.client.rig import CHANNEL
from tests.plugins.standing import Roles

PERSON: Any = raw.types.InputPeerUser(user_id=5, access_hash=1)
HERE: Any = raw.types.InputPeerChannel(channel_id=50, access_hash=1)


class Session:
    """A connection that answers what it is told to."""

    def __init__(self) -> None:
        self.is_started = asyncio.Event()
        self.is_started.set()
        self.answers: list[Any] = []
        self.asked: list[Any] = []

    async def send(self, query: Any, timeout: float) -> Any:
        self.asked.append(query)
        return self.answers.pop(0)


@pytest.fixture
async def bot(room: BotDatabase, tmp_path: Path) -> AsyncIterator[Any]:
    made = make(room, tmp_path)
    made.session = Session()
    made.inbox.open_common(raw.types.updates.State(pts=10, qts=0, date=1, seq=0, unread_count=0))
    made.inbox.open_channel(CHANNEL, Mark(20))
    yield made
    await made.difference.close()
    await made.inbox.close(grace=0)
    made.executor.shutdown(wait=False)


def make(room: BotDatabase, tmp_path: Path, weakened: Weakened = NOT_WEAKENED) -> Any:
    return Bot(
        Identity("777:a-secret", 1, "another-secret"),
        sessions=room.session,
        waits=room.waits,
        lease=Lease(),  # type: ignore[arg-type]  # a stand-in
        clock=Clock(),
        texts=SimpleNamespace(),  # type: ignore[arg-type]  # a stand-in
        version="0",
        source=None,
        workdir=tmp_path,
        weakened=weakened,
    )


async def test_one_person_is_taken_without_end_only_where_the_proof_wants_it(
    bot: Any, room: BotDatabase, tmp_path: Path
) -> None:
    weak = make(room, tmp_path, Weakened(fairness=True))
    for made, taken in ((bot, LINE), (weak, 1000)):
        made.services = SimpleNamespace(access=Roles())
        made.inbox.open_common(raw.types.updates.State(pts=10, qts=0, date=1, seq=0, unread_count=0))
        made.inbox.lanes.hold()
        for number in range(1000):
            message = raw.types.Message(id=number, peer_id=raw.types.PeerUser(user_id=5), date=9, message="")
            update = raw.types.UpdateNewMessage(message=message, pts=11 + number, pts_count=1)
            made.inbox.arrive(Update(update, {}, {}), 9)
        assert made.backlog == taken
    weak.executor.shutdown(wait=False)


def test_secrets_are_not_shown() -> None:
    shown = repr(Identity("777:a-secret", 1, "another-secret"))
    assert "secret" not in shown
    assert Identity("777:a-secret", 1, "another-secret").bot_id == 777


async def test_what_is_written_down_is_what_the_inbox_says(bot: Any) -> None:
    assert [(state.id, state.pts) for state in bot.store._states()] == [(COMMON, 10), (CHANNEL, 20)]


async def test_without_the_lease_nothing_is_asked(bot: Any) -> None:
    bot.lease.ours = False
    with pytest.raises(TryLater):
        await bot.invoke(raw.functions.updates.GetState())
    assert not bot.session.asked


async def test_without_the_lease_not_even_a_packet_that_is_under_way_leaves(bot: Any) -> None:
    got = asyncio.Queue[bytes]()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            got.put_nowait(data)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = bot.connection_factory(dc_id=2, server_address="127.0.0.1", port=port, test_mode=False)
    await connection.connect()
    assert await got.get() == b"\xef", "the library says which transport it speaks"
    bot.lease.ours = False
    await connection.send(b"1234")
    bot.lease.ours = True
    await connection.send(b"5678")
    assert await got.get() == b"\x015678"
    await connection.close()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "query",
    [
        raw.functions.messages.SendMessage(peer=PERSON, message="x", random_id=1),
        raw.functions.messages.ForwardMessages(from_peer=HERE, to_peer=PERSON, id=[1], random_id=[1]),
        raw.functions.messages.SendMultiMedia(
            peer=PERSON,
            multi_media=[raw.types.InputSingleMedia(media=raw.types.InputMediaEmpty(), random_id=1, message="")],
        ),
    ],
    ids=lambda query: type(query).__name__,
)
async def test_nothing_is_sent_without_a_cause(bot: Any, query: Any) -> None:
    with pytest.raises(RuntimeError):
        await bot.invoke(query)
    assert not bot.session.asked


def result(*updates: Any) -> Any:
    return raw.types.Updates(updates=list(updates), users=[], chats=[], date=1, seq=0)


def message(number: int, peer: Any) -> Any:
    return raw.types.Message(id=number, peer_id=peer, date=1, message="", out=True)


@pytest.mark.parametrize(
    "query, answer, box, message_id",
    [
        (
            raw.functions.messages.SendMessage(peer=PERSON, message="x", random_id=1),
            raw.types.UpdateShortSentMessage(id=7, pts=11, pts_count=1, date=1),
            COMMON,
            7,
        ),
        (
            raw.functions.messages.DeleteMessages(id=[1, 2], revoke=True),
            raw.types.messages.AffectedMessages(pts=12, pts_count=2),
            COMMON,
            0,
        ),
        (
            raw.functions.channels.DeleteMessages(channel=HERE, id=[1]),
            raw.types.messages.AffectedMessages(pts=21, pts_count=1),
            CHANNEL,
            0,
        ),
        (
            raw.functions.messages.ForwardMessages(from_peer=HERE, to_peer=PERSON, id=[1, 2], random_id=[1, 2]),
            result(
                raw.types.UpdateMessageID(id=8, random_id=1),
                raw.types.UpdateNewMessage(message=message(8, raw.types.PeerUser(user_id=5)), pts=11, pts_count=1),
                raw.types.UpdateNewMessage(message=message(9, raw.types.PeerUser(user_id=5)), pts=12, pts_count=1),
            ),
            COMMON,
            9,
        ),
        (
            raw.functions.messages.ForwardMessages(from_peer=PERSON, to_peer=HERE, id=[1], random_id=[1]),
            result(
                raw.types.UpdateNewChannelMessage(
                    message=message(30, raw.types.PeerChannel(channel_id=50)), pts=21, pts_count=1
                )
            ),
            CHANNEL,
            30,
        ),
    ],
    ids=["text", "deletion", "deletion in a channel", "forward", "forward to a channel"],
)
async def test_what_a_call_did_is_noted_in_its_sequence(
    bot: Any, query: Any, answer: Any, box: int, message_id: int
) -> None:
    bot.session.answers = [answer]
    await bot.call(query)
    places = {COMMON: 10, CHANNEL: 20}
    for each, before in places.items():
        now = bot.inbox.box(each)
        assert now.received > before if each == box else now.received == before
        assert now.finished.value == now.received
    assert bot.inbox.box(box).message == message_id
    assert not bot.difference.busy
    assert not bot.inbox.lanes.backlog, "no handler hears of it"


async def test_a_message_sent_before_changes_nothing(bot: Any) -> None:
    """The same random_id again: the server tells of the first message, which has its place long ago."""
    bot.session.answers = [raw.types.UpdateShortSentMessage(id=3, pts=4, pts_count=1, date=1)]
    await bot.call(raw.functions.messages.SendMessage(peer=PERSON, message="x", random_id=1))
    assert bot.inbox.pts.received == 10
    assert not any(bot.inbox.early.values())
    assert not bot.difference.busy


async def test_who_asks_a_bot_that_is_being_stopped_comes_again(bot: Any) -> None:
    bot.is_connected = False
    with pytest.raises(TryLater):
        await bot.resolve_peer(5)


@pytest.mark.parametrize("number", [2**63 - 1, 2**40, -(2**63), 0])
async def test_what_is_no_id_is_nobody(bot: Any, number: int) -> None:
    bot.is_connected = True
    await bot.store.open()
    with pytest.raises(PeerIdInvalid):
        await bot.resolve_peer(number)
    await bot.store.close()
