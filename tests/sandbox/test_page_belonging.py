"""People of the page come and go, block, make channels and groups, and follow links to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from pyrogram import types

from tests.sandbox.page_rig import BOT, BOT_ID, PageRig, page_rig


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[PageRig]:
    async with page_rig() as rig:
        yield rig


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def made(rig: PageRig, kind: str, title: str, **fields: str) -> Any:
    return await rig.do(rig.olga, "/chats", {"kind": kind, "title": title, **fields})


async def test_a_channel_is_made_and_opened_by_its_name(rig: PageRig) -> None:
    chat = await made(rig, "channel", "News", about="What is new", username="the_news")
    assert (chat["kind"], chat["title"], chat["username"], chat["creator"]) == ("channel", "News", "the_news", True)
    (post,) = (await rig.do(rig.olga, f"/chats/{chat['id']}/messages", {"text": "first"}))["messages"]
    opened = await rig.do(rig.rita, "/open", {"link": f"https://t.me/the_news/{post['id']}"})
    assert (opened["chat"]["id"], opened["chat"]["member"], opened["message"]) == (chat["id"], False, post["id"])
    assert [message["text"] for message in await rig.messages(rig.rita, chat["id"])][-1] == "first"
    assert await rig.do(rig.rita, f"/chats/{chat['id']}/join") == {"asked": False}
    assert (await rig.do(rig.rita, "/open", {"link": "@the_news"}))["chat"]["member"]
    assert (await rig.refused(rig.rita, f"/chats/{chat['id']}/join"))["name"] == "USER_ALREADY_PARTICIPANT"
    await rig.do(rig.rita, f"/chats/{chat['id']}/leave")
    assert not (await rig.do(rig.rita, "/open", {"link": "@the_news"}))["chat"]["member"]
    assert (await rig.refused(rig.olga, f"/chats/{chat['id']}/leave"))["name"] == "USER_CREATOR"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "channel", "title": "  "}, {"kind": "circle", "title": "x"}, {"kind": "group"},
        {"kind": "group", "title": "x" * 129}, {"kind": "group", "title": "x", "username": BOT},
        {"kind": "group", "title": "x", "username": "no"}, {"kind": "group", "title": "x", "size": 5},
    ],
)  # fmt: skip
async def test_what_makes_no_channel_is_refused_and_makes_none(rig: PageRig, body: object) -> None:
    before = len((await rig.ask("GET", "/chats", seat=rig.olga)).json["chats"])
    await rig.refused(rig.olga, "/chats", body)
    assert len((await rig.ask("GET", "/chats", seat=rig.olga)).json["chats"]) == before


async def test_an_invitation_is_shown_and_lets_in(rig: PageRig) -> None:
    group = (await made(rig, "group", "Friends", about="Of ours"))["id"]
    link = (await rig.do(rig.olga, f"/chats/{group}/invite"))["link"]
    shown = await rig.do(rig.rita, "/open", {"link": link})
    invite = shown["invite"]
    assert (shown["chat"], invite["title"], invite["members"]) == (None, "Friends", 1)
    assert (invite["about"], invite["asks"], invite["kind"]) == ("Of ours", False, "group")
    assert (await rig.do(rig.rita, "/join", {"hash": invite["hash"]}))["chat"]["id"] == group
    again = await rig.do(rig.rita, "/open", {"link": link})
    assert (again["chat"]["id"], again["invite"]) == (group, None)
    assert (await rig.do(rig.rita, "/join", {"hash": invite["hash"]}))["chat"]["id"] == group
    (message,) = (await rig.do(rig.rita, f"/chats/{group}/messages", {"text": "hello"}))["messages"]
    own = f"https://t.me/c/{-group - 10**12}/{message['id']}"
    assert (await rig.do(rig.olga, "/open", {"link": own}))["message"] == message["id"]
    await rig.refused(rig.rita, f"/chats/{group}/invite")
    await rig.refused(rig.rita, "/join", {"hash": "nothing-behind-it"})
    await rig.refused(rig.rita, "/open", {"link": "https://t.me/+nothing-behind-it"})


async def test_who_must_ask_waits_until_they_are_let_in(rig: PageRig) -> None:
    group = (await made(rig, "group", "Careful"))["id"]
    link = (await rig.do(rig.olga, f"/chats/{group}/invite", {"asks": True}))["link"]
    invite = (await rig.do(rig.rita, "/open", {"link": link}))["invite"]
    assert invite["asks"]
    assert await rig.do(rig.rita, "/join", {"hash": invite["hash"]}) == {"chat": None, "asked": True}
    await rig.refused(rig.rita, f"/chats/{group}/messages", {"text": "x"}, 404)
    await rig.olga.person.let_in(rig.rita.id, group)
    assert (await rig.do(rig.rita, "/open", {"link": link}))["chat"]["id"] == group


async def test_a_bot_is_made_an_admin_and_posts(rig: PageRig) -> None:
    channel = (await made(rig, "channel", "Storage"))["id"]
    await rig.do(rig.olga, f"/chats/{channel}/promote", {"who": f"@{BOT}"})
    await rig.bot.send_message(channel, "from the bot")
    await rig.until(rig.olga, channel, "from the bot")
    await rig.do(rig.olga, f"/chats/{channel}/demote", {"who": BOT_ID})
    for wrong in ({"who": "nobody_at_all"}, {"who": ""}, {"who": None}, {}):
        await rig.refused(rig.olga, f"/chats/{channel}/promote", wrong)
    await rig.refused(rig.olga, f"/chats/{channel}/promote", {"who": 12345}, 404)
    await rig.refused(rig.olga, f"/chats/{rig.rita.id}/promote", {"who": BOT}, 404)


async def test_somebody_is_brought_into_a_group(rig: PageRig) -> None:
    group = (await made(rig, "group", "Party"))["id"]
    await rig.do(rig.olga, f"/chats/{group}/members", {"who": rig.rita.id})
    await rig.do(rig.olga, f"/chats/{group}/messages", {"text": "welcome"})
    await rig.until(rig.rita, group, "welcome")


async def test_a_blocked_bot_cannot_write_until_it_may_again(rig: PageRig) -> None:
    await rig.do(rig.rita, f"/chats/{BOT_ID}/messages", {"text": "hello"})
    await rig.do(rig.rita, f"/chats/{BOT_ID}/block")
    chats = (await rig.ask("GET", "/chats", seat=rig.rita)).json["chats"]
    assert next(chat for chat in chats if chat["id"] == BOT_ID)["blocked"]
    with pytest.raises(Exception, match="USER_IS_BLOCKED"):
        await rig.bot.send_message(rig.rita.id, "psst")
    await rig.do(rig.rita, f"/chats/{BOT_ID}/unblock")
    await rig.bot.send_message(rig.rita.id, "psst")
    await rig.until(rig.rita, BOT_ID, "psst")
    group = (await made(rig, "group", "Crowd"))["id"]
    await rig.refused(rig.olga, f"/chats/{group}/block")


async def test_a_link_to_a_bot_brings_its_parameter(rig: PageRig) -> None:
    opened = await rig.do(rig.rita, "/open", {"link": f"https://t.me/{BOT}?start=k_1"})
    assert (opened["chat"]["id"], opened["chat"]["kind"], opened["start"]) == (BOT_ID, "bot", "k_1")
    assert (await rig.do(rig.rita, "/open", {"link": "https://t.me/olga_here?start=k_1"}))["start"] is None
    assert (await rig.do(rig.rita, "/open", {"link": f"tg://user?id={rig.olga.id}"}))["chat"]["id"] == rig.olga.id
    assert (await rig.do(rig.rita, "/open", {"link": "+9996600001"}))["chat"]["id"] == rig.olga.id
    shared = await rig.do(rig.rita, "/open", {"link": "https://t.me/share/url?url=https://t.me/x&text=Look"})
    assert (shared["chat"], shared["share"]) == (None, "https://t.me/x\nLook")


@pytest.mark.parametrize(
    ("link", "status", "name"),
    [
        ("https://example.org/x", 400, "NOT_TELEGRAM"),
        ("javascript:alert(1)", 400, "NOT_TELEGRAM"),
        ("https://t.me/addstickers/x", 400, "LINK_NOT_SERVED"),
        ("@nobody_at_all", 404, "USERNAME_NOT_OCCUPIED"),
        ("https://t.me/c/999999/5", 404, "NO_CHAT"),
        ("tg://user?id=12345", 404, "NO_CHAT"),
        ("+9996699999", 404, "PHONE_NOT_OCCUPIED"),
    ],
)
async def test_a_link_that_leads_nowhere_is_told_so(rig: PageRig, link: str, status: int, name: str) -> None:
    assert (await rig.refused(rig.rita, "/open", {"link": link}, status))["name"] == name


async def test_commands_are_those_for_this_person_and_this_chat(rig: PageRig) -> None:
    command = types.BotCommand("start", "Begin")
    await rig.bot.set_bot_commands([command])
    await rig.bot.set_bot_commands([types.BotCommand("start", "Начать")], language_code="ru")
    await rig.bot.set_bot_commands([types.BotCommand("rules", "The rules")], types.BotCommandScopeAllGroupChats())
    admins = types.BotCommandScopeAllChatAdministrators()
    await rig.bot.set_bot_commands([types.BotCommand("ban", "Put out")], admins)

    async def told(seat: Any, chat: int) -> list[tuple[str, str]]:
        found = (await rig.ask("GET", f"/chats/{chat}/commands", seat=seat)).json["commands"]
        return [(each["command"], each["description"]) for each in found]

    assert await told(rig.olga, BOT_ID) == [("start", "Begin")]
    assert await told(rig.rita, BOT_ID) == [("start", "Начать")]
    group = (await made(rig, "group", "With the bot"))["id"]
    assert await told(rig.olga, group) == []
    await rig.do(rig.olga, f"/chats/{group}/members", {"who": BOT})
    await rig.do(rig.olga, f"/chats/{group}/members", {"who": rig.rita.id})
    assert await told(rig.olga, group) == [(f"ban@{BOT}", "Put out")]
    assert await told(rig.rita, group) == [(f"rules@{BOT}", "The rules")]
    assert await told(rig.olga, rig.rita.id) == []


async def test_a_chat_is_removed_with_all_that_was_said(rig: PageRig) -> None:
    for number in range(3):
        await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": f"gone {number}"})
    await rig.do(rig.rita, f"/chats/{rig.olga.id}/remove")
    assert await rig.messages(rig.rita, rig.olga.id) == []
    assert await rig.rita.chatlist.refresh([rig.olga.id]) == []  # as a late answer would bring it back
    chats = (await rig.ask("GET", "/chats", seat=rig.rita)).json["chats"]
    assert rig.olga.id not in {chat["id"] for chat in chats}
    await rig.until(rig.olga, rig.rita.id, "gone 2")
    await rig.do(rig.olga, f"/chats/{rig.rita.id}/messages", {"text": "back again"})
    await rig.until(rig.rita, rig.olga.id, "back again")
    await rig.do(rig.rita, f"/chats/{rig.olga.id}/remove", {"for_all": True})
    assert "back again" not in {message["text"] for message in await rig.messages(rig.olga, rig.rita.id)}


async def test_an_own_channel_is_removed_for_everybody(rig: PageRig) -> None:
    channel = (await made(rig, "channel", "Short-lived", username="short_lived"))["id"]
    await rig.do(rig.rita, "/open", {"link": "@short_lived"})
    await rig.do(rig.rita, f"/chats/{channel}/join")
    assert (await rig.refused(rig.rita, f"/chats/{channel}/remove"))["name"] == "CHAT_ADMIN_REQUIRED"
    await rig.do(rig.olga, f"/chats/{channel}/remove")
    await rig.refused(rig.rita, "/open", {"link": "@short_lived"}, 404)
    for seat in (rig.olga, rig.rita):
        chats = (await rig.ask("GET", "/chats", seat=seat)).json["chats"]
        assert channel not in {chat["id"] for chat in chats}
