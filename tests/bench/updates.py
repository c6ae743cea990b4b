"""Updates per second, how long one takes, and the memory that many of them take."""

from __future__ import annotations

import asyncio
import random

from tests.bench.extent import Extent, in_turn, per_bot
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Contender, Rig, cpu_seconds, resident
from tests.e2e.evidence import MIB

TEXT = "hello"
"""What people say: no command, so that both bots answer it with one message."""


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
