"""A sample of the proof of gaps, its judgement, and that the library alone loses on the same script."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.proof.gaps import Plan, judge, prove
from tests.proof.ground import ground
from tests.proof.kept import Kept
from tests.proof.script import Event, Kind, Script

PLAN = Plan(60, 2, readers=3, files=2, silence=3.0)
SCRIPT = Script(PLAN.updates, PLAN.rounds, PLAN.readers, PLAN.files, 1)
ONCE = {"logins": 1}


def test_the_same_seed_is_the_same_script_of_so_many_updates() -> None:
    one, again, other = (Script(500, 5, 10, 8, seed) for seed in (1, 1, 2))
    assert one.course == again.course != other.course
    pokes = {Kind.POKE, Kind.POKE_CHANNEL}
    up = [event for each in one.course for event in each.up if event.kind not in pokes]
    down = [event for each in one.course for event in each.down]
    assert (len(up), len(down)) == (400, 100)
    assert {event.kind for event in (*up, *down)} >= set(Kind) - pokes - {Kind.PROMOTE}
    assert any(each.long for each in one.course)
    assert {each.kill for each in one.course} == {True, False}


def test_nothing_is_expected_of_a_post_that_is_deleted_in_its_round_and_nothing_deleted_unseen() -> None:
    for each in Script(2000, 20, 10, 8, 3).course:
        posted = {event.what for event in (*each.up, *each.down) if event.kind is Kind.POST}
        deleted = {event.what for event in (*each.up, *each.down) if event.kind is Kind.DELETE}
        assert not posted & deleted
        assert not (each.long and deleted)


def test_what_each_event_should_lead_to() -> None:
    script = Script(10, 1, 2, 2, 1)
    script.course = []
    script.closing = (
        Event(Kind.OPEN, 1, 0), Event(Kind.TEXT, 1), Event(Kind.WRITE, 2), Event(Kind.EDIT, 2),
        Event(Kind.POST, what=3), Event(Kind.ASIDE), Event(Kind.PROMOTE, what=1),
    )  # fmt: skip
    expected = {11: ["sha", "text"], 22: ["text"], "posts": ["post3.bin"], "Extra 1": ["Extra 1"]}
    assert script.answers([10, 11], [20, 21, 22], ["sha", "other"]) == expected


@pytest.mark.parametrize(
    ("got", "missing", "doubled"),
    [
        ({1: ["a", "b"], "posts": ["p"]}, 0, 0),
        ({1: ["b", "a"], "posts": ["p"]}, 0, 0),
        ({1: ["a"], "posts": ["p"]}, 1, 0),
        ({1: ["a", "b"], "posts": ["p", "p"]}, 0, 1),
        ({1: ["a", "b"], "posts": ["p"], 2: ["a"]}, 0, 1),
    ],
)
def test_losses_doubles_and_disorder_are_seen(got: dict[object, list[str]], missing: int, doubled: int) -> None:
    expected: dict[object, list[str]] = {1: ["a", "b"], "posts": ["p"]}
    finding = judge(PLAN, SCRIPT, expected, got, Kept(3), [], ONCE, 0.0)
    assert (finding.expected, finding.missing, finding.doubled) == (3, missing, doubled)
    assert finding.holds is (got == expected)


def test_a_wrong_state_an_error_and_a_second_login_are_seen() -> None:
    expected: dict[object, list[str]] = {1: ["a"]}
    for state, told, outcomes in (
        (Kept(3, ["uses of link 1: 2, not 1"]), [], ONCE),
        (Kept(3), ["A handler failed"], ONCE),
        (Kept(3), [], {"logins": 2}),
    ):
        assert not judge(PLAN, SCRIPT, expected, expected, state, told, outcomes, 0.0).holds
    seen = Kept()
    seen.compare("uses", 1, 1)
    seen.compare("uses", 2, 1)
    assert (seen.looked, seen.wrong) == (2, ["uses: 2, not 1"])


@pytest.mark.slow
async def test_a_sample_holds_and_breaks_where_no_gap_is_seen() -> None:
    weak = replace(PLAN, updates=40, rounds=1, weaken=("gaps",))
    async with ground() as place:
        ours, without = await asyncio.gather(prove(place, 1, PLAN), prove(place, 1, weak))
        for seed in range(2, 8):
            if not without.holds:
                break
            without = await prove(place, seed, weak)  # a difference fetched for another reason may bring what was lost
    assert ours.holds, ours.told()
    assert not without.holds, without.told()
