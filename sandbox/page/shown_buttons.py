"""How keyboards are shown: the buttons below a message, and the keyboard in place of the letters."""

from __future__ import annotations

import base64
from typing import Any, Final

from pyrogram import raw

types = raw.types

_ASKS: Final[dict[type, str]] = {
    types.ButtonTypeRequestPhone: "your phone number",
    types.ButtonTypeRequestGeoLocation: "where you are",
    types.ButtonTypeRequestPoll: "a poll",
    types.ButtonTypeRequestPeer: "a person or a chat",
    types.InputButtonTypeRequestPeer: "a person or a chat",
    types.ButtonTypeSimpleWebView: "a web app",
}
"""What a button of a reply keyboard asks for, where a press does not simply say its text."""


def shown_buttons(markup: Any) -> list[list[dict[str, Any]]] | None:
    """The buttons below a message, row by row; None when there are none."""
    if not isinstance(markup, types.ReplyInlineMarkup):
        return None
    return [[_button(button) for button in row.buttons] for row in markup.rows]


def shown_keyboard(markup: Any) -> dict[str, Any] | None:
    """What a message does to the keyboard of whoever reads it; None when it leaves it alone."""
    match markup:
        case types.ReplyKeyboardMarkup():
            rows = [[_answer(button) for button in row.buttons] for row in markup.rows]
            return _keyboard("reply", markup, rows)
        case types.ReplyKeyboardHide():
            return _keyboard("remove", markup, [])
        case types.ReplyKeyboardForceReply():
            return _keyboard("force", markup, [])
    return None


def _answer(button: Any) -> dict[str, str]:
    asks = _ASKS.get(type(button.type))
    return {"text": button.text, **({} if asks is None else {"asks": asks})}


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
        case types.InlineButtonTypeUserProfile():
            return {"kind": "url", "url": f"tg://user?id={kind.user_id}"}
        case types.InlineButtonTypeSwitchInline():
            return {"kind": "inline", "query": kind.query, "same_chat": bool(kind.same_peer)}
        case types.InlineButtonTypeCopy():
            return {"kind": "copy", "copy": kind.copy_text}
    return {}
