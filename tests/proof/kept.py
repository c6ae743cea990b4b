"""What our bot's database has to hold after the script of gaps, for the effects that nobody is told of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pyrogram import raw

from database.connection import Database
from database.secrets import Vault
from tests.database.mongo import raw as library
from tests.proof.player import Player
from tests.proof.script import BLOCKERS, Kind, post_name

OF_READERS = frozenset({Kind.OPEN, Kind.TEXT, Kind.HELP, Kind.UNKNOWN})


@dataclass
class Kept:
    """How many things were looked at, and in words which of them are not as they should be."""

    looked: int = 0
    wrong: list[str] = field(default_factory=list)

    def compare(self, what: str, found: object, expected: object) -> None:
        """Look at one thing."""
        self.looked += 1
        if found != expected:
            self.wrong.append(f"{what}: {found}, not {expected}")


async def kept(player: Player) -> Kept:
    """Look everything up: uses, links, files, people, places in the channels."""
    stage, seen = player.stage, Kept()
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        bot = database.bot(stage.bot_id, Vault.from_secret(stage.scene.token, stage.bot_id))
        places = {state.id: state.pts for state in await bot.session.states()}
        rows = {name: await library(database)[name].find().to_list() for name in ("uses", "links", "files", "users")}
    _uses(player, rows["uses"], seen)
    _posts(player, rows["files"], rows["links"], seen)
    _people(player, rows["users"], seen)
    for channel in (stage.scene.channel_id, *player.sides):
        seen.compare(f"place in {channel}", places.get(channel), await _server_place(player, channel))
    return seen


def _uses(player: Player, rows: list[dict[str, Any]], seen: Kept) -> None:
    opened = Counter(event.what for event in player.script.events if event.kind is Kind.OPEN)
    counted = Counter(row["code"] for row in rows)
    for number, code in enumerate(player.codes):
        seen.compare(f"uses of link {number}", counted[code], opened[number])


def _posts(player: Player, files: list[dict[str, Any]], links: list[dict[str, Any]], seen: Kept) -> None:
    by_name = {row["name"]: row for row in files}
    for number, post in player.posts.items():
        row = by_name.get(post_name(number))
        seen.compare(f"post {number} is stored", row is not None, True)
        gone = bool(row and [player.stage.scene.channel_id, post.id] in row.get("lost", []))
        seen.compare(f"post {number} is gone", gone, number in player.deleted)
    contents = Counter(row["content"] for row in links)
    seen.compare("links", sorted(contents.values()), [1] * (len(player.posts) + len(player.codes)))


def _people(player: Player, rows: list[dict[str, Any]], seen: Kept) -> None:
    people = {row["user_id"]: row for row in rows}
    talkers = {player.readers.people[event.who] for event in player.script.events if event.kind in OF_READERS}
    seen.compare("people", set(people), {player.stage.owner.id, *(member.id for member in player.members), *talkers})
    for number, member in enumerate(player.members[:BLOCKERS]):
        blocked = bool(people.get(member.id, {}).get("blocked_at"))
        seen.compare(f"member {number} has the bot blocked", blocked, number in player.blocked)


async def _server_place(player: Player, channel: int) -> int:
    client = player.stage.owner.client
    peer: Any = await client.resolve_peer(channel)
    full: Any = await client.invoke(raw.functions.channels.GetFullChannel(channel=peer))
    return int(full.full_chat.pts)
