"""Decides what is kept of the people who write to a bot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from pymongo import IndexModel, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from database.cause import Cause
from database.collection import Document, quarter_of
from database.readers import Readers
from database.together import Together

LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
"""When somebody was last seen of whom that is not known."""

_CAUSES: Final = 20
"""Bypasses of one person whose causes are remembered: a replay comes before so many others."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as Telegram shows them in an update."""

    user_id: int
    username: str | None = None
    first_name: str = ""
    last_name: str | None = None
    language_code: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person who has written to the bot.

    `language_code` is Telegram's, `language` what they chose in the chat. `start_payload` is the first deep link that
    they came with. `blocked_at` is set while they have the bot blocked. Until `verified_until` they need no new
    verification, until `locked_until` they get none. `timezone` is the one that they chose. `begun_at` tells that
    the sequences were begun that newcomers get, `stopped_at` that they want no more of those.
    they came with. `blocked_at` is set while they have the bot blocked, `gone_at` once their account is gone. Until
    `verified_until` they need no new verification, until `locked_until` they get none.
    """

    user_id: int
    username: str | None
    first_name: str
    last_name: str | None
    language_code: str | None
    language: str | None
    start_payload: str | None
    first_seen: datetime
    last_seen: datetime
    blocked_at: datetime | None
    verified_until: datetime | None = None
    locked_until: datetime | None = None
    timezone: str | None = None
    begun_at: datetime | None = None
    stopped_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """A person as a bot before this one knew them; `joined_at` is when they first wrote to it, if that is known."""

    user_id: int
    username: str | None = None
    first_name: str = ""
    last_name: str | None = None
    start_payload: str | None = None
    joined_at: datetime | None = None

    def as_document(self) -> Document:
        """Write down what is known. When they were last seen is not: it is when they joined, or `LONG_AGO`."""
        names = {name: getattr(self, name) for name in ("username", "first_name", "last_name", "start_payload")}
        known: Document = {name: value for name, value in names.items() if value}
        times = {"first_seen": self.joined_at} if self.joined_at else {}
        return known | times | {"last_seen": self.joined_at or LONG_AGO}


@dataclass(frozen=True, slots=True)
class _Sight:
    profile: Profile
    at: datetime
    start_payload: str | None


class Users(Readers):
    """One bot's people."""

    name = "users"
    indexes: ClassVar[list[IndexModel]] = [
        IndexModel([("bot_id", 1), ("last_seen", -1)]),
        IndexModel([("bot_id", 1), ("first_seen", 1), ("last_seen", 1)]),
        IndexModel([("bot_id", 1), ("blocked_at", 1)], partialFilterExpression={"blocked_at": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("gone_at", 1)], partialFilterExpression={"gone_at": {"$exists": True}}),
        IndexModel([("bot_id", 1), ("user_id", 1)]),
    ]

    def __init__(self, database: AsyncDatabase[Document], bot_id: int) -> None:
        """Fix the bot whose people these are."""
        super().__init__(database, bot_id)
        self._sights: Together[_Sight, User] = Together(self._record)

    async def seen(self, profile: Profile, now: datetime, start_payload: str | None = None) -> User:
        """Record that a person wrote, and return them as they are after it.

        Of all payloads the first one stays. Who writes has not blocked the bot, nor are they gone.
        """
        return await self._sights.one(_Sight(profile, now, start_payload))

    async def _record(self, sights: Sequence[_Sight]) -> list[User]:
        if len(sights) == 1:
            [sight] = sights
            return [_user(await self._upsert({"_id": self._key(sight.profile.user_id)}, self._change(sight)))]
        keys = [self._key(sight.profile.user_id) for sight in sights]
        await self._documents.bulk_write(
            [UpdateOne({"_id": key}, self._change(sight), upsert=True) for key, sight in zip(keys, sights, strict=True)]
        )
        found = {document["_id"]: _user(document) async for document in self._documents.find({"_id": {"$in": keys}})}
        return [found[key] for key in keys]

    def _change(self, sight: _Sight) -> list[Document]:
        known = {
            "bot_id": self._bot_id,
            "user_id": sight.profile.user_id,
            "username": sight.profile.username,
            "first_name": sight.profile.first_name,
            "last_name": sight.profile.last_name,
            "language_code": sight.profile.language_code,
        }
        change: Document = {name: {"$literal": value} for name, value in known.items()}
        change["first_seen"] = {"$ifNull": ["$first_seen", sight.at]}
        change["last_seen"] = {"$max": ["$last_seen", sight.at]}
        if sight.start_payload is not None:
            change["start_payload"] = {"$ifNull": ["$start_payload", {"$literal": sight.start_payload}]}
        return [{"$set": change}, {"$unset": ["blocked_at", "gone_at"]}]

    async def get(self, user_id: int) -> User | None:
        """Return a person, None when they never wrote."""
        document = await self._documents.find_one({"_id": self._key(user_id)})
        return None if document is None else _user(document)

    async def set_language(self, user_id: int, language: str | None, now: datetime) -> User:
        """Record which language a person chose; None goes back to Telegram's."""
        change: dict[str, Any] = {"$setOnInsert": self._new(user_id, now)}
        if language is None:
            change["$unset"] = {"language": ""}
        else:
            change["$set"] = {"language": language}
        document = await self._upsert({"_id": self._key(user_id)}, change)
        return _user(document)

    async def set_timezone(self, user_id: int, timezone: str | None, now: datetime) -> User:
        """Record which time zone a person chose; None goes back to the bot's."""
        change: Document = {"$setOnInsert": self._new(user_id, now)}
        change |= {"$set": {"timezone": timezone}} if timezone else {"$unset": {"timezone": ""}}
        return _user(await self._upsert({"_id": self._key(user_id)}, change))

    async def begin(self, user_id: int, now: datetime) -> User:
        """Record that the sequences for newcomers were begun for a person."""
        change = {"$setOnInsert": self._new(user_id, now), "$min": {"begun_at": now}}
        return _user(await self._upsert({"_id": self._key(user_id)}, change))

    async def stop(self, user_id: int, now: datetime) -> User:
        """Record that a person wants no more of the sequences."""
        change = {"$setOnInsert": self._new(user_id, now) | {"begun_at": now}, "$set": {"stopped_at": now}}
        return _user(await self._upsert({"_id": self._key(user_id)}, change))

    async def go_on(self, user_id: int, cause: Cause) -> User | None:
        """Record that a person who had stopped wants the sequences again; None where they had not.

        It is done once: by another cause only after another stop.
        """
        key: Document = {"_id": self._key(user_id)}
        stopped = {"stopped_at": {"$exists": True}}
        await self._documents.update_one(
            key | stopped, {"$unset": {"stopped_at": ""}, "$set": {"begun_again_by": cause}}
        )
        document = await self._documents.find_one(key | {"begun_again_by": cause})
        return None if document is None else _user(document)

    async def verify(self, user_id: int, until: datetime, now: datetime) -> User:
        """Record until when a person needs no new verification; what was counted against them is over."""
        change: Document = {"$setOnInsert": self._new(user_id, now), "$max": {"verified_until": until}}
        return _user(await self._upsert({"_id": self._key(user_id)}, change | {"$unset": {"bypasses": ""}}))

    async def note_bypass(self, user_id: int, cause: Cause, now: datetime, most: int, lock: timedelta) -> User:
        """Count a bypass of the gate, once per cause; the one that makes so many in a row locks them out for a time."""
        causes: Document = {"$ifNull": ["$bypass_causes", []]}
        replayed = {"$in": [{"$literal": cause}, causes]}
        count = {"$add": [{"$ifNull": ["$bypasses", 0]}, 1]}
        enough = {"$gte": [count, most]}
        change: Document = {name: {"$ifNull": [f"${name}", value]} for name, value in self._new(user_id, now).items()}
        change["locked_until"] = {"$cond": [{"$and": [{"$not": replayed}, enough]}, now + lock, "$locked_until"]}
        change["bypasses"] = {"$cond": [replayed, "$bypasses", {"$cond": [enough, 0, count]}]}
        change["bypass_causes"] = {
            "$cond": [replayed, causes, {"$slice": [{"$concatArrays": [causes, [{"$literal": cause}]]}, -_CAUSES]}]
        }
        return _user(await self._upsert({"_id": self._key(user_id)}, [{"$set": change}]))

    async def unblocked(self, user_id: int, now: datetime) -> None:
        """Record that a person lets the bot write again."""
        await self._documents.update_one(
            {"_id": self._key(user_id)}, {"$unset": {"blocked_at": "", "gone_at": ""}, "$max": {"last_seen": now}}
        )

    async def page(self, skip: int, size: int) -> list[User]:
        """Return a page of people, those who wrote last first."""
        found = self._documents.find({"bot_id": self._bot_id}, sort=[("last_seen", -1)], skip=skip, limit=size)
        return [_user(document) async for document in found]

    async def count(self, since: datetime | None = None) -> int:
        """Return how many people wrote, ever or since a moment."""
        where: Document = {"bot_id": self._bot_id}
        return await self._documents.count_documents(where | ({"last_seen": {"$gte": since}} if since else {}))

    async def known(self, user_ids: Iterable[int]) -> set[int]:
        """Return those of these people who are recorded."""
        keys = [self._key(user_id) for user_id in user_ids]
        return {found["user_id"] async for found in self._documents.find({"_id": {"$in": keys}}, {"user_id": 1})}

    async def bring(self, user_ids: Iterable[int], now: datetime) -> None:
        """Record people of whom nothing but the id is known; who is recorded stays as they are."""
        await self.bring_former(map(Former, user_ids), now)

    async def bring_former(self, people: Iterable[Former], now: datetime) -> None:
        """Record people whom a bot before this one knew; who is recorded stays as they are.

        They are no newcomers, and get no sequences as such.
        """
        changes = [
            UpdateOne(
                {"_id": self._key(each.user_id)},
                {"$setOnInsert": self._new(each.user_id, now) | each.as_document() | {"begun_at": now}},
                upsert=True,
            )
            for each in people
        ]
        if changes:
            await self._documents.bulk_write(changes, ordered=False)

    async def active_since(self, moment: datetime) -> int:
        """Return how many people wrote since then."""
        return await self._documents.count_documents({"bot_id": self._bot_id, "last_seen": {"$gte": moment}})

    async def new_since(self, moment: datetime) -> dict[datetime, int]:
        """Return how many people wrote for the first time since then, by quarters of hours (their beginnings).

        Those who were brought from another bot are not among them as long as they did not write.
        """
        counted = await self._documents.aggregate(
            [
                {"$match": {"bot_id": self._bot_id, "first_seen": {"$gte": moment}, "last_seen": {"$gte": moment}}},
                {"$group": {"_id": quarter_of("$first_seen"), "people": {"$sum": 1}}},
            ]
        )
        return {document["_id"]: document["people"] async for document in counted}

    def _new(self, user_id: int, now: datetime) -> Document:
        return {"bot_id": self._bot_id, "user_id": user_id, "first_name": "", "first_seen": now, "last_seen": now}


def _user(document: Document) -> User:
    return User(
        user_id=document["user_id"],
        username=document.get("username"),
        first_name=document.get("first_name", ""),
        last_name=document.get("last_name"),
        language_code=document.get("language_code"),
        language=document.get("language"),
        start_payload=document.get("start_payload"),
        first_seen=document["first_seen"],
        last_seen=document["last_seen"],
        blocked_at=document.get("blocked_at"),
        verified_until=document.get("verified_until"),
        locked_until=document.get("locked_until"),
        timezone=document.get("timezone"),
        begun_at=document.get("begun_at"),
        stopped_at=document.get("stopped_at"),
        gone_at=document.get("gone_at"),
    )
