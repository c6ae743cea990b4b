"""Connections that break, fall silent or are refused, and keys that lose their standing: what a client meets."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pyrogram.errors import RPCError
from pyrogram.session.session import AuthKeyNotFound

from sandbox.server import Sandbox
from tests.sandbox.faults_rig import LOST_AFTER, TOKENS, Bot, Scene, StillTime, f, name_of, scene, until


@pytest.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as stage:
        yield stage


@pytest.fixture
async def two() -> AsyncIterator[Scene]:
    async with scene(777001, 777002) as stage:
        yield stage


def links(stage: Scene, number: int) -> list[Any]:
    """The server's ends of a bot's connections."""
    keys = stage.box.api.world.accounts[number].keys
    return [session.link for key in keys for session in stage.box.hub.sessions(key)]


async def logins(stage: Scene, number: int) -> int:
    return [line["kind"] for line in stage.box.ledger.since(0) if line.get("from_id") == number].count("login")


async def reconnected(stage: Scene, bot: Bot, before: list[Any]) -> None:
    """The library has noticed that its connection is gone, and made another."""
    session: Any = bot.session
    await until(lambda: session.is_started.is_set() and not set(links(stage, bot.number)) & {None, *before})


async def test_dropped_connections_are_one_account_s_or_all(two: Scene) -> None:
    before = [links(two, number) for number in TOKENS]
    assert await two.post("/connections/drop", account=777001) == {"dropped": 1}
    first, second = two.clients
    await reconnected(two, first, before[0])
    assert links(two, 777002) == before[1]
    assert await two.post("/connections/drop", account=None) == {"dropped": 2}
    await reconnected(two, second, before[1])
    assert [await name_of(bot.state()) for bot in two.clients] == ["ok", "ok"]
    assert [await logins(two, number) for number in TOKENS] == [1, 1]


async def test_a_forgotten_key_is_told_404_and_another_login_works(two: Scene) -> None:
    first, second = two.clients
    assert await name_of(first.state()) == "ok"
    assert await two.post("/sessions/forget", account=777001) == {"keys": 1}
    receiving: Any = first.session.recv_task if first.session else None
    assert await name_of(first.say(two.ann, "never", timeout=LOST_AFTER)) == "lost"
    await until(receiving.done)
    assert isinstance(receiving.exception(), AuthKeyNotFound)
    assert await name_of(second.state()) == "ok"
    newcomer = await two.enter(777001)
    await newcomer.say(two.ann, "back")
    assert two.told() == ["back"]
    assert (await logins(two, 777001), await logins(two, 777002)) == (2, 1)


ENDINGS = ["AUTH_KEY_UNREGISTERED", "SESSION_REVOKED", "USER_DEACTIVATED", "AUTH_KEY_DUPLICATED"]


@pytest.mark.parametrize("name", ENDINGS)
async def test_a_revoked_session_is_refused_in_every_call(two: Scene, name: str) -> None:
    first, second = two.clients
    assert await two.post("/sessions/revoke", account=777001, name=name) == {"keys": 1}
    assert [await name_of(first.say(two.ann, "never")), await name_of(first.call(f.help.GetConfig()))] == [name] * 2
    assert await name_of(first.sign_in_bot(TOKENS[777001])) == name
    assert await name_of(second.state()) == "ok"
    await two.write("not heard")
    newcomer = await two.enter(777001)
    await two.write("heard")
    await newcomer.settle()
    assert (first.texts(), newcomer.texts(), two.told()) == ([], ["heard"], [])
    assert (await two.shown())["revoked"] == [{"account": 777001, "name": name}]


async def test_a_revoked_session_cannot_connect_again(stage: Scene) -> None:
    session = await stage.bot.export_session_string()
    assert await name_of(stage.enter(777001, session=session)) == "ok"
    await stage.post("/sessions/revoke", account=777001, name="SESSION_REVOKED")
    with pytest.raises(RPCError, match="SESSION_REVOKED"):
        await stage.enter(777001, session=session)


async def test_a_key_that_is_signed_out_may_sign_in_again(stage: Scene) -> None:
    assert await stage.post("/sessions/revoke", account=777001, every_call=False) == {"keys": 1}
    assert await name_of(stage.bot.state()) == "AUTH_KEY_UNREGISTERED"
    assert await name_of(stage.bot.call(f.help.GetConfig())) == "ok"
    await stage.bot.sign_in_bot(TOKENS[777001])
    assert await name_of(stage.bot.state()) == "ok"
    assert await logins(stage, 777001) == 2


async def test_what_a_key_lost_stays_lost_after_a_restart(tmp_path: Path) -> None:
    async def keys(path: Path) -> set[int]:
        async with Sandbox(path) as box:
            return box.api.world.accounts[777001].keys & set(box.hub._keys)

    for name in ("control", "forget", "revoke"):
        async with scene(state=tmp_path / name) as stage:
            if name != "control":
                await stage.post(f"/sessions/{name}", account=777001)
        assert len(await keys(tmp_path / name)) == (name == "control")


async def test_a_silent_connection_pings_and_answers_and_hears_nothing(two: Scene) -> None:
    first, second = two.clients
    start = await first.state()
    await two.write("control")
    await first.settle()
    assert await two.post("/silence", account=777001) == {"connections": 1}
    link = links(two, 777001)
    await two.write("lost")
    await two.write("heard", to=777002)
    await two.post("/updates/too_long", account=777001)
    await first.say(two.ann, "answered")
    await first.settle()
    await second.settle()
    assert (first.texts(), second.texts(), len(first.pushed)) == (["control"], ["heard"], 1)
    assert (two.told(), links(two, 777001)) == (["answered"], link)
    (shown,) = (await two.shown())["silences"]
    assert shown == {"account": 777001, "seconds": None, "answers": True, "reach": "connection", "connections": 1}
    await first.session.restart()  # type: ignore[union-attr]
    assert (await two.shown())["silences"] == []
    await two.write("after")
    await first.settle()
    assert first.texts() == ["control", "after"]
    difference = await first.difference(start)
    assert [message.message for message in difference.new_messages] == ["control", "lost", "answered", "after"]


async def test_a_silence_without_answers_loses_them_and_keeps_the_effects(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    time_ = StillTime(monkeypatch)
    await stage.post("/silence", account=777001, answers=False, seconds=5)
    assert await name_of(stage.bot.say(stage.ann, "said", timeout=LOST_AFTER)) == "lost"
    assert await name_of(stage.bot.say(stage.ann, "", timeout=LOST_AFTER)) == "lost"
    await until(lambda: stage.told() == ["said"])
    time_.now += 4.9
    assert (await stage.bot.call(f.Ping(ping_id=5))).ping_id == 5
    assert await name_of(stage.bot.call(f.updates.GetState(), LOST_AFTER)) == "lost"
    time_.now += 0.1
    assert await name_of(stage.bot.state()) == "ok"
    assert (await stage.shown())["silences"] == []


async def test_a_fault_in_silence_is_not_heard_either(stage: Scene) -> None:
    await stage.order("error", code=400, name="PEER_FLOOD")
    assert await name_of(stage.bot.state()) == "PEER_FLOOD"
    await stage.post("/silence", account=None, answers=False)
    for applied in (False, True):
        await stage.ask("DELETE", "/faults")
        await stage.order("error", code=400, name="PEER_FLOOD", applied=applied)
        assert await name_of(stage.bot.call(f.updates.GetState(), LOST_AFTER)) == "lost"


async def test_a_silent_account_stays_so_however_it_connects_until_it_is_ended(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    time_ = StillTime(monkeypatch)
    session: Any = stage.bot.session
    await stage.post("/silence", account=777001, reach="account")
    await session.restart()
    await stage.write("lost")
    await stage.bot.settle()
    assert stage.bot.texts() == []
    assert await stage.ask("DELETE", "/silence") == (200, {"ended": 1})
    await stage.write("heard")
    await stage.bot.settle()
    assert stage.bot.texts() == ["heard"]
    await stage.post("/silence", account=777001, reach="account", seconds=3)
    time_.now += 2.9
    await stage.write("lost again")
    time_.now += 0.1
    await stage.write("heard again")
    await stage.bot.settle()
    assert stage.bot.texts() == ["heard", "heard again"]


def refused(stage: Scene) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((stage.box.info.host, stage.box.info.port)) == errno.ECONNREFUSED


async def test_a_server_that_is_away_comes_back_on_its_port(stage: Scene) -> None:
    assert not refused(stage)
    before = links(stage, 777001)
    await stage.post("/away", seconds=3600)
    assert refused(stage)
    assert 3000 < (await stage.shown())["away"] <= 3600
    with socket.socket() as thief, pytest.raises(OSError, match="in use"):
        thief.bind((stage.box.info.host, stage.box.info.port))
    await stage.write("meanwhile")
    started = time.monotonic()
    await stage.post("/away", seconds=0.6)
    await reconnected(stage, stage.bot, before)
    assert time.monotonic() - started >= 0.6
    assert not refused(stage)
    assert (await stage.shown())["away"] is None
    await until(lambda: stage.bot.texts() == ["meanwhile"])
    assert await logins(stage, 777001) == 1
    await stage.post("/away", seconds=30)
    assert refused(stage)


async def test_a_server_that_is_away_can_be_stopped() -> None:
    async with scene() as stage:
        await stage.post("/away", seconds=3600)
        started = time.monotonic()
    assert time.monotonic() - started < 60
    assert refused(stage)


async def test_one_key_in_two_places_goes_unnoticed_until_it_is_ordered(stage: Scene) -> None:
    twin = await stage.enter(777001, session=await stage.bot.export_session_string())
    for bot in (stage.bot, twin, stage.bot, twin):
        assert await name_of(bot.state()) == "ok"


async def test_one_key_in_two_places_ends_it(stage: Scene) -> None:
    await stage.post("/sessions/exclusive", on=True)
    assert await name_of(stage.bot.state()) == "ok"
    twin = await stage.enter(777001, session=await stage.bot.export_session_string())
    # The one before is connected and says nothing: somebody took over, which is no harm.
    assert [await name_of(twin.state()) for _ in range(3)] == ["ok"] * 3
    assert [await name_of(bot.state()) for bot in (stage.bot, twin)] == ["AUTH_KEY_DUPLICATED"] * 2
    assert (await stage.shown())["exclusive"] == {"on": True, "duplicated": 1}
    newcomer = await stage.enter(777001)
    assert [await name_of(newcomer.state()) for _ in range(3)] == ["ok"] * 3


async def test_sessions_that_move_files_and_clients_that_come_back_are_no_twins(stage: Scene, tmp_path: Path) -> None:
    await stage.post("/sessions/exclusive", on=True)
    (tmp_path / "file").write_bytes(os.urandom(1_500_000))
    uploading = asyncio.ensure_future(stage.bot.save_file(tmp_path / "file"))
    try:
        while not uploading.done():
            assert await name_of(stage.bot.state()) == "ok"
        assert await uploading
    finally:
        uploading.cancel()
    assert len(stage.bot.media_sessions) == 1
    before = links(stage, 777001)
    await stage.post("/connections/drop", account=777001)
    await reconnected(stage, stage.bot, before)
    assert await name_of(stage.bot.state()) == "ok"
    # Somebody takes over and goes again: the one before may speak.
    twin = await stage.enter(777001, session=await stage.bot.export_session_string())
    assert await name_of(twin.state()) == "ok"
    before = links(stage, 777001)
    await twin.close()
    await until(lambda: links(stage, 777001) != before)
    assert await name_of(stage.bot.state()) == "ok"
    assert (await stage.shown())["exclusive"]["duplicated"] == 0
