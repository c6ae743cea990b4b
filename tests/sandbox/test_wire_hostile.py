"""Whatever is sent to the server, it answers the next honest client, and serves nothing that was not asked."""

from __future__ import annotations

import asyncio
import os
import random
import struct

import pytest
from pyrogram.raw import functions, types
from pyrogram.raw.core import Int, MsgContainer

from sandbox.wire import connection
from sandbox.wire.transport import Intermediate
from tests.sandbox.wire_rig import TIMEOUT, ClosedError, Peer, Rig, TransportFaultError, rig

NEAREST = functions.help.GetNearestDc()
SEED = 20240607


async def serves(server: Rig) -> bool:
    """Whether a newcomer gets a key and an answer."""
    peer = await server.agree()
    answer = await peer.call(NEAREST)
    peer.close()
    return isinstance(answer, types.NearestDc)


async def rejected(peer: Peer) -> bool:
    """Whether the next thing to come is the transport error 404, and then the end."""
    with pytest.raises(TransportFaultError, match="-404"):
        await peer.raw_receive()
    with pytest.raises(ClosedError):
        await peer.raw_receive()
    return True


async def test_a_packet_with_any_bit_changed_is_not_served() -> None:
    generator = random.Random(SEED)
    async with rig() as server:
        honest = await server.agree()
        for _ in range(100):
            peer = await server.back(honest, same_session=False)
            packet = bytearray(peer.seal(NEAREST, peer.next_id(), 1))
            packet[generator.randrange(len(packet))] ^= 1 << generator.randrange(8)
            await peer.raw_send(bytes(packet))
            assert await rejected(peer)
        assert server.world.asked == []
        assert isinstance(await honest.call(NEAREST), types.NearestDc)


async def test_a_replayed_packet_is_served_once_even_on_another_connection() -> None:
    async with rig() as server:
        peer = await server.agree()
        packet = peer.seal(NEAREST, msg_id := peer.next_id(), 1)
        await peer.raw_send(packet)
        await peer.result(msg_id)
        for _ in range(5):
            thief = await server.back(peer)
            await thief.raw_send(packet)
            await thief.result(msg_id)
        assert len(server.world.asked) == 1


async def test_a_packet_of_one_session_is_none_of_another() -> None:
    """The session is inside the sealed part: another id there is another session, which starts from nothing."""
    async with rig() as server:
        peer = await server.agree()
        await peer.call(NEAREST)
        other = await server.back(peer, same_session=False)
        await other.call(functions.InvokeWithoutUpdates(query=NEAREST))
        created = {session.id for session in server.hub.sessions()}
        assert created == {int.from_bytes(each.session_id, "little", signed=True) for each in (peer, other)}


async def test_an_unknown_key_is_answered_404() -> None:
    async with rig() as server:
        peer = await server.connect()
        await peer.send(NEAREST)
        assert await rejected(peer)


@pytest.mark.parametrize("hello", [b"", b"\xef", b"\xee" * 4, b"\xdd" * 4, b"GET / HTTP/1.1\r\n\r\n"])
async def test_random_bytes_harm_nobody(hello: bytes) -> None:
    generator = random.Random(SEED)
    async with rig() as server:
        honest = await server.agree()
        for _ in range(60):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(hello + generator.randbytes(generator.choice([1, 8, 63, 64, 65, 300, 5000])))
            await asyncio.sleep(0)
            writer.transport.abort()
        assert isinstance(await honest.call(NEAREST), types.NearestDc)
        assert await serves(server)
        assert len(server.hub.connections) <= 3


async def test_framed_garbage_is_rejected() -> None:
    generator = random.Random(SEED)
    async with rig() as server:
        for _ in range(60):
            peer = await server.connect()
            body = generator.randbytes(4 * generator.randrange(2, 100))
            if generator.random() < 0.5:
                body = struct.pack("<qqi", 0, 1, max(0, len(body) - 20)) + body
            await peer.raw_send(body)
            assert await rejected(peer)
        assert await serves(server)


async def test_garbage_under_a_good_key_harms_nobody() -> None:
    """Messages that decrypt and mean nothing: random bodies, real calls cut, filled up and changed."""
    generator = random.Random(SEED)
    models = [
        functions.messages.SendMessage(peer=types.InputPeerSelf(), message="text", random_id=1).write(),
        functions.InvokeWithLayer(layer=229, query=NEAREST).write(),
        functions.messages.DeleteMessages(id=[1, 2, 3]).write(),
        types.MsgsAck(msg_ids=[1, 2, 3]).write(),
        types.MsgsStateReq(msg_ids=[1, 2, 3]).write(),
        functions.Ping(ping_id=1).write(),
        functions.RpcDropAnswer(req_msg_id=1).write(),
        MsgContainer([]).write(),
    ]
    async with rig() as server:
        peer = await server.agree()
        for _ in range(1500):
            body = bytearray(generator.choice(models))
            for _ in range(generator.randrange(4)):
                body[generator.randrange(len(body))] ^= 1 << generator.randrange(8)
            if generator.random() < 0.3:
                del body[4 * generator.randrange(1, len(body) // 4) :]
            if generator.random() < 0.2:
                body = bytearray(Int(generator.choice(list(_constructors())), False) + generator.randbytes(80))
            await peer.send(bytes(body), content=generator.random() < 0.8)
        await peer.settle()
        assert isinstance(await peer.call(NEAREST), types.NearestDc)
        assert await serves(server)


def _constructors() -> list[int]:
    from pyrogram.raw.all import objects

    return list(objects)[:400]


async def test_a_client_that_does_not_read_harms_nobody_and_gets_everything_later() -> None:
    async with rig() as server:
        body = types.upload.File(type=types.storage.FileUnknown(), mtime=0, bytes=bytes(512 * 1024))
        server.world.answers[functions.help.GetSupport] = lambda _: body
        deaf = await server.connect(Intermediate(), b"\xee" * 4)
        await deaf.exchange()
        for _ in range(100):
            deaf.writer.write(
                deaf.framing.frame(deaf.seal(functions.help.GetSupport(), deaf.next_id(), deaf.next_number()))
            )
        await asyncio.sleep(0.5)  # it has answered what it will: the rest waits until there is room
        assert await serves(server)
        session = server.hub.sessions(deaf.key.id)[0]
        assert session._unacked_bytes <= 4 * 1024 * 1024
        # and when it reads, everything arrives
        for _ in range(100):
            await deaf.next(types.RpcResult)


async def test_too_many_calls_at_once_wait_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_MAX_CALLS", 10)
    async with rig() as server:
        peer = await server.agree()
        server.world.hold.clear()
        slow = [await peer.send(functions.contacts.ResolveUsername(username=str(n))) for n in range(50)]
        async with asyncio.timeout(TIMEOUT):
            while len(server.world.asked) < 10:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.01)
        assert await serves(server)
        assert sum(hasattr(query, "username") for query in server.world.asked) == 10
        server.world.hold.set()
        for msg_id in slow:
            await peer.result(msg_id)
        names = [query.username for query in server.world.asked if hasattr(query, "username")]
        assert names == [str(n) for n in range(50)]


async def test_large_packets_keep_their_place_in_the_order() -> None:
    async with rig() as server:
        peer = await server.agree()
        part = functions.upload.SaveFilePart(file_id=1, file_part=0, bytes=os.urandom(512 * 1024))
        server.world.answers[functions.upload.SaveFilePart] = lambda _: True
        sent = []
        for _ in range(10):
            sent += [await peer.send(part), await peer.send(NEAREST)]
        for msg_id in sent:
            await peer.result(msg_id)
        kinds = [type(query).__name__ for query in server.world.asked]
        assert kinds == ["SaveFilePart", "GetNearestDc"] * 10
