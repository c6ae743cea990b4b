"""Decides how a sequence is written as the YAML that `services.sequence_files` reads, for its owner to change."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import yaml

from database.sequences import Plan, Step
from services.sequence_files import JOIN

WIDTH: Final = 110
"""Characters of a line at most, where a text lets itself be broken."""

_UNITS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


class _Dumper(yaml.SafeDumper):
    """Writes what is long as people would: texts of several lines as they look, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - the library's
        """Indent lists too."""
        super().increase_indent(flow, indentless=False)


def _word(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _word)


def yaml_of(plan: Plan) -> bytes:
    """Write a sequence; what is read from that is the same sequence."""
    file: dict[str, Any] = {"name": plan.name, "trigger": JOIN}
    if plan.quiet:
        file["quiet"] = f"{_clock(plan.quiet.start)}-{_clock(plan.quiet.end)}"
    file["steps"] = [_step(plan, place) for place in range(len(plan.steps))]
    written: str = yaml.dump(file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    return written.encode()


def _step(plan: Plan, place: int) -> dict[str, Any]:
    step = plan.steps[place]
    written: dict[str, Any] = {"key": step.key, **_when(step, plan.steps[place - 1].key if place else None)}
    if step.messages:
        written["source_message"] = step.messages[0] if len(step.messages) == 1 else list(step.messages)
    if step.html is not None:
        written["text"] = step.html
    if step.buttons:
        rows = [[_said(asdict(button)) for button in row] for row in step.buttons]
        written["buttons"] = [row[0] if len(row) == 1 else row for row in rows]
    if step.condition:
        condition = _said(asdict(step.condition))
        languages = condition.pop("languages", ())
        written["condition"] = condition | ({"language": list(languages)} if languages else {})
    return written


def _when(step: Step, before: str | None) -> dict[str, Any]:
    delay = _delay(step.delay)
    if step.after is None:
        return {"after": delay}
    return {"after_previous": delay} if step.after == before else {"after": {step.after: delay}}


def _delay(seconds: int) -> str:
    said = []
    for unit, size in _UNITS:
        number, seconds = divmod(seconds, size)
        said += [f"{number}{unit}"] if number else []
    return " ".join(said) or "at once"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
