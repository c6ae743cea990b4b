"""Proof that the bot ends within ten seconds of a signal, at any moment, and that nothing is lost or doubled by it."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.stage import control
from tests.e2e.evidence import logins
from tests.e2e.harness import BotProcess, Stage
from tests.proof.findings import Finding, middle_and_most
from tests.proof.frozen import state_of
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.mongo_proxy import MongoProxy, Side, mongo_proxy
from tests.proof.readers import Readers, Verdict

WITHIN = 10.0
"""Seconds that an end may take, from the first signal."""

LATENCY = 120
"""Milliseconds added to every call, so that the signal meets work in flight."""

VANISH = {"drop_request": 0.03, "drop_reply": 0.02}
"""Shares of the deliveries that get no answer: what is in hand then outlasts the time that handlers are given."""

PACE = (0.0, 2.0)
"""Seconds between two links of one reader."""

UPTIME = (0.2, 1.5)
"""Seconds for which the bot serves between two signals."""

FIRST_WORDS = "Serving status"
"""What the bot says when it has just said to the system how it wants to end."""

WRITES = ("update", "insert")
"""The commands that write most: how far updates are finished, and that a link was used."""

AWAITED = 5.0
"""Seconds in which a write is expected to come by, where all readers may wait for answers that are lost."""

HELD = (0.1, 3.0)
"""Seconds for which a write is held back after the signal."""

SERVING = ("serving", "SIGINT", "twice")
EVERYWHERE = (*SERVING, "starting")
WRITING = (*EVERYWHERE, "before a write", "after a write")
"""What a signal meets. Beside a bot that serves: one that has just been told before, one that still starts, and a write
that is under way to the database or back."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    ends: int
    readers: int = 10
    links: int = 12
    moments: Sequence[str] = WRITING
    embedded: bool = False
    """Whether the bot runs a database of its own, which has to end with it."""
    within: float = WITHIN
    """Seconds that an end may take."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        where = " with a database of its own" if self.embedded else ""
        return f"{self.ends} signals to end{where}{f', without {self.weaken}' if self.weaken else ''}"


@dataclass
class Ends:
    """How the process ended, each time."""

    seconds: list[float] = field(default_factory=list)
    moments: Counter[str] = field(default_factory=Counter)
    unclean: list[str] = field(default_factory=list)
    """What was not as it should be."""
    unheard: int = 0
    """How many signals came before the process had said its first words, and ended it as the system does.

    The second of two may also come when all is over."""
    within: float = WITHIN
    """Seconds that each may take."""
    children: int = 0
    """How many child processes there were, which have to end too."""

    @property
    def in_time(self) -> bool:
        """Whether each was quick enough, and clean."""
        return not self.unclean and max(self.seconds, default=0.0) < self.within

    def judge(self, code: int, text: str, left: Sequence[int]) -> None:
        """Take down how the process ended: its exit code, what it said, which of its children outlived it."""
        as_the_system_does = code in {-signal.SIGTERM, -signal.SIGINT}
        told = [words for words in ("Traceback", "leaving without it") if words in text]
        if as_the_system_does and FIRST_WORDS not in text and not left:
            self.unheard += 1
        elif (code and not as_the_system_does) or '"Stopped"' not in text or left or told:
            self.unclean.append(f"code {code}, children left {len(left)}: {text[-300:]!r}")


class Signals:
    """Tells a bot to end and starts it again, at moments that the dice choose."""

    def __init__(self, bot: BotProcess, proxy: MongoProxy, plan: Plan, dice: random.Random) -> None:
        self._bot = bot
        self._proxy = proxy
        self._plan = plan
        self._dice = dice
        self.ends = Ends(within=plan.within)

    async def run(self) -> Ends:
        """End it as often as planned; it serves again afterwards."""
        for _ in range(self._plan.ends):
            moment = self._dice.choice(self._plan.moments)
            self.ends.moments[moment] += 1
            await self._end_at(moment)
            await self._bot.start(ready=False)
        await self._bot.ready(120)
        return self.ends

    async def _end_at(self, moment: str) -> None:
        if moment == "starting":
            await asyncio.sleep(self._dice.uniform(0.0, 2.0))
        else:
            await self._bot.ready(120)
            await asyncio.sleep(self._dice.uniform(*UPTIME))
        if moment.endswith("a write"):
            await self._end_in_a_write(Side(moment.partition(" ")[0]))
        elif moment == "twice":
            await self._end(signal.SIGTERM, again=self._dice.uniform(0.0, 1.0))
        else:
            await self._end(signal.SIGINT if moment == "SIGINT" else signal.SIGTERM)

    async def _end_in_a_write(self, side: Side) -> None:
        """Give the signal while a write is held back on its way there or back."""
        hold = self._proxy.hold(side, self._dice.choice(WRITES))
        cut = self._dice.random() < 0.5
        try:
            await asyncio.wait([asyncio.create_task(hold.struck.wait())], timeout=AWAITED)
            self.ends.moments["no write came"] += not hold.struck.is_set()
            asyncio.get_running_loop().call_later(self._dice.uniform(*HELD), lambda: hold.end(cut=cut))
            await self._end(signal.SIGTERM)
        finally:
            hold.end(cut=cut)

    async def _end(self, number: signal.Signals, again: float | None = None) -> None:
        """Give the signal, once or twice, and note how it ends."""
        process = self._bot.process
        assert process
        said = len(self._bot.text())
        children = children_of(process.pid)
        began = time.monotonic()
        process.send_signal(number)
        if again is not None:
            await asyncio.wait([asyncio.create_task(process.wait())], timeout=again)
            if process.returncode is None:
                process.send_signal(number)
        code = await asyncio.wait_for(process.wait(), 60)
        self.ends.seconds.append(time.monotonic() - began)
        self.ends.children += len(children)
        self.ends.judge(code, self._bot.text()[said:], [pid for pid in children if state_of(pid) not in {"", "Z"}])


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Let readers open links while the bot is told to end, and compare what they asked for with the ledger."""
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(ground.stage())
        proxy = await stack.enter_async_context(mongo_proxy(ground.database_url))
        arguments = ["--weaken", plan.weaken] if plan.weaken else []
        bot = await stage.bot(*arguments, DATABASE_URL="" if plan.embedded else proxy.url).start()
        links = dict(await links_of(stage, plan.links, seed))
        readers = await Readers.of(stage, plan.readers, links, seed=seed, pace=PACE)
        signals = Signals(bot, proxy, plan, random.Random(f"{seed} signals"))
        faults = await bad_weather(stage, seed)
        try:
            async with readers:
                ends = await signals.run()
        finally:
            await calm(stage, faults)
        await readers.settle(30)
        verdict, logged_in = readers.verdict(), await logins(stage)
    return judge(plan, seed, ends, verdict, logged_in, time.monotonic() - began)


async def bad_weather(stage: Stage, seed: int) -> list[int]:
    """Make calls slow, and let some of the bot's deliveries have no answer. Returns the faults' ids."""
    await stage.sandbox.latency(LATENCY)
    made = []
    for kind, share in VANISH.items():
        fault = await control(
            stage.sandbox.info, "POST", "/faults", kind=kind, account=stage.bot_id, method="messages.ForwardMessages",
            probability=share, seed=seed,
        )  # fmt: skip
        made.append(int(fault["id"]))
    return made


async def calm(stage: Stage, faults: Sequence[int]) -> None:
    """End that."""
    await stage.sandbox.latency(0)
    for number in faults:
        await control(stage.sandbox.info, "DELETE", f"/faults/{number}")


def judge(plan: Plan, seed: int, ends: Ends, verdict: Verdict, logged_in: int, seconds: float) -> Finding:
    """Say whether the promise held."""
    outcomes: dict[str, object] = {
        **ends.moments,
        "ended after": middle_and_most(ends.seconds),
        "unheard": ends.unheard,
        "unclean": len(ends.unclean),
        "children": ends.children,
        "logins": logged_in,
        "in order": f"{verdict.in_order} of {verdict.readers}",
    }
    if ends.unclean:
        outcomes["first unclean"] = ends.unclean[0]
    return Finding(
        plan.name,
        seed,
        verdict.expected,
        verdict.missing,
        verdict.doubled,
        outcomes,
        holds=not verdict.missing if plan.weaken else verdict.holds and ends.in_time and logged_in == 1,
        control=bool(plan.weaken),
        seconds=seconds,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Signals to a bot on another's database and on its own, and without what keeps an update until it is finished."""
    yield await prove(place, seed, Plan(8, 5) if quick else Plan(80))
    yield await prove(place, seed, Plan(2 if quick else 20, moments=EVERYWHERE, embedded=True))
    yield await prove(place, seed, Plan(6, 20, moments=SERVING, weaken="arrivals"))
