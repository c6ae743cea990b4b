"""What was said, where it lies, and which random_id said it."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.world.state import State
from sandbox.world.tl import pack, pack_list, unpack, unpack_list

CACHED: Final = 20_000
COLUMNS: Final = (
    "key, sender, peer, sender_id, receiver_id, date, random_id, text, flags, grouped_id, edit_date, reply_to, "
    "reply_to_other, entities, media, markup, forward, action, quote"
)


class Flag:
    """What else is true of a message; plain numbers, as an IntFlag costs a tenth of the time of a send."""

    SILENT: Final = 1
    NOFORWARDS: Final = 2
    INVERT_MEDIA: Final = 4
    PINNED: Final = 8
    EDIT_HIDE: Final = 16


@dataclass(slots=True, frozen=True)
class Media:
    """What a message carries besides text: a file by its id, or a small thing as its own TL object."""

    kind: str
    id: int = 0
    spoiler: bool = False
    ttl: int = 0
    value: Any = None

    def dump(self) -> bytes:
        """The form it is kept in."""
        value = None if self.value is None else self.value.write().hex()
        return json.dumps([self.kind, self.id, self.spoiler, self.ttl, value]).encode()

    @classmethod
    def load(cls, data: bytes | None) -> Media | None:
        """What `dump` wrote."""
        if data is None:
            return None
        kind, number, spoiler, ttl, value = json.loads(data)
        return cls(kind, number, spoiler, ttl, None if value is None else unpack(bytes.fromhex(value)))


@dataclass(slots=True, eq=False)
class Message:
    """One message. In a private chat it has an id for its sender and another for its receiver; 0: not in that box."""

    sender: int
    peer: int
    """Whom it was sent to: an account id, or -100… for a channel."""
    date: int
    text: str = ""
    key: int = 0
    sender_id: int = 0
    receiver_id: int = 0
    random_id: int = 0
    flags: int = 0
    grouped_id: int = 0
    edit_date: int = 0
    reply_to: int = 0
    """The id it answers, as the sender's box has it."""
    reply_to_other: int = 0
    """The same, as the receiver's box has it."""
    entities: list[Any] = field(default_factory=list)
    media: Media | None = None
    markup: Any = None
    forward: Any = None
    action: Any = None
    quote: Any = None
    via_bot: int = 0
    """The bot that offered it, where it was chosen from a bot's offers."""

    @property
    def in_channel(self) -> bool:
        """Whether it stands in a channel."""
        return self.peer < 0

    @property
    def is_protected(self) -> bool:
        """Whether it must not be forwarded."""
        return bool(self.flags & Flag.NOFORWARDS)

    def id_for(self, account_id: int) -> int:
        """Its id as this account sees it; 0 when it is not in their box."""
        if self.peer < 0 or account_id == self.sender:
            return self.sender_id
        return self.receiver_id if account_id == self.peer else 0

    def reply_for(self, account_id: int) -> int:
        """The id it answers as this account sees it."""
        return self.reply_to if self.peer < 0 or account_id == self.sender else self.reply_to_other

    def chat_for(self, account_id: int) -> int:
        """The chat it stands in as this account sees it."""
        return self.peer if self.peer < 0 or account_id == self.sender else self.sender


class Messages:
    """All messages, on disk, the recent ones also in memory."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._cache: OrderedDict[int, Message] = OrderedDict()
        (self._last_key,) = state.one("SELECT COALESCE(MAX(key), 0) FROM messages") or (0,)
        self._dialogs: set[tuple[int, int]] = set()
        self._vias: dict[int, int] = dict(state.rows("SELECT key, bot FROM vias"))

    def add(self, message: Message) -> None:
        """Keep a new message and put it into the boxes that its ids name."""
        self._last_key += 1
        message.key = self._last_key
        self._write(message)
        self._remember(message)
        if message.via_bot:
            self._vias[message.key] = message.via_bot
            self._state.write("INSERT INTO vias VALUES (?, ?)", (message.key, message.via_bot))
        if message.in_channel:
            self._put(message.peer, message.sender_id, message.peer, message.key)
            return
        self._put(message.sender, message.sender_id, message.peer, message.key)
        self._open_dialog(message.sender, message.peer, wrote=False)
        if message.receiver_id and message.peer != message.sender:
            self._put(message.peer, message.receiver_id, message.sender, message.key)
            self._open_dialog(message.peer, message.sender, wrote=True)

    def update(self, message: Message) -> None:
        """Write down a changed message."""
        self._write(message)

    def by_key(self, key: int) -> Message:
        """A message that exists, whether it was deleted or not."""
        message = self._cache.get(key)
        if message is None:
            row = self._state.one(f"SELECT {COLUMNS} FROM messages WHERE key = ?", (key,))  # noqa: S608 - a constant
            if row is None:
                raise KeyError(key)
            message = _load(row)
            message.via_bot = self._vias.get(key, 0)
            self._remember(message)
        return message

    def get(self, owner: int, message_id: int) -> Message | None:
        """The message with this id in the box of an account or a channel (-100…)."""
        row = self._state.one("SELECT key FROM boxes WHERE owner = ? AND id = ?", (owner, message_id))
        return None if row is None else self.by_key(row[0])

    def lies_in(self, owner: int, message: Message) -> bool:
        """Whether a message is in the box of an account, where it may have been deleted from."""
        number = message.id_for(owner)
        found = self.get(owner, number) if number else None
        return found is not None and found.key == message.key

    def remove(self, owner: int, ids: Iterable[int]) -> None:
        """Take messages out of a box."""
        self._state.write_many("DELETE FROM boxes WHERE owner = ? AND id = ?", [(owner, number) for number in ids])

    def history(self, owner: int, peer: int | None, below: int, limit: int, above: int = 0) -> list[Message]:
        """The newest messages of a box, of one chat or of all, with ids in (above, below), newest first."""
        one_chat = "" if peer is None else " AND peer = ?"
        values: list[object] = [owner, below, above, *([] if peer is None else [peer]), limit]
        wanted = "SELECT key FROM boxes WHERE owner = ? AND id < ? AND id > ?"
        rows = self._state.rows(wanted + one_chat + " ORDER BY id DESC LIMIT ?", values)
        return [self.by_key(key) for (key,) in rows]

    def newer(self, owner: int, peer: int, start: int, limit: int) -> list[Message]:
        """The oldest messages of a chat with ids from `start` on, newest first."""
        rows = self._state.rows(
            "SELECT key FROM boxes WHERE owner = ? AND peer = ? AND id >= ? ORDER BY id LIMIT ?",
            (owner, peer, start, limit),
        )
        return [self.by_key(key) for (key,) in reversed(rows)]

    def count(self, owner: int, peer: int, above: int = 0, *, but: int | None = None) -> int:
        """How many messages a chat has above an id; `but`: not those that this account wrote."""
        sql = "SELECT COUNT(*) FROM boxes JOIN messages USING (key) WHERE owner = ? AND boxes.peer = ? AND id > ?"
        values = (owner, peer, above)
        row = self._state.one(sql, values) if but is None else self._state.one(f"{sql} AND sender != ?", (*values, but))
        return int(row[0]) if row else 0

    def by_random_id(self, account: int, peer: int, random_id: int) -> tuple[Message, int] | None:
        """The message that this random_id sent to this chat before, and the pts it had for its sender."""
        row = self._state.one(
            "SELECT key, pts FROM random_ids WHERE account = ? AND peer = ? AND random_id = ?",
            (account, peer, random_id),
        )
        return None if row is None else (self.by_key(row[0]), int(row[1]))

    def keep_random_id(self, message: Message, pts: int) -> None:
        """Remember for ever that this random_id was used."""
        self._state.write(
            "INSERT INTO random_ids VALUES (?, ?, ?, ?, ?)",
            (message.sender, message.peer, message.random_id, message.key, pts),
        )

    def wrote(self, account: int, to: int) -> bool:
        """Whether the account ever wrote to the other, who may answer from then on."""
        row = self._state.one("SELECT wrote FROM dialogs WHERE owner = ? AND peer = ?", (to, account))
        return bool(row and row[0])

    def dialogs(self, owner: int) -> list[tuple[int, int]]:
        """The private chats of an account that have messages: whom with, and the newest id; newest first."""
        sql = (
            "SELECT peer, (SELECT MAX(id) FROM boxes WHERE boxes.owner = dialogs.owner AND boxes.peer = dialogs.peer) "
            "AS top FROM dialogs WHERE owner = ? ORDER BY top DESC"
        )
        return [(peer, top) for peer, top in self._state.rows(sql, (owner,)) if top is not None]

    def read(self, owner: int, peer: int) -> tuple[int, int]:
        """Up to where a private chat is read: by the owner, and by the other."""
        row = self._state.one("SELECT read_inbox, read_outbox FROM dialogs WHERE owner = ? AND peer = ?", (owner, peer))
        return (row[0], row[1]) if row else (0, 0)

    def mark_read(self, owner: int, peer: int, *, inbox: int | None = None, outbox: int | None = None) -> None:
        """Move the marks that `read` tells."""
        if inbox is not None:
            self._state.write("UPDATE dialogs SET read_inbox = ? WHERE owner = ? AND peer = ?", (inbox, owner, peer))
        if outbox is not None:
            self._state.write("UPDATE dialogs SET read_outbox = ? WHERE owner = ? AND peer = ?", (outbox, owner, peer))

    def last_incoming(self, owner: int, peer: int, up_to: int) -> Message | None:
        """The newest message of the other side in a private chat, at most with this id."""
        row = self._state.one(
            "SELECT key FROM boxes JOIN messages USING (key) WHERE owner = ? AND boxes.peer = ? AND id <= ? "
            "AND sender = ? ORDER BY id DESC LIMIT 1",
            (owner, peer, up_to, peer),
        )
        return None if row is None else self.by_key(row[0])

    def _open_dialog(self, owner: int, peer: int, *, wrote: bool) -> None:
        known = (owner, peer if wrote else -peer)
        if known in self._dialogs:
            return
        self._state.write(
            "INSERT INTO dialogs VALUES (?, ?, ?, 0, 0) ON CONFLICT DO UPDATE SET wrote = MAX(wrote, excluded.wrote)",
            (owner, peer, wrote),
        )
        if len(self._dialogs) >= CACHED:
            self._dialogs.clear()
        self._dialogs.add(known)

    def _put(self, owner: int, message_id: int, peer: int, key: int) -> None:
        self._state.write("INSERT INTO boxes VALUES (?, ?, ?, ?)", (owner, message_id, peer, key))

    def _remember(self, message: Message) -> None:
        self._cache[message.key] = message
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)

    def _write(self, m: Message) -> None:
        values: Sequence[object] = (
            m.key, m.sender, m.peer, m.sender_id, m.receiver_id, m.date, m.random_id, m.text, m.flags,
            m.grouped_id, m.edit_date, m.reply_to, m.reply_to_other, pack_list(m.entities),
            None if m.media is None else m.media.dump(), pack(m.markup), pack(m.forward), pack(m.action),
            pack(m.quote),
        )  # fmt: skip
        self._state.write("INSERT OR REPLACE INTO messages VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", values)


def _load(row: Sequence[Any]) -> Message:
    (key, sender, peer, sender_id, receiver_id, date, random_id, text, flags, grouped_id, edit_date, *rest) = row
    reply_to, reply_to_other, entities, media, markup, forward, action, quote = rest
    return Message(
        sender, peer, date, text, key, sender_id, receiver_id, random_id, flags, grouped_id, edit_date, reply_to,
        reply_to_other, unpack_list(entities), Media.load(media), unpack(markup), unpack(forward), unpack(action),
        unpack(quote),
    )  # fmt: skip
