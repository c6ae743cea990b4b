"""What GET / says: what this is and how it is doing, as a page or as JSON; and what GET /admin says besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from aiohttp import web

from web.admin import AdminGate
from web.answers import age, page, wants_page
from web.charts import charts_of, rows_of
from web.jobs import stamp
from web.status import BotFacts, Checks, Facts, StatusSource

WHAT = "A Telegram bot that keeps files, hands them out by link, publishes drafts, and writes to its audience."

REFRESH = 30
"""Seconds after which the page comes anew; `STILL` in the address keeps it as it is."""

STILL = "still"


def _utc() -> datetime:
    return datetime.now(UTC)


class Home:
    """The status page."""

    def __init__(
        self, status: StatusSource, checks: Checks, gate: AdminGate, now: Callable[[], datetime] = _utc
    ) -> None:
        self._status = status
        self._checks = checks
        self._gate = gate
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        """The addresses that it serves."""
        return [web.get("/", self.home), web.get("/admin", self.inside)]

    async def home(self, request: web.Request) -> web.Response:
        """Answer 200 whatever the state is: this page tells it, /readyz judges it. Errors are for admin calls alone."""
        return await self._answer(request, knows=self._gate.lets(request))

    async def inside(self, request: web.Request) -> web.Response:
        """Answer as `home` does, with what is for whoever runs the bot; a browser is asked for the token."""
        self._gate.require_person(request)
        return await self._answer(request, knows=True)

    async def _answer(self, request: web.Request, *, knows: bool) -> web.Response:
        await self._status.look()
        facts, answers, now = self._status.facts(), await self._checks.answers(), self._now()
        bots = facts.bots if knows else tuple(each.for_strangers() for each in facts.bots)
        told: dict[str, object] = {
            "name": "Draftkeep",
            "what": WHAT,
            "version": facts.version,
            "started": stamp(now - timedelta(seconds=facts.uptime)),
            "uptime_seconds": round(facts.uptime, 1),
            "ready": not any(answers.values()),
            "checks": {name: reason or "ok" for name, reason in answers.items()},
        }
        if not wants_page(request):
            return web.json_response({**told, "bots": [_as_json(each, knows=knows) for each in bots]})
        still = STILL in request.query
        response = page(request, "status.html", {**told, **self._shown(request, facts, bots), "knows": knows,
                                                 "still": still, "refresh": REFRESH, "now": now})  # fmt: skip
        if not still:
            response.headers["Refresh"] = str(REFRESH)
        return response

    def _shown(self, request: web.Request, facts: Facts, bots: tuple[BotFacts, ...]) -> Mapping[str, object]:
        """What the page has beside the JSON: drawings, and words for times."""
        return {
            "path": request.path,
            "has_more": self._gate.has_more(request),
            "uptime": age(facts.uptime),
            "bots": [
                (
                    each,
                    charts_of(each.overview) if each.overview else (),
                    rows_of(each.overview) if each.overview else (),
                )
                for each in bots
            ],
        }


def _as_json(bot: BotFacts, *, knows: bool) -> dict[str, object]:
    told = asdict(bot)
    told["last_update_age_seconds"] = told.pop("last_update_age")
    if not knows:
        for job in told["jobs"]:
            del job["last_error"]
        if told["overview"]:
            del told["overview"]["targets"]
    return told
