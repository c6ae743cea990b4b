"""The one stream: numbered, replayed to who was away, reset when that is too long ago, without bound for nobody."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.page import events as module
from sandbox.page.events import Events
from tests.sandbox.seats_rig import PageRig, page_rig


@pytest.fixture
async def rig() -> AsyncIterator[PageRig]:
    async with page_rig() as rig:
        yield rig


def events_of(rig: PageRig) -> Events:
    return rig.box.page.roster.events


async def test_who_was_away_gets_what_was_missed_and_nothing_twice(rig: PageRig) -> None:
    events = events_of(rig)
    async with rig.listen() as first:
        for number in range(3):
            events.publish(1, "typing", number=number)
        await first.until(lambda: len(first.events) == 3)
    for number in range(3, 6):
        events.publish(1, "typing", number=number)
    for way in ({"since": first.ids[-1]}, {"last": first.ids[-1]}, {"since": first.ids[0], "last": first.ids[-1]}):
        async with rig.listen(**way) as again:
            events.publish(1, "typing", number=99)
            await again.wait(lambda event: event["number"] == 99)
            assert [event["number"] for event in again.events if event["number"] < 6] == [3, 4, 5]
            assert again.resets == 0


async def test_a_page_that_names_nothing_begins_with_the_present(rig: PageRig) -> None:
    events_of(rig).publish(1, "typing", number=1)
    async with rig.listen() as page:
        events_of(rig).publish(1, "typing", number=2)
        await page.until(lambda: bool(page.events))
        assert [event["number"] for event in page.events] == [2]


@pytest.mark.parametrize("since", ["0123-4", "nonsense", "-", "{epoch}-999999", "{epoch}-x", "{epoch}--1"])
async def test_a_place_that_is_not_known_is_a_reset(rig: PageRig, since: str) -> None:
    events = events_of(rig)
    events.publish(1, "typing", number=1)
    async with rig.listen(since.format(epoch=events.epoch)) as page:
        await page.until(lambda: page.resets == 1)
        assert page.ids == [f"{events.epoch}-{events.seq}"]
        events.publish(1, "typing", number=2)
        await page.until(lambda: bool(page.events))
        assert [event["number"] for event in page.events] == [2]


def test_only_so_many_and_so_much_is_kept() -> None:
    few = Events(kept=10)
    for number in range(25):
        few.publish(1, "typing", number=number)
    assert few.place(f"{few.epoch}-15") == 15
    assert few.place(f"{few.epoch}-14") is None
    assert few.after(14) is None
    large = Events(kept_bytes=10_000)
    for _ in range(100):
        large.publish(1, "message", text="x" * 1_000)
    assert large._bytes <= 10_000
    assert len(large._lines) == 9


def test_large_ones_come_in_pieces_and_none_is_left_out() -> None:
    events = Events()
    for number in range(200):
        events.publish(1, "message", number=number, text="ы" * 1_000)
    place, pieces = 0, []
    while place < events.seq:
        found = events.after(place)
        assert found is not None
        pieces.append(found[0])
        place = found[1]
    assert len(pieces) > 3
    assert b"".join(pieces).count(b"\nid: ") + 1 == 200


async def test_a_reader_that_falls_behind_is_let_go_and_told_to_begin_anew(
    rig: PageRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes nothing, and nothing is kept for it."""
    monkeypatch.setattr(module, "WRITE_WITHIN", 0.5)
    events = events_of(rig)
    events._kept_bytes = 500_000
    host, port = rig.box.info.control.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        request = f"GET /api/events HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        await asyncio.to_thread(slow.sendall, request.encode())
        for number in range(400):
            events.publish(1, "message", number=number, text="x" * 60_000)
            await asyncio.sleep(0.001)
        slow.settimeout(30)
        taken = await asyncio.to_thread(_all_of, slow)
    assert taken < 20_000_000
    assert events._bytes <= 500_000
    async with rig.listen(f"{events.epoch}-1") as again:
        await again.until(lambda: again.resets == 1)


def _all_of(connection: socket.socket) -> int:
    taken = 0
    try:
        while data := connection.recv(1 << 20):
            taken += len(data)
    except ConnectionError:
        pass
    return taken


async def test_a_quiet_stream_says_that_it_lives(rig: PageRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT", 0.05)
    async with rig.session.get("/api/events") as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        said = b""
        async with asyncio.timeout(30):
            while said.count(b": alive\n\n") < 2:
                said += await response.content.readany()


async def test_the_end_of_the_server_ends_the_streams() -> None:
    async with page_rig() as rig:
        response: Any = await rig.session.get("/api/events")
        rest = asyncio.create_task(response.content.read())
        await asyncio.wait_for(rig.box.stop(), 30)
        assert (await asyncio.wait_for(rest, 30)).startswith(b"retry: ")
        response.close()
