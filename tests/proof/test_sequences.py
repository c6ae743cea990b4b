"""The proof of sequences in small, with its controls; and that its judge sees what it is to see."""

from __future__ import annotations

import asyncio

import pytest

from tests.proof.audience import Came
from tests.proof.drip import Judge, Step, Verdict
from tests.proof.ground import Ground
from tests.proof.sequences import CONTROLS, SHORT, Plan, control, prove

STEPS = (Step("one", 0), Step("two", 10), Step("three", 5, follows=True))
READER = 5
ONE, TWO, THREE = (Came(at, step.text) for at, step in zip((100, 110.5, 116), STEPS, strict=True))
CHANGED = Came(116, STEPS[2].changed)

SAMPLE = (
    "after a newcomer's steps are written",
    "after a message, before its reply",
    "before the end of a step is written",
    "before the next step is let wait",
)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_readers_get_each_step_once_in_order_through_kills_and_set_clocks_and_not_without_its_protections(
    place: Ground,
) -> None:
    plan = Plan(16, 0, SHORT, kills=len(SAMPLE), named=len(SAMPLE), points=SAMPLE)
    finding, *controls = await asyncio.gather(
        prove(place, 2, plan), *(prove(place, 1, control(weaken, 1)) for weaken in CONTROLS)
    )
    assert finding.holds, finding.told()
    assert any(name.startswith("clock set") for name in finding.outcomes), finding.told()
    for broken in controls:
        assert not broken.holds, broken.told()


def verdict(*got: Came, changed_at: float = 1000) -> Verdict:
    due = {(READER, "one"): 100.0, (READER, "two"): 110.4, (READER, "three"): 115.5}
    return Judge(STEPS, {READER: 99.9}, due, "three", changed_at).verdict({READER: [Came(99, "Hello!"), *got]})


def test_what_comes_as_it_should_is_seen_to() -> None:
    found = verdict(ONE, TWO, THREE)
    assert (found.expected, found.missing, found.doubled, found.in_order, found.changed) == (3, 0, 0, 1, 0)
    assert (found.early, found.stale) == ([], [])
    assert found.late == pytest.approx([0, 0.1, 0.5])
    assert verdict(ONE, TWO, CHANGED, changed_at=115).changed == 1


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        ((), (3, 0, 1)),
        ((ONE, TWO), (1, 0, 1)),
        ((ONE, TWO, THREE, THREE), (0, 1, 1)),
        ((ONE, TWO, THREE, CHANGED), (0, 1, 1)),
        ((ONE, THREE, TWO), (0, 0, 0)),
    ],
)
def test_control_what_is_lost_doubled_or_out_of_order_is_seen(got: tuple[Came, ...], wanted: tuple[int, ...]) -> None:
    found = verdict(*got)
    assert (found.missing, found.doubled, found.in_order) == wanted


def test_control_what_comes_early_is_seen() -> None:
    assert verdict(Came(98.5, STEPS[0].text)).early == pytest.approx([1.5])
    assert verdict(ONE, TWO._replace(at=108)).early == pytest.approx([2.4]), "by the database's plan"
    assert verdict(ONE, TWO._replace(at=120), THREE._replace(at=121)).early == pytest.approx([4]), "by the step before"


def test_control_what_still_comes_as_it_was_is_seen() -> None:
    assert verdict(ONE, TWO, THREE, changed_at=112).stale == pytest.approx([4])
