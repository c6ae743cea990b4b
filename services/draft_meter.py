"""What is counted of drafts: how long they wait for a decision, and how long they take to go out."""

from __future__ import annotations

from typing import Protocol, TypeVar

from database.draft import Draft, DraftState


class DraftMeter(Protocol):
    """Who counts."""

    def decided(self, seconds: float) -> None:
        """Count a decision, so many seconds after the draft was made."""

    def published(self, seconds: float) -> None:
        """Count a draft that went through, so many seconds after it was to go out."""


class Unmetered:
    """Counts nothing."""

    def decided(self, seconds: float) -> None:
        """Count nothing."""

    def published(self, seconds: float) -> None:
        """Count nothing."""


Seen = TypeVar("Seen", Draft, Draft | None)


def note(meter: DraftMeter, before: Draft, now: Seen) -> Seen:
    """Count what became of a draft between these two sights of it. Returns the second one."""
    if now is None:
        return now
    if before.state is DraftState.PENDING and before.decided_at is None and now.decided_at is not None:
        meter.decided((now.decided_at - now.created_at).total_seconds())
    if before.published_at is None and now.published_at is not None and now.decided_at is not None:
        due = max(now.decided_at, now.send_at or now.decided_at)
        meter.published(max(0.0, (now.published_at - due).total_seconds()))
    return now
