"""Connecting: told to wait, nobody tries again before its time, and one connection that broke is made anew once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pyrogram.client
import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait
from pyrogram.session import Session
from pyrogram.session.session import SessionState

from client import calls as calls_module
from client.calls import Calls, MustWait
from client.gates import Gates
from client.session import CONNECTING, ObedientSession, obey_when_connecting
from tests.client.virtual import elapsed, virtual
from tests.sandbox.faults_rig import scene, until

UNREAD = 60
"""Packets in which the library alone sees an attack: 30 in a row."""

PING = raw.functions.Ping(ping_id=1)


def opening() -> Any:
    query = raw.functions.InitConnection(
        api_id=1, device_model="", system_version="", app_version="", system_lang_code="", lang_pack="", lang_code="",
        query=raw.functions.help.GetConfig(),
    )  # fmt: skip
    return raw.functions.InvokeWithLayer(layer=1, query=query)


class Wire:
    """Stands for everything below: notes what is sent, and answers what it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[Any] = []
        self.answer: Any = "config"
        monkeypatch.setattr(Session, "send", self.send)
        monkeypatch.setattr(calls_module, "time", SimpleNamespace(monotonic=elapsed))

    async def send(self, data: Any, *_: Any) -> Any:
        self.sent.append(data)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def session_of(client: Any) -> Any:
    session: Any = ObedientSession.__new__(ObedientSession)
    session.client = client
    session._must_stay_stopped = False
    return session


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def a_bot() -> Any:
    async def send(*_: Any) -> None:
        raise AssertionError

    calls = Calls(send)
    calls.gates = Gates(now=elapsed)
    return SimpleNamespace(calls=calls, put_off=None)


@virtual
async def test_a_wait_for_connecting_is_obeyed(wire: Wire) -> None:
    bot = a_bot()
    session = session_of(bot)
    wire.answer = FloodWait(3600)
    with pytest.raises(FloodWait):
        await session.send(opening())
    assert isinstance(bot.put_off, MustWait)
    assert bot.put_off.after == pytest.approx(3600)
    assert session._must_stay_stopped, "the library does not try again by itself"
    assert bot.calls.gates.wait(CONNECTING, None) == pytest.approx(3600)
    again = session_of(bot)
    with pytest.raises(ConnectionError):
        await again.send(opening())
    assert again._must_stay_stopped
    assert len(wire.sent) == 1, "no request before its time"


@virtual
async def test_what_is_open_connects(wire: Wire) -> None:
    bot = a_bot()
    bot.calls.gates.close("messages.sendMessage", 1, 3600)
    session = session_of(bot)
    assert await session.send(opening()) == "config"
    assert await session.send(PING) == "config"
    assert bot.put_off is None
    assert await session_of(SimpleNamespace()).send(opening()) == "config", "a client that has no gates"


@virtual
async def test_a_bot_that_is_closed_as_a_whole_does_not_connect(wire: Wire) -> None:
    bot = a_bot()
    bot.calls.gates.restore((None, None), 60)
    session = session_of(bot)
    with pytest.raises(ConnectionError):
        await session.send(opening())
    assert bot.put_off.after == pytest.approx(60)
    assert await session.send(PING) == "config"
    assert wire.sent == [PING]


def test_the_library_makes_such_sessions() -> None:
    obey_when_connecting()
    assert pyrogram.client.Session is ObedientSession


async def connected_again(monkeypatch: pytest.MonkeyPatch, kind: type[Session]) -> tuple[int, int]:
    """Connect anew while much is unread: how many connections that takes, and how many replies come over them."""
    monkeypatch.setattr(pyrogram.client, "Session", kind)
    made = 0

    async def connected(*_: Any) -> None:
        nonlocal made
        made += 1

    async with scene() as stage:
        session: Any = stage.bot.session
        unread: list[bytes] = []
        handle = session.handle_packet

        async def late(packet: bytes) -> None:
            """As in a busy loop: most is not looked at before the connection ends, the last of it while it ends."""
            if session.state is SessionState.STARTED:
                unread.append(packet)
                place = len(unread)
                await until(lambda: session.state is not SessionState.STARTED)
                if place <= UNREAD:
                    return
            await handle(packet)

        session.handle_packet = late
        replies = [asyncio.create_task(stage.bot.state()) for _ in range(UNREAD + 5)]
        await until(lambda: len(unread) == UNREAD + 5)
        session.handle_packet = handle
        stage.bot.connect_handler = connected
        await session.restart()
        await asyncio.sleep(0.5)  # for those that the library has ordered
        await asyncio.wait(replies, timeout=1)
        came = sum(reply.done() and not reply.exception() for reply in replies)
        for reply in replies:
            reply.cancel()
    return made, came


async def test_a_reconnect_under_load_is_one_connection_and_brings_the_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await connected_again(monkeypatch, ObedientSession) == (1, UNREAD + 5)
    made, came = await connected_again(monkeypatch, Session)
    assert made > 1, "the library alone"
    assert came < UNREAD
