"""How long a link takes from being opened to its file, what the disk has in it, and the calls that it costs."""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import replace
from pathlib import Path

from sandbox.people import Person
from tests.bench.extent import Extent, in_turn, per_bot
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Contender, Rig, make_links
from tests.e2e.harness import new_phone

LATENCY = 50
"""Milliseconds added to every call while links are opened."""

LENT = 47 * 3600
"""Seconds after which what is lent is deleted: long after it was measured."""


async def delivery(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds from a link opened to its file received, at the reader's client; and what the disk has in it."""
    syncs: list[list[float]] = []
    figures = await _deliveries(rig, extent, "link", syncs)
    return figures + [
        Figure(
            f"this disk: bytes made lasting (fdatasync), p{round(share * 100)}",
            "ms",
            [percentile(times, share) * 1000 for times in syncs],
        )
        for share in (0.5, 0.99)
    ]


async def lending(rig: Rig, extent: Extent) -> list[Figure]:
    """The same for links whose files are deleted again, which costs two writes and a notice; and the calls of one."""
    codes = await make_links(rig.ours.stage, [[message] for message in rig.messages], auto_delete=LENT)
    lent = replace(rig, ours=replace(rig.ours, codes=codes))
    figures = await _deliveries(lent, extent, "link with auto-delete")
    reader = await rig.people.sign_up(new_phone(), first_name="Counting")
    spent = await _calls_of(rig, reader, codes[0], messages=2)
    return [*figures, Figure("calls for a link of 1 file with auto-delete", "", [spent], target="2", digits=0)]


async def _deliveries(
    rig: Rig, extent: Extent, what: str, syncs: list[list[float]] | None = None
) -> list[Figure]:  # fmt: skip
    """Time both bots in turn, one reader alone and all of them at once."""
    readers = [await rig.people.sign_up(new_phone(), first_name=f"Reader{n}") for n in range(extent.readers)]
    alone: dict[str, list[list[float]]] = {"ours": [], "bare": []}
    crowded: dict[str, list[list[float]]] = {"ours": [], "bare": []}
    await rig.sandbox.latency(LATENCY)
    for seed in range(2):
        for warm in in_turn(rig, seed):
            await _open_at_once(rig, warm, readers, seed)
    for run in range(extent.runs):
        for lists, at_once, rounds in ((alone, 1, extent.single // 4), (crowded, len(readers), extent.rounds)):
            times = per_bot()
            for number in range(rounds):
                first = number % (len(readers) - at_once + 1)  # in turn: who opens eight a second is slowed down
                who = readers[first : first + at_once]
                for contender in in_turn(rig, run + number):
                    times[contender.name] += await _open_at_once(rig, contender, who, run * 1000 + number)
                    await asyncio.sleep(0.01 * len(who))
            for name, list_ in lists.items():
                list_.append(times[name])
        if syncs is not None:
            syncs.append(await disk(rig.folder, 100))
    await rig.sandbox.latency(0)
    return [
        Figure(
            f"{what} opened to file received, {who}, p{round(share * 100)}",
            "ms",
            [percentile(times, share) * 1000 for times in lists["ours"]],
            [percentile(times, share) * 1000 for times in lists["bare"]],
            "ratio",
            "1.2",
        )
        for who, lists in (("alone", alone), (f"{extent.readers} at once", crowded))
        for share in (0.5, 0.99)
    ]


async def disk(folder: Path, count: int) -> list[float]:
    """Seconds that the disk takes to keep a few bytes: what a link's use waits for before its file is sent."""
    times = []
    number = os.open(folder / "disk", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    try:
        for _ in range(count):
            os.write(number, b"x" * 200)
            started = time.perf_counter()
            os.fdatasync(number)
            times.append(time.perf_counter() - started)
            await asyncio.sleep(0.01)
    finally:
        os.close(number)
    return times


async def _open_at_once(rig: Rig, contender: Contender, readers: list[Person], seed: int) -> list[float]:
    """Each reader opens a link of their own. Returns the seconds that each waited; what never came is noted."""
    chosen = random.Random(seed).sample(range(len(rig.messages)), len(readers))
    times = await asyncio.gather(
        *(_open(contender, reader, number) for reader, number in zip(readers, chosen, strict=True))
    )
    missing = sum(each is None for each in times)
    if missing:
        rig.lost.append(f"links, {contender.name}: {missing} files never came")
    return [each for each in times if each is not None]


async def _open(contender: Contender, reader: Person, number: int) -> float | None:
    started = time.perf_counter()
    await reader.send(contender.username, f"/start {contender.payload(number)}")
    try:
        await reader.next_message(20, predicate=lambda message: message.media is not None)
    except TimeoutError:
        return None
    return time.perf_counter() - started


async def calls(rig: Rig, extent: Extent) -> list[Figure]:
    """Calls that a link of so many plain files costs, of any kind."""
    reader = await rig.people.sign_up(new_phone(), first_name="Counting")
    figures = []
    for count, target in ((1, "1"), (50, "1"), (200, "2")):
        [code] = await make_links(rig.ours.stage, [rig.messages[:count]])
        spent = await _calls_of(rig, reader, code, messages=count)
        figures.append(Figure(f"calls for a link of {count} files", "", [spent], target=target, digits=0))
    return figures


async def _calls_of(rig: Rig, reader: Person, code: str, *, messages: int) -> int:
    """Open a link, wait for so many messages, and return how many calls they cost."""
    before = await rig.sandbox.calls(rig.ours.bot_id)
    await reader.send(rig.ours.username, f"/start {code}")
    try:
        for _ in range(messages):
            await reader.next_message(20, from_=rig.ours.username)
    except TimeoutError:
        rig.lost.append(f"calls: a link did not bring its {messages} messages")
    after = await rig.sandbox.calls(rig.ours.bot_id)
    return sum(after[name] - before.get(name, 0) for name in after)
