"""Decides who runs the bundled MongoDB of a data folder, and that it is there again when it died."""

import asyncio
import contextlib
import fcntl
import logging
import os
import threading
import time
from pathlib import Path

from database.mongod import KILL_SECONDS, EmbeddedMongoError, explain, find_mongod, probe, socket_path, spawn, url_of

log = logging.getLogger(__name__)

START_SECONDS = 120.0
"""How long a start may take: after a crash the journal is read first."""
STOP_SECONDS = 5.0
"""How long the server may take to end by itself; killed then, it loses nothing that was acknowledged."""
_LOG_BYTES = 10 * 1024 * 1024
_PAUSES = (0.1, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_STEADY_SECONDS = 300.0
_LOCK_EVERY = 0.1
_READY_EVERY = 0.02
_SAY_EVERY = 5.0


class EmbeddedMongo:
    """The MongoDB of one data folder, run by one of the processes that work on it.

    Whoever has the lock on `mongo.lock` runs the server; the others talk to it through its socket and take the job over
    when the lock comes free, which it does only when both that process and its server are gone. The url is the same for
    all of them. A server that dies is started again: at once, then after pauses that grow to a minute.
    """

    def __init__(self) -> None:
        """Nothing runs before `start`."""
        self._program = Path()
        self._data_dir = Path()
        self._socket = Path()
        self._lock: int | None = None
        self._log_from = 0
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self.failure: str | None = None
        """Why there is no server at the moment; None while there is one."""

    @property
    def pid(self) -> int | None:
        """The server's process id; None where another process runs it."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self, data_dir: Path) -> str:
        """Run the server, or find the one that another process runs, and return its url.

        Raises:
            EmbeddedMongoError: It cannot run here, the folder cannot be used, or it did not come up; the text says why.
        """
        if threading.current_thread() is not threading.main_thread():
            # The kernel's "dies with its parent" means the thread that started it.
            raise RuntimeError("the embedded MongoDB is started from the main thread")
        self._program = find_mongod()
        version = await probe(self._program)
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            self._data_dir = data_dir.resolve()
            self._socket = socket_path(self._data_dir)
            (self._data_dir / "mongo").mkdir(mode=0o700, exist_ok=True)
            self._lock = _open_lock(self._data_dir / "mongo.lock")
        except OSError as error:
            raise EmbeddedMongoError(f"DATA_DIR ({data_dir}) cannot be used: {error.strerror}.") from None
        try:
            if await self._run_or_join():
                log.info("MongoDB %s runs in %s", version, self._data_dir)
            else:
                log.info("MongoDB %s is run by another process in %s", version, self._data_dir)
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._keep_running(), name="embedded mongod")
        return url_of(self._socket)

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """End the server if it is ours, cleanly if it does so `within` so many seconds, and give the folder free.

        Killed, it takes up to a second more.
        """
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        await self._end_process(within)
        if self._lock is not None:
            if self._process and self._socket.parent != self._data_dir:
                with contextlib.suppress(OSError):
                    self._socket.parent.rmdir()
            os.close(self._lock)
            self._lock = None

    async def _run_or_join(self) -> bool:
        """Come to a server that answers; True when it is ours."""
        deadline = time.monotonic() + START_SECONDS
        said = time.monotonic()
        while True:
            if self._take_lock():
                await self._run()
                return True
            if await _answers(self._socket):
                return False
            if time.monotonic() > deadline:
                raise EmbeddedMongoError(
                    f"Another process holds DATA_DIR ({self._data_dir}), but no MongoDB answers on {self._socket}."
                    " End that process, or give this one a DATA_DIR of its own."
                )
            if time.monotonic() - said > _SAY_EVERY:
                said = time.monotonic()
                log.info("waiting for the process that holds %s", self._data_dir)
            await asyncio.sleep(_LOCK_EVERY)

    async def _keep_running(self) -> None:
        """Start the server again when it dies, and take the job over when whoever has it is gone."""
        deaths = 0
        while True:
            began = time.monotonic()
            if self._process is None:
                while not self._take_lock():  # noqa: ASYNC110 - the kernel tells nobody when a lock comes free
                    await asyncio.sleep(_LOCK_EVERY)
                log.info("The process that ran MongoDB is gone: running it from here")
            else:
                code = await self._process.wait()
                deaths = 1 if time.monotonic() - began > _STEADY_SECONDS else deaths + 1
                self.failure = explain(code, self._recent_log())
                pause = _PAUSES[min(deaths, len(_PAUSES)) - 1]
                log.error("MongoDB died and is started again in %.1f s. %s", pause, self.failure)
                await asyncio.sleep(pause)
            try:
                await self._run()
            except (EmbeddedMongoError, OSError) as error:
                self.failure = str(error)
                if self._process is None:
                    await asyncio.sleep(_PAUSES[-1])
            else:
                log.info("MongoDB runs again")

    async def _run(self) -> None:
        """Start the server and wait until it answers; the lock is ours."""
        if self._lock is None:
            raise RuntimeError("only the holder of the lock runs the server")
        self._socket = socket_path(self._data_dir)
        # What is left of a killed server would be in the way; nobody listens there, since the lock is ours.
        self._socket.unlink(missing_ok=True)
        log_file = self._begin_log()
        self._process = await spawn(self._program, self._data_dir / "mongo", self._socket, log_file, self._lock)
        ended = asyncio.create_task(self._process.wait())
        began = said = time.monotonic()
        try:
            while not await _answers(self._socket):
                await asyncio.wait({ended}, timeout=_READY_EVERY)
                if ended.done():
                    raise EmbeddedMongoError(explain(ended.result(), self._recent_log()))
                now = time.monotonic()
                if now - began > START_SECONDS:
                    await self._end_process()
                    raise EmbeddedMongoError(
                        f"MongoDB did not come up in {START_SECONDS:.0f} s; {log_file} says what it was doing."
                    )
                if now - said > _SAY_EVERY:
                    said = now
                    log.info("waiting for MongoDB to come up (%.0f s)", now - began)
        finally:
            ended.cancel()
        self.failure = None

    async def _end_process(self, within: float = STOP_SECONDS) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        if await _ended(process, within):
            return
        log.warning("MongoDB did not end in %.1f s and is killed", within)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if not await _ended(process, KILL_SECONDS):
            log.error("MongoDB (process %d) does not end though it was killed: its disk may hang", process.pid)

    def _take_lock(self) -> bool:
        if self._lock is None:
            raise RuntimeError("the embedded MongoDB was stopped")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _begin_log(self) -> Path:
        log_file = self._data_dir / "mongod.log"
        self._log_from = log_file.stat().st_size if log_file.exists() else 0
        if self._log_from > _LOG_BYTES:
            log_file.replace(log_file.with_suffix(".log.1"))
            self._log_from = 0
        return log_file

    def _recent_log(self) -> str:
        """Return what the server wrote since it was started, the end of it if that is much."""
        try:
            with (self._data_dir / "mongod.log").open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(max(self._log_from, size - 256 * 1024))
                return file.read().decode(errors="replace")
        except OSError:
            return ""


async def _ended(process: asyncio.subprocess.Process, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            await process.wait()
    except TimeoutError:
        return False
    return True


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


async def _answers(socket: Path) -> bool:
    """Tell whether a server listens; it does so only after it has read its journal."""
    try:
        async with asyncio.timeout(2.0):
            _, writer = await asyncio.open_unix_connection(str(socket))
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
