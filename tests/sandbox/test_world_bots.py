"""Buttons and their answers; commands and who sees them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.test_world_edits import keyboard, pair
from tests.sandbox.world_rig import Actor, Rig, f, t


def press(actor: Actor, bot: Actor, data: bytes = b"x", number: int = 2) -> Any:
    return asyncio.create_task(actor(f.messages.GetBotCallbackAnswer(peer=actor.to(bot), msg_id=number, data=data)))


async def test_a_button_waits_for_its_answer(rig: Rig) -> None:
    ann, bot = await pair(rig)
    pressed = press(ann, bot)
    await asyncio.sleep(0.01)
    [query] = bot.received(t.UpdateBotCallbackQuery)
    assert (query.user_id, query.peer.user_id, query.msg_id, query.data) == (ann.id, ann.id, 2, b"x")
    assert bot.inbox[-1].users[0].id == ann.id
    answer = f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0, message="done", alert=True)
    assert await bot(answer) is True
    shown = await pressed
    assert (shown.message, shown.alert) == ("done", True)
    with pytest.raises(RpcError, match="QUERY_ID_INVALID"):
        await bot(answer)
    assert [line["kind"] for line in rig.lines()][-2:] == ["callback_query", "callback_answer"]


async def test_an_answer_is_measured_in_utf16(rig: Rig) -> None:
    ann, bot = await pair(rig)
    pressed = press(ann, bot)
    await asyncio.sleep(0.01)
    [query] = bot.received(t.UpdateBotCallbackQuery)
    full = "😀" * 100
    with pytest.raises(RpcError, match="MESSAGE_TOO_LONG"):
        await bot(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0, message=full + "x"))
    await bot(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0, message=full))
    assert (await pressed).message == full


async def test_many_people_press_at_once_and_each_gets_their_own_answer(rig: Rig) -> None:
    bot = await rig.bot()
    people = [await rig.person(f"2000{n}") for n in range(5)]
    for person in people:
        await person.say(bot, "/start")
        await bot.say(person, "choose", reply_markup=keyboard())
    tasks = [press(person, bot) for person in people]
    await asyncio.sleep(0.01)
    for query in reversed(bot.received(t.UpdateBotCallbackQuery)):
        await bot(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0, message=str(query.user_id)))
    assert [(await task).message for task in tasks] == [str(person.id) for person in people]


async def test_a_bot_that_is_silent_times_out(rig: Rig) -> None:
    ann, bot = await pair(rig)
    rig.api.world.limits.callback_seconds = 0.02
    with pytest.raises(RpcError, match="400 BOT_RESPONSE_TIMEOUT"):
        await press(ann, bot)
    [query] = bot.received(t.UpdateBotCallbackQuery)
    late = f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0)
    assert await bot(late) is True


async def test_only_a_button_that_is_there_can_be_pressed(rig: Rig) -> None:
    ann, bot = await pair(rig)
    with pytest.raises(RpcError, match="DATA_INVALID"):
        await press(ann, bot, b"y")
    with pytest.raises(RpcError, match="MESSAGE_ID_INVALID"):
        await press(ann, bot, number=9)
    await bot(f.messages.EditMessage(peer=bot.to(ann), id=2, message="no buttons"))
    with pytest.raises(RpcError, match="DATA_INVALID"):
        await press(ann, bot)


async def test_a_query_is_its_own_bots(rig: Rig) -> None:
    ann, bot = await pair(rig)
    other = await rig.bot("7000002:secret", "other_bot")
    pressed = press(ann, bot)
    await asyncio.sleep(0.01)
    [query] = bot.received(t.UpdateBotCallbackQuery)
    with pytest.raises(RpcError, match="QUERY_ID_INVALID"):
        await other(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0))
    await bot(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0))
    await pressed


async def test_a_button_below_a_channel_post_is_pressed_in_the_channel(rig: Rig) -> None:
    ann, bot = await pair(rig)
    channel = await rig.channel(ann)
    await rig.promote(ann, channel, bot)
    posted = await bot.say(channel, "choose", reply_markup=keyboard())
    number = posted.updates[0].id
    pressed = asyncio.create_task(ann(f.messages.GetBotCallbackAnswer(peer=ann.to(channel), msg_id=number, data=b"x")))
    await asyncio.sleep(0.01)
    [query] = bot.received(t.UpdateBotCallbackQuery)
    assert (query.peer.channel_id, query.msg_id, query.user_id) == (channel.id, number, ann.id)
    assert [chat.id for chat in bot.inbox[-1].chats] == [channel.id]
    await bot(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0))
    await pressed


def command(name: str) -> Any:
    return t.BotCommand(command=name, description=f"does {name}")


async def announce(bot: Actor, name: str, scope: Any, lang_code: str = "") -> None:
    assert await bot(f.bots.SetBotCommands(scope=scope, lang_code=lang_code, commands=[command(name)])) is True


async def seen(person: Actor, bot: Actor) -> list[str]:
    full = await person(f.users.GetFullUser(id=person.user(bot)))
    return [found.command for found in full.full_user.bot_info.commands or []]


async def test_commands_are_seen_by_scope_and_language(rig: Rig) -> None:
    ann, bot = await pair(rig)
    uzbek = await rig.person("20002", lang_code="uz")
    users, default = t.BotCommandScopeUsers(), t.BotCommandScopeDefault()
    assert await seen(ann, bot) == []
    await announce(bot, "default", default)
    await announce(bot, "users", users)
    await announce(bot, "uzbek", users, "uz")
    await announce(bot, "admin", t.BotCommandScopePeer(peer=bot.to(ann)))
    rig.reopen()
    assert (await seen(ann, bot), await seen(uzbek, bot)) == (["admin"], ["uzbek"])
    [kept] = await bot(f.bots.GetBotCommands(scope=users, lang_code="uz"))
    assert (kept.command, kept.description) == ("uzbek", "does uzbek")
    await bot(f.bots.ResetBotCommands(scope=users, lang_code="uz"))
    assert await seen(uzbek, bot) == ["users"]
    assert [line["commands"] for line in rig.lines("commands")][-2:] == [["admin"], []]


async def test_a_group_has_the_commands_of_its_bots_the_narrowest_first(rig: Rig) -> None:
    ann, bot = await pair(rig)
    bob = await rig.person("20003", "Bob")
    group = await rig.channel(ann, "Group", broadcast=False)
    await ann(f.channels.UpdateUsername(channel=ann.channel(group), username="the_group"))
    await ann(f.channels.InviteToChannel(channel=ann.channel(group), users=[ann.user(bot)]))
    await bob(f.channels.JoinChannel(channel=bob.channel(group)))

    async def there(person: Actor) -> list[str]:
        full = await person(f.channels.GetFullChannel(channel=person.channel(group)))
        [info] = full.full_chat.bot_info
        assert info.user_id == bot.id
        return [found.command for found in info.commands or []]

    steps = [
        ("default", t.BotCommandScopeDefault(), "default", "default"),
        ("private", t.BotCommandScopeUsers(), "default", "default"),
        ("groups", t.BotCommandScopeChats(), "groups", "groups"),
        ("all_admins", t.BotCommandScopeChatAdmins(), "all_admins", "groups"),
        ("here", t.BotCommandScopePeer(peer=bot.to(group)), "here", "here"),
        ("admins_here", t.BotCommandScopePeerAdmins(peer=bot.to(group)), "admins_here", "here"),
        ("bob", t.BotCommandScopePeerUser(peer=bot.to(group), user_id=bot.user(bob)), "admins_here", "bob"),
    ]
    for name, scope, to_ann, to_bob in steps:
        await announce(bot, name, scope)
        assert (await there(ann), await there(bob)) == ([to_ann], [to_bob])


@pytest.mark.parametrize(
    "name, description, lang_code, error",
    [
        ("Start", "x", "", "BOT_COMMAND_INVALID"),
        ("a" * 33, "x", "", "BOT_COMMAND_INVALID"),
        ("start", "", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("start", "😀" * 128 + "x", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("start", "x", "english", "LANG_CODE_INVALID"),
    ],
)
async def test_commands_are_checked(rig: Rig, name: str, description: str, lang_code: str, error: str) -> None:
    bot = await rig.bot()
    given = [t.BotCommand(command=name, description=description)]
    with pytest.raises(RpcError, match=error):
        await bot(f.bots.SetBotCommands(scope=t.BotCommandScopeDefault(), lang_code=lang_code, commands=given))
