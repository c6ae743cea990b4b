"""The table of settings in docs/operators.md, made from the code: `make settings` writes it, and a test holds it."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from config import ALIASES, NOT_YET, Settings

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "operators.md"
HEAD = "| name | other names | default | what it is |\n| --- | --- | --- | --- |\n"


def shown(default: object) -> str:
    """A default as .env.example writes it."""
    if default is None or default in ((), frozenset()):
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def table() -> str:
    """The whole table."""
    rows = []
    for field_name, field in Settings.model_fields.items():
        name = field_name.upper()
        default = "required" if field.default is PydanticUndefined else shown(field.default)
        others = " ".join(f"`{alias}`" for alias in ALIASES.get(name, ()))
        shown_name = f"`{name}`{' †' if name in NOT_YET else ''}"
        rows.append(f"| {shown_name} | {others} | {default} | {field.description} |\n")
    return HEAD + "".join(rows)


def renewed(text: str) -> str:
    """The guide with the table as the code has it.

    Raises:
        ValueError: it has no such table.
    """
    found = re.search(re.escape(HEAD) + r"(?:\|.*\n)*", text)
    if found is None:
        raise ValueError("docs/operators.md has no table of settings")
    return text[: found.start()] + table() + text[found.end() :]


if __name__ == "__main__":
    GUIDE.write_text(renewed(GUIDE.read_text("utf-8")), "utf-8")
