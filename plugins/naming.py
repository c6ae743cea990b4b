"""Whom a command is about: named by id, @username or mention, or by a message forwarded from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyrogram.enums import MessageEntityType
from pyrogram.types import CallbackQuery, Message, MessageOriginHiddenUser, MessageOriginUser

from client.keyboard import Button
from locales.texts import Part
from plugins.people import first_of
from plugins.recognize import argument_of, is_command, pressed_argument, pressed_number
from services.errors import UserError
from services.users import called

if TYPE_CHECKING:
    from client.bot import Bot

PAGE: Final = 10
"""People on a page of a list."""

_ID: Final = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_USERNAME: Final = re.compile(r"(?:@|(?:https?://)?t\.me/)([A-Za-z][A-Za-z0-9_]{3,31})")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, and the best name that is known of them."""

    user_id: int
    name: str

    @property
    def part(self) -> Part:
        """How texts name them."""
        return Part("person", {"name": self.name, "id": str(self.user_id)})


async def named(bot: Bot, message: Message) -> Named | None:
    """Find out whom a command, or an answer to the question whom, is about; None where it names nobody.

    Raises:
        UserError: `person-unknown` (nobody has that name), `person-hidden` (a forward that does not say whose it is).
    """
    words = argument_of(message) if is_command(message) else str(message.text or "").strip()
    if message.forward_origin:
        return _origin(message)
    if not words:
        return _origin(await bot.replied(message))
    if mark := _mention(message):
        return Named(int(mark.user.id or 0), first_of(mark.user))
    return await _called(bot, words)


async def named_in(bot: Bot, message: Message) -> tuple[Named | None, str]:
    """Find out whom a command is about, and what it says besides; None where it names nobody.

    Raises:
        UserError: as `named` does.
    """
    words = argument_of(message)
    if who := _origin(await bot.replied(message)):
        return who, words
    if mark := _mention(message):
        after = str(message.text).encode("utf-16-le")[2 * (mark.offset + mark.length) :].decode("utf-16-le")
        return Named(int(mark.user.id or 0), first_of(mark.user)), after.strip()
    first, _, rest = words.partition(" ")
    return (await _called(bot, first) if first else None), rest.strip()


async def asked(bot: Bot, message: Message) -> Named:
    """Find out whom an answer to the question whom is about.

    Raises:
        UserError: as `named` does; `person-unnamed` where it names nobody.
    """
    who = await named(bot, message)
    if who is None:
        raise UserError("person-unnamed")
    return who


async def known(bot: Bot, user_id: int) -> Named:
    """Name a person by what is remembered of them."""
    user = await bot.services.users.get(user_id)
    return Named(user_id, called(user) if user else str(user_id))


def pressed_id(query: CallbackQuery) -> int:
    """Read the person's id in a button's data; raises what `pressed_number` does."""
    return pressed_number(query, _ID)


def page_of(query: CallbackQuery) -> int:
    """Read the number of a page in a button's data; the first one where there is none."""
    number = pressed_argument(query)
    return int(number) if re.fullmatch(r"[0-9]{1,6}", number, re.ASCII) else 0


def turning(verb: str, page: int, *, more: bool) -> list[Button]:
    """The buttons that turn to the page before and after this one, where there are any."""
    back = [Button(text="←", data=f"{verb}:{page - 1}")] if page else []
    return [*back, Button(text="→", data=f"{verb}:{page + 1}")] if more else back


def _origin(message: Message | None) -> Named | None:
    origin = message.forward_origin if message else None
    if isinstance(origin, MessageOriginHiddenUser):
        raise UserError("person-hidden")
    if isinstance(origin, MessageOriginUser) and origin.sender_user:
        return Named(int(origin.sender_user.id or 0), first_of(origin.sender_user))
    return None


def _mention(message: Message) -> Any:
    """The mark of a person who is mentioned by name; None where there is none."""
    marks = message.entities or []
    return next((mark for mark in marks if mark.type == MessageEntityType.TEXT_MENTION and mark.user), None)


async def _called(bot: Bot, words: str) -> Named:
    if _ID.fullmatch(words):
        return await known(bot, int(words))
    username = _USERNAME.fullmatch(words)
    profile = await bot.person_by_name(username[1]) if username else None
    if profile is None:
        raise UserError("person-unknown", name=words)
    return Named(profile.user_id, called(profile))
