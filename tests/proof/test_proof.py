"""The proofs' own judgement: losses, doubles and disorder are seen, a control must break, and the command says so."""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections import Counter

import pytest

from tests.e2e.harness import ROOT
from tests.proof.findings import Finding
from tests.proof.payloads import REFUSALS, PayloadOutcome, forged


def test_a_control_is_well_only_when_the_promise_breaks() -> None:
    for holds, control, well in ((True, False, True), (False, False, False), (True, True, False), (False, True, True)):
        finding = Finding("it", 7, 10, 1, 2, {"of": "this"}, holds=holds, control=control)
        assert finding.as_it_should_be is well
        assert finding.told().startswith("ok" if well else "FAIL")
        assert "it: expected 10, missing 1, doubled 2; of this; seed 7" in finding.told()


@pytest.mark.parametrize(
    "outcome",
    [
        PayloadOutcome(hits=1),
        PayloadOutcome(uses=1),
        PayloadOutcome(failures=["Traceback"]),
        PayloadOutcome(answers=Counter({"apology": 1})),
    ],
)
def test_anything_but_a_refusal_of_a_forged_payload_is_seen(outcome: PayloadOutcome) -> None:
    assert PayloadOutcome(answers=Counter(REFUSALS)).as_promised
    assert not outcome.as_promised


def test_the_same_seed_forges_the_same_payloads_and_none_is_real() -> None:
    codes = ["f" + "A" * 21 + "Q", "a" + "B" * 21 + "w"]
    one, again, other = (list(itertools.islice(forged(codes, random.Random(seed)), 2000)) for seed in (1, 1, 2))
    assert one == again != other
    assert not set(codes) & set(one)


async def test_the_command_prints_its_findings() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.proof", "--quick", "--seed", "9", "payloads", cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    first, second = output.decode().splitlines()
    assert first.startswith("ok   forged payloads, each refused: expected 20000, missing 0, doubled 0; looked up ")
    assert "hits 0, unhandled errors 0" in first
    assert "seed 9" in first
    assert "hits 100" in second
    assert process.returncode == 0
