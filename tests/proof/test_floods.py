"""The proof of the flood waits, once and short with its control; and its own judgement of what came too early."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from client.evidence import PROBES
from tests.proof import floods, hours, waited
from tests.proof.floods import Rate, length
from tests.proof.ground import Ground
from tests.proof.readers import Exchange, Said
from tests.proof.waits import Early, Strike, Wait, match

FILES, TEXTS = floods.FILES, floods.TEXTS
READ = 0.1
"""Seconds after which the bot has read what it was told."""


def judged(*calls: tuple[float, str, int], kills: Sequence[float] = (), others: Sequence[Strike] = ()) -> Early:
    strikes = [Strike(at, method, chat, round(100 - at), at - READ, read=at + READ) for at, method, chat in calls]
    for strike in strikes:
        if any(strike.at < kill < strike.at + READ for kill in kills):
            strike.read = None
    early = Early()
    early.add(Wait("account", 100, strikes=strikes), kills, others)
    return early


def test_the_call_that_is_told_is_not_early() -> None:
    assert judged() == judged((1, FILES, 1)) == Early()


def test_the_same_call_again_is_a_violation_once_the_first_was_read() -> None:
    assert judged((1, FILES, 1), (1 + READ, FILES, 1)) == Early(in_flight=1, most=1)
    assert judged((1, FILES, 1), (2, FILES, 1)) == Early(violations=1, most=1)


def test_a_few_calls_elsewhere_learn_and_more_are_violations() -> None:
    others = [(2.0 + number, FILES, 2 + number) for number in range(PROBES - 1)]
    assert judged((1, FILES, 1), *others) == Early(learning=PROBES - 1, most=PROBES - 1)
    assert judged((1, FILES, 1), *others, (60, FILES, 99)).violations == 1
    assert judged((1, FILES, 1), *others, (60, TEXTS, 99)) == Early(learning=PROBES, most=PROBES)
    assert judged((1, FILES, 1), *others, (60, TEXTS, 99), (70, "users.GetUsers", 0)).violations == 1


def test_what_left_before_anything_was_read_is_in_flight() -> None:
    others = [(1 + number / 1000, FILES, 2 + number) for number in range(PROBES + 5)]
    assert judged((1, FILES, 1), *others) == Early(in_flight=PROBES + 5, most=PROBES + 5)


def test_another_waits_end_keeps_the_bot_learning() -> None:
    others = [(2.0 + number, FILES, 2 + number) for number in range(PROBES - 1)]
    shorter = Strike(50, FILES, 70, 5, read=50 + READ)
    assert judged((1, FILES, 1), *others, (60, FILES, 99), others=[shorter]).violations == 0
    assert judged((1, FILES, 1), *others, (60, FILES, 2), others=[shorter]).violations == 1


def test_a_new_process_may_learn_anew_and_must_know_what_was_told() -> None:
    first = [(1.0, FILES, 1), (2.0, FILES, 2)]
    anew = [(10.0 + number, FILES, 10 + number) for number in range(PROBES)]
    assert judged(*first, *anew, kills=[5]) == Early(PROBES, 1, 0, PROBES + 1)
    assert judged(*first, *anew, (20, FILES, 99), kills=[5]).violations == 1
    assert judged(*first, (10, FILES, 1), kills=[5]).violations == 1
    assert judged(*first, (10, FILES, 2), kills=[2.05]).violations == 0, "killed before it had read it"
    assert judged(*first, (10, FILES, 2), kills=[2.2]).violations == 0, "killed before it had written it down"
    assert judged(*first, (10, FILES, 2), (20, FILES, 2), kills=[2.05]).violations == 1, "told twice"


def test_when_a_call_was_read_stands_in_the_log() -> None:
    def line(at: int, words: str) -> str:
        return json.dumps({"time": f"1970-01-01T00:00:{at:02}+00:00", "level": "WARNING", "message": words})

    said = ["messages.sendMessage: told to wait 5 s", "messages.sendMessage: told to wait 7 s", "something else"]
    log = "\n".join(line(at, words) for at, words in enumerate([*said, *said], 10))
    strikes = [Strike(at, TEXTS, 1, seconds) for at, seconds in ((9.9, 5), (10.5, 7), (12.5, 5), (13.5, 7), (14.5, 5))]
    match(strikes, log, kills=[13.8])
    assert [strike.read for strike in strikes] == [10, 11, 13, None, None]


def test_a_wait_closes_what_it_says() -> None:
    chat, method, bot = Wait("chat", 5, chat=7), Wait("method", 5, method=FILES), Wait("account", 5)
    assert [chat.covers(FILES, 7), chat.covers(FILES, 8)] == [True, False]
    assert [method.covers(FILES, 7), method.covers(TEXTS, 7)] == [True, False]
    assert bot.covers(TEXTS, 8)
    bot.strikes.append(Strike(10, FILES, 1))
    assert bot.closed() == (10, 15)
    bot.ended = 12
    assert bot.closed() == (10, 12)


def test_a_question_counts_as_served_when_its_answer_came_in_time() -> None:
    rate = Rate()
    exchange = Exchange([Said(at, "x") for at in (1, 2, 3, 4)], [Said(1.1, "y"), Said(2.2, "y"), Said(30, "y")])
    rate.add(exchange, 1.5, 11.5)
    assert (rate.asked, rate.served, rate.share, rate.per_second) == (3, 1, 1 / 3, 0.1)


def test_waits_are_of_every_length_up_to_an_hour() -> None:
    dice = random.Random(1)
    lengths = [length(dice) for _ in range(1000)]
    assert min(lengths) == 1
    assert 3000 < max(lengths) <= 3600
    assert 50 < sum(each < 2 for each in lengths) < 300


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_is_lost_or_doubled_through_waits_and_kills(place: Ground) -> None:
    # Which calls came early is judged by clocks, which a busy machine bends: that is left to the whole proof.
    finding = await floods.prove(place, 3, floods.SAMPLE)
    assert finding.expected > 0
    assert (finding.missing, finding.doubled) == (0, 0), finding.told()


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_readers_of_a_broadcast_who_must_wait_hold_nobody_and_get_theirs(place: Ground) -> None:
    finding = await waited.prove(place, 3, replace(waited.SAMPLE, readers=50, calm=0.5, storm=1.0, waits=3))
    assert (finding.missing, finding.doubled, finding.outcomes["counted as sent"]) == (0, 0, 50), finding.told()


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_control_waits_that_are_not_obeyed_are_seen(place: Ground) -> None:
    finding = await hours.prove_login(place, 3, weaken="gates", restarts=1)
    assert finding.as_it_should_be, finding.told()
