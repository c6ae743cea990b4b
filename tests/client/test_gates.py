"""A wait closes the least that it can mean; what else it closes is learned from few calls, and never from chance."""

from __future__ import annotations

import random

import pytest

from client.evidence import KEPT, PROBES, SAME, Scope
from client.gates import ROOM, TURN, Gates

SEND, MEDIA, TOAST = "messages.sendMessage", "messages.sendMedia", "messages.setBotCallbackAnswer"


class Now:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def gates(now: Now) -> Gates:
    return Gates(now=now)


def test_a_closed_chat_closes_no_other_and_no_other_method(gates: Gates) -> None:
    assert gates.close(SEND, 1, 30) == [(SEND, 1)]
    assert gates.wait(SEND, 1) == 30
    assert gates.wait(SEND, 2) == 0
    assert gates.wait(MEDIA, 1) == 0


def test_a_method_without_a_chat_is_closed_by_itself(gates: Gates) -> None:
    assert gates.close(TOAST, None, 30) == [(TOAST, None)]
    assert gates.wait(TOAST, None) == 30
    assert gates.wait(SEND, 1) == 0


def test_one_wait_in_so_many_chats_closes_the_method_for_all(gates: Gates, now: Now) -> None:
    closed: list[Scope] = []
    for chat in range(1, PROBES + 1):
        assert gates.wait(SEND, 99) == 0
        closed = gates.close(SEND, chat, 100 - 10 * chat)
        now.seconds += 10
    assert closed == [(SEND, PROBES), (SEND, None)]
    assert gates.wait(SEND, 99) == pytest.approx(90 - 10 * PROBES)
    assert gates.wait(MEDIA, 99) == 0


def test_waits_that_end_apart_are_so_many_waits(gates: Gates, now: Now) -> None:
    for chat in range(1, 10 * PROBES):
        gates.close(SEND, chat, 3600)
        now.seconds += SAME + 0.1
    assert gates.wait(SEND, 999) == 0


def test_a_wait_that_is_over_is_not_the_next_one(gates: Gates, now: Now) -> None:
    for chat in range(1, PROBES):
        gates.close(SEND, chat, 1)
    now.seconds += 1.01
    assert gates.close(SEND, PROBES, 1) == [(SEND, PROBES)]


def test_waits_of_one_moment_and_different_lengths_are_so_many_waits(gates: Gates) -> None:
    for chat in range(1, 10 * PROBES):
        gates.close(SEND, chat, 10 * chat)
    assert gates.wait(SEND, 999) == 0


def test_waits_of_one_end_are_apart_when_a_call_between_them_got_through(gates: Gates, now: Now) -> None:
    for chat in range(1, 10 * PROBES):
        gates.close(SEND, chat, 3600)
        now.seconds += 0.01
        gates.passed(SEND, 99, now.seconds)
        now.seconds += 0.01
    assert gates.wait(SEND, 99) == 0


def test_a_call_that_was_under_way_when_the_wait_was_told_proves_nothing(gates: Gates, now: Now) -> None:
    for chat in range(1, PROBES + 1):
        gates.close(SEND, chat, 3600)
        now.seconds += 0.01
        gates.passed(SEND, 99, 99.0)
    assert gates.wait(SEND, 99) > 0


def test_another_methods_success_does_not_keep_a_method_open(gates: Gates, now: Now) -> None:
    for chat in range(1, PROBES + 1):
        gates.close(SEND, chat, 3600)
        now.seconds += 0.01
        gates.passed(MEDIA, chat, now.seconds)
    assert gates.wait(SEND, 99) > 0
    assert gates.wait(MEDIA, 99) == 0


def test_two_methods_of_one_chat_close_the_chat(gates: Gates, now: Now) -> None:
    gates.close(SEND, 1, 30)
    now.seconds += 5
    assert gates.close(MEDIA, 1, 25) == [(MEDIA, 1), (None, 1)]
    assert gates.wait("messages.forwardMessages", 1) == 25
    assert gates.wait(SEND, 2) == 0


def test_two_methods_of_one_chat_are_two_waits_when_a_third_got_through(gates: Gates, now: Now) -> None:
    gates.close(SEND, 1, 30)
    now.seconds += 1
    gates.passed("messages.forwardMessages", 1, now.seconds)
    gates.close(MEDIA, 1, 29)
    assert gates.wait("messages.forwardMessages", 1) == 0


def told_by_a_closed_bot(gates: Gates, now: Now, *calls: Scope) -> int:
    """Make calls while the whole bot is closed for an hour, as far as they may be made. Returns how many were."""
    end, made = now.seconds + 3600, 0
    for method, chat in calls:
        now.seconds += 0.2
        assert method
        if not gates.wait(method, chat):
            gates.close(method, chat, end - now.seconds)
            made += 1
    return made


@pytest.mark.parametrize("seed", range(20))
def test_a_bot_that_is_closed_is_learned_with_few_calls(seed: int) -> None:
    now, dice = Now(), random.Random(seed)
    gates = Gates(now=now)
    somewhere: list[Scope] = [(dice.choice([SEND, MEDIA, "messages.forwardMessages"]), chat) for chat in range(100)]
    without_a_chat: list[Scope] = [(TOAST, None), ("updates.getState", None)]
    calls = [*somewhere, *without_a_chat, *(dice.sample(somewhere, 50))]
    made = told_by_a_closed_bot(gates, now, *calls)
    assert made <= PROBES + 1, "the first that was told, and so many more"
    assert gates.wait("users.getUsers", None) > 3500


def test_a_bot_that_is_closed_asks_no_place_twice(gates: Gates, now: Now) -> None:
    calls: list[Scope] = [(SEND, 1), (SEND, 2), (MEDIA, 1)]
    assert told_by_a_closed_bot(gates, now, *calls, *calls) == PROBES
    assert gates.wait(TOAST, None) > 0


def test_a_bot_that_is_closed_is_learned_from_calls_without_a_chat_too(gates: Gates, now: Now) -> None:
    calls: list[Scope] = [(f"method{number}", None) for number in range(10)]
    assert told_by_a_closed_bot(gates, now, *calls) == PROBES


def test_any_call_that_gets_through_keeps_the_bot_open(gates: Gates, now: Now) -> None:
    gates.close(SEND, 1, 3600)
    gates.close(MEDIA, 2, 3600)
    now.seconds += 1
    gates.passed(TOAST, None, now.seconds)
    gates.close("messages.forwardMessages", 3, 3599)
    assert gates.wait(TOAST, None) == 0


def test_what_was_taken_for_one_wait_opens_when_a_call_of_that_time_got_through(gates: Gates, now: Now) -> None:
    for chat in range(1, PROBES + 1):
        now.seconds += 0.01
        gates.close(SEND, chat, 3600)
    assert gates.wait(SEND, 99) > 0
    assert gates.passed(SEND, 99, 100.005) == [], "sent before any of them was told"
    assert gates.passed(SEND, 99, 100.015) == [(SEND, None)]
    assert gates.wait(SEND, 99) == 0
    assert gates.wait(SEND, 1) > 0
    assert gates.left((SEND, None)) == 0


def test_chance_closes_nothing_for_others() -> None:
    """A thousand independent waits of up to an hour, a few a second, while other chats are served."""
    now, dice = Now(), random.Random(7)
    gates = Gates(now=now)
    for chat in range(1000):
        now.seconds += dice.expovariate(3)
        gates.close(dice.choice([SEND, MEDIA]), chat, dice.randint(1, 3600))
        for _ in range(2):
            now.seconds += 0.02
            method = dice.choice([SEND, MEDIA])
            assert gates.wait(method, 5000) == 0
            gates.passed(method, 5000, now.seconds)


def test_the_same_chat_again_does_not_close_the_method(gates: Gates) -> None:
    for _ in range(2 * PROBES):
        gates.close(SEND, 1, 30)
    gates.close(SEND, 1, 40)
    assert gates.wait(SEND, 1) == 40
    assert gates.wait(SEND, 2) == 0


def test_a_shorter_wait_does_not_open_what_a_longer_one_closed(gates: Gates) -> None:
    gates.close(SEND, 1, 30)
    gates.close(SEND, 1, 5)
    assert gates.wait(SEND, 1) == 30


def test_slow_mode_closes_the_chat_for_every_method_and_no_other_chat(gates: Gates) -> None:
    for chat in range(1, 2 * PROBES):
        assert gates.close(SEND, chat, 30, whole_chat=True) == [(None, chat)]
    assert gates.wait(MEDIA, 1) == 30
    assert gates.wait(SEND, 99) == 0, "slow mode elsewhere is no sign of a wait for all"


def test_slow_mode_of_no_chat_does_not_close_every_call_without_a_chat(gates: Gates) -> None:
    gates.close(SEND, None, 30, whole_chat=True)
    assert gates.wait(SEND, None) == 30
    assert gates.wait("updates.getDifference", None) == 0


def test_what_an_earlier_process_was_told_is_obeyed_and_proves_nothing_more(gates: Gates) -> None:
    for chat in range(1, 2 * PROBES):
        gates.restore((SEND, chat), 3600)
    gates.restore((None, 77), 60)
    assert gates.wait(SEND, 1) == 3600
    assert gates.wait(MEDIA, 77) == 60
    gates.close(SEND, 50, 3600)
    assert gates.wait(SEND, 99) == 0
    gates.restore((None, None), 10)
    assert gates.wait(TOAST, None) == 10


def test_a_crowd_that_is_told_different_waits_at_once_closes_nothing_for_others() -> None:
    """Nothing gets through meanwhile, and by chance some of them end together."""
    for seed in range(200):
        now, dice = Now(), random.Random(seed)
        gates = Gates(now=now)
        for chat in range(140):
            now.seconds += 0.0005
            gates.close(SEND, chat, dice.randint(1800, 3600))
        assert gates.wait(SEND, 5000) == 0, f"seed {seed}"


def test_what_was_taken_for_one_wait_opens_when_another_ends_before_it(gates: Gates) -> None:
    for chat in range(PROBES):
        gates.close(SEND, chat, 3600)
    assert gates.wait(SEND, 99) > 0
    opened: list[str] = []
    gates.opened += [lambda: opened.append("now"), lambda: opened.append("and by others")]
    assert gates.close(SEND, 50, 60) == [(SEND, 50), (SEND, None)]
    assert opened == ["now", "and by others"], "who was put off is told"
    assert gates.wait(SEND, 99) == 0
    assert gates.wait(SEND, 50) == 60


def test_a_shorter_wait_told_in_between_does_not_keep_a_closed_bot_from_being_learned(gates: Gates, now: Now) -> None:
    assert told_by_a_closed_bot(gates, now, (SEND, 1), (SEND, 2)) == 2
    gates.close(SEND, 3, 1)
    calls: list[Scope] = [(method, chat) for method in (SEND, MEDIA) for chat in range(4, 20)]
    assert told_by_a_closed_bot(gates, now, *calls) <= PROBES + 1
    assert gates.wait(TOAST, None) > 3000


def test_a_chat_that_must_wait_longer_does_not_open_its_method(gates: Gates) -> None:
    for chat in range(PROBES):
        gates.close(SEND, chat, 60)
    gates.close(SEND, 50, 3600)
    assert gates.wait(SEND, 99) == 60


def closed_for_all(gates: Gates, now: Now, seconds: float) -> None:
    """Learn that the method is closed, and let that time pass."""
    for chat in range(PROBES):
        gates.close(SEND, chat, seconds)
    assert gates.wait(SEND, 99) == seconds
    now.seconds += seconds


def test_after_a_wide_wait_one_call_goes_first_and_the_others_when_it_got_through(gates: Gates, now: Now) -> None:
    closed_for_all(gates, now, 30)
    assert [gates.wait(SEND, chat) for chat in (1, 99)] == [0, 0]
    assert gates.turn(SEND, 1) == 0
    assert [gates.turn(SEND, chat) for chat in (2, 3)] == [TURN, TURN]
    assert gates.turn(MEDIA, 2) == 0, "another method was not closed"
    now.seconds += 0.1
    assert gates.passed(SEND, 1, now.seconds - 0.1) == []
    assert [gates.turn(SEND, chat) for chat in (2, 3)] == [0, 0]


def test_a_first_call_that_is_told_to_wait_lets_the_next_go_at_once(gates: Gates, now: Now) -> None:
    closed_for_all(gates, now, 30)
    for chat in range(10, 10 + PROBES):
        assert gates.wait(SEND, chat) == gates.turn(SEND, chat) == 0
        assert gates.turn(SEND, 50) > 0
        now.seconds += 0.01
        gates.close(SEND, chat, 60)
    assert gates.wait(SEND, 50) == 60, "learned anew, one after the other"


def test_a_first_call_that_is_never_answered_holds_nobody_for_long(gates: Gates, now: Now) -> None:
    closed_for_all(gates, now, 30)
    assert gates.turn(SEND, 1) == 0
    now.seconds += TURN
    assert gates.turn(SEND, 2) == 0


def test_a_chat_of_its_own_opens_without_taking_turns(gates: Gates, now: Now) -> None:
    gates.close(SEND, 1, 30)
    now.seconds += 30
    assert gates.turn(SEND, 1) == gates.turn(SEND, 1) == 0


def test_what_has_opened_again_is_forgotten(gates: Gates, now: Now) -> None:
    for chat in range(20 * ROOM):
        gates.close(SEND, chat, 1)
        gates.passed(MEDIA, chat + 100_000, now.seconds)
        now.seconds += 2 * SAME
    assert len(gates._closed) <= ROOM + 1
    assert len(gates._evidence._told) == 1


def test_evidence_takes_a_bounded_memory(gates: Gates, now: Now) -> None:
    dice = random.Random(3)
    for chat in range(4 * KEPT):
        gates.close(SEND, chat, dice.randint(1, 3600))
        for other in (chat, chat + 100_000):
            gates.passed(MEDIA, other, now.seconds)
        now.seconds += 0.1
    evidence = gates._evidence
    assert len(evidence._told) == len(evidence._chats) == KEPT
    assert len(evidence._passed) <= KEPT + 2
