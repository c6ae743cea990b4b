"""What a bot is sent by chance: updates of every kind from people and channels, half of them nearly as they should be.

Wholly random ones end at the first look at them. So most name a chat that exists, come next in their sequence, and
carry what a command, a link or a button would; and each of these is wrong now and then.
"""

from __future__ import annotations

import copy
import random
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pyrogram import raw
from pyrogram.dispatcher import Dispatcher
from pyrogram.raw.core import TLObject

from tests.proof.forge import DATES, TEXTS, Forge, Steer, Value, constructors

t = raw.types

WEIGHTS: Final[dict[type, float]] = {
    t.UpdateNewMessage: 30,
    t.UpdateNewChannelMessage: 9,
    t.UpdateEditMessage: 4,
    t.UpdateEditChannelMessage: 2,
    t.UpdateDeleteMessages: 2,
    t.UpdateDeleteChannelMessages: 3,
    t.UpdateBotCallbackQuery: 14,
    t.UpdateBotStopped: 4,
    t.UpdateChannelParticipant: 5,
    t.UpdateChatParticipant: 2,
}
"""How many of a hundred are of these kinds; the rest is of any."""

OF_WEIGHT: Final = sum(WEIGHTS.values()) / 100

HEARD: Final = [
    kind
    for name, kinds in vars(Dispatcher).items()
    if name.endswith("_UPDATES")
    for kind in kinds
    if kind not in WEIGHTS
]
"""What else the library has a parser for: half of the rest."""

COMMANDS: Final = ("start", "help", "about", "language", "links", "revoke", "genlink", "nonsense", "")
DATA: Final = (
    "language:ru", "language:", "language:xx", "links", "links:", "link", "revoke", "restore", "new-link", "storage",
    "storage-no", "storage:-100", "storage:x", "storage:-1001111111111", ":", "\0", "a" * 64,
)  # fmt: skip
"""What buttons carry; those that lead to a link get a code behind them."""

ENTITIES: Final = (
    t.MessageEntityBold, t.MessageEntityItalic, t.MessageEntityCode, t.MessageEntityPre, t.MessageEntityTextUrl,
    t.MessageEntityMentionName, t.MessageEntityBlockquote, t.MessageEntityCustomEmoji, t.MessageEntityBotCommand,
    t.MessageEntitySpoiler, t.MessageEntityUrl, t.MessageEntityUnknown,
)  # fmt: skip
"""What clients mark in texts."""

PEOPLE: Final = frozenset({"user_id", "actor_id", "admin_id", "inviter_id", "promoted_by", "kicked_by", "via_bot_id"})
"""Fields that speak of somebody."""

NOW: Final = 1_795_000_000
"""When all of this happens, Unix seconds."""

A_SECOND: Final = 20
"""Updates in a second of that time: nobody is too fast for an answer, unless chance will have it so."""


KEPT: Final = 200
"""Updates of one sequence that are remembered for those who missed them: few, so that they fill no memory later on."""


@dataclass
class Cast:
    """Who there is, and where; ids as the wire has them."""

    bot: int
    owner: int
    admin: int
    people: Sequence[int]
    storage: int
    channels: Sequence[int]
    codes: list[str] = field(default_factory=list)
    """Links that exist."""


@dataclass
class Sequences:
    """How far the server has counted: what comes next in the account's two sequences and in each channel's."""

    pts: int = 1
    qts: int = 1
    channels: Counter[int] = field(default_factory=Counter)
    message: int = 0
    log: dict[int | None, deque[tuple[int, Any]]] = field(default_factory=dict)
    quiet: deque[tuple[int, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def next(self, channel: int | None) -> int:
        """The next pts of this channel, or of the account."""
        if channel is None:
            self.pts += 1
            return self.pts
        self.channels[channel] += 1
        return self.channels[channel] + 1

    def number(self, update: Any) -> None:
        """Let an update be the next in its sequence, and remember it until somebody has asked what came later."""
        if getattr(update, "pts", None) is not None:
            channel = _channel_of(update)
            update.pts = self.next(channel)
            self.log.setdefault(channel, deque(maxlen=KEPT)).append((update.pts, update))
        if getattr(update, "qts", None) is not None:
            self.qts += 1
            update.qts = self.qts
            self.quiet.append((update.qts, update))

    def since(self, channel: int | None, pts: int) -> list[Any]:
        """What came later in a sequence, as far as it is remembered."""
        return [update for place, update in self.log.get(channel, ()) if place > pts]

    def quiet_since(self, qts: int) -> list[Any]:
        """What came later of what has a qts."""
        return [update for place, update in self.quiet if place > qts]


class Odd:
    """Makes pushes for one bot."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast = cast
        self.at = Sequences()
        self._seed = seed
        self._number = 0
        self._plain: dict[type, Any] = {}
        self._users: dict[int, Any] = {}
        values: dict[str, Value] = {
            "peer_id: Peer": lambda f, _: self._peer(f),
            "Message.from_id": lambda f, _: None if f.dice.random() < 0.8 else self._peer(f),
            "Message.out": lambda f, _: f.dice.random() < 0.02,
            "MessageService.out": lambda f, _: f.dice.random() < 0.02,
            "Message.message": lambda f, _: self._words(f.dice),
            "Message.media": self._media,
            "Message.reply_to": lambda f, d: f.any_of("MessageReplyHeader", d) if f.dice.random() < 0.1 else None,
            "Message.entities": self._entities,
            "Message.reactions": lambda f, d: f.any_of("MessageReactions", d) if f.dice.random() < 0.02 else None,
            "Message.fwd_from": lambda f, d: f.make(t.MessageFwdHeader, d + 1) if f.dice.random() < 0.2 else None,
            "UpdateBotCallbackQuery.data": lambda f, _: self._data(f.dice),
            "UpdateBotCallbackQuery.peer": lambda f, _: self._peer(f),
            "user_id: long": lambda f, _: self._person(f.dice),
            "actor_id: long": lambda f, _: self._person(f.dice),
            "admin_id: long": lambda f, _: self._person(f.dice),
            "channel_id: long": lambda f, _: self._channel(f.dice),
            "chat_id: long": lambda f, _: f.dice.randrange(1, 30),
            "date: int": lambda f, _: self._date(f.dice),
            "edit_date: int": lambda f, _: self._date(f.dice),
            "pts_count: int": lambda f, _: 1 if f.dice.random() < 0.97 else f.value("int", 0),
            "grouped_id: long": lambda f, _: f.dice.choice((5, 6, 2**63 - 1, -1)),
        }
        self.steer = Steer(values)

    def push(self, number: int) -> tuple[Any, int]:
        """The envelope with this number, the same for the same seed, and how many updates are in it."""
        forge = Forge(random.Random(self._seed * 10_000_000 + number), self.steer)
        dice, self._number = forge.dice, number
        updates = [self.update(forge) for _ in range(dice.choice((1, 1, 1, 1, 2, 3, 8)))]
        date = self._date(dice)
        users, chats = self.company(forge, updates)
        chance = dice.random()
        if chance < 0.9:
            return t.Updates(updates=updates, users=users, chats=chats, date=date, seq=0), len(updates)
        if chance < 0.95:
            return t.UpdatesCombined(
                updates=updates, users=users, chats=chats, date=date, seq_start=forge.value("int", 0), seq=-1
            ), len(updates)
        if chance < 0.99:
            return t.UpdateShort(update=updates[0], date=date), 1
        return forge.make(dice.choice((t.UpdateShortMessage, t.UpdateShortChatMessage, t.UpdatesTooLong))), 1

    def plain(self, person: int, text: str) -> Any:
        """What a person's ordinary message comes as."""
        self.at.message += 1
        place = t.PeerUser(user_id=person)
        forge = Forge(random.Random(0))
        message = forge.bare(t.Message, id=self.at.message, peer_id=place, date=NOW + self._number, message=text)
        update = t.UpdateNewMessage(message=message, pts=0, pts_count=1)
        self.at.number(update)
        user = forge.bare(t.User, id=person, access_hash=1, first_name="Rita")
        return t.Updates(updates=[update], users=[user], chats=[], date=NOW + self._number, seq=0)

    def update(self, forge: Forge) -> Any:
        """One update, next in its sequence nearly always."""
        dice = forge.dice
        if dice.random() < OF_WEIGHT:
            [kind] = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        else:
            kind = dice.choice(HEARD if dice.random() < 0.5 else constructors()["Update"])
        given: dict[str, Any] = {}
        if kind in Dispatcher.NEW_MESSAGE_UPDATES + Dispatcher.EDIT_MESSAGE_UPDATES:
            given["message"] = self.message(forge)
        made = forge.make(kind, **given)
        if dice.random() < 0.997:
            self.at.number(made)
        return made

    def message(self, forge: Forge, *, number: int | None = None) -> Any:
        """A message, with this id or the next; a service message or an empty one now and then."""
        dice = forge.dice
        kind = dice.choices((t.Message, t.MessageService, t.MessageEmpty), (90, 8, 2))[0]
        made = forge.make(kind, 1)
        if number is not None:
            made.id = number
        elif dice.random() < 0.97:
            self.at.message += 1
            made.id = self.at.message
        return made

    def user(self, forge: Forge, number: int) -> Any:
        """Somebody as the server names them: as they should be, or not."""
        if forge.dice.random() < 0.02:
            return forge.make(forge.dice.choice((t.User, t.UserEmpty)), 2, id=number)
        if number not in self._users:
            version = 1 if number == self.cast.bot else None
            user = self._users[number] = self._copy(forge, t.User, number)
            user.first_name = forge.text()
            user.bot, user.bot_info_version, user.is_self = bool(version), version, bool(version)
        return self._users[number]

    def chat(self, forge: Forge, number: int) -> Any:
        """A channel as the server names it, or now and then something else."""
        if forge.dice.random() < 0.03:
            return forge.make(forge.dice.choice((t.Channel, t.ChannelForbidden, t.Chat)), 2, id=number)
        channel = self._copy(forge, t.Channel, number)
        channel.title, channel.broadcast = forge.text(), number == self.cast.storage
        return channel

    def _copy(self, forge: Forge, kind: type, number: int) -> Any:
        """Somebody or a chat with nothing but an id."""
        if kind not in self._plain:
            self._plain[kind] = forge.bare(kind)
        made = copy.copy(self._plain[kind])
        made.id, made.access_hash = number, number % 1000
        return made

    def company(self, forge: Forge, things: Any) -> tuple[list[Any], list[Any]]:
        """The people and chats that things speak of; now and then nobody."""
        if forge.dice.random() < 0.03:
            return [], []
        people: set[int] = {self.cast.bot}
        chats: set[int] = set()
        _mentioned(things, people, chats)
        return [self.user(forge, number) for number in people], [self.chat(forge, number) for number in chats]

    # Inside

    def _person(self, dice: random.Random) -> int:
        chance = dice.random()
        if chance < 0.9:
            return dice.choice(self.cast.people)
        if chance < 0.98:
            return dice.choice((self.cast.owner, self.cast.owner, self.cast.admin, self.cast.bot))
        return dice.choice((0, 1, -1, 2**40, 2**63 - 1, -(2**63), 777000, 136817688))

    def _channel(self, dice: random.Random) -> int:
        chance = dice.random()
        if chance < 0.5:
            return self.cast.storage
        if chance < 0.97:
            return dice.choice(self.cast.channels)
        return dice.choice((0, 1, -1, 2**31, 2**63 - 1, -(2**63), 10**12))

    def _peer(self, forge: Forge) -> Any:
        chance = forge.dice.random()
        if chance < 0.75:
            return t.PeerUser(user_id=self._person(forge.dice))
        if chance < 0.95:
            return t.PeerChannel(channel_id=self._channel(forge.dice))
        return t.PeerChat(chat_id=forge.dice.randrange(-1, 30))

    def _date(self, dice: random.Random) -> int:
        return dice.choice(DATES) if dice.random() < 0.003 else NOW + self._number // A_SECOND

    def _entities(self, forge: Forge, depth: int) -> list[Any]:
        """What is marked in a text: half of the time as clients mark it, at any place."""
        if forge.dice.random() < 0.6:
            return []
        kinds: Any = ENTITIES if forge.dice.random() < 0.95 else constructors()["MessageEntity"]
        return [forge.make(forge.dice.choice(kinds), depth + 1) for _ in range(forge.dice.choice((1, 2, 5, 100)))]

    def _media(self, forge: Forge, depth: int) -> Any:
        chance = forge.dice.random()
        if chance < 0.5:
            return None
        return forge.make(t.MessageMediaDocument, depth + 1) if chance < 0.7 else forge.any_of("MessageMedia", depth)

    def _words(self, dice: random.Random) -> str:
        """What somebody writes: a command with any argument, or any text."""
        argument = dice.choice(self.cast.codes) if self.cast.codes and dice.random() < 0.3 else dice.choice(TEXTS)
        chance = dice.random()
        if chance < 0.6:
            return f"/{dice.choice(COMMANDS)}{dice.choice((' ', ' ', ' ', '@keeper_bot ', '', '  '))}{argument}"
        return argument

    def _data(self, dice: random.Random) -> bytes | None:
        """What a button carries."""
        chance = dice.random()
        if chance < 0.1:
            return None
        if chance < 0.2:
            return dice.randbytes(dice.randrange(65))
        data = dice.choice(DATA)
        if self.cast.codes and dice.random() < 0.5:
            data = f"{data.partition(':')[0]}:{dice.choice(self.cast.codes)}"
        return data.encode("utf-8", "replace")


def _channel_of(update: Any) -> int | None:
    """The channel that numbers an update, as the wire writes it."""
    place: Any = getattr(getattr(update, "message", None), "peer_id", None)
    number = getattr(update, "channel_id", None) or getattr(place, "channel_id", None)
    return number if isinstance(number, int) and number else None


def _mentioned(thing: Any, people: set[int], chats: set[int]) -> None:
    """Collect the ids of the people and chats in a thing and in everything inside it."""
    if isinstance(thing, list):
        for each in thing:
            _mentioned(each, people, chats)
        return
    for name in getattr(thing, "__slots__", ()):
        value = getattr(thing, name)
        if isinstance(value, int) and not isinstance(value, bool):
            if name in PEOPLE:
                people.add(value)
            elif name in {"channel_id", "chat_id"}:
                chats.add(value)
        elif isinstance(value, list | TLObject):
            _mentioned(value, people, chats)
