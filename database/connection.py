"""Decides how the database is reached: a visible wait at the start, stated timeouts, and what counts as away."""

import asyncio
import contextlib
import logging
import re
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import pymongo
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from database.bots import COLLECTIONS, BotDatabase
from database.cancelling import mend
from database.clock import Clock
from database.collection import Document
from database.schema import check_version
from database.secrets import Vault

log = logging.getLogger(__name__)

TRANSIENT: tuple[type[PyMongoError], ...] = (ConnectionFailure, ExecutionTimeout, WTimeoutError)
"""After these the same work can be taken again: AutoReconnect, NetworkTimeout, NotPrimaryError and
ServerSelectionTimeoutError are ConnectionFailures."""

_AWAY = frozenset(
    {
        6,  # HostUnreachable
        7,  # HostNotFound
        89,  # NetworkTimeout
        91,  # ShutdownInProgress
        189,  # PrimarySteppedDown
        262,  # ExceededTimeLimit
        9001,  # SocketException
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11602,  # InterruptedDueToReplStateChange
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
        14031,  # OutOfDiskSpace
    }
)
_REFUSED = frozenset({13, 18, 8000})  # Unauthorized, AuthenticationFailed, and Atlas' own

OPERATION_SECONDS = 10.0
"""The longest that one operation may take, waiting for a server and its reply included."""
CONNECT_SECONDS = 5.0
"""The longest that a connection may take to come up."""
INDEX_SECONDS = 600.0
"""The longest that the making of new indexes over what is stored may take."""
CLOCK_EVERY = 240.0
"""Seconds between two measurements of the database's time; clocks drift by less than 0.1 s in that time."""


class DatabaseUnavailable(Exception):  # noqa: N818 - a state of the world, named as such
    """The database did not answer, or refused us; the text names the host, never a password."""


def is_unavailable(error: BaseException) -> bool:
    """Tell whether the database was away, so that the same work can be taken again when it is back."""
    if isinstance(error, TRANSIENT):
        return True
    if isinstance(error, BulkWriteError):
        failures = [*error.details.get("writeErrors", ()), *error.details.get("writeConcernErrors", ())]
        return any(_is_away(each.get("code"), each.get("errmsg", "")) for each in failures)
    if isinstance(error, OperationFailure) and _is_away(error.code, str(error)):
        return True
    return isinstance(error, PyMongoError) and (error.timeout or error.has_error_label("RetryableWriteError"))


class Database:
    """One installation's database: the client, its clock, and the collections of each bot."""

    def __init__(self, client: AsyncMongoClient[Document], name: str, clock: Clock, where: str) -> None:
        """Take a connected client; `connect` makes one."""
        self._client = client
        self._database: AsyncDatabase[Document] = client[name]
        self._watch: asyncio.Task[None] | None = None
        self.clock = clock
        self.where = where

    @classmethod
    async def connect(
        cls,
        url: str,
        name: str,
        *,
        attempts: int = 30,
        pause: float = 2.0,
        **options: Any,
    ) -> Self:
        """Connect, waiting for the server visibly: a log line per attempt, each of which lasts `pause` seconds.

        `options` go to the client as they are.

        Raises:
            DatabaseUnavailable: It did not answer in any attempt, refused the user, or the url is wrong.
        """
        mend()
        where = without_credentials(url)
        try:
            client: AsyncMongoClient[Document] = AsyncMongoClient(url, **{**_options(url), **options})
        except (ConfigurationError, ValueError, TypeError, OSError) as error:
            # Their texts quote what they dislike, which may be a part of the password.
            raise DatabaseUnavailable(f"DATABASE_URL ({where}) is not usable ({type(error).__name__}).") from None
        database = cls(client, name, Clock(), where)
        try:
            await database._wait(attempts, pause)
        except BaseException:
            await database.close()
            raise
        database._watch = asyncio.create_task(database._keep_time(), name="database clock")
        return database

    async def _wait(self, attempts: int, pause: float) -> None:
        for attempt in range(1, attempts + 1):
            began = time.monotonic()
            try:
                with pymongo.timeout(pause):
                    off = await self.clock.measure(self._server_time)
            except PyMongoError as error:
                if isinstance(error, OperationFailure) and error.code in _REFUSED:
                    raise DatabaseUnavailable(
                        f"MongoDB at {self.where} refuses the user or the password in DATABASE_URL."
                    ) from None
                if not is_unavailable(error) and not isinstance(error, ConfigurationError):
                    raise
                log.warning("waiting for MongoDB at %s (%d of %d): %s", self.where, attempt, attempts, _in_short(error))
                await asyncio.sleep(max(0.0, pause - (time.monotonic() - began)))
            else:
                log.info("MongoDB at %s is there; our clock is off by %.3f s", self.where, off.total_seconds())
                return
        raise DatabaseUnavailable(
            f"MongoDB at {self.where} did not answer in {attempts} attempts. Is it running, and is DATABASE_URL right?"
        )

    async def prepare(self) -> None:
        """Check the schema's version and make the indexes of every collection; the same again changes nothing.

        Raises:
            SchemaTooNew: A newer version of the program has been here.
            DatabaseUnavailable: It went away, or does not let this user make indexes.
        """
        try:
            await check_version(self._database)
            with pymongo.timeout(INDEX_SECONDS):
                await asyncio.gather(
                    *(self._database[each.name].create_indexes(each.indexes) for each in COLLECTIONS if each.indexes)
                )
        except PyMongoError as error:
            if isinstance(error, OperationFailure) and error.code in _REFUSED:
                raise DatabaseUnavailable(
                    f"MongoDB at {self.where} does not let the user of DATABASE_URL write to it and make indexes."
                ) from None
            if not is_unavailable(error):
                raise
            raise DatabaseUnavailable(
                f"MongoDB at {self.where} went away while the database was made ready: {_in_short(error)}"
            ) from None

    def bot(self, bot_id: int, vault: Vault) -> BotDatabase:
        """Return the collections of one bot."""
        return BotDatabase(self._database, bot_id, vault)

    async def ping(self) -> None:
        """Ask for an answer within 2 seconds.

        Raises:
            PyMongoError: There was none; `is_unavailable` tells why.
        """
        with pymongo.timeout(2.0):
            await self._database.command("ping")

    async def close(self) -> None:
        """Let go of every connection."""
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        # It takes leave of the server, and without this it would wait 30 s for one that is away.
        with pymongo.timeout(1.0):
            await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _server_time(self) -> datetime:
        answer = await self._client.admin.command("hello")
        told: datetime = answer["localTime"]
        return told if told.tzinfo else told.replace(tzinfo=UTC)

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(CLOCK_EVERY)
            try:
                off = await self.clock.measure(self._server_time)
            except PyMongoError as error:
                log.warning("The database's time could not be read: %s", _in_short(error))
                continue
            if abs(off.total_seconds()) > 1:
                log.warning("The clock was %.1f s off the database's and follows it now", off.total_seconds())


def _is_away(code: int | None, text: str) -> bool:
    # A full disk has a code of its own only in newer servers; room can be made, and the work taken again.
    return code in _AWAY or "No space left on device" in text


def without_credentials(url: str) -> str:
    """Return the hosts that a database url names, without user, password and options.

    A password may contain a / or an @ that should have been escaped: whatever stands before the last @ is left out.
    """
    place = re.split("[/?#]", url.partition("://")[2].rpartition("@")[2], maxsplit=1)[0]
    return place.replace("%2F", "/").replace("%2f", "/") or "an unnamed host"


def _options(url: str) -> dict[str, Any]:
    given = {name.lower() for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
    wanted: dict[str, Any] = {
        "tz_aware": True,
        "tzinfo": UTC,
        "timeoutMS": round(OPERATION_SECONDS * 1000),
        "connectTimeoutMS": round(CONNECT_SECONDS * 1000),
        "w": "majority",
        "journal": True,
        "appname": "draftkeep",
        "maxPoolSize": 16,
    }
    return {name: value for name, value in wanted.items() if name.lower() not in given}


def _in_short(error: BaseException) -> str:
    # The library adds its whole view of the deployment to the first words.
    return str(error).partition(", Timeout:")[0][:200] or type(error).__name__
