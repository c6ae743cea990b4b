"""What is said about drafts, in every language, and which buttons stand under it in which state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client.keyboard import DATA
from database.cause import Cause
from locales.texts import LANGUAGES, Texts
from plugins.cards import Card
from plugins.draft_buttons import VERSIONS, until_of
from plugins.draft_cards import Eyes, people_in, retired_card, review_card, version_card
from plugins.drafts import PAGE, list_card
from services.draft_cards import View
from services.drafts import (
    BY_ITSELF,
    TARGETS,
    UNDO,
    Draft,
    DraftOptions,
    DraftSource,
    DraftState,
    DraftTarget,
    Origin,
    Outgoing,
    TargetState,
    Version,
)
from services.refusals import Refusal
from services.targets import Target, TargetKind
from services.templates import LONGEST, shown_units

TEXTS = Texts.load()
NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
EYES = Eyes({1: "Olivia", 2: "Ann <b>"}, "UTC", NOW)
TEXT = Outgoing(None, (), "Hello <b>all</b>", is_text=True)
PENDING = Draft(
    "c" * 22,
    Cause("message:1:1"),
    Origin(DraftSource.PERSON, by=2),
    (Version(1, (TEXT,), 2, NOW),),
    (DraftTarget(-1001, "News"), DraftTarget(-1002, "")),
    NOW,
)
DECIDED = replace(PENDING, state=DraftState.PUBLISHED, decided_by=1, decided_at=NOW, published_at=NOW)


def words(card: Card, language: str = "en") -> str:
    return TEXTS.text(language, card.key, **card.args)


def verbs(card: Card) -> list[str]:
    return [str(each.data).partition(":")[0] for row in card.keyboard for each in row]


def going(**values: Any) -> str:
    """What is said of a target of a draft that is being published."""
    target = replace(PENDING.targets[0], **values)
    return words(review_card(replace(DECIDED, state=DraftState.PUBLISHING, targets=(target,)), EYES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_said_with_buttons_that_fit(language: str, caplog: pytest.LogCaptureFixture) -> None:
    ai = Origin(DraftSource.AI, by=7, who="Rita", said="Is it <open>? " * 30, confidence=60)
    versions = tuple(Version(n, (TEXT,), 2 if n % 2 else None, NOW) for n in range(1, 21))
    long = replace(
        PENDING,
        versions=versions,
        origin=ai,
        options=DraftOptions(silent=True, pin=True, protect=True),
        targets=tuple(
            DraftTarget(-1001 - n, "𝕏" * 99, state=TargetState.FAILED, refusal="unknown", reason="A" * 40, attempts=4)
            for n in range(TARGETS)
        ),
    )
    all_targets = [
        Target(-1000000000000 - n, "x" * 99, TargetKind.CHANNEL, None, "", (), is_default=False, checked_at=NOW, by=1)
        for n in range(40)
    ]
    for state in DraftState:
        for base in (replace(DECIDED, state=state), replace(long, state=state, send_at=NOW + timedelta(hours=1))):
            for view in View:
                card = review_card(base, EYES, view, "MEDIA_EMPTY", all_targets)
                assert shown_units(words(card, language)) <= LONGEST
                assert all(len(str(each.data).encode()) <= DATA for row in card.keyboard for each in row)
    for other in (
        list_card([long] * PAGE, DraftState.PENDING, 2, dict.fromkeys(DraftState, 99), "UTC"),
        list_card([], DraftState.EXPIRED, 0, {}, "UTC"),
        version_card(long, versions[0], EYES),
        retired_card(long, 1, reviews=True),
        retired_card(long, 20, reviews=True),
        retired_card(long, 1, reviews=False),
    ):
        assert words(other, language).strip()
    assert not caplog.records


def test_the_minute_of_undo_is_named_once_it_counts() -> None:
    def named(state: DraftState, **values: Any) -> str:
        [[button]] = [row for row in review_card(replace(DECIDED, state=state, **values), EYES).keyboard if row]
        return str(button.key)

    assert named(DraftState.PUBLISHING, published_at=None) == "button-draft-stop"
    assert named(DraftState.PUBLISHED) == "button-draft-undo"


def test_each_state_offers_what_is_possible_in_it() -> None:
    def offered(state: DraftState, **values: Any) -> list[str]:
        return verbs(review_card(replace(DECIDED, state=state, **values), EYES))

    late = {"published_at": NOW - UNDO}
    decide = ["draft-send", "draft-edit", "draft-skip", "draft-view"]
    assert offered(DraftState.PENDING) == decide
    assert offered(DraftState.PENDING, targets=()) == ["draft-view", *decide[1:]]
    assert offered(DraftState.SCHEDULED) == ["draft-back", "draft-edit", "draft-view"]
    assert offered(DraftState.APPROVED, published_at=None) == []
    assert offered(DraftState.PUBLISHING, published_at=None) == ["draft-undo"]
    assert offered(DraftState.PUBLISHED) == ["draft-undo"]
    assert offered(DraftState.PUBLISHED, **late) == []
    assert offered(DraftState.PUBLISHED, taken_back_at=NOW) == []
    assert offered(DraftState.PARTLY) == ["draft-retry", "draft-undo"]
    assert offered(DraftState.PARTLY, **late) == ["draft-retry"]
    assert offered(DraftState.FAILED) == ["draft-retry"]
    assert offered(DraftState.SKIPPED) == offered(DraftState.EXPIRED) == ["draft-reopen"]
    assert until_of(DECIDED, NOW) == NOW + UNDO
    assert until_of(DECIDED, NOW + UNDO) is None
    assert until_of(PENDING, NOW) is None


def test_an_answer_is_shown_with_what_it_answers_and_gets_no_other_chats() -> None:
    origin = Origin(DraftSource.AI, by=7, who="Rita", said="Is it <open>?", confidence=60)
    card = review_card(replace(PENDING, origin=origin), EYES, View.MORE)
    assert "Is it &lt;open&gt;?" in words(card)
    assert "60" in words(card)
    assert not [b for row in card.keyboard for b in row if str(b.data).startswith("draft-view:targets")]
    by_itself = replace(DECIDED, origin=replace(origin, confidence=92), decided_by=BY_ITSELF)
    for state, said in (
        (DraftState.PUBLISHED, "Sent by itself<"),
        (DraftState.PUBLISHING, "Being sent by itself"),
        (DraftState.PARTLY, "but not everywhere"),
        (DraftState.FAILED, "no chat took it"),
    ):
        assert said in words(review_card(replace(by_itself, state=state), EYES))


def test_what_became_of_it_is_said_for_every_chat() -> None:
    done = replace(
        DECIDED,
        state=DraftState.PARTLY,
        targets=(
            DraftTarget(-1, "News", state=TargetState.SENT, link="https://t.me/news/5"),
            DraftTarget(-2, "Group", state=TargetState.SENT, reason="CHAT_ADMIN_REQUIRED"),
            DraftTarget(-3, "<Closed>", state=TargetState.FAILED, refusal=Refusal.BAD_PEER, reason="CHANNEL_PRIVATE"),
            DraftTarget(-4, "Old", state=TargetState.DELETED),
        ),
    )
    said = words(review_card(done, EYES))
    assert '✅ <a href="https://t.me/news/5">News</a>' in said
    assert "Group, but not pinned: Telegram refused it (CHAT_ADMIN_REQUIRED)" in said
    assert "&lt;Closed&gt;: I do not see this chat; let me join it (CHANNEL_PRIVATE)" in said
    assert "🗑 Old" in said
    assert "Olivia approved it on 2026-01-02 12:00 (UTC)" in said
    refused = replace(done.targets[1], refusal=Refusal.FORBIDDEN)
    kept = replace(done, taken_back_at=NOW, taken_back_by=2, targets=(done.targets[0], refused))
    assert '⏳ <a href="https://t.me/news/5">' in words(review_card(kept, EYES))
    assert "Group still has it" in words(review_card(kept, EYES))
    over = replace(kept, targets=(replace(done.targets[0], state=TargetState.DELETED), refused))
    assert "Deleted, but not everywhere" in words(review_card(over, EYES))
    assert "t.me" not in words(review_card(over, EYES)), "what is gone is not linked"
    assert "Deleted everywhere.</b>" in words(review_card(replace(over, targets=over.targets[:1]), EYES))
    assert "🗑 Hello" in words(list_card([over], DraftState.PUBLISHED, 0, {}, "UTC"))
    assert "Being deleted everywhere.</b> Ann &lt;b&gt;" in words(review_card(kept, EYES))


def test_how_it_goes_is_seen() -> None:
    assert "⏳ News" in going()
    passing = {"refusal": Refusal.PASSING, "reason": "INTERNAL"}
    assert "trying again, attempt 3 of 4" in going(attempts=2, due_at=NOW + timedelta(seconds=2), **passing)
    assert "is tried again on 2026-01-02 12:20" in going(attempts=4, due_at=NOW + timedelta(minutes=20), **passing)
    assert "is tried again on 2026-01-02 12:01" in going(due_at=NOW + timedelta(minutes=1), **passing)


def test_a_card_that_was_replaced_is_named_by_what_it_showed() -> None:
    other = Version(2, (Outgoing(None, (), "Other words", is_text=True),), 2, NOW)
    changed = replace(PENDING, versions=(*PENDING.versions, other))
    assert "Hello all: that was version 1" in words(retired_card(changed, 1, reviews=True))


def test_people_are_named_and_none_of_them_is_forgotten() -> None:
    changed = replace(DECIDED, taken_back_by=3, versions=(*PENDING.versions, Version(2, (TEXT,), 4, NOW)))
    assert people_in(changed) == {1, 2, 3, 4}
    assert "Version 2, by 4" in words(review_card(changed, EYES))


def test_only_the_newest_versions_are_listed() -> None:
    many = replace(PENDING, versions=tuple(Version(n, (TEXT,), 2, NOW) for n in range(1, 31)))
    card = review_card(many, EYES, View.VERSIONS)
    assert verbs(card).count("draft-version") == VERSIONS
    assert card.keyboard[0][0].data == f"draft-version:30:{many.code}"
    assert verbs(version_card(many, many.versions[0], EYES)) == ["draft-restore"]
    assert verbs(version_card(many, many.versions[-1], EYES)) == []
    assert verbs(version_card(replace(many, state=DraftState.SKIPPED), many.versions[0], EYES)) == []
