"""A limit that nobody tells is found: most of it is used, and hardly a message meets it."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pyrogram import raw

from client.flow import FULL, MEASURED_OVER, ONE_STOP, PAUSE, RESERVE, UNSURE, Flow
from sandbox.errors import RpcError
from sandbox.faults.allowance import Allowance

LATENCY = 0.05
BOT = 1


@dataclass
class Found:
    """How a sender did at a limit."""

    used: float
    """Part of what was allowed, after the first quarter of the time."""
    refused: float
    """Part of all calls."""


class Fixed(Flow):
    """Sends at one rate, whatever it is told: what the measuring is compared with."""

    def refuse(self, price: float, now: float, seconds: float) -> None:
        self._passed -= price

    def _pass_time(self, now: float) -> None:
        self._growth = 0.0
        super()._pass_time(now)


def send(limit: float, burst: float, start: float, seconds: float, make: Callable[..., Flow] = Flow) -> Found:
    """Send as fast as it allows to a server with this limit, which answers after a time, and tells waits."""
    now = closed = 0.0
    allowance = Allowance(lambda: now)
    allowance.order({"bot": {"rate": limit, "burst": max(1.0, limit * burst)}})
    flow = make(start, max(1.0, start * LATENCY), now)
    dice = random.Random(f"{limit} {burst}")
    told: list[tuple[float, int]] = []
    sent = refused = late = 0
    while now < seconds:
        while told and told[0][0] <= now:
            _, wait = heapq.heappop(told)
            flow.refuse(1, now, wait)
            closed = max(closed, now + wait)
        if wait_ := max(flow.wait(1, now), closed - now):
            now = min(now + wait_, told[0][0]) if told else now + wait_
            now += 1e-9
            continue
        flow.take(1, now)
        sent += 1
        try:
            query = raw.functions.messages.SendMessage(
                peer=raw.types.InputPeerUser(user_id=sent, access_hash=0), message="", random_id=sent
            )
            allowance.judge(BOT, query)
        except RpcError as error:
            refused += 1
            answer = now + LATENCY * dice.uniform(0.8, 1.2)
            heapq.heappush(told, (answer, int(error.name.removeprefix("FLOOD_WAIT_"))))
        else:
            late += now > seconds / 4
    return Found(late / (limit * seconds * 3 / 4), refused / sent)


@pytest.mark.parametrize("burst", [0.5, 1.0, 1.5])
@pytest.mark.parametrize(("limit", "start"), [(30, 28), (26, 28), (34, 28), (22, 28), (38, 28), (1000, 980)])
def test_a_hidden_limit_is_found_and_used(limit: float, start: float, burst: float) -> None:
    found = send(limit, burst, start, 400 if limit < 100 else 60)
    assert found.used > 0.94
    assert found.refused <= 0.001


def test_without_measuring_it_is_met_again_and_again_or_left_unused() -> None:
    assert send(22, 1.0, 28, 400, Fixed).refused > 0.01
    assert send(38, 1.0, 28, 400, Fixed).used < 0.8


def busy(flow: Flow, now: float) -> None:
    """Ask for more than there is, as a sender with much to do."""
    while not flow.wait(1, now):
        flow.take(1, now)


def test_the_first_stop_measures_what_passed_since_the_first_message() -> None:
    flow = Flow(28, 1, 0.0)
    for tenth in range(1, 201):
        busy(flow, tenth / 10)
    passed = flow._passed
    flow.refuse(0, 20.0, 1)
    assert flow.rate == pytest.approx(0.985 * passed / (20 + FULL))


def test_after_a_stop_the_answers_have_something_left() -> None:
    flow = Flow(28, 1, 0.0)
    busy(flow, 20.0)
    flow.refuse(0, 20.0, 1)
    assert flow.wait(1, 20.0) == pytest.approx(RESERVE, rel=0.1)


def test_stops_that_follow_at_once_measure_together() -> None:
    """A limit that fell to half is found, however soon each stop follows the one before."""
    flow = Flow(28, 1, 0.0)
    for hundredth in range(1, 3001):
        now = hundredth / 100
        before = flow._passed
        busy(flow, now)
        if now > 10 and flow._passed - flow._mark.passed > max(0.0, now - flow._mark.at) * 14:
            flow.refuse(flow._passed - before, now, 1)
    assert flow.rate == pytest.approx(14, rel=0.1)


def test_two_stops_measure_what_passed_between_them() -> None:
    flow = Flow(28, 1, 0.0)
    flow.refuse(0, 0.0, 1)
    assert flow.rate == pytest.approx(28 * UNSURE)
    for tenth in range(1, 201):
        busy(flow, tenth / 10)
    passed = flow._passed
    flow.refuse(0, 20.0, 1)
    assert flow.rate == pytest.approx(0.985 * passed / 20)


def test_further_refusals_of_one_stop_change_nothing() -> None:
    flow = Flow(28, 1, 0.0)
    flow.refuse(1, 0.0, 1)
    rate = flow.rate
    for n in range(50):
        flow.refuse(1, n / 50, 1)
    assert flow.rate == pytest.approx(rate, rel=0.02)
    flow.refuse(1, 1 + ONE_STOP + 0.1, 1)
    assert flow.rate == pytest.approx(rate * UNSURE, rel=0.05)


def test_a_pause_between_two_stops_measures_nothing() -> None:
    flow = Flow(28, 1, 0.0)
    busy(flow, 0.0)
    flow.refuse(1, 0.0, 1)
    flow.take(1, 2 * MEASURED_OVER + PAUSE)  # nobody had asked for more in between
    before = flow.rate
    flow.refuse(1, 3 * MEASURED_OVER, 1)
    assert flow.rate == pytest.approx(before * UNSURE, rel=0.05)


def test_the_rate_grows_only_while_there_is_more_to_send() -> None:
    flow = Flow(28, 1, 0.0)
    flow.take(1, 0.0)
    flow.take(1, 3600.0)
    assert flow.rate == pytest.approx(28, rel=0.02)
    for second in range(3601, 3631):
        busy(flow, float(second))
    assert flow.rate > 28 * 1.2
