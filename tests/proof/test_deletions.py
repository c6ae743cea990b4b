"""The proof of deletions, once and short, with its control; and that its judge sees what it is to see."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.proof.deletions import Plan, prove
from tests.proof.lent import Account, late

BOT, READER = 9, 5


def line(at: float, kind: str, number: int, *, by: int = BOT, to: int = READER, media: str | None = None) -> Any:
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    return {"at": moment, "kind": kind, "message_id": number, "from_id": by, "peer_id": to, "media": media}


def account(*lines: Any) -> Account:
    made = Account()
    for each in lines:
        made.note(each, BOT, frozenset({READER}))
    return made


ASKED = line(100, "message", 1, by=READER, to=BOT)
CAME = line(101, "message", 2, media="document")
TOLD = line(101, "message", 3)
WENT = line(111.5, "delete", 2)
SAID = line(112, "edit", 3)
STRANGERS = line(100, "message", 7, to=6, media="document")


def test_what_goes_as_it_should_is_seen_to() -> None:
    well = account(ASKED, CAME, TOLD, WENT, SAID, STRANGERS)
    assert (well.missing, well.doubled, well.untold, well.early(10)) == (0, 0, 0, 0)
    assert well.lateness(10, []) == pytest.approx([0.5])


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((ASKED,), (1, 0, 1, 0)),
        ((ASKED, CAME, TOLD), (1, 0, 1, 0)),
        ((ASKED, CAME, TOLD, WENT), (0, 0, 1, 0)),
        ((ASKED, CAME, WENT), (0, 0, 1, 0)),
        ((ASKED, CAME, TOLD, WENT, SAID, SAID), (0, 1, 0, 0)),
        ((ASKED, CAME, {**CAME, "message_id": 4}, TOLD, WENT, {**WENT, "message_id": 4}, SAID), (0, 1, 0, 0)),
        ((ASKED, CAME, TOLD, line(110, "delete", 2), SAID), (0, 0, 0, 1)),
    ],
)
def test_control_what_does_not_is_seen(lines: tuple[Any, ...], wanted: tuple[int, ...]) -> None:
    found = account(*lines)
    assert (found.missing, found.doubled, found.untold, found.early(10)) == wanted


@pytest.mark.parametrize(
    ("away", "wanted"),
    [([], 20), ([(0, 5)], 20), ([(5, 12)], 18), ([(12, 15), (14, 20)], 12), ([(25, 99)], 15), ([(0, 99)], 0)],
)
def test_only_the_time_in_which_it_could_have_been_deleted_counts(
    away: list[tuple[float, float]], wanted: float
) -> None:
    assert late(10, 30, away) == pytest.approx(wanted)


@pytest.mark.slow
async def test_what_readers_have_for_a_while_goes_through_kills_and_an_outage_and_timers_in_memory_lose_some() -> None:
    plan = Plan(40, 3, stays=8, kills=2, outage=4, readers=15, over=60)
    finding, control = await asyncio.gather(prove(3, plan), prove(3, replace(plan, weaken="deletions")))
    assert finding.holds, finding.told()
    assert control.missing, control.told()
