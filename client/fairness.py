"""How much of one person is taken at once: what is worked on now, what has to wait, and what is left out.

Pure rules, no input or output. docs/decisions/0007 says where the numbers come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pyrogram import raw

from client.address import ASKED, CHANNEL, PERSON, Lane, author_of, sent_at

RATE = 2.0
"""Updates a second that one person is answered in the long run. Telegram lets a bot send one a second to a chat."""

BURST = 100
"""Updates that are answered as they come however fast: one forward of Telegram's clients carries 100 messages."""

PATIENCE = 60.0
"""Seconds that a message may have to wait for its turn; what would wait longer is left out.

While it waits, nothing behind it is written down as finished: a crash then takes a minute's updates again, no more.
"""

PRESS_PATIENCE = 5.0
"""The same for a pressed button, which the person's client gives up after 10 s or so."""

NOTICEABLE = 3.0
"""Seconds of waiting from which on a person is told why."""

LINE = BURST + int(RATE * PATIENCE)
"""Updates of one person in hand at most, whatever their line waits for. Others that are in pace are set aside."""

GROUP_LINE = 1_000
"""Updates of one group or channel in hand at most. A group's others are set aside, a channel's stay with the server."""

SLOWED_AT_MOST = 5_000
"""Updates that wait for their turn, of all people together; they take no place of those who are not too fast."""

READ_AGAIN = (raw.types.UpdateNewMessage, raw.types.UpdateEditMessage)
"""What can be set aside: the others' ids are not of the bot's own messages, or they have none."""

SWEEP_AT = 1_000
"""People whose pace is known at which those who are no longer too fast are forgotten; then at twice what is left."""


class Refusal(Enum):
    """Why an update is not taken into its line."""

    LEFT_OUT = auto()
    """Nobody answers it."""
    SET_ASIDE = auto()
    """It waits as its id alone, and is read again when its turn comes."""


@dataclass(frozen=True, slots=True)
class Admission:
    """How an update is taken into its line.

    Attributes:
        due: the moment before which it is not worked on; 0: at once.
        tell: who is to be told why, when it is first looked at; 0: nobody.
    """

    due: float = 0.0
    tell: int = 0


AT_ONCE = Admission()


@dataclass(slots=True)
class _Debt:
    """When a person would have been answered everything at `RATE`, and whether they were told of being too fast."""

    until: float
    newest: float
    told: bool = False


class Pace:
    """How fast each person is: a bucket of `BURST` tokens that fills at `RATE`, kept as the moment when it is full.

    A person whose bucket is full is not remembered; that is where an episode of being too fast ends. What comes after
    a newer one, as another sequence's updates do after an outage, counts as if it had been sent with that one.
    """

    def __init__(self) -> None:
        self._debts: dict[int, _Debt] = {}
        self._sweep_at = SWEEP_AT
        self._latest = 0.0

    def __len__(self) -> int:
        return len(self._debts)

    def wait(self, person: int, at: float) -> float:
        """Seconds that one more update of this person has to wait, sent at that moment."""
        debt = self._debts.get(person)
        return max(0.0, debt.until - max(at, debt.newest) - (BURST - 1) / RATE) if debt else 0.0

    def charge(self, person: int, at: float) -> None:
        """Count one more update of this person, sent at that moment."""
        self._latest = max(self._latest, at)
        debt = self._debts.get(person)
        if debt is None or debt.until <= at:
            debt = self._debts[person] = _Debt(at, at)
            if len(self._debts) >= self._sweep_at:
                self._sweep()
        debt.until += 1 / RATE
        debt.newest = max(debt.newest, at)

    def tell(self, person: int) -> bool:
        """Whether this person is to be told now that they are too fast: once per episode."""
        debt = self._debts[person]
        first, debt.told = not debt.told, True
        return first

    def _sweep(self) -> None:
        self._debts = {person: debt for person, debt in self._debts.items() if debt.until >= self._latest}
        self._sweep_at = max(SWEEP_AT, 2 * len(self._debts))


class Door:
    """Decides about each update as it arrives, before anything is kept of it.

    Messages are judged by when they were sent, as the server says: those of an hour that come all at once after an
    outage are not too fast. What is pressed carries no time, and is judged by when it came.

    Args:
        now: the loop's clock, seconds.
        is_admin: who is neither slowed nor left out.
    """

    def __init__(self, now: Callable[[], float], is_admin: Callable[[int], bool]) -> None:
        self._now = now
        self._is_admin = is_admin
        self._said = Pace()
        self._pressed = Pace()
        self.slowed = 0
        """Updates in hand that were told to wait, and are not finished."""
        self.fair = True
        """Off only for the control of the proof: everybody takes as much as there is."""

    def judge(self, body: Any, lane: Lane, length: int, *, aside: bool) -> Admission | Refusal:
        """Decide about one update.

        Args:
            body: the update.
            lane: the line that it belongs in.
            length: how many are in that line.
            aside: whether others of that line are set aside, which must come before it.
        """
        author = author_of(body)
        if author is None or not self.fair:
            return AT_ONCE
        pressed = isinstance(body, ASKED)
        alone = lane == (PERSON, author)
        pace, at = (self._pressed, self._now()) if pressed else (self._said, sent_at(body))
        wait = 0.0
        if not (admin := self._is_admin(author)):
            wait = pace.wait(author, at)
            patience = (PRESS_PATIENCE if pressed else PATIENCE) if alone else 0.0  # nobody makes a whole group wait
            if wait > patience or (wait and self.slowed >= SLOWED_AT_MOST):
                return Refusal.LEFT_OUT
            pace.charge(author, at)
        if _is_full(lane, length, aside=aside):
            if isinstance(body, READ_AGAIN):
                return Refusal.SET_ASIDE
            return AT_ONCE if admin else Refusal.LEFT_OUT
        if not wait:
            return AT_ONCE
        self.slowed += 1
        return Admission(self._now() + wait, author if wait >= NOTICEABLE and pace.tell(author) else 0)

    def finished(self, due: float) -> None:
        """Note that an update is finished which had been told to wait until `due`; 0: it had not."""
        if due:
            self.slowed -= 1


def _is_full(lane: Lane, length: int, *, aside: bool) -> bool:
    if not isinstance(lane, tuple) or lane[0] == CHANNEL:
        return False
    return aside or length >= (LINE if lane[0] == PERSON else GROUP_LINE)
