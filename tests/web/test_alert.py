"""ALERT_URL is told by one small POST, whoever stands behind it; nothing that it does harms the bot."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from web import alert as alert_module
from web.alert import TRIES, Alert, Notice
from web.redaction import Redactor

SINCE = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
NOTICE = Notice("@files_bot", "trouble", "connection", "Telegram cannot be reached", SINCE, "Look at the network.")
CANARY = "a-canary-in-the-path-of-the-address"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_module, "PAUSE", 0.01)


@dataclass
class Receiver:
    """A server that answers as it is told to."""

    url: str = ""
    status: int = 200
    first: list[int] = field(default_factory=list)
    """What the first requests are answered with, before all are with `status`."""
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    got: list[dict[str, Any]] = field(default_factory=list)
    elsewhere: int = 0

    async def take(self, request: web.Request) -> web.Response:
        if request.path != f"/{CANARY}":
            self.elsewhere += 1
            return web.Response()
        self.got.append(await request.json())
        await asyncio.sleep(self.slow)
        status = self.first.pop(0) if self.first else self.status
        return web.Response(status=status, headers=self.headers, text=f"an answer with {CANARY}")


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}/{CANARY}"
    yield receiver
    await runner.cleanup()


def alert(url: str, **options: Any) -> Alert:
    return Alert(url, "1.2.3", redact=lambda text: text, **options)


async def test_it_is_told_in_one_small_json() -> None:
    async with receiving() as receiver:
        assert await alert(receiver.url).tell(NOTICE)
    (body,) = receiver.got
    assert body == {
        "bot": "@files_bot",
        "event": "trouble",
        "kind": "connection",
        "what": "Telegram cannot be reached",
        "since": "2026-03-01T12:00:05+00:00",
        "advice": "Look at the network.",
        "text": "Draftkeep @files_bot does not serve: Telegram cannot be reached. Since 2026-03-01T12:00:05+00:00."
        " Look at the network.",
    }


@pytest.mark.parametrize("status", [204, 299])
async def test_any_answer_of_success_is_enough(status: int) -> None:
    async with receiving() as receiver:
        receiver.status = status
        assert await alert(receiver.url).tell(NOTICE)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
async def test_one_that_fails_is_tried_some_times(status: int, caplog: pytest.LogCaptureFixture) -> None:
    async with receiving() as receiver:
        receiver.status = status
        assert not await alert(receiver.url).tell(NOTICE)
    assert len(receiver.got) == TRIES
    assert f"HTTP {status}" in caplog.text


async def test_one_that_has_a_bad_moment_is_told_when_it_is_over() -> None:
    async with receiving() as receiver:
        receiver.first = [500, 302]
        assert await alert(receiver.url).tell(NOTICE)
    assert len(receiver.got) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(status: int) -> None:
    """A notice goes where the operator said, nowhere else."""
    async with receiving() as receiver:
        receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
        assert not await alert(receiver.url).tell(NOTICE)
    assert receiver.elsewhere == 0


async def test_one_that_is_slow_has_its_time_and_no_more() -> None:
    async with receiving() as receiver:
        receiver.slow = 60
        began = time.monotonic()
        assert not await alert(receiver.url, timeout=0.1).tell(NOTICE)
        assert time.monotonic() - began < 10
    assert len(receiver.got) == TRIES


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://name.invalid/", "http://127.0.0.1:99999/", "http://"])
async def test_one_that_cannot_be_reached_breaks_nothing(url: str) -> None:
    assert not await alert(url + CANARY).tell(NOTICE)


async def test_a_stranger_who_speaks_no_http_breaks_nothing() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff" * 100_000)
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert not await alert(f"http://127.0.0.1:{port}/{CANARY}").tell(NOTICE)
    server.close()


async def test_the_address_is_in_no_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for url in (f"http://127.0.0.1:1/{CANARY}", f"http://127.0.0.1:99999/{CANARY}", f"http://[{CANARY}"):
        await alert(url).tell(NOTICE)
    async with receiving() as receiver:
        for receiver.status in (200, 302, 500):
            await alert(receiver.url).tell(NOTICE)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("web.")]
    assert ours
    assert not [line for line in ours if CANARY in line]


async def test_what_is_told_passes_the_filter_of_secrets() -> None:
    redactor = Redactor()
    redactor.protect("a-secret-password")
    notice = Notice("1", "crash", "start", "MongoDB refuses a-secret-password", SINCE)
    async with receiving() as receiver:
        assert await Alert(receiver.url, "1", redact=redactor.redact).tell(notice)
    assert "a-secret-password" not in str(receiver.got)
    assert receiver.got[0]["what"] == "MongoDB refuses [secret]"


@pytest.mark.parametrize(
    ("event", "words"), [("trouble", "does not serve"), ("crash", "ended"), ("healed", "serves again")]
)
def test_each_event_has_its_words(event: str, words: str) -> None:
    assert words in Notice("@files_bot", event, "connection", "gone", SINCE).body()["text"]
