"""A server that fails is asked little: what can wait waits, others try now and then, and one poison harms nobody."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait, UserIsBlocked
from pyrogram.errors.exceptions.internal_server_error_500 import InternalServerError

from client import calls
from client.breaker import FAILURES, PAUSE, PROBE_EVERY, Breaker, State
from client.calls import ATTEMPTS, Calls, MustWait
from client.gates import Gates
from client.pace import Lane, Pace, lane
from services.errors import NotThrough, TryLater
from tests.client.virtual import elapsed, virtual


class Time:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(time)


def state_of(breaker: Breaker) -> State:
    """Its state now; a property would be taken for one that stays."""
    return breaker.state


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for number in range(times):
        breaker.failed(number)


def test_five_failures_in_a_row_open_it_and_an_answer_in_between_does_not(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.passed()
    fail(breaker, FAILURES - 1)
    assert state_of(breaker) is State.CLOSED
    assert breaker.wait(Lane.BROADCAST, 1) == 0
    breaker.failed(9)
    assert state_of(breaker) is State.OPEN
    assert breaker.openings == 1
    assert breaker.moved.is_set()


def test_one_place_that_fails_alone_is_poison_and_no_failure_of_the_server(breaker: Breaker) -> None:
    for _ in range(10 * FAILURES):
        breaker.failed("the same")
    assert state_of(breaker) is State.CLOSED


def test_what_can_wait_waits_for_a_minute_and_then_one_call_tries(breaker: Breaker, time: Time) -> None:
    fail(breaker)
    assert breaker.wait(Lane.BROADCAST, 7) == pytest.approx(PAUSE)
    assert breaker.wait(Lane.ADMIN, 8) == pytest.approx(PAUSE, abs=1)
    time.now += PAUSE
    assert state_of(breaker) is State.TRYING
    assert breaker.wait(Lane.BROADCAST, 7) == 0
    assert 0 < breaker.wait(Lane.BROADCAST, 8) <= PROBE_EVERY, "one at a time"
    breaker.failed(7)
    assert state_of(breaker) is State.OPEN
    assert breaker.wait(Lane.SEQUENCE, 8) == pytest.approx(PAUSE, abs=1)


def test_those_whom_somebody_waits_for_try_every_five_seconds(breaker: Breaker, time: Time) -> None:
    fail(breaker)
    tried = []
    for _ in range(500):
        time.now += 0.1
        for person in range(3):
            if not breaker.wait(Lane.ANSWER, person):
                tried.append((time.now, person))
                breaker.failed(person)
    moments = [at for at, _ in tried]
    assert 8 <= len(tried) <= 10
    assert min(later - sooner for sooner, later in pairwise(moments)) >= PROBE_EVERY - 0.01
    assert all(one != other for (_, one), (_, other) in pairwise(tried)), "not the same one again"


def test_two_good_calls_close_it(breaker: Breaker, time: Time) -> None:
    woken = []
    breaker.closed.append(lambda: woken.append(time.now))
    fail(breaker)
    time.now += PROBE_EVERY
    assert breaker.wait(Lane.ANSWER, 1) == 0
    breaker.passed()
    assert state_of(breaker) is State.TRYING
    assert breaker.wait(Lane.BROADCAST, 2) == 0, "the next may follow at once, whoever it is"
    assert breaker.wait(Lane.BROADCAST, 3) > 0
    assert woken == []
    breaker.passed()
    assert state_of(breaker) is State.CLOSED
    assert woken == [time.now]


def test_a_failure_after_one_good_call_leaves_it_open(breaker: Breaker, time: Time) -> None:
    fail(breaker)
    time.now += PROBE_EVERY
    breaker.passed()
    breaker.failed(1)
    assert state_of(breaker) is State.OPEN
    breaker.passed()
    assert state_of(breaker) is State.TRYING


def test_a_new_connection_is_tried_at_once(breaker: Breaker) -> None:
    fail(breaker)
    breaker.retry()
    assert breaker.wait(Lane.BROADCAST, 9) == 0
    assert breaker.wait(Lane.BROADCAST, 8) > 0


def test_those_that_are_put_off_come_back_one_after_the_other(breaker: Breaker) -> None:
    fail(breaker)
    waits = [breaker.wait(Lane.ANSWER, 100 + number) for number in range(100)]
    assert len(set(waits)) == 100
    assert max(waits) - min(waits) > 1


def message(number: int) -> raw.functions.messages.SendMessage:
    peer = raw.types.InputPeerUser(user_id=number, access_hash=0)
    return raw.functions.messages.SendMessage(peer=peer, message="", random_id=number)


class Telegram:
    """Fails everything, until it does not."""

    def __init__(self, *, stands: bool = True) -> None:
        self.error: Exception | None = InternalServerError()
        self.at: list[float] = []
        self.breaker = Breaker(elapsed)
        self.calls = Calls(self.send, breaker=self.breaker, stands=lambda: stands)
        self.calls.gates, self.calls.pace = Gates(elapsed), Pace(elapsed)

    async def send(self, _: object, __: float) -> str:
        self.at.append(elapsed())
        if self.error:
            raise self.error
        return "done"

    async def make(self, number: int, which: Lane = Lane.ANSWER) -> str:
        with lane(which):
            return str(await self.calls.make(message(number), timeout=15))


@pytest.fixture
def _the_loops_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=elapsed))


@virtual
async def test_a_broadcast_leaves_the_work_in_the_database_while_the_server_fails() -> None:
    telegram = Telegram()
    for number in range(3):
        with pytest.raises(TryLater):
            await telegram.make(number)
    assert state_of(telegram.breaker) is State.OPEN
    asked, now = len(telegram.at), elapsed()
    for number in range(50):
        with pytest.raises(TryLater) as put_off:
            await telegram.make(number, Lane.BROADCAST)
        assert not isinstance(put_off.value, MustWait | NotThrough), "the next reader need not be asked for"
    assert (len(telegram.at), elapsed()) == (asked, now)
    assert telegram.calls.mishaps.counted() == {"server": asked}


@pytest.mark.usefixtures("_the_loops_clock")
@virtual
async def test_waits_and_refusals_are_answers_and_a_lost_connection_is_no_failure_of_the_server() -> None:
    for error in (FloodWait(1), UserIsBlocked()):
        telegram = Telegram()
        telegram.error = error
        for number in range(2 * FAILURES):
            with pytest.raises((TryLater, UserIsBlocked)):
                await telegram.make(number)
        assert telegram.breaker.openings == 0
    away = Telegram(stands=False)
    away.error = ConnectionError()
    for number in range(2 * FAILURES):
        with pytest.raises(TryLater):
            await away.make(number)
    assert away.breaker.openings == 0
    assert away.calls.mishaps.counted() == {"network": 2 * FAILURES * ATTEMPTS}


@virtual
async def test_without_it_a_failing_server_is_asked_again_and_again() -> None:
    telegram = Telegram()
    telegram.calls.breaker = None
    for number in range(10):
        with pytest.raises(TryLater):
            await telegram.make(number, Lane.BROADCAST)
    assert len(telegram.at) == 10 * ATTEMPTS
