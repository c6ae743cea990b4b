"""Into which messages a draft's text goes: whole where it fits, cut where nobody minds, refused with words."""

from __future__ import annotations

import html as markup
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.draft_texts import MESSAGES, parts_of, units_over
from services.errors import UserError
from services.markup import check_markup
from services.templates import shown_units


def shown(html: str) -> str:
    return markup.unescape(re.sub(r"<[^>]*>", "", html))


def test_a_text_that_fits_stays_as_it_is_written() -> None:
    assert parts_of(" <b>Hi</b> a < b &amp; c\n") == ("<b>Hi</b> a < b &amp; c",)
    assert parts_of("😀" * 2048) == ("😀" * 2048,)


@pytest.mark.parametrize("html", ["", "  \n", "<b> </b>"])
def test_a_text_that_shows_nothing_is_refused(html: str) -> None:
    with pytest.raises(UserError, match="draft-text-empty"):
        parts_of(html, "split")


def test_a_text_that_is_too_long_is_refused_by_its_length_in_units() -> None:
    with pytest.raises(UserError, match="draft-text-long") as caught:
        parts_of("😀" * 2049)
    assert caught.value.args_ == {"longest": 4096, "length": 4098}
    assert units_over("😀" * 2049) == 2
    assert units_over(f"<b>{'&amp;' * 4096}</b>  ") == 0


def test_wrong_markup_is_refused_whatever_the_length() -> None:
    for html, key in (
        ("<b>x", "markup-unclosed"),
        ("x <i", "markup-unclosed"),
        ("a <!-- b --> c", "markup-unknown"),
        ("a </ b> c", "markup-unknown"),
        ("<" + "a" * 300_000 + ">", "markup-unknown"),
        ("<!" * 150_000, "markup-unknown"),
    ):
        with pytest.raises(UserError, match=key):
            parts_of(html, "split")


def test_a_text_is_cut_between_paragraphs_before_lines_before_words() -> None:
    assert parts_of("aaa bbb\nccc\n\nddd", "split", longest=14) == ("aaa bbb\nccc", "ddd")
    assert parts_of("aaa bbb\nccc ddd", "split", longest=12) == ("aaa bbb", "ccc ddd")
    assert parts_of("aaa bbb ccc", "split", longest=9) == ("aaa bbb", "ccc")
    assert parts_of("abcdefgh", "split", longest=3) == ("abc", "def", "gh")
    assert parts_of("😀😀😀", "split", longest=3) == ("😀", "😀", "😀")


def test_no_short_greeting_stands_alone() -> None:
    assert parts_of("Hi\n\naaaa bbbb cccc dddd", "split", longest=20) == ("Hi\n\naaaa bbbb cccc", "dddd")


def test_what_is_marked_stays_whole_where_that_is_possible() -> None:
    html = 'one two <a href="https://a.example/?a=1&amp;b=2">three four</a> five'
    assert parts_of(html, "split", longest=15) == (
        "one two",
        '<a href="https://a.example/?a=1&amp;b=2">three four</a> five',
    )
    assert parts_of("Hi <b>1234567</b><i>89</i>", "split", longest=8) == ("Hi", "<b>1234567</b>", "<i>89</i>")


def test_what_is_marked_and_too_long_is_closed_and_opened_again() -> None:
    assert parts_of('<pre language="py">a &lt; 1\nb &amp; 2\n<b>c</b></pre>!', "split", longest=6) == (
        '<pre language="py">a &lt; 1</pre>',
        '<pre language="py">b &amp; 2</pre>',
        '<pre language="py"><b>c</b></pre>!',
    )


def test_thousands_of_marks_take_no_time_to_speak_of() -> None:
    html = "".join(f"<b>{number % 10}</b><i></i>" for number in range(20_000))
    parts = parts_of(html, "split")
    assert "".join(map(shown, parts)) == shown(html)


def test_more_messages_than_a_draft_may_be_are_refused() -> None:
    assert len(parts_of("x" * 40_960, "split")) == MESSAGES
    for html in ("x" * 40_961, "\n\n".join(["x" * 2_100] * 11)):
        with pytest.raises(UserError, match="draft-text-parts"):
            parts_of(html, "split")


PIECES = st.lists(
    st.sampled_from(
        ["a", "bb ", "\n", "\n\n", "&lt;", "😀", "<b>", "<i>", "<pre>", "</>", "word ", "<code>x y</code>"]
    ),
    max_size=60,
)


@given(PIECES, st.integers(6, 30))
def test_nothing_is_lost_and_every_message_is_good_and_fits(pieces: list[str], longest: int) -> None:
    opened: list[str] = []
    html = ""
    for piece in pieces:
        if piece == "</>":
            html += f"</{opened.pop()}>" if opened else ""
        else:
            html += piece
            if piece in {"<b>", "<i>", "<pre>"}:
                opened.append(piece[1:-1])
    html += "".join(f"</{tag}>" for tag in reversed(opened))
    try:
        parts = parts_of(html, "split", longest=longest)
    except UserError as error:
        assert error.key in {"draft-text-empty", "draft-text-parts"}  # noqa: PT017 - most texts are taken
        return
    for part in parts:
        check_markup(part)
        assert 0 < shown_units(part.strip()) <= longest or len(parts) == 1
    assert "".join("".join(map(shown, parts)).split()) == "".join(shown(html).split())
