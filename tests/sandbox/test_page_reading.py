"""What a person sees over HTTP is what Telegram has: chats, messages page by page, details, and it moves live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pyrogram import raw

from sandbox.page.seat import Seat
from tests.sandbox.seats_rig import BOT, USERNAME, Event, PageRig, bot_in, chat_path, page_rig


@pytest.fixture
async def rig() -> AsyncIterator[PageRig]:
    async with page_rig() as rig:
        yield rig


async def chats_of(rig: PageRig, seat: Seat) -> dict[int, dict[str, Any]]:
    found = (await rig.get(f"/api/people/{seat.id}/chats"))["chats"]
    return {chat["id"]: chat for chat in found}


def of(seat: Seat, kind: str, **more: Any) -> Any:
    """Whether an event is this person's, of this kind, and says this."""

    def wanted(event: Event) -> bool:
        return event["person"] == seat.id and event["kind"] == kind and more.items() <= event.items()

    return wanted


def says(seat: Seat, text: str) -> Any:
    """Whether an event tells that a chat in this person's list ends with this text."""

    def wanted(event: Event) -> bool:
        return of(seat, "chat")(event) and (event["chat"]["last"] or {}).get("text") == text

    return wanted


async def test_the_list_is_newest_first_and_says_what_one_may_do(rig: PageRig) -> None:
    ann, bob = await rig.add("Ann", last_name="Lee"), await rig.add("Bob", language_code="ru")
    news = await ann.person.create_channel("News", "All of it")
    await ann.person.make_public(news, "all_news")
    group = await ann.person.create_channel("Talk", broadcast=False)
    await ann.person.send(USERNAME, "/start")
    await ann.person.send("me", "a note of mine")
    await bob.person.join("all_news")
    await ann.person.post(news, "hello **all**")

    mine = await chats_of(rig, ann)
    assert list(mine) == [news, ann.id, BOT, group] or mine[news]["last"]["date"] == mine[group]["last"]["date"]
    assert mine[news] == {
        "id": news, "kind": "channel", "title": "News", "username": "all_news", "member": True, "can_write": True,
        "creator": True, "admin": True, "blocked": False, "members": 2, "protected": False, "unread": 0,
        "read_up_to": 0, "read_outbox_up_to": 2, "pinned": None,
        "last": {"id": 2, "text": "hello **all**", "date": mine[news]["last"]["date"], "out": True, "from": None},
    }  # fmt: skip
    assert (mine[ann.id]["kind"], mine[ann.id]["title"]) == ("saved", "Saved Messages")
    assert (mine[BOT]["kind"], mine[BOT]["last"]["from"]) == ("bot", "Ann Lee")
    assert (mine[group]["kind"], mine[group]["last"]["text"]) == ("group", "Ann Lee created the group")

    his = await chats_of(rig, bob)
    assert list(his) == [news]
    assert (his[news]["can_write"], his[news]["creator"], his[news]["unread"]) == (False, False, 1)


async def test_reading_counts_down_and_tells_who_wrote(rig: PageRig) -> None:
    ann, bob = await rig.add("Ann"), await rig.add("Bob")
    await ann.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=bob.record.phone))
    async with rig.listen() as page:
        for number in range(3):
            await ann.person.send(bob.id, f"number {number}")
        await page.wait(lambda event: of(bob, "chat")(event) and event["chat"]["unread"] == 3)
        await rig.post(chat_path(bob, ann.id, "/read"), up_to=2)
        told = await page.wait(lambda event: of(bob, "chat")(event) and event["chat"]["unread"] == 1)
        assert told["chat"]["read_up_to"] == 2
        await page.wait(lambda event: of(ann, "chat")(event) and event["chat"]["read_outbox_up_to"] == 2)
    shown = (await rig.get(chat_path(ann, bob.id, "/messages")))["messages"]
    assert [message["read"] for message in shown] == [True, True, False]
    for wrong in ({"up_to": 0}, {"up_to": "2"}, {}, {"up_to": 1, "more": 1}):
        assert (await rig.ask("POST", chat_path(bob, ann.id, "/read"), json=wrong))[0] == 400


async def test_a_thousand_messages_are_there_page_by_page_and_around_any_of_them(rig: PageRig) -> None:
    ann = await rig.add("Ann")
    channel = await ann.person.create_channel("Long")
    await rig.post("/say", **{"from": ann.id, "to": channel, "texts": [f"text {number}" for number in range(999)]})
    path = chat_path(ann, channel, "/messages")

    seen: list[int] = []
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = await rig.get(path, **query)
        ids = [message["id"] for message in page["messages"]]
        assert ids == sorted(ids)
        assert page["newer"] is bool(seen)
        seen = ids + seen
        if not page["older"]:
            break
        query["before"] = ids[0]
    assert seen == list(range(1, 1001))

    around = await rig.get(path, around=500, limit=20)
    assert [message["id"] for message in around["messages"]] == list(range(491, 511))
    assert (around["older"], around["newer"]) == (True, True)
    after = await rig.get(path, after=990)
    assert [message["id"] for message in after["messages"]] == list(range(991, 1001))
    assert (after["older"], after["newer"]) == (True, False)
    assert await rig.get(path, before=1) == {"messages": [], "older": False, "newer": True}
    assert await rig.get(path, after=1000) == {"messages": [], "older": True, "newer": False}
    for wrong in ({"before": "x"}, {"limit": 101}, {"limit": 0}, {"before": 2, "after": 3}, {"around": -1}):
        assert (await rig.ask("GET", path, params=wrong))[0] == 400


async def test_what_is_not_there_is_404_and_what_is_closed_says_why(rig: PageRig) -> None:
    ann, bob = await rig.add("Ann"), await rig.add("Bob")
    channel = await ann.person.create_channel("Closed")
    for path in ("", "/messages", "/commands"):
        status, answer = await rig.ask("GET", chat_path(bob, channel, path))
        assert (status, answer["name"]) == (404, "NO_CHAT")
    assert (await rig.ask("GET", chat_path(bob, ann.id, "/messages")))[0] == 404
    assert (await rig.ask("GET", f"/api/people/{10**15}/chats"))[0] == 404
    link = await ann.person.invite_link(channel)
    await bob.person.join(link)
    assert (await rig.get(chat_path(bob, channel)))["member"]
    async with rig.listen() as page:
        await ann.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=bob.record.phone))
        await ann.person.ban(bob.id, channel)
        await page.wait(of(bob, "gone", chat=channel))
    assert channel not in await chats_of(rig, bob)
    status, answer = await rig.ask("GET", chat_path(bob, channel, "/messages"))
    assert (status, answer["name"]) == (400, "CHANNEL_PRIVATE")


async def test_everything_arrives_live_and_only_with_those_it_is_for(rig: PageRig) -> None:
    ann, bob, eve = await rig.add("Ann"), await rig.add("Bob"), await rig.add("Eve")
    await ann.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=bob.record.phone))
    async with rig.listen() as page:
        sent = await ann.person.send(bob.id, "a secret between two")
        got = await page.wait(of(bob, "message"))
        own = await page.wait(of(ann, "message"))
        assert (own["message"]["out"], own["message"]["text"]) == (True, "a secret between two")
        assert got["message"]["from"] == {"id": ann.id, "name": "Ann", "kind": "private"}
        await ann.person.edit(sent, "a secret, edited")
        assert (await page.wait(of(bob, "edit")))["message"]["text"] == "a secret, edited"
        await ann.person.client.invoke(
            raw.functions.messages.SetTyping(
                peer=await ann.peer(bob.id), action=raw.types.SendMessageTypingAction()
            )
        )  # fmt: skip
        assert await page.wait(of(bob, "typing", chat=ann.id, **{"from": ann.id}, action="typing"))
        await ann.person.client.invoke(
            raw.functions.messages.UpdatePinnedMessage(peer=await ann.peer(bob.id), id=sent.id)
        )
        await page.wait(lambda event: of(bob, "chat")(event) and event["chat"]["pinned"] == got["message"]["id"])
        await page.wait(lambda event: of(bob, "edit")(event) and event["message"]["pinned"])
        await ann.person.delete(sent)
        assert (await page.wait(of(bob, "delete")))["ids"] == [got["message"]["id"]]
        assert {event["person"] for event in page.events} <= {ann.id, bob.id}
    for path in (chat_path(eve, ann.id, "/messages"), chat_path(eve, bob.id, "/messages")):
        assert (await rig.ask("GET", path))[0] == 404
    assert ann.record.phone not in str([event for event in page.events if event["person"] == bob.id])


async def test_details_have_what_bots_announced_for_this_person(rig: PageRig) -> None:
    ann, bob = await rig.add("Ann"), await rig.add("Bob", language_code="ru")
    group = await ann.person.create_channel("Talk", "About it", broadcast=False)
    await ann.person.promote(USERNAME, group)
    await ann.person.send(USERNAME, "/start")
    await bob.person.send(USERNAME, "/start")
    async with bot_in(rig) as bot:
        bots, types = raw.functions.bots, raw.types
        for scope, language, words in (
            (types.BotCommandScopeUsers(), "", "Say hello"),
            (types.BotCommandScopeUsers(), "ru", "Поздороваться"),
            (types.BotCommandScopeChats(), "", "Greet all"),
        ):
            command = types.BotCommand(command="hello", description=words)
            await bot.invoke(bots.SetBotCommands(scope=scope, lang_code=language, commands=[command]))
    for seat, words in ((ann, "Say hello"), (bob, "Поздороваться")):
        found = await rig.get(chat_path(seat, BOT, "/commands"))
        assert found == {"commands": [{"command": "hello", "description": words}]}
    details = await rig.get(chat_path(ann, group))
    assert details["commands"] == [{"command": f"hello@{USERNAME}", "description": "Greet all"}]
    assert (details["about"], details["members"], details["admins"]) == ("About it", 2, 2)
    assert details["invite"].startswith("https://t.me/+")
    assert {(each["name"], each["role"], each["bot"]) for each in details["participants"]} == {
        ("Ann", "creator", False),
        (USERNAME, "admin", True),
    }
    async with rig.listen() as page:
        await bob.person.block(BOT)
        bob.changed(BOT)
        await bob.chatlist.look_closer(BOT)
        await page.wait(lambda event: of(bob, "chat")(event) and event["chat"]["blocked"])
    blocked = (await chats_of(rig, bob))[BOT]
    assert (blocked["blocked"], blocked["can_write"]) == (True, False)


async def test_hundreds_of_chats_of_one_moment_are_all_there(rig: PageRig) -> None:
    ann = await rig.add("Ann")
    crowd = (await rig.post("/people", count=250))["ids"]
    await rig.post("/say", **{"from": crowd, "to": ann.id, "texts": ["hello"]})
    chats = await chats_of(rig, ann)
    assert set(chats) == set(crowd)
    assert {chat["unread"] for chat in chats.values()} == {1}


async def test_what_a_group_forbids_is_known_at_once(rig: PageRig) -> None:
    ann, bob = await rig.add("Ann"), await rig.add("Bob")
    group = await ann.person.create_channel("Talk", broadcast=False)
    await bob.person.join(await ann.person.invite_link(group))
    async with rig.listen() as page:
        await ann.person.forbid(group, send_messages=True)
        await page.wait(lambda event: of(bob, "chat")(event) and not event["chat"]["can_write"])
        await ann.person.forbid(group)
    assert (await chats_of(rig, bob))[group]["can_write"]
    assert (await chats_of(rig, ann))[group]["can_write"]


async def test_a_chat_that_was_removed_does_not_come_back_by_itself(rig: PageRig) -> None:
    ann, bob, carl = await rig.add("Ann"), await rig.add("Bob"), await rig.add("Carl")
    for other in (bob, carl):
        await ann.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=other.record.phone))
    async with rig.listen() as page:
        for number in range(3):
            await ann.person.send(bob.id, f"{number}")
        await page.wait(says(ann, "2"))
        await rig.post(chat_path(ann, bob.id, "/remove"))
        await page.wait(of(ann, "gone", chat=bob.id))
        for text in ("first", "second"):
            await ann.person.send(carl.id, text)
            await page.wait(says(ann, text))
        after = page.events[page.events.index(await page.wait(of(ann, "gone", chat=bob.id))) :]
        assert not [event for event in after if of(ann, "chat")(event) and event["chat"]["id"] == bob.id]
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        await bob.person.send(ann.id, "hello again")
        await page.wait(says(ann, "hello again"))
