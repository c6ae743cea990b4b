"""How a bot's session fails while drafts are published: how each is ordered, and within which time it is healed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.stage import control
from services.drafts import DraftTarget
from tests.e2e import drafting
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.proof.faults import LONGER, age_logins
from tests.proof.points import HeldCall, reached

REACHED = 60.0
"""Seconds within which the bot must be about to send a draft to each of its targets."""

FLICKERS = 5
"""Times that a connection is dropped that flickers, half a second apart."""

AWAY = 30.0
"""Seconds for which Telegram is away."""

SENDS = "messages.[SF]*"
"""Whatever sends: messages.SendMessage, messages.ForwardMessages and the like."""

Order = tuple[tuple[str, Any], ...]
"""What happens to a call, for the sandbox."""

HOLD: Order = (("kind", "hold"), ("applied", False), ("lost", True))
"""It stands still, and vanishes in the end."""

Strike = Callable[[Stage], Awaitable[float]]
"""Lets something go wrong, and waits for its end where it lasts. Returns from when on the time counts (since 1970)."""


@dataclass(frozen=True)
class Failure:
    """One thing that goes wrong with the session, or with the calls of a draft.

    `within` is the time, in seconds, in which all targets have the draft that was under way, from its beginning, or,
    where it lasts, from its end. `recovery` is the kind under which the bot counts that it healed; empty where it
    counts the calls that failed alone. `fault` is what goes wrong with each target's next call, in place of a `strike`.
    """

    name: str
    within: float
    recovery: str
    strike: Strike | None = None
    fault: Order = ()
    ends_session: bool = False


def _ordered(path: str, shows: str, **body: Any) -> Strike:
    """The sandbox does something to the bot's account; `shows` is the number in its answer that must not be 0."""

    async def strike(stage: Stage) -> float:
        now = time.time()
        answer = await control(stage.sandbox.info, "POST", path, account=stage.bot_id, **body)
        assert answer[shows], f"{path} touched nothing: {answer}"
        return now

    return strike


async def _flicker(stage: Stage) -> float:
    for _ in range(FLICKERS):
        await control(stage.sandbox.info, "POST", "/connections/drop", account=stage.bot_id)
        await asyncio.sleep(0.5)
    return time.time()


def away(seconds: float) -> Strike:
    """Telegram is gone for a while."""

    async def strike(stage: Stage) -> float:
        await control(stage.sandbox.info, "POST", "/away", seconds=seconds)
        await asyncio.sleep(seconds)
        return time.time()

    return strike


def _refused(code: int, name: str) -> Order:
    return ("kind", "error"), ("code", code), ("name", name)


FAILURES = (
    Failure("the session is signed out (401 AUTH_KEY_UNREGISTERED)", 40, "session",
            _ordered("/sessions/revoke", "keys", every_call=False), ends_session=True),
    Failure("the session is forgotten (-404)", 30, "session", _ordered("/sessions/forget", "keys"), ends_session=True),
    Failure("the session is revoked (401 SESSION_REVOKED)", 40, "session",
            _ordered("/sessions/revoke", "keys", name="SESSION_REVOKED"), ends_session=True),
    Failure("the connection flickers", 10, "connection", _flicker),
    Failure("a timeout of the server (408)", 8, "", fault=_refused(408, "TIMEOUT")),
    Failure("a timeout of the server (-503)", 8, "", fault=_refused(-503, "Timeout")),
    Failure("a server error (500)", 8, "", fault=_refused(500, "RPC_CALL_FAIL")),
    Failure(f"Telegram is away for {AWAY:.0f} s", 60, "connection", away(AWAY)),
)  # fmt: skip
"""All of them. Replies of what was sent before may have got lost as well; that is not what is timed here."""


async def strike(
    stage: Stage, failure: Failure, targets: Sequence[DraftTarget], begin: Callable[[], Awaitable[Any]]
) -> float:
    """Let it go wrong while a draft that `begin` lets go out is on its way to all of these targets.

    Returns from when on the time counts (seconds since 1970).
    """
    order = dict(failure.fault or HOLD)
    met = [await _order(stage, target.chat, order) for target in targets]
    try:
        await begin()
        there = await asyncio.gather(*(reached(each, REACHED) for each in met))
        assert all(there), f"{failure.name}: nothing was sent to {there.count(False)} of {len(there)} targets"
        return await failure.strike(stage) if failure.strike else time.time()
    finally:
        await asyncio.gather(*(each.over() for each in met))


async def _order(stage: Stage, chat: int, order: dict[str, Any]) -> HeldCall:
    """Let something happen to the bot's next message to a chat."""
    fixed = {"method": SENDS, "account": stage.bot_id, "chat": chat, "count": 1}
    return HeldCall(stage, (await control(stage.sandbox.info, "POST", "/faults", **fixed, **order))["id"])


async def healing(stage: Stage, failure: Failure, targets: Sequence[DraftTarget], text: str) -> float | None:
    """Let it go wrong while a draft with this text is published; a running bot is asked for nothing else.

    Returns the seconds until every target has it, 0 where they had it before the end of what lasts; None: one of them
    never had, or had it twice.
    """
    if failure.ends_session:
        await age_logins(stage)

    async def publish() -> None:
        await drafting.add(stage, [text], targets, approved=True)

    async def arrived() -> list[float]:
        lines = [line for line in await stage.sent_by_bot() if line["text"] == text]
        at = [datetime.fromisoformat(line["at"]).timestamp() for line in lines]
        return at if {line["peer_id"] for line in lines} == {target.chat for target in targets} else []

    since = await strike(stage, failure, targets, publish)
    try:
        await until(arrived, failure.within + LONGER)
    except AssertionError:
        return None
    await asyncio.sleep(1)  # for what comes too much
    at = await arrived()
    return max(0.0, max(at) - since) if len(at) == len(targets) else None
