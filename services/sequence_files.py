"""Decides how a sequence is written as YAML, and says of everything that is wrong with a file at once where it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import yaml

from database.outgoing import ALBUM
from database.sequences import Condition, Plan, QuietHours, Step, StepButton
from services.buttons import IN_A_ROW, LONGEST, ROWS, opens
from services.captions import LONGEST as CAPTION_LONGEST
from services.clicks import NAME
from services.errors import UserError
from services.forms import Text
from services.templates import LONGEST as TEXT_LONGEST
from services.templates import PLACEHOLDERS, units
from services.times import seconds_in
from services.yaml_tree import Problem as Problem  # noqa: PLC0414 - what `WrongFile` has
from services.yaml_tree import Problems, line_of, tree_of
from services.yaml_tree import WrongFile as WrongFile  # noqa: PLC0414 - what `plan_in` raises

STEPS: Final = 100
"""Steps of a sequence at most."""

ANSWER_LONGEST: Final = 200
"""UTF-16 units of what a pressed button answers (Telegram's limit)."""

FARTHEST: Final = timedelta(days=365)
"""What a step may wait at most."""

JOIN: Final = "join"
"""What begins a sequence: somebody writes to the bot for the first time."""

_AT_ONCE: Final = frozenset({"0", "now", "at once"})
_YES: Final = frozenset({"true", "yes", "on"})
_NO: Final = frozenset({"false", "no", "off"})
_QUIET: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,9}")
_CHANNEL: Final = re.compile(r"-100[0-9]{5,13}")

_FILE: Final = ("name", "trigger", "quiet", "steps")
_STEP: Final = ("key", "after", "after_previous", "text", "source_message", "buttons", "condition")
_BUTTON: Final = ("text", "url", "click", "answer")
_CONDITION: Final = ("clicked", "not_clicked", "joined", "not_joined", "language", "premium")


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a file says, and the lines on which its steps begin, by their keys."""

    plan: Plan
    lines: dict[str, int]


def plan_in(data: bytes, languages: Collection[str]) -> PlanFile:
    """Read a sequence from a file; `languages` are the codes of those that readers are spoken to in.

    Raises:
        WrongFile: It cannot be used; it names everything that is wrong, each with its line.
    """
    return _Reader(languages).file(tree_of(data))


class _Reader:
    def __init__(self, languages: Collection[str]) -> None:
        self._wrong = Problems()
        self._languages = languages
        self._answers: dict[str, str] = {}

    def file(self, root: yaml.Node) -> PlanFile:
        """Read the whole."""
        given = self._wrong.fields(root, _FILE, "file")
        name = self._name(root, given, "name")
        if (trigger := given.get("trigger")) and self._wrong.word(trigger, "trigger") not in {JOIN, None}:
            self._wrong.add(trigger, "sequence-file-trigger", known=JOIN)
        quiet = self._quiet(given["quiet"]) if "quiet" in given else None
        nodes = self._wrong.items(given["steps"], "steps") if "steps" in given else []
        if not nodes:
            self._wrong.add(given.get("steps", root), "sequence-file-no-steps")
        if len(nodes) > STEPS:
            self._wrong.add(nodes[STEPS], "sequence-file-many-steps", most=STEPS, count=len(nodes))
            self._wrong.end()
        keys = [_key_of(node) for node in nodes]
        clicks = [_clicks_of(node) for node in nodes]
        steps = [self._step(node, place, keys, clicks) for place, node in enumerate(nodes)]
        self._wrong.end()
        return PlanFile(Plan(name, tuple(steps), quiet), dict(zip(keys, map(line_of, nodes), strict=True)))

    # A step

    def _step(self, node: yaml.Node, place: int, keys: Sequence[str], clicks: Sequence[set[str]]) -> Step:
        given = self._wrong.fields(node, _STEP, "step")
        if not given:
            return Step("", 0)
        key = self._name(node, given, "key")
        if key and key in keys[:place]:
            self._wrong.add(given["key"], "sequence-file-key-twice", name=key)
        after, delay = self._time(node, given, place, keys)
        messages = self._messages(given["source_message"]) if "source_message" in given else ()
        text = self._text(given["text"], CAPTION_LONGEST if messages else TEXT_LONGEST) if "text" in given else None
        if "text" not in given and "source_message" not in given:
            self._wrong.add(node, "sequence-file-no-content")
        buttons = self._rows(given["buttons"]) if "buttons" in given else ()
        condition = self._condition(given["condition"], place, clicks) if "condition" in given else None
        return Step(key, delay, after, text, messages, buttons, condition)

    def _time(
        self, node: yaml.Node, given: dict[str, yaml.Node], place: int, keys: Sequence[str]
    ) -> tuple[str | None, int]:
        """Read from when on a step counts (None: from joining), and its seconds."""
        after, previous = given.get("after"), given.get("after_previous")
        if (after is None) == (previous is None):
            self._wrong.add(node, "sequence-file-when")
        if previous is not None:
            if place == 0 and after is None:
                self._wrong.add(previous, "sequence-file-first")
            return keys[max(0, place - 1)], self._delay(previous)
        if isinstance(after, yaml.MappingNode):
            if len(after.value) != 1:
                self._wrong.add(after, "sequence-file-when")
                return None, 0
            name, delay = after.value[0]
            return self._earlier(name, place, keys), self._delay(delay)
        return None, 0 if after is None else self._delay(after)

    def _earlier(self, node: yaml.Node, place: int, keys: Sequence[str]) -> str | None:
        """Read the key of a step that comes before this one."""
        name = self._wrong.word(node, "after")
        if name is not None and name not in keys[:place]:
            self._wrong.add(node, "sequence-file-cycle" if name in keys else "sequence-file-no-step", name=name)
        return name

    def _delay(self, node: yaml.Node) -> int:
        words = self._wrong.word(node, "after")
        if words is None:
            return 0
        seconds = 0 if words.casefold() in _AT_ONCE else seconds_in(words)
        if seconds is None:
            self._wrong.add(node, "sequence-file-delay", words=words[:64])
        elif seconds > FARTHEST.total_seconds():
            self._wrong.add(node, "sequence-file-far", days=FARTHEST.days)
        return seconds or 0

    def _messages(self, node: yaml.Node) -> tuple[int, ...]:
        """Read the numbers of one post of the source channel, or of an album."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        words = [self._wrong.word(each, "source_message") for each in nodes]
        if not 1 <= len(words) <= ALBUM or not all(word is None or _NUMBER.fullmatch(word) for word in words):
            self._wrong.add(node, "sequence-file-source", most=ALBUM)
        return tuple(int(word) for word in words if word and _NUMBER.fullmatch(word))

    def _text(self, node: yaml.Node, longest: int) -> str | None:
        words = self._wrong.word(node, "text")
        try:
            return None if words is None else str(Text(longest=longest, placeholders=PLACEHOLDERS).check(words))
        except UserError as error:
            self._wrong.add(node, error.key, **error.args_)
            return None

    # What stands under it

    def _rows(self, node: yaml.Node) -> tuple[tuple[StepButton, ...], ...]:
        """Read rows of buttons; what is no list is a row of one."""
        rows = [
            self._wrong.items(row, "buttons") if isinstance(row, yaml.SequenceNode) else [row]
            for row in self._wrong.items(node, "buttons")
        ]
        if len(rows) > ROWS or any(len(row) > IN_A_ROW for row in rows):
            self._wrong.add(node, "buttons-many", most=ROWS, beside=IN_A_ROW)
        return tuple(tuple(self._button(each) for each in row) for row in rows if row)

    def _button(self, node: yaml.Node) -> StepButton:
        given = self._wrong.fields(node, _BUTTON, "button")
        if not given:
            return StepButton("")
        said = {name: self._wrong.word(value, name) for name, value in given.items()}
        text, url, click, answer = (said.get(name) or None for name in _BUTTON)
        if text is None:
            self._wrong.add(node, "sequence-file-missing", name="text")
        elif units(text) > LONGEST:
            self._wrong.add(given["text"], "buttons-long", line=text[:LONGEST], longest=LONGEST)
        if (url is None) == (click is None):
            self._wrong.add(node, "sequence-file-button")
        if url is not None and not opens(url):
            self._wrong.add(given["url"], "sequence-file-url")
        if click is not None and not NAME.fullmatch(click):
            self._wrong.add(given["click"], "sequence-file-name", what="click")
        if answer is not None:
            self._answer(given["answer"], click, answer)
        return StepButton(text or "", url, click, answer)

    def _answer(self, node: yaml.Node, click: str | None, answer: str) -> None:
        if click is None:
            self._wrong.add(node, "sequence-file-answer")
        elif units(answer) > ANSWER_LONGEST:
            self._wrong.add(node, "setting-long", longest=ANSWER_LONGEST, length=units(answer))
        elif self._answers.setdefault(click, answer) != answer:
            self._wrong.add(node, "sequence-file-answers", name=click)

    # When it goes out

    def _condition(self, node: yaml.Node, place: int, clicks: Sequence[set[str]]) -> Condition:
        given = self._wrong.fields(node, _CONDITION, "condition")
        pressed = {name: self._pressed(given[name], place, clicks) for name in _CONDITION[:2] if name in given}
        chats = {name: self._channel(given[name]) for name in _CONDITION[2:4] if name in given}
        languages = self._spoken(given["language"]) if "language" in given else ()
        premium = self._yes(given["premium"]) if "premium" in given else None
        return Condition(
            clicked=pressed.get("clicked"),
            not_clicked=pressed.get("not_clicked"),
            joined=chats.get("joined"),
            not_joined=chats.get("not_joined"),
            languages=languages,
            premium=premium,
        )

    def _pressed(self, node: yaml.Node, place: int, clicks: Sequence[set[str]]) -> str | None:
        """Read the name of a button; one of this file must stand under an earlier step."""
        name = self._wrong.word(node, "condition")
        if name is None:
            return None
        if not NAME.fullmatch(name):
            self._wrong.add(node, "sequence-file-name", what="click")
        places = [number for number, names in enumerate(clicks) if name in names]
        if places and min(places) >= place:
            self._wrong.add(node, "sequence-file-click-later", name=name)
        return name

    def _channel(self, node: yaml.Node) -> int | None:
        words = self._wrong.word(node, "condition")
        if words is not None and not _CHANNEL.fullmatch(words):
            self._wrong.add(node, "sequence-file-channel")
            return None
        return None if words is None else int(words)

    def _spoken(self, node: yaml.Node) -> tuple[str, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        words = [self._wrong.word(each, "language") for each in nodes]
        if unknown := [word for word in words if word is not None and word not in self._languages]:
            self._wrong.add(node, "sequence-file-language", name=unknown[0][:16], known=" ".join(self._languages))
        return tuple(word for word in words if word)

    def _yes(self, node: yaml.Node) -> bool | None:
        words = (self._wrong.word(node, "premium") or "").casefold()
        if words not in _YES | _NO:
            self._wrong.add(node, "sequence-file-yes-no")
        return words in _YES

    # What is common

    def _name(self, node: yaml.Node, given: dict[str, yaml.Node], what: str) -> str:
        """Read a name of ours: small letters, digits, `-` and `_`."""
        if what not in given:
            self._wrong.add(node, "sequence-file-missing", name=what)
            return ""
        name = self._wrong.word(given[what], what)
        if name is not None and not NAME.fullmatch(name):
            self._wrong.add(given[what], "sequence-file-name", what=what)
        return name or ""

    def _quiet(self, node: yaml.Node) -> QuietHours | None:
        found = _QUIET.fullmatch(self._wrong.word(node, "quiet") or "")
        hours = [int(number) for number in found.groups()] if found else [24, 0, 24, 0]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(hours[0], hours[2]) > 23 or max(hours[1], hours[3]) > 59 or start == end:
            self._wrong.add(node, "sequence-file-quiet")
            return None
        return QuietHours(start, end)


def _key_of(step: yaml.Node) -> str:
    """Look up a step's key ahead of reading it, so that others may refer to it."""
    return next((value.value for value in _named("key", step) if isinstance(value, yaml.ScalarNode)), "")


def _clicks_of(step: yaml.Node) -> set[str]:
    """Look up the names of a step's clicks ahead of reading it."""
    buttons = [button for value in _named("buttons", step) for button in _deep(value)]
    clicks = [value for button in buttons for value in _named("click", button)]
    return {value.value for value in clicks if isinstance(value, yaml.ScalarNode)}


def _named(name: str, node: yaml.Node) -> list[yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [value for key, value in pairs if key.value == name]


def _deep(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        return [node]
    return [each for item in node.value for each in _deep(item)]
