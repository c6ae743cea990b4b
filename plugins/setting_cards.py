"""What /settings shows: its pages, one setting with its value and its buttons, and the log of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from client.keyboard import Button, Keyboard
from locales.arguments import cut
from locales.texts import Html, Part
from plugins.cards import Card
from services.forms import Choice, Duration, Form, Number, Picture, Several, Value, YesNo
from services.options import DECLARED, Declared, Group
from services.settings import AuditPage, Change, Shown, Source

SHOWN: Final = 1000
"""Characters of a text that a card shows of it; a longer one is shown whole by its preview."""

_FROM: Final = {
    Source.CHAT: "setting-from-chat",
    Source.ENVIRONMENT: "setting-from-environment",
    Source.DEFAULT: "setting-from-default",
}

_CHANGED: Final[Mapping[str, str]] = {}
"""What the log calls each kind of change that is not a setting's, by what `Change.what` says; with its `subject`."""

_BACK: Final = Button("button-settings", data="settings")


def menu_card() -> Card:
    """Offer the pages of settings, and the log."""
    groups = [Button(f"button-settings-{group}", data=f"settings:{group}") for group in Group]
    rows = [groups[place : place + 2] for place in range(0, len(groups), 2)]
    return Card("settings", {}, [*rows, [Button("button-settings-log", data="set-log:0")]])


def group_card(group: Group, settings: Sequence[Shown]) -> Card:
    """List the settings of a page with their values, and a button for each."""
    rows = tuple(
        Part("settings-row", {"name": Part(each.declared.key), "value": value_of(each.declared, each.value)})
        for each in settings
    )
    buttons = [[Button(each.declared.key, data=f"set:{each.declared.name}")] for each in settings]
    return Card("settings-group", {"title": Part(f"button-settings-{group}"), "rows": rows}, [*buttons, [_BACK]])


def setting_card(shown: Shown, notice: Part | None = None) -> Card:
    """Show one setting: what it does, what it is, where that comes from, and what else it may be."""
    declared = shown.declared
    args = {
        "title": Part(declared.key),
        "about": Part(f"{declared.key}-about"),
        "value": _whole(declared, shown.value),
        "source": Part(_FROM[shown.source], {"variable": declared.env}),
        "notice": notice,
    }
    return Card("setting", args, [*_values(shown), *_others(shown), [_back_to(declared)]])


def log_card(page: AuditPage, names: dict[int, str]) -> Card:
    """Show a page of the log of changes; `names` are the people's, as far as they are known."""
    if not page.changes:
        return Card("settings-log-empty", {}, [[_BACK]])
    rows = tuple(
        Part(
            "settings-log-row",
            {
                "at": f"{change.at:%Y-%m-%d %H:%M}",
                "who": names.get(change.by) or str(change.by),
                "what": _subject(change),
                "old": _changed(change, change.old),
                "new": _changed(change, change.new),
            },
        )
        for change in page.changes
    )
    turn: list[Button] = []
    if page.number > 0:
        turn.append(Button("button-newer", data=f"set-log:{page.number - 1}"))
    if page.number < page.pages - 1:
        turn.append(Button("button-older", data=f"set-log:{page.number + 1}"))
    return Card("settings-log", {"rows": rows}, [turn, [_BACK]])


def value_of(declared: Declared, value: Value) -> Part | str:
    """Say a setting's value in a line."""
    match declared.form:
        case _ if value is None:
            return Part("value-none")
        case YesNo():
            return Part("value-on") if value else Part("value-off")
        case Choice():
            return Part(f"{declared.key}-{value}")
        case Several():
            return Part("value-several", {"count": len(value), "total": len(declared.form.presets)})
        case Number():
            return Part("value-number", {"number": value})
        case Duration():
            return Part("value-duration", {"seconds": value}) if value else Part("value-never")
        case Picture():
            return Part("value-picture")
    return str(value)


def _whole(declared: Declared, value: Value) -> Part | Html | str:
    """Say a setting's value on its own card: a text as it was typed."""
    if isinstance(value, str) and not isinstance(declared.form, Choice | Picture):
        return Html(f"<code>{escape(cut(value, SHOWN))}</code>")
    return value_of(declared, value)


def _values(shown: Shown) -> Keyboard:
    """Offer the form's presets; the ones that are chosen are marked."""
    declared, form = shown.declared, shown.declared.form
    buttons: list[Button] = []
    for value in form.presets:
        chosen = value in shown.value if isinstance(form, Several) else value == shown.value
        sign = "-" if isinstance(form, Several) and chosen else "+" if isinstance(form, Several) else ""
        data = f"set-to:{declared.name}:{sign}{form.data_of(value)}"
        label = Part(f"{declared.key}-{value}") if isinstance(form, Several) else value_of(declared, value)
        buttons.append(Button("button-chosen" if chosen else "button-offered", data=data, value=label))
    return [buttons[place : place + 2] for place in range(0, len(buttons), 2)]


def _others(shown: Shown) -> Keyboard:
    """Offer to go back to the first value."""
    declared = shown.declared
    rows: list[list[Button]] = []
    if shown.source is Source.CHAT and type(declared.form) is not Form:
        key = "button-setting-environment" if declared.env else "button-setting-default"
        rows.append([Button(key, data=f"set-reset:{declared.name}")])
    return rows


def _back_to(declared: Declared) -> Button:
    return Button("button-back", data=f"settings:{declared.group}")


def _declared(change: Change) -> Declared | None:
    """The setting that was changed, as far as this version knows it."""
    return DECLARED.get(change.subject) if change.what == "setting" else None


def _subject(change: Change) -> Part | str:
    """Name what was changed."""
    declared = _declared(change)
    if declared:
        return Part(declared.key)
    return Part(_CHANGED.get(change.what, "changed-other"), {"subject": change.subject})


def _changed(change: Change, value: Value) -> Part | str:
    """Say a value of the log."""
    if declared := _declared(change):
        return value_of(declared, value)
    return Part("value-none") if value is None else str(value)
