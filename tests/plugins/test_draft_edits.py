"""How a draft gets a new version: what is handed back, what may come in its place, and what is asked then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pyrogram.enums import MessageEntityType
from pyrogram.types import MessageEntity

from database.cause import Cause
from plugins.draft_edits import FULL, SHOWN, copied, pieces_of, press_choice, press_edit, take_answer
from services.conversations import Conversation
from services.drafts import Draft, DraftState, Outgoing
from services.errors import UserError
from services.templates import LONGEST
from tests.database.mongo import StillClock
from tests.plugins.messages import with_file
from tests.plugins.reviewing import PHOTO, TEXT, press, written
from tests.services.channel import OWNER, STORAGE


async def edited(desk: Any, *parts: Outgoing) -> Draft:
    """A draft that the owner was asked to change."""
    draft: Draft = await desk.made(*parts)
    await press_edit(desk, press(f"draft-edit:{draft.code}:1"))
    return draft


async def going(desk: Any) -> Conversation:
    found = await desk.services.conversations.open_of(OWNER, OWNER)
    assert found
    return found  # type: ignore[no-any-return]  # the stand-in's


async def choose(desk: Any, name: str) -> None:
    """Press a button under the question that is open."""
    conversation = await going(desk)
    assert conversation.question.offers(name), conversation.question
    await press_choice(desk, press(f"talk:{conversation.code}:{conversation.turn}:{name}"))


async def parts_of(desk: Any, draft: Draft, number: int = 2) -> tuple[Outgoing, ...]:
    found = await desk.services.drafts.get(draft.code)
    assert found.version.number == number
    parts: tuple[Outgoing, ...] = found.version.parts
    return parts


def keys(desk: Any) -> list[str]:
    return [card.key for card in desk.shown(OWNER)]


async def test_the_old_words_are_handed_back_and_new_ones_keep_what_is_marked(desk: Any) -> None:
    draft = await edited(desk)
    assert keys(desk) == ["draft-edit-old", "draft-edit-ask"]
    assert desk.shown(OWNER)[0].args["excerpt"] == "Hello &lt;b&gt;all&lt;/b&gt;"
    bold = written("New words")
    bold.entities = [MessageEntity(type=MessageEntityType.BOLD, offset=0, length=3)]
    await take_answer(desk, bold)
    assert await parts_of(desk, draft) == (Outgoing(None, (), "<b>New</b> words", is_text=True),)
    assert keys(desk)[2:] == ["draft-edited", "draft-card"]
    assert (await desk.services.drafts.get(draft.code)).version.by == OWNER


async def test_tags_are_read_and_what_is_wrong_with_them_is_said(desk: Any) -> None:
    draft = await edited(desk)
    with pytest.raises(UserError, match="markup-unclosed"):
        await take_answer(desk, written("<b>New"))
    with pytest.raises(UserError, match="draft-text-empty"):
        await take_answer(desk, written("<b> </b>"))
    await take_answer(desk, written("<i>New</i> a &lt; b"))
    assert (await parts_of(desk, draft))[0].html == "<i>New</i> a &lt; b"


async def test_a_text_in_several_messages_is_waited_for_and_cut_as_it_needs(desk: Any) -> None:
    draft = await edited(desk)
    long = "word " * (FULL // 5 + 1)
    await take_answer(desk, written(long))
    assert (await going(desk)).step == "rest"
    await take_answer(desk, written(long))
    await take_answer(desk, written("the end"))
    await choose(desk, "done")
    assert (await going(desk)).question.key == "draft-edit-long"
    await choose(desk, "split")
    parts = await parts_of(desk, draft)
    assert len(parts) == 2
    assert all(len(str(each.html)) <= LONGEST for each in parts)
    assert " ".join(str(each.html) for each in parts).split() == (long * 2 + "the end").split()


async def test_a_text_that_is_too_long_goes_as_a_file_if_that_is_wanted(desk: Any) -> None:
    draft = await edited(desk)
    for _ in range(2):
        await take_answer(desk, written("a<wörd & " * (FULL // 9 + 1)))
    await choose(desk, "done")
    await choose(desk, "paper")
    assert await parts_of(desk, draft) == (Outgoing(STORAGE, (1,), None),)
    [content] = desk.uploads
    assert content.decode().split() == ["a<wörd", "&"] * 2 * (FULL // 9 + 1)


async def test_a_text_that_fills_one_message_and_ends_there_stays_one(desk: Any) -> None:
    draft = await edited(desk)
    await take_answer(desk, written("x" * LONGEST))
    await choose(desk, "done")
    assert len(await parts_of(desk, draft)) == 1


async def test_words_for_a_draft_with_a_file_are_asked_where_they_belong(desk: Any) -> None:
    for choice, wanted in (
        ("caption", (replace(PHOTO, html="New"),)),
        ("below", (replace(PHOTO, html=""), Outgoing(None, (), "New", is_text=True))),
        ("instead", (Outgoing(None, (), "New", is_text=True),)),
    ):
        draft = await edited(desk, PHOTO)
        await take_answer(desk, written("New"))
        assert (await going(desk)).question.key == "draft-edit-where"
        await choose(desk, choice)
        assert await parts_of(desk, draft) == wanted, choice


async def test_words_that_are_too_long_for_a_caption_are_not_offered_as_one(desk: Any) -> None:
    draft = await edited(desk, PHOTO)
    await take_answer(desk, written("x" * 1025))
    asked = await going(desk)
    assert asked.question.key == "draft-edit-where-long"
    assert not asked.question.offers("caption")
    await choose(desk, "below")
    assert len(await parts_of(desk, draft)) == 2


async def test_words_for_a_sticker_take_its_place(desk: Any) -> None:
    draft = await edited(desk, replace(PHOTO, wordless=True))
    assert keys(desk) == ["draft-edit-ask"], "it has no words to copy"
    await take_answer(desk, written("New"))
    assert await parts_of(desk, draft) == (Outgoing(None, (), "New", is_text=True),)


async def test_a_file_without_words_keeps_the_old_ones_or_not_and_is_kept_in_the_storage_channel(desk: Any) -> None:
    for choice, html in (("keep", "Hello <b>all</b>"), ("without", "")):
        draft = await edited(desk)
        await take_answer(desk, with_file("photo", OWNER, id=2000 + len(choice)))
        assert (await going(desk)).question.key == "draft-edit-words"
        await choose(desk, choice)
        [part] = await parts_of(desk, draft)
        assert (part.chat, part.html, len(part.message_ids)) == (STORAGE, html, 1), choice


async def test_the_words_of_a_file_are_read_where_it_is(desk: Any) -> None:
    desk.words = {4: "Its <i>own</i> caption"}
    draft = await edited(desk, PHOTO)
    assert desk.shown(OWNER)[0].args["excerpt"] == "Its &lt;i&gt;own&lt;/i&gt; caption"
    await take_answer(desk, with_file("document", OWNER, id=2000))
    await choose(desk, "keep")
    assert (await parts_of(desk, draft))[0].html == "Its <i>own</i> caption"


async def test_old_words_that_are_too_long_for_a_caption_come_below_the_new_file(desk: Any) -> None:
    draft = await edited(desk, Outgoing(None, (), "x" * 1025, is_text=True))
    await take_answer(desk, with_file("video", OWNER, id=2000))
    assert not (await going(desk)).question.offers("keep")
    await choose(desk, "below")
    medium, text = await parts_of(desk, draft)
    assert (medium.html, len(str(text.html))) == ("", 1025)


async def test_a_file_with_words_and_a_sticker_come_as_they_are(desk: Any) -> None:
    draft = await edited(desk)
    await take_answer(desk, with_file("photo", OWNER, id=2000, caption="Its own"))
    [part] = await parts_of(desk, draft)
    assert (part.html, part.title) == (None, "Its own")
    await press_edit(desk, press(f"draft-edit:{draft.code}:2"))
    await take_answer(desk, with_file("sticker", OWNER, id=5000))
    assert (await parts_of(desk, draft, 3))[0].wordless


async def test_who_comes_second_changes_nothing_and_is_told(desk: Any) -> None:
    draft = await edited(desk)
    await desk.services.drafts.edit(draft.code, (TEXT,), 2, Cause("message:2:9"))
    with pytest.raises(UserError, match="draft-overtaken"):
        await take_answer(desk, written("Mine"))
    assert (await desk.services.drafts.get(draft.code)).version.number == 2
    assert await desk.services.conversations.open_of(OWNER, OWNER) is None, "no answer would do any more"
    other = await edited(desk)
    await desk.services.drafts.approve(other.code, 1, 2, Cause("query:2"))
    with pytest.raises(UserError, match="draft-too-late"):
        await take_answer(desk, written("Mine"))
    with pytest.raises(UserError, match="draft-too-late"):
        await press_edit(desk, press(f"draft-edit:{other.code}:1"))


async def test_an_answer_that_comes_again_makes_one_version(desk: Any) -> None:
    draft = await edited(desk)
    answer = written("New")
    conversation = await going(desk)
    await take_answer(desk, answer)
    vars(answer)["_conversation"] = conversation  # as a crash before its end left it
    edit = desk.services.drafts.edit
    again = await edit(draft.code, (TEXT,), OWNER, conversation.asking, version=1)
    assert again.version.number == 2
    assert (await parts_of(desk, draft))[0].html == "New"


async def test_what_is_scheduled_and_changed_waits_for_a_decision_again(desk: Any, clock: StillClock) -> None:
    draft: Draft = await desk.made(send_at=clock.now() + (StillClock().now() - clock.now()))
    await desk.services.drafts.schedule(draft.code, 1, clock.now().replace(year=2027), OWNER, Cause("query:5"))
    await press_edit(desk, press(f"draft-edit:{draft.code}:1"))
    await take_answer(desk, written("New"))
    found = await desk.services.drafts.get(draft.code)
    assert (found.state, found.version.number) == (DraftState.PENDING, 2)


def test_nothing_is_lost_on_the_way_to_be_copied() -> None:
    text = "a < b & c\n" * 2000 + "x" * 9000
    pieces = pieces_of(text)
    assert all(len(piece) <= SHOWN for piece in pieces)
    assert "".join(pieces).replace("&lt;", "<").replace("&amp;", "&") == text
    assert pieces_of("") == []


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("a &lt; b &amp; c", "a < b & c"),
        ("<b>bold</b> &amp; more", "<b>bold</b> &amp; more"),
    ],
)
def test_a_text_is_copied_as_it_can_be_sent_again(html: str, wanted: str) -> None:
    assert copied(html) == wanted
