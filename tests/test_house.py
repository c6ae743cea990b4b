"""The house itself: files that must agree with the code, and rules that no linter holds."""

import ast
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic_core import PydanticUndefined

from config import ALIASES, Settings
from tests.settings_table import renewed, shown

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("client", "database", "locales", "plugins", "sandbox", "scheduler", "services", "web")
OURS = {*ROOMS, "bot", "config", "formats", "import_links", "import_funnel", "tests"}
REQUIREMENTS = ("requirements", "requirements-embedded", "requirements-dev")

PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^ ;\\]+)", re.MULTILINE)
SETTING_LINE = re.compile(r"^(?P<comment># )?(?P<name>[A-Z][A-Z0-9_]+)=(?P<value>.*)$", re.MULTILINE)


def imported(path: Path) -> set[str]:
    """The top-level names of everything that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def normal(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[._-]+", "-", name).lower()


def pins(name: str) -> dict[str, str]:
    """The versions that a compiled file pins."""
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    return {normal(found["name"]): found["version"] for found in PIN.finditer(text)}


def test_the_procfile_starts_the_bot() -> None:
    assert (ROOT / "Procfile").read_text() == "web: python bot.py\n"


def test_config_imports_nothing_of_ours_but_the_forms_of_its_values() -> None:
    assert imported(ROOT / "config.py") & OURS == {"formats"}
    assert not imported(ROOT / "formats.py") & OURS
    assert "formats" not in imported(ROOT / "bot.py")


def test_nobody_imports_the_programs_and_only_they_import_config() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            assert not imported(path) & {"bot", "import_links", "import_funnel", "config", "formats", "tests"}, path


def test_nobody_but_tests_and_itself_imports_the_sandbox() -> None:
    assert "sandbox" not in imported(ROOT / "bot.py")
    for room in set(ROOMS) - {"sandbox"}:
        for path in (ROOT / room).rglob("*.py"):
            assert "sandbox" not in imported(path), path


def test_nothing_hides_in_utils_or_helpers() -> None:
    names = {path.stem for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "helper", "misc"}


def test_the_plugins_package_is_empty() -> None:
    assert (ROOT / "plugins" / "__init__.py").read_text() == ""


def test_the_example_lists_every_setting_with_its_default() -> None:
    lines = [found.groupdict() for found in SETTING_LINE.finditer((ROOT / ".env.example").read_text("utf-8"))]
    names = [line["name"] for line in lines]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)
    for line in lines:
        field = Settings.model_fields[line["name"].lower()]
        required = field.default is PydanticUndefined
        assert bool(line["comment"]) is not required, f"{line['name']}: required ones stand uncommented"
        assert line["value"] == ("" if required else shown(field.default)), line["name"]


def test_the_example_explains_every_setting_as_the_code_does() -> None:
    text = re.sub(r"\n# ", " ", (ROOT / ".env.example").read_text("utf-8"))
    for name, field in Settings.model_fields.items():
        assert field.description
        assert field.description in text, name
        for alias in ALIASES.get(name.upper(), ()):
            assert re.search(rf"\b{alias}\b", text), alias


def test_the_operators_guide_has_the_settings_as_the_code_has_them() -> None:
    text = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert renewed(text) == text, "`make settings` writes it anew"


def test_control_a_row_that_is_not_as_the_code_has_it_is_seen() -> None:
    text = (ROOT / "docs" / "operators.md").read_text("utf-8")
    old = text.replace("| `PORT` |  | 8080 |", "| `PORT` |  | 80 |")
    assert old != text
    assert renewed(old) == text


def test_the_example_is_a_valid_env_file() -> None:
    values = dotenv_values(ROOT / ".env.example", interpolate=False)
    assert set(values) == {"BOT_TOKEN", "API_ID", "API_HASH", "OWNER_ID"}
    assert not any(values.values())


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_are_pinned_with_hashes_and_name_no_place(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    assert "make requirements" in text.splitlines()[1]
    for place in ("://", "--index", "--extra-index", "--find-links", "--trusted-host", " @ ", "file:"):
        assert place not in text, place
    assert not re.search(r"(^|[\s=])/\w", text), "no path of a machine"
    packages = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).strip())
    assert packages
    for package in packages:
        assert PIN.match(package), package
        assert "--hash=sha256:" in package, package


def test_every_input_is_in_what_was_compiled() -> None:
    for name in REQUIREMENTS:
        compiled = pins(name)
        for line in (ROOT / f"{name}.in").read_text("utf-8").splitlines():
            if found := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line):
                assert normal(found[0]) in compiled, line


def test_the_three_requirement_files_agree_on_versions() -> None:
    together: dict[str, str] = {}
    for name in REQUIREMENTS:
        for package, version in pins(name).items():
            assert together.setdefault(package, version) == version, package


def test_both_forms_of_tgcrypto_are_there_each_for_its_pythons() -> None:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    assert re.search(r"^tgcrypto==1\.2\.5 ; python_full_version < '3\.12'", text, re.MULTILINE)
    assert re.search(r"^tgcrypto-pyrofork==1\.2\.8 ; python_full_version >= '3\.12'", text, re.MULTILINE)


def test_the_image_copies_every_room_that_the_bot_needs() -> None:
    kept = re.findall(r"^!([^/\n]+)/?$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    programs = {"bot.py", "import_links.py", "import_funnel.py", "config.py", "formats.py", "requirements.txt"}
    assert {*ROOMS, *programs} - {"sandbox"} <= set(kept)
    assert "sandbox" not in kept
    assert not any(name.startswith(".env") for name in kept)
