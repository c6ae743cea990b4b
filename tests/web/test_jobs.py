"""/force_run and /runs: who may, how often, what is answered; jobs on the status page and in the metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from pymongo.errors import AutoReconnect

from database.job_runs import JobReport, JobRun, RunState
from services.errors import UserError
from services.jobs import CYCLE, JobPlan
from services.schedules import Every
from tests.database.mongo import NOW
from tests.web.test_http import PAGE, Known, serving
from web.admin import AdminGate
from web.jobs import AT_MOST, PER_SECONDS, Jobs, state_of
from web.metrics import Metrics
from web.reaching import Pace
from web.status import BotFacts, JobFacts

ORDER = "A" * 22
RUN = JobRun("id", "sweep", NOW, 3)


class Table:
    """A bot's jobs, of which one is run at a time."""

    def __init__(self) -> None:
        self.plans = {"sweep": JobPlan("sweep", Every(timedelta(minutes=1)))}
        self.known = ()
        self.asked: list[str | None] = []
        self.running = False
        self.failure: Exception | None = None
        self.runs: list[JobRun] = []

    async def order(self, name: str) -> str | None:
        if self.failure:
            raise self.failure
        self.asked.append(name)
        return None if self.running else ORDER

    async def ordered(self, order: str) -> Sequence[JobRun]:
        if self.failure:
            raise self.failure
        return self.runs if order == ORDER else []


class Source:
    def __init__(self, table: Table | None) -> None:
        self.table = table

    def jobs(self) -> Any:
        return self.table


@asynccontextmanager
async def at(
    table: Table | None, *, token: str | None = None, pace: Pace | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(routes=Jobs(Source(table), AdminGate(token), pace).routes()) as http:
        yield http


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_run_is_ordered_and_its_end_is_told(method: str) -> None:
    table = Table()
    async with at(table) as http:
        async with http.request(method, "/force_run?job=sweep") as response:
            assert response.status == 202
            assert await response.json() == {"id": ORDER, "status": f"/runs/{ORDER}"}
        async with http.request(method, "/force_run") as response:
            assert response.status == 202
        assert table.asked == ["sweep", CYCLE]
        ended = replace(
            RUN, state=RunState.DONE, began_at=NOW, ended_at=NOW, report=JobReport(deleted=2), next_at=NOW, order=ORDER
        )
        table.runs = [ended]
        async with http.get(f"/runs/{ORDER}") as response:
            moment = "2026-03-01T12:00:00.000+00:00"
            run = {
                "job": "sweep", "state": "done", "started": moment, "ended": moment, "deleted": 2, "sent": 0,
                "failed": 0, "skipped": 0, "error": None, "next_run": moment,
            }  # fmt: skip
            assert await response.json() == {"id": ORDER, "state": "done", "runs": [run]}


async def test_what_runs_already_is_not_run_again() -> None:
    table = Table()
    table.running = True
    async with at(table) as http, http.post("/force_run") as response:
        assert response.status == 409
        assert await response.json() == {"error": "It is running already."}


async def test_a_job_or_a_run_that_is_none_is_not_found() -> None:
    table = Table()
    table.failure = UserError("job-unknown", name="x")
    async with at(table) as http:
        async with http.post("/force_run?job=<b>x") as response:
            assert response.status == 404
            assert await response.json() == {"error": "There is no such job. There are: sweep, cleanup."}
        table.failure = None
        for path in ("/runs/" + "B" * 22, "/runs/short", "/runs/" + "A" * 21 + "$", "/runs/"):
            async with http.get(path) as response:
                assert response.status == 404


async def test_more_than_six_a_minute_are_refused_with_when_to_come_again() -> None:
    now = [100.0]
    async with at(Table(), pace=Pace(AT_MOST, PER_SECONDS, lambda: now[0])) as http:
        for _ in range(AT_MOST):
            async with http.post("/force_run") as response:
                assert response.status == 202
            now[0] += 5
        for _ in range(3):
            async with http.post("/force_run") as response:
                assert response.status == 429
                assert response.headers["Retry-After"] == "30"
        now[0] += 30
        async with http.post("/force_run") as response:
            assert response.status == 202


async def test_only_who_shows_the_token_orders_and_asks_and_others_use_up_nothing() -> None:
    table, token = Table(), "a-token-of-sixteen-or-more"
    async with at(table, token=token) as http:
        for _ in range(AT_MOST + 1):
            async with http.post("/force_run") as response:
                assert response.status == 401
        async with http.get(f"/runs/{ORDER}") as response:
            assert response.status == 401
        async with http.post("/force_run", headers={"Authorization": f"Bearer {token}"}) as response:
            assert response.status == 202


async def test_without_a_token_who_comes_through_a_proxy_is_refused() -> None:
    table = Table()
    async with at(table) as http:
        for proxy in ("X-Forwarded-For", "Forwarded"):
            async with http.post("/force_run", headers={proxy: "for=127.0.0.1"}) as response:
                assert response.status == 403
    assert table.asked == []


async def test_looking_at_it_orders_nothing() -> None:
    table = Table()
    async with at(table) as http:
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
            async with http.request(method, "/force_run") as response:
                assert response.status == 405
    assert table.asked == []


async def test_a_process_without_the_bot_and_a_database_that_is_away_say_so() -> None:
    table = Table()
    table.failure = AutoReconnect("mongodb://user:canary@host")
    for known in (table, None):
        async with at(known) as http:
            for path in ("/force_run", f"/runs/{ORDER}"):
                async with http.get(path) as response:
                    assert response.status == 503
                    assert response.headers["Retry-After"] == "5"
                    assert "canary" not in await response.text()


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ("done", "done"), ("done waiting", "waiting"), ("failed running waiting", "running"), ("failed done", "failed"),
        ("put_off done", "put_off"), ("failed put_off", "failed"),
    ],
)  # fmt: skip
def test_several_runs_are_told_in_one_word(states: str, told: str) -> None:
    assert state_of([replace(RUN, state=RunState(state)) for state in states.split()]) == told


async def test_why_a_job_failed_is_told_to_those_alone_who_may_make_admin_calls() -> None:
    token, why = "a-token-of-sixteen-or-more", "OSError: no room on /data"
    status = Known((BotFacts("a_bot", "running", jobs=(JobFacts("sweep", "waiting", None, last_error=why),)),))
    async with serving(status=status, gate=AdminGate(token)) as http:
        for shown in ({}, {"Authorization": "Bearer wrong"}):
            async with http.get("/", headers=shown) as response:
                assert "last_error" not in (await response.json())["bots"][0]["jobs"][0]
        async with http.get("/", headers=PAGE) as response:
            assert why not in await response.text()
        async with http.get("/", headers={"Authorization": f"Bearer {token}"}) as response:
            assert (await response.json())["bots"][0]["jobs"][0]["last_error"] == why
    async with serving(status=status) as http:
        async with http.get("/") as response:
            assert (await response.json())["bots"][0]["jobs"][0]["last_error"] == why
        async with http.get("/", headers={"X-Forwarded-For": "8.8.8.8"}) as response:
            assert why not in await response.text()


async def test_the_status_page_shows_the_jobs() -> None:
    jobs = (
        JobFacts(
            "<sweep>", "waiting", "2026-03-01T12:01:00.000+00:00", "2026-03-01T12:00:00.000+00:00", "done", 0.2,
            did={"deleted": 3, "failed": 0, "skipped": 1},
        ),
        JobFacts("wash", "paused", None),
    )  # fmt: skip
    async with serving(status=Known((BotFacts("a_bot", "running", jobs=jobs),))) as http:
        async with http.get("/", headers=PAGE) as response:
            page = await response.text()
        async with http.get("/") as response:
            told = await response.json()
    assert "&lt;sweep&gt;" in page
    assert 'title="2026-03-01 12:00:00 UTC"' in page
    assert "<span>done</span>" in page
    assert ", in 0.2 s" in page
    assert "deleted 3, skipped 1" in page
    assert "2026-03-01 12:01:00 UTC" in page
    assert "<td>never</td>" in page
    assert "<td>paused</td>" in page
    assert [(job["name"], job["state"], job["did"]) for job in told["bots"][0]["jobs"]] == [
        ("<sweep>", "waiting", {"deleted": 3, "failed": 0, "skipped": 1}),
        ("wash", "paused", {}),
    ]


def test_the_metrics_count_runs_failures_and_lateness() -> None:
    metrics = Metrics("1")
    metrics.job_known("sweep", None)
    assert b'draftkeep_job_runs_total{job="sweep"} 0.0' in metrics.text()
    assert b"draftkeep_job_last_success_timestamp_seconds{" not in metrics.text(), "never is not 1970"
    metrics.job_began("sweep", 1.5)
    metrics.job_failed("sweep")
    metrics.job_known("sweep", NOW)
    text = metrics.text().decode()
    for line in (
        'draftkeep_job_runs_total{job="sweep"} 1.0',
        'draftkeep_job_failures_total{job="sweep"} 1.0',
        'draftkeep_job_lateness_seconds{job="sweep"} 1.5',
        'draftkeep_job_last_success_timestamp_seconds{job="sweep"} 1.7723664e+09',
    ):
        assert line in text
