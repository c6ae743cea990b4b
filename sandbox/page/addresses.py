"""What a Telegram link means: somebody by name or number, a message, a bot with its parameter, an invitation, words.

The forms are those of core.telegram.org/api/links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

HOSTS: Final = frozenset({"t.me", "telegram.me", "telegram.dog"})
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_HASH: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{0,512}")
_NUMBER: Final = re.compile(r"\d{1,18}")
_PHONE: Final = re.compile(r"\+?[0-9]{7,15}")
_OTHER: Final = frozenset(
    {
        "addemoji", "addlist", "addstickers", "addtheme", "bg", "boost", "confirmphone", "contact", "giftcode",
        "invoice", "iv", "login", "nft", "proxy", "setlanguage", "socks",
    }
)  # fmt: skip
"""First words of links that are no names; nothing here answers them."""


class NotTelegramError(ValueError):
    """An address of another place, or none at all."""


class NotServedError(ValueError):
    """A link of Telegram's of a kind that does nothing here."""


@dataclass(slots=True, frozen=True)
class Address:
    """Where a link leads: to one of username, phone, user, channel, invite or share."""

    username: str | None = None
    phone: str | None = None
    user: int | None = None
    channel: int | None = None
    """The number of a channel or group, without -100."""
    invite: str | None = None
    """What an invitation is known by."""
    start: str | None = None
    """The parameter for a bot; empty where the link has none but says start."""
    message: int | None = None
    share: str | None = None
    """Words to be sent on to a chat that the person chooses."""


def read(link: str) -> Address:
    """What a link means.

    Raises:
        NotTelegramError: it leads elsewhere.
        NotServedError: it is Telegram's, but nothing for here.
    """
    given = link.strip()
    if given.startswith("@"):
        if not _NAME.fullmatch(given[1:]):
            raise NotTelegramError
        return Address(username=given[1:])
    if _PHONE.fullmatch(given):
        return Address(phone=given.lstrip("+"))
    try:
        parts = urlsplit(given if "://" in given or given.startswith("tg:") else f"https://{given}")
        host = parts.hostname or ""
    except ValueError:
        raise NotTelegramError from None
    if parts.scheme == "tg":
        return _app(parts)
    if parts.scheme not in {"http", "https"}:
        raise NotTelegramError
    name, _, rest = host.partition(".")
    if rest in HOSTS and _NAME.fullmatch(name) and name != "www":
        return _path([name, *_words(parts)], _fields(parts))
    if host.removeprefix("www.") not in HOSTS:
        raise NotTelegramError
    return _path(_words(parts), _fields(parts))


def _path(words: list[str], fields: dict[str, str]) -> Address:
    """A link of the web: what stands behind t.me."""
    if not words:
        raise NotTelegramError
    first, rest = words[0], words[1:]
    if first.startswith("+"):
        return Address(phone=first[1:]) if _PHONE.fullmatch(first) else _invited(first[1:])
    if first in {"share", "msg"}:
        return _shared(fields)
    if first == "joinchat" and rest:
        return _invited(rest[0])
    if first == "c" and rest and _NUMBER.fullmatch(rest[0]):
        return Address(channel=int(rest[0]), message=_last_number(rest[1:]))
    if first == "s" and rest:
        return _path(rest, fields)
    if first in _OTHER or not _NAME.fullmatch(first):
        raise NotServedError
    return Address(username=first, start=_start(fields), message=_last_number(rest))


def _app(parts: SplitResult) -> Address:
    """A link of the apps, tg://resolve and others."""
    what, fields = parts.netloc or parts.path.strip("/"), _fields(parts)
    match what:
        case "resolve" if _NAME.fullmatch(fields.get("domain", "")):
            return Address(
                username=fields["domain"], start=_start(fields), message=_last_number([fields.get("post", "")])
            )
        case "resolve" if _PHONE.fullmatch(fields.get("phone", "")):
            return Address(phone=fields["phone"].lstrip("+"))
        case "msg_url" | "msg":
            return _shared(fields)
        case "join":
            return _invited(fields.get("invite", ""))
        case "privatepost" if _NUMBER.fullmatch(fields.get("channel", "")):
            return Address(channel=int(fields["channel"]), message=_last_number([fields.get("post", "")]))
        case "user" if _NUMBER.fullmatch(fields.get("id", "")):
            return Address(user=int(fields["id"]))
    raise NotServedError


def _invited(name: str) -> Address:
    if not _HASH.fullmatch(name):
        raise NotServedError
    return Address(invite=name)


def _shared(fields: dict[str, str]) -> Address:
    words = "\n".join(filter(None, (fields.get("url", "").strip(), fields.get("text", "").strip())))
    if not words:
        raise NotServedError
    return Address(share=words)


def _start(fields: dict[str, str]) -> str | None:
    given = fields.get("start")
    return given if given is not None and _PARAMETER.fullmatch(given) else None


def _last_number(words: list[str]) -> int | None:
    """The message: the last of the numbers, of which the first may be a topic's."""
    return int(words[-1]) if words and _NUMBER.fullmatch(words[-1]) else None


def _words(parts: SplitResult) -> list[str]:
    return [unquote(word) for word in parts.path.split("/") if word]


def _fields(parts: SplitResult) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
