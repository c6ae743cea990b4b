"""What /jobs says of a job in every state it can be in, in every language; and what the owner is told by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from database.job_runs import Alarm, EndedRun, JobReport, JobRun, RunState
from locales.texts import LANGUAGES, Texts
from plugins.jobs import row, tell_of_job
from scheduler.jobs import JOBS
from services.jobs import JobPlan, JobState
from services.schedules import Daily
from tests.database.mongo import NOW

TEXTS = Texts.load()
ZONE = "Asia/Tashkent"
PLAN = next(job.plan for job in JOBS if job.plan.name == "message_deleter")
RUN = JobRun("id", PLAN.name, NOW + timedelta(minutes=1), 1)
LAST = EndedRun(RunState.DONE, NOW, NOW + timedelta(seconds=1.54), JobReport(deleted=3))


def said(run: JobRun, language: str = "en", plan: JobPlan = PLAN) -> list[str]:
    """The lines of a job's row."""
    part = row(JobState(plan, run), ZONE)
    return TEXTS.text(language, part.key, **part.args).replace("\u2068", "").replace("\u2069", "").splitlines()


def test_a_job_that_never_ran() -> None:
    assert said(RUN) == [
        "<b>Taking messages away</b>, every 1 minute",
        "Has not run yet.",
        "Next run 2026-03-01 17:01",
    ]


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (LAST, "Last run 2026-03-01 17:00, 1.5 s: deleted 3"),
        (replace(LAST, report=JobReport()), "Last run 2026-03-01 17:00, 1.5 s: nothing was to be done"),
        (
            replace(LAST, report=JobReport(1, 2, 3, 4)),
            "Last run 2026-03-01 17:00, 1.5 s: deleted 1, sent 2, failed 3, left for later 4",
        ),
        (
            replace(LAST, state=RunState.FAILED, error="ValueError: <no>"),
            "⚠️ Last run 2026-03-01 17:00 failed: ValueError: &lt;no&gt;",
        ),
        (
            replace(LAST, state=RunState.PUT_OFF),
            "Last run 2026-03-01 17:00: put off, Telegram lets me go on later; deleted 3",
        ),
    ],
    ids=["done", "nothing", "all", "failed", "put off"],
)
def test_how_the_last_run_was(last: EndedRun, words: str) -> None:
    assert said(replace(RUN, last=last))[1] == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"paused": True}, "⏸ Paused"),
        ({"paused": True, "order": "x"}, "▶️ Runs at once"),
        ({"order": "x"}, "▶️ Runs at once"),
        ({"state": RunState.RUNNING, "began_at": NOW}, "▶️ Running since 2026-03-01 17:00"),
        ({"state": RunState.RUNNING, "began_at": NOW, "paused": True}, "▶️ Running since 2026-03-01 17:00"),
    ],
    ids=["paused", "asked for in a pause", "asked for", "running", "paused meanwhile"],
)
def test_what_comes_next(change: dict[str, Any], words: str) -> None:
    assert said(replace(RUN, **change))[2] == words


def test_hours_of_the_day_are_named() -> None:
    assert said(RUN, plan=replace(PLAN, schedule=Daily((0, 12))))[0].endswith("daily at 00:00, 12:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_job_is_said_in_every_language(language: str, caplog: pytest.LogCaptureFixture) -> None:
    for job in JOBS:
        run = replace(RUN, job=job.plan.name, last=replace(LAST, report=JobReport(1, 2, 3, 4)))
        lines = said(run, language, job.plan)
        assert len(lines) == 3
        assert all(number in lines[1] for number in "1234")
        assert job.plan.key not in lines[0]
    assert not caplog.records


@pytest.mark.parametrize(("alarm", "key"), [(Alarm.FAILING, "job-failing"), (Alarm.RECOVERED, "job-recovered")])
async def test_the_owner_is_told_under_the_cause_of_the_first_failure(alarm: Alarm, key: str) -> None:
    told: list[tuple[str, str]] = []

    async def owner_told(key: str, *, cause: str, **args: Any) -> bool:
        told.append((key, cause))
        assert TEXTS.text("en", key, **args)
        return True

    bot: Any = SimpleNamespace(owner_told=owner_told)
    run = replace(RUN, alarm=alarm, alarm_run="run22", last=replace(LAST, state=RunState.FAILED, error="no"))
    assert await tell_of_job(bot, JobState(PLAN, run))
    assert told == [(key, f"job:{PLAN.name}:run22")]
