"""A bot that is killed in the midst of a long difference goes on from there, and not from its beginning."""

from __future__ import annotations

import asyncio

import pytest

from client.address import COMMON
from tests.client.rig import CHANNEL, Edge, Telegram, edge_on
from tests.client.virtual import virtual

MISSED = 900
LIVES = 8
"""Lives that are lived at most; in each, a quarter of what was missed can be done."""


async def places(edge: Edge, box: int, life: float) -> list[int]:
    """How far a bot gets in each of its lives, which are so many seconds long: where it has finished at their ends."""
    found: list[int] = []
    while len(found) < LIVES and (not found or found[-1] < MISSED):
        edge.difference.fill_all()
        await asyncio.sleep(life)
        await edge.crash()
        [state] = [state for state in edge.written if state.id == box]
        found.append(state.top_message or 0)
        edge = Edge(edge.telegram, edge.written, edge.done, work=edge.work)
    return found


def missed_from_people(telegram: Telegram) -> None:
    for number in range(MISSED - 1):
        telegram.message(number % 40)


def missed_from_a_channel(telegram: Telegram) -> None:
    for _ in range(MISSED - 1):
        telegram.post()


def edge_that_missed(box: int, telegram: Telegram) -> Edge:
    """A bot that has seen one message of each kind; each takes it a second, eight chats side by side."""
    telegram.message()
    telegram.post()
    edge = edge_on(telegram, CHANNEL, work=lambda _: 1.0)
    (missed_from_people if box == COMMON else missed_from_a_channel)(telegram)
    return edge


@virtual
@pytest.mark.parametrize(("box", "life"), [(COMMON, 30.0), (CHANNEL, 230.0)])
@pytest.mark.parametrize("too_long", [10_000, 10], ids=["told in parts", "read by id"])
async def test_each_life_goes_on_where_the_one_before_ended(box: int, life: float, too_long: int) -> None:
    edge = edge_that_missed(box, Telegram(slice=10_000, too_long=too_long))
    found = await places(edge, box, life)
    assert found[-1] == MISSED
    assert found == sorted(set(found)), "each got further"
    assert len(edge.done) < 1.5 * MISSED, "little was done again"


@virtual
@pytest.mark.parametrize(("box", "life"), [(COMMON, 30.0), (CHANNEL, 230.0)])
async def test_what_is_told_all_at_once_is_never_done_in_lives_that_are_too_short(box: int, life: float) -> None:
    """The control: a server that does not care how much it is asked for."""
    edge = edge_that_missed(box, Telegram(slice=10_000, obeys=False))
    assert await places(edge, box, life) == [1] * LIVES
    assert len(edge.done) > 1.5 * MISSED
