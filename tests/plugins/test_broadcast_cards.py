"""What is said about broadcasts, in every language, and which buttons stand under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client.keyboard import DATA
from database.broadcast import Pass
from database.cause import Cause
from locales.texts import LANGUAGES, Texts
from plugins.broadcast_cards import (
    BAR,
    audience_card,
    bar,
    delete_card,
    draft_card,
    feature_card,
    feature_question,
    list_card,
    progress_card,
    started_card,
    stop_card,
)
from plugins.cards import Card
from services.broadcast_forms import FORMS, Feature
from services.broadcasts import (
    Audience,
    Broadcast,
    BroadcastOptions,
    BroadcastState,
    Counts,
    OutButton,
    Outgoing,
    PassKind,
    Reason,
)

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
DRAFT = Broadcast("c" * 22, Cause("message:1:1"), 1, Outgoing(None, (), "Hello <b>all</b>", is_text=True), NOW)
RUNNING = replace(
    DRAFT,
    state=BroadcastState.RUNNING,
    started_at=NOW,
    expected=200,
    counts=Counts(total=120, sent=90, blocked=6, deactivated=3, failed=1, later=2),
)


TEXTS = Texts.load()


def words(card: Card, language: str = "en") -> str:
    return TEXTS.text(language, card.key, **card.args)


def verbs(card: Card) -> list[str]:
    return [str(button.data).partition(":")[0] for row in card.keyboard for button in row]


def test_a_draft_says_who_gets_it_and_how() -> None:
    options = BroadcastOptions(pin=True, delete_after=7200, buttons=((OutButton("Like", click="like"),),))
    full = replace(
        DRAFT, options=options, audience=Audience(language="ru", active_days=7, premium=False, clicked="like", sample=5)
    )
    said = words(draft_card(full, 21, "UTC"))
    for part in (
        "<b>21 readers</b>",
        "Hello all",
        "Russian",
        "7 days",
        "like",
        "5 %",
        "2 hours",
        "Premium: <b>without premium",
    ):
        assert part in said, part
    assert "everybody" not in said
    assert "everybody" in words(draft_card(DRAFT, 21, "UTC"))
    assert "One reader" in words(draft_card(DRAFT, 1, "UTC"))


def test_a_draft_for_nobody_cannot_be_started() -> None:
    card = draft_card(DRAFT, 0, "UTC")
    assert "cast-start" not in verbs(card)
    assert "Nobody" in words(card)
    assert "cast-start" in verbs(draft_card(DRAFT, 1, "UTC"))


def test_a_planned_one_says_when_in_the_time_zone() -> None:
    planned = replace(DRAFT, state=BroadcastState.SCHEDULED, start_at=NOW)
    assert "2026-01-02 17:00" in words(draft_card(planned, 5, "Asia/Tashkent"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_can_be_sent_in_every_language(language: str) -> None:
    cards = [draft_card(DRAFT, 5, "UTC"), audience_card(DRAFT, 0, "UTC"), list_card([DRAFT, RUNNING], 1, 30, "UTC")]
    cards += [feature_card(DRAFT, feature, "UTC") for feature in Feature]
    cards += [progress_card(replace(RUNNING, state=state, ended_at=NOW), "UTC", rate=9.5) for state in BroadcastState]
    for card in cards:
        assert words(card, language)
        for button in [button for row in card.keyboard for button in row]:
            assert len(str(button.data).encode()) <= DATA
            button.render(TEXTS, language)
    for feature in Feature:
        if FORMS[feature].typed:
            question = feature_question(feature, "Name", "UTC", ["like", "more"])
            assert TEXTS.text(language, question.key, **question.args)


def test_progress_has_a_bar_numbers_a_rate_and_the_time_left() -> None:
    said = words(progress_card(RUNNING, "UTC", rate=20.0))
    parts = ("50 %", bar(0.5), "90 of 200", "6 have blocked", "3 have deleted", "1 could not", "2 have to wait", "20 a")
    for part in parts:
        assert part in said, part
    assert "5 seconds left" in said
    assert "a second" not in words(progress_card(RUNNING, "UTC")), "what is not known is not said"
    uncounted = words(progress_card(replace(RUNNING, expected=None), "UTC", rate=20.0))
    assert " 0 %" in uncounted
    assert "left" not in uncounted
    assert "Waits for" in words(progress_card(RUNNING, "UTC", behind=True))
    assert bar(0) == "░" * BAR
    assert bar(1) == "▓" * BAR


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["cast-pause", "cast-stop", "cast-edit", "cast-delete"]),
        ({"state": BroadcastState.PAUSED}, ["cast-resume", "cast-stop", "cast-edit", "cast-delete"]),
        ({"state": BroadcastState.DONE, "ended_at": NOW}, ["cast-edit", "cast-delete"]),
        ({"state": BroadcastState.CANCELLED, "counts": Counts()}, []),
        ({"state": BroadcastState.DONE, "last_pass": Pass(1, PassKind.EDIT, 1, NOW)}, []),
    ],
)
def test_there_are_buttons_for_what_can_be_done(change: dict[str, Any], expected: list[str]) -> None:
    assert verbs(progress_card(replace(RUNNING, **change), "UTC")) == expected


def test_an_end_says_how_long_it_took_and_a_pause_why() -> None:
    done = replace(RUNNING, state=BroadcastState.DONE, ended_at=NOW + timedelta(minutes=2))
    assert "2 minutes" in words(progress_card(done, "UTC"))
    assert "100 %" in words(progress_card(done, "UTC"))
    paused = replace(RUNNING, state=BroadcastState.PAUSED)
    assert "may not send" in words(progress_card(replace(paused, reason=Reason.RIGHT), "UTC"))
    refused = replace(paused, reason=Reason.CONTENT, detail="SOURCE_GONE")
    assert "SOURCE_GONE" in words(progress_card(refused, "UTC"))


def test_what_nobody_has_any_more_cannot_be_touched_and_a_question_names_those_who_have_it() -> None:
    done = replace(RUNNING, state=BroadcastState.DONE, ended_at=NOW)
    some = replace(done, counts=replace(done.counts, deleted=60, too_old=7, kept=3))
    assert verbs(progress_card(some, "UTC")) == ["cast-edit", "cast-delete"]
    assert "all 20 readers" in words(delete_card(some))
    assert "The 30 readers who have it keep it" in words(stop_card(some))
    for deleted in (80, 85):  # counted twice after a crash: never less than nobody
        none = replace(done, counts=replace(done.counts, deleted=deleted, too_old=7, kept=3))
        assert verbs(progress_card(none, "UTC")) == []


def test_what_deleted_itself_is_counted_and_after_a_change_as_well() -> None:
    counts = replace(RUNNING.counts, deleted=60, kept=3, edited=70)
    done = replace(RUNNING, state=BroadcastState.DONE, ended_at=NOW, counts=counts)
    for each in (done, replace(done, last_pass=Pass(1, PassKind.EDIT, 1, NOW))):
        said = words(progress_card(each, "UTC"))
        assert "Deleted for 60" in said
        assert "3 could not be deleted" in said
        assert ("Being changed: 70" in said) is (each.last_pass is not None)
    assert "Deleted" not in words(progress_card(RUNNING, "UTC"))


def test_a_broadcast_is_called_by_its_text_or_its_caption() -> None:
    def called(out: Outgoing) -> str:
        return words(started_card(replace(DRAFT, out=out)))

    assert "Cats &amp; dogs" in called(Outgoing(1, (2,), "Cats &amp; <b>dogs</b>", title="old"))
    assert "Cats &lt; dogs" in called(Outgoing(1, (2, 3), None, title="Cats <\n dogs"))
    assert "an album of 2" in called(Outgoing(1, (2, 3), None))
    assert "a message without words" in called(Outgoing(1, (2,), None))


def test_what_is_deleted_or_changed_everywhere_is_counted() -> None:
    counts = replace(RUNNING.counts, deleted=80, too_old=7, kept=3, edited=85, unedited=5)
    deleted = replace(RUNNING, counts=counts, last_pass=Pass(1, PassKind.DELETE, 1, NOW, over=True))
    for part in ("Deleted for 80", "3 could not be deleted", "7 are older than 48 hours"):
        assert part in words(progress_card(deleted, "UTC"))
    edited = replace(RUNNING, counts=counts, last_pass=Pass(1, PassKind.EDIT, 1, NOW))
    for part in ("Being changed: 85", "5 could not be changed"):
        assert part in words(progress_card(edited, "UTC"))
