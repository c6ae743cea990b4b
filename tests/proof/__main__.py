"""`python -m tests.proof`: every promise tried at length, with the numbers printed; `--quick` for a taste of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable

from tests.proof import (
    breaker,
    broadcasts,
    crowds,
    deletions,
    drafts,
    drafts_http,
    faults,
    floods,
    forgeries,
    fuzz,
    gaps,
    kills,
    lease,
    outages,
    payloads,
    presses,
    processing,
    sequences,
    sizes,
    terms,
    timetable,
)
from tests.proof.findings import Finding
from tests.proof.ground import Ground, ground

Proof = Callable[[Ground, int, bool], AsyncIterator[Finding]]


PROOFS: dict[str, Proof] = {
    "sizes": sizes.proof,
    "kills": kills.proof,
    "payloads": payloads.proof,
    "crowds": crowds.proof,
    "gaps": gaps.proof,
    "fuzz": fuzz.proof,
    "floods": floods.proof,
    "faults": faults.proof,
    "outages": outages.proof,
    "breaker": breaker.proof,
    "deletions": deletions.proof,
    "processing": processing.proof,
    "lease": lease.proof,
    "terms": terms.proof,
    "timetable": timetable.proof,
    "broadcasts": broadcasts.proof,
    "sequences": sequences.proof,
    "drafts-http": drafts_http.proof,
    "presses": presses.proof,
    "forgeries": forgeries.proof,
    "drafts": drafts.proof,
}
"""Each proof by its name on the command line; each has a file of that name."""


async def prove(names: list[str], seed: int, quick: bool) -> bool:
    """Run proofs one after the other. Returns whether all is as it should be."""
    well = True
    async with ground() as place:
        for name in names:
            async for finding in PROOFS[name](place, seed, quick):
                print(finding.told(), flush=True)
                well = well and finding.as_it_should_be
    return well


def main() -> int:
    """Returns 0 when every promise holds and every control breaks."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=f"which: {', '.join(PROOFS)}; all by default")
    parser.add_argument("--seed", type=int, default=1, help="of every choice that chance makes")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    given = parser.parse_args()
    if unknown := [name for name in given.proofs if name not in PROOFS]:
        parser.error(f"no such proof: {', '.join(unknown)}")
    return 0 if asyncio.run(prove(given.proofs or list(PROOFS), given.seed, given.quick)) else 1


if __name__ == "__main__":
    sys.exit(main())
