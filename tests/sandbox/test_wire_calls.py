"""Calls are read as they were written, whatever they are packed in, and refused by the right name."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from pyrogram.raw import functions, types
from pyrogram.raw.core import Bytes, GzipPacked, Int, TLObject

from tests.sandbox.wire_rig import Written, rig

NEAREST = functions.help.GetNearestDc()
SLOW = functions.contacts.ResolveUsername(username="someone")


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
