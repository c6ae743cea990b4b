"""Brings people, tasks and presses of a funnel bot from its files: says what is there, brings it, says what is not.

Its files are only read, and nothing is written before all of them were. It may run while the bot does, and any
number of times: what is here already stays as it is. Nobody imports this file.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from config import Settings, SettingsError, report
from database.bots import BotDatabase
from database.connection import Database, DatabaseUnavailable
from database.funnel_files import NotReadable, records_in
from database.funnel_stage import FunnelStage
from database.mongod import EmbeddedMongoError
from database.reaching import reach_database
from database.schema import SchemaTooNew
from database.secrets import Vault
from database.sequences import Plan
from services.funnel import LATE, SEQUENCE, STEPS, Wanted
from services.funnel_moving import bring_clicks, bring_people, bring_tasks, put_in_order
from services.times import seconds_in, zone_called

NOT_NOW, WRONG = 1, 2
"""Exit codes: try again when what the last line names is mended; an argument, a setting or a file is wrong."""

PLACES: Final = 10
"""Records that are named for each reason for which records are left out; all of them are with --left-out."""

REASONS: Final = 30
"""Reasons that are told; a file with more of them is another bot's."""

LATEST: Final = 10 * 366 * 86400
"""Seconds that --late may be."""

_CANNOT = (DatabaseUnavailable, EmbeddedMongoError, SchemaTooNew, OSError)


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for."""

    files: tuple[Path, ...]
    sequence: str
    steps: dict[str, str]
    buttons: dict[str, str]
    zone: str
    late: timedelta
    left_out: Path | None
    dry_run: bool


@dataclass
class LeftOuts:
    """What is left out, and why: some of it to be told, all of it in a file where one is named."""

    write: Callable[[Sequence[str]], object] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)

    def note(self, place: str, reason: str) -> None:
        """Write one down."""
        if self.write:
            self.write([place, reason])
        known = reason if reason in self.counts or len(self.counts) < REASONS else "other reasons"
        self.counts[known] = self.counts.get(known, 0) + 1
        if len(places := self.places.setdefault(known, [])) < PLACES:
            places.append(place)

    def tell(self) -> None:
        """Say how many there are for each reason, and where the first of them stand."""
        say(f"Left out: {sum(self.counts.values())}.")
        for reason, count in sorted(self.counts.items(), key=lambda each: -each[1]):
            places = ", ".join(self.places[reason])
            more = f" and {count - PLACES} more" if count > PLACES else ""
            say(f"  {count}, because {reason}: {places}{more}")


def main(arguments: list[str]) -> int:
    """Import. Returns the exit code."""
    order = read_arguments(arguments)
    try:
        settings = Settings.load()
    except SettingsError as error:
        return report(error, sys.stderr)
    try:
        return asyncio.run(run(settings, order))
    except KeyboardInterrupt:
        say("Stopped. What was brought stays; the same command brings the rest.")
        return NOT_NOW


def read_arguments(arguments: list[str]) -> Order:
    """Read the command line; what is wrong is named, and ends the process with `WRONG`."""
    parser = argparse.ArgumentParser(prog="import_funnel.py", description=str(__doc__).partition("\n")[0])
    parser.add_argument(
        "files", nargs="+", type=Path, help="users.json, tasks.json, the SQLite file: any, in any order"
    )
    parser.add_argument(
        "--sequence", default=SEQUENCE, help=f"the sequence that the tasks become steps of ({SEQUENCE})"
    )
    parser.add_argument("--step", action="append", default=[], help="OLD=KEY: the step that a task type becomes")
    parser.add_argument("--button", action="append", default=[], help="OLD=NEW: what a button is called here")
    parser.add_argument("--zone", default="UTC", help="the time zone of times that name none (UTC)")
    parser.add_argument("--late", default=LATE, help=f"pending tasks that are older are not sent ({LATE})")
    parser.add_argument("--left-out", type=Path, help="a CSV file to write everything into that is left out")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    given = parser.parse_args(arguments)
    zone, late = zone_called(given.zone), seconds_in(given.late)
    if zone is None:
        parser.error("--zone: a time zone as in the tz database, such as Asia/Tashkent.")
    if late is None or late > LATEST:
        parser.error('--late: a time with its unit, such as "12 hours" or "7 days", ten years at most.')
    return Order(
        files=tuple(given.files),
        sequence=given.sequence,
        steps={**STEPS, **_pairs(parser, "--step", given.step)},
        buttons=_pairs(parser, "--button", given.button),
        zone=zone,
        late=timedelta(seconds=late),
        left_out=given.left_out,
        dry_run=given.dry_run,
    )


def _pairs(parser: argparse.ArgumentParser, name: str, given: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if any(not old.strip() or not new.strip() for old, _, new in pairs):
        parser.error(f"{name}: the old name, =, and the new one.")
    return {old.strip(): new.strip() for old, _, new in pairs}


async def run(settings: Settings, order: Order) -> int:
    """Import, and say what stands in the way. Returns the exit code."""
    try:
        async with AsyncExitStack() as stack:
            url = settings.database_url.get_secret_value() if settings.database_url else None
            database = await reach_database(url, settings.database_name, settings.data_dir, stack)
            secret = settings.secret_key or settings.bot_token
            room = database.bot(settings.bot_id, Vault.from_secret(secret.get_secret_value(), settings.bot_id))
            left_outs = LeftOuts()
            if order.left_out:
                file = stack.enter_context(order.left_out.open("w", encoding="utf-8", newline=""))
                left_outs.write = csv.writer(file).writerow
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="draftkeep-")))
            stage = stack.enter_context(closing(FunnelStage(folder)))
            return await bring(room, database, order, stage, left_outs)
    except _CANNOT as error:
        say(f"Cannot import: {error}")
        return NOT_NOW


async def bring(
    room: BotDatabase, database: Database, order: Order, stage: FunnelStage, left_outs: LeftOuts
) -> int:  # fmt: skip
    """Read all of it, and bring it unless it is only to be said. Returns the exit code."""
    found, now = await room.sequences.get(order.sequence), database.clock.now()
    plan = found.plan if found else Plan(order.sequence, ())
    known = frozenset([step.key for step in plan.steps] if found else order.steps.values())
    wanted = Wanted(now - order.late, order.sequence, order.steps, known, order.buttons, order.zone)
    if not read_files(order.files, stage, wanted, left_outs):
        return WRONG
    if found is None and stage.count("tasks"):
        say(f"Cannot import: the bot has no sequence {order.sequence!r} for the tasks. Make one with /sequences in its")
        say("  chat, or name another one with --sequence. Nothing was changed.")
        return WRONG
    really = not order.dry_run
    people = await bring_people(stage, room, now, really=really)
    say(f"People: {people.there}, of whom {people.new} are new here.")
    clicks = await bring_clicks(stage, room) if really else None
    say(f"Presses: {stage.count('clicks')}" + (f", of which {clicks.new} are new here." if clicks else "."))
    tasks = await bring_tasks(stage, room, plan, wanted, left_outs.note, really=really)
    states = ", ".join(f"{count} {status}" for status, count in stage.statuses().items())
    say(f"Tasks: {tasks.there}{f' ({states})' if states else ''}, of which {tasks.new} are new here.")
    left_outs.tell()
    say("Done." if really else "Nothing was changed: this was a dry run.")
    return 0


def read_files(files: Sequence[Path], stage: FunnelStage, wanted: Wanted, left_outs: LeftOuts) -> bool:
    """Read all files; False where one of them is wrong, which is said."""
    for path in files:
        try:
            count = put_in_order(stage, records_in(path), wanted, left_outs.note)
        except NotReadable as error:
            say(f"Cannot import {path.name}: {error}. Nothing was changed.")
            return False
        say(f"{path.name}: {count} records.")
    stage.finish()
    return True


def say(line: str) -> None:
    """Write a line to whoever started the command, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
