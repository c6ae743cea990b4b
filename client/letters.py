"""How a text for a person is written down before it is rendered: it is said in their language when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from client.keyboard import Button, Keyboard
from locales.texts import Html, Part


def written(key: str, args: Mapping[str, object], keyboard: Keyboard | None) -> dict[str, Any]:
    """Write a text down with its arguments and its buttons."""
    rows = [[_button(button) for button in row] for row in keyboard or ()]
    return {"key": key, "args": _args(args), "rows": rows}


def read(content: Mapping[str, Any]) -> tuple[str, dict[str, Any], Keyboard]:
    """Read a text's key, its arguments and its buttons."""
    rows = [
        [
            Button(each["key"], text=each["text"], data=each["data"], url=each["url"], **_read_args(each["args"]))
            for each in row
        ]
        for row in content["rows"]
    ]
    return content["key"], _read_args(content["args"]), rows


def _button(button: Button) -> dict[str, Any]:
    does = {"data": button.data, "url": button.url}
    return {"key": button.key, "text": button.text, **does, "args": _args(button.args)}


def _args(args: Mapping[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in args.items()}


def _value(value: object) -> Any:
    """What a text may be given: texts in it, HTML, or what shows as it is."""
    match value:
        case Part():
            return {"part": value.key, "args": _args(value.args)}
        case tuple():
            return {"parts": [_value(each) for each in value]}
        case Html():
            return {"html": str(value)}
        case None | bool() | int() | float():
            return value
    return str(value)


def _read_args(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read_value(value) for name, value in args.items()}


def _read_value(value: Any) -> object:
    match value:
        case {"part": key, "args": args}:
            return Part(key, _read_args(args))
        case {"parts": parts}:
            return tuple(_read_value(each) for each in parts)
        case {"html": html}:
            return Html(html)
    return value
