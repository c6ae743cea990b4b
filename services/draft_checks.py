"""Decides what a draft may be made of, and what is said where something cannot be done with it (any more)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from database.draft import PARTS, Draft, DraftState, DraftTarget
from database.outgoing import Outgoing
from services.errors import UserError

UNDO: Final = timedelta(seconds=60)
"""How long after it is published a draft can be deleted everywhere."""

CHANGEABLE: Final = (DraftState.PENDING, DraftState.SCHEDULED)
"""While it can be changed: nothing of it went out."""

REOPENED: Final = (DraftState.SKIPPED, DraftState.EXPIRED)
"""What can be decided on again."""

TARGETS: Final = 50
"""Chats that one draft goes to at most: it is not how to write to readers, who have broadcasts."""

VERSIONS: Final = 100
"""Versions of one draft at most: all of them are in its document, which MongoDB keeps below 16 MiB."""

SAID: Final = 500
"""Characters of what an AI was asked that reviewers are shown."""


def refusal(
    known: Draft, states: Collection[DraftState], version: int | None = None, terms: int | None = None
) -> UserError:
    """Say why a draft was not changed, or decided on, that has to be in one of these states, of this version and terms.

    `draft-decided` tells by `who` (None: nobody), and `when`; else it is newer, or changed, or it goes nowhere.
    """
    if known.state not in states:
        who, when = known.decided_by, known.decided_at
        return UserError("draft-decided", state=known.state.value, who=who, when=when)
    if version not in {None, known.version.number}:
        return UserError("draft-old-version", version=version, newest=known.version.number)
    return UserError("draft-no-targets" if terms in {None, known.terms} else "draft-terms-changed")


def approved_for(send_at: datetime | None, now: datetime) -> DraftState:
    """Return what an approval makes of a draft that is to go out at a time; None: at once."""
    return DraftState.SCHEDULED if send_at is not None and send_at > now else DraftState.APPROVED


def checked_parts(parts: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
    """Take what a version says.

    Raises:
        ValueError: it is nothing, or too much: whoever makes drafts splits no text into so many.
    """
    if not 1 <= len(parts) <= PARTS:
        raise ValueError(f"a draft has 1 to {PARTS} parts, not {len(parts)}")
    return tuple(parts)


def checked_targets(targets: Sequence[DraftTarget]) -> tuple[DraftTarget, ...]:
    """Take where a draft goes, every chat once, with nothing that came of it.

    Raises:
        UserError: `draft-too-many-targets`.
    """
    once: dict[int, DraftTarget] = {}
    for each in targets:
        once.setdefault(each.chat, DraftTarget(each.chat, each.title, each.reply_to))
    if len(once) > TARGETS:
        raise too_many_targets()
    return tuple(once.values())


def too_many_targets() -> UserError:
    """Say that a draft goes to so many chats at most."""
    return UserError("draft-too-many-targets", most=TARGETS)
