"""A chat in full: what it says of itself, what its bots can do, and who is in it."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw
from pyrogram.errors import ChatAdminRequired

from sandbox.page.peers import chat_id_of, is_channel
from sandbox.page.seat import Seat

types = raw.types
SHOWN: Final = 50
"""Members that are shown at most."""
_ROLES: Final = {types.ChannelParticipantCreator: "creator", types.ChannelParticipantAdmin: "admin"}


async def chat_info(seat: Seat, chat_id: int) -> dict[str, Any]:
    """Everything that a chat's details show.

    Raises:
        NoChat: the person knows no such chat.
        RPCError: it is closed to them.
    """
    full = await seat.full(chat_id)
    seat.chatlist.learn(chat_id, full)
    shown = seat.chatlist.shown(chat_id)
    if is_channel(chat_id):
        shown["members"] = full.participants_count
    info = getattr(full, "bot_info", None)
    invite = getattr(full, "exported_invite", None)
    return shown | {
        "about": full.about or "",
        "invite": getattr(invite, "link", None),
        "commands": commands_of(full, seat),
        "admins": getattr(full, "admins_count", None),
        "participants": await _participants(seat, chat_id) if is_channel(chat_id) else [],
        "description": info.description if isinstance(info, types.BotInfo) else None,
        "menu": _menu(info),
    }


def commands_of(full: Any, seat: Seat) -> list[dict[str, str]]:
    """The commands of all bots in a chat; in a group each one names its bot, as Telegram completes it."""
    info = getattr(full, "bot_info", None)
    if isinstance(info, types.BotInfo):
        return [_command(each, "") for each in info.commands or ()]
    several = [each for each in info or () if each.commands]
    return [
        _command(command, f"@{getattr(seat.users.get(each.user_id), 'username', '')}")
        for each in several
        for command in each.commands
    ]


def _command(command: Any, suffix: str) -> dict[str, str]:
    return {"command": f"{command.command}{suffix}", "description": command.description}


def _menu(info: Any) -> dict[str, str] | None:
    """The button beside the field for text, where a bot has one that opens a page of its own."""
    button = getattr(info, "menu_button", None)
    return {"text": button.text, "url": button.url} if isinstance(button, types.BotMenuButton) else None


async def _participants(seat: Seat, chat_id: int) -> list[dict[str, Any]]:
    """Some of the members; nobody where the person may not see them."""
    query = raw.functions.channels.GetParticipants(
        channel=await seat.channel(chat_id), filter=types.ChannelParticipantsRecent(), offset=0, limit=SHOWN, hash=0
    )
    try:
        found: Any = await seat.call(query)
    except ChatAdminRequired:
        return []
    eyes = seat.eyes()
    shown = []
    for each in found.participants:
        number = each.user_id if hasattr(each, "user_id") else chat_id_of(each.peer)
        role = _ROLES.get(type(each), "member")
        bot = bool(getattr(seat.users.get(number), "bot", None))
        shown.append({"id": number, "name": eyes.name(number), "role": role, "bot": bot})
    return shown
