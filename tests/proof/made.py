"""What became of files that were to be made anew, by the ledger, the database and the disk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sandbox.attachments import Kind
from tests.proof.lent import Span, late

PREFIX = "us_"
"""What the names of copies begin with."""


@dataclass(frozen=True)
class Given:
    """A file that the owner sends."""

    name: str
    kind: Kind
    size: int
    thumbnail: bool = False
    """Whether it has one of its own."""
    fits: bool = True
    """Whether the bot's disk takes it."""
    sha256: str = ""
    """Once it was made."""

    @property
    def new_name(self) -> str:
        """What its copy is called."""
        return PREFIX + self.name


class Came(NamedTuple):
    """A message: when (seconds since 1970), the SHA-256 and the name of the file, or the text."""

    at: float
    sha256: str
    name: str


@dataclass
class Account:
    """What the ledger says of one bot, its owner, its storage channel and its readers."""

    codes: dict[str, float] = field(default_factory=dict)
    """The links that the owner was told, with the time."""
    sent: dict[str, float] = field(default_factory=dict)
    """When the owner sent each file, by its name."""
    told: list[str] = field(default_factory=list)
    """Everything that the owner was told."""
    copies: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What is in the storage channel: SHA-256 and name."""
    posts: dict[tuple[str, str], int] = field(default_factory=dict)
    """The message of each of them."""
    asked: dict[int, str] = field(default_factory=dict)
    """The link that each reader opened: each opens one."""
    got: dict[int, list[Came]] = field(default_factory=dict)

    def note(self, line: Mapping[str, Any], bot: int, owner: int, channel: int) -> None:
        """Take in one line of the ledger."""
        if line["kind"] != "message":
            return
        at, sender, peer = datetime.fromisoformat(line["at"]).timestamp(), line["from_id"], line["peer_id"]
        text = line.get("text") or ""
        what = Came(at, line.get("media_sha256") or "", line.get("file_name") or text)
        if sender == owner and peer == bot:
            self.sent[what.name] = at
        elif peer == bot:
            self.asked[sender] = text.removeprefix("/start ")
        elif sender == bot and peer == owner:
            self.told.append(text)
            if link := re.search(r"\?start=([\w-]+)", text):
                self.codes.setdefault(link[1], at)
        elif sender == bot and peer == channel:
            self.copies[what.sha256, what.name] += 1
            self.posts[what.sha256, what.name] = line["message_id"]
        elif sender == bot:
            self.got.setdefault(peer, []).append(what)


@dataclass(frozen=True)
class Evidence:
    """Everything that is compared."""

    files: Sequence[Given]
    account: Account
    ends: Mapping[str, str]
    """How the job of each file ended, by its name: `done`, `failed`, `failed untold` …"""
    first: Sequence[int]
    """The readers who opened a link as soon as it was told."""
    last: Sequence[int]
    """Those who did so when all was over."""
    left: Sequence[str]
    """What lay on the disk then."""
    bare: Sequence[str] = ()
    """Copies that have not the thumbnail of what was sent."""

    @property
    def lost(self) -> list[str]:
        """Files whose job never ended, or of whose failure nobody was told."""
        return [file.name for file in self.files if self.ends.get(file.name) not in {"done", "failed"}]

    @property
    def unexpected(self) -> list[str]:
        """Files that were to be made anew and were not, and the other way round."""
        return [f.name for f in self.files if f.name not in self.lost and (self.ends[f.name] == "done") is not f.fits]

    @property
    def missing(self) -> int:
        """Files that are lost, links that were not told, and what readers did not get who opened them."""
        got = self._got(self.first)
        last = self._got(self.last)
        wanted = Counter(file.sha256 for file in self.files)
        handed = Counter((f.sha256, f.new_name if self.ends.get(f.name) == "done" else f.name) for f in self.files)
        came_first = Counter(came.sha256 for came in got)
        came_last = Counter((came.sha256, came.name) for came in last)
        return len(self.lost) + (wanted - came_first).total() + (handed - came_last).total()

    @property
    def doubled(self) -> int:
        """Copies, links and deliveries that are too many, and failures that were told twice."""
        right = Counter((file.sha256, file.name) for file in self.files)
        right += Counter((f.sha256, f.new_name) for f in self.files if self.ends.get(f.name) == "done")
        failures = Counter(f.name for f in self.files for text in self._failures if f.new_name in text)
        return (
            (self.account.copies - right).total()
            + max(0, len(self.account.codes) - len(self.files))
            + sum(max(0, len(self.account.got.get(who, ())) - 1) for who in (*self.first, *self.last))
            + sum(count - 1 for count in failures.values())
        )

    def waited(self, away: Iterable[Span]) -> list[float]:
        """Seconds from each file's arrival to its first reader's, those aside in which the bot was not there."""
        spans = list(away)
        sent = {file.sha256: self.account.sent[file.name] for file in self.files if file.name in self.account.sent}
        return [late(sent[came.sha256], came.at, spans) for came in self._got(self.first) if came.sha256 in sent]

    @property
    def _failures(self) -> list[str]:
        return [text for text in self.account.told if text.startswith("⚠️")]

    def _got(self, readers: Sequence[int]) -> list[Came]:
        return [self.account.got[who][0] for who in readers if self.account.got.get(who)]
