"""What the AI is asked, and what is made of its answers: whatever strangers and models write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assistants import AnswerUnusable, Completion
from services.errors import UserError
from services.reply_prompts import (
    DEFAULT_PROMPT,
    PROMPT_LONGEST,
    READ,
    Answer,
    Earlier,
    Prompt,
    answer_in,
    instructions_of,
    question_of,
)
from services.templates import LONGEST, plain, units


def said(text: str) -> Answer:
    return answer_in(Completion(text, 1, 2))


def reply(**values: Any) -> str:
    return json.dumps({"nothing": False, "reply": "Yes.", "confidence": 90} | values)


def test_an_answer_is_read() -> None:
    assert said(reply()) == Answer("Yes.", 90)
    assert said(json.dumps({"nothing": True, "reply": "", "confidence": 99})) == Answer(None, 0)
    assert said(f"```json\n{reply()}\n```") == Answer("Yes.", 90)
    assert said(f"<think>Should I {{say}} it?</think>\n{reply()}") == Answer("Yes.", 90)
    assert said(f"Here you are: {reply()}") == Answer("Yes.", 90)


@pytest.mark.parametrize("confidence", [None, "90", True, -1, 101, 1e400, [], {}])
def test_an_answer_that_is_not_sure_in_this_form_is_not_sure_at_all(confidence: Any) -> None:
    assert said(reply(confidence=confidence)) == Answer("Yes.", 0)


def test_a_part_of_a_per_cent_is_rounded_down() -> None:
    assert said(reply(confidence=84.9)).confidence == 84


@pytest.mark.parametrize(
    "text",
    ["no", "{", "[]", "7", "null", '"x"', "{}", "[" * 50_000, reply(reply=""), reply(reply=" \n"), reply(reply=None),
     reply(reply=["x"]), reply(reply="x" * (LONGEST + 1)), reply(reply="\u202e\x00")],
)  # fmt: skip
def test_what_is_no_answer_is_unusable_and_costs_all_the_same(text: str) -> None:
    with pytest.raises(AnswerUnusable) as caught:
        said(text)
    assert caught.value.tokens == 3


def test_markup_in_an_answer_is_text() -> None:
    text = '<b>Bold</b> & <a href="tg://resolve?domain=x">[link](https://x.example)</a> &lt;'
    answer = said(reply(reply=text))
    assert "<" not in answer.html
    assert plain(answer.html) == text


def test_a_reply_has_no_halves_of_characters_and_nothing_that_turns_it_round() -> None:
    answer = said('{"reply": "a\\ud800b\\u202ec\\u0000d\\n\\te", "confidence": 5}')
    assert answer.reply == "a�bcd\n\te"


@given(st.lists(st.text(max_size=300), min_size=1, max_size=5), st.text(max_size=100))
def test_nothing_that_is_written_leaves_its_place(texts: list[str], answer: str) -> None:
    found = json.loads(question_of(texts, [Earlier(("before",), answer or None)], private=True))
    assert found == {
        "place": "private",
        "earlier": [{"person": ["before"], "reply": answer or None}],
        "messages": texts,
    }


def test_the_newest_of_a_long_conversation_is_asked() -> None:
    long = "x" * (READ // 2)
    found = json.loads(question_of([f"1{long}", f"2{long}", "3"], [Earlier(("old",), "gone")], private=False))
    assert [text[0] for text in found["messages"]] == ["1", "2", "3"]
    assert sum(map(len, found["messages"])) == READ
    assert found["earlier"] == []
    assert found["place"] == "group"


def test_the_owners_prompt_stands_after_the_rules() -> None:
    assert instructions_of("Be brief.").endswith("The owner's instructions:\nBe brief.")
    assert units(DEFAULT_PROMPT) <= PROMPT_LONGEST


def test_a_prompt_is_any_text_that_fits() -> None:
    form = Prompt()
    assert form.read("  if a < b & c:\n<b>x ") == "if a < b & c:\n<b>x"
    for wrong, key in (("  ", "setting-empty"), ("x" * (PROMPT_LONGEST + 1), "setting-long")):
        with pytest.raises(UserError) as caught:
            form.read(wrong)
        assert caught.value.key == key
