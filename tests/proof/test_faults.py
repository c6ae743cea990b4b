"""The proof of the faults: some of them on the real bot, and its own judgement of what is late, lost or untouched."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.e2e.harness import ROOT
from tests.proof.faults import CONTROLS, Trial, finding, pairs, table, trials
from tests.proof.readers import Exchange, Readers, Said, Verdict
from tests.proof.trouble import FAULTS, Fault, stated

BY_NAME = {fault.name: fault for fault in FAULTS}
DROPPED, ERRORS, SKIPPED, FORGOTTEN, REVOKED = (
    BY_NAME[name]
    for name in (
        "the connection is dropped",
        "two server errors (500)",
        "updates are skipped",
        "the session is forgotten (-404)",
        "the session is revoked (401)",
    )
)
WELL = Verdict(8, 0, 0, 4, 4)


def readers_who(asked: dict[int, list[str]], got: dict[int, list[str]]) -> Readers:
    """Readers who asked one question per second, and were answered half a second later."""
    crowd: Any = SimpleNamespace(people=list(asked))
    readers = Readers(crowd, {"one": "file 1", "two": "file 2"}, 1, (1, 1))
    for person, codes in asked.items():
        readers.exchanges[person] = Exchange(
            [Said(at, code) for at, code in enumerate(codes)],
            [Said(at + 0.5, what) for at, what in enumerate(got[person])],
        )
    return readers


@pytest.mark.parametrize(
    ("got", "missing", "doubled", "in_order", "holds"),
    [
        ({1: ["file 1", "file 2"], 2: ["file 2"]}, 0, 0, 2, True),
        ({1: ["file 2", "file 1"], 2: ["file 2"]}, 0, 0, 1, False),
        ({1: ["file 1"], 2: ["file 2"]}, 1, 0, 1, False),
        ({1: ["file 1", "file 2"], 2: ["file 2", "file 2"]}, 0, 1, 1, False),
        ({1: ["file 1", "sorry"], 2: ["file 2"]}, 1, 1, 1, False),
    ],
)
def test_what_is_lost_doubled_or_out_of_order_is_seen(
    got: dict[int, list[str]], missing: int, doubled: int, in_order: int, holds: bool
) -> None:
    verdict = readers_who({1: ["one", "two"], 2: ["two"]}, got).verdict()
    assert verdict == Verdict(3, missing, doubled, in_order, 2)
    assert verdict.holds is holds


def test_a_link_with_a_limit_may_be_refused_and_nothing_else() -> None:
    readers = readers_who({1: ["one", "two", "one"]}, {1: ["file 1", "used up", "used up"]})
    assert readers.verdict(free={"one": "used up"}) == Verdict(3, 1, 1, 0, 1)
    assert readers.verdict(free={"one": "used up", "two": "used up"}).holds


def test_readers_are_served_again_when_the_last_of_them_is() -> None:
    readers = readers_who({1: ["one"] * 4, 2: ["two"] * 4}, {1: ["file 1"] * 4, 2: ["file 2"] * 3})
    assert readers.served_since(1.5) == 2.5
    assert readers.served_since(2.5) is None  # the second reader's fourth question has no answer
    assert readers.served_since(9) is None
    assert readers.first_after(2.6) == 3.5


@pytest.mark.parametrize(
    ("trial", "holds"),
    [
        (Trial((DROPPED,), 4.9, WELL, 0, told=True, struck=True), True),
        (Trial((DROPPED,), 5.1, WELL, 0, told=True, struck=True), False),
        (Trial((DROPPED,), None, WELL, 0, told=True, struck=True), False),
        (Trial((DROPPED,), 1.0, Verdict(8, 1, 0, 3, 4), 0, told=True, struck=True), False),
        (Trial((DROPPED,), 1.0, WELL, 1, told=True, struck=True), False),
        (Trial((DROPPED,), 1.0, WELL, 0, told=False, struck=True), False),
        (Trial((DROPPED,), 1.0, WELL, 0, told=True, struck=False), False),
        (Trial((FORGOTTEN,), 9.0, WELL, 1, told=True, struck=True), True),
        (Trial((FORGOTTEN,), 9.0, WELL, 2, told=True, struck=True), False),
        (Trial((DROPPED, SKIPPED), 9.9, WELL, 0, told=True, struck=True), True),
        (Trial((DROPPED, SKIPPED), 10.1, WELL, 0, told=True, struck=True), False),
    ],
)
def test_a_trial_holds_only_in_time_with_everything_once_and_no_needless_login(trial: Trial, holds: bool) -> None:
    assert trial.holds is holds


def test_the_table_has_the_times_beside_those_that_are_stated() -> None:
    made = [Trial((DROPPED,), seconds, WELL, 0) for seconds in (3.0, 1.0, 2.0)]
    assert table(made).splitlines()[2] == "| the connection is dropped | 3 | 2.0 | 3.0 | 5 |"
    assert "never" in table([*made, Trial((DROPPED,), None, WELL, 0)])


def test_a_control_breaks_in_its_own_way_or_not_at_all() -> None:
    silent, _, answered_again = CONTROLS
    doubled, late = Verdict(8, 0, 1, 3, 4), Trial((DROPPED,), None, WELL, 0, told=True, struck=True)
    twice = Trial((DROPPED,), 1.0, doubled, 0, told=True, struck=True)
    for control, trial, shows in ((silent, late, True), (silent, twice, False), (answered_again, twice, True)):
        assert finding("it", [trial], 1, 0.0, control).as_it_should_be is shows
    assert not finding("it", [late], 1, 0.0, answered_again).as_it_should_be
    assert {control.fault for control in CONTROLS} <= set(BY_NAME)


def test_each_two_faults_are_tried_together_but_a_session_ends_once() -> None:
    together = pairs()
    assert (DROPPED, FORGOTTEN) in together
    assert (FORGOTTEN, REVOKED) not in together
    assert len(set(together)) == len(together) > 90
    assert len(BY_NAME) == len(FAULTS)


def test_the_operators_guide_states_the_times_that_are_proved() -> None:
    assert stated() in (ROOT / "docs" / "operators.md").read_text("utf-8")


@pytest.mark.slow
async def test_faults_alone_and_together_are_healed_with_nothing_lost_or_doubled() -> None:
    todo: list[tuple[Fault, ...]] = [(ERRORS,), (SKIPPED, DROPPED)]
    made = await trials(todo, 5, lanes=1)
    assert len(made) == len(todo)
    for trial in made:
        assert trial.seconds is not None, trial
        assert trial.verdict.holds, trial
        assert trial.told, trial
        assert trial.struck, trial
        assert trial.logins == 0, trial
