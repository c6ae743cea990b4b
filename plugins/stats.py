"""What /stats says: people, files, links, deliveries, sequences, buttons, what is opened most; a chart of 30 days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import owner
from locales.texts import Part
from plugins.clicks import named_in
from plugins.people import person_of
from plugins.recognize import command
from services.charts import Chart, Series, Share
from services.stats import Figures, Status

BUTTONS: Final = 5
"""Buttons that are shown each for itself."""

ENDINGS: Final = {
    Status.SENT: "chart-sent",
    Status.SKIPPED: "chart-skipped",
    Status.CANCELLED: "chart-cancelled",
    Status.FAILED: "chart-failed",
}
"""What each way is called that a step may end, from the bottom of the bars."""


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
    top = (Part("stats-top", {"rows": rows}),) if rows else ()
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
        "more": (*audience_of(figures), *top),
    }


def audience_of(figures: Figures) -> tuple[Part, ...]:
    """What became of the steps of sequences, and which buttons are pressed; nothing where there is neither."""
    if not figures.tasks and not figures.presses:
        return ()
    states = {status.value: figures.tasks.get(status, 0) for status in Status}
    clicks, names = figures.clicks, shown_of(figures.clicks)
    rows = tuple(Part("stats-button", {"name": name, "presses": clicks[name]}) for name in names)
    if rows and (others := figures.presses - sum(map(clicks.__getitem__, names))):
        rows = (*rows, Part("stats-buttons", {"presses": others}))
    return (Part("stats-audience", {**states, "presses": figures.presses, "now": figures.today.presses}), *rows)


def shown_of(clicks: Mapping[str, int]) -> list[str]:
    """Return the names of buttons that are shown each for itself: of the owner's own those that are pressed most."""
    return named_in(clicks)[:BUTTONS]


def chart_of(bot: Bot, figures: Figures, language: str) -> Chart:
    """What is drawn, in the owner's language."""

    def word(key: str, **args: object) -> str:
        return bot.texts.label(language, key, **args)

    series = [
        Series(word("chart-deliveries"), [day.deliveries for day in figures.days]),
        Series(word("chart-users"), [day.new_users for day in figures.days]),
    ]
    clicks, steps = [day.clicks for day in figures.days], [day.steps for day in figures.days]
    audience = [
        Series(word("chart-presses"), _sums(clicks), clicked_in(clicks, word("chart-others"))),
        Series(
            word("chart-steps"), _sums(steps), ended_in(steps, {status: word(key) for status, key in ENDINGS.items()})
        ),
    ]
    series += [each for each in audience if any(each.values)]
    days = [word("chart-day", month=day.date.month, day=day.date.day) for day in figures.days]
    return Chart(word("chart-title"), days, series, bot.texts.thousands(language))


def clicked_in(days: Sequence[Mapping[str, int]], others: str) -> list[Share]:
    """Return the presses of the buttons that are shown, and of all others as one; nothing where none is shown."""
    names = shown_of(sum(map(Counter, days), Counter()))
    shares = [Share(name, [day.get(name, 0) for day in days]) for name in names]
    rest = [sum(day.values()) - sum(day.get(name, 0) for name in names) for day in days]
    return [*shares, Share(others, rest, "others")] if names and any(rest) else shares


def ended_in(days: Sequence[Mapping[Status, int]], names: Mapping[Status, str]) -> list[Share]:
    """Return the steps by how they ended, without what never happened."""
    shares = [Share(names[status], [day.get(status, 0) for day in days], status.value) for status in names]
    return [each for each in shares if any(each.values)]


def _sums(days: Sequence[Mapping[Any, int]]) -> list[int]:
    return [sum(day.values()) for day in days]
