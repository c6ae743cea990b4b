"""What is drawn of a sequence, in whose words: its steps in time, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from locales.texts import LANGUAGES, Part
from services.charts import Funnel, FunnelStep, Timeline, TimelineStep
from services.sequences import Condition, Plan, QuietHours, Step, StepFunnel
from services.steps import seconds_of
from services.templates import plain

if TYPE_CHECKING:
    from client.bot import Bot

SHOWN: Final = 30
"""Steps in a picture: more of them would be too small on a telephone."""

LONGEST: Final = 200
"""Characters of a step's text that are drawn at most."""

_FIGURES: Final = {
    "due": "funnel-due",
    "sent": "funnel-sent",
    "clicked": "funnel-clicked",
    "skipped": "funnel-skipped",
    "stopped": "funnel-stopped",
    "failed": "funnel-failed",
    "waiting": "funnel-waiting",
}

_UNITS: Final = (
    ("short-days", 86400),
    ("short-hours", 3600),
    ("short-minutes", 60),
    ("short-seconds", 1),
)


async def timeline_of(bot: Bot, plan: Plan, language: str) -> Timeline:
    """Draw a sequence in time."""
    words, seconds = Words(bot, language), seconds_of(plan)
    titles = await _titles(bot, plan)
    steps = [words.step(plan, step, seconds[step.key], titles) for step in plan.steps[:SHOWN]]
    about = words.label("timeline-about", **about_of(plan))
    return Timeline(plan.name, about, steps, words.more(len(plan.steps) - SHOWN))


async def funnel_of(bot: Bot, plan: Plan, language: str) -> Funnel:
    """Draw what became of the steps."""
    words, counts = Words(bot, language), await bot.services.sequences.funnel(plan.name)
    seconds = seconds_of(plan)
    steps = [words.counted(number, each, seconds.get(each.key, 0)) for number, each in enumerate(counts[:SHOWN], 1)]
    names = {name: words.label(key) for name, key in _FIGURES.items()}
    about = words.label("funnel-about", count=max([0, *(each.due for each in counts)]))
    return Funnel(plan.name, about, names, steps, words.more(len(counts) - SHOWN), bot.texts.thousands(language))


def about_of(plan: Plan) -> Mapping[str, object]:
    """What stands in the texts about a plan as a whole."""
    return {"count": len(plan.steps), "seconds": max(seconds_of(plan).values()), "quiet": _hours(plan.quiet)}


def _hours(quiet: QuietHours | None) -> Part | None:
    if quiet is None:
        return None
    start, end = (f"{at // 60:02}:{at % 60:02}" for at in (quiet.start, quiet.end))
    return Part("sequence-quiet", {"start": start, "end": end})


async def _titles(bot: Bot, plan: Plan) -> dict[int, str]:
    """What the chats of conditions are called, as far as that is known."""
    known = {chat.chat_id: chat.title for chat in await bot.services.fsub.chats.all()}
    asked = {chat for step in plan.steps if step.condition for chat in _chats(step.condition)}
    return {chat: known.get(chat) or str(chat) for chat in asked}


def _chats(condition: Condition) -> Sequence[int]:
    return [chat for chat in (condition.joined, condition.not_joined) if chat is not None]


class Words:
    """Says what is drawn in one language."""

    def __init__(self, bot: Bot, language: str) -> None:
        self._texts = bot.texts
        self._language = language

    def label(self, key: str, **args: object) -> str:
        """A text without markup."""
        return self._texts.label(self._language, key, **args)

    def more(self, count: int) -> str:
        """Say how many steps are left out."""
        return self.label("timeline-more", count=count) if count > 0 else ""

    def step(self, plan: Plan, step: Step, seconds: int, titles: Mapping[int, str]) -> TimelineStep:
        """One step in time."""
        return TimelineStep(
            seconds,
            self.time(seconds),
            self.label("timeline-after", time=self.time(step.delay)) if step.after else "",
            step.key,
            self.sent(step),
            self.only(plan, step.condition, titles) if step.condition else [],
            [button.text for row in step.buttons for button in row],
        )

    def counted(self, number: int, counts: StepFunnel, seconds: int) -> FunnelStep:
        """What became of one step."""
        figures = asdict(counts)
        name = self.label("funnel-step", number=number, time=self.time(seconds), name=figures.pop("key"))
        return FunnelStep(name, **figures)

    def time(self, seconds: int) -> str:
        """A time in its two largest units, shortened: `2 h 15 min`."""
        said = []
        for key, size in _UNITS:
            number, seconds = divmod(seconds, size)
            said += [self.label(key, number=number)] if number else []
        return " ".join(said[:2]) or self.label("timeline-at-once")

    def sent(self, step: Step) -> str:
        """What a step sends, shortened."""
        words = plain(step.html or "")[:LONGEST]
        if not step.messages:
            return words
        post = self.label("timeline-post", number=step.messages[0], count=len(step.messages))
        return f"{post}: {words}" if words else post

    def only(self, plan: Plan, condition: Condition, titles: Mapping[int, str]) -> list[str]:
        """Who gets a step."""
        names = ", ".join(LANGUAGES.get(code, code) for code in condition.languages)
        said = (
            ("only-clicked", condition.clicked and _said_on(plan, condition.clicked)),
            ("only-not-clicked", condition.not_clicked and _said_on(plan, condition.not_clicked)),
            ("only-joined", condition.joined and titles[condition.joined]),
            ("only-not-joined", condition.not_joined and titles[condition.not_joined]),
            ("only-language", names),
        )
        only = [self.label(key, name=name) for key, name in said if name]
        if condition.premium is not None:
            only.append(self.label("only-premium" if condition.premium else "only-no-premium"))
        return only


def _said_on(plan: Plan, click: str) -> str:
    """What the button says that has this name, or the name where it is another sequence's."""
    buttons = (button for step in plan.steps for row in step.buttons for button in row)
    return next((button.text for button in buttons if button.click == click), click)
