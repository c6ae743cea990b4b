"""Who an update is from, judged when it is handled."""

from __future__ import annotations

from typing import Any

from pyrogram import filters
from pyrogram.filters import Filter

from services.access import Role


def _role_of(bot: Any, update: Any) -> Role:
    person = getattr(update, "from_user", None)
    role: Role = bot.services.access.role(person.id if person else 0)
    return role


async def _is_admin(_: Filter, bot: Any, update: Any) -> bool:
    return _role_of(bot, update) in (Role.OWNER, Role.ADMIN)


async def _is_owner(_: Filter, bot: Any, update: Any) -> bool:
    return _role_of(bot, update) is Role.OWNER


admin: Filter = filters.create(_is_admin, "admin")
"""Updates of the owner and of admins."""

owner: Filter = filters.create(_is_owner, "owner")
"""Updates of the owner."""
