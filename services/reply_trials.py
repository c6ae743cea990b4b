"""Decides how the AI is tried on a text of the owner's: as if somebody had written it; and nothing goes out."""

import asyncio
from datetime import datetime

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.reply_trials import ReplyTrial, Tried
from services.assistants import AnswerUnusable, Assistant, AssistantAway
from services.errors import UserError
from services.reply_budget import ReplyBudget
from services.reply_prompts import answer_in, instructions_of, question_of
from services.settings import SettingsService


class ReplyTrialService:
    """One bot's trials."""

    def __init__(
        self, database: BotDatabase, settings: SettingsService, budget: ReplyBudget, clock: Clock,
        assistant: Assistant | None,
    ) -> None:  # fmt: skip
        """Take the collection, the other rules, and who is asked."""
        self._trials = database.reply_trials
        self._settings = settings
        self._budget = budget
        self._clock = clock
        self._assistant = assistant
        self.came = asyncio.Event()
        """Set when there is one."""

    async def ask(self, text: str, *, to: int, cause: Cause) -> None:
        """Let the AI be tried on a text, in the background; once per cause.

        Raises:
            UserError: `replies-unset`; `replies-try-text` where there is none.
        """
        if self._assistant is None:
            raise UserError("replies-unset")
        if not text.strip():
            raise UserError("replies-try-text")
        await self._trials.ask(ReplyTrial(cause, to, text), self._clock.now())
        self.came.set()

    async def claim(self, epoch: int) -> ReplyTrial | None:
        """Take the one that waits longest, for the lease with this epoch."""
        return await self._trials.claim(epoch, self._clock.now())

    async def finish(self, trial: ReplyTrial, epoch: int) -> None:
        """Write down that a trial is told of."""
        await self._trials.finish(trial, epoch)

    async def next_due(self) -> datetime | None:
        """Return when there is another one; None when none waits."""
        return await self._trials.next_due()

    async def carry_out(self, trial: ReplyTrial, epoch: int) -> Tried:
        """Ask the AI, unless that was done, and write down what came of it. It is a call of the day like any other."""
        if trial.tried is not None:
            return trial.tried
        tried = await self._try(trial)
        await self._trials.note(trial, tried, epoch)
        return tried

    async def _try(self, trial: ReplyTrial) -> Tried:
        options = await self._settings.current()
        if self._assistant is None or await self._budget.spend(trial.to, options):
            return Tried(why="spent")
        question = question_of([trial.text], [], private=True)
        tokens = 0
        try:
            completion = await self._assistant.complete(instructions_of(options.reply_prompt), question)
            tokens = completion.tokens
            answer = answer_in(completion)
            return Tried(answer.reply, answer.confidence)
        except AssistantAway as error:
            await self._budget.give_back(trial.to, options)
            return Tried(why=error.trouble.value)
        except AnswerUnusable as error:
            tokens = error.tokens
            return Tried(why="unusable")
        finally:
            await self._budget.cost(trial.to, options, tokens)
