"""What reviewers see of drafts: each in their own chat, once, and always what is so, through restarts."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from plugins.draft_board import bring_up_to_date
from scheduler.draft_cards import DraftCards
from scheduler.progress import AFTER_FAULT, CHANGE_EVERY
from services.access import Permission
from services.drafts import BY_ITSELF, UNDO, Draft, DraftSource, DraftState, Origin
from services.errors import TryLater
from services.posted import Posted
from services.refusals import Refusal
from tests.database.mongo import StillClock
from tests.plugins.reviewing import TARGETS, TEXT, Chats, Desk, head, verbs
from tests.services.channel import ADMIN, OWNER

OTHER = 33


class Room:
    """A bot with two reviewers, and who keeps their cards."""

    def __init__(self, room: BotDatabase, clock: StillClock) -> None:
        self.room, self.clock, self.chats = room, clock, Chats()
        self.restart()

    def restart(self) -> None:
        self.desk = Desk(self.room, self.clock, self.chats)
        self.drafts = self.desk.services.drafts
        bot: Any = self.desk
        self.keeper = DraftCards(bot, partial(bring_up_to_date, bot))

    async def settle(self) -> None:
        """Look until nothing is to be told."""
        for _ in range(20):
            due = await self.keeper.look()
            if due is None or due > self.clock.now():
                return
        raise AssertionError("it never ends")

    async def set(self, draft: Draft, **values: Any) -> Draft:
        """Change a draft as its publisher would."""
        changed = await self.room.drafts.change(draft.code, Cause(f"x:{values}"), list(DraftState), **values)
        assert changed
        return changed


@pytest.fixture
def stand(room: BotDatabase, clock: StillClock) -> Room:
    return Room(room, clock)


async def test_each_reviewer_gets_the_draft_as_it_will_look_and_its_card_once(stand: Room) -> None:
    await stand.desk.made()
    await stand.settle()
    await stand.settle()
    stand.restart()
    await stand.settle()
    assert sorted(stand.chats.previews, key=lambda shown: shown[0]) == [(OWNER, TEXT), (ADMIN, TEXT)]
    for person in (OWNER, ADMIN):
        [card] = stand.desk.shown(person)
        assert head(card) == "draft-head-pending"
        assert verbs(card) == ["draft-send", "draft-edit", "draft-skip", "draft-view"]
    assert stand.desk.edits == []


async def test_all_see_a_decision_and_how_it_goes_and_the_way_back_ends_after_a_minute(
    stand: Room, clock: StillClock
) -> None:
    draft = await stand.desk.made()
    await stand.settle()
    await stand.drafts.approve(draft.code, 1, OWNER, Cause("query:1"))
    await stand.settle()
    for person in (OWNER, ADMIN):
        assert (head(stand.desk.card(person)), verbs(stand.desk.card(person))) == ("draft-head-publishing", [])
    await stand.set(draft, state=DraftState.PUBLISHED, published_at=clock.now())
    await stand.settle()
    for person in (OWNER, ADMIN):
        assert (head(stand.desk.card(person)), verbs(stand.desk.card(person))) == (
            "draft-head-published",
            ["draft-undo"],
        )
    clock.move(UNDO - timedelta(seconds=1))
    stand.restart()
    await stand.settle()
    assert verbs(stand.desk.card(OWNER)) == ["draft-undo"]
    clock.move(timedelta(seconds=1))
    await stand.settle()
    assert [verbs(stand.desk.card(person)) for person in (OWNER, ADMIN)] == [[], []]
    edits = len(stand.desk.edits)
    await stand.settle()
    assert len(stand.desk.edits) == edits, "nothing is left to be told"


async def test_publishing_is_told_every_few_seconds_and_its_end_at_once(stand: Room, clock: StillClock) -> None:
    draft = await stand.desk.made()
    await stand.settle()
    await stand.set(draft, state=DraftState.PUBLISHING)
    await stand.settle()
    told = len(stand.desk.edits)
    for attempts in range(1, 5):
        await stand.set(draft, targets=(*TARGETS[:1], TARGETS[1]), send_at=clock.now() + timedelta(seconds=attempts))
        clock.move(CHANGE_EVERY / 4)
        await stand.keeper.look()
    assert len(stand.desk.edits) == told + 2, "one edit in each of the two chats"
    await stand.set(draft, state=DraftState.FAILED)
    await stand.settle()
    assert head(stand.desk.card(ADMIN)) == "draft-head-failed"


async def test_a_new_version_comes_below_and_the_card_before_it_has_no_buttons_any_more(stand: Room) -> None:
    draft = await stand.desk.made()
    await stand.settle()
    await stand.drafts.edit(draft.code, (TEXT,), ADMIN, Cause("message:2:5"))
    await stand.settle()
    assert len(stand.chats.previews) == 4
    for person in (OWNER, ADMIN):
        old, new = stand.desk.shown(person)
        assert (old.key, verbs(old)) == ("draft-replaced", [])
        assert next(each.data for row in new.keyboard for each in row) == f"draft-send:{draft.code}:2"


async def test_a_crash_between_the_message_and_its_record_sends_nothing_twice_and_shows_what_is_so(
    stand: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await stand.desk.made()

    async def crash(_: object) -> None:
        raise TryLater(0, "killed here")

    monkeypatch.setattr(stand.desk.services.draft_cards, "put", crash)
    await stand.keeper.look()
    await stand.drafts.skip(draft.code, 1, ADMIN, Cause("query:1"))
    stand.restart()
    await stand.settle()
    assert len(stand.chats.previews) == 2
    for person in (OWNER, ADMIN):
        [card] = stand.desk.shown(person)
        assert (head(card), verbs(card)) == ("draft-head-skipped", ["draft-reopen"])


@pytest.mark.parametrize("in_turn", [True, False], ids=["in turn", "control"])
async def test_no_older_state_is_shown_over_a_newer_one(
    stand: Room, monkeypatch: pytest.MonkeyPatch, *, in_turn: bool
) -> None:
    draft = await stand.desk.made()
    await stand.settle()
    if not in_turn:
        monkeypatch.setattr(stand.desk.services.draft_cards, "turn", lambda *_: asyncio.Lock())
    late, retell, bot = asyncio.Event(), stand.desk.retell, cast("Any", stand.desk)

    async def slow(*args: Any, **more: Any) -> None:
        if more["head"].key == "draft-head-skipped":
            began.set()
            await late.wait()
        await retell(*args, **more)

    began = asyncio.Event()
    monkeypatch.setattr(stand.desk, "retell", slow)
    await stand.drafts.skip(draft.code, 1, OWNER, Cause("query:1"))
    older = asyncio.create_task(bring_up_to_date(bot, draft.code, ADMIN))
    await began.wait()
    await stand.drafts.reopen(draft.code, OWNER, Cause("query:2"))
    newer = asyncio.create_task(bring_up_to_date(bot, draft.code, ADMIN))
    if not in_turn:
        await newer
    late.set()
    await asyncio.gather(older, newer)
    shown = head(stand.desk.card(ADMIN))
    assert shown == ("draft-head-pending" if in_turn else "draft-head-skipped")


async def test_who_decides_nothing_any_more_loses_the_buttons_and_hears_no_more(stand: Room) -> None:
    access = stand.desk.services.access
    await access.appoint(OTHER, [Permission.REVIEW], by=OWNER, cause=Cause("message:1:1"))
    draft = await stand.desk.made()
    await stand.settle()
    assert verbs(stand.desk.card(OTHER))
    await access.dismiss(OTHER, by=OWNER, cause=Cause("message:1:2"))
    await stand.drafts.skip(draft.code, 1, OWNER, Cause("query:1"))
    await stand.settle()
    assert [(each.key, verbs(each)) for each in stand.desk.shown(OTHER)] == [("draft-not-yours", [])]
    await stand.drafts.reopen(draft.code, OWNER, Cause("query:2"))
    edits = stand.desk.edits.count((OTHER, "draft-not-yours"))
    await stand.settle()
    assert stand.desk.edits.count((OTHER, "draft-not-yours")) == edits == 1


async def test_who_comes_later_is_not_shown_what_waits_until_it_changes(stand: Room) -> None:
    draft = await stand.desk.made()
    await stand.settle()
    await stand.desk.services.access.appoint(OTHER, [Permission.REVIEW], by=OWNER, cause=Cause("message:1:1"))
    await stand.settle()
    assert stand.desk.shown(OTHER) == []
    await stand.drafts.edit(draft.code, (TEXT,), ADMIN, Cause("message:2:5"))
    await stand.settle()
    assert head(stand.desk.card(OTHER)) == "draft-head-pending"


async def test_what_was_sent_by_itself_is_reported(stand: Room) -> None:
    origin = Origin(DraftSource.AI, chat=-5, message_ids=(1,), who="Rita", said="Hi?", confidence=92)
    await stand.desk.made(origin=origin, approved=True)
    await stand.settle()
    assert [head(stand.desk.card(person)) for person in (OWNER, ADMIN)] == ["draft-head-by-itself"] * 2
    assert (await stand.drafts.page(None, 0, 1))[0].decided_by == BY_ITSELF


async def test_one_who_blocked_the_bot_or_has_to_wait_keeps_nobody_waiting(stand: Room, clock: StillClock) -> None:
    stand.desk.gone = {OWNER}
    draft = await stand.desk.made()
    await stand.settle()
    assert stand.desk.shown(OWNER) == []
    assert head(stand.desk.card(ADMIN)) == "draft-head-pending"
    stand.desk.gone = set()
    await stand.drafts.edit(draft.code, (TEXT,), ADMIN, Cause("message:2:5"))
    stand.desk.waits = TryLater(60, "flood")
    await stand.settle()
    assert stand.desk.shown(OWNER) == []
    stand.desk.waits = None
    clock.move(timedelta(seconds=61))
    await stand.settle()
    assert head(stand.desk.card(OWNER)) == "draft-head-pending"


async def test_what_telegram_does_not_take_is_said_on_the_card(stand: Room) -> None:
    stand.desk.refusal = Posted(refusal=Refusal.CONTENT, reason="MEDIA_EMPTY")
    draft = await stand.desk.made()
    await stand.settle()
    assert stand.desk.card(OWNER).args["notice"].args == {"reason": "MEDIA_EMPTY"}
    await stand.drafts.skip(draft.code, 1, ADMIN, Cause("query:1"))
    await stand.settle()
    assert stand.desk.card(OWNER).args["notice"].args == {"reason": "MEDIA_EMPTY"}


async def test_one_draft_that_cannot_be_shown_keeps_no_other_from_it(
    stand: Room, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await stand.desk.made()
    whole = await stand.desk.made()
    wrong = True

    async def get(code: str) -> Draft:
        if wrong and code == broken.code:
            raise KeyError("a bug")
        draft = await stand.room.drafts.get(code)
        assert draft
        return draft

    monkeypatch.setattr(stand.drafts, "get", get)
    await stand.settle()
    assert [f"draft-send:{whole.code}:1"] == [stand.desk.card(OWNER).keyboard[0][0].data]
    wrong = False
    clock.move(AFTER_FAULT)
    await stand.settle()
    assert len(stand.desk.shown(OWNER)) == 2


async def test_what_was_decided_comes_before_what_is_new(stand: Room) -> None:
    first = await stand.desk.made()
    await stand.settle()
    for _ in range(7):
        await stand.desk.made()
    await stand.drafts.skip(first.code, 1, OWNER, Cause("query:1"))
    await stand.keeper.look()
    assert head(stand.desk.shown(ADMIN)[0]) == "draft-head-skipped"
    assert len(stand.desk.shown(ADMIN)) < 8
    await stand.settle()
    assert len(stand.desk.shown(ADMIN)) == 8
