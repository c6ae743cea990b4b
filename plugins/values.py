"""How values are said and offered: of a setting, of a property of a link, by the form that they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from client.keyboard import Button, Keyboard
from locales.texts import Part
from plugins.talk import CANCEL
from services.buttons import IN_A_ROW, ROWS
from services.conversations import Question
from services.forms import Buttons, Choice, Duration, Form, Line, Number, Picture, Several, Text, Value, Web, YesNo
from services.options import Declared
from services.places import ChannelPlace

_A_ROW: Final = 2

_INSTEAD: Final = {
    "caption_template": "setting-caption-template-none",
    "greeting": "setting-greeting-none",
    "about": "setting-greeting-none",
}
"""The texts for what is used in the place of a setting that has no value; in that of others nothing is."""


def said(form: Form, key: str, value: Value) -> Part | str:
    """Say a value in a few words; `key` is the text's of what has it."""
    match form:
        case _ if value is None:
            return Part("value-none")
        case YesNo():
            return Part("value-on") if value else Part("value-off")
        case Choice():
            return Part(f"{key}-{value}")
        case Several():
            return Part("value-several", {"count": len(value), "total": len(form.presets)})
        case Number():
            return Part("value-number", {"number": value})
        case Duration():
            return Part("value-duration", {"seconds": value}) if value else Part("value-never")
        case Picture():
            return Part("value-picture")
    return str(value)


def setting_said(declared: Declared, value: Value, titles: Mapping[int, str] | None = None) -> Part | str:
    """Say a setting's value in a few words; `titles` are those of chats, as far as they are known."""
    if value is None:
        return Part(none_of(declared))
    if type(declared.form) is Form:
        return (titles or {}).get(value) or str(value)
    return said(declared.form, declared.key, value)


def none_of(declared: Declared) -> str:
    """Name the text for a setting that has no value."""
    return _INSTEAD.get(declared.name, "value-none")


def offered(
    form: Form, key: str, value: Value, data: Callable[[str], str], *, none: str = "value-none"
) -> Keyboard:  # fmt: skip
    """Offer a form's presets as buttons, and none where it is optional; what is chosen is marked.

    `data` makes a button's data of what stands for a value there, `none` is the text for no value.
    """
    if isinstance(form, Several):
        buttons = [_item(key, name, data, chosen=name in value) for name in form.presets]
    else:
        buttons = [
            _button(said(form, key, each), data(form.data_of(each)), chosen=each == value) for each in form.presets
        ]
    if form.optional:
        buttons.append(_button(Part(none), data(form.data_of(None)), chosen=value is None))
    return in_rows(buttons)


def question(form: Form, name: str) -> Question:
    """Ask for a value in words; `name` is what has it, in the words of who is asked."""
    args: dict[str, str | int | None] = {"name": name}
    match form:
        case Number():
            key, args = "ask-number", args | {"least": form.least, "most": form.most}
        case Duration():
            key, args = "ask-duration", args | {"least": form.least, "most": form.most}
        case Text():
            known = " ".join(f"{{{each}}}" for each in form.placeholders)
            key, args = "ask-text", args | {"longest": form.longest, "known": known}
        case Line():
            key, args = "ask-line", args | {"longest": form.longest}
        case Picture():
            key = "ask-picture"
        case Web():
            key = "ask-address"
        case ChannelPlace():
            key = "ask-channel"
        case Buttons():
            key, args = "ask-buttons", args | {"most": ROWS, "beside": IN_A_ROW}
        case _:
            key = "ask-timezone"
    return Question(key, args, ((CANCEL,),))


def _item(key: str, name: str, data: Callable[[str], str], *, chosen: bool) -> Button:
    return _button(Part(f"{key}-{name}"), data(f"{'-' if chosen else '+'}{name}"), chosen=chosen)


def _button(label: Part | str, data: str, *, chosen: bool) -> Button:
    return Button("button-chosen" if chosen else "button-offered", data=data, value=label)


def in_rows(buttons: Sequence[Button]) -> Keyboard:
    """Put buttons beside each other, two by two."""
    return [buttons[place : place + _A_ROW] for place in range(0, len(buttons), _A_ROW)]
