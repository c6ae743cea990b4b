"""Lets the AI answer what waits, each thread once a round; tells the owner that it is away, and back, once each."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from datetime import datetime
from functools import partial
from html import escape
from typing import Any, Final, Protocol

from database.cause import Cause
from locales.texts import Html
from scheduler.failures import Marked
from scheduler.telling import Serving
from services.assistants import AssistantAway
from services.jobs import JobReport
from services.replies import ReplyService
from services.reply_work import Outcome
from services.templates import shortened

log = logging.getLogger(__name__)

AT_ONCE: Final = 3
"""Threads that are answered at the same time."""

SHOWN: Final = 3800
"""UTF-16 units of a reply that are shown where it is tried: it stands in a message with more."""

ROUND: Final = 8 * 60.0
"""Seconds after which a round begins with no other thread; what is left is the next one's."""

MARK: Final = "the AI is away"
"""The mark that says how far the telling is: a state, the moment that began it (the causes are made of it), and why."""


class Answering(Serving, Protocol):
    """The bot, as far as it is needed here."""

    @property
    def lease(self) -> Any:
        """The lease that the bot is held by."""

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        """Write to the owner, once per cause; False when Telegram does not let the bot write to them."""

    async def tell_owner(self, key: str, *, cause: Cause, **args: object) -> None:
        """Tell the owner what needs a person, once a day per cause."""


async def answer_waiting(bot: Answering) -> JobReport:
    """Let the AI answer each thread that waits, until it is away or the day's budget is used up.

    Reports drafts that go out by themselves or are to be looked at, answers that nothing could be made of, and threads
    to which there is nothing to say.
    """
    began, until, outcomes = bot.clock.now(), time.monotonic() + ROUND, Counter[Outcome]()
    over = asyncio.Event()

    async def hand() -> None:
        work = bot.services.replies.work
        while not over.is_set() and time.monotonic() < until:
            thread = await work.take(bot.lease.epoch, began)
            if thread is None:
                return
            try:
                outcome = await work.answer(thread)
            except AssistantAway as error:
                log.warning("The AI is away, messages wait for the next cycle: %s", error)
                over.set()
                return
            outcomes[outcome] += 1
            if outcome is Outcome.ALL_SPENT:
                over.set()

    ended = await asyncio.gather(*(hand() for _ in range(AT_ONCE)), return_exceptions=True)
    bot.services.replies.judged.set()
    await _tell(bot, outcomes)
    for failure in filter(None, ended):  # the others did their work all the same
        raise failure
    return JobReport(
        sent=outcomes[Outcome.SENT] + outcomes[Outcome.FOR_REVIEW],
        failed=outcomes[Outcome.UNUSABLE] + outcomes[Outcome.GIVEN_UP],
        skipped=outcomes[Outcome.NOTHING],
    )


async def _tell(bot: Answering, outcomes: Counter[Outcome]) -> None:
    """Tell the owner, once a day each, of messages that nobody answers, and of a budget that is used up."""
    if outcomes[Outcome.GIVEN_UP]:
        await bot.tell_owner("replies-given-up", cause=Cause("replies:given-up"), count=outcomes[Outcome.GIVEN_UP])
    if outcomes[Outcome.ALL_SPENT]:
        await bot.tell_owner("replies-all-spent", cause=Cause("replies:spent"))


async def try_replies(bot: Answering) -> datetime | None:
    """Tell the owner what the AI would answer to a text that they try it on. Returns when there is another.

    What it said is written down before it is told, and that it was told after it: nothing is asked or told twice.
    """
    trials, epoch = bot.services.replies.trials, bot.lease.epoch
    trial = await trials.claim(epoch)
    if trial is None:
        return await trials.next_due()
    tried = await trials.carry_out(trial, epoch)
    say = partial(bot.told, trial.to, cause=trial.cause, step="tried", keyboard=None)
    if tried.why is not None:
        await say("replies-tried-failed", why=tried.why)
    elif tried.reply is None:
        await say("replies-tried-nothing")
    else:
        excerpt = Html(escape(shortened(tried.reply, SHOWN), quote=False))
        await say("replies-tried", excerpt=excerpt, confidence=tried.confidence)
    await trials.finish(trial, epoch)
    return bot.clock.now()


class AssistantWatch:
    """Looks whether the AI answers; what it says is written down before it is said, and so said once."""

    def __init__(self, bot: Answering, marks: Marked) -> None:
        """Take who tells, and who remembers."""
        self._bot = bot
        self._marks = marks

    async def look(self) -> datetime | None:
        """Take the next step if there is one: it is away, the owner is told, it is back, the owner is told."""
        state, since, trouble = [*(await self._marks.get(MARK) or "").split(" "), "", ""][:3]
        work, cause = self._replies.work, Cause(f"job:assistant:{since}")
        if state == "" and work.trouble is not None:
            await self._marks.put(MARK, f"away {self._bot.clock.now().isoformat(timespec='seconds')} {work.trouble}")
        elif state == "away":
            await self._bot.owner_told("replies-away", cause=cause, why=trouble)
            await self._marks.put(MARK, f"told {since} {trouble}")
        elif state == "told" and work.well:
            await self._marks.put(MARK, f"back {since} {trouble}")
        elif state == "back":
            seconds = round((self._bot.clock.now() - datetime.fromisoformat(since)).total_seconds())
            await self._bot.owner_told("replies-back", cause=cause, seconds=seconds)
            await self._marks.put(MARK, "")
        else:
            return None
        return self._bot.clock.now()  # the next step may be due

    @property
    def _replies(self) -> ReplyService:
        return self._bot.services.replies
