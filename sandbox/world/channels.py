"""Channels and groups: what they are, who is in them, and who may do what there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pyrogram import raw

from sandbox.world.state import State
from sandbox.world.tl import pack, unpack

CHANNEL_BASE: Final = 1_000_000_000_000
FIRST_CHANNEL: Final = 2_200_000_001
"""Channels made since 2023 have ids above 2^31: clients must stand them."""
COLUMNS: Final = (
    "id, title, about, username, creator, broadcast, noforwards, signatures, date, pts, last_id, event_date, invite, "
    "deleted"
)


def peer_of_channel(channel_id: int) -> int:
    """A channel's id as bots write it, -100 before it."""
    return -CHANNEL_BASE - channel_id


def channel_of_peer(peer: int) -> int:
    """A channel's bare id, without the -100 before it."""
    return -peer - CHANNEL_BASE


class Role(StrEnum):
    """What somebody is in a channel."""

    CREATOR = "creator"
    ADMIN = "admin"
    MEMBER = "member"
    RESTRICTED = "restricted"
    """A member of a group who may not do all that the others may; `rights` are what is taken from them."""
    LEFT = "left"
    BANNED = "banned"


@dataclass(slots=True)
class Member:
    """Somebody's place in a channel, kept also after leaving."""

    account: int
    role: Role
    date: int
    inviter: int = 0
    rights: Any = None
    rank: str = ""
    promoted_by: int = 0
    read_id: int = 0

    @property
    def people(self) -> list[int]:
        """Everybody whom the place speaks of: clients look them all up."""
        return [number for number in (self.account, self.inviter, self.promoted_by) if number]

    @property
    def inside(self) -> bool:
        """Whether they are in the channel now."""
        return self.role in {Role.CREATOR, Role.ADMIN, Role.MEMBER, Role.RESTRICTED}


@dataclass(slots=True, eq=False)
class Channel:
    """A channel (`broadcast`) or a group (not `broadcast`)."""

    id: int
    title: str
    creator: int
    broadcast: bool
    date: int
    about: str = ""
    username: str = ""
    noforwards: bool = False
    signatures: bool = False
    pts: int = 1
    last_id: int = 0
    event_date: int = 0
    invite: str = ""
    deleted: bool = False
    join_request: bool = False
    """Whether people who join it by its name have to be let in."""
    forbidden: Any = None
    """What a group's members may not do (ChatBannedRights); None: nothing."""
    members: dict[int, Member] = field(default_factory=dict)
    size: int = 0
    """How many are inside."""

    @property
    def peer(self) -> int:
        """Its id as bots write it, -100 before it."""
        return peer_of_channel(self.id)

    def member(self, account_id: int) -> Member | None:
        """The place of somebody who is inside now."""
        member = self.members.get(account_id)
        return member if member is not None and member.inside else None

    def may_ask(self, account_id: int) -> bool:
        """Whether somebody is neither inside nor put out for good."""
        member = self.members.get(account_id)
        return member is None or member.role is Role.LEFT

    def inside(self) -> list[Member]:
        """Everybody who is inside now."""
        return [member for member in self.members.values() if member.inside]

    def may(self, account_id: int, right: str) -> bool:
        """Whether somebody has an admin's right here, by its name in ChatAdminRights."""
        member = self.member(account_id)
        if member is None:
            return False
        return member.role is Role.CREATOR or (member.role is Role.ADMIN and bool(getattr(member.rights, right)))

    def is_admin(self, account_id: int) -> bool:
        """Whether somebody is the creator or an admin."""
        member = self.member(account_id)
        return member is not None and member.role in {Role.CREATOR, Role.ADMIN}


def no_rights() -> Any:
    """The rights of nobody."""
    return raw.types.ChatAdminRights()


def all_rights(channel: Channel) -> Any:
    """The rights of the creator."""
    shared = dict.fromkeys(
        ("change_info", "delete_messages", "ban_users", "invite_users", "add_admins", "manage_call", "other"), True
    )
    own = ("post_messages", "edit_messages") if channel.broadcast else ("pin_messages", "manage_topics")
    return raw.types.ChatAdminRights(**shared, **dict.fromkeys(own, True))


class Channels:
    """Every channel and its members, in memory, written through."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_id: dict[int, Channel] = {}
        self._by_username: dict[str, int] = {}
        self._by_invite: dict[str, int] = {}
        self._of_account: dict[int, set[int]] = {}
        self._dirty: set[Channel] = set()
        for row in state.rows(f"SELECT {COLUMNS} FROM channels"):  # noqa: S608 - a constant
            (number, title, about, username, creator, broadcast, noforwards, signatures, *rest, deleted) = row
            date, pts, last_id, event_date, invite = rest
            self._index(
                Channel(
                    number, title, creator, bool(broadcast), date, about, username, bool(noforwards),
                    bool(signatures), pts, last_id, event_date, invite, bool(deleted),
                )
            )  # fmt: skip
        for [asking] in state.rows("SELECT channel FROM asking"):
            self._by_id[asking].join_request = True
        for channel_id, forbidden in state.rows("SELECT channel, rights FROM forbidding"):
            self._by_id[channel_id].forbidden = unpack(forbidden)
        for channel_id, account, role, date, inviter, rights, rank, promoted_by, read_id in state.rows(
            "SELECT channel, account, role, date, inviter, rights, rank, promoted_by, read_id FROM members"
        ):
            member = Member(account, Role(role), date, inviter, unpack(rights), rank, promoted_by, read_id)
            self._seat(self._by_id[channel_id], member)
        self._next = max((number + 1 for number in self._by_id), default=FIRST_CHANNEL)

    def get(self, channel_id: int) -> Channel | None:
        """The channel with this bare id."""
        return self._by_id.get(channel_id)

    def of_peer(self, peer: int) -> Channel:
        """The channel with this -100… id."""
        return self._by_id[channel_of_peer(peer)]

    def by_username(self, username: str) -> Channel | None:
        """The channel with this public name, in any case."""
        return self._by_id.get(self._by_username.get(username.lower(), 0))

    def by_invite(self, invite: str) -> Channel | None:
        """The channel that this invite's hash leads to."""
        return self._by_id.get(self._by_invite.get(invite, 0))

    def of_account(self, account_id: int) -> list[Channel]:
        """The channels somebody is in."""
        return [self._by_id[number] for number in sorted(self._of_account.get(account_id, ()))]

    def create(self, title: str, about: str, creator: int, date: int, *, broadcast: bool) -> Channel:
        """Make a channel with its creator inside."""
        channel = Channel(self._next, title, creator, broadcast, date, about, event_date=date)
        self._next += 1
        self._index(channel)
        self.touch(channel)
        self.renew_invite(channel)
        self.place(channel, Member(creator, Role.CREATOR, date, rights=all_rights(channel)))
        return channel

    def rename(self, channel: Channel, username: str) -> None:
        """Give the channel another public name; an empty one makes it private."""
        self._by_username.pop(channel.username.lower(), None)
        channel.username = username
        if username:
            self._by_username[username.lower()] = channel.id
        self.touch(channel)

    def let_ask(self, channel: Channel, *, enabled: bool) -> None:
        """Let people who join it by its name wait until they are let in, or come in at once."""
        channel.join_request = enabled
        change = "INSERT INTO asking VALUES (?)" if enabled else "DELETE FROM asking WHERE channel = ?"
        self._state.write(change, (channel.id,))

    def forbid(self, channel: Channel, rights: Any) -> None:
        """Let a group's members no longer do something, or do it again."""
        channel.forbidden = rights
        self._state.write("INSERT OR REPLACE INTO forbidding VALUES (?, ?)", (channel.id, pack(rights)))

    def renew_invite(self, channel: Channel) -> str:
        """A new invite's hash; the one before no longer leads here."""
        self._by_invite.pop(channel.invite, None)
        channel.invite = secrets.token_urlsafe(12)
        self._by_invite[channel.invite] = channel.id
        self.touch(channel)
        return channel.invite

    def place(self, channel: Channel, member: Member) -> None:
        """Write down somebody's place."""
        self._seat(channel, member)
        self._state.write(
            "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                channel.id, member.account, member.role.value, member.date, member.inviter, pack(member.rights),
                member.rank, member.promoted_by, member.read_id,
            ),
        )  # fmt: skip

    def touch(self, channel: Channel) -> None:
        """Remember that the channel changed; `flush` writes it."""
        self._dirty.add(channel)

    def flush(self) -> None:
        """Write what changed since the last time."""
        if self._dirty:
            marks = ", ".join("?" * 14)
            self._state.write_many(
                f"INSERT OR REPLACE INTO channels ({COLUMNS}) VALUES ({marks})",  # noqa: S608 - constants
                [
                    (
                        c.id, c.title, c.about, c.username, c.creator, c.broadcast, c.noforwards, c.signatures, c.date,
                        c.pts, c.last_id, c.event_date, c.invite, c.deleted,
                    )
                    for c in self._dirty
                ],
            )  # fmt: skip
            self._dirty.clear()

    def _index(self, channel: Channel) -> None:
        self._by_id[channel.id] = channel
        if channel.username:
            self._by_username[channel.username.lower()] = channel.id
        if channel.invite:
            self._by_invite[channel.invite] = channel.id

    def _seat(self, channel: Channel, member: Member) -> None:
        mine = self._of_account.setdefault(member.account, set())
        channel.size += member.inside - (channel.id in mine)
        channel.members[member.account] = member
        if member.inside:
            mine.add(channel.id)
        else:
            mine.discard(channel.id)
