"""Decides how a bot's Telegram session outlives the process, and that a process whose lease is gone cannot write it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from database.collection import Collection, Document, what_is_there_stays
from database.secrets import Vault

_KEY = "auth_key"
_LIBRARY_FIELDS = ("dc_id", "server_address", "port", "api_id", "test_mode", _KEY, "user_id", "is_bot", "date")
_FIELDS = frozenset((*_LIBRARY_FIELDS, "logins", "tried_with"))

_COMMON = 0
_BUCKETS = 32


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What must last of a session: where it lives, its key (plain here, sealed in the database) and whose it is."""

    dc_id: int | None = None
    server_address: str | None = None
    port: int | None = None
    api_id: int | None = None
    test_mode: bool | None = None
    auth_key: bytes | None = None
    user_id: int | None = None
    is_bot: bool | None = None
    date: int | None = None
    logins: tuple[datetime, ...] = ()
    tried_with: str | None = None
    """A hash of what the newest login was tried with."""

    def fields(self) -> dict[str, Any]:
        """Return what the Telegram library keeps of a session, without what is not known."""
        return {name: value for name in _LIBRARY_FIELDS if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class PeerRecord:
    """Somebody the bot can address: the id as the library writes it, and the hash that Telegram wants beside it."""

    id: int
    access_hash: int
    type: str


@dataclass(frozen=True, slots=True)
class StateRecord:
    """Up to where updates are finished: of the account (id 0) or of one channel (its id)."""

    id: int
    pts: int | None = None
    qts: int | None = None
    date: int | None = None
    seq: int | None = None
    top_message: int | None = None


class Peers(Collection):
    """Everybody that one bot can address.

    An access hash belongs to the account, not to the session: it stays when the session is dropped.
    """

    name = "peers"

    async def save(self, peers: Iterable[PeerRecord], epoch: int) -> None:
        """Write peers, except those that a later epoch has written."""
        writes = [
            UpdateOne(
                {"_id": self._key(peer.id), "epoch": {"$lte": epoch}},
                [
                    {
                        "$replaceWith": {
                            "$literal": {
                                "_id": self._key(peer.id),
                                "bot_id": self._bot_id,
                                "epoch": epoch,
                                "id": peer.id,
                                "access_hash": peer.access_hash,
                                "type": peer.type,
                            }
                        }
                    },
                    {"$set": {"saved_at": "$$NOW"}},
                ],
                upsert=True,
            )
            for peer in peers
        ]
        if not writes:
            return
        # A duplicate key is a peer that a later epoch has written: not ours to write any more.
        with what_is_there_stays():
            await self._documents.bulk_write(writes, ordered=False)

    async def by_ids(self, peer_ids: Iterable[int]) -> list[PeerRecord]:
        """Return those of the peers with these ids that are known."""
        keys = [self._key(peer_id) for peer_id in peer_ids]
        found = self._documents.find({"_id": {"$in": keys}}, {"_id": 0, "id": 1, "access_hash": 1, "type": 1})
        return [PeerRecord(**document) async for document in found]


class States(Collection):
    """How far one bot's updates are finished.

    The rows lie in a fixed number of documents that every epoch stamps when it opens the session. So an older epoch's
    write matches nothing, even for a channel that had no row yet; one document a row could not refuse a new row.
    """

    name = "states"
    any_epoch = False
    """Only for the control of the proof: write whatever the epoch is by then."""

    async def stamp(self, epoch: int) -> bool:
        """Make this epoch the one that may write; False when a later one is there already."""
        keys = [self._key(bucket) for bucket in range(_BUCKETS)]
        new = {"$setOnInsert": {"bot_id": self._bot_id, "epoch": epoch}}
        await self._documents.bulk_write([UpdateOne({"_id": key}, new, upsert=True) for key in keys], ordered=False)
        older = {"_id": {"$in": keys}, "epoch": {"$lte": epoch}}
        return (await self._documents.update_many(older, {"$set": {"epoch": epoch}})).matched_count == _BUCKETS

    async def save(self, states: Sequence[StateRecord], epoch: int) -> bool:
        """Write rows; what is None keeps its value. False when the epoch holds no longer."""
        changes: dict[int, Document] = {}
        for state in states:
            row = {f"rows.{state.id}.{name}": value for name, value in asdict(state).items() if value is not None}
            changes.setdefault(_bucket(state.id), {}).update(row)
        return await self._write({bucket: {"$set": change} for bucket, change in changes.items()}, epoch)

    async def all(self) -> list[StateRecord]:
        """Return every row, the account's first."""
        documents = self._documents.find({"_id": {"$in": [self._key(bucket) for bucket in range(_BUCKETS)]}})
        rows = [StateRecord(**row) async for document in documents for row in document.get("rows", {}).values()]
        return sorted(rows, key=lambda row: (row.id != _COMMON, row.id))

    async def _write(self, changes: Mapping[int, Document], epoch: int) -> bool:
        if not changes:
            return True
        of = {} if self.any_epoch else {"epoch": epoch}
        writes = [UpdateOne({"_id": self._key(bucket), **of}, change) for bucket, change in sorted(changes.items())]
        result = await self._documents.bulk_write(writes, ordered=False)
        return result.matched_count == len(writes)


class Sessions(Collection):
    """One bot's session; every write names the epoch of the lease it is made under."""

    name = "sessions"

    def __init__(self, database: AsyncDatabase[Document], bot_id: int, vault: Vault) -> None:
        """Fix the bot, and the vault that its key lies in."""
        super().__init__(database, bot_id)
        self._vault = vault
        self._peers = Peers(database, bot_id)
        self._states = States(database, bot_id)

    def ignore_epochs(self) -> None:
        """Write whatever the epoch is by then: only for the control of the proof."""
        self._states.any_epoch = True

    async def open(self, epoch: int, *, sealed: bool = True) -> SessionRecord | None:
        """Stamp the session with this epoch, so that older ones' writes match nothing, and return it.

        A bot that never logged in has an empty record. None means that a later epoch is there already. Unless `sealed`
        the record tells of the logins alone, for who cannot open the key; the session stays until another is saved.

        Raises:
            WrongSecret: The key was sealed with another secret.
        """
        older = {"_id": self._key(), "epoch": {"$lte": epoch}}
        stamp = {"$set": {"epoch": epoch}, "$setOnInsert": {"bot_id": self._bot_id}}
        document: Document | None
        try:
            document = await self._upsert(older, stamp)
        except DuplicateKeyError:
            # It exists: with a later epoch, or made this instant by an older one, which the second look tells apart.
            document = await self._documents.find_one_and_update(older, stamp, return_document=ReturnDocument.AFTER)
        if document is None or not await self._states.stamp(epoch):
            return None
        return self._record(document) if sealed else _history(document)

    async def save(self, fields: Mapping[str, Any], epoch: int) -> bool:
        """Write the fields given, leave the others; False when the epoch holds no longer (nothing is written).

        Raises:
            ValueError: A field that no session has.
        """
        if unknown := fields.keys() - _FIELDS:
            raise ValueError(f"a session has no {', '.join(sorted(unknown))}")
        change: Document = dict(fields)
        if change.get(_KEY) is not None:
            change[_KEY] = self._vault.seal(change[_KEY], context=_KEY)
        if "logins" in change:
            change["logins"] = list(change["logins"])
        # With no fields it still tells whether the epoch holds.
        update: Document = {"$set": {**change, "epoch": epoch}}
        return (await self._documents.update_one(self._under(epoch), update)).matched_count == 1

    async def drop(self, epoch: int) -> bool:
        """Forget the session; False when the epoch holds no longer.

        The times of logins stay, and so do peers and update states: they belong to the account, not to its key. What
        came between the key's death and the next login is fetched from where updates were finished.
        """
        gone = dict.fromkeys(_LIBRARY_FIELDS, "")
        result = await self._documents.update_one(self._under(epoch), {"$unset": gone})
        return result.matched_count == 1

    async def save_peers(self, peers: Sequence[PeerRecord], epoch: int) -> bool:
        """Write peers; False when the epoch holds no longer. What a later epoch has written stays."""
        if not await self._documents.find_one(self._under(epoch), {"_id": 1}):
            return False
        await self._peers.save(peers, epoch)
        return True

    async def peers(self, peer_ids: Iterable[int]) -> list[PeerRecord]:
        """Return those of the peers with these ids that are known."""
        return await self._peers.by_ids(peer_ids)

    async def save_states(self, states: Sequence[StateRecord], epoch: int) -> bool:
        """Write how far updates are finished; what is None keeps its value. False when the epoch holds no longer."""
        return await self._states.save(states, epoch)

    async def states(self) -> list[StateRecord]:
        """Return how far updates are finished, the account's own row (id 0) first."""
        return await self._states.all()

    def _under(self, epoch: int) -> Document:
        """What finds the session as long as this epoch holds."""
        return {"_id": self._key()} if self._states.any_epoch else {"_id": self._key(), "epoch": epoch}

    def _record(self, document: Document) -> SessionRecord:
        fields: Document = {name: document.get(name) for name in _LIBRARY_FIELDS}
        if fields[_KEY] is not None:
            fields[_KEY] = self._vault.open(bytes(fields[_KEY]), context=_KEY)
        return replace(_history(document), **fields)


def _history(document: Document) -> SessionRecord:
    return SessionRecord(logins=tuple(document.get("logins", ())), tried_with=document.get("tried_with"))


def _bucket(state_id: int) -> int:
    # The account's own row changes with every update: it has a small document to itself.
    return 0 if state_id == _COMMON else 1 + state_id % (_BUCKETS - 1)
