"""How the owner makes admins: who they are, what each of them may do, and an end to it."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import owner
from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card, say, show
from plugins.naming import PAGE, Named, asked, known, named, page_of, pressed_id, turning
from plugins.people import person_of
from plugins.recognize import command, person, pressed, pressed_argument
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.access import Admin, Permission
from services.conversations import Question
from services.errors import UserError

FIRST_PERMISSIONS: Final = frozenset({Permission.UPLOAD})
"""What a new admin may do until the owner says more."""

LABELS: Final = {
    Permission.UPLOAD: "permission-upload",
    Permission.REVIEW: "permission-review",
    Permission.BROADCAST: "permission-broadcast",
    Permission.BAN: "permission-ban",
    Permission.SETTINGS: "permission-settings",
}
"""What each permission is called, in the order in which they are shown."""


@Client.on_message(command("admins") & owner)
async def admins(bot: Bot, message: Message) -> None:
    """List the admins."""
    await say(bot, message, await admins_card(bot))


@Client.on_message(command("add_admin") & owner)
async def add_admin(bot: Bot, message: Message) -> None:
    """Make somebody an admin, and show what they may do."""
    if who := await named(bot, message):
        await say(bot, message, await appointed(bot, who, message, cause_of(message)))
    else:
        await ask(bot, message, "add-admin", Question("add-admin-usage", {}, ((CANCEL,),)))


@Client.on_message(answers("add-admin") & owner, group=TALKING)
async def add_named(bot: Bot, message: Message) -> None:
    """Make an admin of the person who was named when asked for."""
    async with talking(bot, message) as talk:
        card = await appointed(bot, await asked(bot, message), message, talk.cause)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_message(command("del_admin") & owner)
async def del_admin(bot: Bot, message: Message) -> None:
    """Make an admin a reader again."""
    if not (who := await named(bot, message)):
        await say(bot, message, await admins_card(bot))
        return
    await bot.services.access.dismiss(who.user_id, by=person_of(message).id, cause=cause_of(message))
    await bot.answer(message, "admin-dismissed", who=who.part)
    bot.announce()


@Client.on_callback_query(person & owner & pressed("admins"))
async def press_admins(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of the list."""
    await show(bot, query, await admins_card(bot, page_of(query)))


@Client.on_callback_query(person & owner & pressed("admin"))
async def press_admin(bot: Bot, query: CallbackQuery) -> None:
    """Show what one admin may do."""
    who = await known(bot, pressed_id(query))
    await show(bot, query, admin_card(who, bot.services.access.admin(who.user_id)))


@Client.on_callback_query(person & owner & pressed("admin-may"))
async def press_permission(bot: Bot, query: CallbackQuery) -> None:
    """Give an admin a permission, or take it away."""
    who, (permission, given) = await known(bot, pressed_id(query)), wanted(query)
    by, cause = person_of(query).id, cause_of(query)
    admin = await bot.services.access.permit(who.user_id, permission, given=given, by=by, cause=cause)
    await show(bot, query, admin_card(who, admin))
    bot.announce()


@Client.on_callback_query(person & owner & pressed("admin-del"))
async def press_dismiss(bot: Bot, query: CallbackQuery) -> None:
    """Make an admin a reader again."""
    who = pressed_id(query)
    await bot.services.access.dismiss(who, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, await admins_card(bot))
    bot.announce()


async def appointed(bot: Bot, who: Named, message: Message, cause: Any) -> Card:
    """Make somebody an admin and tell them, and show what they may do."""
    made = await bot.services.access.appoint(who.user_id, FIRST_PERMISSIONS, by=person_of(message).id, cause=cause)
    told = await bot.told(who.user_id, "admin-appointed", cause=cause, step="appointed")
    bot.announce()
    return admin_card(who, made, told=told)


async def admins_card(bot: Bot, page: int = 0) -> Card:
    """List the admins, with a button for each that can be changed here."""
    found = bot.services.access.admins()
    if not found:
        return Card("admins-none", {}, [])
    shown = [(await known(bot, admin.user_id), admin) for admin in found[page * PAGE : (page + 1) * PAGE]]
    rows = tuple(
        Part("admins-row", {"who": who.part, "count": len(admin.permissions), "fixed": admin.fixed})
        for who, admin in shown
    )
    buttons = [[Button(text=who.name, data=f"admin:{who.user_id}")] for who, admin in shown if not admin.fixed]
    return Card("admins", {"rows": rows}, [*buttons, turning("admins", page, more=len(found) > (page + 1) * PAGE)])


def admin_card(who: Named, admin: Admin, *, told: bool = True) -> Card:
    """Show what one admin may do; a press on a permission gives or takes it.

    Args:
        who: the admin's name.
        admin: what they may do.
        told: whether the bot could write to them.
    """
    rows = [
        [
            Button(
                "button-permission-on" if (has := permission in admin.permissions) else "button-permission-off",
                data=f"admin-may:{who.user_id}:{permission.value}:{'off' if has else 'on'}",
                permission=Part(key),
            )
        ]
        for permission, key in LABELS.items()
    ]
    last = [Button("button-dismiss", data=f"admin-del:{who.user_id}"), Button("button-all-admins", data="admins")]
    return Card("admin-card" if told else "admin-card-untold", {"who": who.part}, [*rows, last])


def wanted(query: CallbackQuery) -> tuple[Permission, bool]:
    """Read which permission a button gives or takes.

    Raises:
        UserError: `button-stale`, for data that no button of ours has.
    """
    _, _, rest = pressed_argument(query).partition(":")
    name, _, way = rest.partition(":")
    if name not in frozenset(Permission) or way not in {"on", "off"}:
        raise UserError("button-stale")
    return Permission(name), way == "on"
