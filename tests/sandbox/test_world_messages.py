"""What happens when somebody says something."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.errors import RpcError
from tests.sandbox.world_rig import Rig, f, t


def inline(*rows: list[Any]) -> Any:
    buttons = [t.KeyboardInlineButtonRow(buttons=row) for row in rows]
    return t.ReplyInlineMarkup(rows=buttons)


def callback(text: str, data: bytes) -> Any:
    return t.KeyboardInlineButton(text=text, type=t.InlineButtonTypeCallback(data=data))


def link(text: str, url: str) -> Any:
    return t.KeyboardInlineButton(text=text, type=t.InlineButtonTypeUrl(url=url))


async def test_a_message_has_an_id_of_its_own_in_each_box(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002", "Bob"), await rig.bot()
    await bob.say(bot, "/start")
    result = await ann.say(bot, "/start one")
    assert isinstance(result, t.UpdateShortSentMessage)
    assert (result.id, result.out, result.pts, result.pts_count) == (1, True, 2, 1)
    [first, update] = bot.received()
    message = update.message
    assert (first.message.id, message.id, message.message, update.pts) == (1, 2, "/start one", 3)
    assert (message.peer_id.user_id, message.from_id, message.out) == (ann.id, None, None)
    assert isinstance(message.entities[0], t.MessageEntityBotCommand)
    envelope = bot.inbox[-1]
    assert {user.id for user in envelope.users} == {ann.id}
    assert envelope.users[0].access_hash == bot.to(ann).access_hash


@pytest.mark.parametrize(
    ("text", "found"),
    [("do /start now", [(3, 6)]), ("/a /b", [(0, 2), (3, 2)]), ("<b>x</b> </script>", []), ("a/b /c/ </d", [])],
)
async def test_a_command_is_marked_where_it_is_no_part_of_a_path_or_of_markup(
    rig: Rig, text: str, found: list[tuple[int, int]]
) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002", "Bob")
    await ann.say(bob, text)
    entities = bob.received()[0].message.entities or []
    assert [(one.offset, one.length) for one in entities] == found


async def test_a_bot_sees_the_language_of_a_person_and_people_do_not(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001", lang_code="uz"), await rig.person("20002"), await rig.bot()
    await ann.say(bot, "/start")
    await ann.say(bob, "hello")
    assert bot.inbox[0].users[0].lang_code == "uz"
    assert bob.inbox[0].users[0].lang_code is None


async def test_other_sessions_of_the_sender_see_what_it_sent(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    phone = await rig.person("20001")
    await ann.say(bob, "hello")
    assert ann.inbox == []
    [update] = phone.received()
    assert (update.message.out, update.message.from_id.user_id, update.message.peer_id.user_id) == (
        True,
        ann.id,
        bob.id,
    )
    assert {user.id for user in phone.inbox[0].users} == {ann.id, bob.id}


async def test_saved_messages_lie_in_one_box_once(rig: Rig) -> None:
    ann = await rig.person("20001")
    result = await ann(f.messages.SendMessage(peer=t.InputPeerSelf(), message="note", random_id=5))
    [_, update] = result.updates
    assert (update.message.id, update.pts) == (1, 2)
    assert (await ann.state()).pts == 2


async def test_a_random_id_sends_once_for_ever(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    first = await ann.say(bot, "one", random_id=42)
    rig.reopen()
    again = await ann.say(bot, "something else", random_id=42)
    assert (again.id, again.pts, again.date) == (first.id, first.pts, first.date)
    assert len(bot.received()) == 1
    assert [line["text"] for line in rig.lines("message")] == ["one"]
    assert (await ann.state()).pts == first.pts


async def test_a_random_id_counts_per_chat_and_per_sender(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    await ann.say(bot, "to the bot", random_id=42)
    await ann.say(bob, "to bob", random_id=42)
    await bob.say(ann, "to ann", random_id=42)
    await bot.say(ann, "from the bot", random_id=42)
    assert [line["text"] for line in rig.lines("message")] == ["to the bot", "to bob", "to ann", "from the bot"]


async def test_a_random_id_cannot_run_twice_at_a_time(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    rig.api.latency = 0.05
    results = await asyncio.gather(
        ann.say(bob, "x", random_id=7), ann.say(bob, "x", random_id=7), ann.say(bob, "y", random_id=8),
        return_exceptions=True,
    )  # fmt: skip
    assert [str(result) for result in results if isinstance(result, RpcError)] == ["500 RANDOM_ID_DUPLICATE"]
    assert len(bob.received()) == 2
    again = await ann.say(bob, "x", random_id=7)
    assert again.id == results[0].id  # type: ignore[union-attr]  # both succeeded


async def test_a_random_id_is_free_again_when_its_call_failed(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    with pytest.raises(RpcError, match="MESSAGE_EMPTY"):
        await ann.say(bob, " \n", random_id=7)
    await ann.say(bob, "now", random_id=7)
    assert len(bob.received()) == 1


async def test_a_random_id_is_needed(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    with pytest.raises(RpcError, match="RANDOM_ID_EMPTY"):
        await ann.say(bob, "x", random_id=0)


@pytest.mark.parametrize(
    "text, fits", [("😀" * 2048, True), ("😀" * 2048 + "x", False), ("x" * 4096, True), ("x" * 4097, False)]
)
async def test_texts_are_measured_in_utf16(rig: Rig, text: str, fits: bool) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    if fits:
        await ann.say(bob, text)
    else:
        with pytest.raises(RpcError, match="MESSAGE_TOO_LONG"):
            await ann.say(bob, text)


@pytest.mark.parametrize(
    "offset, length, fits", [(0, 4, True), (0, 5, False), (-1, 2, False), (2, 0, False), (4, 1, False)]
)
async def test_entities_stay_within_the_text(rig: Rig, offset: int, length: int, fits: bool) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    bold = [t.MessageEntityBold(offset=offset, length=length)]
    if fits:
        result = await ann.say(bob, "😀ab", entities=bold)
        assert result.entities == bold
    else:
        with pytest.raises(RpcError, match="ENTITY_BOUNDS_INVALID"):
            await ann.say(bob, "😀ab", entities=bold)


async def test_the_server_marks_what_it_knows_and_leaves_what_is_marked(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    text = "😀 /help @durov https://example.org/a. #tag code"
    code = t.MessageEntityCode(offset=3, length=5)
    result = await ann.say(bob, text, entities=[code])
    kinds = [(type(e).__name__, e.offset, e.length) for e in result.entities]
    assert kinds == [
        ("MessageEntityCode", 3, 5), ("MessageEntityMention", 9, 6), ("MessageEntityUrl", 16, 21),
        ("MessageEntityHashtag", 39, 4),
    ]  # fmt: skip


async def test_a_mention_by_name_brings_its_user_along(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    await ann.say(bot, "/start")
    await bob.say(bot, "/start")
    entity = t.InputMessageEntityMentionName(offset=0, length=2, user_id=bot.user(bob))
    await bot.say(ann, "hi", entities=[entity])
    assert ann.received()[-1].message.entities[0].user_id == bob.id
    assert {user.id for user in ann.inbox[-1].users} == {bot.id, bob.id}
    wrong = t.InputMessageEntityMentionName(offset=0, length=2, user_id=t.InputUser(user_id=1, access_hash=1))
    with pytest.raises(RpcError, match="ENTITY_MENTION_USER_INVALID"):
        await bot.say(ann, "hi", entities=[wrong])


@pytest.mark.parametrize(
    "markup, error",
    [
        (inline([callback("ok", b"x" * 64)]), None),
        (inline([callback("ok", b"x" * 65)]), "BUTTON_DATA_INVALID"),
        (inline([callback("ok", b"")]), "BUTTON_DATA_INVALID"),
        (inline([callback(" ", b"x")]), "BUTTON_TEXT_INVALID"),
        (inline([link("ok", "https://t.me/x?start=y")]), None),
        (inline([link("ok", "no link")]), "BUTTON_URL_INVALID"),
        (inline(*[[callback(str(n), b"x")] for n in range(101)]), "REPLY_MARKUP_TOO_LONG"),
        (inline([t.KeyboardButton(text="x", type=t.ButtonTypeDefault())]), "BUTTON_TYPE_INVALID"),
        (t.ReplyKeyboardMarkup(rows=[]), "REPLY_MARKUP_INVALID"),
    ],
)
async def test_keyboards_are_checked(rig: Rig, markup: Any, error: str | None) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    if error is None:
        result = await bot.say(ann, "choose", reply_markup=markup)
        assert result.updates[-1].message.reply_markup == markup == ann.received()[-1].message.reply_markup
    else:
        with pytest.raises(RpcError, match=error):
            await bot.say(ann, "choose", reply_markup=markup)


async def test_peoples_keyboards_are_ignored(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    await ann.say(bob, "x", reply_markup=inline([callback("ok", b"x")]))
    assert bob.received()[0].message.reply_markup is None


async def test_a_reply_names_the_message_as_each_side_has_it(rig: Rig) -> None:
    ann, bob, bot = await rig.person("20001"), await rig.person("20002"), await rig.bot()
    await bob.say(bot, "/start")
    await ann.say(bot, "/start")
    reply = t.InputReplyToMessage(reply_to_msg_id=2)
    result = await bot.say(ann, "yes?", reply_to=reply)
    assert result.updates[-1].message.reply_to.reply_to_msg_id == 2
    assert ann.received()[0].message.reply_to.reply_to_msg_id == 1
    with pytest.raises(RpcError, match="REPLY_MESSAGE_ID_INVALID"):
        await bot.say(ann, "what?", reply_to=t.InputReplyToMessage(reply_to_msg_id=1))
    found = await bot(f.messages.GetMessages(id=[t.InputMessageReplyTo(id=3)]))
    assert found.messages[0].message == "/start"


async def test_a_bot_cannot_write_first(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    with pytest.raises(RpcError, match="400 PEER_ID_INVALID"):
        await bot.say(ann, "hello?")
    await ann.say(bot, "/start")
    await bot(f.messages.SendMessage(peer=t.InputPeerUser(user_id=ann.id, access_hash=0), message="now", random_id=9))
    assert ann.received()[-1].message.message == "now"


async def test_a_blocked_bot_is_told_and_cannot_write_until_unblocked(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    await ann(f.contacts.Block(id=ann.to(bot)))
    rig.reopen()
    with pytest.raises(RpcError, match="400 USER_IS_BLOCKED"):
        await bot.say(ann, "hello?")
    with pytest.raises(RpcError, match="YOU_BLOCKED_USER"):
        await ann.say(bot, "hello?")
    await ann(f.contacts.Unblock(id=ann.to(bot)))
    await bot.say(ann, "hello again")
    assert [(u.stopped, u.qts) for u in bot.received(t.UpdateBotStopped)] == [(True, 2), (False, 3)]


async def test_who_blocks_a_person_gets_nothing_from_them(rig: Rig) -> None:
    ann, bob = await rig.person("20001"), await rig.person("20002")
    await ann(f.contacts.Block(id=ann.to(bob)))
    await bob.say(ann, "hello?")
    assert ann.received() == []
    assert (await ann.state()).pts == 1


async def test_bots_do_not_talk_to_bots(rig: Rig) -> None:
    bot, other = await rig.bot(), await rig.bot("7000002:secret", "other_bot")
    with pytest.raises(RpcError, match="USER_IS_BOT"):
        await bot.say(other, "hello, colleague")


@pytest.mark.parametrize(
    "parameter, text, error",
    [
        ("", "/start", None),
        ("abc_-9", "/start abc_-9", None),
        ("a b", "", "START_PARAM_INVALID"),
        ("a" * 65, "", "START_PARAM_TOO_LONG"),
    ],
)
async def test_the_start_button_carries_its_parameter(rig: Rig, parameter: str, text: str, error: str | None) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    query = f.messages.StartBot(bot=ann.user(bot), peer=ann.to(bot), random_id=3, start_param=parameter)
    if error is not None:
        with pytest.raises(RpcError, match=error):
            await ann(query)
        return
    await ann(query)
    await ann(query)
    assert [update.message.message for update in bot.received()] == [text]


async def test_typing_is_seen_by_people(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    await bot(f.messages.SetTyping(peer=bot.to(ann), action=t.SendMessageTypingAction()))
    assert [update.user_id for update in ann.received(t.UpdateUserTyping)] == [bot.id]


async def test_a_protected_message_says_so_when_a_bot_sent_it(rig: Rig) -> None:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start", noforwards=True)
    await bot.say(ann, "secret", noforwards=True, silent=True)
    assert bot.received()[0].message.noforwards is None
    message = ann.received()[0].message
    assert (message.noforwards, message.silent) == (True, True)
