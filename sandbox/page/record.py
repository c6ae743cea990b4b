"""What is kept of a person of the page, in the state folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Record:
    """Somebody of the page. `session` is what a client goes on with, `id` is 0 until the first sign-in."""

    phone: str
    first_name: str
    last_name: str = ""
    language_code: str = "en"
    note: str = ""
    """Who this is in the play, for instance that they own the bot."""
    knows: list[str] = field(default_factory=list)
    """User names that stand in their list of chats before anything was said."""
    id: int = 0
    session: str = ""

    def took(self, user: Any) -> None:
        """Be called as the account is, which may be older than this record."""
        self.id = user.id
        self.first_name, self.last_name = user.first_name or "", user.last_name or ""

    def shown(self) -> dict[str, Any]:
        """The person for the page."""
        return {
            "id": self.id,
            "phone": self.phone,
            "name": f"{self.first_name} {self.last_name}".strip(),
            "first_name": self.first_name,
            "last_name": self.last_name,
            "language_code": self.language_code,
            "note": self.note,
            "premium": False,
        }
