"""How fast stored files are made anew, beside what the library uploads by itself, and that the memory stays flat."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Sequence
from datetime import datetime
from pathlib import Path

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.files import StoredFile
from database.processing import Job
from database.secrets import Vault
from tests.bench.extent import Extent, in_turn, per_bot
from tests.bench.figures import Figure
from tests.bench.rig import Contender, Rig, resident
from tests.e2e.evidence import MIB, forget_peak, peak, random_file, until

LATENCY = 50
"""Milliseconds added to every call."""

SMALLEST = 1024
"""Bytes."""

WITHIN = 1200.0
"""Seconds that all files of one run may take."""


async def processing(rig: Rig, extent: Extent) -> list[Figure]:
    """Bytes per second of files that are made anew and of the same files uploaded, and what that does to the memory."""
    dice = random.Random(4)
    sizes = [round(SMALLEST * (extent.largest / SMALLEST) ** dice.random()) for _ in range(extent.files - 2)]
    paths = [
        random_file(rig.folder / f"{number}.bin", size, seed=number)
        for number, size in enumerate([SMALLEST, extent.largest, *sizes])
    ]
    total = sum(path.stat().st_size for path in paths) / MIB
    await rig.ours.process.terminate()
    await rig.ours.process.start()
    async with await Database.connect(rig.database_url, rig.ours.stage.database_name) as database:
        room = database.bot(rig.ours.bot_id, Vault.from_secret("none", rig.ours.bot_id))
        stored = await _store(rig, room, paths)
        rates, grown, most = per_bot(), [], []
        await rig.sandbox.latency(LATENCY)
        for run in range(extent.runs):
            for contender in in_turn(rig, run):
                before = forget_peak(contender.pid)
                if contender is rig.ours:
                    order = room.processing.add([_job(file, run, database.clock.now()) for file in stored])
                else:
                    order = rig.say(rig.bare, [rig.ours.stage.owner.id], *(f"/upload {path}" for path in paths))
                rates[contender.name].append(total / await _taken(rig, contender, len(paths), order))
                if contender is rig.ours:
                    grown.append((resident(contender.pid) - before) / MIB)
                    most.append((peak(contender.pid) - before) / MIB)
        await rig.sandbox.latency(0)
    many = f"{extent.files} files, {total:.0f} MiB"
    return [
        Figure(f"{many}, made anew / uploaded", "MiB per second", rates["ours"], rates["bare"], "ratio"),
        Figure(f"memory, the first {many} made anew add", "MiB", grown[:1]),
        Figure(f"memory, the next {many} add, each time", "MiB", grown[1:]),
        Figure(f"memory, the most at once while {many} are made anew", "MiB", most),
    ]  # fmt: skip


async def _store(rig: Rig, room: BotDatabase, paths: Sequence[Path]) -> list[StoredFile]:
    """Let the owner post files in the storage channel. Returns what the bot knows of them."""
    owner, channel = rig.ours.stage.owner, rig.ours.stage.scene.channel_id
    posts = {(await owner.send_file(path, to=channel)).id for path in paths}

    async def known() -> list[StoredFile]:
        documents = room.files._documents.find({"bot_id": rig.ours.bot_id, "message_id": {"$in": list(posts)}})
        found = [document["unique_id"] async for document in documents]
        return list((await room.files.get_many(found)).values()) if len(found) == len(posts) else []

    return await until(known, 60)


def _job(file: StoredFile, run: int, now: datetime) -> Job:
    """A wish for another name, as the bot writes it down; each run has its own, so nothing is done already."""
    return Job(
        id=f"{run:02}{file.message_id:030}", cause=Cause(f"bench:{run}:{file.message_id}"), notice=f"bench{run}",
        unique_id=file.unique_id, storage_chat=file.storage_chat, message_id=file.message_id, by=file.stored_by,
        kind=file.kind, name=file.name, size=file.size or 0, asked_at=now, new_name=f"{run} {file.name}",
    )  # fmt: skip


async def _taken(rig: Rig, contender: Contender, files: int, order: Awaitable[None]) -> float:
    """Order files. Returns the seconds from the first part that a bot moves to the last file that it posts."""
    await rig.effects()
    before = await _parts(rig, contender)
    await order

    async def moves() -> bool:
        return await _parts(rig, contender) > before

    await until(moves, 60, every=0.05)
    began, posted = time.monotonic(), 0
    while posted < files and time.monotonic() - began < WITHIN:
        await asyncio.sleep(0.05)
        lines = await rig.effects()
        posted += sum(line["kind"] == "message" and line["from_id"] == contender.bot_id and bool(line.get("media"))
                      for line in lines)  # fmt: skip
    if posted < files:
        rig.lost.append(f"processing, {contender.name}: {posted} of {files} files were posted")
    return time.monotonic() - began


async def _parts(rig: Rig, contender: Contender) -> int:
    calls = await rig.sandbox.calls(contender.bot_id)
    return sum(count for method, count in calls.items() if method.startswith("upload."))
