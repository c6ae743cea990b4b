"""The proof of processing, once and short, with its control; and that its judge sees what it is to see."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.evidence import MIB
from tests.proof.ground import ground
from tests.proof.made import Account, Evidence, Given
from tests.proof.processing import CONTROL, Plan, prove
from tests.proof.steps import LOSING, STEPS

BOT, OWNER, CHANNEL, FIRST, LAST = 9, 1, -100, 5, 6

FILE = Given("a.txt", "document", 10, sha256="aa")


def line(at: float, by: int, to: int, text: str = "", *, name: str | None = None, sha256: str | None = None) -> Any:
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    return {
        "at": moment, "kind": "message", "message_id": round(at), "from_id": by, "peer_id": to, "text": text,
        "file_name": name, "media_sha256": sha256,
    }  # fmt: skip


def evidence(*lines: Any, end: str = "done", left: tuple[str, ...] = (), fits: bool = True) -> Evidence:
    account = Account()
    for each in lines:
        account.note(each, BOT, OWNER, CHANNEL)
    return Evidence([replace(FILE, fits=fits)], account, {"a.txt": end} if end else {}, [FIRST], [LAST], left)


SENT = line(100, OWNER, BOT, name="a.txt", sha256="aa")
STORED = line(101, BOT, CHANNEL, name="a.txt", sha256="aa")
CARD = line(101.5, BOT, OWNER, "Stored: t.me/bot?start=f1")
OPENED = line(101.6, FIRST, BOT, "/start f1")
CAME = line(102, BOT, FIRST, name="a.txt", sha256="aa")
COPIED = line(103, BOT, CHANNEL, name="us_a.txt", sha256="aa")
AGAIN = line(104, BOT, LAST, name="us_a.txt", sha256="aa")
UNCHANGED = line(104, BOT, LAST, name="a.txt", sha256="aa")
FAILURE = line(104, BOT, OWNER, "⚠️ us_a.txt: no room")
ALL = (SENT, STORED, CARD, OPENED, CAME, COPIED, AGAIN)


def verdict(seen: Evidence) -> tuple[int, int, int]:
    return seen.missing, seen.doubled, len(seen.unexpected)


def test_what_goes_as_it_should_is_seen_to() -> None:
    assert verdict(evidence(*ALL)) == (0, 0, 0)
    assert evidence(*ALL).waited([]) == [2]
    assert evidence(*ALL).waited([(100.5, 101)]) == [1.5]
    failed = evidence(SENT, STORED, CARD, OPENED, CAME, FAILURE, UNCHANGED, end="failed", fits=False)
    assert verdict(failed) == (0, 0, 0)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (evidence(SENT, STORED, CARD, OPENED, CAME, UNCHANGED, end=""), (1, 0, 0)),
        (evidence(*ALL, end="done untold"), (2, 1, 0)),
        (evidence(SENT, STORED, CARD, OPENED, COPIED, AGAIN), (1, 0, 0)),
        (evidence(SENT, STORED, CARD, OPENED, CAME, COPIED, UNCHANGED), (1, 0, 0)),
        (evidence(SENT, STORED, CARD, OPENED, {**CAME, "media_sha256": "bb"}, COPIED, AGAIN), (1, 0, 0)),
        (evidence(*ALL, COPIED), (0, 1, 0)),
        (evidence(*ALL, STORED), (0, 1, 0)),
        (evidence(*ALL, CAME), (0, 1, 0)),
        (evidence(*ALL, {**CARD, "text": "t.me/bot?start=f2"}), (0, 1, 0)),
        (evidence(SENT, STORED, CARD, OPENED, CAME, COPIED, UNCHANGED, end="failed"), (0, 1, 1)),
        (evidence(SENT, STORED, CARD, OPENED, CAME, FAILURE, FAILURE, UNCHANGED, end="failed", fits=False), (0, 1, 0)),
    ],
)
def test_control_what_does_not_is_seen(seen: Evidence, wanted: tuple[int, int, int]) -> None:
    assert verdict(seen) == wanted


def test_a_plan_has_the_sizes_that_it_says_and_all_kinds() -> None:
    files = Plan().drawn(random.Random(1))
    assert len(files) == len({file.name for file in files}) == 50
    assert [file.size for file in files if file.fits][::46] == [1024, 100 * MIB]
    assert sum(not file.fits for file in files) == 3
    assert {file.kind for file in files} == {"document", "video", "audio", "animation"}
    assert any(file.thumbnail for file in files)
    assert set(LOSING) <= set(STEPS)
    assert Plan().kills > len(STEPS)


SAMPLE = Plan(
    files=8,
    largest=300 * 1024,
    without_room=0,
    kills=3,
    points=("in an upload", "after the copy is posted, before the reply", "before the row is written"),
    within=60,
    lease=2,
)


@pytest.mark.slow
async def test_files_are_made_anew_once_wherever_the_bot_dies_and_a_queue_in_memory_loses_some() -> None:
    few = replace(CONTROL, files=3, kills=1, points=LOSING[:1], lease=2)
    async with ground() as place:
        finding, control = await asyncio.gather(prove(place, 3, SAMPLE), prove(place, 3, few))
    assert finding.holds, finding.told()
    assert control.missing, control.told()
