"""What may be done with a draft and when: in which states, in which version, once per cause, by one of many."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services.drafts import (
    BY_ITSELF,
    SAID,
    TARGETS,
    VERSIONS,
    Draft,
    DraftOptions,
    DraftService,
    DraftSource,
    DraftTarget,
    Origin,
)  # fmt: skip
from services.errors import UserError
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN
from tests.services.drafts import HERE, HOUR, NEW, ORIGIN, TEXT, THERE, State, in_state, made, q


async def test_what_is_written_down_is_what_was_asked_for(drafts: DraftService) -> None:
    origin = Origin(DraftSource.AI, 5, -100_9, (3, 4), "Ann", "x" * 600, 80, "key")
    options = DraftOptions(silent=True, pin=True, protect=True)
    draft = await drafts.add([TEXT, NEW], [HERE, THERE, HERE], origin, q(1), options=options, send_at=NOW + HOUR)
    assert draft == await drafts.get(draft.code)
    assert [each.chat for each in draft.targets] == [HERE.chat, THERE.chat]
    assert draft.targets[1].reply_to == 7
    assert draft.version.parts == (TEXT, NEW)
    assert draft.version.by is None, "no person wrote it"
    assert len(draft.origin.said) == SAID
    assert (draft.state, draft.options, draft.send_at) == (State.PENDING, options, NOW + HOUR)
    assert draft.remind_at == NOW + timedelta(hours=6)
    assert draft.expire_at == NOW + timedelta(days=7)
    assert draft.step_of(2) == "version 1 part 2"


async def test_the_same_cause_makes_one_draft(drafts: DraftService) -> None:
    first = await made(drafts)
    again = await drafts.add([NEW], [], ORIGIN, q("made"))
    assert again == first == await drafts.of_cause(q("made"))
    assert await drafts.of_cause(q("another")) is None
    assert await drafts.counts() == {State.PENDING: 1}


async def test_an_unknown_draft_is_refused(drafts: DraftService) -> None:
    with pytest.raises(UserError, match="draft-unknown"):
        await drafts.get("nobody's")
    for verb, _ in VERBS.values():
        with pytest.raises(UserError, match="draft-unknown"):
            await verb(drafts, replace(await made(drafts), code="nobody's"), q(2))


Verb = Callable[[DraftService, Draft, Cause], Awaitable[Draft]]
OPEN = (State.PENDING, State.SCHEDULED)
VERBS: dict[str, tuple[Verb, dict[State, State]]] = {
    "approve": (
        lambda d, draft, cause: d.approve(draft.code, 1, ADMIN, cause),
        {State.PENDING: State.APPROVED},
    ),
    "skip": (
        lambda d, draft, cause: d.skip(draft.code, 1, ADMIN, cause),
        {State.PENDING: State.SKIPPED},
    ),
    "schedule": (
        lambda d, draft, cause: d.schedule(draft.code, 1, NOW + HOUR, ADMIN, cause),
        dict.fromkeys(OPEN, State.SCHEDULED),
    ),
    "unschedule": (
        lambda d, draft, cause: d.unschedule(draft.code, ADMIN, cause),
        dict.fromkeys(OPEN, State.PENDING),
    ),
    "reopen": (
        lambda d, draft, cause: d.reopen(draft.code, ADMIN, cause),
        dict.fromkeys((State.SKIPPED, State.EXPIRED), State.PENDING),
    ),
    "edit": (
        lambda d, draft, cause: d.edit(draft.code, [NEW], ADMIN, cause),
        dict.fromkeys(OPEN, State.PENDING),
    ),
    "aim": (
        lambda d, draft, cause: d.aim(draft.code, DraftTarget(-100_3, "Three"), ADMIN, cause),
        {each: each for each in OPEN},
    ),
    "leave out": (
        lambda d, draft, cause: d.leave_out(draft.code, HERE.chat, ADMIN, cause),
        {each: each for each in OPEN},
    ),
    "set an option": (
        lambda d, draft, cause: d.set_option(draft.code, "pin", ADMIN, cause, on=True),
        {each: each for each in OPEN},
    ),
    "retry": (
        lambda d, draft, cause: d.retry(draft.code, ADMIN, cause),
        dict.fromkeys((State.PARTLY, State.FAILED), State.PUBLISHING),
    ),
    "take back": (
        lambda d, draft, cause: d.take_back(draft.code, ADMIN, cause),
        {each: each for each in (State.PUBLISHING, State.PUBLISHED, State.PARTLY)},
    ),
}


@pytest.mark.parametrize("name", VERBS)
async def test_each_verb_in_each_state(drafts: DraftService, bot: BotDatabase, name: str) -> None:
    verb, becomes = VERBS[name]
    for state in State:
        draft = await in_state(drafts, bot, state)
        cause = q(f"{name} in {state}")
        if state not in becomes:
            with pytest.raises(UserError):
                await verb(drafts, draft, cause)
            assert await drafts.get(draft.code) == draft, f"{state}: a refusal changes nothing"
            continue
        done = await verb(drafts, draft, cause)
        assert done.state is becomes[state], state
        assert done.revision == draft.revision + 1
        assert await verb(drafts, draft, cause) == done == await drafts.get(draft.code), "once per cause"


async def test_an_approval_of_what_has_a_time_waits_for_it(drafts: DraftService, clock: StillClock) -> None:
    draft = await made(drafts, send_at=NOW + HOUR)
    done = await drafts.approve(draft.code, 1, ADMIN, q(1))
    assert (done.state, done.send_at, done.decided_by, done.decided_at) == (State.SCHEDULED, NOW + HOUR, ADMIN, NOW)
    assert (done.remind_at, done.expire_at) == (None, None)
    late = await made(drafts, "late", send_at=NOW + HOUR)
    clock.move(2 * HOUR)
    assert (await drafts.approve(late.code, 1, ADMIN, q(2))).state is State.APPROVED


async def test_a_time_that_is_over_is_refused(drafts: DraftService) -> None:
    draft = await made(drafts)
    with pytest.raises(UserError, match="draft-past"):
        await drafts.schedule(draft.code, 1, NOW, ADMIN, q(1))


async def test_two_hundred_presses_decide_once(drafts: DraftService) -> None:
    draft = await made(drafts)

    async def press(number: int) -> str:
        verb = drafts.approve if number % 2 else drafts.skip
        try:
            done = await verb(draft.code, 1, number, q(number))
        except UserError as error:
            return f"{error.key} {error.args_['state']} by {error.args_['who']}"
        return f"done by {done.decided_by}"

    said = await asyncio.gather(*(press(number) for number in range(200)))
    final = await drafts.get(draft.code)
    assert final.revision == 2
    assert said.count(f"done by {final.decided_by}") == 1
    assert said.count(f"draft-decided {final.state} by {final.decided_by}") == 199


async def test_an_older_version_is_not_decided_on(drafts: DraftService) -> None:
    draft = await made(drafts)
    edited = await drafts.edit(draft.code, [NEW], ADMIN, q(1))
    assert [each.number for each in edited.versions] == [1, 2]
    assert (edited.version.parts, edited.version.by) == ((NEW,), ADMIN)
    assert edited.versions[0].parts == (TEXT,), "every version is kept"
    for verb in (drafts.approve, drafts.skip):
        with pytest.raises(UserError, match="draft-old-version"):
            await verb(draft.code, 1, ADMIN, q(f"{verb.__name__} 1"))
    with pytest.raises(UserError, match="draft-old-version"):
        await drafts.schedule(draft.code, 1, NOW + HOUR, ADMIN, q("schedule 1"))
    assert (await drafts.approve(draft.code, 2, ADMIN, q(2))).state is State.APPROVED


async def test_two_who_edit_at_once_make_two_versions_unless_one_says_which_it_saw(drafts: DraftService) -> None:
    draft = await made(drafts)
    await asyncio.gather(*(drafts.edit(draft.code, [NEW], ADMIN, q(number)) for number in range(5)))
    assert [each.number for each in (await drafts.get(draft.code)).versions] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(UserError, match="draft-old-version"):
        await drafts.edit(draft.code, [TEXT], ADMIN, q("late"), version=5)


async def test_an_edit_of_what_was_approved_for_later_asks_again(drafts: DraftService, bot: BotDatabase) -> None:
    draft = await made(drafts, send_at=NOW + HOUR)
    await drafts.approve(draft.code, 1, ADMIN, q(1))
    edited = await drafts.edit(draft.code, [NEW], ADMIN, q(2))
    assert (edited.state, edited.decided_by, edited.decided_at) == (State.PENDING, None, None)
    assert edited.send_at == NOW + HOUR, "its time stays"
    assert edited.expire_at == NOW + timedelta(days=7)


async def test_versions_have_an_end(drafts: DraftService) -> None:
    draft = await made(drafts)
    for number in range(VERSIONS - 1):
        await drafts.edit(draft.code, [NEW], ADMIN, q(number))
    with pytest.raises(UserError, match="draft-too-many-versions"):
        await drafts.edit(draft.code, [NEW], ADMIN, q("one more"))


async def test_a_draft_without_targets_goes_nowhere(drafts: DraftService) -> None:
    draft = await drafts.add([TEXT], [], ORIGIN, q(1))
    with pytest.raises(UserError, match="draft-no-targets"):
        await drafts.approve(draft.code, 1, ADMIN, q(2))
    with pytest.raises(UserError, match="draft-no-targets"):
        await drafts.schedule(draft.code, 1, NOW + HOUR, ADMIN, q(3))
    await drafts.aim(draft.code, HERE, ADMIN, q(4))
    await drafts.schedule(draft.code, 1, NOW + HOUR, ADMIN, q(5))
    with pytest.raises(UserError, match="draft-no-targets"):
        await drafts.leave_out(draft.code, HERE.chat, ADMIN, q(6))
    with pytest.raises(UserError, match="draft-too-many-targets"):
        await drafts.add([TEXT], [DraftTarget(-each, "") for each in range(TARGETS + 1)], ORIGIN, q(7))


async def test_a_draft_goes_to_so_many_chats_at_most(drafts: DraftService) -> None:
    draft = await drafts.add([TEXT], [DraftTarget(-each, "") for each in range(1, TARGETS)], ORIGIN, q(1))
    await asyncio.gather(*(drafts.aim(draft.code, HERE, ADMIN, q(f"aim {each}")) for each in range(5)))
    with pytest.raises(UserError, match="draft-too-many-targets"):
        await drafts.aim(draft.code, THERE, ADMIN, q(2))
    found = await drafts.get(draft.code)
    assert [each.chat for each in found.targets].count(HERE.chat) == 1
    assert len(found.targets) == TARGETS


async def test_what_two_change_at_once_keeps_both_changes(drafts: DraftService) -> None:
    draft = await made(drafts)
    third = DraftTarget(-100_3, "Three")
    await asyncio.gather(
        drafts.leave_out(draft.code, HERE.chat, ADMIN, q(1)),
        drafts.aim(draft.code, third, ADMIN, q(2)),
        drafts.set_option(draft.code, "pin", ADMIN, q(3), on=True),
        drafts.set_option(draft.code, "silent", ADMIN, q(4), on=True),
    )
    found = await drafts.get(draft.code)
    assert {each.chat for each in found.targets} == {THERE.chat, third.chat}
    assert found.options == DraftOptions(silent=True, pin=True)


async def test_nobody_approves_terms_that_they_did_not_see(drafts: DraftService) -> None:
    changes: dict[str, Callable[[str], Awaitable[Draft]]] = {
        "where": lambda code: drafts.aim(code, DraftTarget(-100_3, "Three"), ADMIN, q(f"{code} change")),
        "how": lambda code: drafts.set_option(code, "pin", ADMIN, q(f"{code} change"), on=True),
        "when": lambda code: drafts.unschedule(code, ADMIN, q(f"{code} change")),
    }
    for name, change in changes.items():
        draft = await made(drafts, name, send_at=NOW + HOUR)
        assert draft.terms == 0
        await change(draft.code)
        with pytest.raises(UserError, match="draft-terms-changed"):
            await drafts.approve(draft.code, 1, ADMIN, q(f"{name} send"), terms=0)
        seen = await drafts.get(draft.code)
        assert seen.state is State.PENDING
        assert (await drafts.approve(draft.code, 1, ADMIN, q(f"{name} send again"), terms=seen.terms)).decided_by


async def test_what_needs_no_decision_is_approved_from_the_first(drafts: DraftService) -> None:
    draft = await made(drafts, approved=True)
    assert (draft.state, draft.decided_by, draft.decided_at) == (State.APPROVED, BY_ITSELF, NOW)
    with pytest.raises(UserError, match="draft-no-targets"):
        await drafts.add([TEXT], [], ORIGIN, q("nowhere"), approved=True)


async def test_drafts_are_listed_by_state(drafts: DraftService, bot: BotDatabase, clock: StillClock) -> None:
    codes = []
    for number in range(3):
        codes.append((await made(drafts, number)).code)
        clock.move(timedelta(minutes=1))
    await drafts.skip(codes[0], 1, ADMIN, q("skip"))
    assert [each.code for each in await drafts.page(State.PENDING, 0, 10)] == [codes[2], codes[1]]
    assert [each.code for each in await drafts.page(State.PENDING, 1, 1)] == [codes[1]]
    assert [each.code for each in await drafts.page(None, 0, 10)] == codes[::-1]
    assert await drafts.counts() == {State.PENDING: 2, State.SKIPPED: 1}


async def test_what_changes_wakes_who_waits_for_it(drafts: DraftService) -> None:
    draft = await made(drafts)
    events = (drafts.came, drafts.news)
    for each in events:
        each.clear()
    await drafts.approve(draft.code, 1, ADMIN, q(1))
    assert all(each.is_set() for each in events)
