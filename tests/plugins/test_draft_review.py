"""Who presses what under a draft: what it changes, what it cannot change any more, and what they are told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from plugins import draft_review as review
from plugins.draft_board import bring_up_to_date
from plugins.drafts import drafts, press_draft, press_page
from services.drafts import UNDO, Draft, DraftSource, DraftState, Origin
from services.errors import UserError
from services.targets import TargetFacts, TargetKind
from tests.database.mongo import StillClock
from tests.plugins.reviewing import GROUP, NEWS, TEXT, head, press, verbs, written
from tests.services.channel import ADMIN, OWNER


async def shown(desk: Any, **more: Any) -> Draft:
    """A draft that both reviewers see."""
    draft: Draft = await desk.made(**more)
    for person in (OWNER, ADMIN):
        await bring_up_to_date(desk, draft.code, person)
    return draft


async def state_of(desk: Any, draft: Draft) -> DraftState:
    found: Draft = await desk.services.drafts.get(draft.code)
    return found.state


async def refused(call: Any) -> UserError:
    with pytest.raises(UserError) as error:
        await call
    return error.value


async def test_one_approval_counts_and_the_others_learn_whose_it_was(desk: Any) -> None:
    draft = await shown(desk)
    data = f"draft-send:{draft.code}:1"
    presses = [review.press_send(desk, press(data, by)) for by in (OWNER, ADMIN) * 10]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert outcomes.count(None) == 1
    others = [each for each in outcomes if isinstance(each, UserError)]
    assert len(others) == 19
    assert {each.key for each in others} == {"draft-too-late"}
    assert {each.args_["state"] for each in others} == {"approved"}
    assert desk.alerts == ["toast-draft-sending"]
    skip = await refused(review.press_skip(desk, press(f"draft-skip:{draft.code}:1", ADMIN)))
    assert skip.key == "draft-too-late"
    assert await state_of(desk, draft) is DraftState.APPROVED, "a reject after an approval changes nothing"


async def test_a_press_that_comes_again_gets_the_first_answer(desk: Any) -> None:
    draft = await shown(desk)
    pressed = press(f"draft-send:{draft.code}:1")
    await review.press_send(desk, pressed)
    await review.press_send(desk, pressed)
    assert (await desk.services.drafts.get(draft.code)).revision == draft.revision + 1


async def test_buttons_of_an_older_version_say_so(desk: Any) -> None:
    draft = await shown(desk)
    await desk.services.drafts.edit(draft.code, (TEXT,), ADMIN, Cause("message:1:9"))
    for verb, handler in (("send", review.press_send), ("skip", review.press_skip), ("at", review.press_time)):
        error = await refused(handler(desk, press(f"draft-{verb}:{draft.code}:1")))
        assert error.key == "draft-old-version", verb
    assert await state_of(desk, draft) is DraftState.PENDING


@pytest.mark.parametrize(
    "data", ["draft-send:", "draft-send:x", "draft-send:x:y", "draft-send:x:0", "draft-send:x:-1", "draft-send:x:٣"]
)
async def test_what_nobody_drew_is_refused(desk: Any, data: str) -> None:
    assert (await refused(review.press_send(desk, press(data)))).key == "button-stale"


async def test_a_code_that_nobody_has_is_refused(desk: Any) -> None:
    assert (await refused(review.press_send(desk, press(f"draft-send:{'x' * 22}:1")))).key == "draft-unknown"
    assert (await refused(press_draft(desk, press(f"draft:{'x' * 22}")))).key == "draft-unknown"


async def test_a_skip_is_taken_back(desk: Any) -> None:
    draft = await shown(desk)
    await review.press_skip(desk, press(f"draft-skip:{draft.code}:1", ADMIN))
    assert (head(desk.card(ADMIN)), verbs(desk.card(ADMIN))) == ("draft-head-skipped", ["draft-reopen"])
    await review.press_reopen(desk, press(f"draft-reopen:{draft.code}", OWNER))
    assert head(desk.card(OWNER)) == "draft-head-pending"
    assert await state_of(desk, draft) is DraftState.PENDING


async def test_a_draft_is_scheduled_in_words_and_comes_back_for_review(desk: Any, clock: StillClock) -> None:
    draft = await shown(desk)
    await review.press_time(desk, press(f"draft-at:{draft.code}:1"))
    await review.take_time(desk, written("2 h"))
    found = await desk.services.drafts.get(draft.code)
    assert (found.state, found.send_at) == (DraftState.SCHEDULED, clock.now() + timedelta(hours=2))
    assert (head(desk.card(OWNER)), verbs(desk.card(OWNER))) == (
        "draft-head-scheduled",
        ["draft-back", "draft-edit", "draft-view"],
    )
    await review.press_back(desk, press(f"draft-back:{draft.code}", ADMIN))
    assert await state_of(desk, draft) is DraftState.PENDING


async def test_a_time_for_a_version_that_somebody_changed_meanwhile_is_refused(desk: Any) -> None:
    draft = await shown(desk)
    await review.press_time(desk, press(f"draft-at:{draft.code}:1"))
    await desk.services.drafts.edit(draft.code, (TEXT,), ADMIN, Cause("message:1:9"))
    assert (await refused(review.take_time(desk, written("2 h")))).key == "draft-overtaken"
    assert await desk.services.conversations.open_of(OWNER, OWNER) is None


async def test_who_did_not_see_how_it_goes_out_decides_nothing(desk: Any) -> None:
    draft = await shown(desk)
    await review.press_time(desk, press(f"draft-at:{draft.code}:1"))
    await review.press_option(desk, press(f"draft-set:pin:on:{draft.code}", ADMIN))
    error = await refused(review.press_send(desk, press(f"draft-send:{draft.code}:1")))
    assert error.key == "draft-terms-changed"
    assert (await refused(review.take_time(desk, written("2 h")))).key == "draft-overtaken"
    assert await desk.services.conversations.open_of(OWNER, OWNER) is None
    assert await state_of(desk, draft) is DraftState.PENDING
    await bring_up_to_date(desk, draft.code, OWNER)
    await review.press_send(desk, press(str(desk.card(OWNER).keyboard[0][0].data)))
    assert await state_of(desk, draft) is DraftState.APPROVED


async def test_how_it_comes_is_switched_and_unfolded_for_one_reviewer_alone(desk: Any) -> None:
    draft = await shown(desk)
    await review.press_view(desk, press(f"draft-view:more:{draft.code}"))
    assert verbs(desk.card(OWNER)) == [
        *("draft-send", "draft-edit", "draft-skip", "draft-at", "draft-view"),
        *("draft-set", "draft-set", "draft-set", "draft", "draft-view"),
    ]
    assert len(verbs(desk.card(ADMIN))) == 4
    await review.press_option(desk, press(f"draft-set:silent:on:{draft.code}"))
    assert (await desk.services.drafts.get(draft.code)).options.silent
    assert f"draft-set:silent:off:{draft.code}" in [b.data for row in desk.card(OWNER).keyboard for b in row]
    for data in (f"draft-set:chat:on:{draft.code}", f"draft-set:silent:x:{draft.code}"):
        assert (await refused(review.press_option(desk, press(data)))).key == "button-stale"
    assert (await refused(review.press_view(desk, press(f"draft-view:x:{draft.code}")))).key == "button-stale"


async def test_its_chats_are_chosen_and_an_answer_goes_nowhere_else(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    targets = desk.services.targets

    async def facts(chat: int | str) -> TargetFacts:
        refusal = "" if chat == NEWS else "target-no-right"
        return TargetFacts(int(chat), f"Chat {chat}", TargetKind.CHANNEL, refusal=refusal)

    desk.target_facts = facts
    await targets.add(NEWS, desk, by=OWNER, cause=Cause("message:1:1"))
    draft = await shown(desk, targets=())
    assert verbs(desk.card(OWNER))[0] == "draft-view"
    assert (await refused(review.press_send(desk, press(f"draft-send:{draft.code}:1")))).key == "draft-no-targets"
    await review.press_view(desk, press(f"draft-view:targets:{draft.code}"))
    await review.press_target(desk, press(f"draft-to:{NEWS}:{draft.code}"))
    found = await desk.services.drafts.get(draft.code)
    assert [(each.chat, each.title) for each in found.targets] == [(NEWS, f"Chat {NEWS}")]
    assert verbs(desk.card(OWNER)) == ["draft-to", "draft-view"], "more of them may be chosen"
    await review.press_target(desk, press(f"draft-to:{NEWS}:{draft.code}"))
    assert (await desk.services.drafts.get(draft.code)).targets == ()
    assert (await refused(review.press_target(desk, press(f"draft-to:{GROUP}:{draft.code}")))).key == "target-none"
    reply = await shown(desk, origin=Origin(DraftSource.AI, chat=GROUP, message_ids=(1,)))
    assert (await refused(review.press_target(desk, press(f"draft-to:{NEWS}:{reply.code}")))).key == "draft-reply-stays"


async def test_a_version_is_looked_at_and_taken_again(desk: Any) -> None:
    draft = await shown(desk)
    other = (TEXT, TEXT)
    await desk.services.drafts.edit(draft.code, other, ADMIN, Cause("message:1:9"))
    await bring_up_to_date(desk, draft.code, OWNER)
    await review.press_view(desk, press(f"draft-view:versions:{draft.code}"))
    assert [each.data for row in desk.card(OWNER).keyboard for each in row][:2] == [
        f"draft-version:2:{draft.code}",
        f"draft-version:1:{draft.code}",
    ]
    await review.press_version(desk, press(f"draft-version:1:{draft.code}"))
    assert verbs(desk.shown(OWNER)[-1]) == ["draft-restore"]
    await review.press_restore(desk, press(f"draft-restore:1:2:{draft.code}"))
    found = await desk.services.drafts.get(draft.code)
    assert (found.version.number, found.version.parts) == (3, (TEXT,))
    error = await refused(review.press_restore(desk, press(f"draft-restore:1:2:{draft.code}")))
    assert error.key == "draft-old-version"
    assert (await refused(review.press_version(desk, press(f"draft-version:9:{draft.code}")))).key == "button-stale"


async def test_what_failed_is_tried_again_and_what_was_published_is_taken_back_for_a_minute(
    desk: Any, room: BotDatabase, clock: StillClock
) -> None:
    draft = await shown(desk)
    assert (await refused(review.press_retry(desk, press(f"draft-retry:{draft.code}")))).key == "draft-nothing-failed"
    assert (await refused(review.press_undo(desk, press(f"draft-undo:{draft.code}")))).key == "draft-not-published"
    now = clock.now()
    await room.drafts.change(
        draft.code, Cause("x"), list(DraftState), state=DraftState.PARTLY, published_at=now, decided_by=OWNER
    )
    await bring_up_to_date(desk, draft.code, OWNER)
    assert verbs(desk.card(OWNER)) == ["draft-retry", "draft-undo"]
    clock.move(UNDO)
    await review.press_undo(desk, press(f"draft-undo:{draft.code}"))
    assert desk.alerts[-1] == "toast-draft-undone"
    assert (await refused(review.press_undo(desk, press(f"draft-undo:{draft.code}")))).key == "draft-taken-back"
    late = await shown(desk)
    await room.drafts.change(late.code, Cause("x"), list(DraftState), state=DraftState.PUBLISHED, published_at=now)
    clock.move(timedelta(seconds=1))
    assert (await refused(review.press_undo(desk, press(f"draft-undo:{late.code}")))).key == "draft-undo-over"


async def test_the_lists_have_pages_and_counts_and_open_a_draft_again(desk: Any) -> None:
    made = [await desk.made() for _ in range(9)]
    await desk.services.drafts.skip(made[0].code, 1, OWNER, Cause("query:0"))
    await drafts(desk, written("/drafts"))
    listed = desk.shown(OWNER)[-1]
    assert (listed.args["state"], listed.args["count"], len(listed.args["rows"])) == ("pending", 8, 8)
    assert verbs(listed) == [*["draft"] * 8, "drafts"]
    await press_page(desk, press("drafts:skipped:0"))
    assert desk.edits[-1] == (OWNER, "drafts")
    for data in ("drafts:", "drafts:x:0", "drafts:pending:-1", "drafts:pending:9999999"):
        assert (await refused(press_page(desk, press(data)))).key == "button-stale"
    await bring_up_to_date(desk, made[1].code, ADMIN)
    await press_draft(desk, press(f"draft:{made[1].code}", ADMIN))
    before, again = desk.shown(ADMIN)
    assert (before.key, again.key) == ("draft-moved", "draft-card")
    assert len(desk.chats.previews) == 2
