"""The bench counts right: a table that flatters would be worse than none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.bench.figures import Figure, percentile, table
from tests.bench.rig import Rig


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0), (0.001, 1.0), (0.501, 51.0)]
)
def test_a_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == expected


def test_a_percentile_of_few_is_one_of_them() -> None:
    assert percentile([3.0, 1.0], 0.99) == 3.0
    assert percentile([3.0, 1.0], 0.5) == 1.0


def test_runs_are_compared_one_by_one() -> None:
    figure = Figure("speed", "per second", [100, 300, 200], [100, 100, 400], "ratio", "0.5", 0)
    assert figure.cells() == ("speed, per second", "200 (100 .. 300)", "100 (100 .. 400)", "1.00 (0.50 .. 3.00)", "0.5")
    more = Figure("wait", "ms", [5.0, 2.0], [4.0, 3.0], "difference", "+2")
    assert more.cells()[3] == "+0.0 (-1.0 .. +1.0)"


def test_what_has_no_counterpart_is_not_compared() -> None:
    lines = table([Figure("calls", "", [2], target="2", digits=0)]).splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == ["calls", "2", "-", "-", "2"]
    assert len({len(line) for line in lines}) == 1


async def test_an_answer_that_never_came_is_noted() -> None:
    at = "2026-01-01T00:00:{:02d}.000000+00:00".format
    lines = [
        {"seq": 1, "kind": "message", "from_id": 7, "peer_id": 99, "at": at(1)},
        {"seq": 2, "kind": "message", "from_id": 8, "peer_id": 99, "at": at(2)},
        {"seq": 3, "kind": "message", "from_id": 99, "peer_id": 7, "at": at(4)},
        {"seq": 4, "kind": "edit", "from_id": 99, "peer_id": 8, "at": at(5)},
    ]

    async def ledger(_: int) -> list[dict[str, Any]]:
        return lines

    bot: Any = SimpleNamespace(name="ours", bot_id=99)
    sandbox: Any = SimpleNamespace(ledger=ledger)
    nobody: Any = None
    rig = Rig(sandbox, nobody, nobody, nobody, [], nobody, "", [])
    found = await rig.exchanges(bot, "trying")
    assert [each.answered and each.seconds for each in found] == [3.0, None]
    assert rig.lost == ["trying, ours: 0 answers to 1 messages of 8"]
