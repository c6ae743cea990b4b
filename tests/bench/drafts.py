"""How soon a draft is out after SEND was pressed, also while a broadcast goes out; how soon a session is well again."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from services.broadcasts import BroadcastState
from services.drafts import DraftTarget
from tests.bench import broadcasts
from tests.bench.extent import Extent
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Rig
from tests.e2e import casting, drafting
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.proof.arena import arena
from tests.proof.reviewers import Card, Press, Reviewers
from tests.proof.sessions import FAILURES, Failure, healing

TARGETS = 3

TOGETHER = 4
"""Drafts that go to the same channels. A channel takes a few messages at once and 20 a minute after them: more drafts
would wait for Telegram's limit, which is not what is timed."""

PATIENCE = 60.0
"""Seconds for which cards, and what is published, are waited for."""

PAUSE = 1.0
"""Seconds between two presses. Each makes some six messages and edits of the thirty that a bot has a second, and who
presses has to leave something over."""

READERS = 45
"""Of the broadcast, for each press: with what comes before and after, it must not be over before the drafts are."""

PLACES = 3
"""Failures of the session that are tried at once, in a place each: mostly they are waited for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that is to be approved."""

    card: Card
    text: str
    chats: frozenset[int]


async def presses(rig: Rig, extent: Extent) -> list[Figure]:
    """Time from a press to its answer, and to the last target's message: at rest, and while a broadcast goes out."""
    stage = rig.ours.stage
    await broadcasts.gather_readers(rig, READERS * (extent.drafts + TOGETHER))
    places = [await drafting.channels(stage, TARGETS) for _ in range(math.ceil(extent.drafts / TOGETHER))]
    reviewers = Reviewers([stage.owner], stage.scene.username)
    await reviewers.meet()
    figures = []
    for name, during in (("at rest", False), ("during a broadcast at 30/s", True)):
        answered: list[list[float]] = []
        published: list[list[float]] = []
        for run in range(extent.runs):
            await broadcasts.calm(rig)
            await broadcasts.fresh(rig)
            drafts = await _waiting(stage, reviewers, places, [f"{name} {run} {each}" for each in range(extent.drafts)])
            await broadcasts.weather(rig, broadcasts.FREE, f"drafts {run}")
            async with broadcasts.sending(rig) if during else nullcontext():
                times = await _published(rig, drafts)
                if during and (await casting.newest(stage)).state is not BroadcastState.RUNNING:
                    rig.lost.append("a broadcast was over before the drafts were: too few readers")
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


async def _waiting(
    stage: Stage, reviewers: Reviewers, places: Sequence[Sequence[DraftTarget]], texts: Sequence[str]
) -> list[Waiting]:
    """Have drafts whose cards the owner has; those that follow each other go to different channels."""
    codes: dict[str, str] = {}
    for number, targets in enumerate(places):
        some = texts[number :: len(places)]
        codes.update(zip(some, await drafting.add(stage, some, targets), strict=True))
    waiting = []
    for number, text in enumerate(texts):
        [card] = await reviewers.cards(codes[text], PATIENCE)
        waiting.append(Waiting(card, text, frozenset(target.chat for target in places[number % len(places)])))
    return waiting


async def _published(rig: Rig, drafts: Sequence[Waiting]) -> list[tuple[float, float]]:
    """Let the owner approve drafts, one each `PAUSE`. Returns the seconds to the answer and to the last target."""
    await rig.effects()
    pressed = await asyncio.gather(*(_press(rig, each.card, PAUSE * turn) for turn, each in enumerate(drafts)))
    last: dict[tuple[str, int], float] = {}
    missing = {(draft.text, chat) for draft in drafts for chat in draft.chats}

    async def all_there() -> bool:
        for line in await rig.effects():
            if line["kind"] == "message" and (line["text"], line["peer_id"]) in missing:
                last[line["text"], line["peer_id"]] = datetime.fromisoformat(line["at"]).timestamp()
        return len(last) == len(missing)

    await until(all_there, PATIENCE)
    return [
        (answered - at, max(last[draft.text, chat] for chat in draft.chats) - at)
        for (at, answered), draft in zip(pressed, drafts, strict=True)
    ]


async def _press(rig: Rig, card: Card, after: float) -> tuple[float, float]:
    """Press SEND in so many seconds. Returns when that was, and when the answer came."""
    await asyncio.sleep(after)
    asked = time.time()
    if await card.press() is not Press.ANSWERED:
        rig.lost.append("an answer to SEND")
    return asked, time.time()


async def sessions(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds until a draft that was under way is at all its targets, for each failure of the session."""
    room = asyncio.Semaphore(PLACES)
    took = await asyncio.gather(*(_healed(rig, room, failure, extent.faults) for failure in FAILURES))
    return [
        Figure(f"a draft under way: {failure.name}", "s", seconds, target=f"{failure.within:g}")
        for failure, seconds in zip(FAILURES, took, strict=True)
    ]


async def _healed(rig: Rig, room: asyncio.Semaphore, failure: Failure, times: int) -> list[float]:
    """Let it fail so often, in a place of its own."""
    took = []
    async with room, arena() as place:
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
