"""Decides what becomes of messages that wait for an answer of the AI: a draft, which may go out at once, or nothing."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from database.bots import BotDatabase
from database.clock import Clock
from database.threads import Thread
from services.assistants import AnswerUnusable, Assistant, AssistantAway, Trouble
from services.drafts import Draft, DraftService, DraftSource, DraftState, DraftTarget, Origin, Outgoing
from services.errors import UserError
from services.options import BotOptions
from services.reply_budget import Over, ReplyBudget
from services.reply_prompts import Answer, Earlier, answer_in, instructions_of, question_of
from services.settings import SettingsService
from services.templates import plain

log = logging.getLogger(__name__)

TRIES: Final = 3
"""Rounds in which an answer to the same messages is tried that nothing can be made of; then they are passed over."""

_SAID: Final = (DraftState.PUBLISHED, DraftState.PARTLY)


class Outcome(StrEnum):
    """What became of a thread in a round."""

    SENT = "sent"
    """The AI is so sure of its reply that it goes out by itself."""
    FOR_REVIEW = "for_review"
    NOTHING = "nothing"
    """There is nothing to say, or nobody to be answered any more."""
    UNUSABLE = "unusable"
    """The AI said what nothing can be made of; the next round tries it again."""
    GIVEN_UP = "given_up"
    """It did so as often as it is tried."""
    SPENT = "spent"
    """The chat's budget of the day is used up: it waits."""
    ALL_SPENT = "all_spent"
    """The budget of the day is used up."""


class ReplyWork:
    """What the cycle does with one bot's threads.

    A round takes each thread once. What it is asked for stays the same until there is a draft or the try is over, so a
    process that dies in the middle leaves one draft of it, not two.
    """

    def __init__(
        self,
        database: BotDatabase,
        settings: SettingsService,
        drafts: DraftService,
        budget: ReplyBudget,
        clock: Clock,
        assistant: Assistant | None,
        answers: Callable[[int, int], Awaitable[bool]],
    ) -> None:
        """Take the collections, the other rules, who is asked, and who knows whether it `answers` someone in a chat."""
        self._threads = database.threads
        self._budget = budget
        self._settings = settings
        self._drafts = drafts
        self._clock = clock
        self._assistant = assistant
        self._answers = answers
        self.well: bool | None = None
        """Whether the AI answered when it was asked last; None: it was not asked by this process."""
        self.trouble: Trouble | None = None
        """Why it did not."""

    async def take(self, epoch: int, began: datetime) -> Thread | None:
        """Take the thread that waits longest and was not taken in the round that `began` then."""
        return await self._threads.take(epoch, began)

    async def answer(self, thread: Thread) -> Outcome:
        """Let the AI answer a thread that was taken, and write down what came of it.

        Raises:
            AssistantAway: it answers nobody now; the thread waits for the next round.
        """
        draft = await self._drafts.of_cause(thread.cause)
        if draft is not None:  # a process died after it
            return await self._settle(thread, draft)
        options = await self._settings.current()
        if self._assistant is None or not thread.asked or not await self._answers(thread.chat, thread.person):
            return await self._settle(thread, None)
        if over := await self._budget.spend(thread.chat, options):
            await self._threads.put_off(thread, failed=False)
            return Outcome.SPENT if over is Over.CHAT else Outcome.ALL_SPENT
        try:
            answer = await self._ask(self._assistant, thread, options)
        except AnswerUnusable as error:
            log.warning("The AI's answer to a message cannot be used: %s", error)
            return await self._fail(thread)
        return await self._settle(thread, await self._draft(thread, answer, options) if answer.reply else None)

    async def _ask(self, assistant: Assistant, thread: Thread, options: BotOptions) -> Answer:
        """Ask, and count what it cost.

        Raises:
            AssistantAway: it was not to be had; the call is not counted.
            AnswerUnusable: nothing can be made of what it said.
        """
        instructions = instructions_of(options.reply_prompt)
        said = [each.text for each in thread.asked]
        question = question_of(said, await self._earlier(thread), private=thread.chat > 0)
        try:
            completion = await assistant.complete(instructions, question)
        except AssistantAway as error:
            self.well, self.trouble = False, error.trouble
            await self._budget.give_back(thread.chat, options)
            await self._threads.put_off(thread, failed=False)
            raise
        except AnswerUnusable as error:
            self.well, self.trouble = True, None
            await self._budget.cost(thread.chat, options, error.tokens)
            raise
        self.well, self.trouble = True, None
        await self._budget.cost(thread.chat, options, completion.tokens)
        return answer_in(completion)

    async def _draft(self, thread: Thread, answer: Answer, options: BotOptions) -> Draft:
        """Write the reply down as a draft for the chat it was asked in; one that is sure enough goes out by itself."""
        asked = thread.asked
        origin = Origin(
            DraftSource.AI, thread.person, thread.chat, tuple(each.number for each in asked), thread.who,
            "\n".join(each.text for each in asked), answer.confidence,
        )  # fmt: skip
        return await self._drafts.add(
            (Outgoing(None, (), answer.html, is_text=True),),
            (DraftTarget(thread.chat, thread.title, reply_to=asked[-1].number),),
            origin,
            thread.cause,
            approved=not options.reply_review_all and answer.confidence >= options.auto_reply_confidence,
        )

    async def _settle(self, thread: Thread, draft: Draft | None) -> Outcome:
        await self._threads.settle(thread, draft.code if draft else None, self._clock.now())
        if draft is None:
            return Outcome.NOTHING
        return Outcome.FOR_REVIEW if draft.state is DraftState.PENDING else Outcome.SENT

    async def _fail(self, thread: Thread) -> Outcome:
        if thread.tries + 1 < TRIES:
            await self._threads.put_off(thread, failed=True)
            return Outcome.UNUSABLE
        await self._threads.settle(thread, None, self._clock.now())
        return Outcome.GIVEN_UP

    async def _earlier(self, thread: Thread) -> list[Earlier]:
        """Return what was said before in a thread; of its answers those that went out."""
        return [Earlier(each.texts, await self._sent(each.draft)) for each in thread.past]

    async def _sent(self, code: str | None) -> str | None:
        """Return what a draft said, if it went out."""
        try:
            draft = await self._drafts.get(code) if code else None
        except UserError:
            return None
        if draft is None or draft.state not in _SAID:
            return None
        return "\n".join(plain(part.html) for part in draft.version.parts if part.html) or None
