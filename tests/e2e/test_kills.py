"""Nothing lost, nothing doubled: links are opened while the bot is killed, and the ledger says what arrived."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.people import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import SLACK, BotProcess, Stage

LATENCY = 120
"""Milliseconds added to every call, so that kills meet work in flight."""

LONG_LATENCY = 900
"""Milliseconds with which an update is in hand for longer than its arrival takes to be written down."""


@dataclass
class Outcome:
    """What each reader asked for and what the ledger says they got, in order."""

    asked: dict[int, list[str]]
    arrived: dict[int, list[str]]

    @property
    def missing(self) -> int:
        return sum(max(0, len(asked) - len(set_of(self.arrived[who]))) for who, asked in self.asked.items())

    @property
    def doubled(self) -> int:
        return sum(len(got) - len(set_of(got)) for got in self.arrived.values())


def set_of(messages: list[str]) -> set[str]:
    return set(messages)


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


async def open_links(stage: Stage, reader: Person, links: list[tuple[str, str]], order: list[int], pace: float) -> None:
    """Open links one after the other, in a reader's rhythm."""
    for number in order:
        await reader.send(f"/start {links[number][0]}")
        await asyncio.sleep(random.uniform(0, pace))


async def kill_at_random(bot: BotProcess, times: int, stop: asyncio.Event) -> None:
    """Kill the bot and start it again, at moments that nobody chose."""
    for _ in range(times):
        await asyncio.sleep(random.uniform(0.4, 1.5))
        await bot.kill()
        await bot.start(ready=False)
        await bot.ready()
    stop.set()


async def under_kills(
    make: MakeStage,
    *arguments: str,
    seed: int,
    readers: int = 5,
    links: int = 12,
    kills: int = 5,
) -> Outcome:
    """Each reader opens every link once, in an order of their own, while the bot is killed."""
    random.seed(seed)
    stage = await make()
    bot = await stage.bot(*arguments).start()
    stored = await store(stage, links)
    everybody = [await stage.reader(f"Reader{number}") for number in range(readers)]
    orders = {reader.id: random.sample(range(links), links) for reader in everybody}
    await stage.sandbox.latency(LATENCY)
    try:
        over = asyncio.Event()
        killer = asyncio.create_task(kill_at_random(bot, kills, over))
        # about as long as the kills take, so that each meets readers who wait
        await asyncio.gather(
            *(open_links(stage, each, stored, orders[each.id], kills * 6 / links) for each in everybody)
        )
        await killer
        await settled(stage, {each.id for each in everybody}, links * readers)
    finally:
        await stage.sandbox.latency(0)
    hashes = [digest for _, digest in stored]
    asked = {who: [hashes[number] for number in order] for who, order in orders.items()}
    arrived = {
        who: [line["media_sha256"] for line in await stage.sent_by_bot(who) if line.get("media")] for who in asked
    }
    return Outcome(asked, arrived)


async def settled(stage: Stage, who: set[int], expected: int, kind: str = "media") -> None:
    """Wait until as many messages of a kind arrived as were asked for, or nothing has come for six seconds."""
    before, quiet = -1, 0
    while quiet < 6:
        now = sum(line["peer_id"] in who and bool(line.get(kind)) for line in await stage.sent_by_bot())
        quiet = quiet + 1 if now == before else 0
        before = now
        if now >= expected and quiet >= 2:
            return
        await asyncio.sleep(1)


@pytest.mark.slow
async def test_every_opened_link_delivers_once_and_in_order_through_five_kills(make: MakeStage) -> None:
    outcome = await under_kills(make, seed=11)
    assert outcome.arrived == outcome.asked


@pytest.mark.slow
async def test_control_with_any_random_ids_kills_double_deliveries(make: MakeStage) -> None:
    outcome = await under_kills(make, "--weaken", "random-ids", seed=12, kills=3)
    assert outcome.missing == 0
    assert outcome.doubled > 0


async def interrupted(make: MakeStage, *arguments: str, rounds: int = 3, admins: int = 4) -> Outcome:
    """All admins send a file at once, and the bot is killed between its copy to the storage channel and its answer."""
    stage = await make()
    everybody = [await stage.reader(f"Admin{number}") for number in range(admins)]
    settings = {"ADMINS": " ".join(str(each.id) for each in everybody)}
    bot = await stage.bot(*arguments, **settings).start()
    asked: dict[int, list[str]] = {each.id: [] for each in everybody}
    for number in range(rounds):
        await stage.sandbox.latency(LONG_LATENCY)
        try:
            await asyncio.gather(*(send_unique(stage, each, number, asked) for each in everybody))
            await asyncio.sleep(LONG_LATENCY / 2000)  # written down by now, and not answered yet
            await bot.kill()
        finally:
            await stage.sandbox.latency(0)
        await bot.start()
    await settled(stage, set(asked), rounds * admins, kind="text")
    arrived = {
        who: [
            name
            for line in await stage.sent_by_bot(who)
            for name in re.findall(r"kept-\d+-\d+\.bin", line["text"] or "")
        ]
        for who in asked
    }
    return Outcome(asked, arrived)


async def send_unique(stage: Stage, admin: Person, number: int, asked: dict[int, list[str]]) -> None:
    """Send a file that nobody else sends, and note its name."""
    path = stage.folder / f"kept-{admin.id}-{number}.bin"
    path.write_bytes(random.randbytes(300))
    asked[admin.id].append(path.name)
    await admin.send_file(path)


@pytest.mark.slow
async def test_who_sent_a_file_before_a_kill_is_answered_once(make: MakeStage) -> None:
    outcome = await interrupted(make)
    assert outcome.arrived == outcome.asked


@pytest.mark.slow
async def test_control_with_arrivals_written_down_kills_lose_answers(make: MakeStage) -> None:
    outcome = await interrupted(make, "--weaken", "arrivals")
    assert outcome.missing > 0


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
