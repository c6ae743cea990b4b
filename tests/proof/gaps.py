"""Proof that each update has its effect once, however it comes: in gaps, twice, out of order, late, or not named.

An effect is a message of the bot in the ledger (the file behind a link, the answer to a text, what the owner is told
of a post or of a channel), and where nobody is told, what the database holds: uses of links, people, who has the bot
blocked, which posts are gone. Edits, posts elsewhere and members who come and go have none; they move the sequences,
which must end where the server's are. Of what a difference is too long to tell, only messages and what has a qts are
promised (docs/decisions/0003), so nothing is deleted in those rounds.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.e2e.crowd import Crowd
from tests.e2e.evidence import errors, logins
from tests.proof.contenders import TOLD, Bare, Contender, Ours
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.kept import Kept, kept
from tests.proof.player import Player
from tests.proof.script import Kind, Script

AFTERWARDS = 2.0
"""Seconds for what should not come, and for what is written behind."""

SHOWN = 3
"""Things that are wrong in the database which the report names."""

Effects = Mapping[object, Sequence[str]]
"""What each was told, in order. The owner is as many as there are things to be told of in an order of their own."""


@dataclass(frozen=True)
class Plan:
    """How much happens, and to which bot."""

    updates: int
    rounds: int
    readers: int = 40
    files: int = 24
    weaken: tuple[str, ...] = ()
    bare: bool = False
    silence: float = 10.0
    """Seconds without any new effect after which what is missing is lost."""
    calm: bool = False
    """Nothing goes wrong and the bot is never away: what it loses then, the proof has lost."""


async def effects(player: Player) -> dict[object, list[str]]:
    """What everybody was told so far, by the ledger."""
    found: dict[object, list[str]] = {}
    people = {*player.readers.people, *(member.id for member in player.members)}
    for line in await player.stage.sent_by_bot():
        said, to = player.contender.said(line), line["peer_id"]
        if to in people:
            found.setdefault(to, []).append(said)
        elif TOLD.fullmatch(said):
            found.setdefault("posts" if said.startswith("post") else said, []).append(said)
    for member in player.members:  # whose greeting is no part of the script
        del found.get(member.id, [])[:1]
    return found


async def settled(player: Player, expected: int, silence: float) -> dict[object, list[str]]:
    """Wait until everything came or nothing comes any more, and a moment for what should not come."""
    before, since = -1, time.monotonic()
    while time.monotonic() - since < silence:
        now = sum(map(len, (await effects(player)).values()))
        if now >= expected:
            break
        if now != before:
            before, since = now, time.monotonic()
        await asyncio.sleep(0.5)
    await asyncio.sleep(AFTERWARDS)
    return await effects(player)


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Play the script to one bot and compare what came of it with what is written there."""
    began = time.monotonic()
    script = Script(plan.updates, plan.rounds, plan.readers, plan.files, seed)
    async with ground.stage() as stage:
        weakened = [word for name in plan.weaken for word in ("--weaken", name)]
        ours = None if plan.bare else Ours(stage, stage.bot(*weakened))
        contender: Contender = ours or Bare(stage)
        player = Player(stage, contender, script, await Crowd.of(stage, plan.readers))
        try:
            await player.set_up()
            struck = await (player.play_calmly() if plan.calm else player.play())
            people = [member.id for member in player.members]
            expected = script.answers(player.readers.people, people, player.files)
            got = await settled(player, sum(map(len, expected.values())), plan.silence)
            state = await kept(player) if ours else Kept()
            told = [entry["message"] for entry in errors(ours.process.text())] if ours else []
            outcomes = {**struck, "logins": await logins(stage), "starts that failed": contender.starts_failed}
        finally:
            await player.rest()
            await contender.end(kill=True)
    return judge(plan, script, expected, got, state, told, outcomes, time.monotonic() - began)


def judge(
    plan: Plan, script: Script, expected: Effects, got: Effects, state: Kept, told: Sequence[str],
    outcomes: Mapping[str, object], seconds: float,
) -> Finding:  # fmt: skip
    """Compare what should have come of each update with what did."""
    everybody = expected.keys() | got.keys()
    lost = {who: Counter(expected.get(who, ())) - Counter(got.get(who, ())) for who in everybody}
    more = {who: Counter(got.get(who, ())) - Counter(expected.get(who, ())) for who in everybody}
    missing, doubled = (sum(each.total() for each in found.values()) for found in (lost, more))
    disorder = sum(list(expected.get(who, ())) != list(got.get(who, ())) for who in everybody)
    happened = Counter(event.kind for event in script.events)
    pokes = {kind.value: happened.pop(kind, 0) for kind in (Kind.POKE, Kind.POKE_CHANNEL)}
    who = "the bare library" if plan.bare else "ours"
    without = f", without {' and '.join(plan.weaken)}" if plan.weaken else ""
    away: dict[str, object] = {
        "while down": sum(len(each.down) for each in script.course),
        "restarts": len(script.course),
        "too long to tell": sum(each.long for each in script.course),
        **pokes,
    }
    found: dict[str, object] = {
        "updates": happened.total(),
        **({} if plan.calm else away),
        **outcomes,
        "in order": f"{len(everybody) - disorder} of {len(everybody)}",
    }
    if not plan.bare:
        found |= {"kept as it should be": f"{state.looked - len(state.wrong)} of {state.looked}"}
        found |= {"wrong": "; ".join(state.wrong[:SHOWN])} if state.wrong else {}
        found |= {"errors logged": f"{len(told)}: {'; '.join(told[:SHOWN])}" if told else 0}
    well = not disorder and not state.wrong and not told and outcomes.get("logins") == 1
    holds = not missing and not doubled if plan.calm else well
    return Finding(
        f"gaps, {who}{without}{', on a calm day' if plan.calm else ''}",
        script.seed,
        sum(map(len, expected.values())),
        missing,
        doubled,
        found,
        holds=holds,
        control=(plan.bare or bool(plan.weaken)) and not plan.calm,
        seconds=seconds,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Ours; the bare library on the same script, which has to lose; and ours with what protects it switched off."""
    full = Plan(400, 4, readers=10, files=8) if quick else Plan(5_000, 25)
    some = Plan(200, 2, readers=5, files=4)
    yield await prove(place, seed, full)
    yield await prove(place, seed, replace(full, bare=True))
    yield await prove(place, seed, replace(some, bare=True, calm=True))
    yield await prove(place, seed, replace(some, weaken=("gaps",)))
    yield await prove(place, seed, replace(some, weaken=("gaps", "random-ids")))
