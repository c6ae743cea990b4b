"""What the playground does with its show: `run` keeps it going, `demo` tells the newcomer's story with one file."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from pathlib import Path
from typing import Any

from sandbox.botprocess import last_words
from sandbox.ground import playground
from sandbox.people import CODE
from sandbox.show import Show, show
from sandbox.telling import Trouble, in_bytes, say, shortened

ANSWER_WITHIN = 60.0
TRANSFER_WITHIN = 3600.0


async def run(folder: Path, port: int, page_port: int) -> int:
    """Keep the bot going on a local Telegram until this task is cancelled; returns 0 when it was up by then.

    Raises:
        Trouble: it does not start, or the local Telegram does not come back after a restart.
    """
    first = not (folder / "scene.json").exists()
    say("Starting a local Telegram, a MongoDB and the bot …")
    async with playground(folder, port, page_port) as ground:
        state = "up" if ground.is_up else "not up yet, and goes on trying"
        say(f"The bot is {state}: @{ground.scene.username}, {'made just now' if first else 'as you left it'}.")
        say(f"  Data       {folder}/, the bot's log: {ground.log}")
        say(f"  Telegram   {ground.telegram}, for clients of your own (numbers 99966…, code {CODE})")
        say(f"  Open this  {ground.address}")
        say("Ctrl-C ends it.")
        try:
            await ground.keep()
        except asyncio.CancelledError:
            return 0
        return 2


async def demo(path: Path) -> int:
    """Tell the newcomer's story with one file. Returns 0 when what arrived is what was sent, else 1.

    Raises:
        Trouble: the story cannot go on.
    """
    with tempfile.TemporaryDirectory(prefix="draftkeep-", ignore_cleanup_errors=True) as name:
        say("Starting a local Telegram, a MongoDB and the bot …")
        async with show(Path(name)) as stage:
            same = await tell(stage, path, Path(name) / "arrived")
    say("Equal." if same else "NOT EQUAL: this must not happen.")
    return 0 if same else 1


async def tell(stage: Show, path: Path, target: Path) -> bool:
    """Send the file, open its link as somebody else, compare what arrives at the target."""
    reader = stage.readers[0]
    say(f"The bot is up: @{stage.scene.username}. {stage.owner.first_name} owns it.")
    say(f"{stage.owner.first_name} sends {path.name} ({in_bytes(path.stat().st_size)}) to the bot …")
    await stage.owner.send_file(path)
    answer = await answered(stage, stage.owner.next_message(TRANSFER_WITHIN, from_=stage.scene.username))
    link = link_in(answer)
    say(f"The bot answers with a link: {link}")
    say(f"{reader.first_name} opens the link …")
    await reader.start_bot(stage.scene.username, link.partition("?start=")[2])
    delivered = await answered(stage, reader.next_message(ANSWER_WITHIN, from_=stage.scene.username))
    arrived = await reader.download(delivered, target)
    sent_sum, arrived_sum = await asyncio.gather(*(asyncio.to_thread(sha256, each) for each in (path, arrived)))
    say(f"{reader.first_name} has the file.")
    say(f"  SHA-256 sent     {sent_sum}")
    say(f"  SHA-256 arrived  {arrived_sum}")
    say("What Telegram did, as its ledger has it:")
    for line in stage.sandbox.ledger.since(0):
        if line.get("kind") == "message":
            say(f"  {told(line, stage)}")
    return bool(sent_sum == arrived_sum)


async def answered(stage: Show, waiting: Any) -> Any:
    """What the bot answers.

    Raises:
        Trouble: it ended meanwhile, or does not answer in time.
    """
    answer, ended = asyncio.ensure_future(waiting), asyncio.ensure_future(stage.process.wait())
    try:
        await asyncio.wait((answer, ended), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
    except TimeoutError:
        raise Trouble(f"The bot does not answer; the end of its log:\n{last_words(stage.log)}") from None
    finally:
        answer.cancel()
        ended.cancel()
    raise Trouble(f"The bot ended by itself; the end of its log:\n{last_words(stage.log)}")


def link_in(message: Any) -> str:
    """The deep link in an answer of the bot.

    Raises:
        Trouble: there is none.
    """
    for word in (message.text or message.caption or "").split():
        if "?start=" in word:
            return str(word)
    raise Trouble(f"The bot answered without a link: {message.text or message.caption!r}")


def told(line: dict[str, Any], stage: Show) -> str:
    """One line of the ledger, for a person to read."""
    names = {stage.owner.id: stage.owner.first_name, stage.scene.channel_id: "the storage channel"}
    names |= {reader.id: reader.first_name for reader in stage.readers}
    names[int(stage.scene.token.partition(":")[0])] = "the bot"
    sender, to = (names.get(line[key], str(line[key])) for key in ("from_id", "peer_id"))
    file = (
        f"[{line['media']} {line.get('file_name') or ''} {str(line['media_sha256'])[:12]}…]"
        if line.get("media")
        else ""
    )
    return f"#{line['seq']:<3} {sender} → {to}: {file} {shortened(str(line.get('text') or ''))}".rstrip()


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
