"""Decides what is kept of texts on which the owner tries the AI: until they are told what it would answer."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pymongo import IndexModel

from database.cause import Cause
from database.due import DUE, Waiting

KEPT: Final = timedelta(days=1)
"""How long a trial is remembered: longer than Telegram gives an update again."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a trial: what the AI would say (None: nothing) and how sure it is, or `why` there is no answer.

    `why` is the word of a `services.assistants.Trouble`, `unusable`, or `spent` where the day's budget is used up.
    """

    reply: str | None = None
    confidence: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyTrial:
    """A text, and who is to be told what the AI would answer to it; `tried` is what came of it, once that is known."""

    cause: Cause
    to: int
    text: str
    tried: Tried | None = None


class ReplyTrials(Waiting):
    """The texts on which one bot's AI is tried."""

    name = "reply_trials"
    indexes: ClassVar[list[IndexModel]] = [DUE, IndexModel([("forget_at", 1)], expireAfterSeconds=0)]

    async def ask(self, trial: ReplyTrial, now: datetime) -> None:
        """Let the AI be tried; once per cause."""
        asked = {
            "bot_id": self._bot_id,
            "cause": trial.cause,
            "to": trial.to,
            "text": trial.text,
            "attempts": 0,
            "due_at": now,
            "forget_at": now + KEPT,
        }
        await self._documents.update_one({"_id": self._key(trial.cause)}, {"$setOnInsert": asked}, upsert=True)

    async def claim(self, epoch: int, now: datetime) -> ReplyTrial | None:
        """Take the one that waits longest; it comes again after a pause if nobody finishes it."""
        found = await self._take(epoch, now)
        if found is None:
            return None
        tried = Tried(**found["tried"]) if "tried" in found else None
        return ReplyTrial(Cause(found["cause"]), found["to"], found["text"], tried)

    async def note(self, trial: ReplyTrial, tried: Tried, epoch: int) -> None:
        """Write down what came of a trial, so that nobody is asked again where telling it has to wait."""
        where = {"_id": self._key(trial.cause), "epoch": epoch}
        await self._documents.update_one(where, {"$set": {"tried": asdict(tried)}})

    async def finish(self, trial: ReplyTrial, epoch: int) -> None:
        """Write down that a trial is told of, and forget its text, unless somebody else took it."""
        await self._documents.update_one(
            {"_id": self._key(trial.cause), "epoch": epoch}, {"$unset": {"due_at": "", "text": "", "tried": ""}}
        )
