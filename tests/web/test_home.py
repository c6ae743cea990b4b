"""The status page with something of everything: what anybody sees of it, what the token shows besides, and its form."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from tests.client.virtual import elapsed, virtual
from tests.web.facts import BOT, CHAT, ERROR, NOW, OVERVIEW, at
from tests.web.test_http import PAGE, Check, Known, route, serving
from web import status as status_module
from web.admin import AdminGate
from web.answers import since
from web.app import GLANCE, make_app
from web.charts import HEIGHT, LEAST, NOTHING, WIDTH, charts_of, rows_of
from web.metrics import Metrics
from web.status import BotFacts

TOKEN = "a-token-of-sixteen-or-more"
INSIDE = ("News of the", "Old channel", "the reason of the failure")


def basic(password: str) -> dict[str, str]:
    return PAGE | {"Authorization": "Basic " + b64encode(f"somebody:{password}".encode()).decode()}


class Page(HTMLParser):
    """What a page is made of: its tags, what each is described by, and its ids."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for each, attributes in self.tags if each == tag]


async def test_a_stranger_sees_how_it_is_doing_and_nothing_that_is_inside() -> None:
    async with serving([Check("database")], status=Known((BOT,)), gate=AdminGate(TOKEN)) as http:
        async with http.get("/", headers=PAGE) as response:
            text = await response.text()
        async with http.get("/") as response:
            told = await response.text()
    for inside in INSIDE:
        assert inside not in text
        assert inside not in told
    for words in (
        "@files_bot",
        "10,000+",
        "3,400",
        "12,000",
        "draft_cycle",
        "Steps of sequences",
        "42 s",
        'href="/admin"',
    ):
        assert words in text, words
    [bot] = json.loads(told)["bots"]
    assert "targets" not in bot["overview"]
    assert all("last_error" not in job for job in bot["jobs"])
    assert bot["overview"]["hours"][9] | {"begins": ""} == {
        "begins": "", "deliveries": 9 * 37 % 90, "sent": 9 * 211 % 800, "waits": 1, "waited_seconds": 42.0,
    }  # fmt: skip
    assert bot["overview"]["queues"][0]["waiting"] == bot["overview"]["counted_to"]


async def test_with_the_token_a_person_and_a_program_see_all_of_it() -> None:
    async with serving(status=Known((BOT,)), gate=AdminGate(TOKEN)) as http:
        async with http.get("/admin", headers=basic(TOKEN)) as response:
            text = await response.text()
            assert response.status == 200
        async with http.get("/", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
            [bot] = (await response.json())["bots"]
    assert "News of the &lt;b&gt;town&lt;/b&gt;" in text
    assert ERROR in text
    assert [each["title"] for each in bot["overview"]["targets"]] == [CHAT, "Old channel"]
    assert bot["jobs"][1]["last_error"] == ERROR


@pytest.mark.parametrize(
    "shown",
    [
        {},
        basic(""),
        basic("a-token-of-sixteen-or-less"),
        {"Authorization": "Basic ====="},
        {"Authorization": "Basic /w=="},
    ],
)
async def test_a_browser_is_asked_for_the_token(shown: dict[str, str]) -> None:
    known, gate, asked = Known((BOT,)), AdminGate(TOKEN), PAGE | shown
    async with serving(status=known, gate=gate) as http, http.get("/admin", headers=asked) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic realm=")
        text = await response.text()
    assert not any(inside in text for inside in INSIDE)


async def test_a_password_opens_pages_and_no_call_that_does_anything() -> None:
    """A page from anywhere may let a browser make calls, which adds the password by itself."""
    async with (
        serving(status=Known((BOT,)), gate=AdminGate(TOKEN)) as http,
        http.get("/", headers=basic(TOKEN)) as response,
    ):
        assert ERROR not in await response.text()
    gate = AdminGate(TOKEN)

    async def act(request: web.Request) -> web.StreamResponse:
        gate.require(request, or_local=True)
        return web.Response()

    async with serving(gate=gate, routes=[route(act)]) as http, http.get("/tried", headers=basic(TOKEN)) as response:
        assert response.status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none", "Origin": "https://a.page"}, 403),
        ({"Sec-Fetch-Site": "none", "X-Forwarded-For": "127.0.0.1"}, 403),
        ({"Sec-Fetch-Site": "none", "Host": "a.page:8080"}, 403),
    ],
)
async def test_without_a_token_it_is_open_to_a_person_at_this_machine(headers: dict[str, str], status: int) -> None:
    async with serving(status=Known((BOT,))) as http:
        async with http.get("/admin", headers=PAGE | headers) as response:
            assert response.status == status
        async with http.get("/", headers=PAGE | headers) as response:
            assert ('href="/admin"' in await response.text()) == (status == 200 and bool(headers))


async def test_it_comes_anew_by_itself_unless_it_is_to_stay() -> None:
    async with serving(status=Known((BOT,))) as http:
        async with http.get("/", headers=PAGE) as response:
            assert response.headers["Refresh"] == "30"
        async with http.get("/?still", headers=PAGE) as response:
            assert "Refresh" not in response.headers
            assert 'href="/"' in await response.text()
        async with http.get("/") as response:
            assert "Refresh" not in response.headers


@virtual
async def test_however_many_look_while_nothing_answers_each_waits_for_one_question_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(status_module, "time", SimpleNamespace(monotonic=elapsed))
    checks = [Check("database", seconds=60)]
    app = make_app(Known((BOT,)), checks, Metrics("1"))
    home = next(each.handler for each in app.router.routes() if each.resource and each.resource.canonical == "/")
    began = elapsed()
    for _ in range(5):
        await asyncio.gather(*(home(make_mocked_request("GET", "/", headers=PAGE, app=app)) for _ in range(20)))
    assert elapsed() - began <= GLANCE + 0.1
    assert checks[0].asked == 1


async def test_each_bot_has_its_place_and_one_of_which_nothing_is_known_as_well() -> None:
    bots = (BOT, replace(BOT, username="other_bot", overview=None), BotFacts(None, "standby", "another serves it"))
    async with serving(status=Known(bots)) as http, http.get("/", headers=PAGE) as response:
        text = await response.text()
    assert [text.count(words) for words in ("@files_bot", "@other_bot", "another serves it", "<svg")] == [1, 1, 1, 3]


async def test_it_is_well_formed_and_says_what_it_draws() -> None:
    """Every drawing is described, every table headed, no id twice, nothing that the CSP forbids."""
    bots = (BOT, replace(BOT, username="b"))
    async with serving(status=Known(bots)) as http, http.get("/", headers=PAGE) as response:
        page = Page(await response.text())
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for drawing in page.all("svg"):
        assert drawing["role"] == "img"
        assert set((drawing["aria-labelledby"] or "").split()) <= set(ids)
    assert len(page.all("svg")) == 6
    assert all(each.get("scope") in {"col", "row"} for each in page.all("th"))
    assert not page.all("script")
    assert not [attributes for _, attributes in page.tags if any(re.match("on|style$", name) for name in attributes)]


def test_the_bars_stand_side_by_side_within_the_drawing() -> None:
    for chart in charts_of(OVERVIEW):
        assert len(chart.bars) == 15
        for left, right in zip(chart.bars, chart.bars[1:], strict=False):
            assert left.x + left.width < right.x
        assert all(bar.y >= 0 and round(bar.y + bar.height, 2) == HEIGHT for bar in chart.bars)
        assert chart.bars[-1].x + chart.bars[-1].width < WIDTH
    deliveries, _, waits = charts_of(OVERVIEW)
    assert max(bar.height for bar in deliveries.bars) == HEIGHT
    assert (deliveries.bars[0].kind, deliveries.bars[1].kind, deliveries.bars[14].kind) == ("none", "had", "now")
    assert deliveries.bars[0].height == NOTHING < LEAST
    assert (waits.total, waits.bars[9].words, waits.words) == (
        "1 (42 s)", "09:00: 42 s", "Today, by hour: most from 09:00 on, 42 s. 0 s in the hour that runs.",
    )  # fmt: skip


def test_hours_are_said_as_the_clocks_of_the_bots_zone_show_them() -> None:
    rows = rows_of(replace(OVERVIEW, timezone="Asia/Kathmandu"))
    assert (len(rows), rows[0].hour, rows[-1].hour) == (15, "19:45", "05:45")


def test_a_day_without_anything_says_so() -> None:
    quiet = replace(OVERVIEW, hours=tuple(replace(each, deliveries=0) for each in OVERVIEW.hours))
    assert charts_of(quiet)[0].words == "Today, by hour: none so far."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "now"),
        (12, "12 s ago"),
        (-90, "in 1 min 30 s"),
        (-7200, "in 2 h"),
        (93784, "1 d 2 h ago"),
        (600, "10 min ago"),
    ],
)
def test_a_time_is_said_from_now(seconds: float, words: str) -> None:
    assert since(at(seconds=seconds), NOW) == words
