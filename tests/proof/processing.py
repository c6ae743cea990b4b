"""Proof that files are made anew once and leave nothing behind, wherever the bot dies, and that their links work."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from PIL import Image
from pymongo import AsyncMongoClient

from sandbox.attachments import Kind
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import MIB, errors, logins, random_file, set_up, sha256, until
from tests.e2e.harness import BotProcess, Stage
from tests.proof.findings import Finding, counted_errors, middle_and_most
from tests.proof.ground import Ground
from tests.proof.lent import Span
from tests.proof.made import PREFIX, Account, Evidence, Given
from tests.proof.mongo_proxy import mongo_proxy
from tests.proof.points import Armed, Rig
from tests.proof.steps import LOSING, STEPS
from tests.proof.striking import Striking

LATENCY = 30
"""Milliseconds added to every call, so that kills meet work in flight."""

ANY_MOMENT = "at any moment"

REACHED = 90.0
"""Seconds within which a point must be reached."""

LINGER = 1.0
"""Seconds for which a bot that stands at a call that is not applied may write down what it likes."""

PATIENCE = 120.0
"""Seconds without any change after which nothing more is expected: longer than a failed attempt waits."""

FORMS: tuple[tuple[Kind, str, bool], ...] = (
    ("document", ".bin", False), ("video", ".mp4", True), ("document", ".jpg", False), ("audio", ".mp3", False),
    ("document", ".pdf", True), ("video", ".mp4", False), ("animation", ".mp4", True), ("document", ".txt", False),
)  # fmt: skip
"""Kinds of files, what their names end with, whether they have a thumbnail; inside there is nothing but chance."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    files: int = 50
    largest: int = 100 * MIB
    """Bytes; the smallest has 1 KiB, and each order of magnitude is as likely as the others."""
    without_room: int = 3
    """Of the files: are larger than what the disk takes, which is `largest`."""
    kills: int = 20
    points: tuple[str, ...] = tuple(STEPS)
    """Once each; the other kills are at any moment."""
    within: float = 2.0
    """Seconds within which a file can be had by its link, those aside in which the bot is not there: the promise."""
    lease: int = 5
    """Seconds of the bot's lease: a busy machine does not cost it."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"{self.files} files of 1 KiB to {self.largest / MIB:.3g} MiB, {self.kills} kills"
        name += f", {len(self.points)} at named points"
        return f"{name}, without {self.weaken}" if self.weaken else name

    def drawn(self, dice: random.Random) -> list[Given]:
        """Draw the files, smallest first."""
        ordinary = self.files - self.without_room
        sizes = [1024, self.largest, *(round(1024 * (self.largest / 1024) ** dice.random()) for _ in range(ordinary))]
        sizes = [*sizes[:ordinary], *(self.largest + MIB + number for number in range(self.without_room))]
        forms = list(islice(cycle(FORMS), len(sizes)))
        dice.shuffle(forms)
        return [
            Given(f"{number} {kind}{ending}", kind, size, thumbnail, fits=size <= self.largest)
            for number, (size, (kind, ending, thumbnail)) in enumerate(zip(sorted(sizes), forms, strict=True))
        ]


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    uptime = 0.3, 6.0

    rig: Rig
    bot: BotProcess
    plan: Plan
    dice: random.Random
    crowd: Crowd
    files: list[Given]
    account: Account = field(default_factory=Account)
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    away: list[Span] = field(default_factory=list)
    """When the bot was dead or starting."""
    most: int = 0
    """Bytes that lay on the disk at once."""
    _dead_since: float = field(default_factory=time.time)
    late: list[Armed] = field(default_factory=list)
    _seen: int = 0

    async def run(self) -> None:
        """Let the owner send the files, a few between two kills, and readers open each link as soon as it is told."""
        kills = [*self.plan.points, *[ANY_MOMENT] * (self.plan.kills - len(self.plan.points))]
        self.dice.shuffle(kills)
        for number, kill in enumerate(kills):
            await self._round(kill, range(number, len(self.files), len(kills) + 1))
        await self._start()
        await self._send(range(len(kills), len(self.files), len(kills) + 1))

    async def _round(self, kill: str, share: range) -> None:
        point = STEPS.get(kill)
        if point and point.starting:
            if not self.away:  # what is sent to a bot before it has ever logged in is not meant for it
                await self._start()
                await self.bot.kill()
                self._dead_since = time.time()
            armed: Armed | None = await point.arm(self.rig)
            await self._start(ready=False)
        else:
            await self._start()
            armed = await point.arm(self.rig) if point else None
        sending = asyncio.create_task(self._send(share))
        try:
            if await self.stand(kill, armed, REACHED) and point and point.lingers:
                await asyncio.sleep(LINGER)
            await self.bot.kill()
            self._dead_since = self._dead_since or time.time()
        finally:
            await sending
        await self.over(armed, late=bool(point and point.late))

    async def _start(self, *, ready: bool = True) -> None:
        """Start the bot; it can write no file that is larger than the plan's largest."""
        await self.bot.start(ready=False)
        assert self.bot.process
        resource.prlimit(self.bot.process.pid, resource.RLIMIT_FSIZE, (self.plan.largest, self.plan.largest))
        if ready:
            await self.bot.ready()
            self.away.append((self._dead_since, time.time()))
            self._dead_since = 0.0
            await self.let_late_ones_arrive()

    async def _send(self, share: Sequence[int]) -> None:
        """Make files and send them."""
        folder, owner = self.rig.stage.folder, self.rig.stage.owner
        for number in share:
            file = self.files[number]
            path = await asyncio.to_thread(random_file, folder / file.name, file.size, self.dice.getrandbits(32))
            self.files[number] = replace(file, sha256=await asyncio.to_thread(sha256, path))
            thumbnail = _picture(folder / "thumb.jpg", number) if file.thumbnail else None
            await owner.send_file(path, file.kind, thumbnail=thumbnail)
            path.unlink()

    async def watch(self) -> None:
        """Open each link as soon as it is told, and look at the disk, until nobody wants that any more."""
        opened = 0
        while True:
            await self.look()
            for code in list(self.account.codes)[opened : len(self.files)]:
                await self.crowd.say(self.crowd.people[opened], [f"/start {code}"])
                opened += 1
            self.most = max(self.most, sum(size for _, size in on_disk(self.rig.stage)))
            await asyncio.sleep(0.1)

    async def open_again(self) -> None:
        """Let others open all links, now that all is over."""
        readers = self.crowd.people[len(self.files) :]
        for code, reader in zip(self.account.codes, readers, strict=False):
            await self.crowd.say(reader, [f"/start {code}"])

        async def came() -> bool:
            await self.look()
            return all(self.account.got.get(reader) for reader in readers[: len(self.account.codes)])

        with suppress(AssertionError):
            await until(came, PATIENCE)

    async def look(self) -> None:
        """Read on in the ledger."""
        stage = self.rig.stage
        for line in await stage.sandbox.ledger(self._seen):
            self._seen = line["seq"]
            self.account.note(line, stage.bot_id, stage.scene.owner_id, stage.scene.channel_id)


def on_disk(stage: Stage) -> list[tuple[str, int]]:
    """The files that a bot has on the disk, with their sizes."""
    found = []
    for path in (stage.folder / "data").rglob("*"):
        with suppress(FileNotFoundError):  # it went meanwhile
            if path.is_file():
                found.append((path.name, path.stat().st_size))
    return found


def _picture(path: Path, number: int) -> Path:
    """A thumbnail that no other file has."""
    Image.new("RGB", (320, 160 + number), "red").save(path)
    return path


async def ends(stage: Stage) -> dict[str, str]:
    """How the job of each file stands, by the file's name."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        rows = await client[stage.database_name]["processing"].find().to_list()
    return {row["name"]: row["state"] if row["told"] else f"{row['state']} untold" for row in rows}


async def settle(stage: Stage, files: int, patience: float) -> None:
    """Wait until every job has ended and somebody was told, or nothing has changed for a while."""
    before, since = await ends(stage), time.monotonic()
    while time.monotonic() - since < patience:
        now = await ends(stage)
        if len(now) == files and set(now.values()) <= {"done", "failed"}:
            return
        if now != before:
            before, since = now, time.monotonic()
        await asyncio.sleep(0.5)


async def bare(course: Course) -> list[str]:
    """The copies that have lost the thumbnail of what was sent."""
    stage, posts, found = course.rig.stage, course.account.posts, []
    for file in course.files:
        pair = [posts[file.sha256, name] for name in (file.name, file.new_name) if (file.sha256, name) in posts]
        if not file.thumbnail or len(pair) < 2:
            continue
        messages: Any = await stage.owner.client.get_messages(stage.scene.channel_id, pair)
        sizes = [getattr(message, message.media.value).thumbs[0].file_size for message in messages]
        if sizes[0] != sizes[1]:
            found.append(file.name)
    return found


async def prove(place: Ground, seed: int, plan: Plan) -> Finding:
    """Let files be sent and the bot be killed, and compare what became of them with what was promised."""
    began, dice = time.monotonic(), random.Random(f"{seed} processing")
    async with mongo_proxy(place.database_url) as proxy, replace(place, database_url=proxy.url).stage() as stage:
        await set_up(stage, name_prefix=PREFIX)
        weaken = ["--weaken", plan.weaken] if plan.weaken else []
        bot = stage.bot(*weaken, LEASE_SECONDS=str(plan.lease))
        crowd = await Crowd.of(stage, 2 * plan.files)
        course = Course(Rig(stage, proxy), bot, plan, dice, crowd, plan.drawn(dice))
        await stage.sandbox.latency(LATENCY)
        watching = asyncio.create_task(course.watch())
        await course.run()
        await settle(stage, plan.files, 3 if plan.weaken else PATIENCE)
        left = [name for name, _ in on_disk(stage)]
        watching.cancel()
        await course.open_again()
        if not plan.weaken:
            await bot.terminate()
            await bot.start()  # what is wrongly done once more at a start is seen now
            await settle(stage, plan.files, 3)
            await course.look()
        await stage.sandbox.latency(0)
        return await judged(course, left, seed, began)


async def judged(course: Course, left: list[str], seed: int, began: float) -> Finding:
    """Compare everything that was promised with what came of it."""
    stage, plan, people = course.rig.stage, course.plan, course.crowd.people
    seen = Evidence(
        course.files, course.account, await ends(stage), people[: plan.files], people[plan.files :],
        [*left, *(name for name, _ in on_disk(stage))], await bare(course),
    )  # fmt: skip
    waited, logged_in, logged = seen.waited(course.away), await logins(stage), errors(course.bot.text())
    slow = sum(each > plan.within for each in waited)
    well = not (seen.missing or seen.doubled or seen.unexpected or seen.left or seen.bare or slow or course.missed)
    states = Counter(seen.ends.values())
    outcomes = {
        "jobs": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "lost": len(seen.lost),
        "made anew against expectation, or not": len(seen.unexpected),
        "sent to first reader, kills aside": middle_and_most(waited),
        f"more than {plan.within:g} s": slow,
        "on the disk at once": f"{course.most / MIB:.0f} MiB",
        "left on the disk": len(seen.left),
        "thumbnails lost": len(seen.bare),
        "logins": logged_in,
        "errors logged": counted_errors(logged),
        **course.strikes(),
    }
    return Finding(
        plan.name,
        seed,
        plan.files,
        seen.missing,
        seen.doubled,
        outcomes,
        holds=bool(course.missed) or not seen.lost if plan.weaken else well and logged_in == 1 and not logged,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


QUICK = Plan(20, 10 * MIB, without_room=1, kills=len(STEPS) + 3)
CONTROL = Plan(8, MIB, without_room=0, kills=len(LOSING), points=LOSING, weaken="queue")


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Files that are made anew while the bot is killed, and what a queue in memory loses of them."""
    yield await prove(place, seed, QUICK if quick else Plan())
    yield await prove(place, seed, CONTROL)
