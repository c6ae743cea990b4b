"""What can be set of a broadcast, and what its words and buttons mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.cause import Cause
from locales.texts import LANGUAGES as SPOKEN
from services.broadcast_forms import (
    FORMS,
    LANGUAGES,
    WITH,
    WITHOUT,
    Feature,
    changed,
    feature_called,
    is_set,
    pressed,
    read,
    value_of,
)
from services.broadcasts import Broadcast, OutButton, Outgoing
from services.errors import UserError

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
DRAFT = Broadcast("c" * 22, Cause("message:1:1"), 1, Outgoing(None, (), "Hello", is_text=True), NOW)


def with_value(feature: Feature, value: Any) -> Broadcast:
    options, audience = changed(DRAFT, feature, value)
    return Broadcast(DRAFT.code, DRAFT.cause, 1, DRAFT.out, NOW, options=options, audience=audience)


@pytest.mark.parametrize(
    ("feature", "words", "value"),
    [
        (Feature.PIN, "on", True),
        (Feature.BUTTONS, "Like - click:like", ((OutButton("Like", click="like"),),)),
        (Feature.DELETE, "2 h", 7200),
        (Feature.ACTIVE, "30", 30),
        (Feature.SINCE, "2 days", NOW - timedelta(days=2)),
        (Feature.SINCE, "2026-01-01", datetime(2025, 12, 31, 19, 0, tzinfo=UTC)),
        (Feature.CLICKED, " click:Like ", "like"),
        (Feature.UNCLICKED, "like", "like"),
        (Feature.SAMPLE, "5", 5),
    ],
)
def test_words_are_kept_as_what_they_mean(feature: Feature, words: str, value: Any) -> None:
    meant = read(feature, words, "Asia/Tashkent", NOW)
    made = with_value(feature, meant)
    assert value_of(made, feature) == value
    assert is_set(made, feature)
    assert [each for each in Feature if is_set(made, each)] == [feature]


@pytest.mark.parametrize(
    ("feature", "words", "key"),
    [
        (Feature.DELETE, "3 days", "auto-delete-too-long"),
        (Feature.DELETE, "10", "setting-duration"),
        (Feature.ACTIVE, "0", "setting-number"),
        (Feature.SAMPLE, "101", "setting-number"),
        (Feature.SINCE, "soon", "cast-since-unclear"),
        (Feature.SINCE, "2026-01-03", "cast-since-future"),
        (Feature.CLICKED, "my button", "cast-click-wrong"),
        (Feature.BUTTONS, "Like", "buttons-line"),
        (Feature.BUTTONS, " ", "setting-empty"),
    ],
)
def test_words_that_mean_nothing_are_refused(feature: Feature, words: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        read(feature, words, "UTC", NOW)
    assert refused.value.key == key


def test_every_button_that_is_offered_means_a_value_and_nothing_sets_back() -> None:
    for feature, form in FORMS.items():
        for preset in form.presets:
            made = with_value(feature, pressed(feature, form.data_of(preset), NOW))
            assert is_set(made, feature) is (preset is not False), (feature, preset)
        if form.optional:
            assert not is_set(with_value(feature, pressed(feature, "none", NOW)), feature)
    assert [with_value(Feature.PREMIUM, each).audience.premium for each in (WITH, WITHOUT)] == [True, False]
    assert with_value(Feature.SAMPLE, None).audience == DRAFT.audience
    assert with_value(Feature.DELETE, 0).options.delete_after is None


def test_a_button_of_another_version_is_refused() -> None:
    for work in (lambda: feature_called("colour"), lambda: pressed(Feature.LANGUAGE, "xx", NOW)):
        with pytest.raises(UserError, match="button-stale"):
            work()


def test_the_languages_are_those_that_are_spoken() -> None:
    assert set(LANGUAGES) == set(SPOKEN)
