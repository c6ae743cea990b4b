"""What /settings shows: every declared setting, in every language, with buttons that fit."""

from __future__ import annotations

import html
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from client.keyboard import Button
from database.audit import Change
from database.cause import Cause
from locales.texts import LANGUAGES, Texts
from plugins.cards import Card
from plugins.changes import people_in
from plugins.setting_cards import group_card, log_card, menu_card, setting_card
from plugins.settings import titles_in
from plugins.values import said as said_of_form
from services.audit import PAGE, AuditPage
from services.forms import Buttons, Choice, Duration, Form, Line, Number, Picture, Several, Text, TimeZone, Web, YesNo
from services.link_life import Property
from services.options import DECLARED, Declared, Group
from services.places import ChannelPlace
from services.reply_prompts import Prompt
from services.settings import Before, ChannelFacts, Shown, Source

AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VALUES: dict[type[Form], tuple[Any, ...]] = {
    Form: (None, -1001),
    TimeZone: ("UTC",),
    YesNo: (True, False),
    Number: (1,),
    Duration: (0, 90),
    Text: (None, "<b>x</b>" * 500),
    Prompt: ("Be brief.\n" * 290,),
    Line: (None, "& <b>" * 12),
    Buttons: (None, "Site - https://a.example"),
    Web: (None, "https://a.example/how"),
    ChannelPlace: (None, "@club"),
    Picture: (None, "https://a.example/x.jpg"),
}


ROLES: tuple[tuple[str, Any], ...] = (
    ("admin", []),
    ("admin", ["ban", "upload"]),
    ("ban", True),
    ("fsub-asks", True),
)


def values(declared: Declared) -> tuple[Any, ...]:
    form = declared.form
    if isinstance(form, Several):
        return ((), form.presets)
    return form.presets if isinstance(form, Choice) else VALUES[type(form)]


def cards() -> Iterator[Card]:
    yield menu_card()
    for declared in DECLARED.values():
        for value in values(declared):
            before = Before("0123456789abcdef", kept=True, value=values(declared)[0])
            shown = [Shown(declared, value, source, before) for source in Source]
            yield from map(setting_card, shown)
            yield group_card(declared.group, shown)
    changes = [Change("setting", name, 1, AT, Cause("q"), None, values(each)[0]) for name, each in DECLARED.items()]
    changes.append(Change("setting", "of another version", 2, AT, Cause("q"), 1, 2))
    changes += [Change(f"link-{each}", "fabc", 2, AT, Cause("q"), None, None) for each in Property]
    changes.append(Change("link-expiry", "fabc", 2, AT, Cause("q"), AT, None))
    changes.append(Change("link-open", "fabc", 2, AT, Cause("q"), old=True, new=False))
    changes += [Change(what, "2", 1, AT, Cause("q"), None, new) for what, new in ROLES]
    for start in range(0, len(changes), PAGE):
        yield log_card(AuditPage(changes[start : start + PAGE], 1, 3), {1: "Ann"}, "UTC")
    yield log_card(AuditPage([], 0, 1), {}, "UTC")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_can_be_shown_in_every_language(language: str, caplog: pytest.LogCaptureFixture) -> None:
    texts = Texts.load()
    with caplog.at_level(logging.ERROR):
        for card in cards():
            text = texts.text(language, card.key, **card.args)
            assert len(text) <= 4096
            buttons: list[Button] = [button for row in card.keyboard for button in row]
            assert all(button.render(texts, language).text.strip() for button in buttons)
    assert not caplog.records


def said(card: Card) -> list[str]:
    texts = Texts.load()
    return [button.render(texts, "en").text for row in card.keyboard for button in row]


def test_the_value_that_holds_is_marked_and_can_be_taken_back() -> None:
    protect = DECLARED["protect_content"]
    card = setting_card(Shown(protect, True, Source.CHAT))
    assert said(card) == ["✓ on", "off", "↺ As the environment has it", "← Back"]
    assert "↺ As the environment has it" not in said(setting_card(Shown(protect, True, Source.ENVIRONMENT)))


def test_the_last_change_can_be_taken_back() -> None:
    protect = DECLARED["protect_content"]

    def offered(before: Before | None) -> list[str]:
        return [button for button in said(setting_card(Shown(protect, True, Source.CHAT, before))) if "↶" in button]

    assert offered(Before("0123456789abcdef", kept=False, value=False)) == ["↶ Back to: off"]
    assert offered(Before("0123456789abcdef", kept=True, value=True)) == offered(None) == []


def test_a_channel_for_files_is_looked_at_before_it_is_taken_back() -> None:
    storage = DECLARED["storage_chat"]
    before = Before("0123456789abcdef", kept=True, value=-1007)
    card = setting_card(Shown(storage, -1008, Source.CHAT, before))
    assert [button.data for row in card.keyboard for button in row if button.data] == [
        "storage:-1007",
        "settings:storing",
    ]
    assert "↶" not in str(said(setting_card(Shown(storage, -1008, Source.CHAT, replace(before, value=None)))))


def test_a_channel_is_called_by_its_title_where_that_is_known() -> None:
    storage = Shown(DECLARED["storage_chat"], -1008, Source.CHAT, Before("0123456789abcdef", kept=True, value=-1007))
    titles = {-1008: "Shelf & <b>", -1007: "Cellar"}
    texts = Texts.load()
    for card in (setting_card(storage, titles=titles), group_card(Group.STORING, [storage], titles)):
        assert "Shelf &amp; &lt;b&gt;" in texts.text("en", card.key, **card.args)
    assert "↶ Back to: Cellar" in said(setting_card(storage, titles=titles))
    assert "-1008" in texts.text("en", "setting", **setting_card(storage).args)


def test_another_channel_is_chosen_back_with_the_button_of_its_own_setting() -> None:
    before = Before("0123456789abcdef", kept=True, value=-1007)
    for name, data in (("storage_chat", "storage:-1007"), ("source_chat", "source:-1007")):
        card = setting_card(Shown(DECLARED[name], -1008, Source.CHAT, before))
        assert data in [button.data for row in card.keyboard for button in row]


async def test_titles_are_looked_up_for_the_chats_alone() -> None:
    asked: list[int] = []

    class Telegram:
        async def channel_facts(self, chat: int) -> ChannelFacts:
            asked.append(chat)
            title = "" if chat == -1007 else "Shelf"
            return ChannelFacts(chat, title, is_channel=True, is_admin=True, may_post=True, protected=False)

    bot: Any = Telegram()
    storage = Shown(DECLARED["storage_chat"], -1008, Source.CHAT, Before("0123456789abcdef", kept=True, value=-1007))
    assert await titles_in(bot, [storage, Shown(DECLARED["auto_delete_time"], 600, Source.CHAT)]) == {-1008: "Shelf"}
    assert await titles_in(bot, [Shown(DECLARED["storage_chat"], None, Source.DEFAULT)]) == {}
    assert set(asked) == {-1007, -1008}


def test_what_stands_in_the_place_of_a_text_that_is_not_set_is_said() -> None:
    texts = Texts.load()
    for name, words in (("greeting", "my own words"), ("caption_template", "the files' own"), ("file_buttons", "none")):
        card = setting_card(Shown(DECLARED[name], None, Source.DEFAULT))
        assert f"Now: {words}" in html.unescape(texts.text("en", card.key, **card.args))
        assert f"✓ {words}" in said(card)


def test_of_several_each_is_put_in_or_taken_out() -> None:
    several = Declared("greeting", Several(presets=("a", "b")), ("a",), Group.GREETING, None)
    card = setting_card(Shown(several, ("a",), Source.DEFAULT))
    assert [button.data for button in card.keyboard[0]] == ["set-to:greeting:-a", "set-to:greeting:+b"]


def test_the_log_names_people_settings_and_values() -> None:
    change = Change("setting", "protect_content", 1, AT, Cause("q"), old=False, new=True)
    card = log_card(AuditPage([change], 0, 1), {1: "Ann"}, "UTC")
    text = Texts.load().text("en", card.key, **card.args)
    assert "<code>2026-01-02 03:04</code> Ann · Protected content: off → <b>on</b>" in text
    assert said(card) == ["← All settings"]
    assert said(log_card(AuditPage([change], 1, 3), {}, "UTC")) == ["← Newer", "Older →", "← All settings"]


def test_the_log_says_whose_role_was_changed_and_how() -> None:
    changes = [
        Change("admin", "2", 1, AT, Cause("q"), None, ["ban", "upload"]),
        Change("ban", "3", 1, AT, Cause("q"), old=True, new=False),
    ]
    card = log_card(AuditPage(changes, 0, 1), {1: "Ann", 2: "Ben <b>"}, "UTC")
    text = Texts.load().text("en", card.key, **card.args)
    assert "Ann · Role of Ben &lt;b&gt;: reader → <b>admin (See and ban people; Store files, make links)</b>" in text
    assert "Ann · 3 banned: on → <b>off</b>" in text
    assert people_in(changes) == {1, 2, 3}


def test_a_duration_is_said_in_its_two_largest_units() -> None:
    declared = Declared("x", Duration(least=1, most=10**6), 0, Group.READERS, None)
    texts = Texts.load()

    def said_of(seconds: int) -> str:
        part = said_of_form(declared.form, declared.key, seconds)
        assert not isinstance(part, str)
        return texts.text("en", part.key, **part.args)

    assert [said_of(n) for n in (0, 59, 60, 3661, 90061, 169200, 176460)] == [
        "never",
        "59 seconds",
        "1 minute",
        "1 hour 1 minute",
        "25 hours 1 minute",
        "47 hours",
        "2 days 1 hour",
    ]
