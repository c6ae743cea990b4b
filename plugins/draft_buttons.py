"""What can be done with a draft, and when: the buttons under its card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from client.keyboard import Button, Keyboard
from locales.texts import Part
from plugins.target_picker import target_rows
from services.draft_cards import View
from services.drafts import CHANGEABLE, UNDO, Draft, DraftSource, DraftState
from services.targets import Target

VERSIONS: Final = 12
"""Versions that are listed, the newest."""

OPTIONS: Final = ("silent", "pin", "protect")
"""How a draft may come; each is a field of its options."""

_SENT: Final = (DraftState.PUBLISHING, DraftState.PUBLISHED, DraftState.PARTLY)


def buttons_of(draft: Draft, view: View, now: datetime, targets: Sequence[Target] = ()) -> Keyboard:
    """Offer what can be done now, with what is unfolded of it; `targets` are the chats that may be chosen."""
    if view is View.VERSIONS:
        return _version_buttons(draft)
    if view is View.TARGETS:
        return _target_buttons(draft, targets)
    return _buttons(draft, view, now)


def until_of(draft: Draft, now: datetime) -> datetime | None:
    """When a draft's card is to change without anybody doing anything; None: never."""
    return _undo_until(draft) if _may_undo(draft, now) else None


def _buttons(draft: Draft, view: View, now: datetime) -> Keyboard:
    if draft.state in CHANGEABLE:
        return [_decisions(draft, now), *_more(draft, view)]
    code = draft.code
    after: list[Button] = []
    if draft.state in {DraftState.PARTLY, DraftState.FAILED} and not draft.taken_back_at:
        after.append(Button("button-draft-retry", data=f"draft-retry:{code}"))
    if draft.state in {DraftState.SKIPPED, DraftState.EXPIRED}:
        after.append(Button("button-draft-reopen", data=f"draft-reopen:{code}"))
    words = "button-draft-stop" if draft.state is DraftState.PUBLISHING else "button-draft-undo"
    undo = [Button(words, data=f"draft-undo:{code}")] if _may_undo(draft, now) else []
    return [after, undo]


def _decisions(draft: Draft, now: datetime) -> list[Button]:
    """The buttons of who decides; each names the version that was seen."""
    named = f"{draft.code}:{draft.version.number}"
    edit = Button("button-draft-edit", data=f"draft-edit:{named}")
    if draft.state is DraftState.SCHEDULED:
        return [Button("button-draft-back", data=f"draft-back:{draft.code}"), edit]
    send = "button-draft-approve" if draft.send_at and draft.send_at > now else "button-draft-send"
    seen = f"{named}:{draft.terms}" if draft.terms else named
    first = Button(send, data=f"draft-send:{seen}") if draft.targets else _choose(draft)
    return [first, edit, Button("button-draft-skip", data=f"draft-skip:{named}")]


def _more(draft: Draft, view: View) -> Keyboard:
    """What else can be done with a draft that can be changed, where that is unfolded."""
    code = draft.code
    if view is not View.MORE:
        return [[Button("button-draft-more", data=f"draft-view:{View.MORE}:{code}")]]
    time = "button-draft-other-time" if draft.send_at else "button-draft-at"
    plan = [Button(time, data=f"draft-at:{code}:{draft.version.number}")]
    if draft.send_at and draft.state is DraftState.PENDING:
        plan.append(Button("button-draft-no-time", data=f"draft-back:{code}"))
    if draft.origin.source is not DraftSource.AI:
        plan.append(_choose(draft))
    shows = [Button("button-draft-show", data=f"draft:{code}")]
    if len(draft.versions) > 1:
        data = f"draft-view:{View.VERSIONS}:{code}"
        shows.append(Button("button-draft-versions", data=data, count=len(draft.versions)))
    fold = [Button("button-draft-less", data=f"draft-view:{View.FOLDED}:{code}")]
    return [plan, [_toggle(draft, name) for name in OPTIONS], shows, fold]


def _target_buttons(draft: Draft, targets: Sequence[Target]) -> Keyboard:
    chosen = [each.chat for each in draft.targets]
    rows = target_rows(targets, chosen, lambda chat: f"draft-to:{chat}:{draft.code}")
    return [*rows, [Button("button-back", data=f"draft-view:{View.MORE}:{draft.code}")]]


def _version_buttons(draft: Draft) -> Keyboard:
    listed = reversed(draft.versions[-VERSIONS:])
    numbers = [Button(text=str(each.number), data=f"draft-version:{each.number}:{draft.code}") for each in listed]
    back = Button("button-back", data=f"draft-view:{View.MORE}:{draft.code}")
    return [*(numbers[place : place + 6] for place in range(0, len(numbers), 6)), [back]]


def _choose(draft: Draft) -> Button:
    return Button("button-draft-targets", data=f"draft-view:{View.TARGETS}:{draft.code}")


def _toggle(draft: Draft, name: str) -> Button:
    on = getattr(draft.options, name)
    data = f"draft-set:{name}:{'off' if on else 'on'}:{draft.code}"
    return Button("button-chosen" if on else "button-offered", data=data, value=Part(f"cast-{name}"))


def _may_undo(draft: Draft, now: datetime) -> bool:
    """Whether what is being published, or was a moment ago, can be deleted everywhere."""
    if draft.taken_back_at is not None:
        return False
    until = _undo_until(draft)
    return draft.state is DraftState.PUBLISHING if until is None else now < until


def _undo_until(draft: Draft) -> datetime | None:
    return draft.published_at + UNDO if draft.published_at and draft.state in _SENT else None
