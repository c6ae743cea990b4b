"""What is said about broadcasts: one that is not started and what can be set, how one goes, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

from client.keyboard import Button, Keyboard
from locales.texts import Html, Part
from plugins.cards import Card
from plugins.outgoing import title_of
from plugins.talk import CANCEL
from plugins.values import in_rows, offered, question, said
from services.broadcast_forms import AUDIENCE, FORMS, OPTIONS, Feature, is_set, said_buttons, value_of
from services.broadcasts import Broadcast, BroadcastState, PassKind, Reason
from services.buttons import IN_A_ROW, ROWS
from services.conversations import Question
from services.forms import Value, YesNo
from services.times import written

PAGE: Final = 8
"""Broadcasts on a page of their list."""

BAR: Final = 14
"""Parts of the bar that shows how far one is."""

_PAUSED: Final = {
    None: "cast-head-paused",
    Reason.RIGHT: "cast-head-right",
    Reason.CONTENT: "cast-head-content",
}
_CLICKS: Final = (Feature.CLICKED, Feature.UNCLICKED)


def draft_card(broadcast: Broadcast, count: int, zone: str, notice: Part | None = None) -> Card:
    """Show a broadcast that is not started: how many get it, who they are, how it comes, and what can be done."""
    code, at = broadcast.code, broadcast.start_at
    scheduled = broadcast.state is BroadcastState.SCHEDULED and at is not None
    rows = [_row(feature, broadcast, zone) for feature in (*AUDIENCE, *OPTIONS) if is_set(broadcast, feature)]
    head = Part(
        "cast-head-scheduled" if scheduled else "cast-head", {"at": written(at, zone) if at else "", "zone": zone}
    )
    args = {
        "head": head,
        "name": name_of(broadcast),
        "reach": Part("cast-count", {"count": count}) if count else Part("cast-count-none"),
        "rows": tuple(rows) or Part("cast-everybody"),
        "notice": notice or (None if count else Part("cast-nobody")),
    }
    first = [Button("button-cast-start", data=f"cast-start:{code}", count=count)] if count else []
    plan = Button("button-cast-other-time" if scheduled else "button-cast-at", data=f"cast-at:{code}")
    second = [plan, Button("button-cast-drop", data=f"cast-drop:{code}")]
    toggles = [_toggle(broadcast, feature) for feature in OPTIONS]
    third = [Button("button-cast-who", data=f"cast-who:{code}"), Button("button-cast-show", data=f"cast-show:{code}")]
    return Card("cast-card", args, [first, second, *in_rows(toggles), third])


def audience_card(broadcast: Broadcast, count: int, zone: str) -> Card:
    """List what may narrow the audience, with the number of readers that are left."""
    rows = tuple(_row(feature, broadcast, zone) for feature in AUDIENCE)
    buttons = [Button(f"cast-{feature}", data=f"cast-set:{feature}:{broadcast.code}") for feature in AUDIENCE]
    fit = Part("cast-fit", {"count": count}) if count else Part("cast-fit-none")
    return Card("cast-audience", {"fit": fit, "rows": rows}, [*in_rows(buttons), [_back(broadcast)]])


def feature_card(broadcast: Broadcast, feature: Feature, zone: str) -> Card:
    """Show one thing that can be set of a broadcast: what it does, what it is, and what else it may be."""
    code, form = broadcast.code, FORMS[feature]
    args = {
        "title": Part(f"cast-{feature}"),
        "about": Part(f"cast-{feature}-about"),
        "value": feature_said(feature, value_of(broadcast, feature), zone),
    }
    chosen = value_of(broadcast, feature)
    values = offered(
        form,
        f"cast-{feature}",
        None if feature in {Feature.SINCE, Feature.BUTTONS} and chosen else chosen,
        lambda data: f"cast-to:{feature}:{data}:{code}",
        none=_none(feature),
    )
    write = [Button("button-write", data=f"cast-type:{feature}:{code}")] if form.typed else []
    back = Button("button-back", data=f"cast-who:{code}") if feature in AUDIENCE else _back(broadcast)
    return Card("cast-feature", args, [*values, write, [back]])


def feature_question(feature: Feature, name: str, zone: str, clicks: Sequence[str] = ()) -> Question:
    """Ask for a value in words; `name` is what it is called, `clicks` are buttons that were pressed before."""
    if feature in _CLICKS:
        key = "cast-click-ask-known" if clicks else "cast-click-ask"
        return Question(key, {"name": name, "known": " ".join(clicks)}, ((CANCEL,),))
    asked = question(FORMS[feature], name)
    if feature is Feature.BUTTONS:
        return Question("cast-buttons-ask", {"name": name, "most": ROWS, "beside": IN_A_ROW}, asked.choices)
    if feature is Feature.SINCE:
        return Question("cast-since-ask", {"name": name, "zone": zone}, asked.choices)
    return asked


def feature_said(feature: Feature, value: Value, zone: str) -> Part | str:
    """Say the value of something in a few words; the buttons as they are typed."""
    if value is None:
        return Part(_none(feature))
    if feature is Feature.BUTTONS:
        return Html(f"<code>{escape(said_buttons(value))}</code>")
    if feature is Feature.SINCE:
        return f"{written(value, zone)} ({zone})"
    if feature is Feature.SAMPLE:
        return Part("cast-percent", {"percent": value})
    if feature is Feature.ACTIVE:
        return Part("value-duration", {"seconds": value * 86400})
    return said(FORMS[feature], f"cast-{feature}", value)


def progress_card(
    broadcast: Broadcast, zone: str, *, rate: float = 0.0, behind: bool = False, kept: bool = True
) -> Card:
    """Say how far a broadcast is, or how it ended, with what can be done with it.

    `rate` is in readers a second, 0 where it is not known; `behind` tells that it waits for another one. What is not
    `kept` up to date has a button for that.
    """
    counts, total = broadcast.counts, max(broadcast.expected or 0, broadcast.counts.total)
    share = counts.finished / total if broadcast.expected else 0.0  # they may not have been counted yet
    share = 1.0 if broadcast.state is BroadcastState.DONE else min(share, 0.99)
    numbers = [Part("cast-sent", {"count": counts.sent, "total": total})]
    others = {
        "cast-blocked": counts.blocked,
        "cast-deactivated": counts.deactivated,
        "cast-failed": counts.failed,
        "cast-later": counts.later,
    }
    numbers += [Part(key, {"count": count}) for key, count in others.items() if count]
    args = {
        "head": _head(broadcast, zone, behind=behind),
        "name": name_of(broadcast),
        "bar": bar(share),
        "percent": int(share * 100),
        "rows": (*numbers, *_paced(broadcast, rate, total - counts.finished), *_passed(broadcast)),
    }
    again = [] if kept else [Button("button-cast-again", data=f"cast:{broadcast.code}")]
    return Card("cast-progress", args, [*_controls(broadcast), again])


def list_card(broadcasts: Sequence[Broadcast], page: int, total: int, zone: str) -> Card:
    """List a page of broadcasts, the newest first, with a numbered button for each."""
    if not broadcasts:
        return Card("casts-empty", {}, [])
    rows = tuple(
        Part(
            "casts-row",
            {
                "number": number,
                "at": written(each.started_at or each.start_at or each.made_at, zone),
                "name": name_of(each),
                "state": each.state.value,
                "sent": each.counts.sent,
            },
        )
        for number, each in enumerate(broadcasts, 1)
    )
    numbers = [Button(text=str(number), data=f"cast:{each.code}") for number, each in enumerate(broadcasts, 1)]
    turn = [Button("button-newer", data=f"casts:{page - 1}")] if page else []
    if (page + 1) * PAGE < total:
        turn.append(Button("button-older", data=f"casts:{page + 1}"))
    return Card("casts", {"total": total, "rows": rows, "zone": zone}, [numbers[:4], numbers[4:], turn])


def stop_card(broadcast: Broadcast) -> Card:
    """Ask whether nobody else is to get it."""
    yes = Button("button-cast-stop-yes", data=f"cast-stop-yes:{broadcast.code}")
    return Card("cast-stop-sure", _named(broadcast, broadcast.counts.held), [[yes, _keep(broadcast)]])


def delete_card(broadcast: Broadcast) -> Card:
    """Ask whether it is to go from every chat, and say what Telegram lets a bot delete."""
    yes = Button("button-cast-delete-yes", data=f"cast-delete-yes:{broadcast.code}")
    return Card("cast-delete-sure", _named(broadcast, broadcast.counts.within_reach), [[yes, _keep(broadcast)]])


def started_card(broadcast: Broadcast) -> Card:
    """Say that a broadcast was started; how it goes is told in a message of its own."""
    return Card("cast-started", {"name": name_of(broadcast)}, [])


def name_of(broadcast: Broadcast) -> Part | str:
    """Name a broadcast by its first words: its text, or its caption."""
    return title_of(broadcast.out)


def bar(share: float) -> str:
    """Draw how much of something is done, 0 to 1."""
    done = round(share * BAR)
    return "▓" * done + "░" * (BAR - done)


def _head(broadcast: Broadcast, zone: str, *, behind: bool) -> Part:
    match broadcast.state:
        case BroadcastState.RUNNING if behind:
            return Part("cast-head-behind")
        case BroadcastState.RUNNING:
            return Part("cast-head-running")
        case BroadcastState.PAUSED:
            return Part(_PAUSED[broadcast.reason], {"detail": broadcast.detail})
    took = _seconds(broadcast.started_at, broadcast.ended_at)
    at = written(broadcast.ended_at or broadcast.made_at, zone)
    key = "cast-head-done" if broadcast.state is BroadcastState.DONE else "cast-head-cancelled"
    return Part(key, {"seconds": took, "at": at, "zone": zone})


def _paced(broadcast: Broadcast, rate: float, left: int) -> list[Part]:
    if broadcast.state is not BroadcastState.RUNNING or not rate or broadcast.expected is None:
        return []
    shown = round(rate, 1) if rate < 10 else round(rate)
    return [Part("cast-rate", {"rate": shown, "seconds": max(1, round(left / rate))})]


def _passed(broadcast: Broadcast) -> list[Part]:
    """Say how far the last editing or deleting everywhere is, and how many lost it by themselves."""
    last, counts, rows = broadcast.last_pass, broadcast.counts, list[Part]()
    others: dict[str, int] = {}
    if last and last.kind is PassKind.EDIT:
        rows.append(Part("cast-edited", {"count": counts.edited, "end": "over" if last.over else "going"}))
        others["cast-edited-not"] = counts.unedited
    deletes = last is not None and last.kind is PassKind.DELETE
    if deletes or counts.deleted:
        end = "going" if last and deletes and not last.over else "over"
        rows.append(Part("cast-deleted", {"count": counts.deleted, "end": end}))
    others |= {"cast-deleted-not": counts.kept, "cast-too-old": counts.too_old}
    return rows + [Part(key, {"count": count}) for key, count in others.items() if count]


def _controls(broadcast: Broadcast) -> Keyboard:
    code, state = broadcast.code, broadcast.state
    going: list[Button] = []
    if state is BroadcastState.RUNNING:
        going.append(Button("button-cast-pause", data=f"cast-pause:{code}"))
    if state is BroadcastState.PAUSED:
        going.append(Button("button-cast-resume", data=f"cast-resume:{code}"))
    if going:
        going.append(Button("button-cast-stop", data=f"cast-stop:{code}"))
    everywhere: list[Button] = []
    if broadcast.counts.within_reach and (broadcast.last_pass is None or broadcast.last_pass.over):
        everywhere.append(Button("button-cast-edit", data=f"cast-edit:{code}"))
        everywhere.append(Button("button-cast-delete", data=f"cast-delete:{code}"))
    return [going, everywhere]


def _toggle(broadcast: Broadcast, feature: Feature) -> Button:
    """Switch what is on or off at once; open the rest."""
    value = value_of(broadcast, feature)
    if isinstance(FORMS[feature], YesNo):
        key = "button-chosen" if value else "button-offered"
        turned = FORMS[feature].data_of(not value)
        return Button(key, data=f"cast-to:{feature}:{turned}:{broadcast.code}", value=Part(f"cast-{feature}"))
    key = "button-offered" if value is None else "button-chosen"
    return Button(key, data=f"cast-set:{feature}:{broadcast.code}", value=Part(f"cast-{feature}"))


def _row(feature: Feature, broadcast: Broadcast, zone: str) -> Part:
    value = feature_said(feature, value_of(broadcast, feature), zone)
    if feature is Feature.BUTTONS:
        value = Part("cast-buttons-count", {"count": sum(map(len, broadcast.options.buttons))})
    return Part("settings-row", {"name": Part(f"cast-{feature}"), "value": value})


def _none(feature: Feature) -> str:
    if feature in AUDIENCE:
        return "cast-no-matter"
    return "value-never" if feature is Feature.DELETE else "value-none"


def _back(broadcast: Broadcast) -> Button:
    return Button("button-back", data=f"cast:{broadcast.code}")


def _keep(broadcast: Broadcast) -> Button:
    return Button("button-cast-keep", data=f"cast:{broadcast.code}")


def _named(broadcast: Broadcast, count: int) -> dict[str, Any]:
    return {"name": name_of(broadcast), "count": count}


def _seconds(since: datetime | None, until: datetime | None) -> int:
    return max(1, round((until - since).total_seconds())) if since and until else 0
