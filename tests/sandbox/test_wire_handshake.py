"""A key is agreed with clients old and new, and with nobody who breaks the exchange."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrogram.crypto.prime import CURRENT_DH_PRIME
from pyrogram.raw import functions, types

from sandbox.wire.handshake import Handshake, HandshakeError
from tests.sandbox.wire_rig import ClosedError, TransportFaultError, client_dh, dh_request, rig, server_key

NONCE, NEW_NONCE = 12345, -(2**250)
FILLING = {41, 42, 43, 49, 50, 51}
"""Where the second request has bytes that mean nothing: they fill up p and q to words."""


@pytest.mark.parametrize("modern", [False, True], ids=["SHA-1 padding", "RSA_PAD"])
@pytest.mark.parametrize("dc", [None, 2, -2, 10002])
async def test_a_key_is_agreed_and_works(modern: bool, dc: int | None) -> None:
    async with rig() as server:
        peer = await server.connect()
        await peer.exchange(modern=modern, dc=dc)
        assert server.hub.key(peer.key.id) == peer.key
        answer = await peer.call(functions.help.GetNearestDc())
        assert answer.country == "UZ"


async def test_the_salt_of_the_exchange_is_accepted_at_once() -> None:
    async with rig() as server:
        peer = await server.agree()
        await peer.send(functions.Ping(ping_id=7), content=False)
        assert isinstance((await peer.receive()).body, types.NewSessionCreated)
        assert (await peer.receive()).body.ping_id == 7


async def test_another_data_centre_is_refused_with_444() -> None:
    async with rig() as server:
        peer = await server.connect()
        with pytest.raises(TransportFaultError, match="-444"):
            await peer.exchange(modern=True, dc=4)
        with pytest.raises(ClosedError):
            await peer.raw_receive()


async def test_only_the_exchange_goes_unencrypted() -> None:
    async with rig() as server:
        peer = await server.connect()
        with pytest.raises(TransportFaultError, match="-404"):
            await peer.plain(functions.help.GetConfig())
        assert server.world.asked == []


class Script:
    """The exchange, step by step, without a network."""

    def __init__(self) -> None:
        self.server = Handshake(server_key(), 2)
        offer, _ = self.server.answer(functions.ReqPqMulti(nonce=NONCE).write())
        assert isinstance(offer, types.ResPQ)
        self.offer = offer
        self.request, self.keys = dh_request(offer, NONCE, NEW_NONCE, modern=False)

    def second(self) -> types.ServerDHParamsOk:
        params, _ = self.server.answer(self.request.write())
        assert isinstance(params, types.ServerDHParamsOk)
        return params

    def third(self, **changes: Any) -> functions.SetClientDHParams:
        return client_dh(self.second(), self.keys, NEW_NONCE, 2**2000 + 77, **changes)[0]


def test_the_script_agrees_when_nothing_is_wrong() -> None:
    script = Script()
    done, agreed = script.server.answer(script.third().write())
    assert isinstance(done, types.DhGenOk)
    assert agreed is not None


@settings(max_examples=60, deadline=None)
@given(position=st.integers(4, 319).filter(lambda at: at not in FILLING), bit=st.integers(0, 7))
def test_a_changed_second_request_is_refused(position: int, bit: int) -> None:
    script = Script()
    body = bytearray(script.request.write())
    assert len(body) == 320
    body[position] ^= 1 << bit
    with pytest.raises(HandshakeError):
        script.server.answer(bytes(body))


@settings(max_examples=60, deadline=None)
@given(position=st.integers(4, 400), bit=st.integers(0, 7))
def test_a_changed_last_request_makes_no_key(position: int, bit: int) -> None:
    script = Script()
    body = bytearray(script.third().write())
    position %= len(body)
    body[position] ^= 1 << bit
    with pytest.raises(HandshakeError):
        script.server.answer(bytes(body))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(HandshakeError):
        Handshake(server_key(), 2).answer(body)


@pytest.mark.parametrize("g_b", [1, 2**100, CURRENT_DH_PRIME - 1, CURRENT_DH_PRIME - 5])
def test_a_weak_g_b_is_refused(g_b: int) -> None:
    script = Script()
    with pytest.raises(HandshakeError, match="range"):
        script.server.answer(script.third(g_b=g_b.to_bytes(256, "big")).write())


def test_a_step_out_of_order_is_refused() -> None:
    script = Script()
    third = script.third()
    with pytest.raises(HandshakeError):
        Handshake(server_key(), 2).answer(script.request.write())
    fresh = Script()
    with pytest.raises(HandshakeError):
        fresh.server.answer(third.write())
    script.server.answer(third.write())
    with pytest.raises(HandshakeError):
        script.server.answer(third.write())


def test_wrong_factors_and_an_unknown_server_key_are_refused() -> None:
    script = Script()
    script.request.p, script.request.q = script.request.q, script.request.p
    with pytest.raises(HandshakeError):
        script.second()
    script = Script()
    script.request.public_key_fingerprint += 1
    with pytest.raises(HandshakeError):
        script.second()
    script = Script()
    script.request.encrypted_data = os.urandom(256)
    with pytest.raises(HandshakeError):
        script.second()
