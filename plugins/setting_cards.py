"""What /settings shows: its pages, one setting with its value and its buttons, and the log of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from client.keyboard import Button, Keyboard
from locales.arguments import cut
from locales.texts import Html, Part
from plugins.cards import Card
from plugins.changes import changed, value_in
from plugins.values import in_rows, none_of, offered, setting_said
from services.audit import AuditPage
from services.forms import Choice, Form, Picture, Value
from services.options import Declared, Group
from services.reply_prompts import Prompt
from services.settings import Shown, Source
from services.times import written

SHOWN: Final = 1000
"""Characters of a text that a card shows of it; a longer one is shown whole by its preview. A prompt has none."""

_FROM: Final = {
    Source.CHAT: "setting-from-chat",
    Source.ENVIRONMENT: "setting-from-environment",
    Source.DEFAULT: "setting-from-default",
}

_CHOSEN: Final = {"storage_chat": "storage", "source_chat": "source"}
"""The buttons that choose a channel, by the setting: it is looked at again before it is one."""

_BACK: Final = Button("button-settings", data="settings")

_MORE: Final[Mapping[Group, Keyboard]] = {
    Group.GATE: [[Button("button-shorteners", data="shorteners")]],
}
"""What is set from a page and is no setting of the list."""


def menu_card() -> Card:
    """Offer the pages of settings, and the log."""
    groups = [Button(f"button-settings-{group}", data=f"settings:{group}") for group in Group]
    return Card("settings", {}, [*in_rows(groups), [Button("button-settings-log", data="set-log:0")]])


def group_card(group: Group, settings: Sequence[Shown], titles: Mapping[int, str] | None = None) -> Card:
    """List the settings of a page with their values, and a button for each; `titles` are those of chats among them."""
    rows = tuple(
        Part("settings-row", {"name": Part(each.key), "value": setting_said(each, shown.value, titles)})
        for shown in settings
        for each in (shown.declared,)
    )
    buttons = [[Button(shown.declared.key, data=f"set:{shown.declared.name}")] for shown in settings]
    return Card(
        "settings-group",
        {"title": Part(f"button-settings-{group}"), "rows": rows},
        [*buttons, *_MORE.get(group, []), [_BACK]],
    )


def setting_card(shown: Shown, notice: Part | None = None, titles: Mapping[int, str] | None = None) -> Card:
    """Show one setting: what it does, what it is, where that comes from, and what else it may be."""
    declared = shown.declared
    args = {
        "title": Part(declared.key),
        "about": Part(f"{declared.key}-about"),
        "value": _whole(declared, shown.value, titles),
        "source": Part(_FROM[shown.source], {"variable": declared.env}),
        "notice": notice,
    }
    return Card("setting", args, [*_values(shown), *_others(shown, titles), [_back_to(declared)]])


def log_card(page: AuditPage, names: dict[int, str], zone: str) -> Card:
    """Show a page of the log of changes; `names` are the people's, as far as they are known."""
    if not page.changes:
        return Card("settings-log-empty", {}, [[_BACK]])
    rows = tuple(
        Part(
            "settings-log-row",
            {
                "at": written(change.at, zone),
                "who": names.get(change.by) or str(change.by),
                "what": changed(change, names),
                "old": value_in(change, change.old, zone),
                "new": value_in(change, change.new, zone),
            },
        )
        for change in page.changes
    )
    turn: list[Button] = []
    if page.number > 0:
        turn.append(Button("button-newer", data=f"set-log:{page.number - 1}"))
    if page.number < page.pages - 1:
        turn.append(Button("button-older", data=f"set-log:{page.number + 1}"))
    return Card("settings-log", {"rows": rows, "zone": zone}, [turn, [_BACK]])


def _whole(declared: Declared, value: Value, titles: Mapping[int, str] | None) -> Part | Html | str:
    """Say a setting's value on its own card: a text as it was typed."""
    if isinstance(value, str) and not isinstance(declared.form, Choice | Picture):
        longest = declared.form.longest if isinstance(declared.form, Prompt) else SHOWN
        return Html(f"<code>{escape(cut(value, longest))}</code>")
    return setting_said(declared, value, titles)


def _values(shown: Shown) -> Keyboard:
    """Offer the form's presets."""
    declared = shown.declared
    none = none_of(declared)
    return offered(declared.form, declared.key, shown.value, lambda data: f"set-to:{declared.name}:{data}", none=none)


def _others(shown: Shown, titles: Mapping[int, str] | None) -> Keyboard:
    """Offer to write a value, to take back the last change, and to go back to the first value."""
    declared = shown.declared
    rows: list[list[Button]] = []
    if declared.form.typed:
        rows.append([Button("button-write", data=f"set-type:{declared.name}")])
    rows += _undo(shown, titles)
    if shown.source is Source.CHAT and type(declared.form) is not Form:
        key = "button-setting-environment" if declared.env else "button-setting-default"
        rows.append([Button(key, data=f"set-reset:{declared.name}")])
    return rows


def _undo(shown: Shown, titles: Mapping[int, str] | None) -> list[list[Button]]:
    """Offer the value before the last change."""
    declared, before = shown.declared, shown.before
    if before is None or before.value == shown.value:
        return []
    data = f"set-undo:{declared.name}:{before.id}"
    if type(declared.form) is Form:
        if before.value is None:
            return []
        data = f"{_CHOSEN[declared.name]}:{before.value}"
    return [[Button("button-setting-undo", data=data, value=setting_said(declared, before.value, titles))]]


def _back_to(declared: Declared) -> Button:
    return Button("button-back", data=f"settings:{declared.group}")
