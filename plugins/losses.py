"""What the owner is told of stored files that are gone, with a button to put another in the place of each."""

from __future__ import annotations

from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card
from services.losses import LossReport, LostFile


def loss_card(report: LossReport) -> Card:
    """Say which files are gone, and what to do."""
    rows = tuple(_row(number, lost) for number, lost in enumerate(report.shown, 1))
    more = report.count - len(report.shown)
    buttons = [
        Button(text=str(number), data=f"relink:{lost.link.code}")
        for number, lost in enumerate(report.shown, 1)
        if lost.link is not None
    ]
    return Card("lost", {"count": report.count, "rows": rows, "more": more}, [buttons])


def _row(number: int, lost: LostFile) -> Part:
    args = {
        "number": number,
        "name": lost.file.name if lost.file else None,
        "kind": lost.file.kind if lost.file else "document",
        "place": lost.place,
        "count": len(lost.link.items) if lost.link else 1,
        "links": lost.links,
    }
    return Part("lost-row", args)
