"""A session takes what the protocol allows, once, and loses nothing that it owes."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import Any

import pytest
from pyrogram.raw import functions, types
from pyrogram.raw.core import Bytes, FutureSalts, GzipPacked, Int, Message, MsgContainer, TLObject

from sandbox.wire import sessions
from sandbox.wire.messages import MSG_RESEND_REQ
from sandbox.wire.salts import Salts
from tests.sandbox.wire_rig import ClosedError, Peer, Rig, TransportFaultError, Written, rig

NEAREST = functions.help.GetNearestDc()
SLOW = functions.contacts.ResolveUsername(username="someone")


async def refused(peer: Peer) -> types.BadMsgNotification:
    notification = await peer.next(types.BadMsgNotification)
    assert isinstance(notification, types.BadMsgNotification)
    return notification


# What comes in


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


# What goes out


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


# Service messages


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


# Calls


async def test_a_call_waits_for_the_one_it_names() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.answers[type(SLOW)] = lambda _: True
        server.world.hold.clear()
        first = await peer.send(SLOW)
        second = await peer.send(functions.InvokeAfterMsg(msg_id=first, query=NEAREST))
        await peer.settle()
        assert [type(query) for query in server.world.asked] == [type(SLOW)]
        server.world.hold.set()
        assert (await peer.result(second)).country == "UZ"
        failed = await peer.call(functions.InvokeAfterMsgs(msg_ids=[first, 4], query=NEAREST))
        assert failed.error_message == "MSG_WAIT_FAILED"


async def test_packed_calls_are_read_and_long_answers_packed() -> None:
    async with rig() as server:
        peer = await server.agree()
        long = types.help.Support(phone_number="1" * 10000, user=types.UserEmpty(id=1))
        server.world.answers[functions.help.GetSupport] = lambda _: long
        await peer.settle()
        body = functions.InvokeWithLayer(layer=229, query=Written(packed(functions.help.GetSupport().write())))
        await peer.send(packed(body.write()))
        assert len(await peer.raw_receive()) < 600
        assert isinstance(server.world.asked[0], functions.help.GetSupport)
        assert (await peer.call(functions.help.GetSupport())) == long


def packed(body: bytes) -> bytes:
    return bytes(Int(GzipPacked.ID, False) + Bytes(gzip.compress(body)))


async def test_a_bomb_is_not_unpacked() -> None:
    async with rig() as server:
        peer = await server.agree()
        answer = await peer.result(await peer.send(packed(bytes(64 * 1024 * 1024))))
        assert answer.error_message.startswith("INPUT_")


async def test_vectors_and_truth_values_arrive_as_such() -> None:
    async with rig() as server:
        peer = await server.agree()
        assert list(await peer.call(functions.contacts.GetContactIDs(hash=0))) == [1, 2, 3]
        assert list(await peer.call(functions.photos.DeletePhotos(id=[]))) == [2**40, -5]
        assert await peer.call(functions.account.UpdateStatus(offline=True)) is True


@pytest.mark.parametrize(
    "query",
    [
        functions.users.GetUsers(id=[types.InputUserSelf()]),
        functions.users.GetUsers(id=[types.InputUserSelf(), types.InputUserEmpty()]),
        functions.messages.GetMessages(id=[types.InputMessageID(id=5), types.InputMessagePinned()]),
        functions.messages.GetMessages(id=[types.InputMessageID(id=n) for n in range(200)]),
        functions.messages.DeleteMessages(id=[1, 2, 3], revoke=True),
        functions.photos.DeletePhotos(id=[]),
    ],
    ids=lambda query: type(query).__name__,
)
async def test_small_objects_in_vectors_are_not_taken_for_numbers(query: TLObject[Any]) -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.call(query)
        assert server.world.asked == [query]


async def test_what_a_client_says_of_itself_reaches_the_world() -> None:
    async with rig() as server:
        peer = await server.agree()
        hello = functions.InitConnection(
            api_id=1, device_model="d", system_version="s", app_version="a", system_lang_code="en", lang_pack="",
            lang_code="uz", query=NEAREST, params=types.JsonObject(value=[]),
        )  # fmt: skip
        await peer.call(functions.InvokeWithLayer(layer=229, query=hello))
        other = await server.back(peer, same_session=False)
        await other.call(NEAREST)
        assert [caller.lang_code for caller in server.world.callers] == ["uz", "uz"]
        assert server.world.callers[0].session_id != server.world.callers[1].session_id


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (Int(0x12345678), "INPUT_METHOD_INVALID_305419896_229"),
        (types.UserEmpty(id=1).write(), f"INPUT_METHOD_INVALID_{types.UserEmpty.ID}_229"),
        (functions.messages.GetWebPage(url="x", hash=0).write()[:-4], "INPUT_FETCH_ERROR"),
        (functions.InvokeWithLayer(layer=100, query=NEAREST).write(), "CONNECTION_LAYER_INVALID"),
        (functions.messages.DeleteMessages(id=[1]).write()[:-8] + Int(2**31 - 1), "INPUT_FETCH_ERROR"),
    ],
    ids=["unknown", "no function", "truncated", "other layer", "endless vector"],
)
async def test_a_call_that_cannot_be_read_is_refused(body: bytes, error: str) -> None:
    async with rig() as server:
        peer = await server.agree()
        answer = await peer.result(await peer.send(body))
        assert (answer.error_code, answer.error_message) == (400, error)
        assert server.world.asked == []


async def test_a_bug_in_the_world_is_answered_500() -> None:
    async with rig() as server:
        peer = await server.agree()
        server.world.answers[functions.help.GetNearestDc] = lambda _: 1 / 0
        answer = await peer.call(NEAREST)
        assert (answer.error_code, answer.error_message) == (500, "INTERNAL")
