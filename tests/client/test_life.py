"""What broke is healed by itself: in which order things are tried, what never is, and from when to when it is timed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect
from pyrogram.errors import (
    AccessTokenInvalid,
    AuthKeyDuplicated,
    AuthKeyUnregistered,
    BadRequest,
    SessionRevoked,
)
from pyrogram.session.session import AuthKeyNotFound

from client import life as life_module
from client import watch as watch_module
from client.calls import MustWait
from client.identity import LOGIN_EVERY, LoginTooSoon
from client.life import ATTEMPTS, JITTER, LONGEST_PAUSE, STOOD_BY, Life, Refused, first
from client.troubles import DATABASE_AWAY, Incident
from services.errors import TryLater
from tests.client.virtual import elapsed, virtual


@pytest.fixture(autouse=True)
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (life_module, watch_module):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=elapsed))


class Keeper:
    """A lease that is there for the asking, until a test takes it away."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        self.acquired: list[float] = []
        self.away_since: float | None = None
        self.standing_by_since: float | None = None
        self.stands_by = 0.0
        self._held = False

    async def acquire(self) -> int:
        if self.stands_by:
            self.standing_by_since = elapsed()
            await asyncio.sleep(self.stands_by)
            self.stands_by = 0.0
        self.lost.clear()
        self.away_since = None
        self._held = True
        self.acquired.append(elapsed())
        return len(self.acquired)

    def held(self) -> bool:
        return self._held

    async def release(self) -> None:
        self._held = False

    def lose(self, *, away_since: float | None = None) -> None:
        self._held, self.away_since = False, away_since
        self.lost.set()


class World:
    """Telegram and the database as the bots of one life meet them."""

    def __init__(self) -> None:
        self.session = True
        self.refusal: Exception | None = None
        """What Telegram says to the session that is stored."""
        self.at_start: list[Exception] = []
        """What goes wrong at the next starts."""
        self.last_login = -10 * LOGIN_EVERY
        self.database_away = False
        self.starts: list[float] = []
        self.logins: list[float] = []
        self.drops: list[float] = []
        self.stops: list[float] = []
        self.bots: list[Any] = []
        self.recoveries: list[tuple[str, float]] = []

    def make(self) -> Any:
        self.bots.append(OneBot(self))
        return self.bots[-1]


class OneBot:
    """A bot as its life knows it."""

    username = "files_bot"

    def __init__(self, world: World) -> None:
        self._world = world
        self.store = SimpleNamespace(stale=False, delete=self._delete)
        self.session: Any = None
        self.refused: Exception | None = None
        self.put_off: Exception | None = None
        self.is_initialized = False
        self.trouble: Incident | None = None
        self.logins = 0

    async def start(self, _: ModuleType) -> None:
        world = self._world
        world.starts.append(elapsed())
        await asyncio.sleep(0.1)
        if world.at_start:
            raise world.at_start.pop(0)
        if world.session and world.refusal:
            raise world.refusal
        if not world.session:
            if (wait := LOGIN_EVERY - (elapsed() - world.last_login)) > 0:
                raise LoginTooSoon(wait)
            world.last_login = elapsed()
            world.logins.append(elapsed())
            self.logins += 1
            world.session = True

    async def stop(self, *, grace: float) -> None:
        self._world.stops.append(grace)

    async def _delete(self) -> None:
        if self._world.database_away:
            raise AutoReconnect("gone")
        self._world.drops.append(elapsed())
        self._world.session, self._world.refusal = False, None

    def note_recovery(self, kind: str, seconds: float) -> None:
        self._world.recoveries.append((kind, seconds))

    def reader_dies(self) -> None:
        async def dies() -> None:
            raise ValueError("a constructor that nobody knows")

        self.session = SimpleNamespace(recv_task=asyncio.create_task(dies()))


async def nothing(_: Any) -> None:
    """Nothing runs beside these bots."""


class Living:
    """A life in progress."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keeper = Keeper()
        self.life = Life(self.keeper, world.make, ModuleType("none"), begin=nothing, end=nothing)  # type: ignore[arg-type]  # a stand-in
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(self.life.run(self.stop))

    @property
    def bot(self) -> Any:
        return self.life.bot

    async def until(self, look: Callable[[], object], seconds: float = 7200) -> None:
        give_up = elapsed() + seconds
        while not look():
            if self.task.done():
                self.task.result()
            assert elapsed() < give_up
            await asyncio.sleep(0.05)

    async def end(self) -> None:
        self.stop.set()
        await self.task


async def running(world: World) -> Living:
    living = Living(world)
    await living.until(lambda: living.life.bot)
    return living


def about(seconds: float) -> Any:
    """So many seconds, give or take what chance may add and what a start takes."""
    return pytest.approx(seconds, rel=JITTER, abs=1.5)


REFUSALS = [AuthKeyUnregistered(), SessionRevoked(), AuthKeyDuplicated(), AuthKeyNotFound("-404")]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
@virtual
async def test_a_refused_session_is_tried_three_times_after_1_2_and_4_seconds_then_one_login(
    refusal: Exception,
) -> None:
    world = World()
    living = await running(world)
    broke = elapsed()
    world.refusal = living.bot.refused = refusal
    await living.until(lambda: world.logins and living.life.bot)
    _, *tries, login = world.starts
    assert len(tries) == ATTEMPTS
    gaps = [after - before for before, after in zip([broke, *tries], tries, strict=False)]
    assert gaps == [about(1), about(2), about(4)]
    assert len(world.drops) == len(world.logins) == 1
    assert login - tries[-1] < 1, "the login follows at once"
    assert len(living.keeper.acquired) == 1, "the attempts are one process's"
    [(kind, seconds)] = world.recoveries
    assert kind == "session"
    assert seconds == pytest.approx(elapsed() - broke, abs=1.5)
    assert set(world.stops) == {0}, "nobody waits for answers over a dead connection"
    await living.end()


@virtual
async def test_a_refusal_that_passes_costs_no_login() -> None:
    world = World()
    living = await running(world)
    living.bot.refused = AuthKeyUnregistered()
    world.at_start = [AuthKeyNotFound("-404"), AuthKeyUnregistered()]
    await living.until(lambda: world.recoveries)
    assert (world.drops, world.logins) == ([], [])
    assert world.recoveries[0][0] == "session"
    await living.end()


@virtual
async def test_one_login_per_incident_and_per_twenty_minutes() -> None:
    world = World()
    world.last_login = elapsed() - 60
    living = await running(world)
    world.refusal = living.bot.refused = SessionRevoked()
    await living.until(lambda: world.drops)
    await asyncio.sleep(60)
    incident = living.life.trouble
    assert incident
    assert "login has to wait" in incident.trouble.what
    assert "by itself" in incident.trouble.advice
    assert world.logins == []
    await living.until(lambda: living.life.bot)
    assert elapsed() - world.drops[0] == pytest.approx(LOGIN_EVERY - 60, abs=2 * LONGEST_PAUSE)
    world.refusal = living.bot.refused = SessionRevoked()
    await asyncio.sleep(LOGIN_EVERY - 60)
    assert len(world.logins) == 1, "the next one waits in its turn"
    await living.until(lambda: len(world.logins) == 2)
    await living.end()


@virtual
async def test_a_session_that_cannot_be_dropped_yet_is_dropped_when_the_database_is_back() -> None:
    world = World()
    living = await running(world)
    world.refusal = living.bot.refused = SessionRevoked()
    world.database_away = True
    await asyncio.sleep(60)
    assert world.logins == []
    world.database_away = False
    await living.until(lambda: world.logins, 60)
    await living.end()


@virtual
async def test_a_token_that_is_refused_ends_the_life() -> None:
    world = World()
    world.at_start = [AccessTokenInvalid()]
    living = Living(world)
    with pytest.raises(Refused, match="BOT_TOKEN"):
        await living.task
    assert len(world.starts) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionError("refused"), "cannot be reached"),
        (TryLater(5, "did not get through"), "cannot be reached"),
        (MustWait(3600, "connecting must wait"), "asks to wait"),
        (BadRequest("WHATEVER"), "refused a call"),
    ],
)
@virtual
async def test_a_start_that_fails_is_tried_again_without_end_and_never_too_late(error: Exception, words: str) -> None:
    world = World()
    began = elapsed()
    world.at_start = [error] * 20
    living = Living(world)
    await living.until(lambda: len(world.starts) == 15)
    incident = living.life.trouble
    assert incident
    assert words in incident.trouble.what
    assert incident.trouble.advice
    assert incident.began == pytest.approx(began, abs=0.2)
    pauses = [after - before for before, after in zip(world.starts, world.starts[1:], strict=False)]
    assert max(pauses) <= LONGEST_PAUSE * (1 + JITTER) + 1
    await living.until(lambda: living.life.bot)
    [(_, seconds)] = world.recoveries
    assert seconds == pytest.approx(elapsed() - began, abs=0.5)
    assert living.life.trouble is None
    assert len(living.keeper.acquired) == 21, "another process may have a better day"
    await living.end()


@virtual
async def test_a_dead_connection_is_timed_from_when_it_broke() -> None:
    world = World()
    living = await running(world)
    await asyncio.sleep(100)
    living.bot.trouble = Incident(DATABASE_AWAY, elapsed() - 40, "silence")
    living.bot.reader_dies()
    await living.until(lambda: world.recoveries)
    [(kind, seconds)] = world.recoveries
    assert kind == "silence"
    assert 40 < seconds < 45
    assert world.logins == []
    await living.end()


@virtual
async def test_while_the_database_is_away_the_start_is_tried_at_once_when_it_is_back() -> None:
    world = World()
    world.at_start = [AutoReconnect("gone")] * 30
    living = Living(world)
    await living.until(lambda: living.life.bot)
    pauses = [after - before for before, after in zip(world.starts, world.starts[1:], strict=False)]
    assert max(pauses) < 1
    assert world.recoveries[0][0] == "database"
    await living.end()


@virtual
async def test_a_lease_that_the_database_cost_is_timed_from_when_it_went_away() -> None:
    world = World()
    living = await running(world)
    await asyncio.sleep(100)
    living.keeper.lose(away_since=elapsed() - 9)
    incident = living.life.trouble
    assert incident
    assert incident.trouble is DATABASE_AWAY
    await living.until(lambda: world.recoveries)
    [(kind, seconds)] = world.recoveries
    assert kind == "database"
    assert 9 < seconds < 11
    await living.end()


@virtual
async def test_a_lease_that_ran_out_by_itself_is_counted_as_that() -> None:
    world = World()
    living = await running(world)
    living.keeper.lose()
    await living.until(lambda: world.recoveries)
    assert world.recoveries[0][0] == "lease"
    assert set(world.stops) == {0}
    await living.end()


@virtual
async def test_while_another_process_serves_nothing_is_broken_here() -> None:
    world = World()
    living = await running(world)
    living.keeper.stands_by = STOOD_BY + 10
    living.keeper.lose()
    await asyncio.sleep(STOOD_BY)
    assert living.life.trouble is None
    await living.until(lambda: living.life.bot)
    assert world.recoveries == [], "a takeover is no recovery"
    await living.end()


@virtual
async def test_processes_that_take_turns_in_failing_know_since_when() -> None:
    world = World()
    world.at_start = [ConnectionError()] * 3
    living = Living(world)
    began = elapsed()
    await living.until(lambda: len(world.starts) == 1)
    living.keeper.stands_by = 20
    await living.until(lambda: len(world.starts) == 2)
    living.keeper.stands_by = 20
    await living.until(lambda: living.life.bot)
    [(_, seconds)] = world.recoveries
    assert seconds == pytest.approx(elapsed() - began, abs=1)
    await living.end()


@virtual
async def test_an_end_that_is_wanted_breaks_nothing_and_gives_handlers_their_time() -> None:
    world = World()
    living = await running(world)
    await living.end()
    assert living.life.trouble is None
    assert world.stops == [life_module.GRACE]


@virtual
async def test_what_does_not_hear_that_it_is_cancelled_is_cancelled_again() -> None:
    heard: list[str] = []

    async def deaf() -> None:
        while len(heard) < 2:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                heard.append("a cancellation")

    over = asyncio.Event()
    asyncio.get_running_loop().call_later(1, over.set)
    async with asyncio.timeout(60):
        assert not await first(deaf(), over)
    assert len(heard) == 2
