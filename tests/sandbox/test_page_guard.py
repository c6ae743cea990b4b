"""No other site reaches the control server through somebody's browser; programs and the page itself do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from sandbox.page.guard import HEADERS, POLICY, refusal
from sandbox.page.site import SITE, TYPES
from tests.sandbox.seats_rig import PageRig, page_rig


@pytest.fixture
async def rig() -> AsyncIterator[PageRig]:
    async with page_rig() as rig:
        yield rig


async def test_a_name_of_somebody_elses_is_refused_whatever_it_points_at(rig: PageRig) -> None:
    for path in ("/", "/api/start", "/ledger", "/site/index.html"):
        status, answer = await rig.ask("GET", path, headers={"Host": "evil.example:80"})
        assert status == 403
        assert "127.0.0.1" in answer["error"]
    for host in ("127.0.0.1:1", "localhost", "[::1]:8080"):
        assert (await rig.ask("GET", "/api/start", headers={"Host": host}))[0] == 200


async def test_another_site_posts_nothing_and_a_program_does(rig: PageRig) -> None:
    own = str(rig.session._base_url).rstrip("/")
    refused: list[dict[str, str]] = [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": own.replace("127.0.0.1", "localhost")},
        {"Origin": own.replace("http", "https")},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    for headers in refused:
        for path in ("/api/people", "/people", "/away", "/faults"):
            status, _ = await rig.ask(
                "POST", path, json={"first_name": "Eve", "count": 1, "seconds": 1}, headers=headers
            )
            assert status == 403, (headers, path)
    assert (await rig.get("/api/start"))["people"] == []
    assert (await rig.ask("POST", "/people", json={"count": 1}))[0] == 200
    allowed = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
    assert (await rig.ask("POST", "/people", json={"count": 1}, headers=allowed))[0] == 200


async def test_another_site_may_link_to_the_page_and_take_nothing_from_it(rig: PageRig) -> None:
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with rig.session.get("/", headers=visit) as response:
        assert response.status == 200
    for path, dest in (("/", "iframe"), ("/", "script"), ("/api/start", "document"), ("/site/index.html", "document")):
        status, _ = await rig.ask("GET", path, headers={**visit, "Sec-Fetch-Dest": dest})
        assert status == 403, (path, dest)


@pytest.mark.parametrize(
    "headers, passes",
    [
        ({"Host": "127.0.0.1:9"}, True),
        ({"Host": "evil.example"}, False),
        ({"Host": "127.0.0.1.evil.example"}, False),
        ({"Host": "[broken"}, False),
        ({"Host": ""}, False),
        ({"Host": "127.0.0.1:9", "Origin": "http://127.0.0.1:9"}, True),
        ({"Host": "127.0.0.1:9", "Origin": "http://127.0.0.1:10"}, False),
    ],
)
def test_who_passes(headers: dict[str, str], passes: bool) -> None:
    request = make_mocked_request("POST", "/api/people", headers=headers)
    assert (refusal(request) is None) is passes


async def test_every_answer_has_the_headers_that_protect_the_page(rig: PageRig) -> None:
    for path in ("/", "/site/index.html", "/api/start", "/nothing", "/ledger"):
        async with rig.session.get(path) as response:
            assert response.headers["Content-Security-Policy"] == POLICY, path
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            cached = "no-cache" if path in ("/", "/site/index.html") else HEADERS["Cache-Control"]
            assert response.headers["Cache-Control"] == cached
    assert "unsafe" not in POLICY
    assert "require-trusted-types-for 'script'" in POLICY


async def test_the_pages_files_have_their_types_and_are_asked_about_each_time(rig: PageRig) -> None:
    files = [path for path in SITE.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= set(TYPES)
    for path in files:
        async with rig.session.get(f"/site/{path.relative_to(SITE)}") as response:
            assert response.headers["Content-Type"] == TYPES[path.suffix]
            assert await response.read() == path.read_bytes()
            tag = response.headers["ETag"]
        async with rig.session.get(f"/site/{path.relative_to(SITE)}", headers={"If-None-Match": tag}) as response:
            assert response.status == 304


@pytest.mark.parametrize(
    "name",
    [
        "..%2fguard.py", "%2e%2e/guard.py", "%2fetc%2fpasswd", "nothing.js", "..%2f..%2f__init__.py",
        "%00x.js", f"{'x' * 3_000}.js",
    ],
    ids=lambda name: name[:20],
)  # fmt: skip
async def test_nothing_else_is_served(rig: PageRig, name: str) -> None:
    from yarl import URL

    url = URL(f"{str(rig.session._base_url).rstrip('/')}/site/{name}", encoded=True)
    async with rig.session.get(url) as response:
        assert response.status == 404
        assert (await response.json())["error"]


async def test_what_goes_wrong_is_said_in_json(rig: PageRig) -> None:
    asked: list[tuple[str, str, Any, int]] = [
        ("GET", "/api/nothing", None, 404),
        ("PUT", "/api/start", None, 405),
        ("GET", "/api/people/1/chats", None, 404),
        ("POST", "/api/people", {"first_name": ""}, 400),
        ("POST", "/api/people", {"first_name": "Ann", "surname": "Lee"}, 400),
        ("POST", "/api/people", {"first_name": "Ann", "language_code": "<b>"}, 400),
    ]
    for method, path, body, expected in asked:
        status, answer = await rig.ask(method, path, json=body)
        assert (status, set(answer)) == (expected, {"error", "name"})


async def test_a_handler_that_breaks_says_so_without_its_insides(rig: PageRig, caplog: Any) -> None:
    from sandbox.page.guard import explain

    async def breaks(_: web.Request) -> web.StreamResponse:
        raise KeyError("secret")

    handler: Callable[..., Any] = explain
    response = await handler(make_mocked_request("GET", "/"), breaks)
    assert response.status == 500
    assert "secret" not in response.text
    assert "secret" in caplog.text


async def test_without_the_guard_every_site_could_do_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above find what they are for: with the protection off they would fail."""

    @web.middleware
    async def nobody(request: web.Request, handler: Any) -> web.StreamResponse:
        response: web.StreamResponse = await handler(request)
        return response

    async def nothing(_request: web.Request, _response: web.StreamResponse) -> None: ...

    monkeypatch.setattr("sandbox.control.guard", nobody)
    monkeypatch.setattr("sandbox.control.harden", nothing)
    async with page_rig() as rig:
        evil = {"Host": "evil.example:80", "Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert (await rig.ask("POST", "/people", json={"count": 1}, headers=evil))[0] == 200
        async with rig.session.get("/", headers=evil) as response:
            assert response.status == 200
            assert "Content-Security-Policy" not in response.headers
