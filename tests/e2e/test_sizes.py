"""Files of every size arrive as they were sent, and pass the bot by: it moves no bytes and its memory stays flat."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.e2e.evidence import MIB, forget_peak, peak, random_file, sha256
from tests.e2e.harness import Stage
from tests.e2e.words import code_in

ALLOWED = 64 * MIB
"""Bytes that the bot may take beyond its idle size."""

TRANSFER = 240
"""Seconds that the biggest file may take on a busy machine."""


@pytest.mark.parametrize("size", [1, 10 * MIB + 1, pytest.param(200 * MIB, marks=pytest.mark.slow)])
async def test_a_file_of_any_size_arrives_as_it_was_sent(stage: Stage, tmp_path: Path, size: int) -> None:
    path = random_file(tmp_path / f"of {size} bytes.bin", size, seed=size)
    process = stage.bots[0].process
    assert process
    reader = await stage.reader()
    await reader.send("/start")
    await stage.answer(reader)
    idle = forget_peak(process.pid)

    await stage.owner.send_file(path)
    stored = await stage.answer(stage.owner, TRANSFER)
    await reader.start_bot(stage.scene.username, code_in(stored))
    got = await stage.answer(reader, TRANSFER)
    copy = await reader.download(got, tmp_path / "copy")

    assert copy.stat().st_size == size
    assert sha256(copy) == sha256(path)
    assert peak(process.pid) - idle < ALLOWED


async def test_the_bot_moves_no_bytes_of_a_file_itself(stage: Stage, tmp_path: Path) -> None:
    path = random_file(tmp_path / "moved.bin", MIB, seed=7)
    await stage.owner.send_file(path)
    code = code_in(await stage.answer(stage.owner))
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    await reader.download(await stage.answer(reader), tmp_path / "copy")

    def transfers(calls: dict[str, int]) -> set[str]:
        return {method for method in calls if method.startswith("upload.")}

    assert transfers(await stage.sandbox.calls(stage.owner.id))  # they are counted where they happen
    assert transfers(await stage.sandbox.calls(reader.id))
    assert not transfers(await stage.sandbox.calls(stage.bot_id))


async def test_control_a_file_read_whole_would_show(tmp_path: Path) -> None:
    path = random_file(tmp_path / "whole.bin", 80 * MIB, seed=3)
    program = (
        f"print('idle', flush=True); input(); open({str(path)!r}, 'rb').read(); print('read', flush=True); input()"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdin
    assert child.stdout
    assert await child.stdout.readline() == b"idle\n"
    idle = forget_peak(child.pid)
    child.stdin.write(b"\n")
    assert await child.stdout.readline() == b"read\n"
    assert peak(child.pid) - idle > ALLOWED
    child.stdin.write(b"\n")
    assert await child.wait() == 0
