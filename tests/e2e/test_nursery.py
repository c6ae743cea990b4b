"""A forked program is what an executed one would be: its arguments, surroundings, output and end are its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.nursery import Running, forking, start

TELLS = """
import json, os, signal, sys, time
print(json.dumps({
    "argv": sys.argv, "folder": os.getcwd(), "environment": dict(os.environ), "main": __name__,
    "ctrl-c": str(signal.getsignal(signal.SIGINT)),
}), flush=True)
print("an error", file=sys.stderr, flush=True)
if "stay" in sys.argv:
    time.sleep(600)
sys.exit(7)
"""


@pytest.fixture(scope="module", params=[True, False], ids=["forked", "executed"])
def _way(request: pytest.FixtureRequest) -> Iterator[None]:
    with forking(on=request.param):
        yield


async def started(folder: Path, *arguments: str) -> Running:
    """The program that tells, with its output in two files."""
    program = folder / "tells.py"
    program.write_text(TELLS, encoding="utf-8")
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return await start(str(program), arguments, folder, {"ONE": "1"}, out.fileno(), err.fileno())


@pytest.mark.usefixtures("_way")
async def test_what_a_program_finds_is_its_own(tmp_path: Path) -> None:
    process = await started(tmp_path, "a", "b c")
    one, again = await asyncio.gather(process.wait(), process.wait())
    assert one == again == 7
    assert process.returncode == 7
    told = json.loads((tmp_path / "out").read_text("utf-8"))
    assert told["argv"] == [str(tmp_path / "tells.py"), "a", "b c"]
    assert told["folder"] == str(tmp_path)
    assert told["environment"].keys() - {"LC_CTYPE"} == {"ONE"}
    assert told["main"] == "__main__"
    assert "default_int_handler" in told["ctrl-c"]
    assert (tmp_path / "err").read_text("utf-8") == "an error\n"


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_signal_ends_it_and_its_code_tells(tmp_path: Path, number: signal.Signals) -> None:
    process, other = await started(tmp_path, "stay"), await started(tmp_path, "stay")
    assert process.returncode is None
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 60) == -number
    assert other.returncode is None
    other.send_signal(signal.SIGKILL)
    assert await other.wait() == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        other.send_signal(signal.SIGKILL)


async def test_it_is_gone_when_it_is_not_needed_any_more(tmp_path: Path) -> None:
    with forking():
        process = await started(tmp_path)
        parent = int(Path(f"/proc/{process.pid}/stat").read_text("ascii").split()[3])
        assert parent != os.getpid()
        await process.wait()
    assert not Path(f"/proc/{parent}").exists()
