"""The commands that a bot announces, by scope and language, and which of them a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrogram import raw

from sandbox.world.accounts import Account
from sandbox.world.tl import pack_list, unpack_list

if TYPE_CHECKING:
    from sandbox.world.channels import Channel
    from sandbox.world.registry import Call


def keep(call: Call, scope: str, lang_code: str, commands: list[Any]) -> bool:
    """Announce commands, none to take them back; False when it was so already."""
    state, bot = call.world.state, call.me
    if pack_list(announced(call, bot, scope, lang_code)) == pack_list(commands):
        return False
    if commands:
        values = (bot.id, scope, lang_code, pack_list(commands))
        state.write("INSERT OR REPLACE INTO commands VALUES (?, ?, ?, ?)", values)
    else:
        state.write("DELETE FROM commands WHERE bot = ? AND scope = ? AND lang_code = ?", (bot.id, scope, lang_code))
    bot.info_version += 1
    call.world.accounts.touch(bot)
    return True


def announced(call: Call, bot: Account, scope: str, lang_code: str) -> list[Any]:
    """Exactly what was announced for a scope and a language."""
    row = call.world.state.one(
        "SELECT commands FROM commands WHERE bot = ? AND scope = ? AND lang_code = ?", (bot.id, scope, lang_code)
    )
    return [] if row is None else unpack_list(row[0])


def bot_info(call: Call, bot: Account, group: Channel | None = None) -> Any:
    """What a person sees of a bot in their private chat or in a group: the narrowest scope and their language first."""
    languages = [call.me.lang_code.partition("-")[0], ""]
    scopes = [f"peer {call.me.id}", "users", "default"] if group is None else _scopes_in(group, call.me.id)
    commands = next(
        (found for scope in scopes for code in languages if (found := announced(call, bot, scope, code))), None
    )
    return raw.types.BotInfo(
        user_id=bot.id,
        description=bot.about or None,
        commands=commands,
        menu_button=raw.types.BotMenuButtonDefault(),
    )


def _scopes_in(group: Channel, account_id: int) -> list[str]:
    admins = [f"admins {group.peer}", f"peer {group.peer}", "chat admins", "chats"]
    members = [f"peer {group.peer}", "chats"]
    return [f"member {group.peer} {account_id}", *(admins if group.is_admin(account_id) else members), "default"]
