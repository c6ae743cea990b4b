"""Who may make admin calls over HTTP: whoever shows ADMIN_TOKEN; without one, nobody from outside."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from aiohttp import web

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""Headers of a proxy: behind one, the caller's address is not the caller's."""

FOREIGN = ("Origin", "Sec-Fetch-Site")
"""Headers of a browser: a page from anywhere may lead the browser of this machine here."""

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
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        # Digests have one length, so that the time taken tells nothing of the token.
        if not hmac.compare_digest(_digest(shown.strip()), self._digest) or scheme.lower() != "bearer":
            raise web.HTTPUnauthorized(
                text="This call needs the admin token.", headers={"WWW-Authenticate": 'Bearer realm="draftkeep"'}
            )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _is_local(request: web.Request) -> bool:
    if any(name in request.headers for name in (*FORWARDED, *FOREIGN)) or not _is_loopback(request.url.host):
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
