"""What /stats says: people, files, links, deliveries, sequences, buttons, what is opened most; a chart of 30 days."""

from __future__ import annotations

from typing import Any

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import owner
from locales.texts import Part
from plugins.people import person_of
from plugins.recognize import command
from services.charts import Chart, Series
from services.stats import Figures, Status


@Client.on_message(command("stats") & owner)
async def stats(bot: Bot, message: Message) -> None:
    """Say how things are, at once; the last days are shown when they are drawn."""
    figures = await bot.services.stats.figures()
    await bot.answer(message, "stats", **told(bot, figures))
    chart = chart_of(bot, figures, await bot.language_of(message.from_user))
    await bot.services.charts.ask(chart, to=person_of(message).id, cause=cause_of(message))


def told(bot: Bot, figures: Figures) -> dict[str, Any]:
    """What stands in the text."""
    rows = tuple(
        Part(
            "stats-row",
            {
                "number": number,
                "name": each.link.title or (each.file.shown_name if each.file else None),
                "kind": each.file.kind if each.file else "document",
                "uses": each.deliveries,
                "url": bot.link_url(each.link.code),
            },
        )
        for number, each in enumerate(figures.top, 1)
    )
    more = (audience_of(figures), Part("stats-top", {"rows": rows}) if rows else None)
    return {
        "users": figures.users,
        "today": figures.active_today,
        "week": figures.active_week,
        "files": figures.files,
        "size": figures.stored_bytes,
        "links": figures.links,
        "listed": figures.listed,
        "deliveries": figures.deliveries,
        "recent": figures.today.deliveries,
        "more": tuple(part for part in more if part),
    }


def audience_of(figures: Figures) -> Part | None:
    """What became of the steps of sequences, and which buttons are pressed; None where there is neither."""
    if not figures.tasks and not figures.presses:
        return None
    states = {status.value: figures.tasks.get(status, 0) for status in Status}
    rows = tuple(Part("stats-button", {"name": name, "presses": count}) for name, count in figures.buttons)
    return Part("stats-audience", {**states, "presses": figures.presses, "now": figures.today.presses, "rows": rows})


def chart_of(bot: Bot, figures: Figures, language: str) -> Chart:
    """What is drawn, in the owner's language."""

    def word(key: str, **args: object) -> str:
        return bot.texts.label(language, key, **args)

    series = [
        Series(word("chart-deliveries"), [day.deliveries for day in figures.days]),
        Series(word("chart-users"), [day.new_users for day in figures.days]),
    ]
    audience = [
        Series(word("chart-presses"), [day.presses for day in figures.days]),
        Series(word("chart-steps"), [day.steps for day in figures.days]),
    ]
    series += [each for each in audience if any(each.values)]
    days = [word("chart-day", month=day.date.month, day=day.date.day) for day in figures.days]
    return Chart(word("chart-title"), days, series, bot.texts.thousands(language))
