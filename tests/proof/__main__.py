"""`python -m tests.proof`: every promise tried at length, with the numbers printed; `--quick` for a taste of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable

from tests.proof import kills, payloads, sizes
from tests.proof.findings import Finding
from tests.proof.ground import Ground, ground

Proof = Callable[[Ground, int, bool], AsyncIterator[Finding]]


async def prove_sizes(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Files of every kind and size."""
    yield await sizes.prove(place, seed, sizes.SIZES[:2] if quick else sizes.LONG_SIZES)


async def prove_kills(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Kills, and what becomes of them without each protection."""
    Plan = kills.Plan  # noqa: N806 - a class
    yield await kills.prove(place, seed, Plan(5, 5) if quick else Plan(40, 10))
    yield await kills.prove(place, seed, Plan(4, 5, starting=0, weaken="random-ids"))
    yield await kills.prove(place, seed, Plan(4, 5, starting=0, weaken="arrivals", latency=kills.LONG_LATENCY))


async def prove_payloads(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Forged payloads, and the real ones by the same way."""
    began = time.monotonic()
    forged, real = await payloads.guess(place.database_url, 20_000 if quick else 1_000_000, seed)
    for name, outcome, right, control in (
        ("forged payloads, each refused", forged, forged.answers.total(), False),
        ("the real codes, none refused", real, real.hits, True),
    ):
        yield Finding(
            name,
            seed,
            outcome.tried,
            outcome.tried - right,
            0,
            {
                "looked up": outcome.well_formed,
                "hits": outcome.hits,
                "unhandled errors": len(outcome.failures),
                **outcome.answers,
            },
            holds=outcome.as_promised,
            control=control,
            seconds=time.monotonic() - began,
        )
        for failure in outcome.failures[:5]:
            print(failure)


PROOFS: dict[str, Proof] = {"sizes": prove_sizes, "kills": prove_kills, "payloads": prove_payloads}


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
