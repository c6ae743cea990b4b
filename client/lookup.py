"""What the bot finds out about people by a public name."""

from __future__ import annotations

from typing import Any

from pyrogram import raw
from pyrogram.errors import BadRequest

from services.users import Profile


class Lookup:
    """What a plugin asks Telegram through its bot."""

    async def person_by_name(self, username: str) -> Profile | None:
        """Find the person with a public name; None where it is nobody's, or a channel's, or a bot's."""
        try:
            found = await self.invoke(raw.functions.contacts.ResolveUsername(username=username))  # type: ignore[attr-defined]  # the client's
        except BadRequest:
            return None
        number = getattr(found.peer, "user_id", None)
        return next((_profile(user) for user in found.users if user.id == number and not user.bot), None)


def _profile(user: Any) -> Profile:
    return Profile(user.id, user.username, user.first_name or "", user.last_name, user.lang_code)
