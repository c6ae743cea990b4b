"""Makes objects of Telegram's schema by chance: any type with any fields, as absurd as the wire lets them be."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pyrogram.raw.all

Value = Callable[["Forge", int], Any]
"""Makes a value for a field, given how deep inside others it is."""

DEEPEST: Final = 5
"""Objects inside each other, beyond which each is made as small as it can be."""

ABSENT: Final = (0.6, 0.85, 0.95, 0.98)
"""Share of the optional fields that are missing; each forge has one of these, for nothing real has all of them."""

INTS: Final = (0, 1, -1, 2, 127, 2**15, 2**31 - 1, -(2**31), 1_000_000)
LONGS: Final = (0, 1, -1, 2**31, 2**53, 2**63 - 1, -(2**63))
DOUBLES: Final = (0.0, -0.0, 1.5, -1e308, 5e-324, float("inf"), float("-inf"), float("nan"))
DATES: Final = (0, 1, -1, 1_790_000_000, 2**31 - 1, -(2**31), 4_294_967_295 - 2**32)
"""1970, long before it, now, 2038, and what a client reads as 2106 or 1901."""

TEXTS: Final = (
    "", " ", "\0", "a\0b", "\n\n\n", "\u202e\u2067right to left", "\u200b", "\ufeff", "e" + "\u0301" * 300,
    "👩‍👩‍👧‍👦" * 50,
    "𝕏" * 2050, "ﷺ" * 100, "x" * 4096, "\ufffd\ufffd", "\x1b[31mred", "<b>not closed", "<a href='", "&lt;&#0;&unknown;",
    "{first} {nothing} {", "%s %n %d", "$where", "../../etc/passwd", "C:\\con", "'; DROP TABLE users; --", "İıſẞ",
    "\r\n",
    "https://t.me/some_bot?start=", "tg://resolve?domain=x&start=y", "-1", "1e999", "null", "true", "[]",
)  # fmt: skip
"""What people and programs put into texts."""

FIELD: Final = re.compile(r"self\.(\w+) = \w+  # (flags\d*\.\d+\?)?(\S+)")
BASE: Final = re.compile(r"Constructor of :obj:`~pyrogram\.raw\.base\.([\w.]+)`")
VECTOR: Final = re.compile(r"[Vv]ector<(.+)>")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type, as the schema has it."""

    name: str
    kind: str
    flag: str
    """What says whether it is there; empty for one that always is. Fields of one flag are there together."""


@cache
def fields_of(kind: type) -> tuple[Field, ...]:
    """The fields of a type, read from what the library says beside them."""
    source = inspect.getsource(kind.__init__)  # type: ignore[misc]  # of a class, on purpose
    return tuple(Field(name, what, flag) for name, flag, what in FIELD.findall(source))


@cache
def constructors() -> dict[str, list[type]]:
    """The types that can stand for each abstract one."""
    found: dict[str, list[type]] = {}
    kinds: Any = pyrogram.raw.all.objects.values()  # declared to be their names
    for kind in kinds:
        if match := BASE.search(kind.__doc__ or ""):
            found.setdefault(match[1], []).append(kind)
    return found


@cache
def _heights() -> dict[type, int]:
    """How many objects lie inside each other at least in one of each type."""
    needs = {
        kind: [field.kind for field in fields_of(kind) if not field.flag and field.kind in constructors()]
        for kinds in constructors().values()
        for kind in kinds
    }
    found: dict[type, int] = {}
    while True:
        bases = {
            base: 1 + min(known)
            for base, kinds in constructors().items()
            if (known := [found[kind] for kind in kinds if kind in found])
        }
        new = {
            kind: max((bases[base] for base in bases_needed), default=0)
            for kind, bases_needed in needs.items()
            if kind not in found and all(base in bases for base in bases_needed)
        }
        if not new:
            return found
        found |= new


@cache
def smallest(base: str) -> type:
    """The type that can stand for this abstract one with the least inside."""
    heights = _heights()
    return min((kind for kind in constructors()[base] if kind in heights), key=lambda kind: heights[kind])


@cache
def _vector(kind: str) -> str:
    """What a list is of; empty for what is no list."""
    match = VECTOR.fullmatch(kind)
    return match[1] if match else ""


class Steer:
    """What some fields are made of: `Type.field`, or `field: kind` of any type, of which only those that are there."""

    def __init__(self, values: dict[str, Value]) -> None:
        self._values = values
        self._plans: dict[type, list[Step]] = {}

    def plan(self, kind: type) -> list[Step]:
        """How to make an object of a type, field by field."""
        if kind not in self._plans:
            self._plans[kind] = [
                Step(
                    field.name,
                    field.kind,
                    field.flag,
                    self._values.get(f"{kind.__name__}.{field.name}"),
                    self._values.get(f"{field.name}: {field.kind}"),
                    many=VECTOR.fullmatch(field.kind) is not None,
                )
                for field in fields_of(kind)
            ]
        return self._plans[kind]


@dataclass(frozen=True, slots=True)
class Step:
    """How one field is made."""

    name: str
    kind: str
    flag: str
    always: Value | None
    there: Value | None
    many: bool


FREE: Final = Steer({})
"""Nothing but chance."""


class Forge:
    """Makes things by one chance."""

    def __init__(self, dice: random.Random, steer: Steer = FREE) -> None:
        self.dice = dice
        self._steer = steer
        self._absent = dice.choice(ABSENT)

    def make(self, kind: type, depth: int = 0, **given: Any) -> Any:
        """Make one object of a type, with these fields as they are given."""
        values: dict[str, Any] = {}
        there: dict[str, bool] = {"": True}
        for step in self._steer.plan(kind):
            name, flag = step.name, step.flag
            if name in given:
                values[name] = given[name]
            elif step.always:
                values[name] = step.always(self, depth)
            elif not there.setdefault(flag, depth < DEEPEST and self.dice.random() >= self._absent):
                values[name] = [] if step.many else None  # as the library reads what is not there
            elif step.there:
                values[name] = step.there(self, depth)
            else:
                values[name] = self.value(step.kind, depth, least=1 if flag else 0)
        return kind(**values)

    def bare(self, kind: type, **given: Any) -> Any:
        """Make an object of a type with nothing in it but what must be there, and these fields."""
        return self.make(kind, DEEPEST, **given)

    def any_of(self, base: str, depth: int = 0) -> Any:
        """Make an object that can stand for an abstract type."""
        return self.make(smallest(base) if depth >= DEEPEST else self.dice.choice(constructors()[base]), depth + 1)

    def value(self, kind: str, depth: int, *, least: int = 0) -> Any:  # noqa: PLR0911 - one line for each kind
        """Make a value of what the schema calls this; a list of so many at least."""
        dice = self.dice
        match kind:
            case "int":
                return dice.choice(INTS) if dice.random() < 0.5 else dice.randrange(10_000)
            case "long":
                return dice.choice(LONGS) if dice.random() < 0.3 else dice.getrandbits(40)
            case "true":
                return True
            case "Bool":
                return dice.random() < 0.5
            case "string":
                return self.text()
            case "bytes":
                return dice.randbytes(dice.choice((0, 1, 3, 12, 300)))
            case "double":
                return dice.choice(DOUBLES)
            case "int128" | "int256":
                return dice.getrandbits(int(kind[3:]) - 1)
            case _:
                if vector := _vector(kind):
                    most = 0 if depth >= DEEPEST else dice.choice((0, 1, 1, 2, 3, 12))
                    return [self.value(vector, depth) for _ in range(max(least, most if depth < 3 else min(most, 2)))]
                return self.any_of(kind, depth)

    def text(self) -> str:
        """Make a text."""
        return self.dice.choice(TEXTS) if self.dice.random() < 0.5 else f"text {self.dice.randrange(1000)}"
