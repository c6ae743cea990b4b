"""The tables of the guide for developers name every command, every button and every job, with the file that has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheduler.jobs import JOBS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "developers.md").read_text(encoding="utf-8").partition("## Where everything is")[2]
ROWS = [line for line in GUIDE.splitlines() if line.startswith("| ")]


def missing_from(rows: list[str], file: str, names: list[str]) -> list[str]:
    """Which of these names no row about this file has."""
    about = " ".join(row for row in rows if f"`{file}`" in row)
    return [name for name in names if f"`{name}`" not in about and f"`{name}," not in about]


def said_in(path: Path) -> list[str]:
    """The commands and buttons that a plugin's decorators name."""
    decorators = re.findall(r"^@Client\.(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    text = "\n".join(decorators)
    return [f"/{name}" for name in re.findall(r'command\("([a-z_]+)"\)', text)] + re.findall(
        r'pressed\("([a-z-]+)"\)', text
    )


PLUGINS = sorted(path for path in (ROOT / "plugins").glob("*.py") if "@Client." in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.stem)
def test_each_plugin_is_in_the_table_with_all_it_hears(path: Path) -> None:
    file = f"plugins/{path.name}"
    assert f"`{file}`" in GUIDE
    assert missing_from(ROWS, file, said_in(path)) == []


def test_each_runner_is_in_the_table() -> None:
    names = re.findall(r'DueRunner\(\s*"([a-z]+)"', (ROOT / "scheduler" / "runners.py").read_text(encoding="utf-8"))
    assert names
    assert [name for name in names if not any(f"(`{name}`)" in row for row in ROWS)] == []


def test_each_job_is_in_the_table() -> None:
    assert missing_from(ROWS, "scheduler/jobs.py", [job.plan.name for job in JOBS]) == []


def test_each_file_that_a_table_names_exists() -> None:
    named = [file for row in ROWS for file in re.findall(r"`([a-z_]+/[a-z_]+\.py)`", row)]
    assert named
    assert [file for file in named if not (ROOT / file).exists()] == []


def test_control_what_is_not_in_the_table_is_found() -> None:
    assert missing_from(ROWS, "plugins/help.py", ["/help", "/nonsense"]) == ["/nonsense"]
    assert len(PLUGINS) > 5
    assert "/links" in said_in(ROOT / "plugins/links.py")
