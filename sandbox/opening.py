"""How the stage is set for the first minute, as its owner would: a News channel, and a bot that knows who reads it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pyrogram.errors import UserAlreadyParticipant

from sandbox.person import Person
from sandbox.stage import Scene
from sandbox.suggested import NEWS
from sandbox.world.world import World

ANSWER_WITHIN: Final = 20.0
LOOK_EVERY: Final = 0.1


async def set_news(scene: Scene, world: World, owner: Person, readers: Sequence[Person], *, kept: Path) -> Scene:
    """Make the owner's public channel for what is published, with the bot as its admin and the readers in it.

    What an interrupted start began is gone on with.
    """
    found = world.channels.by_username(NEWS)
    channel = found.peer if found else await owner.create_channel("News", "What is published, after a yes.")
    if found is None:
        await owner.make_public(channel, NEWS)
    await owner.promote(scene.username, channel)
    for reader in readers:
        with contextlib.suppress(UserAlreadyParticipant):
            await reader.join(NEWS)
    scene = replace(scene, news_id=channel)
    scene.save(kept)
    return scene


async def introduce(scene: Scene, owner: Person, readers: Sequence[Person], *, kept: Path) -> Scene:
    """Let the owner name the channel to the bot as one that drafts go to, and those readers begin who have not yet.

    Raises:
        TimeoutError: the bot does not answer.
    """
    begin = [_begun(reader, scene.username) for reader in readers]
    await asyncio.gather(_asked(owner, scene.username, f"/targets @{NEWS}"), *begin)
    scene = replace(scene, is_introduced=True)
    scene.save(kept)
    return scene


async def _begun(reader: Person, bot: str) -> None:
    if not await reader.history(bot, limit=1):
        await _asked(reader, bot, "/start")


async def _asked(person: Person, bot: str, text: str) -> None:
    """Write to the bot, and wait until it answers."""
    sent = await person.send(bot, text)
    async with asyncio.timeout(ANSWER_WITHIN):
        while True:
            if any(each.id > sent.id and not each.outgoing for each in await person.history(bot, limit=3)):
                return
            await asyncio.sleep(LOOK_EVERY)
