"""Proof that the database may be killed under load: updates wait and are answered once and in order when it is back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from database.cause import Cause
from database.connection import Database
from database.links import NewLink
from database.secrets import Vault
from tests.e2e.evidence import errors, logins
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import shown
from tests.proof.arena import Arena, arena
from tests.proof.findings import Finding, middle_and_most
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.readers import Readers

CAUGHT_UP_WITHIN = 60.0
"""Seconds for which it is waited until every reader has what they asked for after the database came back."""

NOTICED = 1.5
"""Seconds after which whoever asks /readyz must be told: an answer from before the kill is kept for one."""

PACE = (0.2, 1.5)
"""Seconds between two questions of one reader."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    outages: int
    away: float = 30.0
    """Seconds for which the database stays away."""
    lease: int = 10
    """Seconds of the bot's lease: in a longer outage it is lost, and the bot leaves Telegram until it has it again."""
    up: tuple[float, float] = (5.0, 10.0)
    """Seconds between two outages."""
    readers: int = 5
    links: int = 6
    use_limit: int = 100
    """Of one of the links."""
    latency: int = 120
    """Milliseconds added to every call, so that work is in hand when the database dies."""
    back_within: float = 5.0
    """Seconds from the moment that the database listens again to the first delivery: the promise."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"the database killed {self.outages} times for {self.away:g} s, lease {self.lease} s"
        return f"{name}, without {self.weaken}" if self.weaken else name


@dataclass
class Health:
    """What the bot said of itself while it was asked again and again."""

    alive: list[int] = field(default_factory=list)
    """Status codes of /healthz."""
    ready: list[tuple[float, float, int]] = field(default_factory=list)
    """When /readyz was asked and answered (seconds since 1970), and its status code."""

    async def watch(self, bot: BotProcess) -> None:
        """Ask for ever; /readyz takes its time while the database is away, and /healthz must not."""
        await asyncio.gather(self._ask_whether_alive(bot), self._ask_whether_ready(bot))

    async def _ask_whether_alive(self, bot: BotProcess) -> None:
        while True:
            self.alive.append((await bot.get("/healthz"))[0])
            await asyncio.sleep(0.25)

    async def _ask_whether_ready(self, bot: BotProcess) -> None:
        while True:
            asked = time.time()
            status, _ = await bot.get("/readyz")
            self.ready.append((asked, time.time(), status))
            await asyncio.sleep(0.25)

    def during(self, outages: list[tuple[float, float]]) -> list[int]:
        """What /readyz answered while the database was away for long enough to be noticed."""
        return [
            status
            for asked, answered, status in self.ready
            if any(gone + NOTICED < asked and answered < back for gone, back in outages)
        ]


async def limited_link(stage: Stage, code: str, limit: int) -> str:
    """A second link to what is behind a link, with a limit of uses. Returns its code."""
    vault = Vault.from_secret(stage.scene.token, stage.bot_id)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        links = database.bot(stage.bot_id, vault).links
        first = await links.get(code)
        assert first
        new = NewLink(first.kind, first.items, first.storage_chat, "limited", use_limit=limit)
        made = await links.create(new, by=stage.owner.id, cause=Cause("proof:limited"), now=database.clock.now())
    return made.code


async def uses_of(stage: Stage, code: str) -> int:
    """How many uses of a link are written down."""
    vault = Vault.from_secret(stage.scene.token, stage.bot_id)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return await database.bot(stage.bot_id, vault).links.uses(code)


async def outages(place: Arena, readers: Readers, plan: Plan, dice: random.Random) -> list[tuple[float, float]]:
    """Kill the database again and again. Returns when it went and when it listened again (seconds since 1970)."""
    found: list[tuple[float, float]] = []
    for _ in range(plan.outages):
        await asyncio.sleep(dice.uniform(*plan.up))
        gone = time.time()
        await place.mongod.go("killed")
        await asyncio.sleep(plan.away)
        await place.mongod.come("killed")
        found.append((gone, time.time()))
        await caught_up(readers, found[-1][1])
    return found


async def caught_up(readers: Readers, moment: float) -> None:
    """Wait until every reader has what they asked for first after a moment, for `CAUGHT_UP_WITHIN` at most."""
    deadline = time.monotonic() + CAUGHT_UP_WITHIN
    while not readers.served_since(moment) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        await readers.look()


async def prove(seed: int, plan: Plan) -> Finding:
    """Let readers open links while the database dies and comes back, and compare what they asked with the ledger."""
    began = time.monotonic()
    async with arena() as place:
        stage = await place.stage()
        try:
            weaken = ["--weaken", plan.weaken] if plan.weaken else []
            bot = await stage.bot(*weaken, LEASE_SECONDS=str(plan.lease)).start()
            links = dict(await links_of(stage, plan.links, seed))
            code, content = links.popitem()
            limited = await limited_link(stage, code, plan.use_limit)
            links[limited] = content
            await stage.sandbox.latency(plan.latency)
            readers = await Readers.of(stage, plan.readers, links, seed=seed, pace=PACE)
            health = Health()
            watching = asyncio.create_task(health.watch(bot))
            async with readers:
                away = await outages(place, readers, plan, random.Random(f"{seed} outages"))
            await readers.settle(3 if plan.weaken else 60)
            watching.cancel()
            await asyncio.wait([watching])
            return await judged(stage, bot, readers, away, health, limited, content, plan, seed, began)
        finally:
            await stage.close()


async def judged(
    stage: Stage, bot: BotProcess, readers: Readers, away: list[tuple[float, float]], health: Health, limited: str,
    content: str, plan: Plan, seed: int, began: float,
) -> Finding:  # fmt: skip
    """Compare everything that was promised with what came of it."""
    verdict = readers.verdict(free={limited: shown("en", "link-used-up")})
    asked = [each.what for exchange in readers.exchanges.values() for each in exchange.asked].count(limited)
    granted = [each.what for exchange in readers.exchanges.values() for each in exchange.got].count(content)
    wanted = min(plan.use_limit, asked)
    uses = await uses_of(stage, limited)
    first = [readers.first_after(back) for _, back in away]
    waited = [at - back for at, (_, back) in zip(first, away, strict=True) if at]
    served = [readers.served_since(back) for _, back in away]
    all_served = [at - back for at, (_, back) in zip(served, away, strict=True) if at]
    ready = health.during(away)
    logged_in, faults = await logins(stage), len(errors(bot.text()))
    in_time = len(waited) == len(away) and max(waited) <= plan.back_within and len(all_served) == len(away)
    told = set(health.alive) == {200} and set(ready) <= {503}
    return Finding(
        plan.name,
        seed,
        verdict.expected,
        verdict.missing,
        verdict.doubled,
        {
            "in order": f"{verdict.in_order} of {verdict.readers}",
            "from its return to the first delivery": middle_and_most(waited),
            "to what was asked then": middle_and_most(all_served),
            "uses": f"{uses} of {asked}, limit {plan.use_limit}, files {granted}",
            "healthz 200": f"{health.alive.count(200)} of {len(health.alive)}",
            "readyz 503 while away": f"{ready.count(503)} of {len(ready)}",
            "logins": logged_in,
            "errors logged": faults,
        },
        holds=verdict.holds and in_time and told and uses == granted == wanted and logged_in == 1 and not faults,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Outages longer than the lease, shorter ones, and what is lost in them without a protection."""
    del place  # its database serves other proofs: this one has an arena of its own
    yield await prove(seed, Plan(2, away=6, lease=2, use_limit=10) if quick else Plan(10))
    yield await prove(seed, Plan(1 if quick else 3, away=6 if quick else 10, lease=60))
    yield await prove(seed, Plan(2, away=6, lease=2, latency=900, weaken="random-ids"))
