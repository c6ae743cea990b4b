"""One process that publishes drafts, and a Telegram that sends each random_id once: for the tests of drafts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.outgoing import Outgoing
from scheduler.drafts import DraftRunner
from services.drafts import (
    Draft,
    DraftSource,
    DraftState,
    DraftTarget,
    Origin,
    TargetState,
)
from services.posted import Posted
from services.refusals import Refusal
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import ADMIN, OWNER, Channel, make_services

State, At = DraftState, TargetState
ONE, TWO, THREE = (DraftTarget(-100_0 - number, f"Chat {number}") for number in (1, 2, 3))
TEXT = Outgoing(None, (), "hello")
MORE = Outgoing(None, (), "and more")
ORIGIN = Origin(DraftSource.PERSON, OWNER)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FORBIDDEN = Posted(refusal=Refusal.FORBIDDEN, reason="CHAT_WRITE_FORBIDDEN")


class Died(BaseException):
    """The process is gone."""


Trap = Callable[[str, int], Any]


class Telegram:
    """Sends each random_id once; what it is told to, befalls it, before or after it did what was asked."""

    def __init__(self, *, keeps: bool = True) -> None:
        self.keeps = keeps
        self.ids: dict[tuple[str, int, str], int] = {}
        self.chats: dict[int, dict[int, Outgoing]] = {}
        self.ever: Counter[tuple[int, str]] = Counter()
        self.order: list[tuple[int, str]] = []
        self.replies: dict[int, int | None] = {}
        self.pinned: list[tuple[int, int]] = []
        self.calls: Counter[str] = Counter()
        self.answers = True
        self.before: Trap = lambda _, __: None
        self.after: Trap = lambda _, __: None

    def there(self, chat: int) -> list[str | None]:
        """What is in a chat, in its order."""
        return [each.html for _, each in sorted(self.chats.get(chat, {}).items())]

    def do(self, what: str, chat: int, work: Callable[[], Sequence[int]]) -> Posted:
        self.calls[what] += 1
        if isinstance(refused := self.before(what, chat), Posted):
            return refused
        done = Posted(tuple(work()))
        self.after(what, chat)
        return done

    def send(self, to: int, out: Outgoing, key: tuple[str, int, str], reply_to: int | None) -> Sequence[int]:
        if key not in self.ids or not self.keeps:
            number = self.ids[key] = sum(self.ever.values()) + 1
            self.ever[to, str(out.html)] += 1
            self.order.append((to, str(out.html)))
            self.chats.setdefault(to, {})[number] = out
            self.replies[number] = reply_to
        return [self.ids[key]]

    def delete(self, chat: int, numbers: Sequence[int]) -> Sequence[int]:
        for number in numbers:
            self.chats[chat].pop(number, None)
        return numbers

    def pin(self, chat: int, number: int) -> Sequence[int]:
        if (chat, number) not in self.pinned:
            self.pinned.append((chat, number))
        return [number]


class Bot:
    """One process."""

    def __init__(self, telegram: Telegram, room: BotDatabase, clock: StillClock, epoch: int = 1) -> None:
        self.telegram, self.clock = telegram, clock
        self.services: Services = make_services(room, clock, Channel())
        self.drafts = self.services.drafts
        self.lease: Any = SimpleNamespace(epoch=epoch)
        self.said: dict[tuple[Cause, str, int], tuple[str, dict[str, Any]]] = {}
        self.untellable: BaseException | None = None
        self.runner = DraftRunner(self)
        self.carry_out, self.runner._carry_out = self.runner._carry_out, self.carried_out  # type: ignore[method-assign]
        self.died: BaseException | None = None

    async def carried_out(self, draft: Draft, target: DraftTarget) -> None:
        """See one turn through, and know that it was the process's last one."""
        try:
            await self.carry_out(draft, target)
        except Died as error:
            self.died = error

    async def post_draft(
        self, to: int, out: Outgoing, *, cause: Cause, step: str, reply_to: int | None = None
    ) -> Posted:
        await asyncio.sleep(0)
        return self.telegram.do("send", to, lambda: self.telegram.send(to, out, (cause, to, step), reply_to))

    async def take_back(self, chat: int, message_ids: Sequence[int]) -> Posted:
        return self.telegram.do("delete", chat, lambda: self.telegram.delete(chat, message_ids))

    async def pin_in(self, chat: int, message_id: int) -> Posted:
        return self.telegram.do("pin", chat, lambda: self.telegram.pin(chat, message_id))

    async def link_to(self, chat: int, message_id: int) -> str | None:
        return f"https://t.me/c/{-chat}/{message_id}"

    async def answers(self) -> bool:
        return self.telegram.answers

    async def told(self, user_id: int, key: str, *, cause: Cause, step: str, **args: Any) -> bool:
        if self.untellable:
            raise self.untellable
        self.said[cause, step, user_id] = (key, args)
        return True

    async def approved(self, *targets: DraftTarget, parts: Sequence[Outgoing] = (TEXT,), **how: Any) -> Draft:
        """Write a draft down and approve it."""
        cause = f"query:{how.pop('name', 'draft')}"
        draft = await self.drafts.add(parts, targets or (ONE, TWO, THREE), ORIGIN, Cause(cause), **how)
        return await self.drafts.approve(draft.code, 1, ADMIN, Cause(f"{cause} send"))

    async def run(self) -> None:
        """Do what is due now; whoever dies takes the rest along."""
        for _ in range(100):
            due = await self.runner.look()
            tasks = list(self.runner._tasks)
            if tasks and not self.died:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self.died:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                raise self.died
            if not tasks and (due is None or due > self.clock.now()):
                return
        raise AssertionError("it has no end")

    async def dies(self) -> None:
        with pytest.raises(Died):
            await self.run()

    async def settle(self, draft: Draft) -> Draft:
        """Do what is due, now and later, until nothing is left to do."""
        for _ in range(60):
            await self.run()
            if (due := await self.drafts.work.next_due()) is None:
                break
            self.clock.move(max(timedelta(0), due - self.clock.now()))
        return await self.drafts.get(draft.code)


def states(draft: Draft) -> list[str]:
    return [each.state.value for each in draft.targets]


def once(number: int, error: BaseException | Posted, what: str = "send", chat: int | None = None) -> Trap:
    """Let something befall the call of a kind with this number, from 1."""
    seen = Counter[str]()

    def trap(kind: str, where: int) -> Any:
        if kind == what and chat in {None, where}:
            seen[kind] += 1
            if seen[kind] == number:
                if isinstance(error, BaseException):
                    raise error
                return error
        return None

    return trap


async def killed(bot: Bot, again: Bot, draft: Draft) -> Draft:
    """Let a process die, and the next one go on."""
    await bot.dies()
    bot.telegram.before = bot.telegram.after = lambda _, __: None
    return await again.settle(draft)
