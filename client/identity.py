"""What a bot is made with: who it is, who counts what it does, and what the proofs take away from it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Protocol

from client.guard import UpdateMeter
from client.mishaps import CallMeter
from client.queries import hash_of_credentials
from client.server import Server
from database.bots import BotDatabase

LOGIN_EVERY = 1200.0
"""Seconds between two logins at least."""


class LoginTooSoon(Exception):  # noqa: N818 - says what happened
    """A login must wait, `after` seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"the last login was less than {LOGIN_EVERY / 60:.0f} minutes ago: waiting {after:.0f} s")
        self.after = after


@dataclass(frozen=True, slots=True)
class Identity:
    """What a bot logs in with."""

    token: str = field(repr=False)
    api_id: int
    api_hash: str = field(repr=False)
    server: Server | None = None
    sealed_by_token: bool = False
    """Whether the stored session is sealed with the token: made with another one, it is replaced by a new login."""

    @property
    def credentials(self) -> str:
        """A hash of what a login is made with, to tell whether it was tried before."""
        return hash_of_credentials(self.token, self.api_id, self.api_hash)

    @property
    def bot_id(self) -> int:
        """The number before the token's colon."""
        return int(self.token.split(":", 1)[0])


@dataclass(frozen=True, slots=True)
class Weakened:
    """Protections switched off, for the negative controls of the proofs; never in service."""

    random_ids: bool = False
    """Messages get random ids, not those of their causes."""
    arrivals: bool = False
    """What arrived is written down, not what is finished."""
    fairness: bool = False
    """One person takes as much as there is."""
    gates: bool = False
    """A wait puts off the one call that was told, and is not written down."""
    gaps: bool = False
    """Updates are handed out as they come: no gap is seen, nothing is dropped that came before."""
    watch: bool = False
    """Nobody watches the connection: what the library does not notice itself is not noticed."""
    epoch: bool = False
    """The session, and how jobs ended, is written whatever the lease's epoch is by then."""
    lease: bool = False
    """Packets leave whether the lease is held or not."""
    causes: bool = False
    """A use of a link is counted for each handling of its update, not for each update."""
    deletions: bool = False
    """What readers lose again is known to the process that sent it, and to no later one."""
    conversations: bool = False
    """What was asked and answered is forgotten at a start, as if it were kept in memory."""
    breaker: bool = False
    """A server that fails is asked as often as one that answers."""
    queue: bool = False
    """Files that are made anew are forgotten with their process."""
    tasks: bool = False
    """A step of a sequence is written down as sent before it is sent."""
    cursor: bool = False
    """A broadcast's message is written down as sent before it is sent."""
    orders: bool = False
    """A draft is answered for before it is written down."""
    minute: float = 60.0
    """Seconds that a minute of the timetable lasts: no protection, but a proof cannot wait for hours."""
    near: Mapping[str, str] = field(default_factory=dict)
    """Hosts of shorteners that are on this machine in truth, each with its `host:port`: asked there, without TLS."""


NOT_WEAKENED = Weakened()
"""Every protection on: the only way to serve."""


def weakened_by(arguments: Sequence[str], *, for_real: bool) -> Weakened:
    """Read the command line: nothing but the proofs' negative controls, and those only away from Telegram."""
    parser = argparse.ArgumentParser(description="Draftkeep, a self-hosted Telegram bot. Settings: see .env.example.")
    protections = {each.name.replace("_", "-"): each.name for each in fields(Weakened) if each.default is False}
    parser.add_argument("--weaken", action="append", default=[], choices=protections, help=argparse.SUPPRESS)
    parser.add_argument("--minute", type=float, metavar="SECONDS", help=argparse.SUPPRESS)
    parser.add_argument("--near", action="append", default=[], metavar="NAME=HOST:PORT", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if for_real and (given.weaken or given.near or given.minute is not None):
        parser.error("--weaken, --minute and --near are for the proofs; they need TELEGRAM_SERVER")
    near = {name: place for name, _, place in (each.partition("=") for each in given.near)}
    weakened = Weakened(**{protections[name]: True for name in given.weaken}, near=near)
    return weakened if given.minute is None else replace(weakened, minute=given.minute)


def weaken(room: BotDatabase, weakened: Weakened, now: datetime) -> None:
    """Take from a bot's database what is to be missing there."""
    if weakened.causes:
        room.links.count_replays()
    if weakened.epoch:
        room.job_runs.ignore_epochs()
    if weakened.deletions:
        room.deletions.forget_earlier(now)
    if weakened.tasks:
        room.tasks.end_at_claim()
    if weakened.orders:
        room.drafts.write_afterwards()


class Meter(CallMeter, UpdateMeter, Protocol):
    """Who counts calls, updates, logins and recoveries."""

    def login(self) -> None:
        """Count a login with a bot token."""

    def recovery(self, kind: str, seconds: float) -> None:
        """Count something that broke and healed, and how long that took."""
