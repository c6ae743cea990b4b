"""Preview pages are asked for as shorteners are, with more room, and nowhere but at Telegram's own site."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from client.outside import LONGEST as SHORT
from client.outside import Outside
from client.previews import LONGEST, Previews
from services.results import SourceAway


@pytest.fixture
async def near() -> AsyncIterator[str]:
    """A site on this machine, which answers as the channel's name says."""

    async def answer(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name == "moved":  # what t.me does where there is no public page
            raise web.HTTPFound(f"http://169.254.169.254/{name}")
        sizes = {"usual": 4 * SHORT, "longest": LONGEST, "endless": LONGEST + 1}
        return web.Response(body=f"{request.host}{request.path_qs}".encode().ljust(sizes[name], b" "))

    app = web.Application()
    app.router.add_get("/s/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_page_is_asked_for_at_t_me_with_room_for_it(near: str) -> None:
    previews = Previews(Outside({"t.me": near}))
    assert (await previews.page("usual", None)).strip() == b"t.me/s/usual"
    assert (await previews.page("longest", 81)).strip() == b"t.me/s/longest?before=81"


@pytest.mark.parametrize(("name", "why"), [("endless", "too long"), ("moved", "HTTP 302")])
async def test_what_is_no_page_is_given_up(near: str, name: str, why: str) -> None:
    with pytest.raises(SourceAway, match=why):
        await Previews(Outside({"t.me": near})).page(name, None)


async def test_nobody_is_asked_who_only_says_that_he_is_t_me(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard holds for this address too: a name server that lies leads nowhere inside."""
    import asyncio
    import socket

    async def getaddrinfo(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    with pytest.raises(SourceAway, match="it leads inside"):
        await Previews(Outside()).page("club", None)
