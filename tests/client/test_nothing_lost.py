"""Random days of an inbox: pushes lost, doubled, late, crashes at any moment. Each update is handled, in order."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from pyrogram import utils

from client.address import COMMON
from tests.client.rig import CHANNEL, Edge, Telegram, begun_at, cause_of, chat_of
from tests.client.virtual import virtual

OTHER = utils.get_channel_id(51)


@dataclass
class Day:
    """One scripted day: a seed says what happens, what gets lost and when the bot dies."""

    seed: int
    weakened: bool = False
    updates: int = 120
    kinds: str = "mmmmmmpppoeqqx"

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.telegram = Telegram(
            slice=self.rng.choice([3, 10, 100]),
            too_long=self.rng.choice([10_000, 10_000, 25]),
            delay=lambda: self.rng.expovariate(20),
        )
        for _ in range(3):
            self.telegram.message()
            self.telegram.post()
            self.telegram.post(OTHER)
        self.written = begun_at(self.telegram, CHANNEL, OTHER)
        self.done: list[Any] = []
        self.crashes = 0

    def edge(self) -> Edge:
        """A start of the bot."""
        return Edge(self.telegram, self.written, self.done, work=self._work, later=self._later, weakened=self.weakened)

    def _work(self, update: Any) -> float:
        return self.rng.choice([0.0, 0.01, 0.3, 2.0])

    def _later(self, update: Any) -> float | None:
        return self.rng.uniform(0.1, 5) if self.rng.random() < 0.05 else None

    def happens(self) -> Any:
        """Something happens in the world."""
        telegram, rng = self.telegram, self.rng
        kind = rng.choice(self.kinds)
        match kind:
            case "p":
                return telegram.post(rng.choice([CHANNEL, OTHER]))
            case "o":
                return telegram.message(rng.randint(1, 3), out=True)
            case "e":
                return telegram.edit(rng.randint(1, telegram.top))
            case "q":
                return telegram.member(rng.randint(1, 3))
            case "x":
                return telegram.post(CHANNEL, out=True)
            case _:
                return telegram.message(rng.randint(1, 3))

    async def arrives(self, edge: Edge, update: Any) -> None:
        """A push on its way: late, twice, or never. What the bot did itself it knows from the answer to its call."""
        await asyncio.sleep(self.rng.choice([0, 0, 0.01, self.rng.expovariate(2)]))
        if getattr(getattr(update, "message", None), "out", False):
            box = CHANNEL if hasattr(update.message.peer_id, "channel_id") else COMMON
            edge.inbox.own(box, update.pts, 1, message=update.message.id)
            return
        for _ in range(self.rng.choice([0, 1, 1, 1, 1, 2])):
            if edge.alive:
                await edge.push(update)

    async def live(self) -> Edge:
        edge = self.edge()
        edge.difference.fill_all()
        pushes: set[asyncio.Task[None]] = set()
        for _ in range(self.updates):
            update = self.happens()
            task = asyncio.create_task(self.arrives(edge, update))
            pushes.add(task)
            await asyncio.sleep(self.rng.choice([0, 0, 0.05, self.rng.expovariate(3)]))
            if self.rng.random() < 0.05:
                self.crashes += 1
                for push in pushes:
                    push.cancel()
                pushes.clear()
                await edge.crash()
                for _ in range(self.rng.randint(0, 30)):
                    self.happens()  # while the bot is away
                edge = self.edge()
                edge.difference.fill_all()
            elif self.rng.random() < 0.03:
                edge.difference.fill_all()  # a connection that came back
        await asyncio.gather(*pushes)
        edge.difference.fill_all()
        await edge.settle()
        return edge

    def missing(self) -> list[Any]:
        done = {cause_of(update) for update in self.done}
        return [entry.update for entry in self.telegram.expected() if cause_of(entry.update) not in done]

    def disorder(self) -> list[object]:
        """Chats in which a message was first handled after a later one."""
        seen: dict[object, list[int]] = defaultdict(list)
        for update in self.done:
            if cause_of(update)[0] == "new" and update.message.id not in seen[chat_of(update)]:
                seen[chat_of(update)].append(update.message.id)
        return [chat for chat, numbers in seen.items() if numbers != sorted(numbers)]


@pytest.mark.parametrize("seed", range(40))
@virtual
async def test_every_update_is_handled_in_order_through_losses_and_crashes(seed: int) -> None:
    day = Day(seed)
    edge = await day.live()
    assert not day.missing()
    assert not day.disorder()
    states = {state.id: state for state in day.written}
    assert (states[COMMON].pts, states[COMMON].qts) == (day.telegram.pts, day.telegram.qts)
    assert states[CHANNEL].pts == day.telegram.channel_pts(CHANNEL)
    assert states[OTHER].pts == day.telegram.channel_pts(OTHER)
    assert edge.inbox.lanes.backlog == 0
    assert not any(edge.inbox.early.values())


@pytest.mark.parametrize("seed", range(100, 120))
@virtual
async def test_so_it_is_where_lines_are_so_short_that_much_is_set_aside(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without edits: read again, a message that was edited twice is handled in its last form alone."""
    for name, value in (("fairness.LINE", 3), ("intake.LINE", 3), ("aside.BATCH", 2), ("fairness.GROUP_LINE", 4)):
        monkeypatch.setattr(f"client.{name}", value)
    monkeypatch.setattr("client.intake.GROUP_LINE", 4)
    day = Day(seed, kinds="mmmmmmmmmppoqqx")
    edge = await day.live()
    assert not day.missing()
    assert not day.disorder()
    assert edge.kept, "the test is about what was set aside"
    assert {state.id: state.pts for state in day.written}[COMMON] == day.telegram.pts
    assert edge.inbox.lanes.backlog == 0
    assert not edge.inbox.intake.aside


@virtual
async def test_without_the_two_numbers_crashes_lose_updates() -> None:
    """The control: what arrived is written down instead of what is finished."""
    lost = crashes = 0
    for each in range(10):
        day = Day(each, weakened=True)
        await day.live()
        lost += len(day.missing())
        crashes += day.crashes
    assert crashes
    assert lost
