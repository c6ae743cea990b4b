"""Decides how a message is written down that is to go to many: where it is taken from, its text, and its buttons."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from database.collection import Document

ALBUM: Final = 10
"""Messages of an album at most (Telegram's limit)."""

CLICK: Final = "click:"
"""What the data of a button begins with whose press is counted."""

_CLICK_NAME: Final = re.compile(r"[a-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class OutButton:
    """A button under a message: what it says, and the address that it opens or the name its press is counted under.

    Exactly one of `url` and `click` is given; a click's name has 1 to 32 of `a-z`, `0-9`, `_` and `-`.
    """

    text: str
    url: str | None = None
    click: str | None = None

    def __post_init__(self) -> None:
        """Refuse a button without a target.

        Raises:
            ValueError: it says nothing, leads nowhere or to two places, or its click has no such name.
        """
        if not self.text or (self.url is None) == (self.click is None):
            raise ValueError("a button says something and does one thing")
        if self.click is not None and not _CLICK_NAME.fullmatch(self.click):
            raise ValueError(f"no name of a click: {self.click!r}")

    @property
    def data(self) -> str | None:
        """The callback data of a button that is pressed; None for one that opens an address."""
        return None if self.click is None else f"{CLICK}{self.click}"


Buttons = tuple[tuple[OutButton, ...], ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is to be sent, to however many.

    `chat` and `message_ids` are the source, where there is one: a message, or an album of up to `ALBUM`, in a chat with
    the bot or in a channel of its. `html` is then what is said in place of the source's own words (None: its own), a
    medium's caption or a text; where the source `is_text`, it is that text, kept in case the source goes. Without a
    source it is the message. `protect` keeps readers from saving and forwarding it; `silent` sends it without a sound.
    `title` is how the source's own words begin, for naming it; a `wordless` one is of a kind that has none, and can be
    given none.
    """

    chat: int | None
    message_ids: tuple[int, ...]
    html: str | None
    buttons: Buttons = ()
    protect: bool = False
    silent: bool = False
    is_text: bool = False
    title: str = ""
    wordless: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not be sent.

        Raises:
            ValueError: it has neither a source nor a text, or half a source.
        """
        if (self.chat is None) != (not self.message_ids) or len(self.message_ids) > ALBUM:
            raise ValueError("a source is a chat and 1 to 10 messages in it")
        if self.chat is None and not self.html:
            raise ValueError("a message without a source is a text")

    @property
    def goes_as_it_is(self) -> bool:
        """Whether its source is passed on just as it is: in one call, and without reading it."""
        return self.chat is not None and not self.buttons and (self.html is None or self.is_text)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Outgoing":
        """Read what `as_document` wrote."""
        buttons = buttons_in(document["buttons"])
        return cls(**{**document, "message_ids": tuple(document["message_ids"]), "buttons": buttons})

    def as_document(self) -> Document:
        """Write it down, for a field of another document."""
        return {
            "chat": self.chat,
            "message_ids": list(self.message_ids),
            "html": self.html,
            "buttons": [
                [{"text": each.text, "url": each.url, "click": each.click} for each in row] for row in self.buttons
            ],
            "protect": self.protect,
            "silent": self.silent,
            "is_text": self.is_text,
            "title": self.title,
            "wordless": self.wordless,
        }


def buttons_in(rows: Iterable[Iterable[Mapping[str, Any]]]) -> Buttons:
    """Read rows of buttons as a document has them."""
    return tuple(tuple(OutButton(**button) for button in row) for row in rows)
