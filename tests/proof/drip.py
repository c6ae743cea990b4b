"""What readers got of a sequence, by the ledger, beside what they were to get and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.proof.audience import Came

CLOCKS = 0.1
"""Seconds by which the times of the database and the sandbox may differ."""


@dataclass(frozen=True)
class Step:
    """A step of the sequence: seconds after joining, or after the step before was sent."""

    key: str
    delay: int
    follows: bool = False

    @property
    def text(self) -> str:
        """What it says at first."""
        return f"This is step {self.key}."

    @property
    def changed(self) -> str:
        """What it says after the change."""
        return f"This is step {self.key}, changed."


def five(one: int, two: int, three: int, four: int, five: int) -> tuple[Step, ...]:
    """Five steps with these delays, the fourth after the third and the others after joining."""
    delays = {"one": one, "two": two, "three": three, "four": four, "five": five}
    return tuple(Step(key, delay, follows=key == "four") for key, delay in delays.items())


def written(name: str, steps: Sequence[Step], changed: str = "") -> str:
    """Write the sequence as its owner does, with the step of this key changed."""
    lines = [f"name: {name}", "steps:"]
    for step in steps:
        lines.append(f"  - key: {step.key}")
        lines.append(f"    {'after_previous' if step.follows else 'after'}: {step.delay}s")
        lines.append(f'    text: "{step.changed if step.key == changed else step.text}"')
    return "\n".join([*lines, ""])


@dataclass
class Verdict:
    """How what came compares with what was to come; times in seconds."""

    expected: int = 0
    missing: int = 0
    doubled: int = 0
    in_order: int = 0
    """Readers who got the steps in their order."""
    early: list[float] = field(default_factory=list)
    """By how much steps came before their time, for those that did."""
    late: list[float] = field(default_factory=list)
    """By how much the others came after it."""
    stale: list[float] = field(default_factory=list)
    """How long after the change its step still came as it was before."""
    changed: int = 0
    """How many readers got it changed."""


@dataclass(frozen=True)
class Judge:
    """Knows what was to come: `asked` is when each reader joined, `due` when the database says that a step was to go.

    The step with the key `changed` says something else since `changed_at`.
    """

    steps: Sequence[Step]
    asked: Mapping[int, float]
    due: Mapping[tuple[int, str], float]
    changed: str
    changed_at: float

    def verdict(self, got: Mapping[int, Sequence[Came]]) -> Verdict:
        """Compare it with what came."""
        found = Verdict()
        for person in self.asked:
            self._judge(person, got.get(person, ()), found)
        return found

    def _judge(self, person: int, got: Sequence[Came], found: Verdict) -> None:
        places = {text: place for place, step in enumerate(self.steps) for text in (step.text, step.changed)}
        came = [(places[each.text], each) for each in got if each.text in places]
        times = Counter(place for place, _ in came)
        found.expected += len(self.steps)
        found.missing += len(self.steps) - len(times)
        found.doubled += times.total() - len(times)
        found.in_order += [place for place, _ in came] == sorted(place for place, _ in came)
        first: dict[int, float] = {}
        for place, each in came:
            step = self.steps[place]
            if step.key == self.changed and each.text == step.changed:
                found.changed += 1
            elif step.key == self.changed and each.at > self.changed_at:
                found.stale.append(each.at - self.changed_at)
            since = first.get(place - 1, self.asked[person]) if step.follows else self.asked[person]
            off = each.at - max(since + step.delay, self.due.get((person, step.key), 0.0))
            (found.early if off < -CLOCKS else found.late).append(abs(off))
            first.setdefault(place, each.at)
