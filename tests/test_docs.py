"""What is written for people leads somewhere: links, pictures, `make` commands and settings exist."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from config import ALIASES, Settings
from plugins.commands import BY_PERMISSION, DRAFTER, OWNER, READER

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|srcset)=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """How the headings of a page are linked to."""
    headings = re.findall(
        r"^#+ (.*)$", CODE.sub(lambda found: found[0].strip("`"), path.read_text("utf-8")), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead(page: Path) -> list[str]:
    """The links and pictures of a page that lead nowhere; addresses elsewhere are not asked."""
    found = []
    for one, other in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        target, _, anchor = unquote(one or other).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            found.append(one or other)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    assert dead(page) == []


def test_control_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '# A `b` c\n[a](page.md#a-b-c) [b](#nothing) [c](gone.md) ![d](gone.png) <img src="e.png"> `[f](g)`\n'
    )
    assert dead(page) == ["#nothing", "gone.md", "gone.png", "e.png"]


def test_every_make_command_that_is_named_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {
        name for page in PAGES for name in re.findall(r"(?:`|^|\$ |\n)make ([a-z][a-z-]*)", page.read_text("utf-8"))
    }
    assert {"run", "test", "lint"} <= named
    assert [name for name in sorted(named) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_what_a_newcomer_sets_exists() -> None:
    known = {*(name.upper() for name in Settings.model_fields), *(each for names in ALIASES.values() for each in names)}
    named = re.findall(r"`([A-Z]{2,}_[A-Z_]+)`", (ROOT / "README.md").read_text("utf-8"))
    assert named
    assert [name for name in named if name not in known] == []


def test_the_guide_for_owners_has_every_command() -> None:
    guide = (ROOT / "docs" / "owners.md").read_text("utf-8")
    rows = " ".join(line.partition("|")[2].partition("|")[0] for line in guide.splitlines() if line.startswith("| `/"))
    named = set(re.findall(r"/([a-z_]+)", rows))
    known = {name for commands in (READER, DRAFTER, OWNER, *BY_PERMISSION.values()) for name in commands}
    assert sorted(known - named) == []
    assert sorted(named - known) == []
