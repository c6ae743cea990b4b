"""A sequence that is written for its owner is read again as the same one, whatever stands in it."""

from __future__ import annotations

import pytest

from database.sequences import Condition, Plan, QuietHours, Step, StepButton
from services.former_messages import FormerMessages
from services.sequence_example import example_file
from services.sequence_files import plan_in
from services.sequence_writing import yaml_of
from tests.services.test_sequence_files import SPOKEN, WHOLE

TEXTS = (
    "plain",
    "yes",
    "12",
    "~",
    "a: b # c",
    "- no list",
    "{first}, [x] & *y*",
    "<b>Two</b>\n\n  lines, the second further in\n\tand a tab",
    "'quoted' and \"quoted\"",
    "🎉 Привет, oʻquvchi! مرحبا",
    "word " * 300 + "end",
    "\\n is no line",
    "%directive\n--- \n...",
)


def again(plan: Plan) -> Plan:
    """What is read from what is written."""
    return plan_in(yaml_of(plan), SPOKEN).plan


def test_all_that_a_file_can_say_is_kept() -> None:
    plan = plan_in(WHOLE.replace("t.me/x", "https://t.me/x").encode(), SPOKEN).plan
    assert again(plan) == plan
    written = yaml_of(plan).decode()
    assert "after_previous: 1h 30min" in written
    assert "after_previous: 2d" in written
    assert "quiet: 22:00-08:30" in written


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_kept(text: str) -> None:
    line = text.partition("\n")[0][:60].strip()
    button = StepButton(line, click="more", answer=line)
    steps = (Step("a", 0, None, text.strip(), buttons=((button,),)), Step("b", 3661, "a", None, (7,)))
    plan = Plan("x", steps)
    assert again(plan) == plan


def test_conditions_and_waits_are_kept() -> None:
    steps = (
        Step("a", 0, None, "A"),
        Step("b", 90061, None, "B", condition=Condition(clicked="c", premium=True, languages=("en",))),
        Step("c", 31, "a", "C", condition=Condition(not_joined=-1001234567890)),
    )
    plan = Plan("x", steps, QuietHours(0, 5))
    assert again(plan) == plan


def test_the_example_is_given_as_it_ships_and_with_what_an_older_bot_said() -> None:
    assert FormerMessages().file() == example_file()
    former = FormerMessages(immediate=12, farewell_minutes=20, join_url="https://t.me/club")
    assert plan_in(former.file(), SPOKEN).plan == former.plan
    assert "source_message: 12" in former.file().decode()
