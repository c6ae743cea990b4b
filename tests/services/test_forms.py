"""What a person's words mean as a setting's value, and what is refused with which words."""

from typing import Any

import pytest

from services.errors import UserError
from services.forms import Choice, Duration, Form, Number, Picture, Several, Text, Web, YesNo
from services.markup import check_markup
from services.times import seconds_in


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("30 s", 30),
        ("30 min", 1800),
        ("1h30m", 5400),
        ("1 h 30 min", 5400),
        ("2 days", 172800),
        ("1 Week", 604800),
        ("30 мин.", 1800),
        ("2 часа, 5 минут", 7500),
        ("3 kun", 259200),
        ("1 soat", 3600),
        ("30", None),
        ("soon", None),
        ("", None),
        ("5 parsecs", None),
        ("-5 min", None),
        ("1.5 h", None),
        ("5 min please", None),
        ("٣ min", None),
    ],
)
def test_times_are_read_as_people_write_them(words: str, seconds: int | None) -> None:
    assert seconds_in(words) == seconds


DURATION = Duration(least=60, most=3600, presets=(60, 600))
NUMBER = Number(least=1, most=100_000)
TEXT = Text(longest=10, placeholders=("first", "size"))


@pytest.mark.parametrize(
    ("form", "words", "value"),
    [
        (DURATION, "10 min", 600),
        (DURATION, " 0 ", 0),
        (NUMBER, "100 000", 100_000),
        (NUMBER, "7", 7),
        (TEXT, " <b>1234567890</b> ", "<b>1234567890</b>"),
        (TEXT, "{size}{No}", "{size}{No}"),
        (TEXT, "a < b & c", "a < b & c"),
        (Picture(), " https://a.example/p.jpg ", "https://a.example/p.jpg"),
        (Web(), " https://a.example/how?x=1 ", "https://a.example/how?x=1"),
        (Picture(), "AgACAgIAAxkBAAIB" + "x" * 40, "AgACAgIAAxkBAAIB" + "x" * 40),
    ],
)
def test_what_is_meant_is_kept(form: Form, words: str, value: Any) -> None:
    assert form.read(words) == value


@pytest.mark.parametrize(
    ("form", "words", "key"),
    [
        (DURATION, "10", "setting-duration"),
        (DURATION, "2 h", "setting-duration-range"),
        (DURATION, "5 s", "setting-duration-range"),
        (NUMBER, "0", "setting-number"),
        (NUMBER, "many", "setting-number"),
        (NUMBER, "١٢", "setting-number"),
        (NUMBER, "9" * 30, "setting-number"),
        (TEXT, "  ", "setting-empty"),
        (TEXT, "12345678901", "setting-long"),
        (TEXT, "𝕏𝕏𝕏𝕏𝕏𝕏", "setting-long"),
        (TEXT, "{file}", "setting-placeholder"),
        (TEXT, "<b>x", "markup-unclosed"),
        (TEXT, "<h1>x</h1>", "markup-unknown"),
        (TEXT, "<b><i>x</b></i>", "markup-unopened"),
        (TEXT, "x</b>", "markup-unopened"),
        (TEXT, "<a>x</a>", "markup-address"),
        (TEXT, '<a href="javascript:1">x</a>', "markup-address"),
        (Picture(), "http://a.example/p.jpg", "setting-picture"),
        (Web(), "http://a.example/how", "setting-address"),
        (Web(), "a page", "setting-address"),
        (Web(), "https://a.example/" + "x" * 2048, "setting-address"),
        (Picture(), "https://nowhere", "setting-picture"),
        (Picture(), "https://a b.example/", "setting-picture"),
        (Picture(), "a cat", "setting-picture"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(form: Form, words: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        form.read(words)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (YesNo(), 1),
        (Choice(presets=("a", "b")), "c"),
        (Several(presets=("a", "b")), ["c"]),
        (Several(presets=("a", "b")), []),
        (NUMBER, True),
        (DURATION, None),
        (TEXT, 5),
        (Picture(), 5),
    ],
)
def test_a_value_of_another_kind_is_refused(form: Form, value: Any) -> None:
    with pytest.raises(UserError):
        form.check(value)


def test_several_are_kept_in_the_order_of_the_presets() -> None:
    assert Several(presets=("a", "b", "c")).check(["c", "a"]) == ("a", "c")


def test_buttons_carry_the_value_itself() -> None:
    assert DURATION.pressed(DURATION.data_of(600)) == 600
    assert YesNo().pressed("false") is False
    for data in ("601", "", "None"):
        with pytest.raises(UserError, match="button-stale"):
            DURATION.pressed(data)


@pytest.mark.parametrize(
    "html",
    ["", "a < b > c", "<3", "&lt;x&gt;", '<a href="tg://user?id=5">x</a>', "<B>x</B>", "<b><i>x</i></b>", "1 &amp; 2"],
)
def test_good_markup_passes(html: str) -> None:
    check_markup(html)
