"""Decides what runs beside a bot: everything that waits in the database until it is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from scheduler.albums import answer_albums
from scheduler.breaker import BreakerWatch
from scheduler.broadcast_notices import mind_broadcasts
from scheduler.broadcast_progress import BroadcastProgress, ProgressCard
from scheduler.broadcast_recalls import delete_due_broadcasts, go_over_broadcasts
from scheduler.broadcasts import BroadcastRunner
from scheduler.bundles import work_on_bundles
from scheduler.charts import show_charts
from scheduler.conversations import keep_conversations
from scheduler.deletions import delete_due, tell_due
from scheduler.draft_cards import DraftCards
from scheduler.draft_notices import mind_drafts
from scheduler.drafts import DraftRunner
from scheduler.due import DueRunner
from scheduler.failures import FailureWatch, Marked
from scheduler.gate import GateRunner
from scheduler.imports import read_imports
from scheduler.jobs import Job
from scheduler.letters import bring_letters
from scheduler.losses import tell_losses
from scheduler.processing import ProcessingRunner
from scheduler.processing_notices import Cards, NoticeKeeper
from scheduler.replies import AssistantWatch, try_replies
from scheduler.sequences import SequenceRunner
from scheduler.timetable import JobMeter, Timetable
from scheduler.traffic import TrafficRunner
from services.workshop import Workshop


class Runner(Protocol):
    """Something that runs beside a bot."""

    def start(self) -> None:
        """Begin; what was due before is done at once."""

    def wake(self) -> None:
        """Look at once: what it waits for may be over before its time."""

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; what is in hand is the next start's."""


class Announcing(Protocol):
    """Who tells Telegram the commands (client.commands.Announcer)."""

    hint: asyncio.Event

    async def announce(self) -> datetime | None:
        """Announce what is not announced yet; returns when to try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What the runners are given of other rooms: words, marks, and who moves files.

    `durable_queue` is False, and `cursor_first` True, only for the controls of the proofs.
    """

    album_card: Callable[[Any, Any], Any]
    broadcast_card: ProgressCard
    bring_draft: Callable[..., Any]
    tell_bundle: Callable[..., Any]
    loss_card: Callable[..., Any]
    verify_card: Callable[..., Any]
    announcer: Announcing
    ask: Callable[..., Any]
    read_posts: Callable[..., Any]
    processing_cards: Cards
    marks: Marked
    workshop: Workshop
    jobs: Sequence[Job]
    tell_of_job: Callable[..., Any]
    meter: JobMeter
    durable_queue: bool = True
    cursor_first: bool = False


def answering_runners_of(bot: Any, rooms: Rooms) -> list[Runner]:
    """Make what answers people whose updates are finished by then: they wait for it."""
    services, now = bot.services, bot.clock.now
    card = partial(rooms.album_card, bot)
    reads, tells = partial(rooms.read_posts, bot), partial(rooms.tell_bundle, bot)
    return [
        DueRunner("albums", partial(answer_albums, bot, card), now=now, hint=services.albums.arrived),
        DueRunner("bundles", partial(work_on_bundles, bot, reads, tells), now=now, hint=services.bundles.came),
        GateRunner(bot, rooms.verify_card),
        ProcessingRunner(
            services.processing,
            rooms.workshop,
            epoch=lambda: bot.lease.epoch,
            now=now,
            durable=rooms.durable_queue,
        ),
    ]


def runners_of(bot: Any, rooms: Rooms) -> list[Runner]:
    """Make what else runs beside a bot: what it does of its own accord."""
    services, now = bot.services, bot.clock.now
    failures = FailureWatch(bot, bot.guard.failures, rooms.marks)
    return [
        *breaker_runners(bot, rooms.marks),
        DueRunner("conversations", partial(keep_conversations, bot, partial(rooms.ask, bot)), now=now),
        BroadcastRunner(bot, cursor_first=rooms.cursor_first),
        DueRunner(
            "progress of broadcasts",
            BroadcastProgress(bot, rooms.broadcast_card).look,
            now=now,
            hint=services.broadcasts.news,
        ),
        DueRunner("notices of broadcasts", partial(mind_broadcasts, bot), now=now, hint=services.broadcasts.work.noted),
        DueRunner("deletions of broadcasts", partial(delete_due_broadcasts, bot), now=now),
        DueRunner("recalls", partial(go_over_broadcasts, bot), now=now, hint=services.broadcasts.recalled),
        DraftRunner(bot),
        DueRunner("notices of drafts", partial(mind_drafts, bot), now=now, hint=services.drafts.work.noted),
        DueRunner(
            "cards of drafts",
            DraftCards(bot, partial(rooms.bring_draft, bot)).look,
            now=now,
            hint=services.drafts.news,
        ),
        DueRunner("charts", partial(show_charts, bot), now=now, hint=services.charts.came),
        DueRunner("deletions", partial(delete_due, bot), now=now, hint=services.deletions.came),
        DueRunner("notices", partial(tell_due, bot), now=now, hint=services.deletions.went),
        DueRunner("the share of failed updates", failures.look, now=now),
        DueRunner("catalogue", services.search.keep_up, now=now),
        DueRunner("commands", rooms.announcer.announce, now=now, hint=rooms.announcer.hint),
        DueRunner("letters", partial(bring_letters, bot), now=now, hint=services.letters.came),
        DueRunner("losses", partial(tell_losses, bot, rooms.loss_card), now=now, hint=services.losses.came),
        SequenceRunner(bot),
        DueRunner("imports", partial(read_imports, bot, partial(rooms.read_posts, bot)), now=now),
        DueRunner("trials of the AI", partial(try_replies, bot), now=now, hint=services.replies.trials.came),
        DueRunner("the AI", AssistantWatch(bot, rooms.marks).look, now=now, hint=services.replies.judged),
        DueRunner("results", partial(services.results.keep_up, bot), now=now, hint=services.results.came),
        DueRunner("tallies", services.tallies.keep_up, now=now),
        TrafficRunner(bot),
        DueRunner(
            "notices of processing",
            NoticeKeeper(bot, services.processing, rooms.processing_cards).look,
            now=now,
            hint=services.processing.asked,
        ),
        Timetable(bot, rooms.jobs, partial(rooms.tell_of_job, bot), rooms.meter),
    ]


def breaker_runners(bot: Any, marks: Marked) -> list[Runner]:
    """Make who tells of the breaker, where there is one."""
    if (breaker := bot.calls.breaker) is None:
        return []
    watch = BreakerWatch(bot, breaker, marks)
    return [DueRunner("the breaker", watch.look, now=bot.clock.now, hint=breaker.moved)]
