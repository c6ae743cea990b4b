"""What is heard for the AI, and what /replies shows of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram.enums import ChatType
from pyrogram.types import Message

from database.reply_counts import Budget
from locales.texts import Texts
from plugins.replies import hear_group, hear_person, heard_in, words_of
from plugins.reply_settings import chat_card, overview_card, which_card
from services.assistants import Trouble
from services.options import BotOptions
from services.replies import Overview, ReplyChat, Sight
from services.targets import Target, TargetKind
from tests.database.mongo import NOW
from tests.plugins.messages import GROUP, OWNER, READER, channel, from_person, message, service, with_file
from tests.plugins.standing import Roles
from tests.plugins.taking import a_bot, is_note, takers

TEXTS = Texts.load()
HERE = channel(GROUP, ChatType.SUPERGROUP)


async def taker(update: Message, *, everywhere: bool = False) -> str | None:
    bot = a_bot()
    if everywhere:

        async def answers(_: int, __: int) -> bool:
            return True

        bot.services.replies.answers = answers
    return next((name for name in await takers(update, bot) if not is_note(name)), None)


@pytest.mark.parametrize(
    ("said", "handler"),
    [
        (message(READER, text="How much?", chat=HERE), "replies.hear_group"),
        (message(OWNER, text="How much?", chat=HERE), "replies.hear_group"),
        (with_file("photo", READER, caption="How much?", chat=HERE), "replies.hear_group"),
        (message(READER, text="/start", chat=HERE), None),
        (with_file("photo", READER, chat=HERE), None),
        (message(None, text="News", chat=HERE, sender_chat=channel()), None),
        (message(READER, text="How much?", chat=HERE, outgoing=True), None),
        (message(READER, text="How much?", chat=channel(-1009, ChatType.SUPERGROUP)), None),
        (message(READER, text="How much?"), "strangers.answer_text"),
    ],
)
async def test_what_is_said_in_a_named_group_is_heard(said: Message, handler: str | None) -> None:
    assert await taker(said) == handler


async def test_of_private_messages_those_that_nothing_else_answers() -> None:
    assert await taker(message(READER, text="How much?"), everywhere=True) == "replies.hear_person"
    forwarded = message(READER, text="x", forward_origin=from_person())
    assert await taker(forwarded, everywhere=True) == "replies.hear_person"
    assert await taker(with_file("photo", READER, caption="And this?"), everywhere=True) == "replies.hear_person"
    assert await taker(with_file("photo", READER), everywhere=True) == "strangers.answer_media"
    assert await taker(message(READER, text="/nonsense"), everywhere=True) == "strangers.answer_unknown_command"
    assert await taker(message(READER, text="/help"), everywhere=True) == "help.help_"
    assert await taker(service(READER), everywhere=True) is None


class Hearing:
    """Rules and a bot that remember what reached them."""

    def __init__(self, *, first: bool = True) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.first = first
        self.services = SimpleNamespace(access=Roles(), replies=self)

    async def hear(self, heard: Any) -> bool:
        self.calls.append(("hear", heard.number))
        return self.first

    async def forget(self, chat: int, numbers: list[int]) -> None:
        self.calls.append(("forget", (chat, numbers)))

    async def answer(self, _: Message, key: str) -> None:
        self.calls.append(("answer", key))


@pytest.mark.parametrize("first", [True, False])
async def test_a_person_is_told_once_that_their_message_arrived(first: bool) -> None:
    bot: Any = Hearing(first=first)
    await hear_person(bot, message(READER, text="How much?", id=7))
    assert bot.calls == [("hear", 7), *([("answer", "replies-heard")] if first else [])]


async def test_what_an_admin_answers_in_a_group_waits_no_more() -> None:
    bot: Any = Hearing()
    await hear_group(bot, message(OWNER, text="It costs 10.", chat=HERE, id=9, reply_to_message_id=7))
    await hear_group(bot, message(READER, text="Thanks", chat=HERE, id=10, reply_to_message_id=9))
    await hear_group(bot, message(OWNER, text="What do you think?", chat=HERE, id=11))
    assert bot.calls == [("forget", (GROUP, [7])), ("hear", 10), ("hear", 11)]


def test_a_message_is_heard_with_its_words_and_the_names_for_reviewers() -> None:
    heard = heard_in(message(READER, text="  How much?\n", chat=HERE, id=7))
    assert (heard.chat, heard.person, heard.number, heard.text) == (GROUP, READER, 7, "How much?")
    assert (heard.who, heard.title) == ("Ann", "Store & <b>")
    private = heard_in(with_file("photo", READER, caption="And this?"))
    assert (private.text, private.title, private.chat) == ("And this?", "Ann", READER)
    assert words_of(with_file("photo", READER)) == ""


def an_overview(**values: Any) -> Overview:
    found: dict[str, Any] = {"model": "small", "options": BotOptions(), "chats": (), "today": Budget(3, 400)}
    return Overview(**(found | {"waiting": 2, "trouble": None} | values))


@pytest.mark.parametrize("language", TEXTS.languages)
def test_the_overview_says_how_it_stands(language: str) -> None:
    def text(found: Overview) -> str:
        card = overview_card(found)
        return TEXTS.text(language, card.key, **card.args)

    assert "AI_BASE_URL" in text(an_overview(model=None))
    assert overview_card(an_overview(model=None)).keyboard == []
    well = text(an_overview(chats=(ReplyChat(GROUP, "Club & <b>"),)))
    assert "small" in well
    assert "• Club &amp; &lt;b&gt;" in well
    assert "85" in well
    assert "⚠️" not in well
    assert "85" not in text(an_overview(options=BotOptions(reply_review_all=True)))
    assert all("⚠️" in text(an_overview(trouble=trouble)) for trouble in Trouble)


def test_every_group_has_its_button_and_what_is_on_is_switched_off() -> None:
    def data(card: Any) -> list[str]:
        return [button.data for row in card.keyboard for button in row]

    on = data(overview_card(an_overview(chats=(ReplyChat(GROUP, "Club"),))))
    assert on[0] == f"replies-chat:{GROUP}"
    assert "replies-on:no" in on
    assert "replies-on:yes" in data(overview_card(an_overview(options=BotOptions(replies=False))))
    target = Target(GROUP, "Club", TargetKind.GROUP, None, "", (), False, NOW, OWNER)
    assert data(which_card([target])) == [f"replies-name:{GROUP}", "replies-type", "replies"]
    for sees_all in (True, False):
        card = chat_card(Sight(GROUP, "Club", is_group=True, refusal="target-no-writing", sees_all=sees_all))
        shown = TEXTS.text("en", card.key, **card.args)
        assert ("privacy mode" in shown) is not sees_all
        assert "only its administrators write" in shown
