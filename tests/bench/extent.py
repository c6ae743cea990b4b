"""How much is measured, and in which order both bots take their turns."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.rig import Contender, Rig
from tests.e2e.evidence import MIB


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    runs: int
    people: int
    texts: int
    """Texts of each person in the measurement of throughput."""
    single: int
    """Exchanges in each measurement of one at a time."""
    rounds: int
    """Times that all readers open a link at once, per run."""
    readers: int
    thousands: int
    """Thousands of updates after which the memory is looked at again."""
    faults: int
    """Times that each fault strikes."""
    titles: int
    """Listed links that are searched."""
    questions: int
    """Misspelt questions that are asked."""
    users: int
    uses: int
    """Uses of links that are counted."""
    waiting: int
    """Deletions that wait."""
    readers_of_many: int
    """Of a broadcast."""
    audience: int
    """Of the broadcast whose memory is watched."""
    broadcast_seconds: float
    """For which one is watched at the slower limit; an eighth of that at the faster one."""
    meanwhile: int
    """Questions while it runs: so many that less than one in 100 meets the limit while it is found out."""
    drafts: int
    """Drafts that are approved in each run."""
    crashes: int
    """In a broadcast to a tenth of them: one per hundred readers."""
    files: int
    """Files that are made anew in each run."""
    largest: int
    """Bytes of the largest of them."""


FULL = Extent(
    runs=5,
    people=200,
    texts=20,
    single=400,
    rounds=6,
    readers=50,
    thousands=10,
    faults=5,
    titles=100_000,
    questions=200,
    users=100_000,
    uses=1_000_000,
    waiting=1_000_000,
    readers_of_many=45_000,
    audience=1_000_000,
    broadcast_seconds=300.0,
    meanwhile=600,
    drafts=48,
    crashes=45,
    files=50,
    largest=100 * MIB,
)
QUICK = Extent(
    runs=2,
    people=100,
    texts=15,
    single=100,
    rounds=2,
    readers=50,
    thousands=2,
    faults=1,
    titles=10_000,
    questions=50,
    users=10_000,
    uses=50_000,
    waiting=100_000,
    readers_of_many=12_000,
    audience=1_000_000,
    broadcast_seconds=80.0,
    meanwhile=600,
    drafts=24,
    crashes=12,
    files=12,
    largest=10 * MIB,
)


def in_turn(rig: Rig, number: int) -> list[Contender]:
    """Both bots, each first as often as the other: whatever else the machine does meets both."""
    pair: list[Contender] = [rig.ours, rig.bare]
    return pair if number % 2 == 0 else pair[::-1]


def per_bot() -> dict[str, list[float]]:
    """A list for each bot."""
    return {"ours": [], "bare": []}
