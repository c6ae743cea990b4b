"""Invite links into channels, and the requests to join that came by them."""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass
from typing import Any, Final

from pyrogram import raw

from sandbox.world.channels import Channel
from sandbox.world.state import State

PREFIX: Final = "https://t.me/+"


@dataclass(slots=True, eq=False)
class Invite:
    """A link into a channel. A `permanent` one is its maker's own; others were made beside it."""

    hash: str
    channel: int
    admin: int
    date: int
    title: str = ""
    request_needed: bool = False
    usage_limit: int = 0
    expire_date: int = 0
    usage: int = 0
    revoked: bool = False
    permanent: bool = False

    def is_open(self, now: int) -> bool:
        """Whether it leads anywhere."""
        used_up = 0 < self.usage_limit <= self.usage
        return not (self.revoked or used_up or 0 < self.expire_date <= now)

    def show(self, requested: int = 0) -> Any:
        """The link as Telegram writes it; `requested` is how many wait to be let in by it."""
        return raw.types.ChatInviteExported(
            link=PREFIX + self.hash,
            admin_id=self.admin,
            date=self.date,
            revoked=self.revoked or None,
            permanent=self.permanent or None,
            request_needed=self.request_needed or None,
            expire_date=self.expire_date or None,
            usage_limit=self.usage_limit or None,
            usage=self.usage or None,
            requested=requested or None,
            title=self.title or None,
        )


@dataclass(slots=True, frozen=True)
class Request:
    """Somebody who waits to be let in; the hash is of the link they came by, empty: by the group's public name."""

    channel: int
    account: int
    date: int
    hash: str


class Invites:
    """Every link and every request, in memory, written through."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_hash: dict[str, Invite] = {}
        self._requests: dict[int, dict[int, Request]] = {}
        for name, channel, admin, date, title, needed, limit, expires, usage, revoked, permanent in state.rows(
            "SELECT * FROM invites"
        ):
            flags = bool(revoked), bool(permanent)
            invite = Invite(name, channel, admin, date, title, bool(needed), limit, expires, usage, *flags)
            self._by_hash[name] = invite
        for row in state.rows("SELECT channel, account, date, hash FROM join_requests"):
            self._requests.setdefault(row[0], {})[row[1]] = Request(*row)

    def make(self, channel: Channel, admin: int, date: int, **fields: Any) -> Invite:
        """Make a link beside those that there are."""
        invite = Invite(secrets.token_urlsafe(12), channel.id, admin, date, **fields)
        self._by_hash[invite.hash] = invite
        self.touch(invite)
        return invite

    def touch(self, invite: Invite) -> None:
        """Write a link that was changed; what stands for a channel's first link is no row of its own."""
        if invite.hash in self._by_hash:
            self._state.write(
                "INSERT OR REPLACE INTO invites VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(invite)
            )

    def find(self, channel: Channel, link: str) -> Invite | None:
        """The link into this channel with this address or hash, open or not."""
        name = link.removeprefix(PREFIX)
        if name == channel.invite:
            return first_of(channel)
        invite = self._by_hash.get(name)
        return invite if invite is not None and invite.channel == channel.id else None

    def leads_to(self, name: str) -> int | None:
        """The channel that a hash of a link made beside the first one leads to."""
        invite = self._by_hash.get(name)
        return None if invite is None else invite.channel

    def of_admin(self, channel: Channel, admin: int) -> list[Invite]:
        """The links that one admin made."""
        return [each for each in self._by_hash.values() if (each.channel, each.admin) == (channel.id, admin)]

    def ask(self, channel: Channel, account: int, date: int, invite: Invite | None) -> bool:
        """Write down that somebody waits to be let in; False if they do already."""
        waiting = self._requests.setdefault(channel.id, {})
        if account in waiting:
            return False
        waiting[account] = Request(channel.id, account, date, invite.hash if invite else "")
        self._state.write("INSERT INTO join_requests VALUES (?, ?, ?, ?)", astuple(waiting[account]))
        return True

    def done(self, channel: Channel, account: int) -> Request | None:
        """Somebody waits no longer; returns how they had asked."""
        request = self._requests.get(channel.id, {}).pop(account, None)
        if request is not None:
            self._state.write("DELETE FROM join_requests WHERE channel = ? AND account = ?", (channel.id, account))
        return request

    def waiting(self, channel: Channel, name: str | None = None) -> list[Request]:
        """Who waits to be let in, the latest first; by one link if it is named."""
        found = [each for each in self._requests.get(channel.id, {}).values() if name in {None, each.hash}]
        return found[::-1]


def first_of(channel: Channel) -> Invite:
    """The link that a channel has from the beginning: its creator's."""
    return Invite(channel.invite, channel.id, channel.creator, channel.date, permanent=True)
