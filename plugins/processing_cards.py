"""What is said of files that are made anew: how it goes, how it went, and why some stay as they were sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card
from services.processing import Job, Notice


def progress(notice: Notice, share: float) -> Card:
    """Say how far it is, with a button to stop it; in the end, what came of it."""
    percent = int(share * 100)
    if notice.is_over:
        key = "processing-one-over" if notice.total == 1 else "processing-over"
        return Card(key, {**_counted(notice), **_named(notice.first), "end": notice.first.state.value}, [])
    stop = [[Button("button-processing-cancel", data=f"process-cancel:{notice.id}")]]
    if notice.total == 1:
        return Card("processing-one", {**_named(notice.first), "percent": percent}, stop)
    return Card("processing", {**_counted(notice), "percent": percent}, stop)


def failures(notice: Notice, failed: Sequence[Job]) -> Card:
    """List files that stay as they were sent, each with the reason."""
    rows = tuple(Part("processing-failed-row", {**_named(job), "reason": job.reason or "error"}) for job in failed)
    args = {"count": notice.failed, "rows": rows, "more": notice.failed - len(failed)}
    return Card("processing-failed", args, [])


def _named(job: Job) -> dict[str, Any]:
    return {"name": job.new_name or job.name, "kind": job.kind}


def _counted(notice: Notice) -> dict[str, int]:
    ended = notice.done + notice.failed + notice.cancelled
    return {
        "total": notice.total,
        "ended": ended,
        "done": notice.done,
        "failed": notice.failed,
        "cancelled": notice.cancelled,
        "ignored": notice.ignored,
    }
