"""The bot is kept going: at once after a kill on purpose, after growing pauses else; why it is away is said once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from sandbox import absence
from sandbox import keeper as module
from sandbox.botprocess import Away, look_at, wait_until_ready
from sandbox.keeper import Keeper
from sandbox.telling import Trouble

WITHIN = 30.0


class Stage:
    """A keeper of real processes that sleep, or end at once with the codes in `codes`; what it said, what it waited."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.started: list[asyncio.subprocess.Process] = []
        self.said: list[tuple[str, bool]] = []
        self.why = ""
        self.looks = 0
        self.keeper = Keeper(self.start, self.ready, self.look, self.tell)

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

    async def look(self) -> str:
        self.looks += 1
        return self.why

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
        if seconds == absence.EVERY:
            await asyncio.Event().wait()  # whether it serves is not looked at here
        pauses.append(seconds)

    monkeypatch.setattr(absence, "EVERY", 600.0)
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

    slow = Keeper(stage.start, never, stage.look, stage.tell)
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


LOGIN = "a new login has to wait for 4 minutes"
AWAY = (f"The bot is away: {LOGIN}. It comes back by itself.", False)


async def looked(stage: Stage, times: int) -> None:
    """Wait for more looks."""
    last = stage.looks + times
    async with asyncio.timeout(WITHIN):
        while stage.looks < last:  # noqa: ASYNC110 - another task looks
            await asyncio.sleep(0.01)


async def test_why_a_bot_that_runs_is_away_is_said_once_and_that_it_is_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "EVERY", 0.01)
    await stage.keeper.begin()
    keeping = asyncio.create_task(stage.keeper.keep())
    await looked(stage, 5)
    assert stage.said == []
    stage.why = LOGIN
    await looked(stage, 5)
    assert stage.said == [AWAY]
    assert stage.keeper.away == LOGIN
    stage.why = ""
    await stage.until(2)
    assert stage.said[1][0].startswith("The bot is back after ")
    assert stage.keeper.away == ""
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    before = stage.looks
    await asyncio.sleep(0.05)
    assert stage.looks == before, "nobody looks any more"


async def test_one_look_that_finds_it_away_is_not_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absence, "EVERY", 0.01)
    reasons = ["", "reconnecting", ""] * 5

    async def look() -> str:
        stage.looks += 1
        return reasons[stage.looks % len(reasons)]

    watching = asyncio.create_task(absence.Absence(look, stage.tell).watch())
    await looked(stage, len(reasons))
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert stage.said == []


async def test_a_bot_that_is_away_and_is_killed_is_back_when_it_serves(
    kept: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "EVERY", 0.01)
    kept.keeper._absence.begin(LOGIN)
    await kept.keeper.kill()
    await kept.until(4)
    assert [text.split(" after ")[0] for text, _ in kept.said[2:]] == ["The bot is back", "The bot is up again,"]


async def test_a_start_that_finds_it_away_is_said_at_once_and_the_watch_does_not_say_it_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(process: asyncio.subprocess.Process) -> None:
        raise Away(LOGIN)

    monkeypatch.setattr(absence, "EVERY", 0.01)
    stage.why = LOGIN
    keeper = Keeper(stage.start, away, stage.look, stage.tell)
    await keeper.begin()
    assert not await keeper.settle()
    keeping = asyncio.create_task(keeper.keep())
    await looked(stage, 5)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await keeper.end()
    assert stage.said == [AWAY]


@asynccontextmanager
async def bot_saying(**checks: str) -> AsyncIterator[str]:
    """The status page of a bot whose checks say this; its address."""

    async def ready(_request: web.Request) -> web.Response:
        return web.json_response({"ready": False, "checks": checks}, status=503)

    app = web.Application()
    app.router.add_get("/readyz", ready)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_start_waits_no_longer_than_a_named_trouble_stands(stage: Stage, tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text('{"level": "INFO"}\n')
    process = await stage.start()
    stage.keeper._process = process
    began = time.monotonic()
    async with bot_saying(database="ok", lease="nobody owns the bot", telegram=f"{LOGIN}; for 3 s now") as status:
        with pytest.raises(Away) as caught:
            await wait_until_ready(process, status, log, 0, stands=3)
        assert time.monotonic() - began < WITHIN
        assert str(caught.value) == f"The bot is away: {LOGIN}."
        assert await look_at(status) == LOGIN
        with pytest.raises(Trouble, match=r"within 0\.5 seconds"):  # it may pass: it has not stood for long enough
            await wait_until_ready(process, status, log, 0, within=0.5, stands=4)
    assert await look_at(status) == "it does not answer"
    async with bot_saying(database="ok", telegram="starting") as status:
        assert await look_at(status) == "starting"
        with pytest.raises(Trouble, match=r"within 0\.5 seconds \(telegram: starting\)"):
            await wait_until_ready(process, status, log, 0, within=0.5, stands=0)


async def test_a_bot_that_is_behind_is_not_away() -> None:
    async with bot_saying(database="ok", backlog="3000 updates wait") as status:
        assert await look_at(status) == ""
