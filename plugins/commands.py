"""Which commands there are, and to whom Telegram's menu shows them."""

from __future__ import annotations

from typing import Final

from locales.texts import Texts

READER: Final = {
    "start": "command-start",
    "help": "command-help",
    "language": "command-language",
    "about": "command-about",
}
"""Commands of everyone, each with the text that describes it, in the order of the menu."""

ADMIN: Final = {
    "genlink": "command-genlink",
    "links": "command-links",
    "revoke": "command-revoke",
}
"""Commands of those who store files."""

BY_ROLE: Final = {"reader": READER, "admin": {**ADMIN, **READER}, "owner": {**ADMIN, **READER}}


def commands_for(role: str, texts: Texts, language: str) -> list[tuple[str, str]]:
    """List the commands of a role (`reader`, `admin`, `owner`) with their descriptions in one language."""
    return [(name, texts.label(language, key)) for name, key in BY_ROLE[role].items()]
