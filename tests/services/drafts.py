"""Drafts in any state, for the tests of what may be done with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from database.bots import BotDatabase
from database.cause import Cause
from services.drafts import (
    Draft,
    DraftService,
    DraftSource,
    DraftState,
    DraftTarget,
    Origin,
    Outgoing,
    TargetState,
)  # fmt: skip
from tests.database.mongo import NOW
from tests.services.channel import ADMIN, OWNER

State = DraftState
TEXT = Outgoing(None, (), "first")
NEW = Outgoing(None, (), "second")
HERE = DraftTarget(-100_1, "One")
THERE = DraftTarget(-100_2, "Two", reply_to=7)
ORIGIN = Origin(DraftSource.PERSON, OWNER)
HOUR = timedelta(hours=1)


def q(number: object) -> Cause:
    return Cause(f"query:{number}")


async def made(drafts: DraftService, cause: object = "made", **how: Any) -> Draft:
    return await drafts.add([TEXT], [HERE, THERE], ORIGIN, q(cause), **how)


async def in_state(drafts: DraftService, bot: BotDatabase, state: State) -> Draft:
    """Return a draft in a state, as the verbs and the publisher would leave it."""
    draft = await made(drafts, state)
    results = {
        State.PUBLISHED: [replace(each, state=TargetState.SENT, message_ids=(1,)) for each in draft.targets],
        State.PARTLY: [
            replace(HERE, state=TargetState.SENT, message_ids=(1,)),
            replace(THERE, state=TargetState.FAILED),
        ],
        State.FAILED: [replace(each, state=TargetState.FAILED, attempts=4) for each in draft.targets],
    }
    values: dict[str, Any] = {"state": state}
    if state in results:
        values |= {"targets": results[state], "published_at": NOW}
    if state not in {State.PENDING, State.EXPIRED}:
        values |= {"decided_by": ADMIN, "decided_at": NOW}
    found = await bot.drafts.change(draft.code, q(f"{state} set"), tuple(State), **values)
    assert found is not None
    return found
