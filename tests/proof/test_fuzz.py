"""A sample of the proof of odd updates, its judgement, and that what is broken on purpose is found."""

from __future__ import annotations

import itertools
import random
from io import BytesIO
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.raw.core import TLObject

from tests.proof.forge import Forge, constructors
from tests.proof.fuzz import GROWTH, Plan, Result, judge, prove, prove_wire
from tests.proof.fuzzing import Found
from tests.proof.ground import ground
from tests.proof.odd import Cast, Odd
from tests.proof.shrink import smaller

CAST = Cast(777, 1_000_001, 1_000_002, range(2_000_000, 2_000_100), 1_111_111_111, [2_222_222_222])


def test_every_kind_of_update_can_be_made_and_read_back_from_the_wire() -> None:
    forge = Forge(random.Random(1))
    for kind in constructors()["Update"]:
        for _ in range(5):
            body = forge.make(kind).write()
            stream = BytesIO(body + b"\x07" * 1013)  # without anything behind it the library guesses what a list is of
            assert isinstance(TLObject.read(stream), kind)
            assert stream.tell() == len(body), kind


def test_the_same_seed_makes_the_same_pushes() -> None:
    one, again, other = (
        [repr(odd.push(number)) for number in range(200)] for odd in (Odd(CAST, 1), Odd(CAST, 1), Odd(CAST, 2))
    )
    assert one == again != other


def test_what_is_pushed_names_who_is_in_it_and_comes_in_order() -> None:
    odd = Odd(CAST, 5)
    places, kinds, known, total = [], set(), 0, 0
    for number in range(2_000):
        envelope, count = odd.push(number)
        total += count
        for update in getattr(envelope, "updates", []):
            kinds.add(type(update))
            if isinstance(update, raw.types.UpdateBotStopped):
                places.append(update.qts)
                known += update.user_id in {user.id for user in envelope.users}
    assert len(kinds) > 100
    assert total > 4_000
    assert known > len(places) * 0.9
    assert sum(one < two for one, two in itertools.pairwise(places)) > len(places) * 0.9


def found(**values: object) -> Found:
    return Found(**{"updates": 10, "answered": 3, "memory": [100, 200], **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "part",
    [
        found(errors={"A handler failed": 1}),
        found(left=1),
        found(answered=2),
        found(memory=[0, GROWTH]),
    ],
)
def test_whatever_is_not_as_it_should_be_is_seen(part: Found) -> None:
    assert judge(Result([found(), found()]), 1, Plan(20), 1.0).holds
    assert not judge(Result([found(), part]), 1, Plan(20), 1.0).holds


async def test_of_an_update_that_fails_only_what_is_needed_for_it_is_left() -> None:
    odd = Odd(CAST, 1)
    forge = Forge(random.Random(4), odd.steer)
    update = forge.make(raw.types.UpdateNewMessage, message=forge.make(raw.types.Message, 1, ttl_period=5))
    update.message.media = forge.make(raw.types.MessageMediaContact)

    async def fails(made: Any) -> bool:
        return bool(made.message.ttl_period) and made.message.media is not None

    made = await smaller(update, fails)
    assert await fails(made)
    there = {name for name in made.message.__slots__ if getattr(made.message, name) not in (None, [])}
    assert there - {"out"} == {"id", "peer_id", "date", "message", "media", "ttl_period"}
    assert update.message != made.message


@pytest.mark.slow
async def test_a_sample_holds_and_what_is_broken_on_purpose_is_found() -> None:
    async with ground() as place:
        for finding in (
            await prove(place, 1, Plan(1_500, processes=1)),
            await prove(place, 1, Plan(1_500, processes=1, control="handler")),
            await prove_wire(place, 1, 300),
        ):
            assert finding.as_it_should_be, finding.told()
