"""The one judge of an update: whether it is taken at all, and what its handler's end means."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from pathlib import Path
from typing import Any, Protocol

import pyrogram
from pyrogram.dispatcher import Dispatcher
from pyrogram.enums import ChatType
from pyrogram.errors import RPCError
from pyrogram.handlers import RawUpdateHandler
from pyrogram.types import CallbackQuery, InlineQuery, Message

from client.address import asker_of
from client.calls import MustWait
from client.cause import cause_of_album
from client.inbox import Inbox
from client.intake import Telling, Work
from client.pace import Lane, lane
from client.refusals import GONE
from client.wants import Known, Wants
from database.cause import Cause
from database.connection import is_unavailable
from services.access import Access
from services.errors import TryLater, UserError
from services.failures import FailureRate

log = logging.getLogger(__name__)

LIMIT = 90.0
"""Seconds that a handler may take. Long work is a document, not a handler."""

FAILURES = 3
"""Times that a handler may exceed its limit before its update counts as failed."""

GIVE_UP = 6 * 3600.0
"""Seconds after which an update that still waits gets an apology: nobody behind it would ever be served."""

AWAY = 1.0
"""Seconds between two looks whether the database is back."""

BRIEF = frozenset(
    {
        *("apology", "no-authority", "button-stale", "setting-last", "setting-changed-since", "link-not-yours"),
        *("draft-unknown", "draft-too-late", "draft-old-version", "draft-no-targets", "draft-nothing-failed"),
        *("draft-too-late-pending", "draft-too-late-expired", "draft-too-late-itself", "draft-undo-over"),
        *("draft-taken-back", "draft-not-published", "draft-reply-stays", "draft-terms-changed"),
    }
)
"""Texts that fit into the answer to a pressed button (200 characters, no markup)."""


NOTHING: tuple[Any, Any] = None, type(None)
"""How the library reads an update that none of its handlers takes."""

ENDED = frozenset({"ok", "refused", "failed", "gone"})
"""Outcomes of an update that is finished."""

BANNED = "banned"
"""Outcome of an update of somebody from whom nothing is taken; nobody is told, and no handler hears of it."""

SERVED = ENDED | {"must_wait"}
"""Outcomes of an update that the database did its part for: at `must_wait` it is Telegram that put it off."""


class UpdateMeter(Protocol):
    """Who counts the updates (web.metrics does)."""

    def update(self, kind: str, outcome: str, seconds: float) -> None:
        """Count one update by its kind and how it ended."""

    def left_out(self, kind: str) -> None:
        """Count an update of somebody too fast that nobody answers."""

    def slowed(self) -> None:
        """Count somebody who became too fast."""


class Guard(Telling):
    """Runs the handlers of one update and decides what their end means."""

    def __init__(self, bot: Any, *, meter: UpdateMeter | None = None) -> None:
        self._bot = bot
        self._meter = meter
        self._wants = Wants()
        self.failures = FailureRate(time.monotonic())
        self.database_away_since: float | None = None
        """Since when updates wait for the database (monotonic); None while it answers."""
        self._away_until = 0.0

    async def run(self, work: Work) -> float | None:
        """Handle one update. Returns None when it is finished, else the seconds to wait before it is taken again."""
        started = time.monotonic()
        with lane(Lane.ANSWER):  # whoever's call the update came with
            outcome, delay = await self._judge(work)
        self._look_at_database(outcome, started)
        if outcome in ENDED:
            self.failures.count(failed=outcome == "failed", now=time.monotonic())
        if self._meter:
            self._meter.update(type(work.update.update).__name__, outcome, time.monotonic() - started)
        if delay is None and work.unit:
            work.unit.finish_one()
        return delay

    def _look_at_database(self, outcome: str, started: float) -> None:
        """Note since when updates wait for the database, and the first that it serves again."""
        if outcome == "database_away":
            self.database_away_since = self.database_away_since or started
            self._away_until = time.monotonic()
        elif outcome in SERVED and self.database_away_since is not None and started >= self._away_until:
            away = time.monotonic() - self.database_away_since
            self.database_away_since = None
            self._bot.note_recovery("database", away)

    async def _judge(self, work: Work) -> tuple[str, float | None]:
        parsed: Any = None
        try:
            async with asyncio.timeout(LIMIT):
                if await self._keeps_out(work.update.update):
                    return BANNED, None
                parsed = await self._parse(work)  # which may ask Telegram for the message under a button
                await self._handle(work, parsed)
        except TryLater as error:
            if time.monotonic() - work.since > GIVE_UP:
                log.error("An update waited for %.0f hours and is given up: %s", GIVE_UP / 3600, error)  # noqa: TRY400
                return await self._tell(parsed, "apology", {})
            log.info("An update waits: %s", error)
            return _put_off(error)
        except UserError as error:
            return await self._tell(parsed, error.key, error.args_)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            log.exception("A handler was cancelled from within")
            return await self._tell(parsed, "apology", {})
        except GONE as error:
            log.info("Nobody is there to answer: %s", error.ID)
            return "gone", None
        except Exception as error:  # noqa: BLE001 - the one judge
            return await self._fail(work, parsed, error)
        return "ok" if parsed else "unparsed", None

    async def _keeps_out(self, update: Any) -> bool:
        """Whether this is of somebody banned. What the rules of the handlers go by is made fresh here, once for all."""
        access: Access = self._bot.services.access
        await access.refresh()
        person = asker_of(update)
        return person is not None and access.is_banned(person)

    async def _parse(self, work: Work) -> Any:
        """Read an update as the library does: what it is, and the kind of handler that takes it; None if it cannot."""
        update, users, chats = work.update
        parser = self._inbox.parsers.get(type(update))
        try:
            body, wanted = await parser(update, users, chats) if parser else NOTHING
        except (TryLater, TimeoutError):
            raise
        except Exception as error:
            if is_unavailable(error):
                raise
            log.warning("The library cannot read an %s: %s", type(update).__name__, _place_of(error))
            return None
        if isinstance(body, CallbackQuery | InlineQuery) and not getattr(body, "from_user", None):
            log.warning("An %s is nobody's, and passed over", type(update).__name__)
            return None
        if isinstance(body, Message) and isinstance(update, Dispatcher.NEW_MESSAGE_UPDATES):
            body.edit_date = None  # edited before a replay: it is the same cause, and nobody is answered twice
        return body, wanted

    async def _handle(self, work: Work, parsed: Any) -> None:
        """Run the first handler that wants the update; another only when that one says so."""
        update, users, chats = work.update
        body, wanted = parsed or NOTHING  # those that want it as it came are asked all the same
        known: Known = {}
        known_raw: Known = {}
        for handler in [handler for group in self._inbox.groups.values() for handler in group]:
            raw = isinstance(handler, RawUpdateHandler)
            if not raw and not isinstance(handler, wanted):
                continue
            asked, answers = (update, known_raw) if raw else (body, known)
            if not await self._wants.ask(handler, self._bot, asked, answers):
                continue
            try:
                await (handler.callback(self._bot, update, users, chats) if raw else handler.callback(self._bot, body))
            except pyrogram.ContinuePropagation:
                continue
            except pyrogram.StopPropagation:
                pass
            return

    async def _fail(self, work: Work, parsed: Any, error: Exception) -> tuple[str, float | None]:
        if is_unavailable(error):
            if self.database_away_since is None:
                log.warning("The database is away, updates wait: %s", error)
            return "database_away", AWAY
        if isinstance(error, TimeoutError):
            work.failures += 1
            if work.failures < FAILURES:
                log.warning("An update took too long (%d of %d): %s", work.failures, FAILURES, error)
                return "timeout", 2.0**work.failures
        log.error("A handler failed on %s", type(work.update.update).__name__, exc_info=error)
        return await self._tell(parsed, "apology", {})

    async def _tell(self, parsed: Any, key: str, args: dict[str, object]) -> tuple[str, float | None]:
        """Say to the person what happened; the words themselves may have to wait."""
        outcome = "failed" if key == "apology" else "refused"
        body = parsed[0] if parsed else None
        try:
            async with asyncio.timeout(LIMIT):
                if isinstance(body, CallbackQuery):
                    brief = key in BRIEF
                    await self._bot.toast(body, key if brief else None, alert=True, **(args if brief else {}))
                    if brief:
                        return outcome, None
                if is_person_speaking(body):
                    once = cause_of_album(body) if isinstance(body, Message) else None  # not for each of its messages
                    await self._bot.answer(body, key, step=f"error {key}", cause=once, **args)
        except TryLater as error:
            return _put_off(error)
        except GONE:
            return "gone", None
        except (RPCError, TimeoutError) as error:
            log.warning("The person could not be told %r: %s", key, error)
        except Exception as error:
            if is_unavailable(error):
                return "database_away", AWAY
            log.exception("The person could not be told %r", key)
        return outcome, None

    # What the door says

    async def too_fast(self, person: int) -> None:
        """Tell a person that they are too fast: once an hour at most, however often the bot starts."""
        if self._bot.services.access.is_banned(person):
            return
        log.warning("%d sends faster than anybody is answered: slowed down", person)
        if self._meter:
            self._meter.slowed()
        hour = self._bot.clock.now().strftime("%Y-%m-%dT%H")
        try:
            async with asyncio.timeout(LIMIT):
                await self._bot.tell(person, "too-fast", cause=Cause(f"job:too-fast:{hour}"), step="notice")
        except (TryLater, RPCError, TimeoutError) as error:
            log.info("The person could not be told 'too-fast': %s", error)
        except Exception as error:
            if not is_unavailable(error):
                log.exception("The person could not be told 'too-fast'")

    def left_out(self, kind: str) -> None:
        """Count an update that nobody will answer."""
        if self._meter:
            self._meter.left_out(kind)

    @property
    def _inbox(self) -> Inbox:
        inbox: Inbox = self._bot.inbox
        return inbox


def _put_off(error: TryLater) -> tuple[str, float]:
    return "must_wait" if isinstance(error, MustWait) else "later", error.after


def _place_of(error: Exception) -> str:
    """What went wrong and where, in a line: no bug of ours, and no reason for a traceback."""
    [*_, (frame, line)] = traceback.walk_tb(error.__traceback__)  # nothing that reads the source for each of them
    return f"{error!r:.200} in {Path(frame.f_code.co_filename).name}:{line}"


def is_person_speaking(body: Any) -> bool:
    """Whether somebody waits for an answer: a press, or a message of a person in a private chat."""
    if isinstance(body, CallbackQuery):
        return True
    private = isinstance(body, Message) and body.chat is not None and body.chat.type is ChatType.PRIVATE
    return private and body.from_user is not None
