"""How much of one person is taken: served as they come, slowed, told once, left out; nobody else has to do with it."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import raw

from client.address import CHANNEL, GROUP, PERSON, Lane, author_of, lane_of, sent_at
from client.fairness import (
    AT_ONCE,
    BURST,
    GROUP_LINE,
    LINE,
    NOTICEABLE,
    PATIENCE,
    PRESS_PATIENCE,
    RATE,
    SLOWED_AT_MOST,
    SWEEP_AT,
    Admission,
    Door,
    Pace,
    Refusal,
)

NOW = 1_800_000_000
ADMIN, ADA, BOB = 1, 5, 6


class Hall:
    """A door with a clock that is set by hand, and lines that hold whatever was let in."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.door = Door(lambda: self.at, lambda person: person == ADMIN)
        self.lengths: dict[Lane, int] = {}

    def enter(self, update: Any, *, aside: bool = False) -> Admission | Refusal:
        lane = lane_of(update)
        verdict = self.door.judge(update, lane, self.lengths.get(lane, 0), aside=aside)
        if isinstance(verdict, Admission):
            self.lengths[lane] = self.lengths.get(lane, 0) + 1
        return verdict

    def leave(self, update: Any, verdict: Admission) -> None:
        self.lengths[lane_of(update)] -= 1
        self.door.finished(verdict.due)


def says(person: int = ADA, at: float = NOW, peer: Any = None) -> Any:
    """A message of somebody, in their private chat or elsewhere."""
    message = raw.types.Message(
        id=1,
        peer_id=peer or raw.types.PeerUser(user_id=person),
        from_id=raw.types.PeerUser(user_id=person) if peer else None,
        date=int(at),
        message="",
    )
    channel = isinstance(peer, raw.types.PeerChannel)
    return (raw.types.UpdateNewChannelMessage if channel else raw.types.UpdateNewMessage)(
        message=message, pts=1, pts_count=1
    )


def edits(person: int, at: float) -> Any:
    update = says(person, at - 5000)
    update.message.edit_date = int(at)
    return raw.types.UpdateEditMessage(message=update.message, pts=1, pts_count=1)


def presses(person: int = ADA, peer: Any = None) -> Any:
    return raw.types.UpdateBotCallbackQuery(
        query_id=1, user_id=person, peer=peer or raw.types.PeerUser(user_id=person), msg_id=1, chat_instance=1
    )


def waits(verdict: Admission | Refusal, hall: Hall) -> float:
    assert isinstance(verdict, Admission)
    return verdict.due - hall.at if verdict.due else 0.0


# The rule


def test_a_burst_is_served_as_it_comes_and_then_as_fast_as_the_rate() -> None:
    pace = Pace()
    waited = []
    for _ in range(BURST + 5):
        waited.append(pace.wait(ADA, NOW))
        pace.charge(ADA, NOW)
    assert waited[:BURST] == [0] * BURST
    assert waited[BURST:] == pytest.approx([(n + 1) / RATE for n in range(5)])


def test_whoever_stays_below_the_rate_never_waits() -> None:
    pace = Pace()
    for number in range(5000):
        assert pace.wait(ADA, NOW + number / RATE) == 0
        pace.charge(ADA, NOW + number / RATE)


def test_a_reader_who_taps_sixty_links_quickly_is_served_again_and_again() -> None:
    hall = Hall()
    for visit in range(20):
        assert all(hall.enter(says(at=NOW + 60 * visit)) == AT_ONCE for _ in range(60))
        hall.lengths.clear()


def test_the_bucket_fills_again() -> None:
    pace = Pace()
    for _ in range(2 * BURST):
        pace.charge(ADA, NOW)
    assert pace.wait(ADA, NOW) == pytest.approx((BURST + 1) / RATE)
    assert pace.wait(ADA, NOW + BURST / RATE) == pytest.approx(1 / RATE)
    assert pace.wait(ADA, NOW + (BURST + 1) / RATE) == 0


def test_people_have_nothing_to_do_with_each_other() -> None:
    hall = Hall()
    for _ in range(1000):
        hall.enter(says(ADA))
    assert hall.enter(says(BOB)) == AT_ONCE


def test_whoever_is_no_longer_too_fast_is_forgotten() -> None:
    pace = Pace()
    for person in range(100_000):
        pace.charge(person, NOW + person / 100)
    # each is remembered for half a second, in which fifty more come
    assert len(pace) <= 2 * SWEEP_AT


def test_those_who_are_too_fast_are_not_forgotten_by_a_sweep() -> None:
    pace = Pace()
    for _ in range(2 * BURST):
        pace.charge(ADA, NOW)
    before = pace.wait(ADA, NOW)
    for person in range(100, 100 + 3 * SWEEP_AT):
        pace.charge(person, NOW)
    assert pace.wait(ADA, NOW) == before


# What the door says


def test_one_person_has_so_many_in_hand_and_the_rest_is_left_out() -> None:
    hall = Hall()
    verdicts = [hall.enter(says()) for _ in range(10_000)]
    taken = [verdict for verdict in verdicts if isinstance(verdict, Admission)]
    assert len(taken) == LINE
    assert set(verdicts[LINE:]) == {Refusal.LEFT_OUT}
    assert hall.door.slowed == LINE - BURST
    assert max(waits(verdict, hall) for verdict in taken) <= PATIENCE


def test_what_waits_is_told_once_and_again_in_the_next_episode() -> None:
    hall = Hall()
    taken = [verdict for _ in range(LINE + 50) if isinstance(verdict := hall.enter(says()), Admission)]
    told = [verdict for verdict in taken if verdict.tell]
    assert [verdict.tell for verdict in told] == [ADA]
    assert waits(told[0], hall) == pytest.approx(NOTICEABLE, abs=1 / RATE)
    for verdict in taken:
        hall.leave(says(), verdict)
    assert hall.door.slowed == 0
    later = NOW + LINE / RATE + 1
    again = [verdict for _ in range(LINE) if isinstance(verdict := hall.enter(says(at=later)), Admission)]
    assert [verdict.tell for verdict in again if verdict.tell] == [ADA]


def test_an_endless_flood_is_told_once() -> None:
    hall = Hall()
    told = 0
    for number in range(20_000):
        verdict = hall.enter(says(at=NOW + number / 50))
        if isinstance(verdict, Admission):
            told += bool(verdict.tell)
            hall.leave(says(), verdict)
    assert told == 1


def test_what_was_sent_slowly_and_comes_all_at_once_is_never_left_out() -> None:
    """After an outage of an hour: a difference brings what was sent in all that time in one moment."""
    hall = Hall()
    verdicts = [hall.enter(says(at=NOW + number), aside=number > LINE) for number in range(3600)]
    assert verdicts[:LINE] == [AT_ONCE] * LINE
    assert set(verdicts[LINE:]) == {Refusal.SET_ASIDE}


def test_edits_are_judged_by_when_they_were_made() -> None:
    hall = Hall()
    assert sent_at(edits(ADA, NOW)) == NOW
    verdicts = [hall.enter(edits(ADA, NOW)) for _ in range(1000)]
    assert verdicts.count(Refusal.LEFT_OUT) == 1000 - LINE


def test_what_comes_behind_a_newer_one_is_not_too_fast() -> None:
    """After an outage of an hour: the messages come first, then the edits, then what was said in groups."""
    hall = Hall()
    assert hall.enter(says(at=NOW)) == AT_ONCE
    assert hall.enter(says(at=NOW + 3600)) == AT_ONCE
    assert hall.enter(edits(ADA, NOW + 10)) == AT_ONCE
    assert hall.enter(says(at=NOW + 60, peer=raw.types.PeerChannel(channel_id=50))) == AT_ONCE


def test_old_dates_are_no_way_to_be_faster() -> None:
    hall = Hall()
    verdicts = [hall.enter(edits(ADA, NOW - number)) for number in range(1000)]
    assert verdicts.count(Refusal.LEFT_OUT) == 1000 - LINE


def test_what_cannot_be_read_again_is_not_set_aside() -> None:
    """The ids of a business account's messages are not of the bot's own: they would bring somebody else's."""
    hall = Hall()
    hall.lengths[PERSON, ADA] = LINE
    business = raw.types.UpdateBotNewBusinessMessage(connection_id="", message=says().message, qts=1)
    assert hall.enter(business) is Refusal.LEFT_OUT


def test_an_admin_is_neither_slowed_nor_left_out() -> None:
    hall = Hall()
    verdicts = [hall.enter(says(ADMIN)) for _ in range(10_000)]
    assert verdicts[:LINE] == [AT_ONCE] * LINE
    assert set(verdicts[LINE:]) == {Refusal.SET_ASIDE}
    assert hall.door.slowed == 0
    hall.lengths.clear()
    assert hall.enter(says(ADMIN), aside=True) is Refusal.SET_ASIDE, "behind those that were set aside before it"


def test_a_press_waits_less_long_than_anybody_looks_at_it() -> None:
    hall = Hall()
    verdicts = [hall.enter(presses()) for _ in range(1000)]
    taken = [verdict for verdict in verdicts if isinstance(verdict, Admission)]
    assert len(taken) == BURST + int(RATE * PRESS_PATIENCE)
    assert max(waits(verdict, hall) for verdict in taken) <= PRESS_PATIENCE
    hall.at += 1000
    hall.lengths.clear()
    assert hall.enter(presses()) == AT_ONCE, "pressing again must work"


@pytest.mark.parametrize("aside", [True, False])
def test_a_press_behind_a_full_line_is_pressed_again_but_for_an_admins(aside: bool) -> None:
    hall = Hall()
    hall.lengths = {(PERSON, ADA): LINE, (PERSON, ADMIN): LINE}
    assert hall.enter(presses(ADA), aside=aside) is Refusal.LEFT_OUT
    assert hall.enter(presses(ADMIN), aside=aside) == AT_ONCE


@pytest.mark.parametrize("peer", [raw.types.PeerChannel(channel_id=50), raw.types.PeerChat(chat_id=50)])
def test_nobody_makes_a_group_wait(peer: Any) -> None:
    hall = Hall()
    verdicts = [hall.enter(says(ADA, peer=peer)) for _ in range(1000)]
    assert verdicts == [AT_ONCE] * BURST + [Refusal.LEFT_OUT] * (1000 - BURST)
    assert hall.enter(says(BOB, peer=peer)) == AT_ONCE
    assert hall.door.slowed == 0


def test_a_group_of_many_has_so_many_in_hand() -> None:
    hall = Hall()
    chat, channel = raw.types.PeerChat(chat_id=50), raw.types.PeerChannel(channel_id=50)
    hall.lengths = {(GROUP, 50): GROUP_LINE, (CHANNEL, 50): GROUP_LINE}
    assert hall.enter(says(peer=chat)) is Refusal.SET_ASIDE
    assert hall.enter(says(peer=channel)) == AT_ONCE, "a channel's stay with the server"


def test_all_who_are_slowed_together_have_a_bound() -> None:
    hall = Hall()
    for person in range(100, 200):
        for _ in range(LINE):
            hall.enter(says(person))
    assert hall.door.slowed == SLOWED_AT_MOST
    assert hall.enter(says(BOB)) == AT_ONCE


def test_what_must_be_known_is_always_taken() -> None:
    hall = Hall()
    stopped = raw.types.UpdateBotStopped(user_id=ADA, date=1, stopped=True, qts=1)
    joined = raw.types.UpdateChannelParticipant(channel_id=50, date=1, actor_id=ADA, user_id=ADA, qts=1)
    post = raw.types.UpdateNewChannelMessage(
        message=raw.types.Message(id=1, peer_id=raw.types.PeerChannel(channel_id=50), date=1, message="", post=True),
        pts=1,
        pts_count=1,
    )
    for update in (stopped, joined, post):
        assert author_of(update) is None
        assert {hall.enter(update) for _ in range(2000)} == {AT_ONCE}


def test_without_the_rule_one_person_takes_everything() -> None:
    """The control."""
    hall = Hall()
    hall.door.fair = False
    assert {hall.enter(says()) for _ in range(10_000)} == {AT_ONCE}


def test_updates_know_who_made_them() -> None:
    inline = raw.types.UpdateBotInlineQuery(query_id=1, user_id=ADA, query="", offset="")
    reaction = raw.types.UpdateBotMessageReaction(
        peer=raw.types.PeerChannel(channel_id=50), msg_id=1, date=1, actor=raw.types.PeerUser(user_id=ADA),
        old_reactions=[], new_reactions=[], qts=1,
    )  # fmt: skip
    vote = raw.types.UpdateMessagePollVote(
        poll_id=1, peer=raw.types.PeerUser(user_id=ADA), options=[], positions=[], qts=1
    )
    in_group = presses(ADA, raw.types.PeerChannel(channel_id=50))
    for update in (says(), says(peer=raw.types.PeerChat(chat_id=7)), edits(ADA, NOW), presses(), in_group):
        assert author_of(update) == ADA
    for update in (inline, reaction, vote):
        assert author_of(update) == ADA
    anonymous = says(ADA, peer=raw.types.PeerChannel(channel_id=50))
    anonymous.message.from_id = raw.types.PeerChannel(channel_id=50)
    assert author_of(anonymous) is None
    assert author_of(raw.types.UpdateNewMessage(message=raw.types.MessageEmpty(id=1), pts=1, pts_count=1)) is None
