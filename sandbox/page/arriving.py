"""How a person of the page comes: with the session of last time, or by signing in; and when a session is over."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from pyrogram.errors import AuthKeyDuplicated, Unauthorized
from pyrogram.session import Session

from sandbox.page.record import Record
from sandbox.people import People, Person

log = logging.getLogger(__name__)

RETURN_WITHIN: Final = 10.0
"""Seconds for a session to answer that was well before; a key that the server lost is not answered at all."""
SIGN_IN_WITHIN: Final = 20.0


async def arrive(people: People, record: Record) -> Person:
    """Go on with the session of last time, or sign in by the number where it is over.

    Raises:
        RPCError: Telegram refuses the number or the name.
        OSError: it does not answer.
    """
    if record.session:
        try:
            async with asyncio.timeout(RETURN_WITHIN):
                return await people.return_with(record.session, language_code=record.language_code)
        except (Unauthorized, AuthKeyDuplicated, TimeoutError) as error:
            log.info("%s signs in again: %r", record.phone, error)
    async with asyncio.timeout(SIGN_IN_WITHIN):
        return await people.sign_up(
            record.phone,
            first_name=record.first_name,
            last_name=record.last_name,
            language_code=record.language_code,
        )


def has_ended(session: Session) -> bool:
    """Whether a session of the library's will not connect again by itself, whatever it says of its state."""
    if session._must_stay_stopped:  # noqa: SLF001 - the library tells nobody else
        return True
    task = session.recv_task
    return task is not None and task.done() and not task.cancelled() and task.exception() is not None
