"""The named points at which a bot is killed that publishes a draft: between any two steps from a press to its end."""

from __future__ import annotations

from tests.proof.mongo_proxy import Command, Side
from tests.proof.points import Point, in_database, in_telegram
from tests.proof.sessions import SENDS

_DRAFTS = "drafts"


def _sets(command: Command, state: str) -> bool:
    """Whether it lets a draft be in a state."""
    change = command.body["update"]
    return isinstance(change, dict) and change.get("$set", {}).get("state") == state


def _approves(command: Command) -> bool:
    return _sets(command, "approved")


def _claims(command: Command) -> bool:
    return _sets(command, "publishing")


def _notes(command: Command) -> bool:
    """Whether it writes down what came of a target, and with the last one what came of the draft."""
    return isinstance(command.body["update"], list)


DECIDING: dict[str, Point] = {
    point.name: point
    for point in (
        in_database("before an approval is written", Side.BEFORE, "findAndModify", _DRAFTS, where=_approves),
        in_database("after an approval is written", Side.AFTER, "findAndModify", _DRAFTS, where=_approves),
        in_database("an approval is written late", Side.BEFORE, "findAndModify", _DRAFTS, where=_approves, late=True),
    )
}
"""Between a press and its answer."""


def publishing(chat: int) -> dict[str, Point]:
    """The points of drafts that go to this chat, among others; each by the name under which its strikes are counted."""
    points = (
        in_database("before a draft is claimed", Side.BEFORE, "findAndModify", _DRAFTS, where=_claims),
        in_database("after a draft is claimed", Side.AFTER, "findAndModify", _DRAFTS, where=_claims),
        in_database("a draft is claimed late", Side.BEFORE, "findAndModify", _DRAFTS, where=_claims, late=True),
        in_telegram("before a draft is sent", SENDS, applied=False, chat=lambda _: chat),
        in_telegram("after a draft is sent, before its reply", SENDS, applied=True, chat=lambda _: chat),
        in_telegram("a draft arrives late", SENDS, applied=False, chat=lambda _: chat, late=True),
        in_database("before a result is written", Side.BEFORE, "findAndModify", _DRAFTS, where=_notes),
        in_database("after a result is written", Side.AFTER, "findAndModify", _DRAFTS, where=_notes),
        in_database("a result is written late", Side.BEFORE, "findAndModify", _DRAFTS, where=_notes, late=True),
        in_database("before the last result is written", Side.BEFORE, "findAndModify", _DRAFTS, where=_notes, skip=2),
        in_database("after the last result is written", Side.AFTER, "findAndModify", _DRAFTS, where=_notes, skip=2),
    )
    return DECIDING | {point.name: point for point in points}


NAMED = tuple(publishing(0))
"""The names of all of them."""
