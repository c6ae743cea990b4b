"""When the owner is told that updates fail: not for an accident, not back and forth, and whatever the traffic is."""

from __future__ import annotations

import random

import pytest

from services.failures import FEWEST, FEWEST_FAILED, MANY, WINDOW, FailureRate


def rate_of(updates: int, failed: int, *, now: float = 0.0) -> FailureRate:
    rate = FailureRate(now - WINDOW)
    for number in range(updates):
        rate.count(failed=number < failed, now=now)
    return rate


@pytest.mark.parametrize(
    ("updates", "failed", "high"),
    [
        (0, 0, False),
        (3, 1, False),
        (FEWEST - 1, FEWEST - 1, False),
        (FEWEST, FEWEST_FAILED - 1, False),
        (FEWEST, FEWEST_FAILED, True),
        (60, 3, False),  # 5 % is not over 5 %
        (59, 3, True),
        (1000, 50, False),
        (1000, 51, True),
    ],
)
def test_it_is_high_above_5_percent_of_enough_updates(updates: int, failed: int, high: bool) -> None:
    assert rate_of(updates, failed).is_high(1.0) is high


@pytest.mark.parametrize(
    ("updates", "failed", "over"),
    [(0, 0, False), (1, 0, True), (1, 1, False), (100, 2, True), (100, 3, False), (40, 1, True), (39, 1, False)],
)
def test_it_is_over_where_next_to_none_fail_and_some_came(updates: int, failed: int, over: bool) -> None:
    assert rate_of(updates, failed).is_over(1.0) is over


def test_the_first_updates_after_a_start_do_not_show_that_it_is_over() -> None:
    rate = FailureRate(100.0)
    for second in range(100, 100 + int(WINDOW)):
        rate.count(failed=False, now=second)
        assert rate.is_over(second) is (second - 100 >= MANY - 1)
    rate = FailureRate(100.0)
    rate.count(failed=False, now=100.0)
    assert not rate.is_over(99.0 + WINDOW)
    assert rate.is_over(100.0 + WINDOW)


def test_between_the_two_nothing_changes() -> None:
    rate = rate_of(100, 4)
    assert not rate.is_high(1.0)
    assert not rate.is_over(1.0)


def test_five_minutes_are_looked_back_on() -> None:
    rate = rate_of(100, 100)
    assert rate.seen(WINDOW - 1) == (100, 100)
    assert rate.is_high(WINDOW - 1)
    assert rate.seen(WINDOW + 15) == (0, 0)
    assert not rate.is_high(WINDOW + 15)
    assert not rate.is_over(WINDOW + 15), "silence proves nothing"


def test_a_day_of_traffic_takes_no_more_memory_than_five_minutes() -> None:
    rate, dice = FailureRate(0.0), random.Random(1)
    for second in range(24 * 3600):
        rate.count(failed=dice.random() < 0.01, now=second)
    assert len(rate._steps) <= 32
    updates, failed = rate.seen(24 * 3600)
    assert 300 <= updates <= 311
    assert failed < 15


def test_a_rate_around_the_limit_does_not_flap() -> None:
    """Six of a hundred fail, then four, and again: told once, since four is not over."""
    rate, told, alarmed = FailureRate(0.0), 0, False
    for minute in range(600):
        for number in range(100):
            rate.count(failed=number < (6 if minute // 10 % 2 == 0 else 4), now=minute * 60.0)
        if not alarmed and rate.is_high(minute * 60.0):
            alarmed, told = True, told + 1
        elif alarmed and rate.is_over(minute * 60.0):
            alarmed = False
    assert told == 1
