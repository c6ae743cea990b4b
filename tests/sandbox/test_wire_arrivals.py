"""A session takes what the protocol allows, and takes it once."""

from __future__ import annotations

import pytest
from pyrogram.raw import functions, types
from pyrogram.raw.core import Int, Message, MsgContainer

from sandbox.wire.salts import Salts
from tests.sandbox.wire_rig import Peer, rig

NEAREST = functions.help.GetNearestDc()
SLOW = functions.contacts.ResolveUsername(username="someone")


async def refused(peer: Peer) -> types.BadMsgNotification:
    notification = await peer.next(types.BadMsgNotification)
    assert isinstance(notification, types.BadMsgNotification)
    return notification


async def test_a_new_session_is_announced_once_with_the_salt_to_use() -> None:
    async with rig() as server:
        peer = await server.agree()
        msg_id = await peer.send(NEAREST)
        created = await peer.next(types.NewSessionCreated)
        assert created.first_msg_id == msg_id
        assert server.hub.salts.accepts(peer.key, created.server_salt)
        await peer.result(msg_id)
        assert await peer.settle() == []


async def test_a_wrong_salt_is_corrected_and_nothing_is_served() -> None:
    async with rig() as server:
        peer = await server.agree()
        msg_id = await peer.send(NEAREST, salt=peer.salt ^ 1)
        bad = await peer.next(types.BadServerSalt)
        assert (bad.bad_msg_id, bad.error_code) == (msg_id, 48)
        assert server.world.asked == []
        peer.salt = bad.new_server_salt
        assert (await peer.call(NEAREST)).country == "UZ"


async def test_salts_change_with_time_and_the_last_one_is_still_taken() -> None:
    now = [1_000_000.0]
    salts = Salts(clock=lambda: now[0], period=100)
    async with rig(salts=salts) as server:
        peer = await server.agree()
        peer.salt = salts.current(peer.key)
        ahead = salts.future(peer.key, 3)
        assert ahead[0][2] == peer.salt
        now[0] += 100
        assert salts.current(peer.key) == ahead[1][2]
        assert (await peer.call(NEAREST)).country == "UZ"
        now[0] += 100
        await peer.send(NEAREST)
        assert (await peer.next(types.BadServerSalt)).new_server_salt == ahead[2][2]


@pytest.mark.parametrize(
    ("shift", "code"), [(-400 << 32, 16), (100 << 32, 17), (1, 18), (2, 18)], ids=["old", "future", "odd", "even"]
)
async def test_an_id_that_cannot_be_is_refused(shift: int, code: int) -> None:
    async with rig() as server:
        peer = await server.agree()
        bad = await peer.send(NEAREST, msg_id=peer.next_id() + shift)
        notification = await refused(peer)
        assert (notification.bad_msg_id, notification.error_code) == (bad, code)
        assert server.world.asked == []


async def test_numbers_must_rise_with_the_ids_and_be_odd_for_content() -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.call(NEAREST)
        await peer.send(NEAREST, seq_no=1)
        assert (await refused(peer)).error_code == 32
        early = peer.next_id()
        await peer.call(NEAREST)
        await peer.send(NEAREST, msg_id=early, seq_no=99)
        assert (await refused(peer)).error_code == 33
        await peer.send(NEAREST, content=False)
        assert (await refused(peer)).error_code == 35
        assert len(server.world.asked) == 2


async def test_a_repeated_message_is_served_once_and_answered_again() -> None:
    async with rig() as server:
        peer = await server.agree()
        msg_id = await peer.send(NEAREST)
        first = await peer.result(msg_id)
        for _ in range(3):
            await peer.send(NEAREST, msg_id=msg_id, seq_no=1)
            assert await peer.result(msg_id) == first
        assert len(server.world.asked) == 1


async def test_a_repeated_message_whose_call_still_runs_is_answered_once() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.answers[type(SLOW)] = lambda _: True
        server.world.hold.clear()
        msg_id = await peer.send(SLOW)
        await peer.send(SLOW, msg_id=msg_id, seq_no=1)
        await peer.settle()
        server.world.hold.set()
        assert await peer.result(msg_id) is True
        assert await peer.settle() == []
        assert len(server.world.asked) == 1


async def test_a_container_is_served_in_order_and_never_twice() -> None:
    async with rig() as server:
        peer = await server.agree()
        calls = [functions.messages.GetWebPage(url=str(n), hash=0) for n in range(50)]
        inner = [Message(call, peer.next_id(), peer.next_number(), len(call.write())) for call in calls]
        container = MsgContainer(inner)
        container_id = await peer.send(container, content=False)
        answers = [await peer.next(types.RpcResult) for _ in inner]
        assert [answer.req_msg_id for answer in answers] == [message.msg_id for message in inner]
        assert [call.url for call in server.world.asked] == [str(n) for n in range(50)]
        await peer.send(container, msg_id=container_id, seq_no=100)
        assert (await refused(peer)).error_code == 19
        again = await peer.send(container, content=False)
        del again
        await peer.settle()
        assert len(server.world.asked) == 50


async def test_a_broken_container_is_refused_whole() -> None:
    async with rig() as server:
        peer = await server.agree()
        inside = Message(NEAREST, peer.next_id(), 1, 4)
        nested = MsgContainer([Message(MsgContainer([]), peer.next_id(), 0, 8)])
        for body in (
            MsgContainer([inside]).write()[:-4],
            Int(MsgContainer.ID, False) + Int(2**30),
            nested.write(),
        ):
            await peer.send(body, content=False)
            assert (await refused(peer)).error_code == 64
        await peer.send(MsgContainer([]), seq_no=1)
        assert (await refused(peer)).error_code == 34
        assert server.world.asked == []


async def test_calls_start_in_order_and_run_beside_each_other() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.answers[type(SLOW)] = lambda _: True
        server.world.hold.clear()
        slow = [await peer.send(SLOW) for _ in range(10)]
        fast = [await peer.send(NEAREST) for _ in range(10)]
        for msg_id in fast:
            await peer.result(msg_id)
        assert [type(query) for query in server.world.asked] == [type(SLOW)] * 10 + [type(NEAREST)] * 10
        server.world.hold.set()
        assert [await peer.result(msg_id) for msg_id in slow] == [True] * 10


async def test_a_call_that_takes_long_is_acknowledged() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.hold.clear()
        msg_id = await peer.send(SLOW)
        assert (await peer.next(types.MsgsAck)).msg_ids == [msg_id]
