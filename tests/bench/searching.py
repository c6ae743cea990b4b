"""How fast a large store is searched and counted, how much of what is misspelt is found, and what that costs."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bson import Timestamp

from database.bots import BotDatabase
from database.codes import LinkKind, new_code
from database.connection import Database
from database.secrets import Vault
from tests.bench.extent import Extent
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Rig, cpu_seconds, resident
from tests.bench.titles import make_titles, misspelt
from tests.e2e.evidence import MIB

AT_ONCE = 2_000
"""Documents of one insert."""

ASKERS = 4
"""People who ask by turns: none of them is too fast."""

FIRST = 5
"""Results among which a title is to be."""


async def search(rig: Rig, extent: Extent) -> list[Figure]:
    """Misspelt questions over many titles: how many are answered right, how fast, and what the catalogue takes."""
    titles = make_titles(extent.titles, seed=1)
    await _restart(rig)
    empty = resident(rig.ours.pid)
    async with await Database.connect(rig.database_url, rig.ours.stage.database_name) as database:
        await insert(database, "links", _links(rig, titles))
    await _restart(rig)
    read = await _first_answer(rig, titles[0])
    taken = resident(rig.ours.pid) - empty
    dice = random.Random(2)
    asked = [(title, misspelt(title, dice)) for title in dice.sample(titles, extent.questions)]
    for number in range(ASKERS):
        await _ask(rig, number, "/search")  # whoever writes for the first time is written down, which is another matter
    found, times, spent = 0, [], cpu_seconds(rig.ours.pid)
    for number, (title, text) in enumerate(asked):
        lines, seconds = await _ask(rig, number, f"/search {text}")
        times.append(seconds * 1000)
        found += any(title in line for line in lines[:FIRST])
    spent = cpu_seconds(rig.ours.pid) - spent
    many = f"{extent.titles:,} titles"
    return [
        Figure(f"misspelt questions over {many}, found in the first {FIRST}", "", [found / len(asked)], digits=3,
               target="0.95"),
        Figure(f"/search over {many}, question to answer, p50", "ms", [percentile(times, 0.5)]),
        Figure(f"/search over {many}, question to answer, p99", "ms", [percentile(times, 0.99)], target="200"),
        Figure("processor time of the bot per question", "ms", [spent * 1000 / len(asked)]),
        Figure(f"memory, a catalogue of {many} adds", "MiB", [taken / MIB]),
        Figure(f"start to the first answer out of {many}", "s", [read]),
    ]  # fmt: skip


async def stats(rig: Rig, extent: Extent) -> list[Figure]:
    """How long /stats takes where many people opened links very often."""
    dice = random.Random(3)
    await rig.ours.process.terminate()
    async with await Database.connect(rig.database_url, rig.ours.stage.database_name) as database:
        now = database.clock.now()
        await insert(database, "users", _users(rig, extent.users, now, dice))
        await insert(database, "uses", _uses(rig, extent.uses, now, dice))
        await rig.ours.process.start()
        tallied = await _tallied(database.bot(rig.ours.bot_id, Vault.from_secret("none", rig.ours.bot_id)), extent.uses)
    owner = rig.ours.stage.owner
    times = []
    for run in range(extent.runs):
        if run:
            await _restart(rig)  # the numbers are kept for a minute
        asked = time.monotonic()
        await owner.send("/stats", to=rig.ours.username)
        await owner.next_message(60, from_=rig.ours.username, predicate=lambda message: "1." in str(message.text))
        times.append(time.monotonic() - asked)
        await owner.next_message(90, from_=rig.ours.username, predicate=lambda message: message.photo is not None)
    many = f"{extent.users:,} users, {extent.uses:,} uses"
    return [
        Figure(f"/stats, {many}, its text", "s", times, digits=2, target="2"),
        Figure(f"tallying {extent.uses:,} uses after an upgrade", "s", [tallied]),
    ]


async def _tallied(room: BotDatabase, uses: int) -> float:
    """Wait until so many uses are counted. Returns the seconds that took."""
    began = time.monotonic()
    while await room.tallies.total() < uses:
        assert time.monotonic() - began < 900, "uses are not tallied"
        await asyncio.sleep(0.2)
    return time.monotonic() - began


async def _restart(rig: Rig) -> None:
    await rig.ours.process.terminate()
    await rig.ours.process.start()


async def _first_answer(rig: Rig, title: str) -> float:
    """Ask at once after a start. Returns the seconds until the answer: the catalogue is read by then."""
    _, seconds = await _ask(rig, 0, f"/search {title}")
    return seconds


async def _ask(rig: Rig, number: int, text: str) -> tuple[list[str], float]:
    """Let the next of the crowd ask. Returns the lines that were found, and the seconds by the server's clock."""
    await rig.effects()
    before = await rig.sends(rig.ours)
    await rig.say(rig.ours, [rig.crowd[number % ASKERS]], text)
    await rig.answered(rig.ours, 1, since=before)
    lines = await rig.effects()
    [exchange] = rig.matched(lines, rig.ours, "search")
    [answer] = [line for line in lines if line["kind"] == "message" and line["from_id"] == rig.ours.bot_id]
    return [line for line in answer["text"].splitlines() if " · " in line], exchange.seconds


async def insert(database: Database, collection: str, documents: Iterator[dict[str, Any]]) -> None:
    """Put documents in as they are: through the verbs this would take an hour."""
    while part := list(islice(documents, AT_ONCE)):
        await database._database[collection].insert_many(part, ordered=False)


def _links(rig: Rig, titles: Iterable[str]) -> Iterator[dict[str, Any]]:
    bot_id, chat = rig.ours.bot_id, rig.ours.stage.scene.channel_id
    for number, title in enumerate(titles):
        code, cause = new_code(LinkKind.FILE), f"bench:title:{number}"
        yield {
            "_id": f"{bot_id}:{code}", "bot_id": bot_id, "code": code, "kind": "f", "storage_chat": chat,
            "items": [{"unique_id": f"title{number}", "message_id": rig.messages[0], "group": None}],
            "content": cause, "cause": cause, "origin": cause, "answered": [cause], "created_by": 1,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC), "changed": Timestamp(1_700_000_000, number + 1),
            "expires_at": None, "use_limit": None, "protect": None, "title": title, "tags": [], "listed": True,
        }  # fmt: skip


def _users(rig: Rig, count: int, now: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    bot_id = rig.ours.bot_id
    for number in range(count):
        first = now - timedelta(days=dice.uniform(0, 90))
        last = first + (now - first) * dice.random()
        yield {
            "_id": f"{bot_id}:bench{number}", "bot_id": bot_id, "user_id": 10**9 + number, "first_name": "A",
            "first_seen": first, "last_seen": last,
        }  # fmt: skip


def _uses(rig: Rig, count: int, now: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    bot_id, codes = rig.ours.bot_id, rig.ours.codes
    for number in range(count):
        code, cause = codes[int(len(codes) * dice.random() ** 3)], f"bench:{number}"
        yield {
            "_id": f"{bot_id}:{code}:{cause}", "bot_id": bot_id, "code": code, "cause": cause, "by": number,
            "at": now - timedelta(minutes=10) - timedelta(days=dice.uniform(0, 45)),
        }  # fmt: skip
