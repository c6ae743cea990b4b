"""Runs of jobs are begun once and written by the newest epoch alone, on a real mongod."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.connection import Database
from database.job_runs import KEEP, Alarm, EndedRun, JobReport, JobRun, JobRuns, RunState
from tests.database.mongo import NOW, raw

LATER = NOW + timedelta(minutes=1)
WELL = EndedRun(RunState.DONE, NOW, NOW, JobReport(deleted=3))


def run_of(job: str = "sweep", epoch: int = 1, **values: Any) -> JobRun:
    return JobRun(values.pop("id", f"{job}{epoch}"), job, values.pop("due_at", NOW), epoch, **values)


@pytest.fixture
def runs(bot: BotDatabase) -> JobRuns:
    return bot.job_runs


async def test_a_run_is_read_as_it_was_written(runs: JobRuns) -> None:
    last = EndedRun(RunState.FAILED, NOW, LATER, JobReport(failed=2), "an error")
    run = run_of(failures=2, alarm=Alarm.TOLD, alarm_run="x", last=last, well_at=NOW, paused=True)
    await runs.add(run)
    assert await runs.open_runs() == [run]


async def test_a_job_has_one_run_that_has_not_ended(runs: JobRuns, bot: BotDatabase, other_bot: BotDatabase) -> None:
    await asyncio.gather(*(runs.add(run_of(id=f"r{number}")) for number in range(10)))
    assert len(await runs.open_runs()) == 1
    await runs.add(run_of("other"))
    await other_bot.job_runs.add(run_of(id="theirs"))
    assert len(await runs.open_runs()) == 2


async def test_of_many_who_begin_a_run_one_does(runs: JobRuns) -> None:
    run = run_of()
    await runs.add(run)
    begun = [each for each in await asyncio.gather(*(runs.begin(run, LATER) for _ in range(20))) if each]
    assert begun == [replace(run, state=RunState.RUNNING, began_at=LATER)]


async def test_a_run_that_ended_has_its_record_and_is_forgotten_in_time(runs: JobRuns, database: Database) -> None:
    await runs.add(run := run_of())
    assert await runs.finish(run, WELL, LATER) is None, "it has not begun"
    begun = await runs.begin(run, NOW)
    assert begun
    ended = await runs.finish(begun, WELL, LATER)
    assert ended
    assert (ended.state, ended.report.deleted, ended.next_at) == (RunState.DONE, 3, LATER)
    assert await runs.newest("sweep") == ended
    assert await runs.open_runs() == []
    assert await runs.finish(begun, WELL, LATER) is None, "once"
    [document] = [each async for each in raw(database)["job_runs"].find()]
    assert document["forget_at"] == NOW + KEEP


@pytest.mark.parametrize("ignored", [False, True], ids=["", "control"])
async def test_what_an_older_epoch_writes_changes_nothing(runs: JobRuns, ignored: bool) -> None:
    if ignored:
        runs.ignore_epochs()
    await runs.add(run := run_of())
    begun = await runs.begin(run, NOW)
    assert begun
    await runs.take_over(2)
    [taken] = await runs.open_runs()
    assert (taken.epoch, taken.state, taken.deaths) == (2, RunState.WAITING, 1)
    again = await runs.begin(taken, LATER)
    assert again
    stale = await runs.finish(begun, WELL, LATER)
    await runs.give_back(begun)
    await runs.move(run, LATER)
    after = await runs.open_runs()
    assert (stale is None and after == [again]) is not ignored


async def test_an_older_epoch_does_not_take_over(runs: JobRuns) -> None:
    await runs.add(run_of(epoch=5))
    await runs.take_over(4)
    assert [each.epoch for each in await runs.open_runs()] == [5]


async def test_what_is_asked_for_begins_at_once_and_once(runs: JobRuns) -> None:
    for job in ("sweep", "dust", "wash"):
        await runs.add(run_of(job, due_at=LATER))
    [dust] = [each for each in await runs.open_runs() if each.job == "dust"]
    await runs.begin(dust, NOW)
    assert await runs.order(["sweep", "dust"], "one", NOW) == 1
    assert await runs.order(["sweep", "dust"], "two", NOW) == 0
    assert [(each.job, each.due_at) for each in await runs.ordered("one")] == [("sweep", NOW)]
    assert await runs.ordered("two") == []


async def test_a_run_that_changed_meanwhile_is_not_begun_as_it_was(runs: JobRuns) -> None:
    await runs.add(run := run_of())
    await runs.pause("sweep")
    assert await runs.begin(run, NOW) is None
    await runs.resume("sweep", LATER)
    assert await runs.begin(run, NOW) is None
    assert await runs.begin(replace(run, due_at=LATER), NOW)


async def test_resuming_leaves_what_is_asked_for_and_what_was_not_paused(runs: JobRuns) -> None:
    await runs.add(run_of())
    await runs.resume("sweep", LATER)
    await runs.pause("sweep")
    await runs.order(["sweep"], "one", NOW)
    await runs.resume("sweep", LATER)
    assert [(each.due_at, each.paused) for each in await runs.open_runs()] == [(NOW, False)]


async def test_what_is_told_is_written_down_for_the_alarm_that_was_read(runs: JobRuns) -> None:
    await runs.add(run := run_of(alarm=Alarm.FAILING, alarm_run="x"))
    await runs.told(replace(run, alarm_run="another"), Alarm.TOLD)
    assert (await runs.open_runs())[0].alarm is Alarm.FAILING
    await runs.told(run, Alarm.TOLD)
    assert (await runs.open_runs())[0].alarm is Alarm.TOLD
