"""Plays a script of gaps to a bot: people who do what is written there, and a server that misbehaves as written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pyrogram.types import Message

from sandbox.people import Person
from sandbox.stage import control
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import random_file
from tests.e2e.harness import Stage, new_phone
from tests.proof.contenders import Contender
from tests.proof.script import MEMBERS, SIDES, Event, Kind, Round, Script, extra_name, post_name

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "duplicate_update", "probability": 0.1},
    {"kind": "reorder_updates", "probability": 0.2, "window": 4, "milliseconds": 300},
    {"kind": "skip_update", "probability": 0.1},
)
"""What befalls the pushes to the bot."""

SLICES = {"slice": 30, "channel_slice": 10}
"""Events that a difference tells of at a time."""

TOO_LONG = {"too_long": 10, "channel_too_long": 0}
"""Events beyond which a difference is too long, at the starts for which the script says so."""

SAYS = {Kind.TEXT: "hello", Kind.HELP: "/help", Kind.UNKNOWN: "/nonsense"}


@dataclass
class Player:
    """Everybody on one stage."""

    stage: Stage
    contender: Contender
    script: Script
    readers: Crowd
    members: list[Person] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)
    invites: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    posts: dict[int, Message] = field(default_factory=dict)
    """The posts that were made, by their numbers."""
    deleted: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    """The members who have the bot blocked, by their numbers."""
    _faults: list[int] = field(default_factory=list)
    _written: dict[int, tuple[Message, str]] = field(default_factory=dict)
    _inside: set[tuple[int, int]] = field(default_factory=set)

    async def set_up(self) -> None:
        """Start the bot; let everybody be there and known to it; make links."""
        await self.contender.start()
        await self.stage.owner.send("/start")
        self.members = await asyncio.gather(*(self._member() for _ in range(MEMBERS)))
        for number in range(SIDES):
            side = await self.stage.owner.create_channel(f"Side {number}")
            await self.stage.owner.promote(self.stage.scene.username, side)
            self.sides.append(side)
            self.invites.append(await self.stage.owner.invite_link(side))
        self.codes, self.files = await self.contender.links(self.script.files, self.script.seed)

    async def _member(self) -> Person:
        member = await self.stage.people.sign_up(new_phone(), first_name="Mara")
        await member.start_bot(self.stage.scene.username)
        return member

    async def play(self) -> dict[str, int]:
        """Let everything happen. Returns how often each fault struck."""
        await self._order("/limits/differences", **SLICES)
        for number, fault in enumerate(FAULTS):
            seed = self.script.seed * 10 + number
            made = await self._order("/faults", **fault, account=self.stage.bot_id, seed=seed)
            self._faults.append(made["id"])
        for each in self.script.course:
            await self._play(each)
        faults, mine = (await control(self.stage.sandbox.info, "GET", "/faults"))["faults"], set(self._faults)
        await self._calm()
        for event in self.script.closing:
            await self._happen(event)
        return {fault["kind"]: fault["struck"] for fault in faults if fault["id"] in mine}

    async def play_calmly(self) -> dict[str, int]:
        """Let the same happen while nothing goes wrong."""
        for event in self.script.events:
            if event.kind not in {Kind.POKE, Kind.POKE_CHANNEL}:
                await self._happen(event)
        return {}

    async def rest(self) -> None:
        """Leave the server as it was."""
        await self._calm()
        await self._order("/limits/differences", slice=None, channel_slice=None, too_long=None, channel_too_long=None)

    async def _calm(self) -> None:
        """Let nothing befall this bot any more; others may be played to beside it."""
        while self._faults:
            await control(self.stage.sandbox.info, "DELETE", f"/faults/{self._faults.pop()}")

    async def _play(self, each: Round) -> None:
        for event in each.up:
            await self._happen(event)
        if each.long:  # what is too long to tell is what comes from here on
            await self._poke()
            await self.contender.rest()
        await self.contender.end(kill=each.kill)
        if each.long:
            await self._order("/limits/differences", **TOO_LONG)
        for event in each.down:
            await self._happen(event)
        await self.contender.start()
        await self.contender.rest()
        await self._order("/limits/differences", too_long=None, channel_too_long=None)

    async def _poke(self) -> None:
        await self._happen(Event(Kind.POKE))
        for channel in range(SIDES + 1):
            await self._happen(Event(Kind.POKE_CHANNEL, what=channel))

    async def _happen(self, event: Event) -> None:
        owner = self.stage.owner
        match event.kind:
            case Kind.OPEN:
                await self.readers.say(self.readers.people[event.who], [f"/start {self.codes[event.what]}"])
            case Kind.TEXT | Kind.HELP | Kind.UNKNOWN:
                await self.readers.say(self.readers.people[event.who], [SAYS[event.kind]])
            case Kind.WRITE:
                self._written[event.who] = await self.members[event.who].send("hello"), "hello"
            case Kind.EDIT:
                await self._edit(event.who)
            case Kind.POST:
                path = random_file(self.stage.folder / post_name(event.what), 500, self.script.seed + event.what)
                self.posts[event.what] = await owner.send_file(path, to=self.stage.scene.channel_id)
            case Kind.DELETE:
                self.deleted.add(event.what)
                await owner.delete(self.posts[event.what])
            case Kind.ASIDE:
                await self._order("/say", **{"from": owner.id}, to=self.sides[event.what], texts=["a post"])
            case Kind.PROMOTE:
                await owner.promote(self.stage.scene.username, await owner.create_channel(extra_name(event.what)))
            case Kind.MOVE | Kind.BLOCK:
                await self._come_or_go(event)
            case Kind.POKE:
                await self._order("/updates/too_long", account=self.stage.bot_id)
            case Kind.POKE_CHANNEL:
                channel = [self.stage.scene.channel_id, *self.sides][event.what]
                await self._order("/updates/channel_too_long", account=self.stage.bot_id, channel=channel)

    async def _edit(self, who: int) -> None:
        message, text = self._written[who]
        self._written[who] = message, text + "!"
        await self.members[who].edit(message, text + "!")

    async def _come_or_go(self, event: Event) -> None:
        member = self.members[event.who]
        if event.kind is Kind.BLOCK:
            await (member.unblock if event.who in self.blocked else member.block)(self.stage.scene.username)
            self.blocked ^= {event.who}
        else:
            there = (event.who, event.what) in self._inside
            await (member.leave(self.sides[event.what]) if there else member.join(self.invites[event.what]))
            self._inside ^= {(event.who, event.what)}

    async def _order(self, path: str, **body: Any) -> Any:
        return await control(self.stage.sandbox.info, "POST", path, **body)
