"""Decides how the bundled `mongod` is found, run and understood when it gives up."""

import asyncio
import contextlib
import importlib.util
import json
import os
import signal
import stat
import sys
import tempfile
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

SOCKET_BYTES = 104
"""The longest path of a Unix socket that every system takes."""
KILL_SECONDS = 1.0
"""How long the end of a killed process is waited for: one that the kernel holds, on a disk that hangs, comes late."""
_VERSION_SECONDS = 20.0
_INSTEAD = "Set DATABASE_URL to a MongoDB server (6.0 or newer), or use `docker compose up`."

# PR_SET_PDEATHSIG holds across exec. A parent that died before it was set is seen by its id having changed.
_DIE_WITH_PARENT = """\
import ctypes, os, signal, sys
if ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0) != 0:
    sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
if os.getppid() != int(sys.argv[1]):
    sys.exit("the parent is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


_REASONS = (
    (("no space left", "disk full"), "The disk is full: make room in DATA_DIR."),
    (("error while loading shared libraries", "glibc"), "A library is missing (libcurl4, OpenSSL 3 or glibc 2.34)."),
    (("dbpathinuse", "resource temporarily unavailable"), "Another MongoDB runs on DATA_DIR."),
    (("permission denied", "operation not permitted", "illegaloperation"), "Files in DATA_DIR cannot be written."),
    (("featurecompatibilityversion", "unsupported wiredtiger file version"), "A newer MongoDB has used DATA_DIR."),
    (
        ("wt_panic", "wt_error", "wt_try_salvage", "corrupt", "bad magic", "cannot open file", "wiredtiger error"),
        "The data in DATA_DIR is damaged: restore a backup, or move its folder `mongo` away to begin anew.",
    ),
)


class EmbeddedMongoError(Exception):
    """The bundled MongoDB cannot do its work here; the text says why and what to do."""


def find_mongod() -> Path:
    """Return the bundled program, without importing the package that brings it.

    Raises:
        EmbeddedMongoError: It is not installed or not for this system.
    """
    if sys.platform != "linux":
        raise EmbeddedMongoError(f"The bundled MongoDB is made for Linux, not for {sys.platform}. {_INSTEAD}")
    spec = importlib.util.find_spec("fiftyone")
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "db" / "bin" / "mongod"
        if program.is_file():
            return program
    raise EmbeddedMongoError(
        f"No DATABASE_URL is set and the bundled MongoDB is not installed. {_INSTEAD}"
        " Or install it: pip install -r requirements-embedded.txt"
    )


async def probe(program: Path) -> str:
    """Run `mongod --version` and return the version.

    Raises:
        EmbeddedMongoError: It cannot run here; the text says what is missing.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            program, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
    except OSError as error:
        raise EmbeddedMongoError(f"The bundled MongoDB cannot run here: {error.strerror}. {_INSTEAD}") from None
    try:
        async with asyncio.timeout(_VERSION_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        raise EmbeddedMongoError(f"The bundled MongoDB takes too long to say its version. {_INSTEAD}") from None
    finally:
        if process.returncode is None:
            process.kill()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(KILL_SECONDS):
                    await process.wait()
    text = output.decode(errors="replace")
    if process.returncode == 0 and text.startswith("db version v"):
        return text.splitlines()[0].removeprefix("db version v")
    raise EmbeddedMongoError(f"{explain(process.returncode or 0, text)} {_INSTEAD}")


def socket_path(data_dir: Path) -> Path:
    """Return where the socket of this folder's server is, the same for every process: inside, if it fits.

    Otherwise in a folder of the user's own among the temporary ones, which is made if it is not there.

    Raises:
        EmbeddedMongoError: Somebody else has a folder of that name.
    """
    inside = data_dir / "mongo.sock"
    if len(os.fsencode(inside)) <= SOCKET_BYTES:
        return inside
    name = blake2b(os.fsencode(data_dir), digest_size=8).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"draftkeep-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise EmbeddedMongoError(f"{folder} is not a private folder of ours: remove it, or shorten DATA_DIR.")
    return folder / "mongo.sock"


def url_of(socket: Path) -> str:
    """Return the database url of a server on a socket; writes are acknowledged when they are in the journal."""
    return f"mongodb://{quote(str(socket), safe='')}/?directConnection=true&w=1&journal=true&retryWrites=false"


async def spawn(program: Path, data: Path, socket: Path, log_file: Path, lock: int) -> asyncio.subprocess.Process:
    """Start the server as a child that dies with this process.

    It inherits the open lock, so that nobody else takes the folder while it still runs. A terminal's Ctrl-C does not
    reach it: the bot stops it when it is done itself.

    Raises:
        OSError: The folder, the log or the program cannot be used.
    """
    arguments = [
        str(program),
        *("--dbpath", str(data)),
        *("--bind_ip", str(socket)),
        *("--unixSocketPrefix", str(socket.parent)),
        *("--filePermissions", "0600"),
        *("--networkMessageCompressors", "disabled"),
        *("--wiredTigerCacheSizeGB", "0.25"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        "--quiet",
        "--nounixsocket",
    ]
    with log_file.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid())),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=(lock,),
        )


def explain(returncode: int, output: str) -> str:
    """Say why `mongod` ended, from how it ended and from what it wrote since its start."""
    if returncode == -signal.SIGILL:
        return "The processor lacks AVX, which MongoDB needs."
    complaints = _complaints(output)
    lowered = " ".join(complaints).lower()
    for signs, reason in _REASONS:
        if any(sign in lowered for sign in signs):
            return reason
    how = f"was killed by signal {-returncode}" if returncode < 0 else f"ended with code {returncode}"
    return f"MongoDB {how}{': ' + complaints[-1][-300:] if complaints else '.'}"


def _complaints(output: str) -> list[str]:
    """Return what was said outside the log (by the loader, by the starter) and the log's errors."""
    found: list[str] = []
    for line in filter(None, map(str.strip, output.splitlines())):
        try:
            entry = json.loads(line)
        except ValueError:
            found.append(line)
            continue
        if isinstance(entry, dict) and entry.get("s") in ("E", "F"):
            found.append(f"{entry.get('msg')} {json.dumps(entry.get('attr', {}))}")
    return found
