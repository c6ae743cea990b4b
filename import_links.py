"""Brings the people and the links of a bot of the CodeXBotz family: says what it will do, does it, shows how far it is.

People are read from the former bot's database, which is never written to. Messages are read by the running bot, which
alone may connect to Telegram: this command leaves the order in the database and watches. Nobody imports this file.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

import formats
from config import Settings, SettingsError, report
from database.bots import BotDatabase
from database.connection import Database, DatabaseUnavailable, without_credentials
from database.imports import Import, ImportState
from database.mongod import EmbeddedMongoError
from database.oldbot import OldBot, OldBotUnreadable
from database.reaching import reach_database
from database.schema import SchemaTooNew
from database.secrets import Vault
from locales.texts import Texts
from services.imports import PER_CALL
from services.legacy import MESSAGE_IDS
from services.moving import People, bring_people, count_people

NOT_NOW, WRONG = 1, 2
"""Exit codes: try again when what the last line names is mended; an argument or a setting is wrong."""

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at how far the bot is."""

_POST = re.compile(r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/c/([0-9]{1,13})/([0-9]{1,10})/?")
_CANNOT = (DatabaseUnavailable, EmbeddedMongoError, SchemaTooNew, OldBotUnreadable)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for; `channel` None leaves messages out."""

    channel: int | None
    first: int
    last: int
    collection: str
    dry_run: bool


def main(arguments: list[str]) -> int:
    """Import. Returns the exit code."""
    wanted = read_arguments(arguments)
    try:
        settings = Settings.load()
    except SettingsError as error:
        return report(error, sys.stderr)
    try:
        return asyncio.run(run(settings, wanted))
    except KeyboardInterrupt:
        say("Stopped. What was begun is kept: the same command goes on with it.")
        return NOT_NOW


def read_arguments(arguments: list[str]) -> Wanted:
    """Read the command line; what is wrong is named, and ends the process with `WRONG`."""
    parser = argparse.ArgumentParser(prog="import_links.py", description=__doc__.partition("\n")[0])
    parser.add_argument("--channel", help="the former storage channel's id, -100 and digits")
    parser.add_argument("--first", help="the first message of it to read (1)", default="1")
    parser.add_argument("--last", help="the last one: its number, or its link as a Telegram app copies it")
    parser.add_argument("--collection", help="where OLD_DATABASE_NAME has the people (users)", default="users")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    given = parser.parse_args(arguments)
    if given.last is None:
        if given.channel is not None:
            parser.error("--last: missing, and needed with --channel. Open the channel's last post and copy its link.")
        return Wanted(None, 1, 1, given.collection, given.dry_run)
    last, channel = given.last, given.channel
    if post := _POST.fullmatch(last.strip()):
        named, last = f"-100{post[1]}", post[2]
        if channel not in {None, named}:
            parser.error(f"--last: this post is of the channel {named}, and --channel says {channel}.")
        channel = named
    try:
        chat = TypeAdapter(formats.Channel).validate_python(channel)
    except ValidationError:
        parser.error("--channel: the storage channel's id, -100 and digits; or give the last post's t.me/c/… link.")
    first, last = (number_of(parser, name, text) for name, text in (("--first", given.first), ("--last", last)))
    if first > last:
        parser.error("--first: it comes after --last.")
    return Wanted(chat, first, last, given.collection, given.dry_run)


def number_of(parser: argparse.ArgumentParser, name: str, text: str) -> int:
    """Read a message's number."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) not in MESSAGE_IDS:
        parser.error(f"{name}: the number of a message, from 1 to {MESSAGE_IDS[-1]}.")
    return int(text)


async def run(settings: Settings, wanted: Wanted) -> int:
    """Import, and say what stands in the way. Returns the exit code."""
    if wanted.channel is None and settings.old_database_url is None:
        say("Nothing to import: give --last for the links, set OLD_DATABASE_URL for the people, or both.")
        return WRONG
    try:
        return await bring(settings, wanted)
    except _CANNOT as error:
        say(f"Cannot import: {error}")
        return NOT_NOW


async def bring(settings: Settings, wanted: Wanted) -> int:
    """Say what will be done, and do it unless it is to be said only. Returns the exit code."""
    async with AsyncExitStack() as stack:
        url = settings.database_url.get_secret_value() if settings.database_url else None
        database = await reach_database(url, settings.database_name, settings.data_dir, stack)
        secret = settings.secret_key or settings.bot_token
        room = database.bot(settings.bot_id, Vault.from_secret(secret.get_secret_value(), settings.bot_id))
        old = await reach_old(settings, wanted, stack)
        if old:
            people = await count_people(old, room.users)
            say(f"People: {counted(people)}.")
        if wanted.channel is not None:
            await say_messages(room, wanted.channel, wanted)
        if wanted.dry_run:
            say("Nothing was changed: this was a dry run.")
            return 0
        if old:
            done = await bring_people(old, room.users, database.clock, lambda so_far: say(f"  {counted(so_far)}"))
            say(f"People: done, {done.new} were new.")
        return 0 if wanted.channel is None else await bring_messages(room, database, wanted.channel, wanted)


async def reach_old(settings: Settings, wanted: Wanted, stack: AsyncExitStack) -> OldBot | None:
    """Reach the former bot's database, if it is named."""
    if settings.old_database_url is None:
        return None
    url = settings.old_database_url.get_secret_value()
    say(f"The former bot: {settings.old_database_name}.{wanted.collection} at {without_credentials(url)}, read only.")
    return await stack.enter_async_context(await OldBot.open(url, settings.old_database_name, wanted.collection))


async def say_messages(room: BotDatabase, channel: int, wanted: Wanted) -> None:
    """Say which messages are to be read, and what that means."""
    count = wanted.last - wanted.first + 1
    known = await room.posts.count(channel, wanted.first, wanted.last)
    say(
        f"Messages: {wanted.first} to {wanted.last} of the channel {channel}, {count} numbers in "
        f"{-(-count // PER_CALL)} calls, read by the running bot. {known} of them are recorded already."
    )
    say("  Links of the former bot to files among them will work, and whoever has two of them can work out all others.")


async def bring_messages(room: BotDatabase, database: Database, channel: int, wanted: Wanted) -> int:
    """Order the reading, and show how far it is until it ends. Returns the exit code."""
    asked = await room.imports.ask(channel, wanted.first, wanted.last, database.clock.now())
    if (asked.first, asked.last) != (wanted.first, wanted.last):
        say(f"Cannot import: messages {asked.first} to {asked.last} are being read. Start this when that is over.")
        return NOT_NOW
    if not await room.lease.is_held():
        say("The bot does not run at this moment: start it, and it reads the messages. This command may end meanwhile.")
    said = ""
    while True:
        now = await room.imports.get(channel) or asked
        if (line := progress_of(now)) != said:
            say(f"  {line}")
            said = line
        if now.state is ImportState.DONE:
            say("Messages: done.")
            return 0
        if now.state is ImportState.REFUSED:
            say(f"Cannot import: {reason_of(now)} Then start this again: it goes on where it stopped.")
            return NOT_NOW
        await asyncio.sleep(LOOK_EVERY)


def counted(people: People) -> str:
    """Say how many people there are."""
    wrong = f"; {people.wrong} entries are nobody's id and are left out" if people.wrong else ""
    return f"{people.there}, of whom {people.new} are new here{wrong}"


def progress_of(now: Import) -> str:
    """Say how far a reading is."""
    found = now.found
    return (
        f"{now.next - now.first} of {now.last - now.first + 1} read: {found.files} files and texts, "
        f"{found.others} without one for readers, {found.absent} deleted or never used"
    )


def reason_of(refused: Import) -> str:
    """Say why a reading cannot go on, as the owner is told it."""
    text = Texts.load().text("en", refused.reason or "apology", **(refused.details or {}))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def say(line: str) -> None:
    """Write a line to whoever started the command, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
