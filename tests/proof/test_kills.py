"""The proof of kills in small: half of the points once, each control once; what its plan and its judge are worth."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from tests.e2e.crowd import Crowd
from tests.proof.ground import Ground
from tests.proof.judging import USED_UP, Evidence, judge
from tests.proof.killing import LIMITED, SERVING, STARTING, Plan, Size
from tests.proof.kills import CONTROLS, FULL, QUICK, control_size, prove
from tests.proof.points import POINTS, Fuel
from tests.proof.readers import Readers, Said

SAMPLES = (
    (
        "before a use is written",
        "after a limited use is written",
        "a delivery arrives late",
        "after the reply, before it is written down",
        "in the start's difference",
        "after a file's copy, before its reply",
        "after an album's link is written",
    ),
    (
        "after a use is written",
        "before a newcomer is written",
        "after a delivery, before its reply",
        "after a refusal, before its reply",
        "before the state is written behind",
        "while catching up, after a delivery",
        "in the middle of an album",
    ),
)
"""Half of the points, for two bots side by side; `--quick` has all of them."""

PARTS = tuple(
    Size(len(points), len(points), readers=15, openings=3 * len(points), links=3, limit=6, askers=12, points=points)
    for points in SAMPLES
)

LINKS = {"one": "a", "two": "b", "few": "c"}


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_is_lost_or_doubled_by_a_kill_at_named_points(place: Ground) -> None:
    findings = await asyncio.gather(*(prove(place, 1, part, stormy=False) for part in PARTS))
    for finding, part in zip(findings, PARTS, strict=True):
        struck = {name.removeprefix("killed ") for name in finding.outcomes if name.startswith("killed ")}
        assert struck == set(part.points), finding.told()
        assert (finding.missing, finding.doubled, finding.holds) == (0, 0, True), finding.told()


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_controls_without_a_protection_a_kill_at_its_points_breaks_the_promise(place: Ground) -> None:
    controls = [
        prove(place, 2, control_size(weaken, len(points)), weaken=weaken, stormy=False)
        for weaken, points in CONTROLS.items()
    ]
    for finding in await asyncio.gather(*controls):
        assert finding.as_it_should_be, finding.told()


# The plan


@pytest.mark.parametrize("size", [FULL, QUICK, *PARTS])
@pytest.mark.parametrize("seed", range(5))
def test_a_plan_is_as_large_as_it_says_and_leads_to_each_of_its_points(size: Size, seed: int) -> None:
    plan = Plan.drawn(size, seed)
    kills = Counter(each.kill for each in plan.rounds)
    assert kills.total() == size.kills
    assert sum(kills[name] for name in POINTS) == size.named
    assert {kills[name] for name in size.points} <= {size.named // len(size.points), size.named // len(size.points) + 1}
    assert kills[SERVING] + kills[STARTING] == size.kills - size.named
    ours = [opening for opening in plan.openings if opening.reader < size.readers]
    assert sum(opening.link != LIMITED for opening in ours) == size.openings
    askers = Counter(opening.reader for opening in ours if opening.link == LIMITED)
    assert (askers.total(), max(askers.values())) == (size.askers, 1)
    asked = 0
    for each in plan.rounds:
        fuel = POINTS[each.kill].fuel if each.kill in POINTS else Fuel.START
        limited = sum(opening.link == LIMITED for opening in each.up)
        match fuel:
            case Fuel.LIMITED:
                assert limited
                assert asked < size.limit
            case Fuel.REFUSED:
                assert limited
                assert asked > size.limit
            case Fuel.NEWCOMER:
                assert any(opening.reader >= size.readers for opening in each.up)
            case Fuel.FILE | Fuel.ALBUM:
                assert each.upload == (1 if fuel is Fuel.FILE else 3)
            case Fuel.OPENING:
                assert each.down if POINTS[each.kill].starting else each.up
        asked += sum(opening.link == LIMITED for opening in (*each.down, *each.up))


def test_the_same_seed_draws_the_same_plan() -> None:
    assert Plan.drawn(FULL, 3) == Plan.drawn(FULL, 3) != Plan.drawn(FULL, 4)


# The judge


def readers(asked: Mapping[int, Sequence[str]], got: Mapping[int, Sequence[str]]) -> Readers:
    """Readers of whom the ledger says this."""
    found = Readers(Crowd(cast(Any, None), list(asked)), LINKS, 0, (0, 0))
    for who, exchange in found.exchanges.items():
        exchange.asked = [Said(float(place), what) for place, what in enumerate(asked[who])]
        exchange.got = [Said(float(place), what) for place, what in enumerate(got[who])]
    return found


def evidence(got: Mapping[int, Sequence[str]], **other: Any) -> Evidence:
    """Two readers who opened three links and two; one use of the link with a limit is left."""
    asked = {1: ["one", "two", "few"], 2: ["one", "few"]}
    standard: dict[str, Any] = {
        "uses": Counter(one=2, two=1, few=1, other=9), "struck": Counter(), "limited": "few", "limit": 1,
        "uploads": [("x", "y"), ("z",)], "copies": ["x", "y", "z"], "answered": [("z",), ("x", "y")],
    }  # fmt: skip
    return Evidence(readers(asked, got), LINKS, **(standard | other))


RIGHT = {1: ["a", "b", "c"], 2: ["a", USED_UP]}


@pytest.mark.parametrize(
    ("got", "other", "missing", "doubled", "holds"),
    [
        (RIGHT, {}, 0, 0, True),
        ({1: ["a", "b", USED_UP], 2: ["a", "c"]}, {}, 0, 0, True),
        ({1: ["a", "b"], 2: ["a", "c"]}, {}, 1, 0, False),
        ({1: ["a", "b", "b", USED_UP], 2: ["a", "c"]}, {}, 0, 1, False),
        ({1: ["b", "a", "c"], 2: ["a", USED_UP]}, {}, 0, 0, False),
        ({1: ["a", "b", "c"], 2: ["a", "c"]}, {}, 0, 0, False),
        ({1: ["a", "b", USED_UP], 2: ["a", USED_UP]}, {}, 0, 0, False),
        ({1: ["a", "b", "c"], 2: ["an apology", USED_UP]}, {}, 1, 1, False),
        (RIGHT, {"uses": Counter(one=3, two=1, few=1)}, 0, 0, False),
        (RIGHT, {"uses": Counter(one=2, few=1)}, 0, 0, False),
        (RIGHT, {"uses": Counter(one=2, two=1, few=2)}, 0, 0, False),
        (RIGHT, {"copies": ["x", "y", "z", "x"]}, 0, 1, False),
        (RIGHT, {"answered": [("z",)]}, 1, 0, False),
        (RIGHT, {"answered": [("z",), ("x",)]}, 1, 1, False),
        (RIGHT, {"logins": 2}, 0, 0, False),
        (RIGHT, {"errors": ["a traceback"]}, 0, 0, False),
        (RIGHT, {"missed": Counter({"a point": 1})}, 0, 0, False),
    ],
)
def test_the_judge_sees_what_is_not_right(
    got: Mapping[int, Sequence[str]], other: dict[str, Any], missing: int, doubled: int, holds: bool
) -> None:
    finding = judge("it", 5, evidence(got, **other), {})
    assert (finding.expected, finding.missing, finding.doubled) == (5 + 3 + 2, missing, doubled), finding.told()
    assert finding.holds is holds
    assert finding.as_it_should_be is holds


@pytest.mark.parametrize(
    ("weaken", "got", "uses"),
    [
        ("random-ids", {1: ["a", "b", "b", "c"], 2: ["a", USED_UP]}, Counter(one=2, two=1, few=1)),
        ("arrivals", {1: ["a", "c"], 2: ["a", USED_UP]}, Counter(one=2, two=1, few=1)),
        ("causes", RIGHT, Counter(one=2, two=2, few=1)),
        ("causes", {1: ["a", "b", USED_UP], 2: ["a", USED_UP]}, Counter(one=2, two=1, few=1)),
    ],
)
def test_a_control_must_break_in_its_own_way_and_at_its_points(
    weaken: str, got: Mapping[int, Sequence[str]], uses: Counter[str]
) -> None:
    assert judge("it", 5, evidence(got, uses=uses), {}, weaken=weaken).as_it_should_be
    assert not judge("it", 5, evidence(RIGHT), {}, weaken=weaken).as_it_should_be
    another = {1: ["b", "a", "c"], 2: ["a", USED_UP]}  # broken, but not as it must
    assert not judge("it", 5, evidence(another), {}, weaken=weaken).as_it_should_be
    missed = Counter({"a point": 1})
    assert not judge("it", 5, evidence(got, uses=uses, missed=missed), {}, weaken=weaken).as_it_should_be
