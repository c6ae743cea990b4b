"""The page's people are real clients: kept over a restart, brought back when their sessions end, and told as away."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from pyrogram import raw

from sandbox.page import arriving, live
from sandbox.page import roster as roster_module
from sandbox.page import seat as seat_module
from sandbox.page.seat import Seat
from sandbox.page.tries import Newcomer, Suggestions
from tests.sandbox.seats_rig import BOT, USERNAME, Event, chat_path, page_rig


def texts_of(page: dict[str, Any]) -> list[str]:
    return [message["text"] for message in page["messages"]]


def message_to(seat: Seat, text: str) -> Any:
    def wanted(event: Event) -> bool:
        return bool((event["person"], event["kind"]) == (seat.id, "message") and event["message"]["text"] == text)

    return wanted


async def test_everybody_is_back_after_a_restart_as_the_same_client(tmp_path: Path) -> None:
    async with page_rig(tmp_path) as rig:
        port = int(rig.box.info.control.rpartition(":")[2])
        ann = await rig.add("Ann", last_name="Lee", language_code="uz")
        channel = await ann.person.create_channel("News")
        await ann.person.post(channel, "before")
        before = await rig.get("/api/start")
        chats = await rig.get(f"/api/people/{ann.id}/chats")
        async with rig.listen():
            await rig.box.stop()
    assert stat.S_IMODE((tmp_path / "page.json").stat().st_mode) == 0o600

    async with page_rig(tmp_path, control_port=port) as rig:
        after = await rig.get("/api/start")
        assert after["people"] == before["people"]
        assert after["epoch"] != before["epoch"]
        assert await rig.get(f"/api/people/{ann.id}/chats") == chats
        assert texts_of(await rig.get(chat_path(ann, channel, "/messages")))[-1:] == ["before"]
        calls = await rig.get("/calls")
        assert "auth.SignIn" not in calls[str(ann.id)]
        async with rig.listen() as page:
            again = await rig.box.page.roster.seat(ann.id)
            await again.person.post(channel, "after")
            await page.wait(message_to(again, "after"))


async def test_a_kept_file_that_is_damaged_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "page.json").write_text("[{]")
    with pytest.raises(ValueError, match=r"page\.json is damaged: remove it"):
        async with page_rig(tmp_path):
            pass


async def test_who_is_suggested_is_there_from_the_start_and_once(tmp_path: Path) -> None:
    people = tuple(
        Newcomer(f"99966000{number}", name, language_code="ru", note="a reader", knows=(USERNAME, "nobody_has_this"))
        for number, name in ((11, "Rita"), (12, "Rob"))
    )
    for _ in range(2):
        async with page_rig(tmp_path, suggestions=Suggestions(people=people)) as rig:
            async with rig.listen("x-0") as page:
                start = await rig.get("/api/start")
                if len(start["people"]) < 2:
                    await page.wait(lambda event: event["kind"] == "people" and len(event["people"]) == 2)
            shown = (await rig.get("/api/start"))["people"]
            assert [(each["name"], each["note"]) for each in shown] == [("Rita", "a reader"), ("Rob", "a reader")]
            chats = (await rig.get(f"/api/people/{shown[0]['id']}/chats"))["chats"]
            assert [(chat["id"], chat["last"]) for chat in chats] == [(BOT, None)]
            kinds = [line["kind"] for line in rig.box.ledger.since(0)]
            assert kinds.count("signup") == 2


async def test_new_people_get_numbers_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_module, "_NUMBERS", range(10_000, 10_003))
    async with page_rig() as rig:
        from sandbox.people import People

        async with People(rig.box.info) as people:
            other = await people.sign_up("9996610001", first_name="Other")
            both = await asyncio.gather(rig.add("Ann"), rig.add("Bob"))
        assert {seat.record.phone for seat in both} == {"9996610000", "9996610002"}
        assert other.id not in {seat.id for seat in both}
        known = await rig.box.page.roster.include("9996610001", "Another name")
        assert (known.id, known.record.shown()["name"]) == (other.id, "Other")
        status, answer = await rig.ask("POST", "/api/people", json={"first_name": "Carl"})
        assert status == 400
        assert "number" in answer["error"]


async def test_a_telegram_that_is_away_is_504_and_everything_is_told_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await ann.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=bob.record.phone))
        async with rig.listen() as page:
            monkeypatch.setattr(seat_module, "ANSWER_WITHIN", 0.5)
            await rig.post("/away", seconds=60)
            status, answer = await rig.ask("GET", f"/api/people/{ann.id}/chats")
            assert (status, answer["error"]) == (504, "The local Telegram does not answer. Try again in a moment.")
            monkeypatch.undo()
            await rig.post("/say", **{"from": ann.id, "to": bob.id, "texts": ["while you were away"]})
            await rig.post("/away", seconds=0)
            await page.wait(message_to(bob, "while you were away"))
            assert (await rig.get(f"/api/people/{ann.id}/chats"))["chats"]


async def test_somebody_new_who_cannot_come_leaves_no_client_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def under_way() -> list[str]:
        places = ("Roster._open", "Session.")
        return [name for task in asyncio.all_tasks() if any(map((name := repr(task.get_coro())).count, places))]

    async with page_rig() as rig:
        monkeypatch.setattr(roster_module, "ANSWER_WITHIN", 0.5)
        await rig.post("/away", seconds=60)
        status, _ = await rig.ask("POST", "/api/people", json={"first_name": "Ann"})
        assert status == 504
        assert under_way() == []
        await rig.post("/away", seconds=0)
        monkeypatch.undo()
        assert (await rig.add("Bob")).is_open
        assert [each["name"] for each in (await rig.get("/api/start"))["people"]] == ["Bob"]


@pytest.mark.parametrize("trouble", ["drop", "forget", "revoke"])
async def test_whose_session_ends_comes_back_and_misses_nothing(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_module, "LOOK_AFTER", 0.5)
    monkeypatch.setattr(roster_module, "WATCH", 0.1)
    monkeypatch.setattr(arriving, "RETURN_WITHIN", 3.0)
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        session = ann.record.session
        async with rig.listen() as page:
            await bob.person.send(ann.id, "before")
            await page.wait(message_to(ann, "before"))
            if trouble == "drop":
                await rig.post("/connections/drop", account=ann.id)
            else:
                await rig.post(f"/sessions/{trouble}", account=ann.id)
                await rig.post("/connections/drop", account=ann.id)
            await bob.person.send(ann.id, "meanwhile")
            await page.wait(message_to(ann, "meanwhile"))
            assert len([each for each in page.events if message_to(ann, "before")(each)]) == 1
        assert texts_of(await rig.get(chat_path(ann, bob.id, "/messages"))) == ["before", "meanwhile"]
        assert (ann.record.session != session) is (trouble != "drop")


async def test_what_a_silent_connection_kept_back_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_module, "LOOK_AFTER", 0.3)
    monkeypatch.setattr(roster_module, "WATCH", 0.1)
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        channel = await bob.person.create_channel("News")
        await ann.person.join(await bob.person.invite_link(channel))
        async with rig.listen() as page:
            await bob.person.post(channel, "heard")
            await page.wait(message_to(ann, "heard"))
            before = page.resets
            await rig.post("/silence", account=ann.id, seconds=None)
            await bob.person.send(ann.id, "unheard")
            await bob.person.post(channel, "unheard as well")
            await page.wait(message_to(ann, "unheard"))
            await page.wait(message_to(ann, "unheard as well"))
            assert page.resets == before


async def test_a_connection_that_answers_nothing_any_more_is_left_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_module, "LOOK_AFTER", 0.3)
    monkeypatch.setattr(roster_module, "WATCH", 0.1)
    monkeypatch.setattr(arriving, "RETURN_WITHIN", 3.0)
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        async with rig.listen() as page:
            await rig.post("/silence", account=ann.id, seconds=None, answers=False)
            await bob.person.send(ann.id, "unheard")
            await page.wait(message_to(ann, "unheard"))
        assert texts_of(await rig.get(chat_path(ann, bob.id, "/messages"))) == ["unheard"]


async def test_a_refusal_says_its_name_and_the_wait() -> None:
    async with page_rig() as rig:
        ann = await rig.add("Ann")
        fault = {
            "kind": "error",
            "code": 420,
            "name": "FLOOD_WAIT_7",
            "account": ann.id,
            "method": "messages.GetHistory",
        }
        await rig.post("/faults", **fault)
        status, answer = await rig.ask("GET", chat_path(ann, ann.id, "/messages"))
        assert (status, answer["name"]) == (400, "FLOOD_WAIT_7")
        assert "7 seconds" in answer["error"]


async def test_the_kept_file_never_stands_half_written(tmp_path: Path) -> None:
    async with page_rig(tmp_path) as rig:
        await asyncio.gather(*(rig.add(f"Person {number}") for number in range(4)))
        kept = json.loads((tmp_path / "page.json").read_text())
    assert sorted(each["first_name"] for each in kept) == [f"Person {number}" for number in range(4)]
    assert all(each["id"] and each["session"] for each in kept)


async def test_the_shelves_of_the_pages_people_stay_empty() -> None:
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        async with rig.listen() as page:
            for number in range(5):
                await bob.person.send(ann.id, f"{number}")
            await page.wait(message_to(ann, "4"))
        assert len(ann.person.mailbox.messages) == 0
        assert not ann.person.mailbox.others


async def test_who_missed_too_much_makes_the_pages_begin_anew() -> None:
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        await rig.post("/limits/differences", too_long=2)
        async with rig.listen() as page:
            await rig.post("/away", seconds=60)
            await rig.post("/say", **{"from": bob.id, "to": ann.id, "texts": [f"{number}" for number in range(9)]})
            await rig.post("/away", seconds=0)
            await page.until(lambda: page.resets > 0)
        chats = (await rig.get(f"/api/people/{ann.id}/chats"))["chats"]
        assert [(chat["id"], chat["unread"]) for chat in chats] == [(bob.id, 9)]


async def test_a_gap_that_is_filled_is_no_reason_to_begin_anew_also_where_channels_moved() -> None:
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        channel = await bob.person.create_channel("News")
        await bob.person.make_public(channel, "news_here")
        await ann.person.join("news_here")
        async with rig.listen() as page:
            await bob.person.send(ann.id, "first")
            await bob.person.post(channel, "in News")
            await page.wait(message_to(ann, "in News"))
            await rig.post("/faults", kind="skip_update", account=ann.id, method="UpdateNew*", count=1)
            await bob.person.send(ann.id, "lost on the way")
            await bob.person.send(ann.id, "last")
            await page.wait(message_to(ann, "lost on the way"))
            await page.wait(message_to(ann, "last"))
            await bob.person.post(channel, "in News again")
            await page.wait(message_to(ann, "in News again"))


async def test_how_a_chat_stands_is_asked_for_again_when_it_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AGAIN", 0.1)
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        flood = {"kind": "error", "code": 420, "name": "FLOOD_WAIT_3", "account": ann.id, "count": 1}
        await rig.post("/faults", **flood, method="messages.GetPeerDialogs")
        async with rig.listen() as page:
            await bob.person.send(ann.id, "hello")
            await page.wait(
                lambda event: event["kind"] == "chat" and (event["person"], event["chat"]["unread"]) == (ann.id, 1)
            )


async def test_what_telegram_has_no_time_for_keeps_no_message_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """An own text is asked for by its id, and so is what a message answers: both are refused for a while."""
    monkeypatch.setattr(live, "AGAIN", 0.1)
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        first = await bob.person.send(ann.id, "first")
        flood = {"kind": "error", "code": 420, "name": "FLOOD_WAIT_3", "method": "messages.GetMessages"}
        fault = await rig.post("/faults", **flood)
        async with rig.listen() as page:
            await bob.person.send(ann.id, "second", reply_to=first.id)
            answer = (await page.wait(message_to(ann, "second")))["message"]["reply_to"]
            assert answer["text"] == "…"
            await rig.ask("DELETE", f"/faults/{fault['id']}")
            await page.wait(message_to(bob, "second"))
        answer = (await rig.get(chat_path(ann, bob.id, "/messages")))["messages"][-1]["reply_to"]
        assert (answer["name"], answer["text"]) == ("Bob", "first")


async def test_through_bad_weather_every_message_comes_once_and_in_order() -> None:
    async with page_rig() as rig:
        ann, bob = await rig.add("Ann"), await rig.add("Bob")
        await bob.person.client.invoke(raw.functions.contacts.ResolvePhone(phone=ann.record.phone))
        channel = await bob.person.create_channel("News")
        await ann.person.join(await bob.person.invite_link(channel))
        await rig.get(f"/api/people/{ann.id}/chats")  # from here on she knows where she stands in the channel
        said: dict[int, list[str]] = {bob.id: [], channel: []}
        weather: list[dict[str, Any]] = [{"kind": "skip_update"}, {"kind": "duplicate_update"}]
        for fault in (*weather, {"kind": "reorder_updates", "window": 3}):
            await rig.post("/faults", **fault, account=ann.id, probability=0.2, seed=7)
        async with rig.listen() as page:
            for number in range(60):
                chat = channel if number % 2 else bob.id
                to = channel if number % 2 else ann.id
                await rig.post("/say", **{"from": bob.id, "to": to, "texts": [f"{number}"]})
                said[chat].append(f"{number}")
                if number == 30:
                    await rig.post("/connections/drop", account=ann.id)
            await rig.ask("DELETE", "/faults")
            for chat, to in ((channel, channel), (bob.id, ann.id)):
                await rig.post("/say", **{"from": bob.id, "to": to, "texts": ["end"]})
                said[chat].append("end")
            await page.until(lambda: sum(map(message_to(ann, "end"), page.events)) == 2)
        mine = [event for event in page.events if (event["person"], event["kind"]) == (ann.id, "message")]
        told = [(event["chat"], event["message"]["text"]) for event in mine if not event["message"]["service"]]
        assert {chat: [text for where, text in told if where == chat] for chat in said} == said
