"""What is kept of conversations: one open per person, each message dealt with once, and what to ask again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.conversation import Choice, Conversation, End, NewConversation, Question
from database.conversations import Conversations
from tests.database.mongo import NOW, bot_of

ANN, BOB = 11, 12
DAY = timedelta(days=1)
QUESTION = Question("upload-file", {"name": "a.b$", "count": 3, "none": None}, ((Choice("skip", "button-skip"),),))


@pytest.fixture
def room(database: Database) -> BotDatabase:
    return bot_of(database)


@pytest.fixture
def talks(room: BotDatabase) -> Conversations:
    return room.conversations


def new(who: int = ANN, **values: Any) -> NewConversation:
    return NewConversation(who, who, values.pop("topic", "upload"), values.pop("question", QUESTION), **values)


async def begun(talks: Conversations, message: int | None = 5, who: int = ANN, **values: Any) -> Conversation:
    cause = Cause(f"message:{who}:{message}")
    made = await talks.begin(
        new(who, **values), f"code{message}of{who}", cause=cause, since=message, epoch=1, now=NOW, until=NOW + DAY
    )
    assert made
    return made


async def test_what_was_asked_and_learned_is_read_as_it_was_written(talks: Conversations) -> None:
    made = await begun(talks, step="title", data={"tags": ["a", "b"], "link": None})
    found = await talks.open_of(ANN, ANN)
    assert found == made
    assert found.question == QUESTION
    assert found.question.offers("skip")
    assert not found.question.offers("back")


async def test_a_person_has_one_open_conversation_a_chat(talks: Conversations) -> None:
    first = await begun(talks)
    assert await talks.begin(new(), "other", cause=Cause("c"), since=6, epoch=1, now=NOW, until=NOW) is None
    await begun(talks, who=BOB)
    assert await talks.end(first, End.CANCELLED, heard=7, now=NOW)
    assert not await talks.end(first, End.DONE, heard=7, now=NOW)
    assert (await begun(talks, 8)).cause == Cause(f"message:{ANN}:8")


async def test_messages_belong_from_the_one_that_began_it_to_the_last_it_took(talks: Conversations) -> None:
    first = await begun(talks, 5)
    assert await talks.at(ANN, ANN, 5) is None, "what began it is no answer"
    assert await talks.at(ANN, BOB, 6) is None
    found = await talks.at(ANN, ANN, 6)
    assert found == first
    assert not found.has_taken(6)
    await talks.end(first, End.DONE, heard=6, now=NOW)
    taken = await talks.at(ANN, ANN, 6)
    assert taken
    assert taken.has_taken(6)
    assert taken.end is End.DONE
    assert await talks.at(ANN, ANN, 7) is None
    second = await begun(talks, 9)
    assert await talks.at(ANN, ANN, 6) == taken
    assert await talks.at(ANN, ANN, 10) == second


async def test_a_message_that_was_passed_on_is_not_taken_later(talks: Conversations) -> None:
    first = await begun(talks, 5)
    await talks.passed_on(first, 6)
    await talks.move(replace(first, turn=1), heard=7, until=NOW)
    assert await talks.at(ANN, ANN, 6) is None
    assert await talks.at(ANN, ANN, 8)


async def test_a_conversation_that_a_press_began_takes_what_comes_after_its_question(talks: Conversations) -> None:
    pressed = await begun(talks, None)
    assert await talks.at(ANN, ANN, 3) is None
    await talks.asked(pressed, 20, 1)
    assert await talks.at(ANN, ANN, 20) is None
    found = await talks.at(ANN, ANN, 21)
    assert found
    assert not found.is_begun
    await talks.heard(found, 21, NOW, {"files": [1]})
    again = await talks.open_of(ANN, ANN)
    assert again
    assert again.is_begun
    assert again.data == {"files": [1]}


async def test_a_turn_is_taken_once(talks: Conversations) -> None:
    first = await begun(talks)
    other = Question("upload-title", {}, ())
    second = replace(first, turn=1, step="title", question=other, data={"a": 1}, question_id=30, asked_in=4)
    assert await talks.move(second, heard=6, until=NOW + 2 * DAY)
    assert not await talks.move(replace(second, data={"a": 2}), heard=6, until=NOW)
    assert not await talks.end(first, End.DONE, heard=None, now=NOW), "a turn that is over ends nothing"
    found = await talks.get(first.code)
    assert found == replace(second, last=6, until=NOW + 2 * DAY)
    assert found.asking != first.asking


async def test_a_question_that_may_have_been_asked_before_a_crash_is_asked_again(talks: Conversations) -> None:
    first = await begun(talks)
    assert await talks.ask_next(first, 1) == 1
    assert await talks.ask_next(first, 2) == 1, "the answer was taken again by the next start"
    second = replace(first, turn=1, asked_in=1)
    await talks.move(second, heard=6, until=NOW)
    assert await talks.unasked(2, 10)
    assert await talks.ask_next(second, 2) == 2


async def test_who_was_turned_away_is_remembered_and_known_again(talks: Conversations) -> None:
    first = await begun(talks)
    assert await talks.wanted(first) is None
    later = new(topic="rename", data={"code": "x"})
    for _ in range(2):
        await talks.turn_away(first, later, Cause("query:1"))
    assert await talks.wanted(first) == later
    assert await talks.caused(ANN, ANN, Cause("query:1")) == await talks.caused(ANN, ANN, first.cause)
    assert await talks.caused(BOB, BOB, first.cause) is None


async def test_what_this_start_has_not_asked_is_found(talks: Conversations) -> None:
    first, _ = await begun(talks), await begun(talks, who=BOB)
    await talks.asked(first, 30, 7)
    assert [each.user_id for each in await talks.unasked(7, 10)] == [BOB]
    assert {each.user_id for each in await talks.unasked(8, 10)} == {ANN, BOB}
    await talks.end(first, End.DONE, heard=None, now=NOW)
    assert [each.user_id for each in await talks.unasked(8, 10)] == [BOB]


async def test_what_nobody_answers_is_over_after_its_time(talks: Conversations) -> None:
    assert await talks.next_expiry() is None
    first = await begun(talks)
    assert await talks.next_expiry() == NOW + DAY
    assert await talks.expired(NOW + DAY - timedelta(seconds=1), 10) == []
    await talks.heard(first, 6, NOW + 2 * DAY, {})
    assert await talks.expired(NOW + DAY, 10) == []
    assert [each.code for each in await talks.expired(NOW + 2 * DAY, 10)] == [first.code]


async def test_another_bots_conversations_are_its_own(database: Database, talks: Conversations) -> None:
    await begun(talks)
    other = bot_of(database, 42).conversations
    assert await other.open_of(ANN, ANN) is None
    assert await other.unasked(9, 10) == []
    await begun(other)
