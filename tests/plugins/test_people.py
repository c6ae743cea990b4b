"""What is read from a person, and put into the owner's own words."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.people import first_of, names_of, person_of, profile_of
from tests.plugins.messages import OWNER, channel, message, user


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"first_name": "Ann"}, "Ann"),
        ({"first_name": "\u202e \u2066", "last_name": "Lee"}, "Lee"),
        ({"first_name": "", "username": "ann"}, "ann"),
        ({"first_name": ""}, "1000001"),
    ],
)
def test_everybody_has_a_name(fields: dict[str, Any], name: str) -> None:
    assert first_of(user(OWNER, **fields)) == name


def test_names_are_escaped() -> None:
    assert names_of(user(OWNER, first_name="<b>Ann", last_name="&", username="ann")) == {
        "first": "&lt;b&gt;Ann",
        "last": "&amp;",
        "username": "@ann",
        "mention": '<a href="tg://user?id=1000001">&lt;b&gt;Ann</a>',
        "id": "1000001",
    }


def test_without_a_username_the_name_stands_for_it() -> None:
    assert names_of(user(OWNER, first_name="\u202eAnn"))["username"] == "Ann"


def test_a_profile_is_what_telegram_shows() -> None:
    profile = profile_of(user(OWNER, first_name="Ann", last_name="Lee", username="ann", language_code="ru"))
    assert (profile.user_id, profile.first_name, profile.last_name) == (OWNER, "Ann", "Lee")
    assert (profile.username, profile.language_code) == ("ann", "ru")


def test_an_update_of_nobody_has_no_person() -> None:
    with pytest.raises(ValueError, match="no person"):
        person_of(message(None, chat=channel()))
