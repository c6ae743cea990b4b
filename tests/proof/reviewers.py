"""People who decide on drafts while the bot dies: their cards, and their presses, many at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from pyrogram import raw
from pyrogram.errors import BotResponseTimeout, DataInvalid, MessageIdInvalid
from pyrogram.types import Message

from sandbox.person import Person
from tests.e2e import drafting
from tests.e2e.harness import Stage

SEND = "draft-send:"

ANSWERED_WITHIN = 20.0
"""Seconds after which nobody waits for the answer to a press any more; the server itself waits for ten."""


class Press(StrEnum):
    """What came of one."""

    ANSWERED = "answered"
    UNHEARD = "unheard"
    """Nobody answered: the bot was dead, or died over it."""
    GONE = "gone"
    """The button was not there any more."""


@dataclass(frozen=True, slots=True)
class Card:
    """A draft as somebody may decide on it."""

    person: Person
    chat: int
    message_id: int
    data: bytes

    @classmethod
    def of(cls, person: Person, message: Message) -> Self:
        """Read it."""
        data = drafting.offered(message, SEND)
        assert data
        assert message.chat
        return cls(person, int(message.chat.id or 0), message.id, data)

    @property
    def code(self) -> str:
        """The draft."""
        return self.data.decode().split(":")[1]

    async def press(self) -> Press:
        """Press SEND."""
        peer: Any = await self.person.client.resolve_peer(self.chat)
        query = raw.functions.messages.GetBotCallbackAnswer(peer=peer, msg_id=self.message_id, data=self.data)
        try:
            await self.person.client.invoke(query, retries=1, timeout=ANSWERED_WITHIN)
        except (BotResponseTimeout, OSError):
            return Press.UNHEARD
        except (DataInvalid, MessageIdInvalid):
            return Press.GONE
        return Press.ANSWERED


@dataclass
class Reviewers:
    """The owner and some admins, who have all talked to the bot."""

    people: Sequence[Person]
    username: str

    @classmethod
    async def of(cls, stage: Stage, count: int) -> Self:
        """So many of them; a bot that starts after this knows them."""
        others = [await stage.reader(f"Reviewer {number}") for number in range(1, count)]
        await drafting.appoint(stage, (each.id for each in others))
        return cls([stage.owner, *others], stage.scene.username)

    async def meet(self, patience: float = 60) -> None:
        """Talk to the bot, which cannot write to anybody first."""
        for person in self.people:
            await person.send(self.username, "/start")
            await person.next_message(patience, from_=self.username)

    async def cards(self, code: str, patience: float) -> list[Card]:
        """Wait until each of them has a card of a draft, and return these."""
        return list(await asyncio.gather(*(self.card(person, f"{SEND}{code}:", patience) for person in self.people)))

    async def card(self, person: Person, data: str, patience: float) -> Card:
        """Wait until one of them has a card whose button begins so, and return it."""
        message = await person.next_message(
            patience, from_=self.username, predicate=lambda found: drafting.offered(found, data) is not None
        )
        return Card.of(person, message)

    async def press_together(self, cards: Sequence[Card], presses: int) -> Counter[Press]:
        """Press so often at the same moment, each of them as often as the others."""
        return Counter(await asyncio.gather(*(cards[number % len(cards)].press() for number in range(presses))))
