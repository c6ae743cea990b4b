"""A quiet day is no alarm; a silent server, a lost push, a dead reader and a refused key each are noticed in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait, InternalServerError
from pyrogram.session.session import AuthKeyNotFound, SessionState

from client import watch as watch_module
from client.address import COMMON
from client.boxes import Box, Mark
from client.calls import Calls, MustWait
from client.gates import Gates
from client.storage import Superseded
from client.watch import (
    ANSWER_WITHIN,
    DOWN_FOR,
    GIVEN_UP,
    OVERTAKING,
    QUIET,
    RECONNECT_WITHIN,
    SessionDead,
    Stuck,
    Watch,
)
from tests.client.virtual import elapsed, virtual

HOUR = 3600


@pytest.fixture(autouse=True)
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "time", SimpleNamespace(monotonic=elapsed))


class FakeBot:
    """What the watch looks at, with a server that answers as a test says."""

    def __init__(self, answer: Callable[[], Awaitable[Any]]) -> None:
        self.answer = answer
        self.asked: list[float] = []
        self.pinged: list[float] = []
        self.restarted: list[float] = []
        self.broke: tuple[str, float] | None = None
        self.pushed_at = elapsed()
        self.refused: Exception | None = None
        self.put_off: Exception | None = None
        self.calls = Calls(self.send)
        self.calls.gates = Gates(now=elapsed)
        self.store = SimpleNamespace(stale=False)
        self.is_initialized = self.alive = True
        self.inbox = SimpleNamespace(pts=Box.at(Mark(10)), qts=Box.at(Mark(3)), filling=set())
        self.hangs = False
        started = asyncio.Event()
        started.set()
        self.session: Any = SimpleNamespace(
            recv_task=None, is_started=started, send=self.send, restart=self.restart, state=SessionState.STARTED
        )

    @property
    def quiet_seconds(self) -> float:
        return elapsed() - self.pushed_at

    async def send(self, query: Any, timeout: float) -> Any:
        assert isinstance(query, raw.functions.updates.GetState | raw.functions.Ping)
        (self.asked if isinstance(query, raw.functions.updates.GetState) else self.pinged).append(elapsed())
        return await self.answer()

    async def restart(self) -> None:
        if self.hangs:
            await asyncio.sleep(HOUR)
        self.restarted.append(elapsed())

    def breaks(self, kind: str, since: float) -> None:
        self.broke = self.broke or (kind, since)


def state(pts: int = 10, qts: int = 3) -> raw.types.updates.State:
    return raw.types.updates.State(pts=pts, qts=qts, date=0, seq=0, unread_count=0)


async def fitting() -> Any:
    return state()


async def pong() -> Any:
    return raw.types.Pong(msg_id=0, ping_id=0)


async def never() -> Any:
    await asyncio.sleep(HOUR)


async def watched(bot: FakeBot, seconds: float) -> None:
    """Watch for so long; what the watch raises is raised."""
    task = asyncio.create_task(Watch(bot).run())
    await asyncio.wait([task], timeout=seconds)
    if task.done():
        task.result()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@virtual
async def test_a_quiet_day_is_no_alarm() -> None:
    bot = FakeBot(fitting)
    await watched(bot, 24 * HOUR)
    assert bot.restarted == []
    assert 24 * HOUR / QUIET * 0.8 < len(bot.asked) <= 24 * HOUR / QUIET


@virtual
async def test_a_busy_day_asks_nothing() -> None:
    bot = FakeBot(fitting)

    async def pushes() -> None:
        for _ in range(600):
            bot.pushed_at = elapsed()
            await asyncio.sleep(QUIET / 2)

    await asyncio.gather(watched(bot, 600 * QUIET / 2), pushes())
    assert bot.asked == []


@virtual
async def test_a_server_that_fell_silent_is_noticed_and_repaired_within_a_minute() -> None:
    bot = FakeBot(never)
    begun = elapsed()
    await watched(bot, 60)
    assert bot.restarted
    assert bot.restarted[0] - begun < QUIET + ANSWER_WITHIN + 3
    assert bot.broke == ("silence", begun), "it broke at the last sign of life, not when it was noticed"


@virtual
async def test_a_fitting_answer_is_a_sign_of_life() -> None:
    answers = [fitting, fitting, never]

    async def answer() -> Any:
        return await (answers.pop(0) if answers else never)()

    bot = FakeBot(answer)
    begun = elapsed()
    await watched(bot, 120)
    assert bot.broke
    assert 2 * QUIET <= bot.broke[1] - begun < 2 * QUIET + 5


@virtual
async def test_a_push_that_got_lost_is_noticed() -> None:
    for ahead in (state(pts=11), state(qts=4)):

        async def answer(ahead: Any = ahead) -> Any:
            return ahead

        bot = FakeBot(answer)
        await watched(bot, 60)
        assert bot.restarted


@virtual
async def test_what_is_being_fetched_is_not_lost() -> None:
    async def ahead() -> Any:
        return state(pts=5_000)

    bot = FakeBot(ahead)
    bot.inbox.filling.add(COMMON)  # slice by slice, as room is made for them
    await watched(bot, seconds=QUIET * 4)
    assert bot.asked
    assert not bot.restarted, "a new connection costs every call under way its reply"
    bot.inbox.filling.clear()
    await watched(bot, seconds=QUIET * 2)
    assert bot.restarted


@virtual
async def test_a_push_that_the_answer_overtook_is_no_alarm() -> None:
    async def answer() -> Any:
        asyncio.get_running_loop().call_later(OVERTAKING / 2, lambda: setattr(bot.inbox.pts, "received", 11))
        return state(pts=11)

    bot = FakeBot(answer)
    await watched(bot, 60)
    assert bot.restarted == []


@virtual
async def test_a_connection_that_cannot_be_made_anew_is_said() -> None:
    bot = FakeBot(never)
    bot.hangs = True
    with pytest.raises(Stuck):
        await watched(bot, QUIET + ANSWER_WITHIN + RECONNECT_WITHIN + 5)


@virtual
async def test_a_dead_reader_and_a_refused_key_end_the_session_at_once() -> None:
    async def dies() -> None:
        raise AuthKeyNotFound("-404")

    bot = FakeBot(fitting)
    bot.session.recv_task = asyncio.create_task(dies())
    with pytest.raises(SessionDead, match="-404"):
        await watched(bot, 5)
    bot = FakeBot(fitting)
    bot.refused = PermissionError("AUTH_KEY_UNREGISTERED")
    with pytest.raises(SessionDead, match="AUTH_KEY_UNREGISTERED"):
        await watched(bot, 5)


@virtual
async def test_a_reader_that_died_of_anything_else_costs_the_connection_and_not_the_session() -> None:
    async def dies() -> None:
        raise ValueError("a constructor that nobody knows")

    bot = FakeBot(fitting)
    bot.session.recv_task = asyncio.create_task(dies())
    with pytest.raises(Stuck, match="constructor"):
        await watched(bot, 5)


@virtual
async def test_a_session_that_a_later_epoch_owns_is_left() -> None:
    bot = FakeBot(fitting)
    bot.store.stale = True
    with pytest.raises(Superseded):
        await watched(bot, 5)


@virtual
async def test_while_it_reconnects_by_itself_nobody_meddles() -> None:
    bot = FakeBot(never)
    bot.alive = False
    begun = elapsed()
    await watched(bot, DOWN_FOR - 2)
    assert bot.asked == []
    assert bot.broke
    assert bot.broke[0] == "connection"
    assert bot.broke[1] - begun < 2


@virtual
async def test_a_connection_that_does_not_come_back_is_said() -> None:
    bot = FakeBot(never)
    bot.alive = False
    with pytest.raises(Stuck, match="no connection"):
        await watched(bot, DOWN_FOR + 3)


@virtual
async def test_a_connection_that_the_library_gave_up_is_said_soon() -> None:
    """As it does where the server refuses the key while it connects anew: nobody hears of the error."""
    bot = FakeBot(never)
    bot.alive, bot.session.state = False, SessionState.STOPPED
    with pytest.raises(Stuck, match="nobody"):
        await watched(bot, GIVEN_UP + 3)


@virtual
async def test_a_connection_that_comes_back_now_and_then_is_left_alone() -> None:
    bot = FakeBot(fitting)

    async def comes_and_goes() -> None:
        for _ in range(20):
            bot.alive, bot.session.state = False, SessionState.STOPPED
            await asyncio.sleep(GIVEN_UP - 2)
            bot.session.state = SessionState.STARTING
            await asyncio.sleep(DOWN_FOR - GIVEN_UP - 1)
            bot.alive, bot.session.state = True, SessionState.STARTED
            await asyncio.sleep(2)

    await asyncio.gather(watched(bot, 20 * DOWN_FOR), comes_and_goes())


@virtual
async def test_while_it_starts_its_connection_is_not_judged() -> None:
    bot = FakeBot(never)
    bot.alive = bot.is_initialized = False
    bot.session.state = SessionState.STOPPED
    await watched(bot, HOUR)


@virtual
async def test_connecting_that_must_wait_ends_the_watch() -> None:
    bot = FakeBot(fitting)
    bot.put_off = MustWait(3600, "connecting must wait")
    with pytest.raises(MustWait):
        await watched(bot, 5)


@virtual
async def test_a_wait_for_the_question_is_obeyed_and_no_silence() -> None:
    async def answer() -> Any:
        if bot.pinged:
            return await pong()
        raise FloodWait(600)

    bot = FakeBot(answer)
    await watched(bot, 590)
    assert len(bot.asked) == 1
    assert bot.restarted == []


@virtual
async def test_silence_is_noticed_while_every_call_must_wait() -> None:
    bot = FakeBot(never)
    bot.calls.gates.restore((None, None), HOUR)
    await watched(bot, 60)
    assert bot.asked == []
    assert bot.restarted
    bot = FakeBot(pong)
    bot.calls.gates.restore((None, None), HOUR)
    await watched(bot, 600)
    assert (bot.asked, bot.restarted) == ([], [])
    assert bot.pinged


@virtual
async def test_an_error_of_the_server_is_a_sign_of_life() -> None:
    async def answer() -> Any:
        raise InternalServerError("WORKER_BUSY_TOO_LONG_RETRY")

    bot = FakeBot(answer)
    await watched(bot, 100)
    assert len(bot.asked) > 3
    assert bot.restarted == []
