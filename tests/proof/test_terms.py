"""The proof of the signals, a few times; its own judgement of what is late, left behind or said on the way out."""

from __future__ import annotations

import pytest

from tests.e2e.harness import SLACK
from tests.proof.ground import ground
from tests.proof.readers import Verdict
from tests.proof.terms import WITHIN, WRITING, Ends, Plan, judge, prove

WELL = Verdict(8, 0, 0, 4, 4)


@pytest.mark.parametrize(("ends", "verdict", "logins", "holds"), [
    (Ends([1.0, 2.0]), WELL, 1, True),
    (Ends([1.0, WITHIN + 0.1]), WELL, 1, False),
    (Ends([1.0], unclean=["code 1"]), WELL, 1, False),
    (Ends([1.0]), Verdict(8, 1, 0, 3, 4), 1, False),
    (Ends([1.0]), Verdict(8, 0, 1, 3, 4), 1, False),
    (Ends([1.0]), WELL, 2, False),
])  # fmt: skip
def test_late_unclean_and_lossy_ends_are_seen(ends: Ends, verdict: Verdict, logins: int, holds: bool) -> None:
    assert judge(Plan(2), 1, ends, verdict, logins, 0.0).holds is holds


@pytest.mark.parametrize(("code", "text", "left", "unclean", "unheard"), [
    (0, '"Stopped"', [], 0, 0),
    (-15, "", [], 0, 1),
    (-15, '"Serving status"', [], 1, 0),
    (-15, '"Serving status" "Stopped"', [], 0, 0),
    (-15, "", [7], 1, 0),
    (-9, "", [], 1, 0),
    (1, '"Stopped"', [], 1, 0),
    (0, "", [], 1, 0),
    (0, '"Stopped"', [7], 1, 0),
    (0, 'Traceback "Stopped"', [], 1, 0),
    (0, 'leaving without it "Stopped"', [], 1, 0),
])  # fmt: skip
def test_how_a_process_ends_is_judged(code: int, text: str, left: list[int], unclean: int, unheard: int) -> None:
    ends = Ends([1.0])
    ends.judge(code, text, left)
    assert (len(ends.unclean), ends.unheard) == (unclean, unheard)


@pytest.mark.slow
async def test_signals_under_load_lose_and_double_nothing() -> None:
    async with ground() as place:
        finding = await prove(place, 3, Plan(2, readers=4, links=3, moments=WRITING[2:], within=WITHIN + SLACK))
    assert finding.holds, finding.told()
