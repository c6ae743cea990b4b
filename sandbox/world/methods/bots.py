"""What bots have of their own: commands, and answers to their buttons."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.bot_commands import announced, keep
from sandbox.world.channels import Channel
from sandbox.world.content import utf16_length
from sandbox.world.messages import Message
from sandbox.world.peers import resolve, resolve_user
from sandbox.world.registry import Call, Who, serves
from sandbox.world.sending import target

bots = raw.functions.bots
messages = raw.functions.messages
COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE: Final = re.compile(r"(?:[a-z]{2,3})?")
COMMANDS_MAX: Final = 100
ANSWER_MAX: Final = 200


@serves(bots.SetBotCommands, Who.BOT)
async def set_bot_commands(call: Call, query: Any) -> object:
    """Announce commands for a scope and a language."""
    if len(query.commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in query.commands:
        if not COMMAND.fullmatch(command.command):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command.description.strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    scope = _scope(call, query)
    if not keep(call, scope, query.lang_code, query.commands):
        return True
    names = [command.command for command in query.commands]
    call.world.record("commands", from_id=call.me.id, scope=scope, lang_code=query.lang_code, commands=names)
    return True


@serves(bots.ResetBotCommands, Who.BOT)
async def reset_bot_commands(call: Call, query: Any) -> object:
    """Take them back."""
    scope = _scope(call, query)
    if keep(call, scope, query.lang_code, []):
        call.world.record("commands", from_id=call.me.id, scope=scope, lang_code=query.lang_code, commands=[])
    return True


@serves(bots.GetBotCommands, Who.BOT)
async def get_bot_commands(call: Call, query: Any) -> object:
    """What was announced for exactly this scope and language."""
    return announced(call, call.me, _scope(call, query), query.lang_code)


@serves(messages.GetBotCallbackAnswer, Who.USER)
async def get_bot_callback_answer(call: Call, query: Any) -> object:
    """Press a button; the answer is the bot's, if it comes within ten seconds."""
    world, me = call.world, call.me
    message = _pressed(call, query)
    bot = world.accounts[message.sender]
    peer = resolve(call, query.peer)
    if not bot.bot or not any(button.type.data == query.data for button in _callbacks(message)):
        raise bad_request("DATA_INVALID")
    query_id, future = world.queries.ask(bot.id, me.id)
    chat = me.id if not isinstance(peer, Channel) else peer.peer
    world.record(
        "callback_query",
        from_id=me.id,
        peer_id=bot.id if chat == me.id else chat,
        message_id=message.id_for(bot.id),
        query_id=query_id,
        data=query.data.decode("utf-8", "replace"),
    )
    instance = int.from_bytes(hashlib.sha256(f"{bot.id} {chat}".encode()).digest()[:8], "big", signed=True)
    world.tell(
        bot,
        lambda view: [
            raw.types.UpdateBotCallbackQuery(
                query_id=query_id,
                user_id=me.id,
                peer=view.peer(chat),
                msg_id=message.id_for(bot.id),
                chat_instance=instance,
                data=query.data,
            )
        ],
        mention=[me.id],
    )
    world.settle()
    try:
        return await asyncio.wait_for(future, world.limits.callback_seconds)
    except TimeoutError:
        raise bad_request("BOT_RESPONSE_TIMEOUT") from None


@serves(messages.SetBotCallbackAnswer, Who.BOT)
async def set_bot_callback_answer(call: Call, query: Any) -> object:
    """Answer a button that was pressed."""
    if query.message is not None and utf16_length(query.message) > ANSWER_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    if query.url is not None and not query.url.startswith(("https://t.me/", "http://t.me/", "tg://")):
        raise bad_request("URL_INVALID")
    answer = raw.types.messages.BotCallbackAnswer(
        cache_time=query.cache_time,
        alert=query.alert or None,
        has_url=True if query.url else None,
        native_ui=True,
        message=query.message or None,
        url=query.url or None,
    )
    user = call.world.queries.answer(call.me.id, query.query_id, answer)
    if user is None:
        raise bad_request("QUERY_ID_INVALID")
    call.world.record(
        "callback_answer",
        from_id=call.me.id,
        peer_id=user,
        query_id=query.query_id,
        text=query.message,
        url=query.url,
        alert=query.alert or None,
    )
    return True


def _scope(call: Call, query: Any) -> str:
    if not LANGUAGE.fullmatch(query.lang_code):
        raise bad_request("LANG_CODE_INVALID")
    types, scope = raw.types, query.scope
    match scope:
        case types.BotCommandScopePeer():
            return f"peer {target(resolve(call, scope.peer))}"
        case types.BotCommandScopePeerAdmins():
            return f"admins {target(resolve(call, scope.peer))}"
        case types.BotCommandScopePeerUser():
            return f"member {target(resolve(call, scope.peer))} {resolve_user(call, scope.user_id).id}"
        case types.BotCommandScopeUsers():
            return "users"
        case types.BotCommandScopeChats():
            return "chats"
        case types.BotCommandScopeChatAdmins():
            return "chat admins"
        case _:
            return "default"


def _pressed(call: Call, query: Any) -> Message:
    peer = resolve(call, query.peer)
    owner = peer.peer if isinstance(peer, Channel) else call.me.id
    message = call.world.messages.get(owner, query.msg_id)
    if message is None or message.chat_for(call.me.id) != target(peer):
        raise bad_request("MESSAGE_ID_INVALID")
    return message


def _callbacks(message: Message) -> list[Any]:
    rows = getattr(message.markup, "rows", [])
    return [b for row in rows for b in row.buttons if isinstance(b.type, raw.types.InlineButtonTypeCallback)]
