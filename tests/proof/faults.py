"""Proof that each fault, alone and together with any other, is healed within its stated time with nothing lost."""

from __future__ import annotations

import asyncio
import itertools
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from database.connection import Database
from tests.bench.figures import percentile
from tests.database.mongo import raw
from tests.e2e.evidence import logins
from tests.e2e.harness import Stage
from tests.proof.arena import Arena, arena
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.readers import Readers, Verdict
from tests.proof.trouble import FAULTS, Fault, Target

READERS = 4
PACE = (0.3, 1.2)
"""Seconds between two questions of one reader."""

LONGER = 60.0
"""Seconds beyond the stated time for which a recovery is waited for, to tell how late it came."""

LANES = 8
"""Arenas side by side: a bot that waits costs nothing."""

LOGIN_AGE = timedelta(days=1)
"""How long ago the bot is made to have logged in: one that did just now must wait before it may again."""


@dataclass(frozen=True)
class Trial:
    """What came of some faults at once."""

    faults: tuple[Fault, ...]
    seconds: float | None
    """Until every reader was served again; None when one was not."""
    verdict: Verdict
    logins: int
    told: bool = False
    """Whether the owner was told once of each post."""
    struck: bool = False
    """Whether each fault has met something."""
    trouble: str = ""
    """What nobody had foreseen."""

    @property
    def name(self) -> str:
        """What went wrong."""
        return " + ".join(fault.name for fault in self.faults)

    @property
    def within(self) -> float:
        """The time that is stated: of several, one after the other."""
        return sum(fault.within for fault in self.faults)

    @property
    def in_time(self) -> bool:
        """Whether it was healed within that."""
        return self.seconds is not None and self.seconds <= self.within

    @property
    def holds(self) -> bool:
        """Whether it was healed in time, nothing lost, doubled or disordered, and no login but for a dead session."""
        wanted = int(any(fault.ends_session for fault in self.faults))
        return self.in_time and self.verdict.holds and self.told and self.struck and self.logins <= wanted

    def __str__(self) -> str:
        took = "never healed" if self.seconds is None else f"healed after {self.seconds:.1f} s"
        marks = [
            f"{took}, stated {self.within:g} s",
            f"{self.verdict.missing} missing, {self.verdict.doubled} doubled",
            f"{self.verdict.in_order} of {self.verdict.readers} in order",
            f"{self.logins} logins",
            *([] if self.told else ["the owner was not told once of a post"]),
            *([] if self.struck else ["a fault met nothing"]),
        ]
        return f"{self.name}: {', '.join(marks)}\n{self.trouble}".rstrip()


@dataclass(frozen=True)
class Control:
    """A fault that is not healed as it should be without a protection, and how that shows."""

    fault: str
    weaken: str
    shows: Callable[[Trial], bool]


CONTROLS = (
    Control("updates stop, all else goes on", "watch", lambda trial: not trial.in_time),
    Control("the session is forgotten (-404)", "watch", lambda trial: not trial.in_time),
    Control(
        "the session is forgotten while replies are awaited", "random-ids", lambda trial: trial.verdict.doubled > 0
    ),
)


async def attempt(place: Arena, stage: Stage, links: dict[str, str], faults: tuple[Fault, ...], seed: str) -> Trial:
    """Let it all go wrong at once while readers ask on, and see how long it takes until all of them are served."""
    await age_logins(stage)
    before = await logins(stage)
    readers = await Readers.of(stage, READERS, links, seed=seed, pace=PACE)
    target = Target(place, stage, readers)
    async with readers:
        now = time.time()
        while not await served(readers, target, now):
            assert time.time() < now + LONGER, "the readers are not served before anything goes wrong"
        moments = [await fault.begin(target) for fault in faults if not fault.lasts]
        moments += await asyncio.gather(*(fault.begin(target) for fault in faults if fault.lasts))
        now = time.time()
        patience = sum(fault.within for fault in faults) + LONGER
        while not (at := await served(readers, target, now)) and time.time() < now + patience:
            pass
    await readers.settle(LONGER)
    told = await told_of(stage, target.posted)
    since = max([*moments, *(target.struck[number] for number in target.pushes)])
    await target.cancel()
    return Trial(
        faults,
        max([at, *itertools.chain(*told.values())]) - since if at else None,
        readers.verdict(),
        await logins(stage) - before,
        all(len(each) == 1 for each in told.values()),
        all(target.struck.values()),
    )


async def served(readers: Readers, target: Target, moment: float) -> float | None:
    """When each reader had what they asked for first after this moment and after all has struck; None: not yet."""
    await asyncio.sleep(0.1)
    await readers.look()
    struck = await target.look()
    if not all(struck.values()):
        return None
    return readers.served_since(target.asked_last or max([moment, *struck.values()]))


async def told_of(stage: Stage, names: Iterable[str]) -> dict[str, list[float]]:
    """When the owner was told of each file that was posted."""
    lines = await stage.sent_by_bot(stage.owner.id)
    return {
        name: [datetime.fromisoformat(line["at"]).timestamp() for line in lines if name in (line["text"] or "")]
        for name in names
    }


async def age_logins(stage: Stage) -> None:
    """Let the bot's logins be long ago, as they are for a bot that serves for a day before anything goes wrong."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        older = {"$map": {"input": "$logins", "in": {"$subtract": ["$$this", round(LOGIN_AGE.total_seconds() * 1000)]}}}
        await raw(database)["sessions"].update_many({}, [{"$set": {"logins": older}}])


async def lane(todo: deque[tuple[Fault, ...]], seed: int, weaken: str) -> list[Trial]:
    """Try one after the other in an arena of one's own, with one bot for as long as all is well."""
    made: list[Trial] = []
    async with arena() as place:
        stage: Stage | None = None
        links: dict[str, str] = {}
        while todo:
            faults = todo.popleft()
            try:
                if stage is None:
                    stage = await place.stage()
                    await stage.bot(*(["--weaken", weaken] if weaken else []), LEASE_SECONDS="10").start()
                    links = dict(await links_of(stage, 4, seed))
                made.append(await attempt(place, stage, links, faults, f"{seed} {len(made)}"))
            except Exception:  # noqa: BLE001 - the proof tells whatever nobody had foreseen
                made.append(Trial(faults, None, Verdict(0, 0, 0, 0, 0), 0, trouble=traceback.format_exc()))
            if stage and not made[-1].holds:
                await stage.close()
                stage = None
        if stage:
            await stage.close()
    return made


async def trials(todo: Iterable[tuple[Fault, ...]], seed: int, *, lanes: int = LANES, weaken: str = "") -> list[Trial]:
    """Try all of these, several at a time. Returns what came of them in the order of their names."""
    longest_first = deque(sorted(todo, key=lambda faults: -sum(fault.within for fault in faults)))
    lanes = min(lanes, len(longest_first))
    made = await asyncio.gather(*(lane(longest_first, seed * 100 + number, weaken) for number in range(lanes)))
    return sorted(itertools.chain(*made), key=lambda trial: trial.name)


def table(made: Sequence[Trial]) -> str:
    """How long each took to be healed, beside the time that is stated."""
    lines = ["| what goes wrong | n | p50, s | most, s | stated, s |", "| --- | --- | --- | --- | --- |"]
    for name, group in itertools.groupby(made, key=lambda trial: trial.name):
        same = list(group)
        took = [trial.seconds for trial in same if trial.seconds is not None]
        figures = f"{percentile(took, 0.5):.1f} | {max(took):.1f}" if len(took) == len(same) else "never | never"
        lines.append(f"| {name} | {len(same)} | {figures} | {same[0].within:g} |")
    return "\n".join(lines)


def finding(name: str, made: Sequence[Trial], seed: int, began: float, control: Control | None = None) -> Finding:
    """Add them up, and say what is not as it should be."""
    for trial in made:
        if not trial.holds and not control:
            print(trial)
    return Finding(
        name,
        seed,
        sum(trial.verdict.expected for trial in made),
        sum(trial.verdict.missing for trial in made),
        sum(trial.verdict.doubled for trial in made),
        {
            "healed in time": f"{sum(trial.in_time for trial in made)} of {len(made)}",
            "logins": sum(trial.logins for trial in made),
        },
        holds=not all(map(control.shows, made)) if control else all(trial.holds for trial in made),
        control=control is not None,
        seconds=time.monotonic() - began,
    )


def pairs() -> list[tuple[Fault, ...]]:
    """Each two of those that are paired; a session ends once."""
    return [
        pair
        for pair in itertools.combinations([fault for fault in FAULTS if fault.paired], 2)
        if not all(fault.ends_session for fault in pair)
    ]


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Each fault alone, all pairs, and what becomes of them with the healing off."""
    del place  # nobody else may suffer: each lane has an arena of its own
    began = time.monotonic()
    alone = await trials([(fault,) for fault in FAULTS] * (1 if quick else 5), seed)
    print(table(alone))
    yield finding(f"{len(FAULTS)} faults, each alone", alone, seed, began)
    began = time.monotonic()
    together = pairs()[:: 15 if quick else 1]
    both = await trials(together, seed)
    print(table(both))
    yield finding(f"{len(together)} pairs of faults", both, seed, began)
    began = time.monotonic()
    by_name = {fault.name: fault for fault in FAULTS}
    weak = await asyncio.gather(
        *(trials([(by_name[control.fault],)], seed, weaken=control.weaken) for control in CONTROLS)
    )
    for control, made in zip(CONTROLS, weak, strict=True):
        yield finding(f"{control.fault}, without {control.weaken}", made, seed, began, control)
