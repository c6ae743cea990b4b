"""What HTTP answers: status, health, readiness, metrics, refusals; and what it never says."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace

import aiohttp
import pytest
from aiohttp import web

from tests.client.virtual import elapsed, virtual
from web import status as status_module
from web.admin import AdminGate
from web.answers import age
from web.app import WebServer, make_app
from web.metrics import LABELS_AT_MOST, Metrics
from web.status import Ask, BotFacts, Checks, Facts, Probe

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CANARY = "canary-of-the-inside"


@dataclass
class Check:
    """A probe whose answer the test sets."""

    name: str
    answer: str | Exception | None = None
    seconds: float = 0.0
    asked: int = 0

    async def check(self) -> str | None:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Known:
    """Facts that the test sets."""

    bots: tuple[BotFacts, ...] = field(default_factory=tuple)

    async def look(self) -> None:
        """Nothing is asked of a database."""

    def facts(self) -> Facts:
        return Facts("1.2.3", 93784.0, self.bots)


@asynccontextmanager
async def serving(
    probes: Sequence[Probe] = (),
    *,
    status: Known | None = None,
    metrics: Metrics | None = None,
    gate: AdminGate | None = None,
    routes: Sequence[web.RouteDef] = (),
    request_timeout: float = 5,
    longer: Mapping[str, float] = MappingProxyType({}),
) -> AsyncIterator[aiohttp.ClientSession]:
    app = make_app(
        status or Known(),
        probes,
        metrics or Metrics("1.2.3"),
        gate=gate,
        routes=routes,
        request_timeout=request_timeout,
        longer=longer,
    )
    server = WebServer(app, port=0, host="127.0.0.1")
    await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
            yield session
    finally:
        await server.stop()


def route(handler: Callable[[web.Request], Awaitable[web.StreamResponse]], method: str = "GET") -> web.RouteDef:
    return web.route(method, "/tried", handler)


async def test_healthz_asks_nobody() -> None:
    check = Check("database", "away", seconds=60)
    async with serving([check]) as http, http.get("/healthz") as response:
        assert response.status == 200
        assert await response.json() == {"status": "ok"}
    assert check.asked == 0


async def test_ready_when_every_check_passes() -> None:
    async with serving([Check("database"), Check("lease")]) as http, http.get("/readyz") as response:
        assert response.status == 200
        assert await response.json() == {"ready": True, "checks": {"database": "ok", "lease": "ok"}}


async def test_not_ready_with_every_reason() -> None:
    probes = [Check("database"), Check("lease", "another process holds it"), Check("telegram", OSError(CANARY))]
    async with serving(probes) as http, http.get("/readyz") as response:
        assert response.status == 503
        assert await response.json() == {
            "ready": False,
            "checks": {"database": "ok", "lease": "another process holds it", "telegram": "the check failed"},
        }


async def test_a_function_can_be_a_check() -> None:
    async def away() -> str | None:
        return "away"

    assert await Checks([Ask("database", away)]).answers() == {"database": "away"}


@virtual
async def test_slow_checks_run_side_by_side_and_end_at_their_limit() -> None:
    checks = Checks([Check("a", seconds=60), Check("b", seconds=60), Check("c")], timeout=0.1)
    began = elapsed()
    answers = await checks.answers()
    assert elapsed() - began == pytest.approx(0.1)
    assert answers == {"a": "no answer within 0.1 s", "b": "no answer within 0.1 s", "c": None}


async def test_many_requests_are_one_question() -> None:
    check = Check("database", seconds=0.05)
    checks = Checks([check], keep=0.2)
    await asyncio.gather(*(checks.answers() for _ in range(50)))
    assert check.asked == 1
    await asyncio.sleep(0.25)
    await checks.answers()
    assert check.asked == 2


async def test_a_failure_is_looked_at_again_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(status_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    asked = []

    async def starting() -> str | None:
        asked.append(1)
        return "starting" if len(asked) == 1 else None

    checks = Checks([Ask("telegram", starting)], keep=60)
    assert await checks.answers() == {"telegram": "starting"}
    assert await checks.answers() == {"telegram": "starting"}
    assert len(asked) == 1
    now[0] += 0.15
    assert await checks.answers() == {"telegram": None}
    now[0] += 59
    await checks.answers()
    assert len(asked) == 2


async def test_the_status_page_is_json_for_programs() -> None:
    bots = (BotFacts("files_bot", "running", backlog=3, last_update_age=2.0, lease_epoch=4, logins=1, recoveries=2),)
    async with serving([Check("database", "away")], status=Known(bots)) as http, http.get("/") as response:
        assert response.status == 200
        told = await response.json()
    assert told["version"] == "1.2.3"
    assert told["ready"] is False
    assert told["checks"] == {"database": "away"}
    (bot,) = told["bots"]
    assert bot["username"] == "files_bot"
    assert bot["backlog"] == 3
    assert bot["last_update_age_seconds"] == 2.0


async def test_the_status_page_is_html_for_people_and_escapes_what_it_shows() -> None:
    bots = (BotFacts("files_bot", "running", reason="<script>alert(1)</script>"), BotFacts(None, "standby"))
    probes = [Check("database", "<b>away")]
    async with serving(probes, status=Known(bots)) as http, http.get("/", headers=PAGE) as response:
        text = await response.text()
        policy = response.headers["Content-Security-Policy"]
        assert response.content_type == "text/html"
    assert "@files_bot" in text
    assert "Not ready" in text
    assert "1 d 2 h" in text
    assert "<script>" not in text
    assert "<b>away" not in text
    assert "&lt;b&gt;away" in text
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text), "the page loads nothing from elsewhere"
    nonce = re.search(r'<style nonce="([^"]+)">', text)
    assert nonce
    assert f"style-src 'nonce-{nonce[1]}'" in policy


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html", "text/html"),
        ("application/json;q=0.5, text/html;q=0.9", "text/html"),
        ("text/html;q=0.1, application/json", "application/json"),
        ("text/html;q=nonsense", "application/json"),
    ],
)
async def test_the_form_follows_what_is_accepted(accept: str | None, kind: str) -> None:
    async with serving() as http:
        for path in ("/", "/nothing"):
            async with http.get(path, headers={"Accept": accept} if accept else None) as response:
                assert response.content_type == kind


async def test_metrics_have_one_prefix_and_what_was_counted() -> None:
    metrics = Metrics("1.2.3")
    metrics.update("UpdateNewMessage", "ok", 0.01)
    metrics.call("messages.sendMessage", "ok", 0.05)
    metrics.call("messages.sendMessage", "flood_wait", 0.05)
    metrics.left_out("UpdateNewMessage")
    metrics.left_out("UpdateNewMessage")
    metrics.slowed()
    metrics.flood_wait(7)
    metrics.mishap("server")
    metrics.login()
    metrics.recovery("session", 3.5)
    metrics.watch(
        backlog=lambda: 9,
        lease_held=lambda: True,
        lease_epoch=lambda: 4,
        trouble=lambda: 0.0,
        breaker_open=lambda: True,
    )
    async with serving(metrics=metrics) as http, http.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = await response.text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(line.startswith("draftkeep_") for line in lines)
    for expected in (
        'draftkeep_updates_total{kind="UpdateNewMessage",outcome="ok"} 1.0',
        'draftkeep_update_duration_seconds_count{kind="UpdateNewMessage"} 1.0',
        'draftkeep_calls_total{method="messages.sendMessage",outcome="flood_wait"} 1.0',
        'draftkeep_call_duration_seconds_count{method="messages.sendMessage"} 2.0',
        'draftkeep_updates_left_out_total{kind="UpdateNewMessage"} 2.0',
        "draftkeep_people_slowed_total 1.0",
        "draftkeep_flood_wait_seconds_total 7.0",
        "draftkeep_logins_total 1.0",
        'draftkeep_mishaps_total{kind="server"} 1.0',
        "draftkeep_breaker_open 1.0",
        'draftkeep_recoveries_total{kind="session"} 1.0',
        'draftkeep_recovery_duration_seconds_sum{kind="session"} 3.5',
        "draftkeep_inbox_backlog 9.0",
        "draftkeep_lease_held 1.0",
        "draftkeep_lease_epoch 4.0",
        'draftkeep_build_info{version="1.2.3"} 1.0',
    ):
        assert expected in lines
    assert "draftkeep_process_resident_memory_bytes" in text


def test_two_processes_worth_of_metrics_do_not_meet() -> None:
    first, second = Metrics("1"), Metrics("1")
    first.login()
    assert b"draftkeep_logins_total 0.0" in second.text()


def test_labels_do_not_grow_without_end() -> None:
    metrics = Metrics("1")
    for number in range(LABELS_AT_MOST + 300):
        metrics.call("messages.sendMessage", f"ERROR_{number}", 0.1)
    text = metrics.text().decode()
    assert text.count("draftkeep_calls_total{") == LABELS_AT_MOST + 1
    assert 'outcome="other"} 300.0' in text


async def test_unknown_addresses_and_methods_are_refused_in_both_forms() -> None:
    async with serving() as http:
        async with http.get("/nothing") as response:
            assert response.status == 404
            assert await response.json() == {"error": "Not Found"}
        async with http.get("/<script>", headers=PAGE) as response:
            assert response.status == 404
            assert "<script>" not in await response.text()
        async with http.post("/healthz") as response:
            assert response.status == 405
            assert response.headers["Allow"] == "GET,HEAD"
        async with http.head("/healthz") as response:
            assert response.status == 200


async def test_a_failure_inside_is_told_without_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_request: web.Request) -> web.StreamResponse:
        raise RuntimeError(CANARY)

    async with serving(routes=[route(fail)]) as http:
        for headers in ({}, PAGE):
            async with http.get("/tried", headers=headers) as response:
                assert response.status == 500
                text = await response.text()
                assert CANARY not in text
                assert "Traceback" not in text
                assert "aiohttp" not in str(response.headers)
    assert CANARY in caplog.text


async def test_a_request_ends_at_its_limit() -> None:
    async def sleep(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async with serving(routes=[route(sleep)], request_timeout=0.1) as http, http.get("/tried") as response:
        assert response.status == 504


async def test_a_body_beyond_the_limit_is_refused() -> None:
    async def read(request: web.Request) -> web.StreamResponse:
        return web.Response(text=str(len(await request.read())))

    async with serving(routes=[route(read, "POST")]) as http, http.post("/tried", data=b"x" * 100_000) as response:
        assert response.status == 413


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/nothing"])
async def test_every_answer_carries_the_headers_that_bind_a_browser(path: str) -> None:
    async with serving() as http, http.get(path, headers=PAGE) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Server"] == "Draftkeep"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_admin_calls_want_the_token() -> None:
    gate = AdminGate("a-token-of-sixteen-or-more")

    async def admin(request: web.Request) -> web.StreamResponse:
        gate.require(request, or_local=True)
        return web.Response(text="done")

    async def status(shown: str | None) -> int:
        async with http.get("/tried", headers={"Authorization": shown} if shown else None) as response:
            if response.status == 401:
                assert response.headers["WWW-Authenticate"].startswith("Bearer")
            return response.status

    async with serving(routes=[route(admin)]) as http:
        assert await status("Bearer a-token-of-sixteen-or-more") == 200
        assert await status("bearer  a-token-of-sixteen-or-more") == 200
        for wrong in (None, "Bearer", "Bearer x", "Basic a-token-of-sixteen-or-more", "a-token-of-sixteen-or-more"):
            assert await status(wrong) == 401


async def test_without_a_token_admin_calls_are_off_but_for_this_machine_where_allowed() -> None:
    gate = AdminGate(None)

    async def admin(request: web.Request) -> web.StreamResponse:
        gate.require(request, or_local="local" in request.query)
        return web.Response(text="done")

    async with serving(routes=[route(admin)]) as http:
        async with http.get("/tried") as response:
            assert response.status == 403
        async with http.get("/tried?local") as response:
            assert response.status == 200
        for proxy in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            async with http.get("/tried?local", headers={proxy: "127.0.0.1"}) as response:
                assert response.status == 403
                assert "this machine" in await response.text()
        for foreign in ({"Origin": "https://a.page"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "a.page:8080"}):
            async with http.get("/tried?local", headers=foreign) as response:
                assert response.status == 403, "a page that this machine's browser shows"
        for here in ("localhost:8080", "127.0.0.9", "[::1]:8080"):
            async with http.get("/tried?local", headers={"Host": here}) as response:
                assert response.status == 200


async def test_a_taken_port_is_an_error_of_the_start() -> None:
    first = WebServer(make_app(Known(), [], Metrics("1")), port=0, host="127.0.0.1")
    await first.start()
    second = WebServer(make_app(Known(), [], Metrics("1")), port=first.port, host="127.0.0.1")
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await first.stop()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3600, "1 h 0 min"), (93784, "1 d 2 h")],
)
def test_ages_are_said_in_two_units(seconds: float | None, words: str) -> None:
    assert age(seconds) == words
