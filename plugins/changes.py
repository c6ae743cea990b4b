"""How the log of changes names what was changed, and its values before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from locales.texts import Part
from plugins.link_cards import value_said
from plugins.values import setting_said
from services.audit import Change
from services.forms import Value
from services.link_life import Property
from services.options import DECLARED, Declared
from services.times import written

_LINK = "link-"
_OTHERS: Final = {
    "link-open": "changed-link-open",
    "link-file": "changed-link-file",
    "fsub": "changed-fsub",
    "fsub-asks": "changed-fsub-asks",
    "replies": "changed-replies",
    "shortener": "changed-shortener",
    "sequence": "changed-sequence",
    "target": "changed-target",
    "target-default": "changed-target-default",
    "sequence-open": "changed-sequence-open",
}
_ABOUT_PEOPLE: Final = {"admin": "changed-role", "ban": "changed-ban", "premium": "changed-premium"}


def people_in(changes: Sequence[Change]) -> set[int]:
    """Whom these changes name: who made them, and whom they are about."""
    about = {int(change.subject) for change in changes if change.what in _ABOUT_PEOPLE}
    return about | {change.by for change in changes}


def changed(change: Change, names: Mapping[int, str]) -> Part:
    """Name what was changed; `names` are the people's, as far as they are known."""
    if declared := _declared(change):
        return Part(declared.key)
    if change.what in _ABOUT_PEOPLE:
        return Part(_ABOUT_PEOPLE[change.what], {"who": names.get(int(change.subject)) or change.subject})
    if change.what in _OTHERS:
        return Part(_OTHERS[change.what], {"subject": change.subject})
    if what := _property(change):
        return Part("changed-link", {"what": Part(f"{_LINK}{what}"), "subject": change.subject})
    return Part("changed-other", {"subject": change.subject})


def value_in(change: Change, value: Value, zone: str) -> Part | str:
    """Say a value before or after a change."""
    if declared := _declared(change):
        return setting_said(declared, value)
    if change.what == "admin":
        return _role_said(value)
    if isinstance(value, datetime):
        return written(value, zone)
    if what := _property(change):
        return value_said(what, value)
    if isinstance(value, bool):
        return Part("value-on") if value else Part("value-off")
    return Part("value-none") if value is None else str(value)


def _role_said(may: Sequence[str] | None) -> Part:
    if may is None:
        return Part("value-reader")
    return Part("value-admin", {"may": ",".join(may)}) if may else Part("value-admin-nothing")


def _declared(change: Change) -> Declared | None:
    """The setting that was changed, as far as this version knows it."""
    return DECLARED.get(change.subject) if change.what == "setting" else None


def _property(change: Change) -> Property | None:
    """The property of a link that was changed, as far as this version knows it."""
    return next((each for each in Property if change.what == f"{_LINK}{each}"), None)
