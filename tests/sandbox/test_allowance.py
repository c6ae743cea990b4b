"""Limits on sending: what passes, what a wait says, and that what is over one applies nothing and costs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyrogram import raw

from sandbox.body import WrongError
from sandbox.errors import RpcError
from sandbox.faults.allowance import DRAWN, Allowance
from tests.sandbox.faults_rig import name_of, scene

f, t = raw.functions.messages, raw.types
BOT = 777001
GROUP = t.InputPeerChannel(channel_id=9, access_hash=0)


class Time:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def person(number: int) -> t.InputPeerUser:
    return t.InputPeerUser(user_id=number, access_hash=0)


def message(to: Any) -> Any:
    return f.SendMessage(peer=to, message="text", random_id=1)


def forward(count: int, to: Any) -> Any:
    return f.ForwardMessages(from_peer=GROUP, to_peer=to, id=list(range(count)), random_id=list(range(count)))


def told(allowance: Allowance, query: Any) -> int:
    """The seconds that a call is told to wait; 0: it passed."""
    try:
        allowance.judge(BOT, query)
    except RpcError as error:
        return int(error.name.removeprefix("FLOOD_WAIT_"))
    return 0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def allowance(time: Time) -> Allowance:
    return Allowance(time)


def test_nothing_is_limited_until_it_is_ordered_and_after_it_is_switched_off(allowance: Allowance) -> None:
    assert not allowance
    allowance.order({"bot": {"rate": 1, "burst": 1}})
    assert allowance
    assert [told(allowance, message(person(n))) for n in (1, 2)] == [0, 1]
    allowance.order({})
    assert not allowance
    assert [told(allowance, message(person(n))) for n in (1, 2)] == [0, 0]


def test_a_burst_passes_and_then_the_rate(allowance: Allowance, time: Time) -> None:
    allowance.order({"bot": {"rate": 10, "burst": 5}})
    assert [told(allowance, message(person(n))) for n in range(6)] == [0] * 5 + [1]
    time.now += 0.1
    assert [told(allowance, message(person(n))) for n in range(2)] == [0, 1]
    time.now += 3600
    assert [told(allowance, message(person(n))) for n in range(6)] == [0] * 5 + [1], "it holds no more than a burst"


def test_the_wait_is_what_it_takes_and_nothing_is_taken_meanwhile(allowance: Allowance, time: Time) -> None:
    allowance.order({"group": {"rate": 6, "burst": 1}})
    assert told(allowance, message(GROUP)) == 0
    assert [told(allowance, message(GROUP)) for _ in range(3)] == [10, 10, 10]
    assert told(allowance, message(person(1))) == 0, "a private chat is no group"
    time.now += 9.9
    assert told(allowance, message(GROUP)) == 1
    time.now += 0.1
    assert told(allowance, message(GROUP)) == 0
    assert allowance.shown()["group"] | {"seconds": 60} == {
        "rate": 6.0, "burst": 1.0, "seconds": 60, "passed": 2, "refused": 4, "refused_early": 3,
    }  # fmt: skip


def test_one_chat_that_is_over_costs_the_others_nothing(allowance: Allowance, time: Time) -> None:
    allowance.order({"bot": {"rate": 10, "burst": 3}, "chat": {"rate": 1, "burst": 1}})
    assert told(allowance, message(person(1))) == 0
    assert [told(allowance, message(person(1))) for _ in range(20)] == [1] * 20
    assert [told(allowance, message(person(n))) for n in (2, 3)] == [0, 0]
    assert told(allowance, message(person(4))) == 1, "three tokens were there for the bot, and three are gone"
    time.now += 0.1
    assert told(allowance, message(person(4))) == 0


def test_a_hundred_forwards_cost_a_hundred_and_more_than_a_burst_is_owed(allowance: Allowance, time: Time) -> None:
    allowance.order({"bot": {"rate": 30, "burst": 30}})
    assert told(allowance, forward(100, person(1))) == 0, "of a full bucket"
    assert told(allowance, message(person(2))) == 3, "70 are owed"
    time.now += 71 / 30
    assert told(allowance, message(person(2))) == 0
    assert told(allowance, forward(100, person(1))) == 1


def test_what_is_paid_for_has_a_limit_of_its_own_where_there_is_one(allowance: Allowance) -> None:
    def paid(number: int) -> Any:
        query = message(person(number))
        query.allow_paid_floodskip = True
        return query

    allowance.order({"bot": {"rate": 1, "burst": 1}, "paid": {"rate": 5, "burst": 5}})
    assert [told(allowance, paid(n)) for n in range(6)] == [0] * 5 + [1]
    assert [told(allowance, message(person(n))) for n in range(2)] == [0, 1], "as if nothing had been paid for"
    allowance.order({"bot": {"rate": 1, "burst": 1}})
    assert [told(allowance, paid(n)) for n in range(2)] == [0, 1], "without Stars it changes nothing"


def test_what_sends_nothing_is_not_limited(allowance: Allowance) -> None:
    allowance.order({"bot": {"rate": 0.001, "burst": 1}})
    assert told(allowance, message(person(1))) == 0
    assert told(allowance, message(person(1))) > 900
    assert told(allowance, raw.functions.updates.GetState()) == 0
    assert told(allowance, f.DeleteMessages(id=[1])) == 0


def test_limits_by_chance_are_near_those_that_are_known_and_the_same_for_a_seed(allowance: Allowance) -> None:
    drawn = []
    for seed in (1, 1, 2):
        allowance.order({"seed": seed})
        drawn.append(allowance.shown())
    assert drawn[0] == drawn[1] != drawn[2]
    for scope, ((low, high), _) in DRAWN.items():
        assert low <= drawn[0][scope]["rate"] <= high
    allowance.order({"seed": 1, "scale": 10, "chat": {"rate": 5, "burst": 9}})
    scaled = allowance.shown()
    assert scaled["bot"]["rate"] == pytest.approx(drawn[0]["bot"]["rate"] * 10)
    assert (scaled["chat"]["rate"], scaled["chat"]["burst"]) == (5, 9)


@pytest.mark.parametrize(
    "body",
    [
        {"bot": 5},
        {"bot": {"rate": 0}},
        {"bot": {"rate": 1, "burst": 0}},
        {"bots": None},
        {"seed": -1},
        {"chat": {"rte": 1}},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_changes_nothing(allowance: Allowance, body: Any) -> None:
    allowance.order({"bot": {"rate": 1, "burst": 1}})
    with pytest.raises(WrongError):
        allowance.order(body)
    assert allowance.shown()["bot"]["rate"] == 1


def test_buckets_of_chats_that_are_quiet_again_are_dropped(allowance: Allowance, time: Time) -> None:
    allowance.order({"chat": {"rate": 1, "burst": 1}})
    for number in range(1, 25_000):
        time.now += 0.01
        assert told(allowance, message(person(number))) == 0
    assert len(allowance._buckets) <= 20_001


async def test_over_the_wire_what_is_over_a_limit_is_refused_and_sends_nothing(tmp_path: Path) -> None:
    async with scene(state=tmp_path) as stage:
        assert await stage.post("/limits", chat={"rate": 0.02, "burst": 2}) == {"on": True}
        said = [await name_of(stage.bot.say(stage.ann, f"message {number}")) for number in range(4)]
        assert said == ["ok", "ok", "FLOOD_WAIT_X", "FLOOD_WAIT_X"]
        assert stage.told() == ["message 0", "message 1"]
        status, limits = await stage.ask("GET", "/limits")
        assert (status, limits["chat"]["passed"], limits["chat"]["refused"]) == (200, 2, 2)
        assert limits["chat"]["refused_early"] == 1
        status, told_wrong = await stage.ask("POST", "/limits", {"bot": {"burst": 5}})
        assert (status, "rate" in told_wrong["error"]) == (400, True)
        assert await stage.post("/limits") == {"on": False}
        assert await name_of(stage.bot.say(stage.ann, "message 4")) == "ok"
