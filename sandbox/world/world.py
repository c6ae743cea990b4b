"""Everything that exists, and how an effect becomes lasting: written, committed, recorded, told to others, answered."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.ledger import Ledger
from sandbox.world.accounts import Account, Accounts
from sandbox.world.boxes import Boxes
from sandbox.world.centres import Centres
from sandbox.world.channels import Channels
from sandbox.world.files import Files
from sandbox.world.invites import Invites
from sandbox.world.library import Library
from sandbox.world.messages import Messages
from sandbox.world.offers import Offers
from sandbox.world.pins import Pins
from sandbox.world.queries import Queries
from sandbox.world.state import State
from sandbox.world.view import View

TAIL = 1000


@dataclass(slots=True)
class Limits:
    """Sizes that tests may shrink."""

    difference: int = 1000
    """Events in one slice of getDifference, unless the call asks for fewer."""
    difference_too_long: int | None = None
    """More events than this behind: DifferenceTooLong, also when the call sets no limit of its own."""
    channel_difference: int | None = None
    """Events in one getChannelDifference at most, whatever the call asks for."""
    channel_difference_too_long: int | None = None
    """More events than this behind: ChannelDifferenceTooLong."""
    callback_seconds: float = 10.0
    """How long a person's client waits for a bot to answer a button, or what was written after its name."""


class World:
    """All there is. Handlers change it, `settle` makes the change lasting and known."""

    def __init__(
        self,
        state: State,
        ledger: Ledger,
        *,
        address: tuple[str, int],
        push: Callable[[int, Any], None],
        clock: Callable[[], float],
        listening: Callable[[int], bool],
    ) -> None:
        self.state = state
        self.ledger = ledger
        self.address = address
        self.clock = clock
        self.limits = Limits()
        self._push = push
        self._listening = listening
        self._secret = self._load_secret()
        self.accounts = Accounts(state)
        self.channels = Channels(state)
        self.invites = Invites(state)
        self.messages = Messages(state)
        self.pins = Pins(state, self.messages)
        self.boxes = Boxes(state)
        self.files = Files(state)
        self.library = Library(state, self._secret)
        self.queries = Queries()
        self.inline_queries = Queries()
        self.offers = Offers(clock)
        self.centres = Centres()
        self.told_channels: dict[tuple[int, int], tuple[int, int]] = {}
        """What getDifference told an auth key about a channel: its pts, and the date the key was given with it."""
        self._pending: list[tuple[int, Any]] = []
        self._effects: list[dict[str, object]] = []
        self._recover_ledger()

    @property
    def now(self) -> int:
        """The time in Unix seconds, as messages carry it."""
        return int(self.clock())

    def access_hash(self, viewer: int, target: int) -> int:
        """The number that lets a viewer address a user or a channel (-100…)."""
        text = viewer.to_bytes(8, "big", signed=True) + target.to_bytes(8, "big", signed=True)
        return int.from_bytes(hmac.digest(self._secret, text, "sha256")[:8], "little", signed=True) or 1

    def view(self, account: Account) -> View:
        """The world as this account sees it."""
        return View(self, account)

    def sign(self, purpose: bytes, text: bytes) -> bytes:
        """A value that only this server can make again."""
        return hmac.digest(self._secret, purpose + b":" + text, "sha256")

    def record(self, kind: str, **fields: object) -> None:
        """Put an effect down for the ledger."""
        at = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="microseconds")
        self._effects.append({"at": at, "kind": kind, **fields})

    def tell(
        self,
        account: Account,
        build: Callable[[View], Iterable[Any]],
        *,
        but: int | None = None,
        mention: Iterable[int] = (),
    ) -> None:
        """Tell the sessions of an account, except those of one auth key; built only when somebody listens.

        `mention` names users and channels to send along besides those that the updates show.
        """
        keys = [key for key in account.keys if key != but and self._listening(key)]
        if keys:
            view = self.view(account).mention(mention)
            envelope = view.updates(build(view))
            self._pending.extend((key, envelope) for key in keys)

    def settle(self) -> None:
        """Make every change so far lasting, then known: state, ledger, other people's sessions."""
        self.accounts.flush()
        self.channels.flush()
        effects, self._effects = self._effects, []
        first = self.ledger.last_seq + 1
        lines = [self.ledger.encode(seq, fields) for seq, fields in enumerate(effects, first)]
        if lines:
            self.state.write_many("INSERT INTO ledger_tail VALUES (?, ?)", list(enumerate(lines, first)))
            if first // TAIL != (first + len(lines)) // TAIL:
                self.state.write("DELETE FROM ledger_tail WHERE seq < ?", (first - TAIL,))
        self.state.commit()
        if lines:
            self.ledger.append(lines)
        pending, self._pending = self._pending, []
        for key, envelope in pending:
            self._push(key, envelope)

    def _recover_ledger(self) -> None:
        """Write the lines of effects that were committed when the process was killed before their lines were."""
        rows = self.state.rows("SELECT line FROM ledger_tail WHERE seq > ? ORDER BY seq", (self.ledger.last_seq,))
        if rows:
            self.ledger.append([line for (line,) in rows])

    def _load_secret(self) -> bytes:
        row = self.state.one("SELECT value FROM meta WHERE name = 'secret'")
        if row is not None:
            return bytes(row[0])
        secret = secrets.token_bytes(32)
        self.state.write("INSERT INTO meta VALUES ('secret', ?)", (secret,))
        self.state.commit()
        return secret
