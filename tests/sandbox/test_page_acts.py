"""People of the page write, edit, delete, forward, pin and press, and are told what is wrong where they may not."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sandbox.page_rig import BOT, BOT_ID, PageRig, page_rig


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[PageRig]:
    async with page_rig() as rig:
        yield rig


pytestmark = pytest.mark.asyncio(loop_scope="module")


def data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def test_what_is_typed_arrives_with_its_formatting(rig: PageRig) -> None:
    (sent,) = (await rig.do(rig.rita, f"/chats/{BOT_ID}/messages", {"text": " 👨‍👩‍👧 **שלום** `x` "}))["messages"]
    assert sent["text"] == "👨‍👩‍👧 שלום x"
    assert [(each["type"], each["offset"], each["length"]) for each in sent["entities"]] == [
        ("bold", 9, 4),
        ("code", 14, 1),
    ]
    assert (sent["out"], sent["chat"]) == (True, BOT_ID)
    echo = await rig.until(rig.rita, BOT_ID, f"echo {sent['text']}")
    assert echo["buttons"][0][0]["text"] == "b0"
    (plain,) = (await rig.do(rig.rita, f"/chats/{BOT_ID}/messages", {"text": "**as it is**", "plain": True}))[
        "messages"
    ]
    assert (plain["text"], plain["entities"]) == ("**as it is**", [])


async def test_a_long_text_goes_out_in_several_and_the_first_answers(rig: PageRig) -> None:
    (first,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": "question"}))["messages"]
    for text, count in (("😀" * 2048, 1), ("😀" * 2048 + "a", 2), ("word " * 2000, 3)):
        body = {"text": text, "reply_to": first["id"]}
        sent = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", body))["messages"]
        assert len(sent) == count
        assert [message["reply_to"] is not None for message in sent] == [True, *[False] * (count - 1)]
        assert "".join(message["text"] for message in sent).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "body",
    [
        {"text": "  \n "}, {"text": ""}, {}, {"text": 5}, {"text": "a" * 200_001}, {"text": "a b " * 30_000},
        {"text": "x", "reply_to": 999_999}, {"text": "x", "reply_to": "1"}, {"text": "x", "color": "red"},
    ],
)  # fmt: skip
async def test_what_makes_no_message_is_refused_with_words(rig: PageRig, body: object) -> None:
    before = await rig.messages(rig.rita, rig.olga.id)
    await rig.refused(rig.rita, f"/chats/{rig.olga.id}/messages", body)
    assert await rig.messages(rig.rita, rig.olga.id) == before


async def test_nobody_writes_where_they_may_not(rig: PageRig) -> None:
    channel = (await rig.do(rig.olga, "/chats", {"kind": "channel", "title": "Closed"}))["id"]
    link = (await rig.do(rig.olga, f"/chats/{channel}/invite"))["link"]
    await rig.refused(rig.rita, f"/chats/{channel}/messages", {"text": "x"}, 404)
    invited = (await rig.do(rig.rita, "/open", {"link": link}))["invite"]
    joined = await rig.do(rig.rita, "/join", {"hash": invited["hash"]})
    assert (joined["chat"]["id"], joined["asked"], joined["chat"]["can_write"]) == (channel, False, False)
    refusal = await rig.refused(rig.rita, f"/chats/{channel}/messages", {"text": "x"})
    assert refusal["name"] == "CHAT_WRITE_FORBIDDEN"
    (post,) = (await rig.do(rig.olga, f"/chats/{channel}/messages", {"text": "post"}))["messages"]
    await rig.refused(rig.rita, f"/chats/{channel}/messages/{post['id']}/edit", {"text": "mine"})
    await rig.refused(rig.rita, f"/chats/{channel}/messages/delete", {"ids": [post["id"]]})
    await rig.refused(rig.rita, f"/chats/{channel}/messages/{post['id']}/pin")
    assert [message["text"] for message in await rig.messages(rig.rita, channel)][-1] == "post"


async def test_nobody_touches_what_is_not_theirs_or_not_there(rig: PageRig) -> None:
    (mine,) = (await rig.do(rig.olga, f"/chats/{rig.olga.id}/messages", {"text": "a note to myself"}))["messages"]
    for path, body in (
        (f"/chats/{rig.olga.id}/messages/999999/edit", {"text": "x"}),
        (f"/chats/{BOT_ID}/messages/999999/edit", {"text": "x"}),
        (f"/chats/{BOT_ID}/messages/999999/pin", {}),
        (f"/chats/{BOT_ID}/messages/999999/press", {"data": data("press 0")}),
        (f"/chats/{BOT_ID}/messages/forward", {"ids": [999_999], "from": rig.olga.id}),
    ):
        await rig.refused(rig.rita, path, body)
    for number in (0, 2**31, 10**30):
        await rig.refused(rig.rita, f"/chats/{BOT_ID}/messages/{number}/pin", {}, 404)
        assert (await rig.ask("GET", f"/chats/{BOT_ID}/messages/{number}/file", seat=rig.rita)).status == 404
    await rig.refused(rig.rita, "/chats/12345/messages", {"text": "x"}, 404)
    await rig.refused(rig.rita, f"/chats/{10**30}/messages", {"text": "x"}, 404)
    assert (await rig.ask("POST", "/api/people/12345/chats/1/messages", json={"text": "x"})).status == 404
    await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages/delete", {"ids": [mine["id"], 999_999]})
    assert (await rig.messages(rig.olga, rig.olga.id))[-1]["text"] == "a note to myself"


async def test_messages_are_edited_and_deleted_for_both(rig: PageRig) -> None:
    (sent,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": "first"}))["messages"]
    edit = f"/chats/{rig.olga.id}/messages/{sent['id']}/edit"
    (edited,) = (await rig.do(rig.rita, edit, {"text": "__second__"}))["messages"]
    assert (edited["text"], edited["entities"][0]["type"]) == ("second", "italic")
    (same,) = (await rig.do(rig.rita, edit, {"text": "__second__"}))["messages"]
    assert same["text"] == "second"
    await rig.refused(rig.rita, edit, {"text": ""})
    theirs = await rig.until(rig.olga, rig.rita.id, "second")
    await rig.refused(rig.olga, f"/chats/{rig.rita.id}/messages/{theirs['id']}/edit", {"text": "x"})
    await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages/delete", {"ids": [sent["id"]]})
    assert all(message["text"] != "second" for message in await rig.messages(rig.olga, rig.rita.id))


async def test_what_one_deletes_for_oneself_stays_with_the_other(rig: PageRig) -> None:
    (sent,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": "half gone"}))["messages"]
    await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages/delete", {"ids": [sent["id"]], "for_all": False})
    assert all(message["text"] != "half gone" for message in await rig.messages(rig.rita, rig.olga.id))
    await rig.until(rig.olga, rig.rita.id, "half gone")


async def test_messages_are_forwarded_with_and_without_their_author(rig: PageRig) -> None:
    (sent,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": "pass it on"}))["messages"]
    body = {"ids": [sent["id"]], "from": rig.olga.id}
    (named,) = (await rig.do(rig.rita, f"/chats/{rig.rita.id}/messages/forward", body))["messages"]
    assert (named["text"], named["forward"]["name"]) == ("pass it on", "Rita")
    (bare,) = (await rig.do(rig.rita, f"/chats/{rig.rita.id}/messages/forward", body | {"drop_author": True}))[
        "messages"
    ]
    assert (bare["text"], bare["forward"]) == ("pass it on", None)


async def test_a_pin_is_seen_by_both_and_goes_again(rig: PageRig) -> None:
    (sent,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": "important"}))["messages"]
    place = f"/chats/{rig.olga.id}/messages/{sent['id']}"
    await rig.do(rig.rita, f"{place}/pin", {"silent": True})
    assert (await rig.until(rig.olga, rig.rita.id, "important"))["pinned"]
    await rig.do(rig.rita, f"{place}/unpin")
    assert not (await rig.until(rig.olga, rig.rita.id, "important"))["pinned"]


async def test_buttons_answer_a_hundred_of_them_too(rig: PageRig) -> None:
    await rig.do(rig.rita, f"/chats/{BOT_ID}/messages", {"text": "100"})
    asked = await rig.until(rig.rita, BOT_ID, "echo 100")
    assert len(asked["buttons"]) == 100
    place = f"/chats/{BOT_ID}/messages/{asked['id']}/press"
    for number in (0, 99):
        answer = await rig.do(rig.rita, place, {"data": asked["buttons"][number][0]["data"]})
        assert answer == {"text": f"you said press {number}", "alert": True, "url": None}
    assert (await rig.refused(rig.rita, place, {"data": data("forged")}))["name"] == "DATA_INVALID"
    for wrong in ({"data": "*"}, {"data": 5}, {}):
        await rig.refused(rig.rita, place, wrong)


async def test_a_bot_that_does_not_answer_is_told_of(rig: PageRig) -> None:
    rig.box.api.world.limits.callback_seconds = 0.3
    await rig.do(rig.rita, f"/chats/{BOT_ID}/messages", {"text": "silence"})
    asked = await rig.until(rig.rita, BOT_ID, "echo silence")
    place = f"/chats/{BOT_ID}/messages/{asked['id']}/press"
    refusal = await rig.refused(rig.rita, place, {"data": asked["buttons"][1][0]["data"]}, 504)
    assert refusal["name"] == "BOT_RESPONSE_TIMEOUT"
    rig.box.api.world.limits.callback_seconds = 10.0


async def test_what_gets_lost_on_the_way_is_sent_again_and_once(rig: PageRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.page.seat.ANSWER_WITHIN", 9.0)
    fault = {"kind": "drop_reply", "method": "messages.SendMessage", "count": 1, "account": rig.rita.id}
    assert (await rig.ask("POST", "/faults", json=fault)).status == 200
    text = "answered at the second time"
    (sent,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/messages", {"text": text}))["messages"]
    there = [message["id"] for message in await rig.messages(rig.rita, rig.olga.id) if message["text"] == text]
    assert there == [sent["id"]]


async def test_start_carries_its_parameter_and_brings_back_a_blocked_bot(rig: PageRig) -> None:
    start = f"/chats/{BOT_ID}/start"
    assert (await rig.do(rig.olga, start))["messages"][0]["text"] == "/start"
    assert (await rig.do(rig.olga, start, {"parameter": "k_1-x"}))["messages"][0]["text"] == "/start k_1-x"
    assert (await rig.refused(rig.olga, start, {"parameter": "no spaces"}))["name"] == "START_PARAM_INVALID"
    await rig.do(rig.olga, f"/chats/{BOT_ID}/block")
    refusal = await rig.refused(rig.olga, f"/chats/{BOT_ID}/messages", {"text": "x"})
    assert refusal["name"] == "YOU_BLOCKED_USER"
    await rig.do(rig.olga, start, {"parameter": "again"})
    await rig.until(rig.olga, BOT_ID, "echo /start again")


async def test_offers_of_a_bot_are_asked_for_and_chosen_in_another_chat(rig: PageRig) -> None:
    asked = {"bot": BOT, "query": "cats", "offset": "", "chat": rig.olga.id}
    offers = await rig.do(rig.rita, "/inline", asked)
    assert [offer["title"] for offer in offers["results"]] == ["Offer 0", "Offer 1"]
    assert (offers["next_offset"], offers["switch_pm"]) == ("more", {"text": "Ask in private", "start": "help"})
    choice = {"query_id": offers["query_id"], "result_id": "1", "bot": BOT}
    (sent,) = (await rig.do(rig.rita, f"/chats/{rig.olga.id}/inline", choice))["messages"]
    assert (sent["text"], sent["via_bot"]) == ("offer for cats", BOT)
    await rig.until(rig.olga, rig.rita.id, "offer for cats")
    for wrong in ({"query_id": "5"}, {"query_id": "x"}, {"result_id": "9"}):
        await rig.refused(rig.rita, f"/chats/{rig.olga.id}/inline", choice | wrong)
    await rig.refused(rig.rita, "/inline", asked | {"bot": "nobody_at_all"})
    await rig.refused(rig.rita, "/inline", asked | {"chat": 12345}, 404)
