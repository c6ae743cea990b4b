"""What is read from a person: the profile that is kept, and the names that stand in the owner's own texts."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyrogram.types import CallbackQuery, Message, User

from locales.arguments import clean, cut
from services.users import Profile

if TYPE_CHECKING:
    from client.bot import Bot


def person_of(update: Message | CallbackQuery) -> User:
    """The person an update is from; filters let nothing else through.

    Raises:
        ValueError: it is from a channel, a group or nobody.
    """
    if update.from_user is None:
        raise ValueError("an update of no person")
    return update.from_user


def first_of(user: User) -> str:
    """Name a person by the first name, or by what there is where it shows nothing."""
    return clean(user.first_name or "") or clean(user.last_name or "") or user.username or str(user.id)


def names_of(user: User) -> dict[str, str]:
    """Name a person as the owner's own texts may: what stands for `{first}`, `{username}` and so on, in HTML."""
    first = html.escape(cut(first_of(user)), quote=False)
    return {
        "first": first,
        "last": html.escape(cut(clean(user.last_name or "")), quote=False),
        "username": f"@{user.username}" if user.username else first,
        "mention": f'<a href="tg://user?id={user.id}">{first}</a>',
        "id": str(user.id),
    }


async def names_by_id(bot: Bot, people: Iterable[int]) -> dict[int, str]:
    """Name people by their ids, those whom the bot has met."""
    known = [await bot.services.users.get(person) for person in people]
    return {user.user_id: clean(user.first_name) or f"@{user.username}" for user in known if user is not None}


def profile_of(user: User) -> Profile:
    """A person as Telegram shows them at this moment."""
    return Profile(
        user_id=int(user.id or 0),
        username=user.username,
        first_name=user.first_name or "",
        last_name=user.last_name,
        language_code=user.language_code,
    )
