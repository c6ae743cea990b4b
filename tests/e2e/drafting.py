"""Drafts as the chat would make them, without the chat: for proofs and benches that look at what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

from pyrogram.types import Message

from database.cause import Cause
from database.connection import Database
from services.access import Permission
from services.drafts import Draft, DraftSource, DraftState, DraftTarget, Origin, Outgoing
from tests.e2e.casting import services_of
from tests.e2e.harness import Stage

Published = tuple[str, int]
"""What arrived where: a text, and the id of its chat."""


async def channels(stage: Stage, count: int) -> list[DraftTarget]:
    """Make so many channels of the owner's in which the bot may post."""
    made = []
    for number in range(count):
        title = f"Channel {number}"
        channel = await stage.owner.create_channel(title)
        await stage.owner.promote(stage.scene.username, channel)
        made.append(DraftTarget(channel, title))
    return made


async def appoint(stage: Stage, people: Iterable[int]) -> None:
    """Let people decide on drafts; a bot that runs knows it within seconds."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        access = services_of(stage, database).access
        for person in people:
            cause = Cause(f"proof:appoint {person}")
            await access.appoint(person, {Permission.REVIEW}, by=stage.owner.id, cause=cause)


async def add(stage: Stage, texts: Sequence[str], *targets: Sequence[DraftTarget], approved: bool = False) -> list[str]:
    """Write drafts down, one for each text, for each of these lists of targets in turn.

    Returns their codes; a bot that runs finds them within five seconds.
    """
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        drafts = services_of(stage, database).drafts
        origin = Origin(DraftSource.PERSON, by=stage.owner.id)
        made = []
        for text, where in zip(texts, cycle(targets), strict=False):
            cause = Cause(f"proof:draft {text}")
            made.append((await drafts.add([Outgoing(None, (), text)], where, origin, cause, approved=approved)).code)
    return made


async def look_up(stage: Stage, code: str) -> Draft:
    """What the database has of a draft."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return await services_of(stage, database).drafts.get(code)


async def states(stage: Stage) -> Counter[DraftState]:
    """How many drafts stand how."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return Counter(await services_of(stage, database).drafts.counts())


def sends(lines: Iterable[dict[str, Any]], bot_id: int, targets: Sequence[DraftTarget]) -> Counter[Published]:
    """How often the bot sent each text to each target, by these lines of the ledger."""
    chats = {target.chat for target in targets}
    return Counter(
        (line["text"], line["peer_id"])
        for line in lines
        if line["kind"] == "message" and line["from_id"] == bot_id and line["peer_id"] in chats
    )


def offered(message: Message, data: str) -> bytes | None:
    """The data of the first button under a message that begins so; None: there is none."""
    rows: Any = getattr(message.reply_markup, "inline_keyboard", None) or []
    found = (str(button.callback_data) for row in rows for button in row if button.callback_data)
    return next((each.encode() for each in found if each.startswith(data)), None)
