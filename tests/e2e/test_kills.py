"""How a bot comes back: logged in once, to what was asked of it meanwhile. Kills anywhere: proof/test_kills.py."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeStage
from tests.e2e.harness import SLACK, Stage


async def store(stage: Stage, count: int) -> list[tuple[str, str]]:
    """Upload files of different content. Returns their links' codes with their SHA-256."""
    links = []
    for number in range(count):
        path = stage.folder / f"file{number}.bin"
        path.write_bytes(random.randbytes(200 + number))
        await stage.owner.send_file(path)
        answer = await stage.answer(stage.owner)
        code = next(word for word in answer.text.split() if "?start=" in word).partition("?start=")[2]
        links.append((code, hashlib.sha256(path.read_bytes()).hexdigest()))
    return links


@pytest.mark.slow
async def test_restarts_log_in_once_and_answer_what_was_sent_meanwhile(make: MakeStage) -> None:
    stage = await make()
    bot = await stage.bot().start()
    reader = await stage.reader()
    asked = []
    links = await store(stage, 10)
    for number in range(5):
        await (bot.kill() if number % 2 else bot.terminate())
        for code, digest in links[number * 2 : number * 2 + 2]:
            await reader.send(f"/start {code}")
            asked.append(digest)
        await bot.start()
        for _ in range(2):
            await stage.answer(reader, predicate=lambda message: message.media is not None)
    logins = [
        line for line in await stage.sandbox.ledger() if line["kind"] == "login" and line["from_id"] == stage.bot_id
    ]
    arrived = [line["media_sha256"] for line in await stage.sent_by_bot(reader.id) if line.get("media")]
    assert len(logins) == 1
    assert arrived == asked


async def test_a_soft_end_is_quick_and_gives_the_lease_back(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    bot = await stage.bot(LEASE_SECONDS="60").start()
    assert await bot.terminate() < 10 + SLACK
    assert bot.process
    assert bot.process.returncode == 0
    await bot.start(ready=False)
    await bot.ready(timeout=45)  # a lease that was not released would take a minute
