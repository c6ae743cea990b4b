"""What may be done with a broadcast and when: in which states, once per cause, with what is said otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.broadcast import Broadcast
from database.cause import Cause
from services.broadcasts import (
    Audience,
    BroadcastOptions,
    BroadcastService,
    BroadcastState,
    OutButton,
    Outgoing,
)
from services.errors import UserError
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER, Channel, make_services

State = BroadcastState
TEXT = Outgoing(5, (1,), "old", is_text=True)
BUTTONS = ((OutButton("a", url="https://a.example"),),)
HOUR = timedelta(hours=1)


@pytest.fixture
def broadcasts(bot: BotDatabase, clock: StillClock) -> BroadcastService:
    return make_services(bot, clock, Channel()).broadcasts


def q(number: int) -> Cause:
    return Cause(f"query:{number}")


async def in_state(broadcasts: BroadcastService, bot: BotDatabase, state: State) -> str:
    code = (await broadcasts.draft(TEXT, OWNER, Cause(f"query:{state}"))).code
    over = {"ended_at": NOW} if state in {State.DONE, State.CANCELLED} else {}
    await bot.broadcasts.change(code, Cause(f"query:{state} set"), tuple(State), state=state, **over)
    return code


Verb = Callable[[BroadcastService, str, Cause], Awaitable[Broadcast]]
VERBS: dict[str, tuple[Verb, dict[State, State]]] = {
    "start": (
        lambda b, code, cause: b.start(code, OWNER, cause),
        dict.fromkeys((State.DRAFT, State.SCHEDULED), State.RUNNING),
    ),
    "schedule": (
        lambda b, code, cause: b.schedule(code, OWNER, cause, NOW + HOUR),
        dict.fromkeys((State.DRAFT, State.SCHEDULED), State.SCHEDULED),
    ),
    "change": (
        lambda b, code, cause: b.change(code, OWNER, cause, audience=Audience("en")),
        {State.DRAFT: State.DRAFT, State.SCHEDULED: State.SCHEDULED},
    ),
    "pause": (lambda b, code, cause: b.pause(code, OWNER, cause), {State.RUNNING: State.PAUSED}),
    "resume": (lambda b, code, cause: b.resume(code, OWNER, cause), {State.PAUSED: State.RUNNING}),
    "cancel": (
        lambda b, code, cause: b.cancel(code, OWNER, cause),
        dict.fromkeys((State.DRAFT, State.SCHEDULED, State.RUNNING, State.PAUSED), State.CANCELLED),
    ),
    "delete": (
        lambda b, code, cause: b.delete_everywhere(code, OWNER, cause),
        {
            State.RUNNING: State.CANCELLED,
            State.PAUSED: State.CANCELLED,
            State.DONE: State.DONE,
            State.CANCELLED: State.CANCELLED,
        },
    ),
    "edit": (
        lambda b, code, cause: b.edit_everywhere(code, OWNER, cause, Outgoing(None, (), "new")),
        {each: each for each in (State.RUNNING, State.PAUSED, State.DONE, State.CANCELLED)},
    ),
}


@pytest.mark.parametrize("name", VERBS)
async def test_each_verb_works_in_its_states_once_per_cause_and_says_so_in_others(
    broadcasts: BroadcastService, bot: BotDatabase, name: str
) -> None:
    verb, leads = VERBS[name]
    for state in State:
        code = await in_state(broadcasts, bot, state)
        if state not in leads:
            with pytest.raises(UserError) as refused:
                await verb(broadcasts, code, q(1))
            assert (refused.value.key, refused.value.args_) == ("broadcast-state", {"state": state.value})
            assert (await broadcasts.get(code)).state is state
            continue
        first = await verb(broadcasts, code, q(1))
        assert first.state is leads[state]
        assert await verb(broadcasts, code, q(1)) == first, "the update comes again"
        with pytest.raises(UserError, match="broadcast-unknown"):
            await verb(broadcasts, "nothing", q(1))


async def test_what_is_written_down_is_what_was_asked_for(broadcasts: BroadcastService, clock: StillClock) -> None:
    options = BroadcastOptions(pin=True, protect=True, silent=True, buttons=BUTTONS, delete_after=60)
    draft = await broadcasts.draft(TEXT, ADMIN, q(1), options=options)
    assert await broadcasts.draft(TEXT, ADMIN, q(1)) == draft
    content = draft.content
    assert (content.protect, content.silent, content.buttons, content.html) == (True, True, BUTTONS, "old")
    changed = await broadcasts.change(draft.code, OWNER, q(2), audience=Audience("ru"))
    assert (changed.audience, changed.options, changed.by) == (Audience("ru"), options, OWNER)
    clock.move(HOUR)
    started = await broadcasts.start(draft.code, OWNER, q(3))
    assert started.started_at == NOW + HOUR
    assert [each.code for each in await broadcasts.page(0, 5)] == [draft.code]
    assert await broadcasts.total() == 1


async def test_times_that_are_over_and_stays_that_are_too_long_are_refused(
    broadcasts: BroadcastService, clock: StillClock
) -> None:
    with pytest.raises(UserError, match="auto-delete-too-long"):
        await broadcasts.draft(TEXT, OWNER, q(1), options=BroadcastOptions(delete_after=47 * 3600 + 1))
    draft = await broadcasts.draft(TEXT, OWNER, q(2), options=BroadcastOptions(delete_after=47 * 3600))
    with pytest.raises(UserError, match="auto-delete-too-long"):
        await broadcasts.change(draft.code, OWNER, q(3), options=BroadcastOptions(delete_after=48 * 3600))
    never = await broadcasts.change(draft.code, OWNER, q(6), options=BroadcastOptions(delete_after=0))
    assert never.options.delete_after is None
    with pytest.raises(UserError, match="broadcast-past"):
        await broadcasts.schedule(draft.code, OWNER, q(4), NOW)
    at = NOW + HOUR
    scheduled = await broadcasts.schedule(draft.code, OWNER, q(5), at)
    clock.move(HOUR)
    assert await broadcasts.schedule(draft.code, OWNER, q(5), at) == scheduled, "it comes again when its time has come"


@pytest.mark.parametrize(
    ("old", "new", "becomes"),
    [
        (TEXT, Outgoing(None, (), "new"), Outgoing(None, (), "new")),
        (
            Outgoing(None, (), "old", BUTTONS),
            Outgoing(9, (9,), "new", is_text=True),
            Outgoing(None, (), "new", BUTTONS),
        ),
        (Outgoing(5, (1, 2), None), Outgoing(None, (), "new"), Outgoing(5, (1, 2), "new")),
        (
            Outgoing(5, (1,), "old", protect=True),
            Outgoing(None, (), "new", BUTTONS),
            Outgoing(5, (1,), "new", BUTTONS, True),
        ),
    ],
)
async def test_a_new_text_takes_the_place_of_the_old_one_and_of_nothing_else(
    broadcasts: BroadcastService, old: Outgoing, new: Outgoing, becomes: Outgoing
) -> None:
    draft = await broadcasts.draft(old, OWNER, q(1))
    await broadcasts.start(draft.code, OWNER, q(2))
    edited = await broadcasts.edit_everywhere(draft.code, OWNER, q(3), new)
    assert edited.out == becomes
    assert edited.last_pass
    assert (edited.last_pass.number, edited.last_pass.over) == (1, False)
    with pytest.raises(UserError, match="broadcast-no-text"):
        await broadcasts.edit_everywhere(draft.code, OWNER, q(4), Outgoing(5, (1,), None))


async def test_whoever_resumes_it_is_the_one_who_must_have_the_right(
    broadcasts: BroadcastService, bot: BotDatabase
) -> None:
    code = await in_state(broadcasts, bot, State.PAUSED)
    assert (await broadcasts.resume(code, ADMIN, q(1))).by == ADMIN


async def test_the_rate_is_that_of_the_last_half_minute(
    broadcasts: BroadcastService, bot: BotDatabase, clock: StillClock
) -> None:
    code = await in_state(broadcasts, bot, State.RUNNING)

    async def sent(count: int) -> Any:
        known = await broadcasts.get(code)
        await bot.broadcasts.counted(code, type(known.counts)(sent=count))
        return broadcasts.rate(await broadcasts.get(code))

    assert await sent(0) == 0
    clock.move(timedelta(seconds=10))
    assert await sent(300) == 30
    clock.move(timedelta(seconds=40))
    assert await sent(300) == 0
