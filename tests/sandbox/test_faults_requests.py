"""Requests and replies that are lost, late or refused, as a real client meets them; and that nothing else is."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pyrogram import errors
from pyrogram.crypto import mtproto
from pyrogram.session.session import Result

from sandbox import control
from sandbox.faults import routes as trouble
from sandbox.server import Sandbox
from tests.sandbox.faults_rig import LOST_AFTER, Bot, Scene, StillTime, f, name_of, scene, t, until

SEND = "messages.SendMessage"


@pytest.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as stage:
        yield stage


async def outcomes(bot: Bot, times: int) -> list[str]:
    return [await name_of(bot.state()) for _ in range(times)]


async def test_nothing_strikes_when_nothing_is_ordered(stage: Scene) -> None:
    for number in range(20):
        await stage.bot.say(stage.ann, f"n{number}")
    await stage.write(*[f"to {number}" for number in range(20)])
    await stage.bot.settle()
    assert stage.told("n") == [f"n{number}" for number in range(20)]
    assert stage.bot.texts() == [f"to {number}" for number in range(20)]
    shown = await stage.shown()
    assert (shown["faults"], shown["silences"], shown["away"], shown["revoked"]) == ([], [], None, [])
    assert await stage.ask("GET", "/faults/strikes") == (200, [])


async def test_a_dropped_request_is_not_applied_and_not_answered(stage: Scene) -> None:
    fault = await stage.order("drop_request", method=SEND, count=1)
    assert await name_of(stage.bot.say(stage.ann, "first", timeout=LOST_AFTER)) == "lost"
    assert await name_of(stage.bot.say(stage.ann, "second")) == "ok"
    assert stage.told() == ["second"]
    assert await stage.counts(fault) == (2, 1)


async def test_a_dropped_reply_leaves_the_effect_and_asking_again_finds_it(stage: Scene) -> None:
    fault = await stage.order("drop_reply", method=SEND, count=1)
    assert await name_of(stage.bot.say(stage.ann, "once", random_id=7, timeout=LOST_AFTER)) == "lost"
    await until(lambda: stage.told() == ["once"])
    again = await stage.bot.say(stage.ann, "once", random_id=7)
    assert stage.told() == ["once"]
    assert (await stage.bot.say(stage.ann, "next")).id == again.id + 1
    assert await stage.counts(fault) == (3, 1)


async def test_a_dropped_reply_stays_dropped_when_the_message_is_sent_again(stage: Scene) -> None:
    session: Any = stage.bot.session
    peer = t.InputPeerUser(user_id=stage.ann, access_hash=0)

    async def send_twice(text: str) -> bool:
        query = f.messages.SendMessage(peer=peer, message=text, random_id=hash(text))
        message = await session.msg_factory.create(query)
        result = session.results[message.msg_id] = Result()
        for _ in range(2):
            packed = mtproto.pack(message, session.salt, session.session_id, session.auth_key, session.auth_key_id)
            await session.connection.send(packed)
            await until(lambda: text in stage.told())
            await stage.bot.settle()
        del session.results[message.msg_id]
        return result.event.is_set()

    assert await send_twice("control")
    await stage.order("drop_reply", method=SEND)
    assert not await send_twice("lost")
    assert stage.told() == ["control", "lost"]


async def test_the_reply_to_a_refused_call_can_be_lost_too(stage: Scene) -> None:
    assert await name_of(stage.bot.say(stage.ann, "")) == "MESSAGE_EMPTY"
    await stage.order("drop_reply", method=SEND)
    assert await name_of(stage.bot.say(stage.ann, "", timeout=LOST_AFTER)) == "lost"


async def test_a_delay_comes_before_or_after_the_effect(stage: Scene) -> None:
    async def timed(text: str) -> tuple[float, float]:
        """The least seconds of three calls to their effect, and from there to their answer: one of them is quick."""
        times = []
        for number in range(3):
            began = datetime.now(UTC)
            await stage.bot.say(stage.ann, f"{text} {number}")
            answered = datetime.now(UTC)
            applied = datetime.fromisoformat(str(stage.box.ledger.since(0)[-1]["at"]))
            times.append(((applied - began).total_seconds(), (answered - applied).total_seconds()))
        before, after = zip(*times, strict=True)
        return min(before), min(after)

    assert max(await timed("control")) < 0.3
    fault = await stage.order("delay", method=SEND, milliseconds=300)
    before, after = await timed("late")
    assert after < 0.29 < before
    await stage.ask("DELETE", f"/faults/{fault}")
    await stage.order("delay", method=SEND, range=[300, 400], applied=True)
    before, after = await timed("early")
    assert before < 0.29 < after


ERRORS: list[tuple[dict[str, Any], type[errors.RPCError], set[int] | None]] = [
    ({"code": 420, "name": "FLOOD_WAIT_n", "range": [3, 5]}, errors.FloodWait, {3, 4, 5}),
    ({"code": 420, "name": "FLOOD_WAIT_3600"}, errors.FloodWait, {3600}),
    ({"code": 420, "name": "FLOOD_PREMIUM_WAIT_n", "range": [9, 9]}, errors.FloodPremiumWait, {9}),
    ({"code": 420, "name": "SLOWMODE_WAIT_n", "range": [1, 60]}, errors.SlowmodeWait, set(range(1, 61))),
    ({"code": 500, "name": "RANDOM_ID_DUPLICATE"}, errors.RandomIdDuplicate, None),
    ({"code": 500, "name": "WORKER_BUSY_TOO_LONG_RETRY"}, errors.InternalServerError, None),
    ({"code": 406, "name": "AUTH_KEY_DUPLICATED"}, errors.AuthKeyDuplicated, None),
    ({"code": 401, "name": "SESSION_REVOKED"}, errors.SessionRevoked, None),
    ({"code": 400, "name": "FILE_REFERENCE_EXPIRED"}, errors.FileReferenceExpired, None),
    ({"code": 403, "name": "CHAT_WRITE_FORBIDDEN"}, errors.ChatWriteForbidden, None),
    ({"code": -503, "name": "Timeout"}, errors.ServiceUnavailable, None),
]


async def test_an_error_of_any_code_and_name_is_told_and_nothing_is_applied(stage: Scene) -> None:
    for order, kind, values in ERRORS:
        await stage.order("error", method=SEND, count=1, **order)
        with pytest.raises(kind) as raised:
            await stage.bot.say(stage.ann, "never")
        assert values is None or raised.value.value in values, order
    assert await name_of(stage.bot.say(stage.ann, "at last")) == "ok"
    assert stage.told() == ["at last"]
    assert await stage.ask("DELETE", "/faults") == (200, {"cancelled": len(ERRORS)})


async def test_an_error_can_hide_an_effect(stage: Scene) -> None:
    await stage.order("error", method=SEND, code=500, name="TIMEOUT", applied=True, count=1)
    assert await name_of(stage.bot.say(stage.ann, "once", random_id=7)) == "TIMEOUT"
    assert stage.told() == ["once"]
    assert await name_of(stage.bot.say(stage.ann, "once", random_id=7)) == "ok"
    assert stage.told() == ["once"]


async def test_a_fault_strikes_only_what_it_names() -> None:
    async with scene(777001, 777002) as stage:
        first, second = stage.clients
        (bob,) = (await stage.post("/people", count=1, first_name="Bob"))["ids"]
        await stage.write("/start", who=bob)
        error = {"code": 400, "name": "PEER_FLOOD"}
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            "state of the first": first.state,
            "first to Ann": lambda: first.say(stage.ann, "x"),
            "first to Bob": lambda: first.say(bob, "x"),
            "second to Ann": lambda: second.say(stage.ann, "x"),
        }

        async def struck(**which: Any) -> set[str]:
            fault = await stage.order("error", **which, **error)
            names = {name for name, call in calls.items() if await name_of(call()) == "PEER_FLOOD"}
            assert (await stage.counts(fault))[1] == len(names)
            await stage.ask("DELETE", f"/faults/{fault}")
            return names

        assert await struck() == set(calls)
        assert await struck(method=SEND) == set(calls) - {"state of the first"}
        assert await struck(method="messages.sendmessage") == set(calls) - {"state of the first"}
        assert await struck(method="updates.*") == {"state of the first"}
        assert await struck(account=777002) == {"second to Ann"}
        assert await struck(chat=bob) == {"first to Bob"}
        assert await struck(method="messages.*", account=777001, chat=stage.ann) == {"first to Ann"}
        assert await struck(method="messages.EditMessage") == set()
        assert await struck(account=1, count=None, probability=None, method=None, chat=None) == set()


async def test_a_channel_is_named_as_bots_write_it() -> None:
    async with scene() as stage:
        fault = await stage.order("error", chat=-1002200000001, code=403, name="CHAT_WRITE_FORBIDDEN")
        for channel_id, outcome in ((2200000001, "CHAT_WRITE_FORBIDDEN"), (2200000002, "CHANNEL_INVALID")):
            peer = t.InputPeerChannel(channel_id=channel_id, access_hash=0)
            call = stage.bot.call(f.messages.SendMessage(peer=peer, message="x", random_id=1))
            assert await name_of(call) == outcome
        assert await stage.counts(fault) == (1, 1)


async def test_a_login_is_struck_by_the_number_of_its_token() -> None:
    async with scene() as stage:
        await stage.order(
            "error", method="auth.ImportBotAuthorization", account=777002, code=420, name="FLOOD_WAIT_n",
            range=[1600, 3100],
        )  # fmt: skip
        assert await name_of(stage.enter(777001)) == "ok"
        with pytest.raises(errors.FloodWait) as raised:
            await stage.enter(777002)
        assert isinstance(raised.value.value, int)
        assert 1600 <= raised.value.value <= 3100


async def test_the_same_seed_strikes_the_same(stage: Scene) -> None:
    async def pattern(seed: int) -> tuple[list[str], list[str]]:
        fault = await stage.order(
            "error", method="updates.GetState", probability=0.4, code=420, name="FLOOD_WAIT_n", range=[1, 99], seed=seed
        )
        names = await outcomes(stage.bot, 40)
        _, strikes = await stage.ask("GET", "/faults/strikes")
        assert (await stage.counts(fault)) == (40, names.count("FLOOD_WAIT_X"))
        await stage.ask("DELETE", f"/faults/{fault}")
        return names, [strike["error"] for strike in strikes if strike["fault"] == fault]

    first, again, other = await pattern(7), await pattern(7), await pattern(8)
    assert first == again
    assert first != other
    assert 4 <= first[0].count("FLOOD_WAIT_X") <= 28
    assert len(set(first[1])) > 3
    assert await outcomes(stage.bot, 40) == ["ok"] * 40


async def test_a_fault_without_a_seed_says_which_it_took(stage: Scene) -> None:
    for seed in (None, 5):
        shown = await stage.post("/faults", kind="error", code=500, name="TIMEOUT", probability=0.5, seed=seed)
        assert isinstance(shown["seed"], int)
        assert seed is None or shown["seed"] == seed


async def test_a_chance_of_nothing_never_strikes(stage: Scene) -> None:
    fault = await stage.order("drop_request", probability=0)
    assert await outcomes(stage.bot, 30) == ["ok"] * 30
    assert await stage.counts(fault) == (30, 0)


async def test_delays_add_up_and_the_first_that_decides_does(stage: Scene) -> None:
    await stage.order("delay", milliseconds=150)
    await stage.order("delay", milliseconds=150)
    deciding = await stage.order("error", code=400, name="PEER_FLOOD", count=1)
    later = await stage.order("error", code=403, name="CHAT_WRITE_FORBIDDEN")
    started = time.monotonic()
    assert await name_of(stage.bot.state()) == "PEER_FLOOD"
    assert time.monotonic() - started >= 0.3
    assert await name_of(stage.bot.state()) == "CHAT_WRITE_FORBIDDEN"
    assert (await stage.counts(deciding), await stage.counts(later)) == ((2, 1), (1, 1))


async def test_a_wait_can_close_what_it_names_until_it_is_over(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    time_ = StillTime(monkeypatch)
    (bob,) = (await stage.post("/people", count=1, first_name="Bob"))["ids"]
    await stage.write("/start", who=bob)
    order = {"code": 420, "name": "FLOOD_WAIT_n", "range": [9, 9], "count": 1, "closes": "chat"}
    fault = await stage.order("error", method=SEND, **order)
    assert await name_of(stage.bot.say(stage.ann, "too soon")) == "FLOOD_WAIT_X"
    time_.now += 8.9
    assert await name_of(stage.bot.say(stage.ann, "too soon")) == "FLOOD_WAIT_X"
    assert await name_of(stage.bot.say(bob, "open")) == "ok"
    time_.now += 0.1
    assert await name_of(stage.bot.say(stage.ann, "in time")) == "ok"
    (shown,) = [each for each in (await stage.shown())["faults"] if each["id"] == fault]
    assert (shown["matched"], shown["struck"], shown["early"]) == (4, 1, 1)
    _, strikes = await stage.ask("GET", "/faults/strikes")
    assert [strike["early"] for strike in strikes] == [False, True]
    assert stage.told() == ["open", "in time"]


async def test_a_part_of_an_upload_can_be_struck(stage: Scene, tmp_path: Path) -> None:
    part = f.upload.SaveFilePart(file_id=1, file_part=0, bytes=b"x")
    assert await name_of(stage.bot.call(part)) == "ok"
    await stage.order("error", method="upload.*", code=420, name="FLOOD_PREMIUM_WAIT_n", range=[2, 2])
    assert await name_of(stage.bot.call(part)) == "FLOOD_PREMIUM_WAIT_X"


async def test_strikes_are_told_in_order(stage: Scene) -> None:
    fault = await stage.order("error", method=SEND, code=420, name="FLOOD_WAIT_n", range=[3, 3])
    await stage.order("delay", milliseconds=1)
    await name_of(stage.bot.say(stage.ann, "x"))
    await stage.bot.state()
    _, strikes = await stage.ask("GET", "/faults/strikes")
    assert [strike["seq"] for strike in strikes] == [1, 2]
    assert datetime.fromisoformat(strikes[0]["sent"]) <= datetime.fromisoformat(strikes[0]["at"])
    assert strikes[0] | {"at": "", "sent": ""} == {
        "seq": 1, "at": "", "fault": fault, "kind": "error", "method": SEND, "account": 777001, "chat": stage.ann,
        "error": "FLOOD_WAIT_3", "early": False, "sent": "",
    }  # fmt: skip
    assert strikes[1]["milliseconds"] == 1
    assert await stage.ask("GET", "/faults/strikes?since=1") == (200, strikes[1:])
    assert (await stage.ask("GET", "/faults/strikes?since=x"))[0] == 400


async def test_faults_are_gone_after_a_restart(tmp_path: Path) -> None:
    async with Sandbox(tmp_path) as box:
        stage = Scene(box, None)  # type: ignore[arg-type]
        async with aiohttp.ClientSession(box.info.control) as stage.http:
            await stage.order("drop_request")
            await stage.post("/limits/differences", slice=3)
            assert len((await stage.shown())["faults"]) == 1
    async with Sandbox(tmp_path) as box:
        stage = Scene(box, None)  # type: ignore[arg-type]
        async with aiohttp.ClientSession(box.info.control) as stage.http:
            shown = await stage.shown()
            assert (shown["faults"], shown["differences"]["slice"]) == ([], 1000)


NONSENSE: list[tuple[str, object, str]] = [
    ("/faults", {}, "kind"),
    ("/faults", {"kind": "storm"}, "kind"),
    ("/faults", {"kind": ["delay"]}, "kind"),
    ("/faults", {"kind": "drop_request", "metod": "x"}, "metod"),
    ("/faults", {"kind": "drop_request", "code": 400}, "code"),
    ("/faults", {"kind": "drop_request", "method": 5}, "method"),
    ("/faults", {"kind": "drop_request", "method": ""}, "method"),
    ("/faults", {"kind": "drop_request", "account": "me"}, "account"),
    ("/faults", {"kind": "drop_request", "chat": 1.5}, "chat"),
    ("/faults", {"kind": "drop_request", "count": 0}, "count"),
    ("/faults", {"kind": "drop_request", "count": True}, "count"),
    ("/faults", {"kind": "drop_request", "probability": 1.1}, "probability"),
    ("/faults", {"kind": "drop_request", "probability": float("nan")}, "probability"),
    ("/faults", {"kind": "drop_request", "seed": "x"}, "seed"),
    ("/faults", {"kind": "delay"}, "milliseconds"),
    ("/faults", {"kind": "delay", "milliseconds": -1}, "milliseconds"),
    ("/faults", {"kind": "delay", "milliseconds": 1, "range": [1, 2]}, "either"),
    ("/faults", {"kind": "delay", "range": [2, 1]}, "range"),
    ("/faults", {"kind": "delay", "range": [1]}, "range"),
    ("/faults", {"kind": "error", "name": "X"}, "code"),
    ("/faults", {"kind": "error", "code": 0, "name": "X"}, "code"),
    ("/faults", {"kind": "error", "code": 400}, "name"),
    ("/faults", {"kind": "error", "code": 420, "name": "FLOOD_WAIT_n"}, "range"),
    ("/faults", {"kind": "error", "code": 420, "name": "FLOOD_WAIT_5", "range": [1, 2]}, "range"),
    ("/faults", {"kind": "error", "code": 400, "name": "X", "closes": "chat"}, "closes"),
    ("/faults", {"kind": "error", "code": 420, "name": "X_n", "range": [1, 2], "closes": "door"}, "closes"),
    ("/faults", {"kind": "error", "code": 400, "name": "X", "applied": 1}, "applied"),
    ("/faults", {"kind": "reorder_updates"}, "window"),
    ("/faults", {"kind": "reorder_updates", "window": 1}, "window"),
    ("/faults", [], "object"),
    ("/updates/too_long", {}, "account"),
    ("/updates/too_long", {"account": 4}, "there is no account 4"),
    ("/updates/too_long", {"account": 777001, "chat": 1}, "chat"),
    ("/updates/channel_too_long", {"account": 777001}, "channel"),
    ("/updates/channel_too_long", {"account": 777001, "channel": -1002200000009}, "there is no channel"),
    ("/updates/raw", {"account": 777001, "updates": "x"}, "list"),
    ("/updates/raw", {"account": 777001, "updates": ["="]}, "base64"),
    ("/updates/raw", {"account": 777001, "updates": ["eA=="], "numbered": True}, "updates"),
    ("/limits/differences", {"slice": 0}, "slice"),
    ("/limits/differences", {"size": 5}, "size"),
    ("/connections/drop", {}, "account"),
    ("/connections/drop", {"account": 4}, "there is no account 4"),
    ("/sessions/forget", {"account": None}, "account"),
    ("/sessions/revoke", {"account": 777001, "name": "X"}, "name"),
    ("/sessions/revoke", {"account": 777001, "name": "SESSION_REVOKED", "every_call": False}, "every_call"),
    ("/sessions/exclusive", {"on": "yes"}, "on"),
    ("/silence", {"seconds": 5}, "account"),
    ("/silence", {"account": None, "seconds": -1}, "seconds"),
    ("/silence", {"account": None, "reach": "world"}, "reach"),
    ("/silence", {"account": None, "answers": "no"}, "answers"),
    ("/away", {}, "seconds"),
    ("/away", {"seconds": None}, "seconds"),
]


async def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(stage: Scene) -> None:
    before = await stage.shown()
    for path, body, why in NONSENSE:
        status, answer = await stage.ask("POST", path, body)
        assert (status, why in answer["error"]) == (400, True), (path, body, answer)
    for path in ("/faults/9", "/faults/x", "/faults/-1"):
        assert (await stage.ask("DELETE", path))[0] == 400, path
    assert await stage.shown() == before
    assert await outcomes(stage.bot, 3) == ["ok"] * 3


def test_every_route_is_in_the_developers_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    named = [(route.method, route.path) for table in (control.routes, trouble.routes) for route in table]  # type: ignore[attr-defined]
    assert len(named) > 20
    missing = [f"{method} {path}" for method, path in named if f"`{method} {path.replace('{id}', '<id>')}" not in guide]
    assert missing == []
