"""One person's flood in the whole inbox: the others are served, nothing is forgotten, memory has a bound."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pyrogram import raw, utils

from client.address import COMMON
from client.fairness import BURST, GROUP_LINE, LINE, RATE
from tests.client.rig import CHANNEL, Edge, Telegram, begun_at, cause_of
from tests.client.virtual import elapsed, virtual

FLOODER, OTHER, ADMIN = 5, 6, 9
IN_HAND = 1000
"""Updates in hand at most, where a flood of twice as many is to be worked off one by one."""


def edge_on(telegram: Telegram, *channels: int, **more: Any) -> Edge:
    return Edge(telegram, begun_at(telegram, *channels), admins=frozenset({ADMIN}), **more)


def at_one_time(telegram: Telegram, person: int, count: int) -> list[Any]:
    """Messages that somebody sends within one second."""
    updates = [telegram.message(person) for _ in range(count)]
    for update in updates:
        update.message.date = 1_000_000
    return updates


def not_expected(telegram: Telegram, updates: list[Any]) -> None:
    """Say of updates that nobody is to handle them."""
    for entry in telegram.common:
        entry.own = entry.own or any(entry.update is update for update in updates)


def handled(edge: Edge, person: int, since: int = 0) -> list[int]:
    """The messages of one person that were handled, in order; `since` so many of anybody's."""
    found = [update.message for update in edge.done[since:] if hasattr(update, "message")]
    return [message.id for message in found if getattr(message.peer_id, "user_id", 0) == person]


async def wait_of_another(*, fair: bool) -> float:
    """Seconds that another person waits for an answer while one sends without end."""
    telegram = Telegram()
    edge = edge_on(telegram, work=lambda _: 0.01)
    edge.inbox.intake.door.fair = fair
    for update in at_one_time(telegram, FLOODER, 2 * IN_HAND):
        await edge.push(update)
    began = elapsed()
    await edge.push(telegram.message(OTHER))
    seen = 0
    while not handled(edge, OTHER, seen):
        seen = len(edge.done)
        await asyncio.sleep(0.01)
    return elapsed() - began


@virtual
async def test_nobody_waits_for_somebody_who_sends_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.intake.MAX_IN_HAND", IN_HAND)
    assert await wait_of_another(fair=True) < 0.1


@virtual
async def test_without_the_rule_everybody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr("client.intake.MAX_IN_HAND", IN_HAND)
    assert await wait_of_another(fair=False) > IN_HAND * 0.01 * 0.9


@virtual
async def test_what_is_in_the_line_is_answered_in_order_and_what_is_left_out_is_counted() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    sent = at_one_time(telegram, FLOODER, 1000)
    not_expected(telegram, sent[LINE:])
    began = elapsed()
    for update in sent:
        await edge.push(update)
    await edge.settle()
    assert handled(edge, FLOODER) == [update.message.id for update in sent[:LINE]]
    assert edge.heard.left_out_kinds == {"UpdateNewMessage": 1000 - LINE}
    assert edge.heard.told == [FLOODER]
    assert elapsed() - began == pytest.approx((LINE - BURST) / RATE, abs=10)
    assert edge.written[0].pts == telegram.pts, "what is left out is finished"
    assert edge.most <= LINE


@virtual
async def test_a_difference_full_of_one_person_is_taken_like_pushes() -> None:
    telegram = Telegram(slice=300)
    edge = edge_on(telegram)
    sent = at_one_time(telegram, FLOODER, 1000)
    not_expected(telegram, sent[LINE:])
    late = telegram.message(OTHER)
    edge.difference.fill(COMMON)
    await edge.settle()
    assert handled(edge, FLOODER)[:LINE] == [update.message.id for update in sent[:LINE]]
    assert handled(edge, OTHER) == [late.message.id]
    assert edge.most <= LINE + 1
    assert edge.written[0].pts == telegram.pts


@virtual
async def test_slowed_ones_take_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.intake.MAX_IN_HAND", 2 * BURST)
    telegram = Telegram()
    edge = edge_on(telegram)
    for person in range(100, 110):
        for update in at_one_time(telegram, person, LINE):
            await edge.push(update)
        await asyncio.sleep(1)  # their bursts are answered, the rest waits
    assert edge.inbox.lanes.backlog > 2 * BURST
    await edge.push(telegram.message(OTHER))
    await asyncio.sleep(0.1)
    assert handled(edge, OTHER)
    await edge.settle()
    assert edge.inbox.intake.door.slowed == 0


@virtual
async def test_everything_of_an_admin_is_served_in_order_and_nobody_waits_for_it() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, work=lambda _: 0.01)
    sent = at_one_time(telegram, ADMIN, 3_000)
    for update in sent:
        await edge.push(update)
    await edge.push(telegram.message(OTHER))
    await asyncio.sleep(0.1)
    assert handled(edge, OTHER)
    assert edge.inbox.lanes.backlog <= LINE
    await edge.settle()
    assert handled(edge, ADMIN) == [update.message.id for update in sent]
    assert not edge.heard.told
    assert not edge.heard.left_out_kinds
    assert edge.most <= LINE + 2
    assert edge.written[0].pts == telegram.pts


@virtual
async def test_what_is_set_aside_survives_a_crash() -> None:
    telegram = Telegram()
    written = begun_at(telegram)
    done: list[Any] = []
    sent = at_one_time(telegram, ADMIN, 2000)
    edge = Edge(telegram, written, done, work=lambda _: 0.01, admins=frozenset({ADMIN}))
    for update in sent:
        await edge.push(update)
    await edge.push(telegram.message(OTHER))
    await asyncio.sleep(5)
    before = len(set(handled(edge, ADMIN)))
    assert BURST < before < 1000
    assert edge.inbox.intake.aside
    await edge.crash()
    again = Edge(telegram, written, done, work=lambda _: 0.001, admins=frozenset({ADMIN}))
    again.difference.fill_all()
    await again.settle()
    assert set(handled(again, ADMIN)) == {update.message.id for update in sent}
    assert written[0].pts == telegram.pts


@virtual
async def test_what_was_deleted_or_edited_while_it_was_set_aside() -> None:
    telegram = Telegram()
    edge = edge_on(telegram, work=lambda _: 0.01)
    sent = at_one_time(telegram, ADMIN, 500)
    for update in sent:
        await edge.push(update)
    edit = telegram.edit(sent[490].message.id)
    await edge.push(edit)
    await edge.push(telegram.deletion(sent[480].message.id, sent[499].message.id))
    not_expected(telegram, [sent[480], sent[499], edit])  # the edit is read again, as another update
    await edge.settle()
    news = [cause for cause in edge.causes() if cause[0] == "new"]
    assert news == [cause_of(update) for update in sent if update not in (sent[480], sent[499])]
    assert [cause[1] for cause in edge.causes() if cause[0] == "edit"] == [sent[490].message.id]
    assert edge.written[0].pts == telegram.pts


@virtual
async def test_a_batch_that_cannot_be_read_is_asked_for_again() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    sent = at_one_time(telegram, ADMIN, 2 * LINE)
    telegram.faults = [RuntimeError("a bug"), ConnectionError("gone")]
    for update in sent:
        await edge.push(update)
    await edge.settle()
    assert handled(edge, ADMIN) == [update.message.id for update in sent]


@virtual
async def test_a_channels_flood_stays_with_the_server() -> None:
    telegram = Telegram(slice=200)
    edge = edge_on(telegram, CHANNEL, work=lambda _: 0.01)
    posts = [telegram.post() for _ in range(3 * GROUP_LINE)]
    for post in posts:
        await edge.push(post)
    await edge.push(telegram.message(OTHER))
    await asyncio.sleep(0.1)
    assert handled(edge, OTHER)
    lane = "channel_id", utils.get_channel_id(CHANNEL)
    assert edge.inbox.lanes.length(lane) <= GROUP_LINE + telegram.slice
    await edge.settle()
    assert [cause for cause in edge.causes() if cause[1]] == [cause_of(post) for post in posts]
    assert edge.most <= GROUP_LINE + telegram.slice + 1


@virtual
async def test_somebody_who_presses_without_end_is_answered_now_and_then() -> None:
    telegram = Telegram()
    edge = edge_on(telegram)
    for number in range(1000):
        query = raw.types.UpdateBotCallbackQuery(
            query_id=number, user_id=FLOODER, peer=raw.types.PeerUser(user_id=FLOODER), msg_id=1, chat_instance=1
        )
        await edge.push(query)
    await edge.settle()
    assert edge.heard.left_out_kinds["UpdateBotCallbackQuery"] == 1000 - len(edge.done)
    assert len(edge.done) >= BURST
    assert edge.heard.told == [FLOODER]
