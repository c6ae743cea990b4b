"""Buttons under a message, said in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from pyrogram import raw

from locales.texts import Texts

DATA: Final = 64
"""Bytes of a button's data at most (Telegram's limit)."""


class Button:
    """One button: a text's key (or a fixed text), and what pressing it does.

    Exactly one of `data` (`DATA` bytes at most), `url` and `share` is given.
    """

    __slots__ = ("args", "data", "key", "text", "url")

    def __init__(
        self,
        key: str | None = None,
        *,
        text: str | None = None,
        data: str | None = None,
        url: str | None = None,
        share: str | None = None,
        **args: object,
    ) -> None:
        if (key is None) == (text is None) or sum(value is not None for value in (data, url, share)) != 1:
            raise ValueError("a button has one text and does one thing")
        if data is not None and len(data.encode()) > DATA:
            raise ValueError(f"callback data of more than {DATA} bytes: {data!r}")
        self.key = key
        self.text = text
        self.data = data
        self.url = f"https://t.me/share/url?url={quote(share, safe='')}" if share else url
        self.args = args

    def render(self, texts: Texts, language: str) -> Any:
        """Make Telegram's button of it."""
        text = self.text if self.key is None else texts.label(language, self.key, **self.args)
        does: Any = (
            raw.types.InlineButtonTypeUrl(url=self.url)
            if self.url
            else raw.types.InlineButtonTypeCallback(data=(self.data or "").encode())
        )
        return raw.types.KeyboardInlineButton(text=text or "", type=does)


Keyboard = Sequence[Sequence[Button]]


def render(keyboard: Keyboard | None, texts: Texts, language: str) -> raw.types.ReplyInlineMarkup | None:
    """Make Telegram's inline keyboard of rows of buttons; None when there are none."""
    rows = [row for row in keyboard or () if row]
    if not rows:
        return None
    return raw.types.ReplyInlineMarkup(
        rows=[
            raw.types.KeyboardInlineButtonRow(buttons=[button.render(texts, language) for button in row])
            for row in rows
        ]
    )
