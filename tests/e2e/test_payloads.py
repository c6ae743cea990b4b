"""Links cannot be guessed: forged payloads open nothing, break nothing, and each gets an answer."""

from __future__ import annotations

import asyncio
import itertools
import random
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.crowd import Crowd
from tests.e2e.evidence import errors, until
from tests.e2e.harness import Stage
from tests.e2e.words import make_file, shown, store
from tests.proof.payloads import forged, guess

SEED = 20260301


@pytest.mark.slow
async def test_a_hundred_thousand_forged_payloads_open_nothing(database_url: str) -> None:
    outcome, real = await guess(database_url, 100_000, SEED)
    assert outcome.tried == 100_000
    assert outcome.well_formed > 12_000
    assert outcome.failures == []
    assert outcome.as_promised, outcome
    assert (real.hits, real.uses, real.as_promised) == (100, 100, False)


async def test_forged_payloads_sent_to_the_bot_are_answered_each_and_open_nothing(stage: Stage, tmp_path: Path) -> None:
    codes = [await store(stage, make_file(tmp_path, f"file {number}")) for number in range(5)]
    # a real code with a space after it is no forgery: who types it means it
    payloads = (text for text in forged(codes, random.Random(SEED)) if text.strip() not in codes)
    texts = [f"/start {payload}" for payload in itertools.islice(payloads, 400)]
    crowd = await Crowd.of(stage, 20)

    async def a_file() -> bool:
        return any((await crowd.files()).values())

    for number, person in enumerate(crowd.people):
        await crowd.say(person, texts[number::20])
    await until(partial(crowd.got, len(texts)), 300)
    await asyncio.sleep(1)
    got = await crowd.received()
    assert len(got) == len(texts)
    assert not await a_file()
    assert {line["text"] for line in got} == {
        shown("en", "link-malformed"),
        shown("en", "link-unknown"),
        shown("en", "greeting", first="Rita"),
    }
    assert errors(stage.bots[0].text()) == []
    await crowd.say(crowd.people[0], [f"/start {codes[0]}"])
    await until(a_file, 60)  # by the same way, a real one: what a hit would look like
