"""What /help lists for whom, and what is said to a command that is not there for somebody."""

from __future__ import annotations

from typing import Any

import pytest

from locales.texts import LANGUAGES, Texts
from plugins.help import help_card
from plugins.strangers import answer_button, answer_unknown_command
from services.access import ALL, Permission, Rank, Role
from tests.plugins.messages import ADMIN, OWNER, READER, message, query
from tests.plugins.standing import Roles
from tests.plugins.taking import a_bot


def helped(rank: Rank, language: str = "en") -> str:
    card = help_card(rank)
    return Texts.load().text(language, card.key, **card.args)


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_stand_under_what_they_are_about(language: str) -> None:
    titles = [line for line in helped(Rank(Role.OWNER, ALL), language).splitlines() if line.startswith("<b>")]
    assert len(titles) == 9, "how it works, seven parts, and what is the owner's"
    assert len(helped(Rank(Role.OWNER, ALL), language)) < 4096


def test_a_reader_has_one_part_and_an_admin_those_that_are_theirs() -> None:
    assert helped(Rank(Role.READER)).count("<b>") == 2
    text = helped(Rank(Role.ADMIN, frozenset({Permission.BAN})))
    assert [line for line in text.splitlines() if line.startswith("<b>")][1:] == [
        "<b>People</b>",
        "<b>For everyone</b>",
    ]
    assert "\n\n<b>People</b>\n/users" in text


@pytest.mark.parametrize(
    ("who", "words", "key"),
    [
        (ADMIN, "/settings", "command-withheld"),
        (ADMIN, "/Add_Admin@keeper_bot 5", "command-withheld"),
        (ADMIN, "/nonsense", "unknown-command"),
        (READER, "/settings", "unknown-command"),
        (OWNER, "/nonsense", "unknown-command"),
    ],
)
async def test_an_admin_is_told_that_a_command_is_not_theirs_and_a_reader_hears_of_none(
    who: int, words: str, key: str
) -> None:
    said: list[str] = []
    bot: Any = a_bot(access=Roles())

    async def answer(_: Any, text: str) -> None:
        said.append(text)

    bot.answer = answer
    await answer_unknown_command(bot, message(who, text=words))
    assert said == [key]


@pytest.mark.parametrize(
    ("who", "data", "key"),
    [
        (READER, "draft-send:x:1", "no-authority"),
        (ADMIN, "draft-send:x:1", "command-withheld"),
        (ADMIN, "nonsense", "button-stale"),
        (OWNER, "nonsense", "button-stale"),
    ],
)
async def test_a_button_that_is_not_for_somebody_says_what_is_missing(who: int, data: str, key: str) -> None:
    said: list[str] = []
    bot: Any = a_bot(access=Roles())

    async def toast(_: Any, text: str, *, alert: bool) -> None:
        assert alert
        said.append(text)

    bot.toast = toast
    await answer_button(bot, query(data, who))
    assert said == [key]
