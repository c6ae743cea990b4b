"""A file that is right becomes a sequence; of one that is not, everything is said at once, each with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from database.sequences import Condition, QuietHours, StepButton
from services.sequence_example import example_file
from services.sequence_files import WrongFile, plan_in

GUIDE = Path(__file__).parents[2] / "docs" / "sequences.md"
SPOKEN = ("en", "ru", "uz")

WHOLE = """
name: welcome
trigger: join
quiet: 22:00-8:30
steps:
  - key: hello
    after: 0
    source_message: [12, 13]
    text: <b>Hi</b>, {first}
  - key: more
    after: {hello: 1h 30min}
    text: "yes"
    buttons:
      - - {text: Join, url: t.me/x}
        - {text: I joined, click: joined, answer: Thanks}
      - {text: Page, url: "https://example.com/?a=1"}
  - key: last
    after_previous: 2 дня
    text: |
      Two
      lines
    condition:
      not_clicked: joined
      joined: -1001234567890
      language: [ru, uz]
      premium: no
"""


def wrong(text: str | bytes) -> list[tuple[int, str]]:
    """What is wrong with a file: lines and keys."""
    with pytest.raises(WrongFile) as caught:
        plan_in(text if isinstance(text, bytes) else text.encode(), SPOKEN)
    assert caught.value.key == "sequence-file-wrong"
    return [(problem.line, problem.key.removeprefix("sequence-file-")) for problem in caught.value.problems]


def step(lines: str, key: str = "one") -> str:
    """A file with one step that has these lines, the first of which is the fourth of the file."""
    return f"name: x\nsteps:\n- key: {key}\n" + "".join(f"  {line}\n" for line in lines.splitlines())


def test_everything_that_a_file_can_say() -> None:
    read = plan_in(WHOLE.replace("t.me/x", "https://t.me/x").encode(), SPOKEN)
    plan = read.plan
    assert (plan.name, plan.quiet) == ("welcome", QuietHours(22 * 60, 8 * 60 + 30))
    hello, more, last = plan.steps
    assert (hello.delay, hello.after, hello.messages, hello.html) == (0, None, (12, 13), "<b>Hi</b>, {first}")
    assert (more.delay, more.after, more.html) == (5400, "hello", "yes")
    assert more.buttons == (
        (StepButton("Join", url="https://t.me/x"), StepButton("I joined", click="joined", answer="Thanks")),
        (StepButton("Page", url="https://example.com/?a=1"),),
    )
    assert (last.delay, last.after, last.html) == (2 * 86400, "more", "Two\nlines")
    assert last.condition == Condition(
        not_clicked="joined", joined=-1001234567890, languages=("ru", "uz"), premium=False
    )
    assert read.lines == {"hello": 6, "more": 10, "last": 17}


def test_the_example_that_ships_is_right() -> None:
    plan = plan_in(example_file(), SPOKEN).plan
    assert [(each.delay, each.after) for each in plan.steps] == [
        (0, None), (40, None), (180, None), (900, "how"), (7200, None),
    ]  # fmt: skip
    assert plan.steps[-1].condition == Condition(not_clicked="joined")


def test_the_file_that_the_documentation_shows_is_right() -> None:
    shown = re.search(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert shown
    plan = plan_in(shown[1].encode(), SPOKEN).plan
    assert [step.key for step in plan.steps] == ["hello", "join", "how", "farewell", "reminder"]
    assert plan.steps[-1].after == "join"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = """naem: welcome
trigger: birthday
quiet: 8-22
steps:
  - key: One step
    text: <b>never closed
  - key: two
    after: -5s
    after_previous: 1s
    source_message: twelve
    buttons:
      - {text: nothing}
      - {text: both, url: "https://x.org", click: both}
      - {text: nowhere, url: "javascript:alert(1)"}
      - {url: "https://x.org"}
  - key: two
    after: {two: 5s}
    text: words
    condition: {clicked: both, language: de, joined: "@channel", premium: maybe}
"""
    assert sorted(wrong(text)) == sorted([
        (1, "missing"), (1, "unknown"), (2, "trigger"), (3, "quiet"), (5, "when"), (5, "name"), (6, "markup-unclosed"),
        (7, "when"), (10, "source"), (12, "button"), (13, "button"), (14, "url"), (15, "missing"), (16, "key-twice"),
        (19, "language"), (19, "channel"), (19, "yes-no"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    "lines, expected",
    [
        ("after: 0\nafter_previous: 1s\ntext: x", "when"),
        ("text: x", "when"),
        ("after:\ntext: x", "when"),
        ("after_previous: 1s\ntext: x", "first"),
        ("after: -1 min\ntext: x", "delay"),
        ("after: 90\ntext: x", "delay"),
        ("after: 366d\ntext: x", "far"),
        ("after: 999999999w\ntext: x", "far"),
        ("after: {one: 5s}\ntext: x", "cycle"),
        ("after: {two: 5s}\ntext: x", "no-step"),
        ("after: [1s]\ntext: x", "word"),
        ("after: {a: 1s, b: 1s}\ntext: x", "when"),
        ("after: 0", "no-content"),
        ("after: 0\ntext:", "no-content"),
        ("after: 0\ntext: ''", "setting-empty"),
        ("after: 0\ntext: {a: b}", "word"),
        ("after: 0\ntext: hello {fisrt}", "setting-placeholder"),
        (f"after: 0\ntext: {'😀' * 2049}", "setting-long"),
        (f"after: 0\nsource_message: 5\ntext: {'😀' * 513}", "setting-long"),
        ("after: 0\nsource_message: 0", "source"),
        ("after: 0\nsource_message: -5", "source"),
        (f"after: 0\nsource_message: {list(range(1, 12))}", "source"),
        ("after: 0\nsource_message: []", "source"),
        ("after: 0\ntext: x\nbuttons: {text: a}", "list"),
        ("after: 0\ntext: x\nbuttons: [a]", "mapping"),
        ("after: 0\ntext: x\nbuttons: [{text: a, click: A B}]", "name"),
        ("after: 0\ntext: x\nbuttons: [{text: a, url: 'https://x.org', answer: b}]", "answer"),
        (f"after: 0\ntext: x\nbuttons: [{{text: a, click: b, answer: {'x' * 201}}}]", "setting-long"),
        ("after: 0\ntext: x\nbuttons: [{text: a, click: b, answer: c}, {text: a, click: b, answer: d}]", "answers"),
        (f"after: 0\ntext: x\nbuttons: [{', '.join(['{text: a, click: b}'] * 11)}]", "buttons-many"),
        (f"after: 0\ntext: x\nbuttons: [{{text: {'x' * 65}, click: b}}]", "buttons-long"),
        ("after: 0\ntext: x\nbuttons: [{text: a, click: b}]\ncondition: {clicked: b}", "click-later"),
        ("after: 0\ntext: x\ncondition: {clicked: 'a b'}", "name"),
        ("after: 0\ntext: x\ncondition: {clicked: [a]}", "word"),
        ("after: 0\ntext: x\ntext: y", "twice"),
    ],
)
def test_a_step_that_is_wrong(lines: str, expected: str) -> None:
    assert [key for _, key in wrong(step(lines))] == [expected]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", "empty"),
        ("# nothing", "empty"),
        ("just words", "mapping"),
        ("name: x", "no-steps"),
        ("name: x\nsteps: []", "no-steps"),
        ("name: x\nsteps: 5", "list"),
        ("name: x\nsteps: [5]", "mapping"),
        ("name: 'x\nsteps: []", "yaml"),
        ("name: x\n\tsteps: []", "yaml"),
        ("a: b\n---\nc: d", "yaml"),
        ("name: \x07", "yaml"),
        (b"name: \xff\xfe", "encoding"),
        ("a: &a [1]\nb: *a", "anchor"),
        ("&a [*a]", "anchor"),
        ("a: &a x\nb: [*a, *a]", "anchor"),
        ("[" * 20 + "]" * 20, "deep"),
        ("[" * 100_000, "deep"),
        (f"a: [{'1,' * 50_000}]", "unknown"),
        ("x" * 300_000, "large"),
        ("name: !!python/object/apply:os.system [ls]", "word"),
    ],
)
def test_a_file_that_is_no_sequence(text: str | bytes, expected: str) -> None:
    assert expected in [key for _, key in wrong(text)]


def test_ten_thousand_steps_are_refused_in_one_line() -> None:
    steps = "".join(f"- {{key: s{number}, after: 1s}}\n" for number in range(10_000))
    assert wrong(f"name: x\nsteps:\n{steps}") == [(103, "many-steps")]


def test_a_press_is_asked_for_only_after_its_button_or_where_nobody_knows_it() -> None:
    button = "buttons: [{text: a, click: b}]"
    first = step(f"after: 0\ntext: x\n{button}")
    second = "- {key: two, after: 1s, text: x, condition: {clicked: b, not_clicked: elsewhere}}\n"
    assert plan_in((first + second).encode(), SPOKEN).plan.steps[1].condition == Condition("b", "elsewhere")
