"""The proof of the crowds, short: what one person gets who sends without end, and what the others get."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from client.fairness import BURST, LINE, RATE
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import until
from tests.e2e.words import shown
from tests.proof.bystanders import Course, course_of, flood, flooded, gauge
from tests.proof.crowds import Scenery, scenery
from tests.proof.ground import ground

COUNT = 600
LEFT_OUT = "draftkeep_updates_left_out_total"


async def to(here: Scenery, person: int) -> list[str]:
    """The texts that the bot sent to somebody."""
    return [line["text"] for line in await here.stage.sent_by_bot(person)]


@pytest.mark.slow
async def test_one_person_is_slowed_told_once_and_left_out_while_others_are_served() -> None:
    hour = datetime.now(UTC).hour
    async with ground() as place, scenery(place, 3, 5) as here:
        (who,) = (await Crowd.of(here.stage, 1)).people
        went = await flooded(here.stage, await flood(here.stage, who, "once more", COUNT, None), 120)
        course = await here.quiet(2, 0.5, 7)
        assert course.asked
        assert course.whole

        async def told() -> bool:
            return shown("en", "too-fast") in await to(here, who)

        await until(told, 120)
        least: float = COUNT - LINE - RATE * (went["seconds"] + 60)  # a busy machine may bring them late

        async def left_out() -> bool:
            return await gauge(here.bot, LEFT_OUT) >= least

        await until(left_out, 120)
        assert await gauge(here.bot, LEFT_OUT) <= COUNT - LINE

        await here.bot.kill()
        before = await to(here, who)
        assert len(before) > BURST
        await here.bot.start()
        course = await here.quiet(2, 0.5, 8)
        assert course.whole

        async def goes_on() -> bool:
            return len(await to(here, who)) > len(before)

        await until(goes_on, 120)
        notices = (await to(here, who)).count(shown("en", "too-fast"))
        assert notices == 1 or datetime.now(UTC).hour != hour


@pytest.mark.parametrize(
    ("said", "missing", "doubled", "waits"),
    [
        ([(5, 9, 1.0), (9, 5, 1.5)], 0, 0, [0.5]),
        ([(5, 9, 1.0)], 1, 0, []),
        ([(5, 9, 1.0), (9, 5, 1.5), (9, 5, 2.0)], 0, 1, [0.5]),
        ([(5, 9, 1.0), (5, 9, 2.0), (9, 5, 2.5), (9, 5, 4.0)], 0, 0, [1.5, 2.0]),
        ([(6, 9, 1.0), (9, 6, 1.5)], 0, 0, []),
    ],
)
def test_what_became_of_readers_is_seen(
    said: list[tuple[int, int, float]], missing: int, doubled: int, waits: list[float]
) -> None:
    lines = [
        {
            "from_id": sender,
            "peer_id": receiver,
            "at": datetime.fromtimestamp(at, UTC).isoformat(),
            "media": "document" if sender == 9 else None,
        }
        for sender, receiver, at in said
    ]
    course: Course = course_of(lines, [5], 9)
    assert (course.missing, course.doubled) == (missing, doubled)
    assert course.waits == pytest.approx(waits)
