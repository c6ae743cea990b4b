"""What the control server is sent: JSON objects, read strictly, and refused in words that say what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from aiohttp import web


class WrongError(Exception):
    """A request that cannot be understood: 400 with these words."""


async def read_body(request: web.Request) -> dict[str, Any]:
    """The JSON object that came; none at all is an empty one.

    Raises:
        WrongError: it is something else.
    """
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise WrongError("the body is no JSON") from None
    if not isinstance(body, dict):
        raise WrongError("the body is no JSON object")
    return body


def only(body: dict[str, Any], names: Iterable[str]) -> None:
    """Refuse fields that mean nothing here: a misspelt one would be ignored in silence."""
    unknown = sorted(set(body) - (known := set(names)))
    if unknown:
        raise WrongError(f"unknown here: {', '.join(unknown)}; known: {', '.join(sorted(known))}")


def number(value: object, name: str, low: float, high: float) -> float:
    """A number between both, inclusive."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise WrongError(f"{name} must be a number from {low:g} to {high:g}")
    return float(value)


def whole(value: object, name: str, low: int, high: int) -> int:
    """A whole number between both, inclusive."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise WrongError(f"{name} must be a whole number from {low} to {high}")
    return value


def truth(value: object, name: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise WrongError(f"{name} must be true or false")
    return value


def word(value: object, name: str, allowed: Iterable[str]) -> str:
    """One of these words."""
    if value not in (known := list(allowed)):
        raise WrongError(f"{name} must be one of {', '.join(known)}")
    return str(value)


def text(value: object, name: str, longest: int) -> str:
    """A text of at most so many characters."""
    if not isinstance(value, str) or len(value) > longest:
        raise WrongError(f"{name} must be a text of at most {longest} characters")
    return value


def wholes(value: object, name: str, low: int, high: int, *, longest: int) -> list[int]:
    """One to `longest` different whole numbers between both, inclusive, in their order."""
    if not isinstance(value, list) or not 0 < len(value) <= longest:
        raise WrongError(f"{name} must be a list of 1 to {longest} whole numbers")
    return list(dict.fromkeys(whole(each, f"each of {name}", low, high) for each in value))
