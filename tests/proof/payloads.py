"""Proof that links cannot be guessed: payloads forged from real links, all of them through the opening of links."""

from __future__ import annotations

import asyncio
import base64
import random
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from database.cause import Cause
from database.codes import LinkKind, is_code
from database.connection import Database
from database.links import LinkItem, NewLink
from services.errors import UserError
from services.links import LinkService
from tests.database.mongo import NOW, StillClock, bot_of, fresh_database, raw
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.services.channel import OWNER, READER, STORAGE, Channel, make_services

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LAST = "AQgw"
"""What the last letter of a code can be: it carries two bits."""

AT_ONCE = 64
SHARE = 0.15
"""Of the payloads: have the form of a code, so that only the database can refuse them; the rest are refused before."""

REFUSALS = frozenset({"link-malformed", "link-unknown"})

Forge = Callable[[str, random.Random], str]


def one_letter(code: str, dice: random.Random) -> str:
    """Another letter somewhere; still in the form of a code."""
    place = dice.randrange(1, len(code))
    return code[:place] + dice.choice(LAST if place == len(code) - 1 else ALPHABET) + code[place + 1 :]


def next_one(code: str, dice: random.Random) -> str:
    """The number behind the code, a little more or less: who guesses numbers tries those beside a known one."""
    number = int.from_bytes(base64.urlsafe_b64decode(code[1:] + "=="), "big") + dice.choice([-2, -1, 1, 2, 256])
    return code[0] + base64.urlsafe_b64encode((number % 2**128).to_bytes(16, "big")).decode().rstrip("=")


def other_kind(code: str, _: random.Random) -> str:
    """The same under the other kind's letter."""
    return {"f": "a", "a": "f"}[code[0]] + code[1:]


def shuffled(code: str, dice: random.Random) -> str:
    """The same letters in another order, the last one kept."""
    letters = list(code[1:-1])
    dice.shuffle(letters)
    return code[0] + "".join(letters) + code[-1]


def other_case(code: str, dice: random.Random) -> str:
    """Some letters in the other case, as databases without regard to it would find them."""
    return code[0] + "".join(letter.swapcase() if dice.random() < 0.5 else letter for letter in code[1:-1]) + code[-1]


def at_random(_: str, dice: random.Random) -> str:
    """A code by chance."""
    kind = dice.choice(["f", "a"])
    return kind + base64.urlsafe_b64encode(dice.randbytes(16)).decode().rstrip("=")


def unused_bits(code: str, dice: random.Random) -> str:
    """A last letter whose unused bits are set: lenient decoders read the same number in it."""
    start = ALPHABET.index(code[-1])
    return code[:-1] + ALPHABET[start + dice.randrange(1, 16)]


def cut(code: str, dice: random.Random) -> str:
    """A piece of it, which a search by prefix would find."""
    return code[: dice.randrange(len(code))]


def longer(code: str, dice: random.Random) -> str:
    """Something after it or before it."""
    more = dice.choice([" ", "\t", "\n", "\0", "%00", "=", "==", "A", "A" * 41, "'--", "\u200b", "\ufeff", code])
    return code + more if dice.random() < 0.7 else more + code


def pattern(code: str, dice: random.Random) -> str:
    """What other query languages would take for more than a text."""
    return dice.choice(
        [".*", "^f", "%", "*", '{"$ne": null}', '{"$gt": ""}', "' OR '1'='1", "$where", code[:8] + ".*", code[:5] + "%"]
    )


def foreign(code: str, dice: random.Random) -> str:
    """Letters that look alike, and scripts that are none of ours."""
    place = dice.randrange(len(code))
    return code[:place] + dice.choice("АаеоСＡａ０𝐀é𝕏🙂\u202eß") + code[place + 1 :]


def old_kind(_: str, dice: random.Random) -> str:
    """Links of the CodeXBotz family: base64 of a number in the channel, or of a range."""
    first, channel = dice.randrange(1, 5000), abs(STORAGE)
    text = f"get-{first * channel}" + (f"-{(first + 9) * channel}" if dice.random() < 0.5 else "")
    return base64.urlsafe_b64encode(text.encode()).decode().strip("=")


def any_64(_: str, dice: random.Random) -> str:
    """As much as a deep link may carry."""
    return "".join(dice.choices(ALPHABET, k=64))


def path_like(code: str, dice: random.Random) -> str:
    """Paths, addresses and the whole link."""
    return dice.choice(
        ["../../etc/passwd", f"/{code}", f"https://t.me/bot?start={code}", f"start={code}", f"{code}/../"]
    )


WELL_FORMED: tuple[Forge, ...] = (one_letter, next_one, other_kind, shuffled, other_case, at_random)
MALFORMED: tuple[Forge, ...] = (
    unused_bits, cut, longer, pattern, foreign, old_kind, any_64, path_like, lambda code, dice: "",
)  # fmt: skip


def forged(codes: Sequence[str], dice: random.Random) -> Iterator[str]:
    """Payloads without end that are none of these codes."""
    real = frozenset(codes)
    while True:
        forge = dice.choice(WELL_FORMED if dice.random() < SHARE else MALFORMED)
        payload = forge(dice.choice(codes), dice)
        if payload not in real:
            yield payload


@dataclass
class PayloadOutcome:
    """What came of many payloads."""

    tried: int = 0
    well_formed: int = 0
    hits: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    uses: int = 0

    @property
    def as_promised(self) -> bool:
        """Whether nobody got anything and everybody got a clear answer."""
        return not (self.hits or self.failures or self.uses) and set(self.answers) <= REFUSALS


async def hundred_links(database: Database) -> list[str]:
    """Make 100 real links; returns their codes."""
    links = bot_of(database).links
    made = []
    for number in range(100):
        kind = LinkKind.ALBUM if number % 4 == 0 else LinkKind.FILE
        new = NewLink(kind, (LinkItem(f"AgAD{number}", number + 1),), STORAGE, f"content {number}")
        made.append((await links.create(new, by=OWNER, cause=Cause(f"content:{number}"), now=NOW)).code)
    return made


async def try_all(links: LinkService, payloads: Iterable[str], outcome: PayloadOutcome) -> None:
    """Open each payload as a reader's `/start` does, `AT_ONCE` of them at a time."""
    numbered = enumerate(payloads, outcome.tried)

    async def try_some() -> None:
        for number, payload in numbered:
            outcome.tried += 1
            outcome.well_formed += is_code(payload)
            try:
                await links.open(payload, by=READER, cause=Cause(f"message:{READER}:{number}"))
            except UserError as refusal:
                outcome.answers[refusal.key] += 1
            except Exception:  # noqa: BLE001 - the proof counts whatever nobody had foreseen
                outcome.failures.append(f"{payload!r}: {traceback.format_exc()}")
            else:
                outcome.hits += 1

    await asyncio.gather(*(try_some() for _ in range(AT_ONCE)))


async def guess(url: str, count: int, seed: int) -> tuple[PayloadOutcome, PayloadOutcome]:
    """Try so many forged payloads against 100 real links on a real server.

    Returns what came of them, and what came of the 100 real codes by the same way: the control that a hit shows.
    """
    dice = random.Random(seed)
    async with fresh_database(url) as database:
        services = make_services(bot_of(database), StillClock(), Channel())
        codes = await hundred_links(database)
        source = forged(codes, dice)
        outcome, control = PayloadOutcome(), PayloadOutcome()
        await try_all(services.links, (next(source) for _ in range(count)), outcome)
        outcome.uses = await raw(database)["uses"].count_documents({})
        await try_all(services.links, codes, control)
        control.uses = await raw(database)["uses"].count_documents({})
    return outcome, control


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Forged payloads, and the real ones by the same way."""
    began = time.monotonic()
    fakes, real = await guess(place.database_url, 20_000 if quick else 1_000_000, seed)
    for name, outcome, right, control in (
        ("forged payloads, each refused", fakes, fakes.answers.total(), False),
        ("the real codes, none refused", real, real.hits, True),
    ):
        outcomes = {
            "looked up": outcome.well_formed,
            "hits": outcome.hits,
            "unhandled errors": len(outcome.failures),
            **outcome.answers,
        }
        missing = outcome.tried - right
        yield Finding(
            name,
            seed,
            outcome.tried,
            missing,
            0,
            outcomes,
            holds=outcome.as_promised,
            control=control,
            seconds=time.monotonic() - began,
        )
        for failure in outcome.failures[:5]:
            print(failure)
