"""How a question is asked and its answer taken: once, by the right handler, whatever comes again or in between."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import ContinuePropagation
from pyrogram.types import CallbackQuery, Message

from database.bots import BotDatabase
from database.cause import Cause
from database.conversations import Conversations
from plugins.conversations import begin_anew, cancel, go_on, press_cancel, say_that_it_is_over
from plugins.talk import BACK, CANCEL, SKIP, Talk, answers, ask, chose, keyboard_of, say, talking, was_taken
from services.conversations import Conversation, NewConversation, Question
from services.errors import UserError
from tests.database.mongo import StillClock
from tests.plugins.messages import NOW, OWNER, READER, message, query
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services

NAME = Question("conversation-none", {"count": 1}, ((BACK, SKIP), (CANCEL,)))
MORE = Question("conversation-over", {}, ((CANCEL,),))


@pytest.fixture
def bot(room: BotDatabase) -> Any:
    return Speaker(make_services(room, StillClock(), Channel()))


@pytest.fixture
def talks(room: BotDatabase) -> Conversations:
    return room.conversations


async def going(talks: Conversations, who: int = OWNER) -> Conversation:
    found = await talks.open_of(who, who)
    assert found
    return found


async def press(bot: Any, talks: Conversations, choice: str, *, by: int = OWNER, number: str = "9") -> CallbackQuery:
    found = await going(talks)
    pressed = query(f"talk:{found.code}:{found.turn}:{choice}", by)
    pressed.id = number
    return pressed


async def taken(bot: Any, update: Message | CallbackQuery, topic: str = "rename") -> bool:
    vars(update).pop("_conversation", None)
    wanted = chose(topic) if isinstance(update, CallbackQuery) else answers(topic)
    return bool(await wanted(bot, update))


async def test_the_answer_reaches_its_topic_and_nothing_else(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME, data={"code": "x"})
    assert bot.said == [NAME.key]
    assert await taken(bot, message(text="A name", id=6))
    assert not await taken(bot, message(text="A name", id=6), "other")
    assert not await taken(bot, message(text="before", id=4))
    assert not await taken(bot, message(READER, text="A name", id=6))
    assert not await taken(bot, message(text="/links", id=6)), "a command is obeyed, not taken for an answer"
    assert await taken(bot, message(text="/skip", id=6))
    assert not await taken(bot, message(text="/undo", id=6)), "a choice that is not offered"


async def test_an_answer_moves_on_once_whatever_comes_again(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME, data={"code": "x"})
    first = message(text=" A name ", id=6)
    async with talking(bot, first) as talk:
        assert (talk.text, talk.choice, talk.step, talk.data) == (" A name ", None, "", {"code": "x"})
        await talk.next("more", MORE, name="A name")
    found = await going(talks)
    assert (found.step, found.turn, found.data) == ("more", 1, {"code": "x", "name": "A name"})
    assert not await taken(bot, message(text="A name", id=6))
    assert await was_taken(bot, message(text="A name", id=6))
    last = message(text="the end", id=8)
    async with talking(bot, last) as talk:
        await talk.finish("conversation-expired")
    assert await talks.open_of(OWNER, OWNER) is None
    for number in (6, 8):
        assert await was_taken(bot, message(text="again", id=number))
    assert not await was_taken(bot, message(text="later", id=9))
    assert bot.said == [NAME.key, MORE.key, "conversation-expired"]


async def test_an_answer_that_was_cut_off_is_taken_again_and_said_once(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    before = await going(talks)
    cut_off = Talk(bot, message(text="x", id=6), before)
    await cut_off._say(bot.services.conversations.after(before, "more", MORE, {}).asking, "question", MORE.key, [], {})
    again = message(text="x", id=6)
    assert await taken(bot, again)
    async with talking(bot, again) as talk:
        assert talk.cause == before.asking
        await talk.next("more", MORE)
    assert bot.said == [NAME.key, MORE.key]


async def test_a_refused_answer_leaves_the_question_and_is_not_looked_at_again(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    with pytest.raises(UserError):
        async with talking(bot, message(text="too long", id=6)):
            raise UserError("not-a-file")
    assert (await going(talks)).turn == 0
    assert not await taken(bot, message(text="too long", id=6))
    assert await taken(bot, message(text="better", id=7))


async def test_what_is_passed_on_belongs_to_others_for_good(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    with pytest.raises(ContinuePropagation):
        async with talking(bot, message(text="x", id=6)) as talk:
            await talk.pass_on()
    assert not await taken(bot, message(text="x", id=6))
    assert not await was_taken(bot, message(text="x", id=6))


async def test_a_press_is_taken_at_its_turn_by_its_person(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    skip = await press(bot, talks, "skip")
    assert await taken(bot, skip)
    assert not await taken(bot, await press(bot, talks, "skip", by=READER))
    assert not await taken(bot, await press(bot, talks, "undo"))
    assert not await taken(bot, query("talk:nonsense:0:skip")), "a code that nobody has"
    assert not await taken(bot, query("talk")), "no code at all"
    async with talking(bot, skip) as talk:
        assert (talk.choice, talk.text, talk.message) == ("skip", "", None)
        await talk.next("more", MORE)
    assert bot.said == [NAME.key, f"edit {MORE.key}"]
    assert not await taken(bot, skip), "the same press again is one of a question that is over"
    await say_that_it_is_over(bot, skip)
    assert bot.said[-1] == "toast conversation-over"


async def test_a_press_is_answered_once_it_is_written_down_that_it_was_taken(
    bot: Any, talks: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    async def killed(*_: Any, **__: Any) -> None:
        raise KilledError

    monkeypatch.setattr(bot, "toast", killed)
    await bot.services.conversations.begin(
        NewConversation(OWNER, OWNER, "rename", NAME, "", {}), cause=Cause("message:1:5"), since=5, epoch=1
    )
    with pytest.raises(KilledError):
        async with talking(bot, await press(bot, talks, "skip")) as talk:
            await talk.next("more", MORE)
    assert (await going(talks)).step == "more"
    with pytest.raises(KilledError):
        async with talking(bot, await press(bot, talks, "cancel")) as talk:
            await talk.finish("conversation-expired")
    assert await talks.open_of(OWNER, OWNER) is None, "what was done is not asked again"


async def test_a_command_given_twice_asks_once(bot: Any, talks: Conversations) -> None:
    for _ in range(2):
        await ask(bot, message(text="/rename", id=5), "rename", NAME)
    async with talking(bot, message(text="x", id=6)) as talk:
        await talk.finish("conversation-expired")
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    assert await talks.open_of(OWNER, OWNER) is None
    assert bot.said == [NAME.key, "conversation-expired"]


async def test_a_question_that_nobody_answered_gives_way(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    await ask(bot, message(text="/upload", id=6), "upload", MORE)
    assert (await going(talks)).topic == "upload"


async def test_two_conversations_do_not_mix_the_person_chooses(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    async with talking(bot, message(text="x", id=6)) as talk:
        await talk.next("more", MORE, name="x")
    for _ in range(2):
        await ask(bot, message(text="/upload", id=7), "upload", NAME, data={"a": 1})
    found = await going(talks)
    assert found.topic == "rename"
    assert bot.said == [NAME.key, MORE.key, "conversation-busy"]
    await go_on(bot, query(f"talk-on:{found.code}"))
    assert bot.said[-1] == f"edit {MORE.key}"
    assert (await going(talks)).question_id == 5, "the message under which was pressed asks from now on"
    await begin_anew(bot, query(f"talk-new:{found.code}"))
    replaced = await going(talks)
    assert (replaced.topic, replaced.data, replaced.turn) == ("upload", {"a": 1}, 0)
    for stale in (go_on, begin_anew):
        await stale(bot, query(f"talk-on:{found.code}"))
        assert bot.said[-1] == "toast conversation-over"
    assert (await going(talks)).topic == "upload"


async def test_giving_up_by_command_and_by_button(bot: Any, talks: Conversations) -> None:
    await cancel(bot, message(text="/cancel", id=4))
    assert bot.said == ["conversation-none"]
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    for _ in range(2):
        await cancel(bot, message(text="/cancel", id=6))
    assert await talks.open_of(OWNER, OWNER) is None
    assert bot.said[-1] == "conversation-cancelled"
    await ask(bot, message(text="/rename", id=7), "rename", NAME)
    await cancel(bot, message(text="/cancel", id=6))
    await press_cancel(bot, await press(bot, talks, "cancel"))
    assert await talks.open_of(OWNER, OWNER) is None
    assert bot.said[-2:] == [NAME.key, "edit conversation-cancelled"]


async def test_the_question_is_asked_once_a_turn_and_once_again_a_start(bot: Any, talks: Conversations) -> None:
    await ask(bot, message(text="/rename", id=5), "rename", NAME)
    found = await going(talks)
    for step in ("question", "question again 2", "question again 2"):
        assert await say(bot, found, step, 2)
    assert bot.said == [NAME.key] * 2


def test_buttons_fit_into_what_telegram_takes() -> None:
    longest = Conversation("c" * 22, 1, 1, "t", "", {}, NAME, 9999, NOW, NOW, Cause("c"))
    data = [button.data or "" for row in keyboard_of(longest) for button in row]
    assert all(len(each) <= 64 for each in data)
    assert len(data) == 3
