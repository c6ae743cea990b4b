"""What clients may ask of the connection, the session and the key themselves."""

from __future__ import annotations

import asyncio

import pytest
from pyrogram.raw import functions, types
from pyrogram.raw.core import FutureSalts, Int

from sandbox.wire.messages import MSG_RESEND_REQ
from tests.sandbox.wire_rig import ClosedError, TransportFaultError, rig

NEAREST = functions.help.GetNearestDc()
SLOW = functions.contacts.ResolveUsername(username="someone")


async def test_delayed_disconnection_is_obeyed_unless_renewed() -> None:
    async with rig() as server:
        peer = await server.agree()
        for delay in (5, 5, 5, 5, 5, 5, 1):  # longer than the first one lasts
            await peer.send(functions.PingDelayDisconnect(ping_id=3, disconnect_delay=delay))
            assert (await peer.next(types.Pong)).ping_id == 3
            await asyncio.sleep(0.9 if delay > 1 else 0)
        with pytest.raises(ClosedError):
            await peer.raw_receive()


async def test_the_state_of_messages_is_told() -> None:
    async with rig() as server:
        peer = await server.agree()
        done = await peer.send(NEAREST)
        await peer.result(done)
        server.world.hold.clear()
        running = await peer.send(SLOW)
        ping = await peer.send(functions.Ping(ping_id=1), content=False)
        missing, coming = ping - 4, peer.next_id() + (10 << 32)
        asked = [done, running, ping, missing, coming, 4]
        request = await peer.send(types.MsgsStateReq(msg_ids=asked), content=False)
        info = await peer.next(types.MsgsStateInfo)
        assert info.req_msg_id == request
        assert [ord(state) for state in info.info] == [4 | 8 | 64, 4 | 8 | 32, 4 | 16, 2, 3, 1]


async def test_a_message_is_sent_again_on_request() -> None:
    async with rig() as server:
        peer = await server.agree()
        msg_id = await peer.send(NEAREST)
        while not isinstance((answer := await peer.receive()).body, types.RpcResult):
            pass
        request = Int(MSG_RESEND_REQ, False) + types.MsgsAck(msg_ids=[answer.msg_id]).write()[4:]
        await peer.send(request, content=False)
        again = await peer.receive()
        assert (again.msg_id, again.body.req_msg_id) == (answer.msg_id, msg_id)


async def test_answers_can_be_dropped() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.hold.clear()
        server.world.answers[type(SLOW)] = lambda _: True
        running = await peer.send(SLOW)
        dropped = await peer.call(functions.RpcDropAnswer(req_msg_id=running))
        assert isinstance(dropped, types.RpcAnswerDroppedRunning)
        server.world.hold.set()
        assert await peer.settle() == []
        done = await peer.send(NEAREST)
        await peer.result(done)
        assert isinstance(await peer.call(functions.RpcDropAnswer(req_msg_id=done)), types.RpcAnswerDropped)
        assert isinstance(await peer.call(functions.RpcDropAnswer(req_msg_id=77 * 4)), types.RpcAnswerUnknown)


async def test_future_salts_are_told() -> None:
    async with rig() as server:
        peer = await server.agree()
        msg_id = await peer.send(functions.GetFutureSalts(num=4))
        salts = await peer.next(FutureSalts)
        assert salts.req_msg_id == msg_id
        assert [salt.salt for salt in salts.salts] == [salt for *_, salt in server.hub.salts.future(peer.key, 4)]


async def test_a_session_is_destroyed_by_another_of_its_key() -> None:
    async with rig() as server:
        old = await server.agree()
        await old.call(NEAREST)
        new = await server.back(old, same_session=False)
        old_id = int.from_bytes(old.session_id, "little", signed=True)
        await new.send(functions.DestroySession(session_id=old_id))
        assert (await new.next(types.DestroySessionOk)).session_id == old_id
        await new.send(functions.DestroySession(session_id=old_id))
        assert (await new.next(types.DestroySessionNone)).session_id == old_id


async def test_a_destroyed_key_is_answered_404() -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.send(functions.DestroyAuthKey())
        assert isinstance(await peer.next(types.DestroyAuthKeyOk), types.DestroyAuthKeyOk)
        back = await server.back(peer)
        await back.send(NEAREST)
        with pytest.raises(TransportFaultError, match="-404"):
            await back.receive()


async def test_above_the_limit_connections_are_answered_429() -> None:
    async with rig(max_connections=1) as server:
        peer = await server.agree()
        other = await server.back(peer)
        await other.send(NEAREST)
        with pytest.raises(TransportFaultError, match="-429"):
            await other.receive()
        assert (await peer.call(NEAREST)).country == "UZ"
