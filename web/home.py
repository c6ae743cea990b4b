"""What GET / says: what this is and how it is doing, as a page or as JSON."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from web.admin import AdminGate
from web.answers import age, page, wants_page
from web.status import Checks, StatusSource

WHAT = "A Telegram bot that keeps files, hands them out by link, publishes drafts, and writes to its audience."


class Home:
    """The status page."""

    def __init__(self, status: StatusSource, checks: Checks, gate: AdminGate) -> None:
        self._status = status
        self._checks = checks
        self._gate = gate

    def routes(self) -> list[web.RouteDef]:
        """The addresses that it serves."""
        return [web.get("/", self.home)]

    async def home(self, request: web.Request) -> web.Response:
        """Answer 200 whatever the state is: this page tells it, /readyz judges it. Errors are for admin calls alone."""
        facts = self._status.facts()
        answers = await self._checks.answers()
        told: dict[str, object] = {
            "name": "Draftkeep",
            "what": WHAT,
            "version": facts.version,
            "uptime_seconds": round(facts.uptime, 1),
            "ready": not any(answers.values()),
            "checks": {name: reason or "ok" for name, reason in answers.items()},
        }
        if wants_page(request):
            bots = [(bot, age(bot.last_update_age)) for bot in facts.bots]
            return page(request, "status.html", {**told, "bots": bots, "uptime": age(facts.uptime)})
        knows = self._gate.lets(request)
        bots_told = []
        for bot in facts.bots:
            told_bot = asdict(bot)
            told_bot["last_update_age_seconds"] = told_bot.pop("last_update_age")
            for job in told_bot["jobs"] if not knows else ():
                del job["last_error"]
            bots_told.append(told_bot)
        return web.json_response({**told, "bots": bots_told})
