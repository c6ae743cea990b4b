"""What platforms ask: does the process live, may it be sent work, and what has it counted."""

from __future__ import annotations

from aiohttp import web

from web.metrics import CONTENT_TYPE, Metrics
from web.status import Checks


class Health:
    """/healthz, /readyz and /metrics."""

    def __init__(self, checks: Checks, metrics: Metrics) -> None:
        self._checks = checks
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        """The addresses that it serves."""
        return [
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def alive(self, _request: web.Request) -> web.Response:
        """Answer 200: that the loop came round to answer is the whole check, so nothing else can fail it."""
        return web.json_response({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer 200 when every check passes, else 503 with the reasons."""
        answers = await self._checks.answers()
        ready = not any(answers.values())
        checks = {name: reason or "ok" for name, reason in answers.items()}
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Answer with what was counted, in Prometheus' text format."""
        await self._metrics.drafts.look()
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})
