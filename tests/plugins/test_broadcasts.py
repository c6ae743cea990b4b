"""Who may press what under a broadcast, and what is refused before it starts."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pyrogram.types import Message

from database.bots import BotDatabase
from database.cause import Cause
from plugins.broadcast_control import press_delete, press_edit
from plugins.broadcast_options import press_value
from plugins.broadcasts import broadcast, pinned_broadcast, press_drop, press_start
from services.broadcasts import Audience, Broadcast, BroadcastState, Counts, Outgoing
from services.errors import UserError
from services.posted import Posted
from services.registry import Services
from services.users import Profile
from tests.database.mongo import StillClock
from tests.plugins.messages import message, query, with_file
from tests.services.channel import ADMIN, OWNER, Channel, make_services

TEXT = Outgoing(None, (), "Hello", is_text=True)
FILE = Outgoing(ADMIN, (4,), None)

_presses = itertools.count(1)


class Bot:
    """A bot that shows cards; message 4 of the admin is there until somebody deletes it."""

    def __init__(self, room: BotDatabase, clock: StillClock) -> None:
        self.services: Services = make_services(room, clock, Channel())
        self.clock = clock
        self.there = {4: with_file("photo", ADMIN, id=4)}
        self.shown: list[str] = []
        self.args: dict[str, Any] = {}
        self.answers: Message | None = None
        self.lease: Any = type("Lease", (), {"epoch": 1})()
        self.toasts = 0

    async def get_messages(self, chat: int, ids: list[int], replies: int) -> list[Message]:
        return [self.there.get(number) or Message(id=number, empty=True) for number in ids]

    async def edit_answer(self, _: Any, key: str, **args: Any) -> None:
        self.shown.append(key)
        self.args = args

    async def answer(self, _: Any, key: str, **args: Any) -> None:
        self.shown.append(key)
        self.args = args

    async def tell(self, _: int, key: str, **args: Any) -> int:
        await self.answer(None, key, **args)
        return next(_presses)

    async def replied(self, _: Message) -> Message | None:
        return self.answers

    async def preview(self, *_: Any, **__: Any) -> Posted:
        return Posted((1,))

    async def toast(self, *_: Any, **__: Any) -> None:
        self.toasts += 1


@pytest.fixture
def bot(room: BotDatabase, clock: StillClock) -> Bot:
    return Bot(room, clock)


async def a_reader(bot: Bot, clock: StillClock) -> None:
    await bot.services.users.seen(Profile(7))
    clock.move(timedelta(seconds=1))


async def a_draft(bot: Bot, out: Outgoing = TEXT) -> Broadcast:
    return await bot.services.broadcasts.draft(out, ADMIN, Cause("message:1:1"))


async def press(bot: Any, data: str, by: int) -> None:
    """Press a button; each press is another one."""
    verbs = {"cast-start": press_start, "cast-drop": press_drop, "cast-to": press_value}
    verbs |= {"cast-edit": press_edit, "cast-delete": press_delete}
    pressed = query(data, by)
    pressed.id = str(next(_presses))
    await verbs[data.partition(":")[0]](bot, pressed)


async def refusal(bot: Bot, data: str, by: int) -> str:
    with pytest.raises(UserError) as refused:
        await press(bot, data, by)
    return refused.value.key


async def test_a_draft_is_its_makers_and_the_owners(bot: Bot, clock: StillClock) -> None:
    await a_reader(bot, clock)
    draft = await a_draft(bot)
    for data in (f"cast-start:{draft.code}", f"cast-drop:{draft.code}", f"cast-to:pin:true:{draft.code}"):
        assert await refusal(bot, data, 55) == "cast-others"
    await press(bot, f"cast-to:pin:true:{draft.code}", ADMIN)
    await press(bot, f"cast-start:{draft.code}", OWNER)
    started = await bot.services.broadcasts.get(draft.code)
    assert (started.state, started.options.pin) == (BroadcastState.RUNNING, True)
    assert bot.shown == ["cast-card", "cast-started"]


async def test_the_audience_is_narrowed_by_presses_and_counted_anew(bot: Bot, clock: StillClock) -> None:
    for number, language in enumerate(("ru", "ru", "en"), 7):
        await bot.services.users.seen(Profile(number, language_code=language))
    clock.move(timedelta(seconds=1))
    draft = await a_draft(bot)
    for value, count in (("ru", 2), ("en", 1), ("none", 3)):
        await press(bot, f"cast-to:language:{value}:{draft.code}", ADMIN)
        assert (bot.shown.pop(), bot.args["fit"].args["count"]) == ("cast-audience", count)


async def test_a_press_is_answered_before_anybody_is_counted_and_the_start_counts_nobody(
    bot: Bot, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_reader(bot, clock)
    draft = await a_draft(bot)
    answered = list[int]()
    count = bot.services.broadcasts.count

    async def noted(audience: Audience) -> int:
        answered.append(bot.toasts)
        return await count(audience)

    monkeypatch.setattr(bot.services.broadcasts, "count", noted)
    for data in (f"cast-to:pin:true:{draft.code}", f"cast-to:active:7:{draft.code}", f"cast-start:{draft.code}"):
        await press(bot, data, ADMIN)
    assert (answered, bot.toasts) == ([1, 2], 3), "each press is answered once, and before"
    assert bot.shown[-1] == "cast-started"


async def test_what_nobody_would_get_or_has_lost_its_source_does_not_start(bot: Bot, clock: StillClock) -> None:
    draft = await a_draft(bot, FILE)
    assert await refusal(bot, f"cast-start:{draft.code}", ADMIN) == "cast-to-nobody"
    await a_reader(bot, clock)
    bot.there.clear()
    assert await refusal(bot, f"cast-start:{draft.code}", ADMIN) == "cast-source-gone"
    assert (await bot.services.broadcasts.get(draft.code)).state is BroadcastState.DRAFT


async def test_what_takes_no_words_or_nobody_has_is_not_changed(bot: Bot, room: BotDatabase, clock: StillClock) -> None:
    await a_reader(bot, clock)
    draft = await a_draft(bot, replace(FILE, wordless=True))
    await press(bot, f"cast-start:{draft.code}", ADMIN)
    edit, delete = f"cast-edit:{draft.code}", f"cast-delete:{draft.code}"
    assert await refusal(bot, edit, ADMIN) == "cast-edit-wordless"
    await press(bot, delete, ADMIN)
    assert bot.shown[-1] == "cast-delete-sure", "it is still being sent"
    await bot.services.broadcasts.cancel(draft.code, ADMIN, Cause("query:cancel"))
    await room.broadcasts.counted(draft.code, Counts(total=3, sent=3, deleted=2))
    await press(bot, delete, ADMIN)
    assert (bot.shown[-1], bot.args["count"]) == ("cast-delete-sure", 1)
    await room.broadcasts.counted(draft.code, Counts(total=3, sent=3, deleted=2, too_old=1))
    for data in (edit, delete):
        assert await refusal(bot, data, ADMIN) == "cast-none-left"


async def test_words_beside_the_command_are_said_not_to_be_taken(bot: Bot, clock: StillClock) -> None:
    given: Any = bot
    await a_reader(bot, clock)
    replied = with_file("photo", ADMIN, id=4, caption="Cats")
    for words, answer, asked, notice in (
        ("", None, "cast-ask", None),
        (" hello there", None, "cast-ask-words", None),
        ("", replied, "cast-card", None),
        (" hello there", replied, "cast-card", "cast-words-left"),
    ):
        bot.answers = answer
        for verb in (broadcast, pinned_broadcast):
            number = next(_presses)
            await verb(given, message(ADMIN, text=f"/{verb.__name__}{words}", id=number))
            going = await bot.services.conversations.open_of(ADMIN, ADMIN)
            said = bot.args.get("notice")
            assert (bot.shown[-1], said and said.key) == (asked, notice), (words, verb.__name__)
            if going:
                await bot.services.conversations.end(going, heard=number)
    assert bot.args["name"] == "Cats"


async def test_a_button_of_what_is_started_or_unknown_says_so(bot: Bot, clock: StillClock) -> None:
    await a_reader(bot, clock)
    draft = await a_draft(bot)
    await press(bot, f"cast-start:{draft.code}", ADMIN)
    assert await refusal(bot, f"cast-to:pin:true:{draft.code}", ADMIN) == "broadcast-state"
    assert await refusal(bot, "cast-start:nothing", ADMIN) == "broadcast-unknown"
    assert await refusal(bot, f"cast-to:colour:red:{draft.code}", ADMIN) == "button-stale"
