"""Proof that no forged or replayed press does anything to a draft: by strangers, with codes made up, after its time.

The presses go through the inbox, the guard, the plugins, the services and a MongoDB of a bot without a network.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyrogram import raw

from database.cause import Cause
from database.connection import Database
from services.access import Permission
from services.drafts import Draft, DraftSource, DraftTarget, Origin, Outgoing
from tests.database.mongo import fresh_database
from tests.database.mongo import raw as raw_database
from tests.proof.adrift import OWNER, STORAGE, Adrift, Counts, a_cast, adrift
from tests.proof.findings import Finding
from tests.proof.forge import Forge
from tests.proof.ground import Ground
from tests.proof.nowhere import Nowhere
from tests.proof.odd import NOW, Odd
from tests.proof.payloads import MALFORMED, WELL_FORMED

t = raw.types

REVIEWER, UPLOADER = 1_500_001, 1_500_002
"""An admin who may decide on drafts, and one who may not."""

FORMER = range(1_600_000, 1_600_050)
"""People who might decide until lately."""

PEOPLE = 5_000
DRAFTS = 40

AT_ONCE = 200
"""Presses in hand, at most."""

BY_STRANGERS = 0.5
"""Share of the presses that are right but for who makes them."""

LONGEST = 64
"""Bytes of a button's data at most (Telegram's limit)."""

REST = 120.0
"""Seconds within which what is in hand must be finished."""

OF_A_VERSION = ("draft-send", "draft-skip", "draft-edit")
OF_A_DRAFT = ("draft-reopen", "draft-retry", "draft-undo", "draft-back", "draft-view", "draft-at")
"""Buttons under a draft, with its version and without."""

Press = tuple[int, str]
"""Who presses, and the data of the button."""


@dataclass
class Tried:
    """What came of many presses."""

    presses: int = 0
    accepted: int = 0
    """Drafts that are not what they were."""
    errors: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


class Cards(Nowhere):
    """A Telegram in which every message that somebody pressed is in their chat with the bot."""

    def __init__(self, odd: Odd, seed: int) -> None:
        super().__init__(odd, seed)
        self.refuses = False
        self.chats: dict[int, int] = {}
        """Whose chat each message is in."""

    def _GetMessages(self, query: Any) -> Any:  # noqa: N802 - the method's own name
        forge = Forge(random.Random(0))
        messages: list[Any] = [
            forge.bare(t.Message, id=each.id, peer_id=t.PeerUser(user_id=self.chats[each.id]), date=NOW, message="card")
            for each in query.id
        ]
        users = [_person(message.peer_id.user_id) for message in messages]
        return t.messages.Messages(messages=messages, topics=[], chats=[], users=users)


def _person(who: int) -> Any:
    return Forge(random.Random(0)).bare(t.User, id=who, access_hash=1, first_name="Rita")


@dataclass
class Place:
    """A bot with drafts, and how presses reach it."""

    bot: Adrift
    cards: Cards
    database: Database
    drafts: list[Draft]
    meter: Counts
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def press(self, who: int, data: str) -> None:
        """Let somebody press a button that may never have been there."""
        number = next(self.numbers)
        self.cards.chats[number] = who
        update = t.UpdateBotCallbackQuery(
            query_id=number, user_id=who, peer=t.PeerUser(user_id=who), msg_id=number, chat_instance=1,
            data=data.encode()[:LONGEST],
        )  # fmt: skip
        await self.bot.handle_updates(t.Updates(updates=[update], users=[_person(who)], chats=[], date=NOW, seq=0))
        if self.bot.backlog >= AT_ONCE:
            await asyncio.wait_for(self.bot.inbox.lanes.below(AT_ONCE // 2), REST)

    async def rest(self) -> None:
        """Wait until everything is finished."""
        await asyncio.wait_for(self.bot.inbox.lanes.below(1), REST)

    async def kept(self) -> dict[str, Any]:
        """Everything that the database has of each draft."""
        return {each["code"]: each async for each in raw_database(self.database)["drafts"].find({})}


async def make(place: Place) -> None:
    """Make drafts, and let a part of them be decided on; then somebody is a reviewer no more."""
    access, drafts = place.bot.services.access, place.bot.services.drafts
    reviewers = ((who, Permission.REVIEW) for who in (REVIEWER, *FORMER))
    for who, permission in (*reviewers, (UPLOADER, Permission.UPLOAD)):
        await access.appoint(who, {permission}, by=OWNER, cause=Cause(f"proof:appoint {who}"))
    for who in FORMER:
        await access.dismiss(who, by=OWNER, cause=Cause(f"proof:dismiss {who}"))
    target = DraftTarget(-1_000_000_000_000 - STORAGE, "Channel")
    for number in range(DRAFTS):
        content = [Outgoing(None, (), f"draft {number}")]
        made = await drafts.add(content, [target], Origin(DraftSource.PERSON, OWNER), Cause(f"proof:draft {number}"))
        code, decide = made.code, Cause(f"proof:decide {number}")
        if number % 4 == 1:
            made = await drafts.edit(code, content, OWNER, decide)
        elif number % 4 == 2:
            made = await drafts.skip(code, 1, OWNER, decide)
        elif number % 4 == 3:
            made = await drafts.approve(code, 1, OWNER, decide)
        place.drafts.append(made)


def forged(drafts: Sequence[Draft], people: Sequence[int], dice: random.Random) -> Iterator[Press]:
    """Presses without end of which none may do anything."""
    while True:
        draft = dice.choice(drafts)
        if dice.random() < BY_STRANGERS:
            who = dice.choice((UPLOADER, dice.choice(FORMER), dice.choice(people), dice.choice(people)))
            yield who, dice.choice((*_right(draft), *(f"{name}:{draft.code}" for name in OF_A_DRAFT)))
        else:
            yield dice.choice((REVIEWER, OWNER)), dice.choice(WRONG)(draft, dice)


def _right(draft: Draft) -> list[str]:
    """What the buttons of its newest version carry."""
    return [f"{name}:{draft.code}:{draft.version.number}" for name in OF_A_VERSION[:2]]


def _made_up(draft: Draft, dice: random.Random) -> str:
    """Another code, made of this one."""
    while (code := dice.choice((*WELL_FORMED, *MALFORMED))(f"f{draft.code}", dice)[1:]) == draft.code:
        pass
    return f"{dice.choice(OF_A_VERSION[:2])}:{code}:{draft.version.number}"


def _other_version(draft: Draft, dice: random.Random) -> str:
    """A version that it never had or has no more."""
    now = draft.version.number
    version = dice.choice((now - 1, now + 1, -now, 0, 10**12, f"0{now}", f"{now} ", "١", "", f"{now}:{now}", "NaN"))
    return f"{dice.choice(OF_A_VERSION[:2])}:{draft.code}:{version}"


def _decided(draft: Draft, dice: random.Random) -> str:
    """What was right before it was decided on; of one that waits, a code that is not there."""
    return dice.choice(_right(draft)) if draft.decided_by is not None else _made_up(draft, dice)


def _broken(draft: Draft, dice: random.Random) -> str:
    """What no button carries."""
    name = dice.choice((*OF_A_VERSION, *OF_A_DRAFT))
    forms = (name, f"{name}:", f"{name}::1", f"{name}:1:{draft.code}", f":{draft.code}:1", f"{name} {draft.code} 1")
    return dice.choice(forms)


WRONG: tuple[Callable[[Draft, random.Random], str], ...] = (_made_up, _other_version, _decided, _broken)
"""Presses of people who may decide, of buttons that are none."""


async def attempt(place: Place, presses: Iterator[Press], count: int) -> Tried:
    """Make so many presses, and see what became of the drafts."""
    before, outcomes = await place.kept(), place.meter.outcomes.copy()
    for who, data in itertools.islice(presses, count):
        await place.press(who, data)
    await place.rest()
    after = await place.kept()
    changed = sum(after.get(code) != draft for code, draft in before.items()) + len(after.keys() - before.keys())
    ended = place.meter.outcomes - outcomes
    return Tried(count, changed, ended["failed"], ended)


async def prove(ground: Ground, seed: int, count: int) -> tuple[Tried, Tried]:
    """Make forged presses, and then the right ones by the same way: the control that one which is accepted shows."""
    meter = Counts()
    cast = a_cast(PEOPLE)
    folder = Path(tempfile.mkdtemp(dir=ground.folder))
    async with fresh_database(ground.database_url) as database:
        cards = Cards(Odd(cast, seed), seed)
        async with adrift(database, cards, folder, meter) as bot:
            place = Place(bot, cards, database, [], meter)
            await make(place)
            fakes = await attempt(place, forged(place.drafts, cast.people, random.Random(f"{seed} forged")), count)
            waiting = [draft for draft in place.drafts if draft.decided_by is None]
            real = await attempt(place, ((REVIEWER, _right(draft)[0]) for draft in waiting), len(waiting))
    return fakes, real


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Forged and replayed presses, and the right ones."""
    began = time.monotonic()
    fakes, real = await prove(place, seed, 5_000 if quick else 100_000)
    for name, tried, control in (
        ("forged and replayed presses, none accepted", fakes, False),
        ("right presses, each accepted", real, True),
    ):
        yield Finding(
            name,
            seed,
            tried.presses,
            tried.presses - tried.accepted if control else 0,
            0,
            {"accepted": tried.accepted, "unhandled errors": tried.errors, **dict(tried.outcomes.most_common())},
            holds=not (tried.accepted or tried.errors),
            control=control,
            seconds=time.monotonic() - began,
        )
