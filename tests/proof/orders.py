"""What is ordered in the proof of orders over HTTP: which orders come up to which kill, and what each asks for."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import FormData

WITH_FILE = 0.05
"""Of the orders: have a file; a channel takes 20 messages a minute."""

ONCE = 0.1
"""Of the orders: are not made again where nobody answered; they may be there or not."""

TWICE = 0.2
"""Of the orders that were answered for: are made again, with the same key."""


@dataclass(frozen=True)
class Order:
    """What one caller asks for."""

    number: int
    with_file: bool
    once: bool
    twice: bool

    @classmethod
    def drawn(cls, number: int, dice: random.Random) -> Order:
        """Draw one."""
        return cls(number, dice.random() < WITH_FILE, dice.random() < ONCE, dice.random() < TWICE)

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return f"order {self.number}"

    @property
    def file(self) -> str:
        """What its file is called."""
        return f"{self.number}.txt"

    def body(self) -> dict[str, Any]:
        """What is sent."""
        order: dict[str, Any] = {"html": f"<b>Order</b> {self.number}", "key": self.key}
        if not self.with_file:
            return {"json": order}
        form = FormData(quote_fields=False)
        form.add_field("draft", json.dumps({**order, "media": [{"upload": "file"}]}), content_type="application/json")
        form.add_field("file", f"The file of {self.number}".encode(), filename=self.file)
        return {"data": form}


def rounds(orders: int, files: Sequence[bool], dice: random.Random) -> list[list[Order]]:
    """Draw so many orders, as many up to each kill, and after the last one.

    `files` says of each kill whether a file leads to it: then the first order up to it has one, and is made again until
    it is answered for.
    """
    drawn: list[list[Order]] = [[] for _ in range(len(files) + 1)]
    for number in range(orders):
        drawn[number * len(drawn) // orders].append(Order.drawn(number, dice))
    for each, file in zip(drawn, files, strict=False):  # no kill comes after the last ones
        if file:
            each[0] = replace(each[0], with_file=True, once=False)
    return drawn
