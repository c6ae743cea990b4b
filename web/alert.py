"""How `ALERT_URL` is told: one small POST, with a bound on everything, and nothing that it meets breaks anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

log = logging.getLogger(__name__)

TIMEOUT = 5.0
"""Seconds that one try may take, from the name server to the end of the answer's head."""

TRIES = 3
"""Tries for one notice, with a pause of `PAUSE` seconds after the first and twice that after the second."""

PAUSE = 1.0

LONGEST = TRIES * TIMEOUT + 3 * PAUSE
"""Seconds that one notice takes at most."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What an operator is told; nothing in it is a secret or about a person."""

    bot: str
    """The bot's name with its @, or its id."""
    event: str
    """trouble, crash or healed."""
    kind: str
    """What is or was broken, in one word."""
    what: str
    """The reason in words."""
    since: datetime
    """When it broke, UTC."""
    advice: str = ""
    """What to do."""

    def body(self) -> dict[str, str]:
        """The JSON that is sent; `text` says all of it, for chats that take such messages."""
        said = {
            "trouble": f"Draftkeep {self.bot} does not serve: {self.what}.",
            "crash": f"Draftkeep {self.bot} ended: {self.what}.",
            "healed": f"Draftkeep {self.bot} serves again. It was: {self.what}.",
        }[self.event]
        since = self.since.isoformat(timespec="seconds")
        told = {"bot": self.bot, "event": self.event, "kind": self.kind, "what": self.what, "since": since}
        return {**told, "advice": self.advice, "text": f"{said} Since {since}. {self.advice}".strip()}


class Alert:
    """Tells one address. The address is a secret: nothing that is logged here contains a part of it."""

    def __init__(self, url: str, version: str, *, redact: Callable[[str], str], timeout: float = TIMEOUT) -> None:
        self._url = url
        self._version = version
        self._redact = redact
        self._timeout = timeout

    async def tell(self, notice: Notice) -> bool:
        """Send a notice. Returns whether it was taken: answered with a status from 200 to 299."""
        body = {name: self._redact(value) for name, value in notice.body().items()}
        for number in range(1, TRIES + 1):
            problem = await self._post(body)
            if problem is None:
                log.info("ALERT_URL was told: %s, %s", notice.event, notice.kind)
                return True
            log.warning("ALERT_URL was not told, try %d of %d: %s", number, TRIES, problem)
            if number < TRIES:
                await asyncio.sleep(PAUSE * number)
        return False

    async def _post(self, body: dict[str, str]) -> str | None:
        """Try once. Returns None, or what went wrong: by its kind alone, since the texts quote the address."""
        headers = {"User-Agent": f"Draftkeep/{self._version}"}
        try:
            async with (
                asyncio.timeout(self._timeout),
                aiohttp.ClientSession(headers=headers) as session,
                session.post(self._url, json=body, allow_redirects=False) as answer,
            ):
                if 300 <= answer.status < 400:
                    return f"it redirects (HTTP {answer.status}), which is not followed"
                return None if answer.ok else f"HTTP {answer.status}"
        except (OSError, aiohttp.ClientError, ValueError) as error:  # TimeoutError is an OSError
            return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
