"""The watch itself: a page without protection is told of, in every way that the tests of the page rely on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from aiohttp import web

from tests.browser.accessibility import violations
from tests.browser.conftest import path_of_browser
from tests.browser.hostile import RUNNING
from tests.browser.windows import Windows
from tests.ports import closed_port

POLICY = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
NAIVE = (
    '<!doctype html><html lang="en"><title>Naive</title><main><h1>Naive</h1></main><script src="/naive.js"></script>'
)
SCRIPT = """
const message = new URLSearchParams(location.search).get("message");
document.querySelector("main").append(document.createRange().createContextualFragment(message));
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def naive() -> AsyncIterator[str]:
    """A page that takes messages for markup; with `policy=1` it has a policy like ours."""

    async def shown(request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": POLICY} if "policy" in request.query else {}
        return web.Response(text=NAIVE, content_type="text/html", headers=headers)

    async def script(_request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def icon(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.add_routes([web.get("/", shown), web.get("/naive.js", script), web.get("/favicon.ico", icon)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def showing(naive: str, message: str, **more: str) -> str:
    """The naive page's address with this message."""
    return f"{naive}/?{urlencode({'message': message, **more})}"


async def test_markup_that_runs_is_told(windows: Windows, naive: str) -> None:
    page = await windows.open(showing(naive, "well"))
    for message in RUNNING:
        await page.goto(showing(naive, message))
        who = message.split("'")[1]
        await windows.watches[0].complaint(f"markup of a message ran: {who}")
    windows.watches[0].end()


async def test_what_the_policy_forbids_is_told(windows: Windows, naive: str) -> None:
    await windows.open(showing(naive, RUNNING[1], policy="1"))
    await windows.watches[0].complaint("CSP: require-trusted-types-for")
    assert not any("markup of a message ran" in each for each in windows.watches[0].end())


async def test_errors_dialogs_and_requests_elsewhere_are_told(windows: Windows, naive: str) -> None:
    page = await windows.open(showing(naive, "well"))
    assert windows.watches[0].complaints == []
    await page.evaluate("() => { setTimeout(() => { throw new Error('thrown') }); console.error('written') }")
    await page.evaluate("() => alert('shown')")
    with closed_port() as port:
        await page.evaluate("(url) => fetch(url).catch(() => 0)", f"http://127.0.0.1:{port}/elsewhere")
        await page.evaluate("(url) => { new WebSocket(url) }", f"ws://127.0.0.1:{port}/socket")
        for wanted in (
            "error on the page: thrown",
            "error on the console: written",
            "dialog: shown",
            "elsewhere",
            "web",
        ):
            await windows.watches[0].complaint(wanted)
    windows.watches[0].end()


async def test_what_is_expected_is_let_through_as_long_as_it_is(windows: Windows, naive: str) -> None:
    page = await windows.open(showing(naive, "well"))
    with windows.watches[0].allowing("expected"):
        await page.evaluate("() => console.error('expected')")
        await page.evaluate("() => console.error('another')")
        await windows.watches[0].complaint("another")
    await page.evaluate("() => console.error('expected')")
    await windows.watches[0].complaint("expected")
    assert len(windows.watches[0].end()) == 2


def test_without_a_browser_tests_are_skipped_but_never_in_ci() -> None:
    for environment in ({}, {"CI": "false"}):
        with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
            path_of_browser(None, environment)
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        path_of_browser(None, {"CI": "true"})
    assert path_of_browser("/usr/bin/chromium", {"CI": "true"}) == "/usr/bin/chromium"


async def test_what_cannot_be_read_or_named_is_found(windows: Windows, naive: str) -> None:
    page = await windows.open(showing(naive, "<p>well</p>"))
    assert await violations(page) == []
    unwell = "<button></button><p style='color:#bbb;background:#fff'>pale</p>"
    await page.goto(showing(naive, unwell))
    found = "\n".join(await violations(page))
    assert "button-name" in found
    assert "color-contrast" in found
