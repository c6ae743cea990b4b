"""Decides which YAML is read at all, small and without tricks, and says of everything that is wrong on which line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import yaml

from services.errors import UserError

LARGEST: Final = 256 * 1024
"""Bytes of a file at most."""

DEEPEST: Final = 12
"""Lists and mappings inside each other at most."""

PROBLEMS: Final = 50
"""Problems that are told at once."""

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without its library it is ten times slower
_NULL: Final = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as a text's key and arguments, and on which line of the file, from 1."""

    line: int
    key: str
    args: Mapping[str, object]


class WrongFile(UserError):  # noqa: N818 - says what is the case
    """A file cannot be used; `problems` says everything that is wrong with it, by lines."""

    def __init__(self, problems: Collection[Problem]) -> None:
        super().__init__("sequence-file-wrong", count=len(problems))
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line)[:PROBLEMS])


class Problems:
    """Gathers what is wrong."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, where: yaml.Node, key: str, **args: object) -> None:
        """Note what is wrong with a value."""
        self.found.append(Problem(line_of(where), key, args))

    def end(self) -> None:
        """Go on if nothing is wrong.

        Raises:
            WrongFile: Something is.
        """
        if self.found:
            raise WrongFile(self.found)

    # What a value is

    def fields(self, node: yaml.Node, known: Collection[str], what: str) -> dict[str, yaml.Node]:
        """Return the values of a mapping by their names; those that are unknown or there twice are wrong.

        Where there are none, that is said, and nothing more need be.
        """
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self.add(node, "sequence-file-mapping", what=what)
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name in found:
                self.add(key, "sequence-file-twice", name=name)
            elif name in known:
                found[name] = value
            else:
                meant = next(iter(get_close_matches(name, known, n=1)), "")
                self.add(key, "sequence-file-unknown", name=name[:64], known=meant or " ".join(known))
        return {name: value for name, value in found.items() if value.tag != _NULL}

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """Return the values of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.add(node, "sequence-file-list", what=what)
        return []

    def word(self, node: yaml.Node, what: str) -> str | None:
        """Return a value that is neither a list nor a mapping, as it is written."""
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.add(node, "sequence-file-word", what=what)
        return None


def line_of(node: yaml.Node) -> int:
    """Return the line on which a value begins, from 1."""
    return int(node.start_mark.line) + 1 if node.start_mark else 1


def tree_of(data: bytes) -> yaml.Node:
    """Read a file.

    Raises:
        WrongFile: It is no YAML, too large, or has anchors, by which a few lines may stand for any number of values.
    """
    if len(data) > LARGEST:
        raise _wrong(1, "sequence-file-large", most=LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(data[: error.start].count(b"\n") + 1, "sequence-file-encoding") from None
    try:
        _look_over(text)
        root = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _wrong(
            mark.line + 1 if mark else 1, "sequence-file-yaml", reason=str(error.problem or "")[:200]
        ) from None
    except yaml.YAMLError as error:
        place = getattr(error, "position", 0)
        raise _wrong(text[:place].count("\n") + 1, "sequence-file-yaml", reason=str(error)[:200]) from None
    if root is None:
        raise _wrong(1, "sequence-file-empty")
    return root


def _look_over(text: str) -> None:
    """Refuse what would be large or endless once it is put together."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise _wrong(line, "sequence-file-anchor")
        if depth > DEEPEST:
            raise _wrong(line, "sequence-file-deep")


def _wrong(line: int, key: str, **args: object) -> WrongFile:
    return WrongFile([Problem(line, key, args)])
