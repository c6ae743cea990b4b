"""How keyboards are shown: the buttons below a message, and the keyboard in place of the letters."""

from __future__ import annotations

import base64
from typing import Any

from pyrogram import raw

types = raw.types


def shown_buttons(markup: Any) -> list[list[dict[str, Any]]] | None:
    """The buttons below a message, row by row; None when there are none."""
    if not isinstance(markup, types.ReplyInlineMarkup):
        return None
    return [[_button(button) for button in row.buttons] for row in markup.rows]


def shown_keyboard(markup: Any) -> dict[str, Any] | None:
    """What a message does to the keyboard of whoever reads it; None when it leaves it alone."""
    match markup:
        case types.ReplyKeyboardMarkup():
            rows = [[{"text": button.text} for button in row.buttons] for row in markup.rows]
            return _keyboard("reply", markup, rows)
        case types.ReplyKeyboardHide():
            return _keyboard("remove", markup, [])
        case types.ReplyKeyboardForceReply():
            return _keyboard("force", markup, [])
    return None


def _keyboard(kind: str, markup: Any, rows: list[list[dict[str, str]]]) -> dict[str, Any]:
    return {
        "kind": kind,
        "rows": rows,
        "resize": bool(getattr(markup, "resize", None)),
        "once": bool(getattr(markup, "single_use", None)),
        "placeholder": getattr(markup, "placeholder", None),
        "selective": bool(markup.selective),
    }


def _button(button: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": "other", "text": button.text, **_does(button.type)}
    if button.style is not None:
        colours = {"primary": "bg_primary", "danger": "bg_danger", "success": "bg_success"}
        shown["style"] = next((name for name, field in colours.items() if getattr(button.style, field)), None)
    return shown


def _does(kind: Any) -> dict[str, Any]:
    match kind:
        case types.InlineButtonTypeCallback():
            return {"kind": "callback", "data": base64.b64encode(kind.data).decode()}
        case types.InlineButtonTypeUrl() | types.InlineButtonTypeUrlAuth():
            return {"kind": "url", "url": kind.url}
        case types.InlineButtonTypeSwitchInline():
            return {"kind": "inline", "query": kind.query, "same_chat": bool(kind.same_peer)}
        case types.InlineButtonTypeCopy():
            return {"kind": "copy", "copy": kind.copy_text}
    return {}
