"""What reviewers read of a draft: the card under it, what can be done there, and the lists of drafts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from client.keyboard import Button
from locales.arguments import clean, cut, isolate
from locales.texts import Html, Part
from plugins.cards import Card
from plugins.draft_buttons import OPTIONS, VERSIONS, buttons_of
from plugins.outgoing import title_of
from services.draft_cards import View
from services.draft_work import ATTEMPTS
from services.drafts import (
    BY_ITSELF,
    CHANGEABLE,
    Draft,
    DraftSource,
    DraftState,
    DraftTarget,
    TargetState,
    Version,
)
from services.refusals import Refusal
from services.targets import Target
from services.times import written

SHOWN: Final = 8
"""Chats that are listed: a title and the reason of a failure are some 300 characters at worst."""

SOON: Final = timedelta(seconds=10)
"""A target that is tried again within so long is being tried; one that waits longer is said to wait."""

_GOING: Final = (DraftState.APPROVED, DraftState.PUBLISHING)
_OVER: Final = (DraftState.PUBLISHED, DraftState.PARTLY, DraftState.FAILED)

_HEADS: Final = {
    DraftState.PENDING: "draft-head-pending",
    DraftState.APPROVED: "draft-head-publishing",
    DraftState.PUBLISHING: "draft-head-publishing",
    DraftState.PUBLISHED: "draft-head-published",
    DraftState.PARTLY: "draft-head-partly",
    DraftState.FAILED: "draft-head-failed",
    DraftState.SKIPPED: "draft-head-skipped",
    DraftState.SCHEDULED: "draft-head-scheduled",
    DraftState.EXPIRED: "draft-head-expired",
}


@dataclass(frozen=True, slots=True)
class Eyes:
    """How somebody reads a draft: people by their names, times in a zone, as of a moment."""

    names: Mapping[int, str]
    zone: str
    now: datetime

    def who(self, person: int | None) -> str:
        """Name a person."""
        return self.names.get(person or 0) or str(person or "")

    def when(self, at: datetime | None) -> str:
        """Write a time."""
        return f"{written(at, self.zone)} ({self.zone})" if at else ""


def people_in(draft: Draft) -> set[int]:
    """Whom a draft's card names."""
    versions = {each.by for each in draft.versions}
    return {each for each in {draft.origin.by, draft.decided_by, draft.taken_back_by} | versions if each}


def review_card(
    draft: Draft, eyes: Eyes, view: View = View.FOLDED, unshown: str = "", targets: Sequence[Target] = ()
) -> Card:
    """Say where a draft comes from, where it is to go and how it stands, over what can be done with it now.

    `unshown` is Telegram's word for why the draft itself could not be shown above. `targets` are offered where that is
    unfolded.
    """
    if view is View.VERSIONS:
        rows = tuple(_version(each, eyes) for each in reversed(draft.versions[-VERSIONS:]))
        return Card("draft-versions", {"rows": rows}, buttons_of(draft, view, eyes.now))
    args: dict[str, Any] = {
        "head": _head(draft, eyes),
        "rows": tuple(_about(draft, eyes)),
        "targets": tuple(where_rows(draft, eyes)) or Part("draft-nowhere"),
        "notice": _notice(draft, unshown),
    }
    if view is View.TARGETS:
        args["notice"] = Part("draft-picking" if targets else "draft-picking-none")
        return Card("draft-card", args, buttons_of(draft, view, eyes.now, targets))
    return Card("draft-card", args, buttons_of(draft, view, eyes.now))


def retired_card(draft: Draft, version: int, *, reviews: bool) -> Card:
    """Say in the place of a card why its buttons are gone."""
    if not reviews:
        return Card("draft-not-yours", {}, [])
    newer = draft.version.number != version
    shown = next((each for each in draft.versions if each.number == version), draft.version)
    return Card("draft-replaced" if newer else "draft-moved", {"number": version, "name": title_of(shown.parts[0])}, [])


def version_card(draft: Draft, version: Version, eyes: Eyes) -> Card:
    """Say which version was just shown, with a button that takes it again."""
    args = {"number": version.number, "by": _author(version, eyes), "at": eyes.when(version.at)}
    newest = version.number == draft.version.number
    data = f"draft-restore:{version.number}:{draft.version.number}:{draft.code}"
    again = [] if newest or draft.state not in CHANGEABLE else [Button("button-draft-restore", data=data)]
    return Card("draft-version", args, [again])


# What the card says


def _head(draft: Draft, eyes: Eyes) -> Part:
    args: dict[str, Any] = {"who": eyes.who(draft.decided_by), "at": eyes.when(draft.decided_at)}
    if draft.taken_back_at:
        by = {"who": eyes.who(draft.taken_back_by), "at": eyes.when(draft.taken_back_at)}
        return Part(_taken_back(draft), by)
    if draft.state is DraftState.SCHEDULED:
        return Part("draft-head-scheduled", {**args, "send": eyes.when(draft.send_at)})
    if draft.decided_by == BY_ITSELF and draft.state in (*_GOING, *_OVER):
        return Part("draft-head-by-itself", {"confidence": draft.origin.confidence, "state": draft.state.value})
    if draft.state is DraftState.PENDING and draft.send_at:
        return Part("draft-head-wished", {"send": eyes.when(draft.send_at)})
    return Part(_HEADS[draft.state], args)


def _taken_back(draft: Draft) -> str:
    """Name the text that says how far a draft is that is taken back: some chats may keep it for good."""
    there = [each for each in draft.targets if each.state in {TargetState.SENT, TargetState.WAITING}]
    if any(not each.refusal for each in there):
        return "draft-head-taking-back"
    return "draft-head-taken-back-partly" if there else "draft-head-taken-back"


def _about(draft: Draft, eyes: Eyes) -> Iterator[Part]:
    """Say where a draft comes from, who changed it, and how it comes."""
    origin = draft.origin
    match origin.source:
        case DraftSource.PERSON:
            yield Part("draft-from-person", {"who": eyes.who(origin.by)})
        case DraftSource.HTTP:
            yield Part("draft-from-http-key", {"name": origin.key}) if origin.key else Part("draft-from-http")
        case DraftSource.AI:
            args = {"who": origin.who, "confidence": origin.confidence}
            yield Part("draft-from-ai", {**args, "excerpt": Html(escape(clean(origin.said), quote=False))})
    if len(draft.versions) > 1:
        yield Part("draft-changed", {"number": draft.version.number, "by": _author(draft.version, eyes)})
    for name in OPTIONS:
        if getattr(draft.options, name):
            yield Part("draft-comes", {"option": Part(f"cast-{name}")})
    if draft.state is DraftState.PENDING and draft.expire_at:
        yield Part("draft-expires", {"at": eyes.when(draft.expire_at)})


def where_rows(draft: Draft, eyes: Eyes) -> Iterator[Part]:
    """List where a draft goes; of more than `SHOWN` chats those that need somebody, and how many the others are."""
    listed = draft.targets
    if len(listed) > SHOWN:
        listed = tuple(sorted(listed, key=lambda each: not each.refusal)[:SHOWN])
    for target in listed:
        yield _target(draft, target, eyes)
    if more := len(draft.targets) - len(listed):
        sent = sum(each.state is TargetState.SENT for each in draft.targets)
        yield Part("draft-target-more", {"more": more, "sent": sent, "total": len(draft.targets)})


def _target(draft: Draft, target: DraftTarget, eyes: Eyes) -> Part:
    """Say what became of a draft in one chat, or that it goes there."""
    title = target.title or str(target.chat)
    linked = target.link and target.state is not TargetState.DELETED
    args: dict[str, Any] = {"title": _linked(title, target.link or "") if linked else title, "why": _why(target)}
    match target.state:
        case TargetState.SENT if draft.taken_back_at:
            return Part("draft-target-kept" if target.refusal else "draft-target-next", args)
        case TargetState.SENT:
            return Part("draft-target-unpinned" if target.reason else "draft-target-sent", args)
        case TargetState.DELETED:
            return Part("draft-target-deleted", args)
        case TargetState.FAILED:
            return Part("draft-target-failed", args)
    if draft.state not in _GOING:
        return Part("draft-target", args)
    if target.due_at and (target.attempts >= ATTEMPTS or target.due_at > eyes.now + SOON):
        return Part("draft-target-waits", {**args, "at": eyes.when(target.due_at)})
    if target.attempts:
        return Part("draft-target-again", {**args, "number": target.attempts + 1, "total": ATTEMPTS})
    return Part("draft-target-next", args)


def _linked(title: str, address: str) -> Html:
    return Html(f'<a href="{escape(address)}">{escape(isolate(cut(clean(title))))}</a>')


def _why(target: DraftTarget) -> Part | None:
    """Say why something did not succeed, in words and in Telegram's own."""
    if not (target.refusal or target.reason):
        return None
    return Part("draft-refused", {"kind": target.refusal or Refusal.UNKNOWN.value, "reason": target.reason})


def _notice(draft: Draft, unshown: str) -> Part | None:
    if unshown:
        return Part("draft-unshown", {"reason": unshown})
    if draft.state in CHANGEABLE and not draft.targets:
        return Part("draft-choose-targets")
    return None


def _author(version: Version, eyes: Eyes) -> Part | str:
    return eyes.who(version.by) if version.by else Part("draft-nobody")


def _version(version: Version, eyes: Eyes) -> Part:
    args = {"number": version.number, "by": _author(version, eyes), "at": eyes.when(version.at)}
    return Part("draft-versions-row", {**args, "name": title_of(version.parts[0])})
