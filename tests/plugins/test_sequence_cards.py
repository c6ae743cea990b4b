"""What is said and drawn of sequences: in every language, within what Telegram takes, and as it is."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, cast

import pytest

from client.bot import Bot
from client.keyboard import DATA
from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from locales.texts import LANGUAGES, Part, Texts
from plugins.cards import Card
from plugins.sequence_cards import PROBLEMS, delete_card, draft_card, list_card, problems_args, sequence_card
from plugins.sequence_pictures import SHOWN, funnel_of, timeline_of
from services.errors import UserError
from services.sequence_files import Problem, plan_in
from services.sequences import MOST, Plan
from services.users import Profile
from tests.database.mongo import StillClock, bot_of
from tests.plugins.messages import OWNER
from tests.plugins.speaking import Speaker
from tests.services.channel import Channel, make_services
from tests.services.test_sequence_files import SPOKEN, WHOLE

NAME = "n" * 32
PLAN = plan_in(WHOLE.replace("t.me/x", "https://t.me/x").encode(), SPOKEN).plan
TEXTS = Texts.load()


@pytest.fixture
def bot(database: Database) -> Bot:
    room: BotDatabase = bot_of(database, 777)
    speaker: Any = Speaker(make_services(room, StillClock(), Channel()))
    speaker.texts = TEXTS
    return cast("Bot", speaker)


async def save(bot: Bot, plan: Plan) -> Plan:
    await bot.services.sequences.save(plan, OWNER, Cause(f"save:{plan.name}:{hash(plan)}"))
    return plan


def said(card: Card, language: str = "en") -> str:
    return TEXTS.text(language, card.key, **card.args)


async def test_everything_can_be_shown_in_every_language(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    longest = replace(PLAN, name=NAME)
    empty = await list_card(bot)
    draft = await draft_card(bot, longest, save="sequence-save:999999999:0123456789abcdef", store="sequence-store:1")
    await save(bot, longest)
    await bot.services.sequences.pause(NAME, OWNER, Cause("pause"))
    shown = [await list_card(bot), await sequence_card(bot, NAME), await delete_card(bot, NAME)]
    with caplog.at_level(logging.ERROR):
        for language in LANGUAGES:
            for card in (empty, draft, *shown):
                assert 0 < len(said(card, language)) <= 4096
                buttons = [button for row in card.keyboard for button in row]
                assert all(button.render(TEXTS, language).text.strip() for button in buttons)
                assert all(len((button.data or "").encode()) <= DATA for button in buttons)
    assert not caplog.records


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_many_problems_are_told_as_fit_into_a_message(language: str) -> None:
    words, known = "word " * 40, "key after after_previous text source_message buttons condition"
    problems = [Problem(n, "sequence-file-yaml", {"reason": words}) for n in range(5)]
    problems += [Problem(n, "sequence-file-when", {}) for n in range(10)]
    problems += [Problem(n, "sequence-file-unknown", {"name": words, "known": known}) for n in range(35)]
    text = TEXTS.text(language, "sequence-problems", **problems_args(problems))
    assert len(text) < 4096
    assert str(len(problems) - PROBLEMS) in text


async def test_a_draft_says_what_would_change_and_for_whom(bot: Bot) -> None:
    async def change(plan: Plan) -> str:
        return said(await draft_card(bot, plan, save="x", store=None))

    assert TEXTS.text("en", "sequence-draft-new") in await change(PLAN)
    await save(bot, PLAN)
    assert TEXTS.text("en", "sequence-draft-same") in await change(PLAN)
    hello, more, last = PLAN.steps
    other = replace(PLAN, steps=(replace(hello, html="Other"), replace(last, key="new", after="hello")), quiet=None)
    assert "Steps new: 1, gone: 2, changed: 1; other quiet hours." in await change(other)
    assert more.key == "more"


async def test_what_is_drawn_says_when_what_and_for_whom(bot: Bot) -> None:
    drawn = await timeline_of(bot, PLAN, "en")
    assert drawn.about.startswith(
        "3 steps, the last one 2 days 1 hour after the beginning; nothing from 22:00 to 08:30"
    )
    assert [(step.time, step.after) for step in drawn.steps] == [
        ("at once", ""), ("1 h 30 min", "+ 1 h 30 min"), ("2 d 1 h", "+ 2 d"),
    ]  # fmt: skip
    assert drawn.steps[0].text == "▶ Album of 2 posts of the source channel, from 12 on: Hi, {first}"
    assert drawn.steps[1].buttons == ["Join", "I joined", "Page"]
    assert drawn.steps[2].only == [
        "Only who did not press “I joined”",
        "Only members of -1001234567890",
        "Only in Русский, O‘zbekcha",
        "Only without premium",
    ]


async def test_of_many_steps_the_first_are_drawn_and_the_rest_counted(bot: Bot) -> None:
    steps = tuple(replace(PLAN.steps[0], key=f"s{n}") for n in range(SHOWN + 5))
    plan = await save(bot, Plan("many", steps))
    for drawn in (await timeline_of(bot, plan, "en"), await funnel_of(bot, plan, "en")):
        assert len(drawn.steps) == SHOWN
        assert drawn.more == "… and 5 more steps"


async def test_a_funnel_counts_what_became_of_each_step(bot: Bot) -> None:
    plan = await save(bot, replace(PLAN, name="counted"))
    user = await bot.services.users.seen(a_reader(11))
    await bot.services.sequences.joined(user)
    await bot.services.sequences.test("counted", 12, Cause("query:1"))
    assert "In it now: 1" in said(await sequence_card(bot, "counted")), "tests count for nothing"
    await bot.services.sequences.stop(11)
    drawn = await funnel_of(bot, plan, "en")
    assert drawn.about == "Times that readers began it: 1"
    assert [(step.due, step.stopped, step.waiting) for step in drawn.steps] == [(1, 1, 0)] * 3
    assert drawn.steps[1].name == "2. 1 h 30 min · more"
    assert set(drawn.names) == {"due", "sent", "clicked", "skipped", "stopped", "failed", "waiting"}
    assert "In it now: 0" in said(await sequence_card(bot, "counted"))


def a_reader(number: int) -> Profile:
    return Profile(number, None, "Ann", None, "en")


async def test_very_many_readers_are_not_counted_to_the_last(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = await save(bot, replace(PLAN, name="full"))
    for number in (11, 12, 13):
        await bot.services.sequences.joined(await bot.services.users.seen(a_reader(number)))
    assert "In it now: 3" in said(await sequence_card(bot, "full"))
    for module in ("services.sequences", "plugins.sequence_cards"):
        monkeypatch.setattr(f"{module}.MANY", 2)
    assert await bot.services.sequences.readers_in(plan) == 2
    assert "In it now: 2 or more" in said(await sequence_card(bot, "full"))


async def test_as_many_sequences_as_there_may_be_fit_into_one_list(bot: Bot) -> None:
    plans = [await save(bot, replace(PLAN, name=f"{number:032}")) for number in range(MOST)]
    card = await list_card(bot)
    rows = [replace_readers(part) for part in card.args["rows"]]
    for language in LANGUAGES:
        assert len(TEXTS.text(language, card.key, rows=tuple(rows))) <= 4096
    assert sum(len(row) for row in card.keyboard) <= 100
    with pytest.raises(UserError, match="sequences-too-many"):
        await save(bot, replace(PLAN, name="more"))
    await save(bot, replace(plans[0], quiet=None))


def replace_readers(row: Part) -> Part:
    """A row of a sequence with very many readers and steps."""
    return Part(row.key, {**row.args, "count": 100, "readers": Part("sequence-many", {"count": 100_000})})
