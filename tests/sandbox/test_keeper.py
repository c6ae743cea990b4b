"""The bot is kept going: again at once when it was killed on purpose, after a growing pause when it ended by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandbox import keeper as module
from sandbox.keeper import Keeper
from sandbox.telling import Trouble

WITHIN = 30.0


class Stage:
    """A keeper of real processes that sleep, or end at once with the codes in `codes`; what it said, what it waited."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.started: list[asyncio.subprocess.Process] = []
        self.said: list[tuple[str, bool]] = []
        self.keeper = Keeper(self.start, self.ready, self.tell)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(WITHIN):
            while len(self.said) < count:  # noqa: ASYNC110 - it is said by another task
                await asyncio.sleep(0.01)

    async def start(self) -> asyncio.subprocess.Process:
        words = ("sh", "-c", f"exit {self.codes.pop(0)}") if self.codes else ("sleep", "600")
        self.started.append(await asyncio.create_subprocess_exec(*words))
        return self.started[-1]

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            raise Trouble("The bot ended instead of starting.")

    def tell(self, text: str, *, trouble: bool = False) -> None:
        self.said.append((text, trouble))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.keeper.end()
    assert all(each.returncode is not None for each in stage.started)


@pytest.fixture
async def kept(stage: Stage) -> AsyncIterator[Stage]:
    await stage.keeper.begin()
    keeping = asyncio.create_task(stage.keeper.keep())
    yield stage
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_a_bot_that_was_killed_on_purpose_is_started_at_once(
    kept: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept.keeper, "_pause", 600.0)  # what it would wait otherwise
    assert "Killed" in await kept.keeper.kill()
    await kept.until(2)
    assert kept.started[0].returncode == -9
    assert [trouble for _, trouble in kept.said] == [False, False]
    assert "up again" in kept.said[1][0]


async def test_a_bot_that_ends_by_itself_is_trouble_and_waits_longer_each_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    stage.codes = [3] * 8
    await stage.keeper.begin()
    with monkeypatch.context() as patch:
        patch.setattr("sandbox.keeper.asyncio.sleep", pause)
        keeping = asyncio.create_task(stage.keeper.keep())
        async with asyncio.timeout(WITHIN):
            while len(stage.started) < 9:
                await asyncio.wait([keeping], timeout=0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    assert ("The bot ended by itself (code 3). It is started again in 2 seconds.", True) in stage.said


async def test_a_bot_that_lasted_is_started_after_the_shortest_pause_again(
    kept: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LASTS", -1.0)
    monkeypatch.setattr(module, "PAUSE", 0.01)
    monkeypatch.setattr(kept.keeper, "_pause", 600.0)
    kept.started[0].terminate()
    await kept.until(2)
    assert "in 0.01 seconds" in kept.said[0][0]


async def test_a_bot_that_does_not_serve_yet_is_trouble_and_one_that_ended_is_the_end(stage: Stage) -> None:
    async def never(process: asyncio.subprocess.Process) -> None:
        raise Trouble("It waits for something.")

    slow = Keeper(stage.start, never, stage.tell)
    await slow.begin()
    assert not await slow.settle()
    assert stage.said == [("It waits for something.", True)]
    await slow.end()
    stage.codes = [1]
    await stage.keeper.begin()
    await stage.started[-1].wait()
    with pytest.raises(Trouble, match="ended instead"):
        await stage.keeper.settle()


async def test_while_it_waits_there_is_nothing_to_kill(kept: Stage) -> None:
    kept.started[0].terminate()
    await kept.until(1)
    assert "not running" in await kept.keeper.kill()
