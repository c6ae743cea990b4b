"""What is measured: updates per second, links opened, starts, memory, calls. Each returns its lines of the table."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.people import Person
from sandbox.stage import control
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Contender, Rig, cpu_seconds, make_links, resident
from tests.e2e.harness import BotProcess, new_phone

LATENCY = 50
"""Milliseconds added to every call while links are opened."""

TEXT = "hello"
"""What people say: no command, so that both bots answer it with one message."""

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    runs: int
    people: int
    texts: int
    """Texts of each person in the measurement of throughput."""
    single: int
    """Exchanges in each measurement of one at a time."""
    rounds: int
    """Times that all readers open a link at once, per run."""
    readers: int
    thousands: int
    """Thousands of updates after which the memory is looked at again."""


FULL = Extent(runs=5, people=200, texts=20, single=400, rounds=6, readers=50, thousands=10)
QUICK = Extent(runs=2, people=100, texts=15, single=100, rounds=2, readers=50, thousands=2)


def in_turn(rig: Rig, number: int) -> list[Contender]:
    """Both bots, each first as often as the other: whatever else the machine does meets both."""
    pair: list[Contender] = [rig.ours, rig.bare]
    return pair if number % 2 == 0 else pair[::-1]


def per_bot() -> dict[str, list[float]]:
    """A list for each bot."""
    return {"ours": [], "bare": []}


# Updates


async def throughput(rig: Rig, extent: Extent) -> list[Figure]:
    """Updates per second while more come than are answered, and how long one takes when nothing else is to do."""
    rates, costs, halves, tails = per_bot(), per_bot(), per_bot(), per_bot()
    for warm in (rig.ours, rig.bare):
        await _burst(rig, warm, extent.people, 2)
    for run in range(extent.runs):
        for contender in in_turn(rig, run):
            spent = cpu_seconds(contender.pid)
            rates[contender.name].append(await _burst(rig, contender, extent.people, extent.texts))
            spent = cpu_seconds(contender.pid) - spent
            costs[contender.name].append(spent * 1000 / (extent.people * extent.texts))
        for name, times in (await _one_at_a_time(rig, extent.single)).items():
            halves[name].append(percentile(times, 0.5) * 1000)
            tails[name].append(percentile(times, 0.99) * 1000)
    return [
        Figure("updates answered", "per second", rates["ours"], rates["bare"], "ratio", "0.5", 0),
        Figure("processor time of the bot per update", "ms", costs["ours"], costs["bare"], "ratio", digits=2),
        Figure("one update, p50", "ms", halves["ours"], halves["bare"], "difference", digits=2),
        Figure("one update, p99", "ms", tails["ours"], tails["bare"], "difference", "+2", 2),
    ]


async def _burst(rig: Rig, contender: Contender, people: int, texts: int) -> float:
    """Everybody writes as fast as the server takes it. Returns answers per second from then on.

    What is answered while the server still takes is not counted: it has one core, and would be what is measured.
    """
    await rig.effects()
    before = await rig.sends(contender)
    for _ in range(texts):
        await rig.say(contender, rig.crowd[:people], TEXT)
    await rig.answered(contender, people * texts, since=before)
    found = await rig.exchanges(contender, "throughput")
    said = max(each.asked for each in found)
    later = [each.answered for each in found if each.answered and each.answered > said]
    return len(later) / (max(later) - said) if later else 0.0


async def _one_at_a_time(rig: Rig, count: int) -> dict[str, list[float]]:
    """One person at a time says something, to one bot and then to the other. Returns the seconds until each answer."""
    await rig.effects()
    before = {contender: await rig.sends(contender) for contender in (rig.ours, rig.bare)}
    chosen = random.Random(count)
    for number in range(count):
        person = chosen.choice(rig.crowd)
        for contender in in_turn(rig, number):
            await rig.say(contender, [person], TEXT)
            await asyncio.sleep(0.01)
    for contender, sends in before.items():
        await rig.answered(contender, count, since=sends)
    lines = await rig.effects()
    return {
        contender.name: [each.seconds for each in rig.matched(lines, contender, "one at a time") if each.answered]
        for contender in (rig.ours, rig.bare)
    }


# Links


async def delivery(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds from a link opened to its file received, at the reader's client."""
    readers = [await rig.people.sign_up(new_phone(), first_name=f"Reader{n}") for n in range(extent.readers)]
    alone: dict[str, list[list[float]]] = {"ours": [], "bare": []}
    crowded: dict[str, list[list[float]]] = {"ours": [], "bare": []}
    syncs: list[list[float]] = []
    await rig.sandbox.latency(LATENCY)
    for seed in range(2):
        for warm in in_turn(rig, seed):
            await _open_at_once(rig, warm, readers, seed)
    for run in range(extent.runs):
        for lists, who, rounds in ((alone, readers[:1], extent.single // 4), (crowded, readers, extent.rounds)):
            times = per_bot()
            for number in range(rounds):
                for contender in in_turn(rig, run + number):
                    times[contender.name] += await _open_at_once(rig, contender, who, run * 1000 + number)
                    await asyncio.sleep(0.01 * len(who))
            for name, list_ in lists.items():
                list_.append(times[name])
        syncs.append(await disk(rig.folder, 100))
    await rig.sandbox.latency(0)
    return [
        Figure(
            f"link opened to file received, {who}, p{round(share * 100)}",
            "ms",
            [percentile(times, share) * 1000 for times in lists["ours"]],
            [percentile(times, share) * 1000 for times in lists["bare"]],
            "ratio",
            "1.2",
        )
        for who, lists in (("alone", alone), (f"{extent.readers} at once", crowded))
        for share in (0.5, 0.99)
    ] + [
        Figure(
            f"this disk: bytes made lasting (fdatasync), p{round(share * 100)}",
            "ms",
            [percentile(times, share) * 1000 for times in syncs],
        )
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


# Starts


async def starts(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds from the command to the first answer of /readyz, with and without what an earlier start has left."""
    cold: list[float] = []
    hot: list[float] = []
    bare: list[float] = []
    folder = rig.folder / "start"
    for _ in range(extent.runs):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        scene = rig.ours.stage.scene
        environment = {**scene.environment(rig.sandbox.info), "DATA_DIR": str(folder / "data")}
        token = environment["BOT_TOKEN"] = f"{scene.token.partition(':')[0]}9:{'b' * 35}"
        await control(rig.sandbox.info, "POST", "/bots", token=token, username=f"{scene.username[:-4]}_start_bot")
        for times in (cold, hot):
            process = BotProcess(environment, folder / "bot.log")
            times.append(await _start(process))
            await process.terminate()
        await rig.bare.stop()
        bare.append(await rig.bare.start())
    return [
        Figure("start to ready, nothing there yet", "s", cold, digits=2),
        Figure("start to ready, session stored", "s", hot, bare, "", digits=2),
    ]


async def _start(process: BotProcess) -> float:
    started = time.perf_counter()
    await process.start(ready=False)
    while (await process.get("/readyz"))[0] != 200:
        assert process.process
        assert process.process.returncode is None, process.text()[-2000:]
        await asyncio.sleep(0.01)
    return time.perf_counter() - started


# Memory


async def memory(rig: Rig, extent: Extent) -> list[Figure]:
    """Resident memory of each bot when nothing happens, and what more updates add to it."""
    idle: dict[str, float] = {}
    grown = per_bot()
    await rig.ours.process.terminate()
    await rig.ours.process.start()
    await rig.bare.stop()
    await rig.bare.start()
    await asyncio.sleep(2)
    contenders: list[Contender] = [rig.ours, rig.bare]
    for contender in contenders:
        idle[contender.name] = resident(contender.pid) / MIB
        for _ in range(2):
            before = resident(contender.pid)
            for _ in range(extent.thousands):
                await _burst(rig, contender, min(len(rig.crowd), 500), 1000 // min(len(rig.crowd), 500))
            await asyncio.sleep(1)
            grown[contender.name].append((resident(contender.pid) - before) / MIB)
    many = f"{extent.thousands},000"
    return [
        Figure("memory, idle", "MiB", [idle["ours"]], [idle["bare"]]),
        Figure(f"memory, the first {many} updates add", "MiB", grown["ours"][:1], grown["bare"][:1]),
        Figure(f"memory, the next {many} updates add", "MiB", grown["ours"][1:], grown["bare"][1:]),
    ]


# Calls


async def calls(rig: Rig, extent: Extent) -> list[Figure]:
    """Calls that a link of so many plain files costs, of any kind."""
    reader = await rig.people.sign_up(new_phone(), first_name="Counting")
    figures = []
    for count, target in ((1, "1"), (50, "1"), (200, "2")):
        [code] = await make_links(rig.ours.stage, [rig.messages[:count]])
        before = await rig.sandbox.calls(rig.ours.bot_id)
        await reader.send(rig.ours.username, f"/start {code}")
        try:
            for _ in range(count):
                await reader.next_message(20, from_=rig.ours.username)
        except TimeoutError:
            rig.lost.append(f"calls: a link of {count} files did not bring them all")
        after = await rig.sandbox.calls(rig.ours.bot_id)
        spent = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
        figures.append(Figure(f"calls for a link of {count} files", "", [sum(spent.values())], target=target, digits=0))
    return figures


MEASURES: dict[str, Callable[..., object]] = {
    "throughput": throughput,
    "delivery": delivery,
    "calls": calls,
    "memory": memory,
    "starts": starts,
}
"""In the order in which they are made; the last one stops and starts the bots."""
