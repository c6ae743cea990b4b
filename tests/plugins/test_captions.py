"""A caption kept as HTML says the same again, whatever its marks and characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrogram.enums import MessageEntityType as Entity
from pyrogram.parser import Parser
from pyrogram.types import MessageEntity, User

from client.markup import parsed
from plugins.captions import html_of, to_html
from tests.plugins.messages import message


def mark(kind: Entity, offset: int, length: int, **fields: str) -> MessageEntity:
    return MessageEntity(type=kind, offset=offset, length=length, **fields)  # type: ignore[arg-type]  # of several types


@pytest.mark.parametrize(
    ("text", "entities", "markup"),
    [
        ("a < b & c", [], "a &lt; b &amp; c"),
        ("a < b & c", None, "a &lt; b &amp; c"),
        ("<a> bold <b>", [mark(Entity.BOLD, 4, 4)], "&lt;a&gt; <b>bold</b> &lt;b&gt;"),
        ("bold both", [mark(Entity.BOLD, 0, 9), mark(Entity.ITALIC, 5, 4)], "<b>bold <i>both</i></b>"),
        ("abc", [mark(Entity.BOLD, 0, 2), mark(Entity.ITALIC, 1, 2)], "<b>a<i>b</i></b><i>c</i>"),
        ("𝕏 x", [mark(Entity.CODE, 3, 1)], "𝕏 <code>x</code>"),
        ("x", [mark(Entity.TEXT_LINK, 0, 1, url='https://e.com/?a=1&b="2"')], (
            '<a href="https://e.com/?a=1&amp;b=&quot;2&quot;">x</a>'
        )),
        ("x #tag", [mark(Entity.HASHTAG, 2, 4)], "x #tag"),
        ("q", [mark(Entity.BLOCKQUOTE, 0, 1)], "<blockquote>q</blockquote>"),
        ("x", [mark(Entity.BOLD, 0, 99), mark(Entity.ITALIC, 50, 2)], "<b>x</b>"),
        ("", [], ""),
    ],
)  # fmt: skip
def test_marks_become_tags(text: str, entities: list[MessageEntity] | None, markup: str) -> None:
    assert to_html(text, entities) == markup


def test_a_person_stays_a_person() -> None:
    ann = MessageEntity(type=Entity.TEXT_MENTION, offset=0, length=3, user=User(id=5))
    assert to_html("Ann", [ann]) == '<a href="tg://user?id=5">Ann</a>'


PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=30)
MARKS = st.lists(
    st.tuples(st.sampled_from([Entity.BOLD, Entity.ITALIC, Entity.CODE]), st.integers(0, 30), st.integers(0, 30)),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(text=PLAIN, marks=MARKS)
async def test_the_text_survives_the_way_there_and_back(text: str, marks: list[tuple[Entity, int, int]]) -> None:
    units = len(text.encode("utf-16-le")) // 2
    whole = [mark(kind, offset, length) for kind, offset, length in marks if offset + length <= units]
    if any(_splits(text, place) for one in whole for place in (one.offset, one.offset + one.length)):
        return
    assert (await parsed(to_html(text, whole), Parser(None)))["message"] == text


def _splits(text: str, place: int) -> bool:
    """Whether a mark would begin or end inside of a character; Telegram allows none that do."""
    try:
        text.encode("utf-16-le")[: place * 2].decode("utf-16-le")
    except UnicodeDecodeError:
        return True
    return False


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("a < b & c", [], "a &lt; b &amp; c"),
        ("<b>{first}</b>", [], "<b>{first}</b>"),
        ("bold <i>", [mark(Entity.BOLD, 0, 4)], "<b>bold</b> &lt;i&gt;"),
        ("<b>x</b> #tag", [mark(Entity.HASHTAG, 9, 4)], "<b>x</b> #tag"),
    ],
)
def test_what_is_typed_is_html_where_it_has_tags_and_no_formatting(
    text: str, entities: list[MessageEntity], html: str
) -> None:
    typed = message(text=text)
    typed.entities = entities
    assert html_of(typed) == html
