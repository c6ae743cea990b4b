"""How a draft is made in the chat: of which message, where it goes, when, and that it is handed in once."""

from __future__ import annotations

import itertools
import secrets
from datetime import timedelta
from typing import Any

import pytest
from pyrogram.types import Message

from database.bots import BotDatabase
from database.cause import Cause
from locales.texts import LANGUAGES, Texts
from plugins.draft import draft, press_done, press_drop, press_now, press_sketch, press_target, sketch_card
from plugins.targets import list_card
from services import draft_making
from services.draft_making import Sketch, SketchState
from services.drafts import Draft, DraftSource, DraftState, Outgoing
from services.errors import UserError
from services.posted import Posted
from services.registry import Services
from services.targets import MOST, Target, TargetFacts, TargetKind
from tests.database.mongo import Cut, StillClock, cut_at_write
from tests.plugins.messages import message, query, with_file
from tests.services.channel import ADMIN, OWNER, STORAGE, Channel, make_services

NEWS, CLUB = -1001000000001, -1001000000002
_presses = itertools.count(1)


class Bot:
    """A bot that shows cards, and two chats: it may write to the one and not to the other."""

    def __init__(self, room: BotDatabase, clock: StillClock, storage: int | None = STORAGE) -> None:
        self.sender = Channel()
        self.services: Services = make_services(room, clock, self.sender, storage_chat=storage)
        self.clock = clock
        self.lease: Any = type("Lease", (), {"epoch": 1})()
        self.shown: list[str] = []
        self.args: dict[str, Any] = {}
        self.buttons: list[str] = []
        self.previews: list[Any] = []
        self.answers: Message | None = None
        self.album: list[Message] = []
        self.refusals = {NEWS: "", CLUB: "target-no-writing"}

    async def target_facts(self, name: int | str) -> TargetFacts | None:
        chat = int(name)
        return TargetFacts(chat, {NEWS: "News", CLUB: "Club"}[chat], TargetKind.GROUP, refusal=self.refusals[chat])

    async def get_messages(self, _: int, ids: list[int], replies: int) -> list[Message]:
        there = {each.id: each for each in self.album}
        return [there.get(number) or Message(id=number, empty=True) for number in ids]

    async def edit_answer(self, _: Any, key: str, *, keyboard: Any = (), **args: Any) -> None:
        self.shown.append(key)
        self.args = args
        self.buttons = [str(button.data) for row in keyboard for button in row]

    async def answer(self, update: Any, key: str, *, keyboard: Any = (), **args: Any) -> None:
        await self.edit_answer(update, key, keyboard=keyboard, **args)

    async def tell(self, _: int, key: str, **args: Any) -> int:
        await self.answer(None, key, **args)
        return next(_presses)

    async def replied(self, _: Message) -> Message | None:
        return self.answers

    async def preview(self, _: int, out: Any, **__: Any) -> Posted:
        self.previews.append(out)
        return Posted((1,))

    async def toast(self, *_: Any, **__: Any) -> None:
        """An answer to the button itself says nothing here."""


@pytest.fixture
async def bot(room: BotDatabase, clock: StillClock) -> Any:
    bot = Bot(room, clock)
    for number, chat in enumerate((NEWS, CLUB)):
        await bot.services.targets.add(chat, bot, by=OWNER, cause=Cause(f"message:1:{number}"))
        clock.move(timedelta(seconds=1))
    return bot


async def begun(bot: Any, text: str = "/draft Hello", **fields: Any) -> Sketch:
    """Let an admin begin a draft with a command; returns the sketch that its buttons name."""
    command = message(ADMIN, text=text, **fields)
    command.command = ["draft"]
    await draft(bot, command)
    code = next(each for each in bot.buttons if each.startswith("sketch-done:")).partition(":")[2]
    found: Sketch = await bot.services.making.get(code, ADMIN)
    return found


async def press(bot: Any, data: str, by: int = ADMIN) -> None:
    """Press a button; each press is another one."""
    verbs = {"sketch-to": press_target, "sketch-done": press_done, "sketch-drop": press_drop}
    verbs |= {"sketch-now": press_now, "sketch": press_sketch}
    pressed = query(data, by)
    pressed.id = str(next(_presses))
    await verbs[data.partition(":")[0]](bot, pressed)


async def refusal(bot: Any, data: str, by: int = ADMIN) -> str:
    with pytest.raises(UserError) as refused:
        await press(bot, data, by)
    return refused.value.key


async def drafts_of(bot: Any) -> list[Draft]:
    found: list[Draft] = await bot.services.drafts.page(None, 0, 10)
    return found


async def test_words_after_the_command_are_the_draft_and_go_to_the_default_targets(bot: Any) -> None:
    sketch = await begun(bot, "/draft  Two words & <b>")
    assert (sketch.out.chat, sketch.out.html) == (None, "Two words &amp; &lt;b&gt;")
    assert sketch.targets == (NEWS,)
    assert bot.previews == [sketch.out]
    await press(bot, f"sketch-done:{sketch.code}")
    [made] = await drafts_of(bot)
    assert (made.state, made.origin.source, made.origin.by) == (DraftState.PENDING, DraftSource.PERSON, ADMIN)
    assert [(each.chat, each.title) for each in made.targets] == [(NEWS, "News")]
    assert made.version.parts == (sketch.out,)


async def test_a_press_that_comes_again_or_a_second_time_hands_in_once(bot: Any) -> None:
    sketch = await begun(bot)
    for _ in range(3):
        await press(bot, f"sketch-done:{sketch.code}")
    assert len(await drafts_of(bot)) == 1
    assert bot.shown[-3:] == ["sketch-handed"] * 3
    assert await refusal(bot, f"sketch-drop:{sketch.code}") == "sketch-over"
    assert await refusal(bot, f"sketch-to:{sketch.code}:{NEWS}") == "sketch-over"


async def test_an_answered_album_is_kept_whole_in_the_storage_channel(bot: Any) -> None:
    bot.album = [with_file("photo", ADMIN, id=number, media_group_id="7") for number in (4, 5, 6)]
    bot.answers = bot.album[1]
    sketch = await begun(bot, "/draft", id=9)
    assert (sketch.out.chat, sketch.out.message_ids) == (STORAGE, (100, 101, 102))
    assert (sketch.chat, sketch.made_of) == (ADMIN, (4, 5, 6))
    assert bot.args["notice"] is None


async def test_a_text_is_kept_as_it_is_then_whatever_becomes_of_its_message(bot: Any) -> None:
    bot.answers = message(ADMIN, text="Hello", id=4)
    sketch = await begun(bot, "/draft", id=9)
    assert (sketch.out.chat, sketch.out.message_ids, sketch.out.html) == (None, (), "Hello")
    assert sketch.made_of == (4,)


async def test_what_is_gone_when_it_is_kept_is_no_draft(bot: Any) -> None:
    bot.answers = with_file("photo", ADMIN, id=4)
    bot.sender.gone = {4}
    with pytest.raises(UserError, match="sketch-gone"):
        await begun(bot, "/draft", id=9)


async def test_without_a_storage_channel_media_stay_where_they_are_and_that_is_said(
    room: BotDatabase, clock: StillClock
) -> None:
    bot: Any = Bot(room, clock, storage=None)
    bot.answers = with_file("photo", ADMIN, id=4)
    sketch = await begun(bot, "/draft", id=9)
    assert (sketch.out.chat, sketch.out.message_ids) == (ADMIN, (4,))
    assert [each.key for each in bot.args["notice"]] == ["sketch-not-kept"]
    assert [each.key for each in bot.args["rows"]] == ["sketch-no-targets"]
    assert await refusal(bot, f"sketch-done:{sketch.code}") == "sketch-nowhere"


async def test_targets_are_chosen_by_presses_and_a_closed_one_says_why(bot: Any) -> None:
    sketch = await begun(bot)
    assert await refusal(bot, f"sketch-to:{sketch.code}:{CLUB}") == "target-no-writing"
    bot.refusals[CLUB] = ""
    await press(bot, f"sketch-to:{sketch.code}:{CLUB}")
    await press(bot, f"sketch-to:{sketch.code}:{NEWS}")
    assert (await bot.services.making.get(sketch.code, ADMIN)).targets == (CLUB,)
    await press(bot, f"sketch-to:{sketch.code}:{CLUB}")
    assert await refusal(bot, f"sketch-done:{sketch.code}") == "sketch-nowhere"
    assert await refusal(bot, f"sketch-to:{sketch.code}:-1009") == "target-none"
    assert await refusal(bot, f"sketch-to:{sketch.code}:nonsense") == "button-stale"


async def test_a_default_target_that_is_closed_is_not_chosen_and_the_card_says_why(bot: Any, clock: StillClock) -> None:
    bot.refusals[NEWS] = "target-restricted"
    clock.move(timedelta(minutes=2))
    sketch = await begun(bot)
    assert sketch.targets == ()
    assert [each.key for each in bot.args["notice"]] == ["target-restricted"]


async def test_a_sketch_is_its_makers_alone(bot: Any) -> None:
    sketch = await begun(bot)
    for data in ("sketch", "sketch-done", "sketch-drop", "sketch-now"):
        assert await refusal(bot, f"{data}:{sketch.code}", OWNER) == "sketch-unknown"
    assert await refusal(bot, f"sketch-to:{sketch.code}:{NEWS}", OWNER) == "sketch-unknown"
    assert await refusal(bot, "sketch-done:made-up") == "sketch-unknown"
    assert await drafts_of(bot) == []


async def test_a_time_goes_into_the_draft_and_can_be_taken_back(bot: Any, clock: StillClock) -> None:
    sketch = await begun(bot)
    at = clock.now() + timedelta(hours=2)
    await bot.services.making.plan(sketch.code, at, by=ADMIN, cause=Cause("conversation:x:0"))
    await press(bot, f"sketch:{sketch.code}")
    assert bot.args["when"].key == "sketch-at"
    await press(bot, f"sketch-now:{sketch.code}")
    assert bot.args["when"].key == "sketch-at-once"
    await bot.services.making.plan(sketch.code, at, by=ADMIN, cause=Cause("conversation:y:0"))
    await press(bot, f"sketch-done:{sketch.code}")
    [made] = await drafts_of(bot)
    assert (made.state, made.send_at) == (DraftState.PENDING, at)


async def test_what_is_given_up_stays_so(bot: Any) -> None:
    sketch = await begun(bot)
    await press(bot, f"sketch-drop:{sketch.code}")
    await press(bot, f"sketch:{sketch.code}")
    assert bot.shown[-2:] == ["sketch-dropped", "sketch-dropped"]
    assert await refusal(bot, f"sketch-done:{sketch.code}") == "sketch-over"
    assert await drafts_of(bot) == []


async def test_a_command_that_comes_again_begins_nothing_new(bot: Any) -> None:
    first, again = await begun(bot), await begun(bot)
    assert first == again


async def test_who_handed_it_in_sees_what_becomes_of_it(bot: Any) -> None:
    sketch = await begun(bot)
    await press(bot, f"sketch-done:{sketch.code}")
    [made] = await drafts_of(bot)
    await bot.services.drafts.skip(made.code, 1, OWNER, Cause("query:1"))
    await press(bot, f"sketch:{sketch.code}")
    assert (bot.shown[-1], bot.args["state"]) == ("sketch-handed", "skipped")


async def cut_off(bot: Any, write: int, *, applied: bool) -> tuple[int, SketchState]:
    """Hand a sketch in, cut off at this write, then press again. Returns how many drafts that made, and its state."""
    before, sketch = len(await drafts_of(bot)), await begun(bot, id=20 + 2 * write + applied)
    with cut_at_write(write, applied=applied), pytest.raises(Cut):
        await press(bot, f"sketch-done:{sketch.code}")
    await press(bot, f"sketch-done:{sketch.code}")
    return len(await drafts_of(bot)) - before, (await bot.services.making.get(sketch.code, ADMIN)).state


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", [0, 1], ids=["the draft", "the sketch"])
async def test_a_hand_in_that_is_cut_off_is_made_good_by_a_second_press(bot: Any, write: int, applied: bool) -> None:
    assert await cut_off(bot, write, applied=applied) == (1, SketchState.HANDED)


async def test_control_without_the_sketch_as_its_cause_a_second_press_makes_a_second_draft(
    bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_making, "_cause_of", lambda _: Cause(secrets.token_hex()))
    assert await cut_off(bot, 1, applied=False) == (2, SketchState.HANDED)


def longest(most: int) -> list[Target]:
    """Targets with the longest titles that there are, all closed, all chosen for every draft."""
    title, at = "Ж" * 128, StillClock().now()
    return [
        Target(NEWS - number, title, TargetKind.CHANNEL, "x" * 32, "target-not-admin", (), is_default=True,
               checked_at=at, by=1)
        for number in range(most)
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_many_targets_as_there_may_be_fit_into_one_message(language: str) -> None:
    texts, targets, now = Texts.load(), longest(MOST), StillClock().now()
    chats = tuple(each.chat for each in targets)
    out = Outgoing(ADMIN, (4,), None)
    sketch = Sketch("c" * 22, Cause("message:1:1"), ADMIN, ADMIN, (4,), out, chats, now, send_at=now)
    for card in (list_card(targets), sketch_card(sketch, targets, "Asia/Tashkent")):
        assert len(texts.text(language, card.key, **card.args).encode("utf-16-le")) // 2 <= 4096
