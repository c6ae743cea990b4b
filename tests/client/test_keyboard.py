"""Buttons in the reader's language, within Telegram's limits."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pyrogram import raw

from client.keyboard import Button, render


class Texts:
    """Words that say where they come from."""

    def label(self, language: str, key: str, **args: object) -> str:
        return f"{language}:{key}:{args}"


TEXTS: Any = Texts()


def button(*args: Any, **kwargs: Any) -> Any:
    return Button(*args, **kwargs).render(TEXTS, "ru")


def test_a_button_speaks_the_readers_language() -> None:
    assert button("button-share", data="x", count=2).text == "ru:button-share:{'count': 2}"


def test_a_fixed_text_stays_as_it_is() -> None:
    made = button(text="O'zbekcha", data="language uz")
    assert made.text == "O'zbekcha"
    assert made.type.data == b"language uz"


def test_an_address_is_opened() -> None:
    assert button(text="there", url="https://example.org/a?b=c").type.url == "https://example.org/a?b=c"


def test_what_is_shared_is_quoted() -> None:
    made = button(text="share", share="https://t.me/bot?start=a&b")
    assert made.type.url == "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fbot%3Fstart%3Da%26b"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": "x"},
        {"data": "x"},
        {"key": "k", "text": "x", "data": "x"},
        {"text": "x", "data": "x", "url": "https://example.org"},
        {"text": "x", "url": "https://example.org", "share": "https://example.org"},
    ],
)
def test_a_button_has_one_text_and_does_one_thing(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="one text"):
        Button(**wrong)


def test_data_is_limited_in_bytes_not_in_letters() -> None:
    Button(text="x", data="д" * 32)
    with pytest.raises(ValueError, match="64 bytes"):
        Button(text="x", data="д" * 33)


@pytest.mark.parametrize("nothing", [None, [], [[]], ((), ())])
def test_no_buttons_are_no_keyboard(nothing: Any) -> None:
    assert render(nothing, TEXTS, "en") is None


def test_rows_stay_rows_and_what_is_made_can_be_sent() -> None:
    rows = [[Button(text="1", data="1"), Button(text="2", url="https://example.org")], [], [Button(text="3", data="3")]]
    markup = render(rows, TEXTS, "en")
    assert markup
    assert [[each.text for each in row.buttons] for row in markup.rows] == [["1", "2"], ["3"]]
    again = raw.types.ReplyInlineMarkup.read(BytesIO(markup.write()[4:]))  # the first four bytes are its name
    assert again.write() == markup.write()
