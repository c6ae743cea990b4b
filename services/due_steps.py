"""Decides what is done with a step that is due: sent, skipped, put off, or the end of its reader's sequence."""

import html
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from database.clock import Clock
from database.outgoing import OutButton, Outgoing
from database.sequences import Condition, Sequence, Step
from database.task import Task
from database.users import User
from services.access import Access
from services.captions import LONGEST as CAPTION_LONGEST
from services.clicks import ClickService
from services.errors import TryLater
from services.fsub import ForceSubscribe, Place
from services.premium import PremiumService
from services.required import Chats
from services.settings import SettingsService
from services.steps import quiet_until
from services.templates import LONGEST, PLACEHOLDERS, Template, placeholders_in
from services.users import UserService

UNSEEN: Final = 60.0
"""Seconds before Telegram is asked again where somebody is, when it did not say."""


class Act(StrEnum):
    """What is to be done."""

    SEND = "send"
    SKIP = "skip"
    """Its condition does not hold, or it is no step of the sequence any more."""
    WAIT = "wait"
    """It is quiet hours for this reader."""
    HOLD = "hold"
    """Its sequence is paused."""
    FAIL = "fail"
    CANCEL = "cancel"
    """This reader is to get no more of the sequence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a step: `out` with what is sent, `until` with a wait, `reason` with everything else."""

    act: Act
    reason: str = ""
    out: Outgoing | None = None
    until: datetime | None = None


class StepJudge:
    """Judges one bot's steps."""

    def __init__(
        self, users: UserService, clicks: ClickService, fsub: ForceSubscribe, premium: PremiumService, access: Access,
        settings: SettingsService, clock: Clock,
    ) -> None:  # fmt: skip
        """Take who knows what of readers."""
        self._users = users
        self._clicks = clicks
        self._fsub = fsub
        self._premium = premium
        self._access = access
        self._settings = settings
        self._clock = clock

    async def judge(self, task: Task, sequence: Sequence | None, telegram: Chats) -> Verdict:
        """Judge a task by what its sequence says now.

        Raises:
            TryLater: where this reader is cannot be told now.
        """
        if sequence is None:
            return Verdict(Act.CANCEL, "deleted")
        if self._access.is_banned(task.chat_id):
            return Verdict(Act.CANCEL, "banned")
        if sequence.paused and not task.is_test:
            return Verdict(Act.HOLD)
        step = sequence.plan.step(task.step)
        if step is None:
            return Verdict(Act.SKIP, "removed")
        if sequence.plan.quiet and not task.is_test:
            until = quiet_until(sequence.plan.quiet, self._clock.now(), await self._zone_of(task.chat_id))
            if until is not None:
                return Verdict(Act.WAIT, "quiet hours", until=until)
        if step.condition and (reason := await self._against(step.condition, task.chat_id, telegram)):
            return Verdict(Act.SKIP, reason)
        return await self._sending(step, task.chat_id)

    async def _zone_of(self, user_id: int) -> str:
        user = await self._users.get(user_id)
        return (user and user.timezone) or (await self._settings.current()).timezone

    async def _against(self, condition: Condition, user_id: int, telegram: Chats) -> str | None:
        """Return what of a condition does not hold, by its name in the file; None where all of it does."""
        for name, button in (("clicked", condition.clicked), ("not_clicked", condition.not_clicked)):
            if button and await self._clicks.has_clicked(user_id, button) is not (name == "clicked"):
                return name
        if condition.languages and await self._users.language_of(user_id) not in condition.languages:
            return "language"
        if condition.premium is not None:
            has = await self._premium.until(user_id) is not None
            if has is not condition.premium:
                return "premium"
        for name, chat in (("joined", condition.joined), ("not_joined", condition.not_joined)):
            if chat and await self._is_inside(chat, user_id, telegram) is not (name == "joined"):
                return name
        return None

    async def _is_inside(self, chat_id: int, user_id: int, telegram: Chats) -> bool:
        """Tell whether somebody is in a chat; where the bot cannot see that, nobody is."""
        place = await self._fsub.place_in(chat_id, user_id, telegram)
        if place is Place.UNKNOWN:
            raise TryLater(UNSEEN, f"where {user_id} is cannot be told")
        return place is Place.INSIDE

    async def _sending(self, step: Step, user_id: int) -> Verdict:
        text = step.html
        if text and placeholders_in(text) & set(PLACEHOLDERS):
            names = _names_of(await self._users.get(user_id), user_id)
            text = Template(text).fill(names, CAPTION_LONGEST if step.messages else LONGEST)
        source = (await self._settings.current()).source_chat if step.messages else None
        if step.messages and source is None:
            return Verdict(Act.FAIL, "no source channel")
        rows = tuple(tuple(OutButton(each.text, each.url, each.click) for each in row) for row in step.buttons)
        return Verdict(Act.SEND, out=Outgoing(source, step.messages, text, rows))


def _names_of(user: User | None, user_id: int) -> dict[str, str]:
    """Name a reader as the owner's own texts may; in HTML."""
    first = html.escape((user and user.first_name) or str(user_id), quote=False)
    return {
        "first": first,
        "last": html.escape((user and user.last_name) or "", quote=False),
        "username": f"@{user.username}" if user and user.username else first,
        "mention": f'<a href="tg://user?id={user_id}">{first}</a>',
        "id": str(user_id),
    }
