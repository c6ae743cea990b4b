"""Whom the bot can address: peers with their access hashes, the latest in memory, new ones until they are written."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from pyrogram import raw, utils

from client.address import is_id
from database.sessions import PeerRecord

PEERS_IN_MEMORY = 20_000
"""Peers kept in memory, about 250 bytes each; the rest is read from the database when needed."""

PEERS_WAITING = 20_000
"""Peers that wait to be written at most; one that is dropped is written when it is met the next time."""


class Peers:
    """The peers of one bot. `on_new` is told when one has to be written."""

    def __init__(self, on_new: Callable[[], None]) -> None:
        self._on_new = on_new
        self._known: OrderedDict[int, PeerRecord] = OrderedDict()
        self._waiting: dict[int, PeerRecord] = {}

    def __len__(self) -> int:
        return len(self._known)

    @property
    def waiting(self) -> int:
        """How many have not been written yet."""
        return len(self._waiting)

    def meet(self, peers: Iterable[tuple[int, int | None, str, str | None]]) -> None:
        """Take in what the library read; what cannot be addressed, or not be written down, is none."""
        for peer_id, access_hash, kind, _ in peers:
            if access_hash is None or not is_id(peer_id):
                continue
            known = self._known.get(peer_id)
            if known and known.access_hash == access_hash and known.type == kind:
                self._known.move_to_end(peer_id)
                continue
            peer = PeerRecord(peer_id, access_hash, kind)
            self.keep(peer)
            self._write_later(peer)

    def keep(self, peer: PeerRecord) -> None:
        """Have it in memory for as long as there is room."""
        self._known[peer.id] = peer
        self._known.move_to_end(peer.id)
        if len(self._known) > PEERS_IN_MEMORY:
            self._known.popitem(last=False)

    def get(self, peer_id: int) -> PeerRecord | None:
        """Return a peer that is in memory."""
        return self._known.get(peer_id) or self._waiting.get(peer_id)

    def take_waiting(self) -> dict[int, PeerRecord]:
        """Hand over those that have to be written."""
        waiting, self._waiting = self._waiting, {}
        return waiting

    def put_back(self, peers: dict[int, PeerRecord]) -> None:
        """They could not be written, and wait again."""
        self._waiting = peers | self._waiting

    def _write_later(self, peer: PeerRecord) -> None:
        self._waiting[peer.id] = peer
        while len(self._waiting) > PEERS_WAITING:  # the database is away for long: the oldest are met again
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            self._known.pop(oldest, None)
        self._on_new()


def input_peer(peer: PeerRecord) -> raw.base.InputPeer:
    """Write a peer as calls name it."""
    if peer.type in ("user", "bot"):
        return raw.types.InputPeerUser(user_id=peer.id, access_hash=peer.access_hash)
    if peer.type == "group":
        return raw.types.InputPeerChat(chat_id=-peer.id)
    return raw.types.InputPeerChannel(channel_id=utils.get_channel_id(peer.id), access_hash=peer.access_hash)
