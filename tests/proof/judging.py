"""The judgement of the proof of kills: what was asked for against what arrived, what was counted and what was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.e2e.words import shown
from tests.proof.findings import Finding
from tests.proof.readers import Readers, Verdict

Upload: TypeAlias = tuple[str, ...]
"""The SHA-256 of the files that were sent together, in order."""

USED_UP = shown("en", "link-used-up")
"""What a reader is told who comes too late."""


@dataclass(frozen=True)
class Evidence:
    """What is looked at when it is over."""

    readers: Readers
    links: Mapping[str, str]
    """Codes with the SHA-256 of what they bring."""
    uses: Counter[str]
    """Of each link, by the database."""
    struck: Counter[str]
    """Kills by what they met."""
    missed: Counter[str] = field(default_factory=Counter)
    """Points that were not reached."""
    limited: str = ""
    """The code of the link with a limit, if there is one."""
    limit: int = 0
    uploads: Sequence[Upload] = ()
    copies: Sequence[str] = ()
    """What the storage channel has of them."""
    answered: Sequence[Upload] = ()
    """What the links bring that the owner was told, one for each answer."""
    logins: int = 1
    errors: Sequence[str] = ()
    """What the bot's log has of them."""


@dataclass(frozen=True)
class Balance:
    """Two counts compared."""

    expected: int
    missing: int
    doubled: int

    @classmethod
    def of(cls, wanted: Counter[str] | Counter[Upload], found: Counter[str] | Counter[Upload]) -> Balance:
        """Compare what was wanted with what was found."""
        return cls(wanted.total(), (wanted - found).total(), (found - wanted).total())  # type: ignore[operator]  # both of one kind

    @property
    def even(self) -> bool:
        """Whether nothing is missing and nothing is there twice."""
        return not self.missing and not self.doubled

    def __str__(self) -> str:
        """In a few words."""
        wrong = [f"{n} {what}" for n, what in ((self.missing, "missing"), (self.doubled, "doubled")) if n]
        return " ".join([str(self.expected), *wrong])


@dataclass(frozen=True)
class Judgement:
    """What the evidence says."""

    read: Verdict
    counted: Balance
    """Uses of the links without a limit."""
    kept: Balance
    told: Balance
    limited: tuple[int, int, int]
    """Of the link with a limit: uses counted, files delivered, people refused."""
    right: tuple[int, int, int]
    """What these should be."""

    @property
    def missing(self) -> int:
        """Messages that did not arrive."""
        return self.read.missing + self.kept.missing + self.told.missing

    @property
    def doubled(self) -> int:
        """Messages that arrived once more than they should."""
        return self.read.doubled + self.kept.doubled + self.told.doubled

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        even = self.counted.even and self.kept.even and self.told.even
        return self.read.holds and even and self.limited == self.right

    @classmethod
    def of(cls, seen: Evidence) -> Judgement:
        """Judge."""
        exchanges = seen.readers.exchanges.values()
        asked = Counter(each.what for exchange in exchanges for each in exchange.asked)
        got = Counter(each.what for exchange in exchanges for each in exchange.got)
        came = asked.pop(seen.limited, 0)
        granted = min(seen.limit, came)
        return cls(
            read=_read(seen),
            counted=Balance.of(asked, Counter({code: n for code, n in seen.uses.items() if code in asked})),
            kept=Balance.of(Counter(part for upload in seen.uploads for part in upload), Counter(seen.copies)),
            told=Balance.of(Counter(seen.uploads), Counter(seen.answered)),
            limited=(seen.uses[seen.limited], got[seen.links.get(seen.limited, "")], got[USED_UP]),
            right=(granted, granted, came - granted),
        )


def _read(seen: Evidence) -> Verdict:
    """Compare what readers got with what they asked for; of the link with a limit, either answer is one."""
    files = {**seen.links, seen.limited: USED_UP}
    either = {seen.links.get(seen.limited): USED_UP}
    expected = missing = doubled = in_order = 0
    for exchange in seen.readers.exchanges.values():
        wanted = [files[each.what] for each in exchange.asked]
        got = [either.get(each.what, each.what) for each in exchange.got]
        expected += len(wanted)
        missing += (Counter(wanted) - Counter(got)).total()
        doubled += (Counter(got) - Counter(wanted)).total()
        in_order += wanted == got
    return Verdict(expected, missing, doubled, in_order, len(seen.readers.exchanges))


BREAKS = {"random-ids": "doubled", "arrivals": "missing", "causes": "counted twice"}
"""How the promise breaks without each protection."""


def judge(
    name: str, seed: int, seen: Evidence, told: Mapping[str, str], *, weaken: str = "", seconds: float = 0.0
) -> Finding:
    """Say whether the promise held; with a protection off, whether it broke as it must."""
    found = Judgement.of(seen)
    twice = found.counted.doubled + max(0, found.limited[0] - found.limited[1])
    broken = {"doubled": found.doubled, "missing": found.missing, "counted twice": twice}
    well = found.holds and seen.logins == 1 and not seen.errors
    if weaken:
        well = not broken[BREAKS[weaken]]
    outcomes: dict[str, object] = {
        "in order": f"{found.read.in_order} of {found.read.readers}",
        "uses counted": found.counted,
    }
    if seen.limited:
        used, delivered, refused = found.limited
        outcomes["limit"] = f"{seen.limit} (used {used}, delivered {delivered}, refused {refused})"
    if seen.uploads:
        outcomes |= {"copies kept": found.kept, "uploads answered": found.told}
    outcomes |= {"logins": seen.logins, "errors logged": len(seen.errors), **told}
    outcomes |= {f"killed {point}": times for point, times in sorted(seen.struck.items())}
    outcomes |= {f"NOT REACHED {point}": times for point, times in sorted(seen.missed.items())}
    return Finding(
        f"{name}, without {weaken}" if weaken else name,
        seed,
        found.read.expected + found.kept.expected + found.told.expected,
        found.missing,
        found.doubled,
        outcomes,
        holds=bool(weaken) if seen.missed else well,
        control=bool(weaken),
        seconds=seconds,
    )
