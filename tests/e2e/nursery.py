"""How tests start bots and sandboxes quickly: forked from a process that has imported what all of them import.

The program, its arguments, environment, folder and output are a process's own, as if it had been executed; only the
imports, 1.5 s of a core at each start, are done before. `python -m tests.e2e.nursery <socket>` is that process.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

_ROOT = Path(__file__).parents[2]
BOT, SANDBOX = str(_ROOT / "bot.py"), "sandbox"
"""The programs that it starts: by a file's path or a module's name, as Python's command line takes them."""
_MOST = 2**20
"""Bytes of an order at most: the environment is the most of it."""


class Forked:
    """A process of the nursery, as asyncio has processes."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._watch = os.pidfd_open(pid)
        self._code: int | None = None

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        if self._code is None and select.select([self._watch], [], [], 0)[0]:
            self._code = self._nursery.code_of(self.pid)
            os.close(self._watch)
        return self._code

    async def wait(self) -> int:
        """Wait until it has ended."""
        loop = asyncio.get_running_loop()
        while (code := self.returncode) is None:
            ended = loop.create_future()
            watch = os.dup(self._watch)
            loop.add_reader(watch, _tell, ended)
            try:
                await ended
            finally:
                loop.remove_reader(watch)
                os.close(watch)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal.

        Raises:
            ProcessLookupError: It has ended.
        """
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)


Running: TypeAlias = asyncio.subprocess.Process | Forked
"""A process that was started, in either way."""


def _tell(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


class Nursery:
    """The process that forks, started when it is needed first; it ends with this one."""

    def __init__(self) -> None:
        self._channel: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self, program: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: int, err: int
    ) -> Forked:
        """Start a program with these two files as its output, and nothing to read."""
        order = {"argv": [program, *arguments], "folder": str(folder), "environment": dict(environment)}
        return Forked(self, self._asked(order, out, err))

    def code_of(self, pid: int) -> int:
        """How a process that has ended has ended, as `subprocess` tells it. To be asked once."""
        return self._asked({"ended": pid})

    def _asked(self, order: dict[str, Any], *files: int) -> int:
        if self._channel is None:
            self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                command = [sys.executable, "-m", "tests.e2e.nursery", str(theirs.fileno())]
                self._process = subprocess.Popen(command, cwd=_ROOT, pass_fds=[theirs.fileno()])
        socket.send_fds(self._channel, [json.dumps(order).encode()], files)
        answer = self._channel.recv(_MOST)
        if not answer:
            raise RuntimeError("the nursery has ended")
        return int(answer)

    def end(self) -> None:
        """Fork no more; what was started goes on."""
        if self._channel and self._process:
            self._channel.close()
            self._process.wait(60)


_nursery: Nursery | None = None


@contextlib.contextmanager
def forking(*, on: bool = True) -> Iterator[None]:
    """Start programs from a nursery as long as this lasts; with `on` false, execute them as an operator does."""
    global _nursery  # noqa: PLW0603 - of the process, as its children are
    ours = Nursery()
    before, _nursery = _nursery, ours if on else None
    try:
        yield
    finally:
        _nursery = before
        ours.end()


async def start(
    program: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: int, err: int
) -> Running:
    """Start `BOT` or `SANDBOX` with these files as its output, and nothing to read."""
    if _nursery:
        return _nursery.start(program, arguments, folder, environment, out, err)
    command = [program] if program.endswith(".py") else ["-m", program]
    return await asyncio.create_subprocess_exec(
        sys.executable, *command, *arguments,
        cwd=folder, env=environment, stdout=out, stderr=err, stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


def serve(channel: socket.socket) -> list[str]:
    """Fork as ordered until nobody orders any more. Returns in each child what it is to run, and in the end nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for those who start and for those who run
    while True:
        text, files, *_ = socket.recv_fds(channel, _MOST, 2)
        if not text:
            return []
        order = json.loads(text)
        if "ended" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["ended"], 0)[1])
        elif not (answer := os.fork()):
            channel.close()
            return become(order, files)
        for file in files:
            os.close(file)
        channel.send(str(answer).encode())


def become(order: dict[str, Any], files: Sequence[int]) -> list[str]:
    """Make this child what an executed process would be."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for file, place in zip(files, (1, 2), strict=True):
        os.dup2(file, place)
    for file in files:
        os.close(file)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    argv: list[str] = order["argv"]
    return argv


def main() -> None:
    """Import everything, fork, and be what was ordered."""
    runpy.run_path(BOT, run_name="imported")
    runpy.run_module(f"{SANDBOX}.__main__", run_name="imported")
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        raise RuntimeError(f"what is imported starts threads ({threads}), which a fork would not have")
    gc.freeze()
    argv = serve(socket.socket(fileno=int(sys.argv[1])))
    if not argv:
        return
    sys.argv[:] = argv
    if argv[0].endswith(".py"):
        runpy.run_path(argv[0], run_name="__main__")
    else:
        runpy.run_module(argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
