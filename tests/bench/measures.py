"""What is measured, by its name on the command line; each measure returns its lines of the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.bench import (
    broadcast_cost,
    broadcasts,
    drafts,
    links,
    processing,
    recovery,
    searching,
    starts,
    updates,
    waiting,
)
from tests.bench.extent import Extent
from tests.bench.figures import Figure
from tests.bench.rig import Rig

Measure = Callable[[Rig, Extent], Awaitable[list[Figure]]]

MEASURES: dict[str, Measure] = {
    "throughput": updates.throughput,
    "delivery": links.delivery,
    "lending": links.lending,
    "calls": links.calls,
    "memory": updates.memory,
    "processing": processing.processing,
    "starts": starts.starts,
    "faults": recovery.faults,
    "kills": recovery.kills,
    "search": searching.search,
    "stats": searching.stats,
    "waiting": waiting.waiting,
    "broadcasts": broadcasts.rates,
    "readers": broadcasts.readers,
    "drafts": drafts.presses,
    "sessions": drafts.sessions,
    "cost": broadcast_cost.cost,
    "million": broadcast_cost.million,
}
"""In the order in which they are made; the last of those that need both bots stops and starts them."""
