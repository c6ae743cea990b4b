"""Behind the curtain: the ledger as it is written, what is on and its end, what the process offers and says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.page import ledger_events
from sandbox.page.offers import KEPT, Offer, Offers
from sandbox.server import Sandbox
from sandbox.stage import control

TOKEN, BOT_ID = "777001:secret", 777001
WITHIN = 30.0


@asynccontextmanager
async def listening(box: Sandbox, path: str, **headers: str) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """A stream of the page's, as pairs of an event's id and its data."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(WITHIN)) as http,
        http.get(f"{box.info.control}{path}", headers=headers) as response,
    ):
        assert response.status == 200, await response.text()

        async def events() -> AsyncIterator[tuple[str, Any]]:
            number = ""
            async for line in response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                number = value if name == "id" else number
                if name == "data":
                    yield number, json.loads(value)

        yield events()


async def lines_until(events: AsyncIterator[tuple[str, Any]], last: int) -> list[Any]:
    """The lines of the ledger up to this number."""
    found: list[Any] = []
    async for number, data in events:
        assert int(number) == data["lines"][-1]["seq"]
        found += data["lines"]
        if found[-1]["seq"] >= last:
            break
    return found


async def crowded(box: Sandbox, texts: int) -> list[int]:
    """Two people of whom one writes to the other; returns their ids."""
    ids: list[int] = (await control(box.info, "POST", "/people", count=2, first_name="Ann"))["ids"]
    await control(box.info, "POST", "/say", **{"from": ids[0], "to": ids[1], "texts": [f"{n}" for n in range(texts)]})
    return ids


async def test_the_ledger_is_told_as_it_is_written_with_names() -> None:
    async with Sandbox(bots=[(TOKEN, "some_bot")]) as box:
        ids = await crowded(box, 3)
        seen = box.ledger.last_seq
        async with listening(box, "/api/ledger/events") as events:
            before = await lines_until(events, seen)
            await control(box.info, "POST", "/say", **{"from": ids[1], "to": "some_bot", "texts": ["hi"]})
            number, data = await anext(events)
        assert [line["seq"] for line in before] == list(range(1, seen + 1))
        assert [line["text"] for line in data["lines"]] == ["hi"]
        assert data["names"] == {str(ids[1]): "Ann", str(BOT_ID): "@some_bot"}
        assert int(number) == seen + 1


async def test_the_ledger_goes_on_where_somebody_was_and_begins_not_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_events, "BEFORE", 5)
    monkeypatch.setattr(ledger_events, "AT_ONCE", 4)
    async with Sandbox() as box:
        await crowded(box, 20)
        last = box.ledger.last_seq
        for path, headers, first in (
            ("/api/ledger/events", {}, last - 4),
            ("/api/ledger/events?since=3", {}, 4),
            ("/api/ledger/events", {"Last-Event-ID": "7"}, 8),
            (f"/api/ledger/events?since={last + 9}", {}, 1),
        ):
            async with listening(box, path, **headers) as events:
                lines = await lines_until(events, last)
            assert [line["seq"] for line in lines] == list(range(first, last + 1)), path
        page = await control(box.info, "GET", f"/api/ledger?before={last - 4}")
        assert [line["seq"] for line in page["lines"]] == list(range(last - 8, last - 4))
        assert await control(box.info, "GET", "/api/ledger?before=1") == {"lines": [], "names": {}}
        with pytest.raises(RuntimeError, match="400"):
            await control(box.info, "GET", "/api/ledger?before=x")


async def test_a_stopping_server_ends_the_stream_at_once() -> None:
    async with Sandbox() as box, listening(box, "/api/ledger/events") as events:
        rest = asyncio.create_task(lines_until(events, 10**9))
        await asyncio.wait_for(box.stop(), WITHIN)
        assert await asyncio.wait_for(rest, WITHIN) == []


async def test_a_watcher_that_takes_nothing_is_let_go(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stalled(_response: web.StreamResponse, _data: bytes) -> None:
        raise TimeoutError

    monkeypatch.setattr(ledger_events, "write", stalled)
    async with Sandbox() as box:
        await crowded(box, 1)
        with pytest.raises(aiohttp.ClientError):
            async with listening(box, "/api/ledger/events") as events:
                await lines_until(events, 1)
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_all_that_is_on_is_shown_and_switched_off_at_once() -> None:
    async with Sandbox(bots=[(TOKEN, "some_bot")]) as box:
        calm = await control(box.info, "GET", "/api/weather")
        assert calm["bots"] == [{"id": BOT_ID, "name": "@some_bot"}]
        orders: tuple[tuple[str, dict[str, Any]], ...] = (
            ("/faults", {"kind": "drop_request", "account": BOT_ID, "probability": 0.5}),
            ("/silence", {"account": BOT_ID, "seconds": 600, "reach": "account"}),
            ("/limits", {"bot": {"rate": 1, "burst": 1}}),
            ("/latency", {"milliseconds": 5}),
            ("/sessions/exclusive", {"on": True}),
            ("/away", {"seconds": 600}),
        )
        for path, body in orders:
            await control(box.info, "POST", path, **body)
        on = await control(box.info, "GET", "/api/weather")
        for name in ("faults", "silences", "limits", "latency", "exclusive", "away"):
            assert on[name] != calm[name], name
        async with aiohttp.ClientSession() as http, http.delete(f"{box.info.control}/api/weather") as response:
            assert response.status == 200
        async with asyncio.timeout(WITHIN):
            while await control(box.info, "GET", "/api/weather") != calm:  # noqa: ASYNC110 - it is behind HTTP
                await asyncio.sleep(0.05)
        async with asyncio.timeout(WITHIN):  # the listening socket is open again
            (await asyncio.open_connection("127.0.0.1", box.info.port))[1].close()


async def test_what_is_offered_is_done_and_what_is_said_is_heard() -> None:
    taken: list[str] = []

    async def act() -> str:
        taken.append("bell")
        offers.tell("The bell rang.", trouble=True, away="it rings")
        return "Rung."

    offers = Offers()
    offers.add(Offer("bell", "Ring", "It rings.", act, danger=True))
    offers.tell("Before anybody looked.")
    async with Sandbox(offers=offers) as box:
        start = await control(box.info, "GET", "/api/start")
        assert start["offers"] == [{"name": "bell", "title": "Ring", "text": "It rings.", "danger": True}]
        assert [(line["text"], line["away"]) for line in start["told"]] == [("Before anybody looked.", "")]
        async with listening(box, f"/api/events?since={start['epoch']}-{start['seq']}") as events:
            assert await control(box.info, "POST", "/api/offers/bell") == {"said": "Rung."}
            _, event = await anext(events)
        assert (event["kind"], event["person"], event["line"]["text"]) == ("told", None, "The bell rang.")
        assert event["line"]["trouble"]
        assert event["line"]["away"] == "it rings"
        with pytest.raises(RuntimeError, match="404"):
            await control(box.info, "POST", "/api/offers/gong")
    assert taken == ["bell"]


def test_of_what_was_said_the_last_lines_are_kept() -> None:
    offers = Offers()
    for number in range(KEPT + 5):
        offers.tell(str(number))
    assert [line["text"] for line in offers.told()] == [str(number) for number in range(5, KEPT + 5)]
