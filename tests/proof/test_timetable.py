"""The proof of the timetable, once and short, and its judge: what it would see if it were there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.database.mongo import NOW
from tests.proof.ground import ground
from tests.proof.runs import Account
from tests.proof.timetable import Course, Plan, judge, prove

SECOND = timedelta(seconds=1)


@pytest.mark.slow
async def test_each_due_run_is_made_once_though_who_runs_the_jobs_is_stopped() -> None:
    async with ground() as place:
        finding = await prove(place, 5, Plan(1, stopped=1.6, kills=False, takeover=30.0, processes=2))
    assert finding.holds, finding.told()
    assert finding.expected, finding.told()


def run(number: int, due_at: datetime, next_at: datetime, state: str = "done") -> dict[str, Any]:
    return {"_id": f"r{number}", "due_at": due_at, "next_at": next_at, "state": state}


RUNS = [run(number, NOW + number * SECOND, NOW + (number + 1) * SECOND) for number in range(4)]


def write(process: str, key: str, state: str, *, changed: bool = True) -> dict[str, Any]:
    change = {"$set": {"state": state}}
    return {"appName": process, "command": {"query": {"_id": key, "epoch": 1}, "update": change}, "nModified": changed}


def taking(process: str, *, changed: bool = True) -> dict[str, Any]:
    return {"appName": process, "command": {"q": {"epoch": {"$lt": 2}}, "u": []}, "nModified": changed}


def account_of(runs: list[dict[str, Any]]) -> Account:
    return Account.of([entry for each in runs for entry in (write("one", each["_id"], "done"),)])


def judged(runs: list[dict[str, Any]], account: Account | None = None, course: Course | None = None) -> bool:
    return judge(Plan(1), 1, course or Course(1), account or account_of(runs), runs, 0.0).holds


def test_a_record_that_is_whole_holds() -> None:
    assert judged(RUNS)


@pytest.mark.parametrize(
    "runs",
    [
        [],
        RUNS[:1] + RUNS[2:],
        [*RUNS, RUNS[-1]],
        [*RUNS[:3], run(3, NOW + 3 * SECOND, NOW, state="failed")],
    ],
    ids=["nothing", "missed", "twice", "failed"],
)  # fmt: skip
def test_control_a_record_that_is_not_whole_does_not(runs: list[dict[str, Any]]) -> None:
    assert not judged(runs)


def test_control_a_late_takeover_a_stale_write_and_a_second_end_are_seen() -> None:
    assert not judged(RUNS, course=Course(1, taken=[Plan(1).lease * 1.3]))
    entries = [taking("one"), write("one", "r0", "running"), taking("two"), write("two", "r0", "running")]
    before = Account.of([*entries, taking("one", changed=False), write("one", "r0", "done", changed=False)])
    assert (before.stale, before.refused, before.takeovers, before.begun["r0"]) == (0, 1, 2, 2)
    stale = Account.of([*entries, write("one", "r0", "done")])
    assert stale.stale == 1
    assert not judged(RUNS, account=stale)
    twice = Account.of([write("one", each["_id"], "done") for each in [*RUNS, RUNS[0]]])
    assert not judged(RUNS, account=twice)
