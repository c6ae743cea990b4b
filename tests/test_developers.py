"""The guide for developers stays true: its example is taken from it, put into a copy of the house, and tried there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_house import ROOMS

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "developers.md"

STEP = re.compile(
    r"^(?P<lead>[^\n]*?`(?P<file>[\w/]+\.\w+)`[^\n]*)\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
AFTER = re.compile(r"^In `[\w/.]+`, after `(?P<line>.+?)`(?: \(|:)")


HOLD_IT = (
    "tests/e2e/test_waves.py",
    "tests/test_readme.py",
    "tests/locales/test_keys_in_use.py",
    "tests/locales/test_locales.py::test_the_keys_are_the_same_in_the_same_order",
)
"""Its own test, and of those that hold every feature the quick ones."""


@dataclass(frozen=True)
class Step:
    """A piece of the example: a new file (`after` is None), or what comes after a line (empty: at the end)."""

    file: str
    text: str
    after: str | None

    def apply(self, house: Path) -> None:
        """Do it.

        Raises:
            ValueError: the line is not there.
        """
        path = house / self.file
        if self.after is None:
            assert not path.exists(), f"{self.file} is there already: it is no new file"
            path.write_text(self.text, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines()
        place = lines.index(self.after) + 1 if self.after else len(lines)
        new = ["", *self.text.splitlines()] if not self.after else self.text.splitlines()
        path.write_text("\n".join([*lines[:place], *new, *lines[place:]]) + "\n", encoding="utf-8")


def steps() -> Iterator[Step]:
    """Read the example."""
    text = GUIDE.read_text(encoding="utf-8")
    example = text[text.index("## Add a feature") : text.index("## Tests")]
    for found in STEP.finditer(example):
        lead = found["lead"]
        after = AFTER.match(lead)
        at_end = lead.endswith("at the end:")
        yield Step(found["file"], found["text"], after["line"] if after else "" if at_end else None)


def run(house: Path, *command: str) -> None:
    """Run a tool in the copy."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=house, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def copy(to: Path) -> Path:
    """Copy what the house is made of."""
    for room in (*ROOMS, "tests", "docs"):
        shutil.copytree(ROOT / room, to / room, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".env":
            shutil.copy(path, to)
    return to


@pytest.mark.slow
def test_the_example_works_as_it_stands(tmp_path: Path) -> None:
    house = copy(tmp_path / "house")
    taken = list(steps())
    for step in taken:
        step.apply(house)
    files = sorted({step.file for step in taken if step.file.endswith(".py")})
    run(house, "ruff", "check", *files)
    run(house, "ruff", "format", "--check", *files)
    run(house, "pytest", "-q", "-p", "no:cacheprovider", *HOLD_IT)


def test_the_example_is_what_it_says() -> None:
    taken = list(steps())
    new = [step.file for step in taken if step.after is None]
    assert new == ["database/waves.py", "services/waves.py", "plugins/waves.py", "tests/e2e/test_waves.py"]
    assert [step.file for step in taken if step.after == ""] == [f"locales/{each}.ftl" for each in ("en", "ru", "uz")]
    assert len(taken) == len(new) + 3 + 8


def test_control_a_line_that_is_not_there_any_more_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "list.py").write_text("here\n")
    Step("list.py", "new\n", "here").apply(tmp_path)
    assert (tmp_path / "list.py").read_text() == "here\nnew\n"
    with pytest.raises(ValueError, match="gone"):
        Step("list.py", "new\n", "gone").apply(tmp_path)
