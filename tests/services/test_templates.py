"""The owner's own texts: filled as written, and cut so that what is left is sound."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.templates import Template, plain, shown_units, units

NAMES = {"first": "A&amp;B", "last": "", "id": "11"}


def test_only_placeholders_that_have_a_value_are_filled() -> None:
    assert Template("<i>{first}</i>{last} {id} {other} {").fill(NAMES, 100) == "<i>A&amp;B</i> 11 {other} {"


def test_a_name_is_not_taken_for_a_placeholder() -> None:
    assert Template("{first} {id}").fill({"first": "{id}", "id": "11"}, 100) == "{id} 11"


def test_a_text_that_fits_is_left_alone() -> None:
    assert Template("<b>" + "x" * 4093 + "</b>{first}").fill(NAMES, 4096) == "<b>" + "x" * 4093 + "</b>A&amp;B"


def test_a_name_gives_way_first() -> None:
    text = Template("y" * 4080 + "{first}").fill({"first": "n" * 64}, 4096)
    assert text == "y" * 4080 + "n" * 15 + "…"


def test_a_name_in_two_places_is_cut_in_both() -> None:
    assert Template("{first} {first}").fill({"first": "n" * 10}, 11) == "nnnn… nnnn…"


def test_what_has_no_names_to_cut_loses_its_end_with_its_tags_closed() -> None:
    assert Template('<b>one <a href="x">two &lt;three</a></b>').fill({}, 10) == '<b>one <a href="x">two &lt;…</a></b>'


def test_a_character_of_two_units_is_not_halved() -> None:
    assert Template("{first}").fill({"first": "😀😀"}, 3) == "😀…"
    assert Template("😀😀").fill({}, 2) == "…"


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a", 1), ("😀", 2), ("\ud800", 1), ("👨‍👩‍👧", 8)])
def test_units_are_those_of_utf_16(text: str, count: int) -> None:
    assert units(text) == count


def test_a_sign_that_opens_no_tag_shows() -> None:
    assert plain("1 < 2 > 0 <b>&lt;i&gt;</b>") == "1 < 2 > 0 <i>"


class Balance(HTMLParser):
    """Fails where a tag is closed that is not the last one opened, or none is."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


WORDS = st.text(alphabet=st.sampled_from("ab😀é {}"), max_size=8)
MARKUP = st.recursive(
    WORDS | st.sampled_from(["&amp;", "&lt;", "{first}", "{caption}"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from("bius"), st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@given(MARKUP, st.text(max_size=20), MARKUP, st.integers(1, 60))
def test_whatever_is_filled_in_fits_and_is_sound(text: str, first: str, caption: str, longest: int) -> None:
    filled = Template(text).fill({"first": html.escape(first, quote=False), "caption": caption}, longest)
    assert shown_units(filled) <= longest
    balance = Balance()
    balance.feed(filled)
    balance.close()
    assert balance.opened == []
    assert not re.search(r"&\w*$", filled)
