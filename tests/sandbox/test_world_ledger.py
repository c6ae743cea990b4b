"""The record of effects, and what outlives the process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.errors import RpcError
from sandbox.ledger import Ledger
from sandbox.world.state import State, StateInUseError
from tests.sandbox.test_world_bots import press
from tests.sandbox.test_world_edits import keyboard, pair
from tests.sandbox.world_rig import Rig, f, t


async def test_a_line_tells_the_whole_effect(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await (await rig.person("20002")).say(bot, "/start")
    await ann.say(bot, "/start abc", random_id=77)
    reply = t.InputReplyToMessage(reply_to_msg_id=2)
    await bot.say(ann, "hello", random_id=-5, reply_markup=keyboard(), reply_to=reply)
    [first, second] = rig.lines("message")[1:]
    assert first == {
        "seq": 7, "at": "2027-01-15T08:00:00.000000+00:00", "kind": "message", "from_id": ann.id, "peer_id": bot.id,
        "message_id": 1, "receiver_message_id": 2, "random_id": 77, "text": "/start abc",
    }  # fmt: skip
    assert second == {
        "seq": 8, "at": "2027-01-15T08:00:00.000000+00:00", "kind": "message", "from_id": bot.id, "peer_id": ann.id,
        "message_id": 3, "receiver_message_id": 2, "random_id": -5, "text": "hello", "buttons": ["ok"], "reply_to": 2,
    }  # fmt: skip


async def test_numbers_go_on_after_a_restart(rig: Rig) -> None:
    await pair(rig)
    before = rig.ledger.last_seq
    rig.reopen()
    await rig.person("20001")
    assert [line["seq"] for line in rig.lines()] == list(range(1, before + 2))
    assert [line["kind"] for line in rig.ledger.since(before)] == ["login"]
    assert rig.ledger.since(before + 1) == []


async def test_a_refused_call_leaves_no_line(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    before = rig.ledger.last_seq
    for text in ("", "x" * 5000):
        with pytest.raises(RpcError):
            await ann.say(bot, text)
    assert rig.ledger.last_seq == before


def test_a_torn_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b'{"seq":1,"kind":"a"}\n{"seq":2,"ki')
    ledger = Ledger(path)
    ledger.append([ledger.encode(2, {"kind": "b"})])
    assert [line["kind"] for line in ledger.since(0)] == ["a", "b"]
    ledger.close()


async def test_a_line_that_a_kill_swallowed_is_written_at_the_next_start(rig: Rig) -> None:
    await pair(rig)
    whole = rig.lines()
    rig.close()
    path = rig.directory / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    rig.open()
    assert rig.lines() == whole


async def test_nobody_is_told_before_the_effect_is_on_disk(rig: Rig) -> None:
    ann, bot = await pair(rig)
    seen: list[object] = []
    deliver = rig._push

    def push(key: int, updates: object) -> None:
        seen.append(rig.ledger.since(0)[-1]["text"])
        seen.append(rig.state._db.in_transaction)
        deliver(key, updates)

    rig.api.world._push = push
    await bot.say(ann, "on disk")
    assert seen == ["on disk", False]


async def test_a_press_is_on_disk_before_the_bot_hears_of_it(rig: Rig) -> None:
    ann, bot = await pair(rig)
    rig.api.world.limits.callback_seconds = 0.01
    task = press(ann, bot)
    while not bot.received(t.UpdateBotCallbackQuery):
        assert not rig.lines("callback_query")
        await asyncio.sleep(0)
    assert len(rig.lines("callback_query")) == 1
    task.cancel()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests/sandbox"]
from world_rig import Rig

async def main():
    rig = Rig(Path(sys.argv[1]))
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    while True:
        result = await bot.say(ann, "x")
        os.write(1, b"%d\\n" % result.id)

asyncio.run(main())
"""


def test_nothing_that_was_answered_is_lost_at_a_kill(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), root], stdout=subprocess.PIPE)
    assert process.stdout is not None
    answered = [int(process.stdout.readline()) for _ in range(200)]
    os.kill(process.pid, signal.SIGKILL)
    answered += [int(line) for line in process.stdout.read().splitlines() if line]
    process.wait()
    rig = Rig(tmp_path)
    lines = rig.lines("message")
    kept = [line["message_id"] for line in lines if line["text"] == "x"]
    stored = rig.state.one("SELECT COUNT(*) FROM messages WHERE text = 'x'")
    assert kept[: len(answered)] == answered
    assert stored == (len(kept),)
    assert [line["seq"] for line in rig.lines()] == list(range(1, len(rig.lines()) + 1))
    rig.close()


async def test_calls_are_counted_by_account_and_method(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await bot(f.updates.GetState())
    await bot(f.updates.GetState())
    assert rig.api.calls[bot.id, "updates.GetState"] == 2
    assert rig.api.calls[ann.id, "messages.SendMessage"] == 1


async def test_a_state_has_one_server(rig: Rig) -> None:
    with pytest.raises(StateInUseError, match="in use"):
        State(rig.directory)
