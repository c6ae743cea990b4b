"""Who may make admin calls over HTTP: whoever shows ADMIN_TOKEN; without one, nobody from outside.

A person at a browser shows it as a password (HTTP's own Basic), for pages that change nothing and for those alone: a
browser adds a password to whatever calls a page from elsewhere makes it send.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress

from aiohttp import web

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""Headers of a proxy: behind one, the caller's address is not the caller's."""

FOREIGN = ("Origin", "Sec-Fetch-Site")
"""Headers of a browser: a page from anywhere may lead the browser of this machine here."""

BY_HAND = {"none", "same-origin"}
"""What a browser says of a page that a person asked for, and that none from elsewhere led to."""

_OFF = "Admin calls are off: set ADMIN_TOKEN."
_OFF_HERE = "Set ADMIN_TOKEN to make this call. Without it only this machine may, at localhost and through no proxy."


class AdminGate:
    """Lets admin calls through."""

    def __init__(self, token: str | None) -> None:
        self._digest = _digest(token) if token else None

    def lets(self, request: web.Request) -> bool:
        """Tell whether the caller may make admin calls: with the token, or on this machine where there is none."""
        try:
            self.require(request, or_local=True)
        except web.HTTPException:
            return False
        return True

    def require(self, request: web.Request, *, or_local: bool = False) -> None:
        """Return if the caller may make admin calls.

        Args:
            request: the call.
            or_local: with no token set, let a caller on this machine through as well.

        Raises:
            HTTPForbidden: no token is set.
            HTTPUnauthorized: it is, and the call does not show it.
        """
        if self._digest is None:
            if or_local and _is_local(request):
                return
            raise web.HTTPForbidden(text=_OFF_HERE if or_local else _OFF)
        if not self._is_shown(request, "bearer"):
            raise web.HTTPUnauthorized(
                text="This call needs the admin token.", headers={"WWW-Authenticate": 'Bearer realm="draftkeep"'}
            )

    def require_person(self, request: web.Request) -> None:
        """Return if the caller may see what is for whoever runs the bot: with the token, also as a password.

        Raises:
            HTTPForbidden: no token is set, and the caller is not on this machine.
            HTTPUnauthorized: it is, and the call does not show it; a browser asks the person for it.
        """
        if self._digest is None:
            if _is_local(request, by_hand=True):
                return
            raise web.HTTPForbidden(text=_OFF_HERE)
        if not self._is_shown(request, "bearer") and not self._is_shown(request, "basic"):
            raise web.HTTPUnauthorized(
                text="This page needs the admin token: it is the password, and any name will do.",
                headers={"WWW-Authenticate": 'Basic realm="draftkeep", charset="UTF-8"'},
            )

    def has_more(self, request: web.Request) -> bool:
        """Tell whether a person at this browser can get to what is for whoever runs the bot."""
        return self._digest is not None or _is_local(request, by_hand=True)

    def _is_shown(self, request: web.Request, wanted: str) -> bool:
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != wanted or self._digest is None:
            return False
        token = shown.strip() if wanted == "bearer" else _password(shown.strip())
        # Digests have one length, so that the time taken tells nothing of the token.
        return hmac.compare_digest(_digest(token), self._digest)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _password(shown: str) -> str:
    """The password of HTTP's Basic; nothing where it is none."""
    try:
        return base64.b64decode(shown, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _is_local(request: web.Request, *, by_hand: bool = False) -> bool:
    """Whether a call comes from this machine; `by_hand`: also from its browser, where a person asked for the page."""
    headers = request.headers
    foreign = any(name in headers for name in (*FORWARDED, *FOREIGN))
    if by_hand and headers.get("Sec-Fetch-Site") in BY_HAND:
        foreign = any(name in headers for name in (*FORWARDED, "Origin"))
    if foreign or not _is_loopback(request.url.host):
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not isinstance(peer, tuple):
        return False
    return _is_loopback(peer[0])


def _is_loopback(host: str | None) -> bool:
    """Whether a host is this machine, by its address or as `localhost`: any other name may lead here for a while."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
