"""Typing marks become entities, counted in UTF-16 units; long texts are cut where Telegram's clients cut them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page.formatting import Formatted, formatted, units
from sandbox.page.splitting import split


def told(result: Formatted) -> list[tuple[str, str]]:
    """Each entity: what it is, and what it stands on, cut out in UTF-16 as Telegram cuts."""
    data = result.text.encode("utf-16-le")
    return [
        (
            type(each).__name__.removeprefix("MessageEntity"),
            data[each.offset * 2 : (each.offset + each.length) * 2].decode("utf-16-le"),
        )
        for each in result.entities
    ]


@pytest.mark.parametrize(
    ("typed", "text", "entities"),
    [
        ("**b** __i__ ~~s~~ ||h|| `c`", "b i s h c",
         [("Bold", "b"), ("Italic", "i"), ("Strike", "s"), ("Spoiler", "h"), ("Code", "c")]),
        ("**all __three ~~nested~~__**", "all three nested",
         [("Bold", "all three nested"), ("Italic", "three nested"), ("Strike", "nested")]),
        ("**over\ntwo lines**", "over\ntwo lines", [("Bold", "over\ntwo lines")]),
        ("2 ** 3 ** 4, a__b__c, **open, ****, || ||", "2 ** 3 ** 4, a__b__c, **open, ****, || ||", []),
        ("**a __b** c__", "a __b c__", [("Bold", "a __b")]),
        ("`**code**`", "**code**", [("Code", "**code**")]),
        ("```python\nprint(1)\n```\nafter", "print(1)\nafter", [("Pre", "print(1)")]),
        ("before ```x```", "before \nx", [("Pre", "x")]),
        ("[a **b**](https://e.org/x_(y)) [c](t.me/bot)", "a b c",
         [("TextUrl", "a b"), ("Bold", "b"), ("TextUrl", "c")]),
        ("[x](javascript:alert(1)) [x](data:text/html,x) [x](word)",
         "[x](javascript:alert(1)) [x](data:text/html,x) [x](word)", []),
        ("> one **b**\n> two\nnot\n>_<", "one b\ntwo\nnot\n>_<", [("Blockquote", "one b\ntwo"), ("Bold", "b")]),
        ("a > b\n>", "a > b\n>", []),
        ("  **a**\n", "a", [("Bold", "a")]),
        ("😀 **👨‍👩‍👧** __שלום__", "😀 👨‍👩‍👧 שלום", [("Bold", "👨‍👩‍👧"), ("Italic", "שלום")]),
        ("half a sign: \ud83d", "half a sign: \ufffd", []),
    ],
)  # fmt: skip
def test_what_is_typed_is_read(typed: str, text: str, entities: list[tuple[str, str]]) -> None:
    result = formatted(typed)
    assert (result.text, told(result)) == (text, entities)


def test_a_block_says_its_language_and_a_link_its_address() -> None:
    assert formatted("```c++\nx\n```").entities[0].language == "c++"
    assert formatted("```x```").entities[0].language == ""
    assert formatted("[x](e.org/y)").entities[0].url == "https://e.org/y"


def test_plain_text_stays_as_it_is() -> None:
    assert formatted(" **a** ", plain=True) == Formatted("**a**", [])


_TYPED = st.text(alphabet=st.sampled_from(list("ab \n>*_~|`[](). 😀ש\u200d")), max_size=80)


@given(_TYPED)
def test_whatever_is_typed_entities_stand_inside_the_text(typed: str) -> None:
    result = formatted(typed)
    assert result.text == result.text.strip()
    for entity in result.entities:
        assert 0 <= entity.offset < entity.offset + entity.length <= units(result.text)
    told(result)


@given(st.text(alphabet=st.sampled_from(list("ab. \n😀👩\u200d👧🇺🇿e\u0301")), max_size=300), st.integers(8, 40))
def test_whatever_is_cut_nothing_but_space_is_lost(typed: str, limit: int) -> None:
    parts = split(formatted(typed, plain=True), limit)
    assert all(part.text and units(part.text) <= limit for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(typed.split())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("one two.\n\nthree four five six", "one two."),
        ("one two\nthree four five six", "one two"),
        ("one. two three four five six", "one. two three"),
        ("sentence. words words words", "sentence."),
        ("a" * 30, "a" * 15),
        ("👩‍👧" * 9, "👩‍👧" * 3),
        ("a🇺🇿🇺🇿🇺🇿🇺🇿", "a🇺🇿🇺🇿🇺🇿"),
        ("x" * 14 + "e\u0301yyyy", "x" * 14),
    ],
)
def test_a_long_text_is_cut_where_it_hurts_least(text: str, first: str) -> None:
    assert split(Formatted(text, []), 15)[0].text == first


def test_formatting_goes_on_in_the_next_part() -> None:
    parts = split(formatted(f"a **{'b' * 5}\n{'c' * 8}** d"), 10)
    assert [told(part) for part in parts] == [[("Bold", "bbbbb")], [("Bold", "cccccccc")]]
    assert [part.text for part in parts] == ["a bbbbb", "cccccccc d"]


def test_exactly_what_fits_is_one_message() -> None:
    assert [units(part.text) for part in split(Formatted("😀" * 2048, []))] == [4096]
    assert [units(part.text) for part in split(Formatted("😀" * 2048 + "a", []))] == [4096, 1]
