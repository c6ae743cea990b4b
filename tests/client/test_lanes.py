"""One chat's updates one after the other, chats side by side, and nobody held by somebody else's wait."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import pytest

from client.lanes import Lanes
from tests.client.virtual import elapsed, virtual

Piece = tuple[str, int]


class Shop:
    """Runs pieces as it is told to, and remembers what it did."""

    def __init__(self, workers: int = 4) -> None:
        self.begun: list[Piece] = []
        self.ended: list[Piece] = []
        self.running: set[Piece] = set()
        self.most = 0
        self.slow: dict[Piece, float] = {}
        self.waits: dict[Piece, list[float]] = defaultdict(list)
        self.lanes: Lanes[Piece] = Lanes(self.run, workers=workers)

    async def run(self, piece: Piece) -> float | None:
        assert not any(other[0] == piece[0] for other in self.running), "two of one lane at once"
        self.running.add(piece)
        self.most = max(self.most, len(self.running))
        self.begun.append(piece)
        try:
            await asyncio.sleep(self.slow.get(piece, 0))
        finally:
            self.running.discard(piece)
        if self.waits[piece]:
            return self.waits[piece].pop(0)
        self.ended.append(piece)
        return None

    def put(self, *pieces: Piece) -> None:
        for piece in pieces:
            self.lanes.put(piece[0], piece)

    async def idle(self) -> None:
        await self.lanes.below(1)


@virtual
async def test_one_lane_is_worked_on_in_order() -> None:
    shop = Shop()
    pieces = [("a", number) for number in range(20)]
    shop.slow = {piece: random.Random(piece[1]).random() for piece in pieces}
    shop.put(*pieces)
    await shop.idle()
    assert shop.ended == pieces


@virtual
async def test_a_slow_chat_holds_no_other() -> None:
    shop = Shop(workers=2)
    shop.slow = {("a", 1): 60}
    shop.put(("a", 1))
    await asyncio.sleep(0)  # the workers have looked, and found one piece
    shop.put(("b", 1))
    await asyncio.sleep(1)
    assert shop.ended == [("b", 1)]
    shop.put(("c", 1))
    await asyncio.sleep(1)
    assert shop.ended == [("b", 1), ("c", 1)]


@pytest.mark.parametrize("workers", [1, 2, 3, 64])
@pytest.mark.parametrize("turns", range(6))
@virtual
async def test_no_worker_is_missed_whenever_work_arrives(workers: int, turns: int) -> None:
    """Work that arrives in the very turn in which workers go away finds one all the same."""
    shop = Shop(workers=workers)
    shop.put(("a", 1))
    for _ in range(turns):
        await asyncio.sleep(0)
    shop.put(("b", 1))
    for _ in range(turns):
        await asyncio.sleep(0)
    shop.put(("c", 1))
    async with asyncio.timeout(1):
        await shop.idle()
    assert sorted(shop.ended) == [("a", 1), ("b", 1), ("c", 1)]


@virtual
async def test_no_more_workers_than_there_are_lanes_to_work_on() -> None:
    shop = Shop(workers=64)
    before = len(asyncio.all_tasks())
    shop.put(("a", 1))
    assert len(asyncio.all_tasks()) - before == 1
    shop.put(("b", 1), ("a", 2))
    assert len(asyncio.all_tasks()) - before == 2
    await shop.idle()


@virtual
async def test_at_most_so_many_at_once() -> None:
    shop = Shop(workers=3)
    pieces = [(name, number) for name in "abcdefgh" for number in range(3)]
    shop.slow = dict.fromkeys(pieces, 1.0)
    shop.put(*pieces)
    began = elapsed()
    await shop.idle()
    assert shop.most == 3
    assert elapsed() - began == pytest.approx(8)
    for name in "abcdefgh":
        assert [number for lane, number in shop.ended if lane == name] == [0, 1, 2]


@virtual
async def test_one_who_writes_much_does_not_starve_others() -> None:
    shop = Shop(workers=1)
    shop.slow = {("flood", number): 1.0 for number in range(100)}
    shop.put(*shop.slow, ("quiet", 1))
    await asyncio.sleep(2.5)
    assert ("quiet", 1) in shop.ended


@virtual
async def test_a_parked_lane_holds_no_worker_and_keeps_its_front() -> None:
    shop = Shop(workers=1)
    shop.waits["a", 1] = [3600]
    shop.put(("a", 1), ("a", 2), ("b", 1))
    await asyncio.sleep(1)
    assert shop.ended == [("b", 1)]
    assert shop.begun == [("a", 1), ("b", 1)], "what is behind the one that waits waits with it"
    assert shop.lanes.backlog == 2
    shop.put(("a", 3), ("c", 1))
    await asyncio.sleep(1)
    assert shop.ended == [("b", 1), ("c", 1)]
    await asyncio.sleep(3600)
    assert shop.ended == [("b", 1), ("c", 1), ("a", 1), ("a", 2), ("a", 3)]
    assert shop.lanes.backlog == 0


@virtual
async def test_what_is_parked_is_taken_again_when_it_is_woken() -> None:
    shop = Shop()
    shop.waits["a", 1] = [3600, 3600]
    shop.waits["b", 1] = [3600]
    shop.put(("a", 1), ("a", 2), ("b", 1), ("c", 1))
    await asyncio.sleep(1)
    assert shop.ended == [("c", 1)]
    began = elapsed()
    shop.lanes.wake()
    await asyncio.sleep(1)
    assert shop.ended == [("c", 1), ("b", 1)], "what must still wait is parked again"
    await shop.idle()
    assert shop.ended == [("c", 1), ("b", 1), ("a", 1), ("a", 2)]
    assert 3600 <= elapsed() - began < 3700


@virtual
async def test_what_is_parked_is_in_hand_and_not_active() -> None:
    shop = Shop()
    shop.waits["a", 1] = [100]
    shop.put(("a", 1), ("a", 2))
    await asyncio.sleep(1)
    assert (shop.lanes.backlog, shop.lanes.active) == (2, 0)
    await shop.idle()
    assert (shop.lanes.backlog, shop.lanes.active) == (0, 0)


@virtual
async def test_below_waits_until_there_is_room() -> None:
    shop = Shop(workers=1)
    shop.slow = {("a", number): 1.0 for number in range(10)}
    shop.put(*shop.slow)
    began = elapsed()
    await asyncio.gather(shop.lanes.below(8), shop.lanes.below(5))
    assert elapsed() - began == pytest.approx(6)
    assert shop.lanes.backlog == 4


@virtual
async def test_closing_leaves_what_did_not_finish_in_its_grace() -> None:
    shop = Shop(workers=2)
    shop.slow = {("quick", 1): 1.0, ("slow", 1): 60.0}
    shop.waits["parked", 1] = [1]
    shop.put(("parked", 1), ("quick", 1), ("slow", 1), ("quick", 2), ("other", 1))
    await asyncio.sleep(0.5)
    began = elapsed()
    left = await shop.lanes.close(grace=5)
    assert elapsed() - began <= 6
    assert ("quick", 1) in shop.ended
    assert ("slow", 1) not in shop.ended
    done = len(shop.ended)
    assert left == 5 - done == shop.lanes.backlog
    shop.put(("late", 1))
    await asyncio.sleep(100)
    assert len(shop.ended) == done, "nothing starts after the end"
    assert not shop.running


@virtual
async def test_closing_is_quick_when_nothing_runs() -> None:
    shop = Shop()
    shop.waits["parked", 1] = [3600]
    shop.put(("parked", 1))
    await asyncio.sleep(1)
    began = elapsed()
    assert await shop.lanes.close(grace=5) == 1
    assert elapsed() == began


@virtual
async def test_work_that_raises_after_all_blocks_neither_its_lane_nor_others(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []

    async def run(piece: int) -> float | None:
        await asyncio.sleep(0)
        seen.append(piece)
        if seen == [1]:
            raise RuntimeError("it must not raise")
        return None

    lanes: Lanes[int] = Lanes(run, workers=1)
    lanes.put("a", 1)
    lanes.put("a", 2)
    lanes.put("b", 3)
    async with asyncio.timeout(60):
        await lanes.below(1)
    assert [piece for piece in seen if piece != 3] == [1, 1, 2], "taken again, in order"
    assert "it must not raise" in caplog.text


@virtual
async def test_a_lane_survives_work_that_cancels_its_worker() -> None:
    """Only the end may cancel a worker; a handler's own cancellation is taken again like any failure."""
    seen: list[int] = []

    async def run(piece: int) -> float | None:
        seen.append(piece)
        if seen == [1]:
            task = asyncio.current_task()
            assert task
            task.cancel()
        await asyncio.sleep(0)
        return None

    lanes: Lanes[int] = Lanes(run, workers=1)
    lanes.put("a", 1)
    lanes.put("a", 2)
    async with asyncio.timeout(60):
        await lanes.below(1)
    assert seen == [1, 1, 2]


@virtual
async def test_what_is_held_begins_when_it_may() -> None:
    shop = Shop(workers=2)
    shop.lanes.hold()
    shop.put(("a", 1), ("a", 2), ("b", 1), ("c", 1))
    await asyncio.sleep(10)
    assert not shop.begun
    shop.lanes.go()
    await shop.idle()
    assert len(shop.ended) == 4
