"""How soon a draft is out after SEND was pressed, also while a broadcast goes out; how soon a session is well again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from services.drafts import DraftTarget
from tests.bench import broadcasts
from tests.bench.extent import Extent
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Rig
from tests.e2e import drafting
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.proof.arena import arena
from tests.proof.reviewers import Press, Reviewers
from tests.proof.sessions import FAILURES, Failure, healing

TARGETS = 3

READERS = 3_000
"""Of the broadcast, at least: it must not be over before the drafts are."""

PATIENCE = 120.0
"""Seconds for which cards, and what is published, are waited for."""

PAUSE = 0.2
"""Seconds between two presses."""


async def presses(rig: Rig, extent: Extent) -> list[Figure]:
    """Time from a press to its answer, and to the last target's message: at rest, and while a broadcast goes out."""
    await broadcasts.gather_readers(rig, READERS)
    stage = rig.ours.stage
    targets = await drafting.channels(stage, TARGETS)
    await Reviewers([stage.owner], stage.scene.username).meet()
    figures = []
    for name, during in (("at rest", False), ("during a broadcast at 30/s", True)):
        answered: list[list[float]] = []
        published: list[list[float]] = []
        for run in range(extent.runs):
            await broadcasts.weather(rig, broadcasts.FREE, f"drafts {run}")
            await broadcasts.fresh(rig)
            texts = [f"{name} {run} {number}" for number in range(extent.drafts)]
            if during:
                async with broadcasts.sending(rig):
                    times = await _published(rig, stage, targets, texts)
            else:
                times = await _published(rig, stage, targets, texts)
            answered.append([first for first, _ in times])
            published.append([last for _, last in times])
        figures += [
            _figure(f"SEND pressed to its answer, {name}", answered, 0.5),
            _figure(f"SEND pressed to its answer, {name}", answered, 0.99, "1"),
            _figure(f"SEND pressed to the last of {TARGETS} targets, {name}", published, 0.5),
            _figure(f"SEND pressed to the last of {TARGETS} targets, {name}", published, 0.99),
        ]
    await broadcasts.calm(rig)
    return figures


def _figure(what: str, runs: Sequence[Sequence[float]], share: float, target: str = "-") -> Figure:
    return Figure(
        f"{what}, p{share * 100:.0f}", "s", [percentile(each, share) for each in runs], digits=2, target=target
    )


async def _published(
    rig: Rig, stage: Stage, targets: Sequence[DraftTarget], texts: Sequence[str]
) -> list[tuple[float, float]]:
    """Let the owner approve drafts, one after the other. Returns the seconds to the answer and to the last target."""
    reviewers = Reviewers([stage.owner], stage.scene.username)
    codes = await drafting.add(stage, texts, targets)
    cards = [(await reviewers.cards(code, PATIENCE))[0] for code in codes]
    asked, answered = [], []
    for card in cards:
        asked.append(time.time())
        if await card.press() is not Press.ANSWERED:
            rig.lost.append("an answer to SEND")
        answered.append(time.time())
        await asyncio.sleep(PAUSE)
    await until(partial(_all_there, stage, targets, texts), PATIENCE)
    last = dict.fromkeys(texts, 0.0)
    for line in await stage.sent_by_bot():
        if line["text"] in last and line["peer_id"] != stage.owner.id:
            last[line["text"]] = max(last[line["text"]], datetime.fromisoformat(line["at"]).timestamp())
    return [(answer - at, last[text] - at) for at, answer, text in zip(asked, answered, texts, strict=True)]


async def _all_there(stage: Stage, targets: Sequence[DraftTarget], texts: Sequence[str]) -> bool:
    got = drafting.sends(await stage.sandbox.ledger(), stage.bot_id, targets)
    return all(got[text, target.chat] for text in texts for target in targets)


async def sessions(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds until a draft that was under way is at all its targets, for each failure of the session."""
    took = await asyncio.gather(*(_healed(rig, failure, extent.faults) for failure in FAILURES))
    return [
        Figure(f"a draft under way: {failure.name}", "s", seconds, target=f"{failure.within:g}")
        for failure, seconds in zip(FAILURES, took, strict=True)
    ]


async def _healed(rig: Rig, failure: Failure, times: int) -> list[float]:
    """Let it fail so often, in a place of its own."""
    took = []
    async with arena() as place:
        stage = await place.stage()
        try:
            bot = await stage.bot(LEASE_SECONDS="10").start()
            targets = await drafting.channels(stage, TARGETS)
            for number in range(times):
                seconds = await healing(stage, failure, targets, f"Draft {number}")
                if seconds is None:
                    rig.lost.append(f"a draft, once: {failure.name}")
                else:
                    took.append(seconds)
                await bot.ready()
        finally:
            await stage.close()
    return took
