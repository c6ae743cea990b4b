"""A session loses nothing that it owes, whatever becomes of its connections."""

from __future__ import annotations

import asyncio
import time

import pytest
from pyrogram.raw import functions, types

from sandbox.wire import sessions
from tests.sandbox.wire_rig import Peer, Rig, rig

NEAREST = functions.help.GetNearestDc()
SLOW = functions.contacts.ResolveUsername(username="someone")


async def test_results_and_updates_keep_their_order_and_rise_in_id() -> None:
    async with rig() as server:
        peer = await server.agree()
        peer.salt = server.hub.salts.current(peer.key)
        await peer.call(functions.account.UpdateStatus(offline=False))

        def tell(_: object) -> bool:
            server.hub.push(peer.key.id, types.UpdatesTooLong())
            return True

        server.world.answers[functions.account.UpdateStatus] = tell
        for _ in range(200):
            await peer.send(functions.account.UpdateStatus(offline=True))
        got = [await peer.receive() for _ in range(400)]
        assert [type(message.body) for message in got] == [types.UpdatesTooLong, types.RpcResult] * 200
        ids = [message.msg_id for message in got]
        assert ids == sorted(set(ids))
        assert [msg_id % 4 for msg_id in ids] == [3, 1] * 200
        assert [message.seq_no for message in got] == list(range(got[0].seq_no, got[0].seq_no + 800, 2))


async def test_a_session_that_asked_for_no_updates_gets_none() -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.call(functions.InvokeWithoutUpdates(query=NEAREST))
        assert not server.hub.listening(peer.key.id)
        server.hub.push(peer.key.id, types.UpdatesTooLong())
        assert await peer.settle() == []
        await peer.call(NEAREST)
        assert server.hub.listening(peer.key.id)
        server.hub.push(peer.key.id, types.UpdatesTooLong())
        assert len(await peer.settle()) == 1


async def reconnected(server: Rig, peer: Peer) -> Peer:
    await server.left(peer)
    return await server.back(peer)


async def test_what_was_not_acknowledged_is_sent_again_after_a_reconnect() -> None:
    async with rig() as server:
        peer = await server.agree()
        msg_id = await peer.send(NEAREST)
        await peer.result(msg_id)
        await peer.settle()
        server.hub.push(peer.key.id, types.UpdatesTooLong())
        await peer.next(types.UpdatesTooLong)
        back = await reconnected(server, peer)
        again = await back.settle()
        assert [type(body) for body in again] == [types.NewSessionCreated, types.RpcResult, types.UpdatesTooLong]
        assert again[1].req_msg_id == msg_id
        # and what is acknowledged is not
        third = await reconnected(server, back)
        ping = await third.send(functions.Ping(ping_id=5), content=False)
        ids = []
        while not isinstance((message := await third.receive()).body, types.Pong):
            ids.append(message.msg_id)
        assert len(ids) == 3
        await third.send(types.MsgsAck(msg_ids=ids), content=False)
        await third.settle()
        fourth = await reconnected(server, third)
        assert await fourth.settle() == []
        assert ping


async def test_a_call_goes_on_without_its_connection_and_answers_on_the_next() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.answers[type(SLOW)] = lambda _: True
        server.world.hold.clear()
        msg_id = await peer.send(SLOW)
        await peer.settle()
        await server.left(peer)
        server.world.hold.set()
        await asyncio.sleep(0.05)
        back = await server.back(peer)
        await back.send(functions.Ping(ping_id=1), content=False)
        assert await back.result(msg_id) is True


async def test_what_waited_long_is_sent_with_a_fresh_id() -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.call(NEAREST)
        await peer.send(types.MsgsAck(msg_ids=[]), content=False)
        await peer.settle()
        await server.left(peer)
        server.hub.push(peer.key.id, types.UpdatesTooLong())
        await asyncio.sleep(0.2)
        back = await server.back(peer)
        before = time.time() * 2**32
        await back.send(functions.Ping(ping_id=1), content=False)
        while not isinstance((message := await back.receive()).body, types.UpdatesTooLong):
            pass
        assert message.msg_id > before


async def test_too_many_waiting_updates_become_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MAX_WAITING_PUSHES", 20)
    update = types.UpdateShort(update=types.UpdateConfig(), date=1)
    async with rig() as server:
        peer = await server.agree()
        await peer.call(NEAREST)
        await server.left(peer)
        for _ in range(20):
            server.hub.push(peer.key.id, update)
        back = await server.back(peer)
        got = [body for body in await back.settle() if isinstance(body, types.UpdateShort | types.UpdatesTooLong)]
        assert got == [update] * 20
        await server.left(back)
        for _ in range(50):
            server.hub.push(peer.key.id, update)
        last = await server.back(back)
        bodies = [body for body in await last.settle() if isinstance(body, types.UpdateShort | types.UpdatesTooLong)]
        assert bodies[-1] == types.UpdatesTooLong()
        assert len(bodies) <= 21
        server.hub.push(peer.key.id, update)
        assert await last.settle() == [update]


async def test_sessions_nobody_came_back_to_are_forgotten() -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.call(NEAREST)
        for _ in range(30):
            await server.left(peer)
            peer = await server.back(peer, same_session=False)
            await peer.call(NEAREST)
        assert len(server.hub.sessions()) <= 10
