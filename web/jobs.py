"""How jobs are run out of turn over HTTP: /force_run orders a run, /runs/<id> tells how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Protocol

from aiohttp import web

from services.errors import UserError
from services.jobs import CLEANUP, CYCLE, JobPlan, JobRun, JobState, RunState
from web.admin import AdminGate
from web.reaching import Pace, reached, served

AT_MOST = 6
PER_SECONDS = 60.0
"""Calls of /force_run that are taken in so many seconds."""


class JobsLike(Protocol):
    """A bot's jobs (services.jobs.JobService)."""

    plans: dict[str, JobPlan]
    known: tuple[JobState, ...]

    async def order(self, name: str) -> str | None:
        """Let one job run now, or all that `CLEANUP` names; None when it is under way already."""

    async def ordered(self, order: str) -> Sequence[JobRun]:
        """Return the runs that an order led to."""


class JobsSource(Protocol):
    """Who knows the jobs of the bot that this process serves."""

    def jobs(self) -> JobsLike | None:
        """The jobs; None while this process does not serve the bot."""


class Jobs:
    """/force_run and /runs/<id>, for whoever may make admin calls."""

    def __init__(self, source: JobsSource, gate: AdminGate, pace: Pace | None = None) -> None:
        self._source = source
        self._gate = gate
        self._pace = pace or Pace(AT_MOST, PER_SECONDS)

    def routes(self) -> list[web.RouteDef]:
        """The addresses that it serves."""
        return [
            web.get("/force_run", self.force_run, allow_head=False),
            web.post("/force_run", self.force_run),
            web.get(r"/runs/{id:[A-Za-z0-9_-]{22}}", self.run),
        ]

    async def force_run(self, request: web.Request) -> web.Response:
        """Order a run of `?job=` (`cleanup`: of all that clean up), or of the cycle; answers 202 with its id."""
        self._gate.require(request, or_local=True)
        self._pace.take()
        jobs, name = served(self._source.jobs()), request.query.get("job", CYCLE)
        try:
            order = await reached(jobs.order(name))
        except UserError:
            known = ", ".join([*jobs.plans, CLEANUP])
            raise web.HTTPNotFound(text=f"There is no such job. There are: {known}.") from None
        if order is None:
            raise web.HTTPConflict(text="It is running already.")
        return web.json_response({"id": order, "status": f"/runs/{order}"}, status=202)

    async def run(self, request: web.Request) -> web.Response:
        """Tell how an ordered run ended, or that it has not."""
        self._gate.require(request, or_local=True)
        order = request.match_info["id"]
        runs = await reached(served(self._source.jobs()).ordered(order))
        if not runs:
            raise web.HTTPNotFound(text="There is no such run; runs are remembered for 30 days.")
        return web.json_response({"id": order, "state": state_of(runs), "runs": [told(run) for run in runs]})


def state_of(runs: Sequence[JobRun]) -> RunState:
    """What can be said of several runs in one word: the first of these that one of them is."""
    order = (RunState.RUNNING, RunState.WAITING, RunState.FAILED, RunState.PUT_OFF)
    return next((state for state in order if any(run.state is state for run in runs)), RunState.DONE)


def told(run: JobRun) -> dict[str, object]:
    """A run as JSON has it."""
    return {
        "job": run.job,
        "state": run.state,
        "started": stamp(run.began_at),
        "ended": stamp(run.ended_at),
        **asdict(run.report),
        "error": run.error,
        "next_run": stamp(run.next_at),
    }


def stamp(at: datetime | None) -> str | None:
    """A time as programs read it."""
    return at.isoformat(timespec="milliseconds") if at else None
