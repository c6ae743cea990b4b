"""Proof that files of every kind and size arrive as they were sent while the bot's memory stays flat."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.attachments import Kind
from tests.e2e.evidence import MIB, forget_peak, peak, random_file, sha256
from tests.e2e.harness import Stage
from tests.e2e.words import KINDS, code_in, make_file
from tests.proof.findings import Finding
from tests.proof.ground import Ground

ALLOWED = 64 * MIB
"""Bytes that the bot may take beyond its idle size."""

TRANSFER = 1200
"""Seconds that one file may take."""

SIZES = (1, 10 * MIB + 1, 200 * MIB)
LONG_SIZES = (*SIZES, 1024 * MIB)


@dataclass(frozen=True)
class Sent:
    """One file: what it is sent as, and how big it is."""

    kind: Kind
    size: int

    def make(self, folder: Path, seed: int) -> Path:
        """Write it."""
        if self.kind == "photo":  # a picture is a picture, and at most 10 MiB to Telegram
            return make_file(folder, "photo", name="photo.jpg")
        return random_file(folder / f"{self.kind}.bin", self.size, seed)


async def through(stage: Stage, sent: Sent, seed: int) -> bool:
    """Upload, open the link, download; whether the sums are equal."""
    folder = stage.folder / f"{sent.kind} {sent.size}"
    folder.mkdir()
    path = sent.make(folder, seed)
    reader = await stage.reader()
    await stage.owner.send_file(path, sent.kind)
    await reader.start_bot(stage.scene.username, code_in(await stage.answer(stage.owner, TRANSFER)))
    got = await stage.answer(reader, TRANSFER)
    copy = await reader.download(got, folder / "copy")
    same = got.media is not None and got.media.value == sent.kind and sha256(copy) == sha256(path)
    path.unlink()
    copy.unlink()
    return same


async def prove(ground: Ground, seed: int, sizes: Sequence[int]) -> Finding:
    """Send documents of these sizes, and every other kind with 10 MiB and a byte."""
    began = time.monotonic()
    everything = [Sent("document", size) for size in sizes]
    everything += [Sent(kind, 10 * MIB + 1) for kind in KINDS if kind != "document"]
    async with ground.stage() as stage:
        bot = await stage.bot().start()
        assert bot.process
        await through(stage, Sent("document", 100), seed)
        idle = forget_peak(bot.process.pid)
        equal = [await through(stage, sent, seed + number) for number, sent in enumerate(everything)]
        grown = peak(bot.process.pid) - idle
        moved = [method for method in await stage.sandbox.calls(stage.bot_id) if method.startswith("upload.")]
    return Finding(
        f"files of {len(KINDS)} kinds, up to {max(sizes) // MIB} MiB",
        seed,
        len(everything),
        equal.count(False),
        0,
        {"idle": f"{idle / MIB:.0f} MiB", "most": f"+{grown / MIB:.1f} MiB", "moved by the bot": len(moved)},
        holds=all(equal) and grown < ALLOWED and not moved,
        seconds=time.monotonic() - began,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Files of every kind and size."""
    yield await prove(place, seed, SIZES[:2] if quick else LONG_SIZES)
