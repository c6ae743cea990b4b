"""Puts the bot together and runs it: settings, database, lease, Telegram, timetable, web. Nobody imports this file."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import plugins
from client.assistant import first_assistant
from client.bot import Bot
from client.commands import Announcer
from client.ending import Ending
from client.hauling import Hauling
from client.identity import Identity, Weakened, weaken, weakened_by
from client.lease import LeaseKeeper, owner_name
from client.life import Life, Refused
from client.loop import loop_factory
from client.media_urls import MediaUrls
from client.outside import Outside
from client.pace import Lane, lane
from client.plugins import NoHandlers, NoRule
from client.previews import Previews
from client.server import Server
from client.shortening import QueryShortening
from client.troubles import DATABASE_AWAY, Trouble
from client.watch import Unwatched, Watch
from config import Settings, SettingsError, report
from database.bots import BotDatabase
from database.connection import Database, DatabaseUnavailable
from database.embedded import STOP_SECONDS, EmbeddedMongo
from database.mongod import KILL_SECONDS, EmbeddedMongoError
from database.schema import SchemaTooNew
from database.secrets import Vault, WrongSecret
from locales.texts import Texts
from plugins.commands import commands_for
from plugins.parts import PARTS
from scheduler.jobs import jobs_by
from scheduler.runners import Rooms, Runner, answering_runners_of, runners_of
from services.former_messages import FormerMessages
from services.options import DECLARED, BotOptions
from services.registry import ServiceOptions, build_services
from services.required import first_chats
from services.shorteners import first_shortener
from services.workshop import Workshop
from web.admin import AdminGate
from web.alarm import Alarm, Sight, make_alarm, tell_of_end
from web.app import PortUnusable, WebServer, make_app
from web.calls import LONGER, calls
from web.logs import Logs
from web.metrics import Metrics
from web.report import Report

log = logging.getLogger("draftkeep")

VERSION = "0.1.0"

CANNOT_RUN = 3
"""Exit code when the settings are well-formed and the bot cannot run with them all the same."""

CANNOT = (SchemaTooNew, WrongSecret, NoHandlers, NoRule, PortUnusable, Refused)
"""Why it cannot; the texts are for the operator."""

NOT_NOW = 1
"""Exit code when what is missing may be there the next time: whoever watches the process starts it again."""

PASSING = (DatabaseUnavailable, EmbeddedMongoError)
"""What may have passed the next time; the texts are for the operator."""


class Installation:
    """One process: its database, its bot, and what runs beside them."""

    def __init__(self, settings: Settings, weakened: Weakened, logs: Logs, alarm: Alarm) -> None:
        self._settings = settings
        self._logs = logs
        self._alarm = alarm
        self._metrics = Metrics(VERSION)
        self._report = Report(VERSION)
        self._weakened = weakened
        self._jobs = jobs_by(weakened.minute)
        self._texts = Texts.load()
        self._database: Database | None = None
        self._life: Life | None = None
        self._room: BotDatabase
        self._runners: list[Runner] = []
        self._checking: asyncio.Task[int] | None = None

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT, which end it within 10 seconds."""
        ending = Ending()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ending.begin)
        async with AsyncExitStack() as stack:
            await self._serve(stack, ending)
            watching = asyncio.create_task(self._alarm.run(self._sight))
            stack.callback(watching.cancel)
            if await ending.unless(self._reach_database(stack, ending)):
                await ending.live(self._make_life().run(ending.wanted))
        log.info("Stopped")

    def _sight(self) -> Sight:
        """How the bot is doing now."""
        life, name = self._life, str(self._settings.bot_id)
        if life is None:
            return Sight(name, serving=False)  # the wait for the database ends with the process, which tells it
        if life.bot:
            name = f"@{life.bot.username}"
        if incident := life.trouble:
            return Sight(name, serving=False, trouble=incident.trouble, lasted=time.monotonic() - incident.began)
        return Sight(name, serving=life.bot is not None)

    def _make_life(self) -> Life:
        """The bot's life on the database that was reached."""
        assert self._database  # noqa: S101 - it was reached
        identity = self._identity()
        secret = self._settings.secret_key or self._settings.bot_token
        room = self._room = self._database.bot(
            identity.bot_id, Vault.from_secret(secret.get_secret_value(), identity.bot_id)
        )
        weaken(room, self._weakened, self._database.clock.now())
        keeper = LeaseKeeper(room.lease, owner=owner_name(), seconds=self._settings.lease_seconds)
        make = self._maker(identity, self._database, room, keeper)
        watch = Unwatched if self._weakened.watch else Watch
        life = self._life = Life(keeper, make, plugins, begin=self._begin, end=self._end, watch=watch)
        self._report.tell(life, self._database.ping)
        return life

    async def _serve(self, stack: AsyncExitStack, ending: Ending) -> None:
        """Answer over HTTP from the first moment: hosts ask whether a process lives before it can do anything."""
        self._report.watched_by(self._metrics)
        token = self._settings.admin_token
        gate = AdminGate(token.get_secret_value() if token else None)
        routes = calls(self._report, gate, self._texts)
        app = make_app(self._report, self._report.probes(), self._metrics, gate=gate, routes=routes, longer=LONGER)
        web = WebServer(app, port=self._settings.port)
        await web.start()
        stack.push_async_callback(ending.close, "the web server", web.stop, 1.0)

    async def _reach_database(self, stack: AsyncExitStack, ending: Ending) -> None:
        """Reach the database, the one of the settings or one of our own, and make it ready."""
        if self._settings.database_url:
            url = self._settings.database_url.get_secret_value()
        else:
            embedded = EmbeddedMongo()

            async def stop() -> None:
                await embedded.stop(within=ending.left(STOP_SECONDS, keep=KILL_SECONDS + 0.5))

            stack.push_async_callback(ending.close, "MongoDB", stop, STOP_SECONDS + KILL_SECONDS + 0.5)
            url = await embedded.start(self._settings.data_dir)
        database = self._database = await Database.connect(url, self._settings.database_name)
        stack.push_async_callback(ending.close, "the connection to the database", database.close, 1.2)
        await database.prepare()

    def _identity(self) -> Identity:
        settings = self._settings
        address, key = settings.telegram_address, settings.telegram_public_key
        return Identity(
            settings.bot_token.get_secret_value(),
            settings.api_id,
            settings.api_hash.get_secret_value(),
            Server(*address, key) if address and key else None,
            sealed_by_token=settings.secret_key is None,
        )

    def _maker(
        self, identity: Identity, database: Database, room: BotDatabase, keeper: LeaseKeeper
    ) -> Callable[[], Bot]:
        """How a bot is made, each time that the lease is ours."""
        settings, (first, named) = self._settings, first_options(self._settings)
        outside = Outside(self._weakened.near)
        options = ServiceOptions(
            settings.owner_id, settings.admin_ids, first, self._texts.pick, named=named, data_dir=settings.data_dir,
            required=first_chats(settings.force_sub_channel, settings.target_channel_id, settings.channel_url),
            shortening=QueryShortening(outside), paging=Previews(outside), fetching=MediaUrls(outside),
            shortener=first_shortener(settings.shortlink_url, settings.shortlink_api), meter=self._metrics.drafts,
            assistant=first_assistant(settings.ai_base_url, settings.ai_api_key, settings.ai_model, self._metrics),
            jobs=tuple(job.plan for job in self._jobs), former=FormerMessages(
                settings.msg_immediate_id, settings.msg_30s_id, settings.msg_3min_id, settings.msg_2h_id,
                settings.cleanup_delay_minutes, settings.channel_url,
            ),
        )  # fmt: skip

        def make() -> Bot:
            bot = Bot(
                identity,
                sessions=room.session,
                waits=room.waits,
                lease=keeper,
                clock=database.clock,
                texts=self._texts,
                version=VERSION,
                source=None,
                workdir=self._settings.data_dir,
                meter=self._metrics,
                weakened=self._weakened,
            )
            bot.services = build_services(room, database.clock, bot.sender, options)
            return bot

        return make

    async def _begin(self, bot: Bot) -> None:
        """Start what runs beside a bot."""
        with suppress(OSError):  # whoever needs a place on the disk says what is wrong with it
            self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        self._logs.protect(await bot.storage.auth_key())
        if self._weakened.conversations:
            await self._room.conversations.forget_all()
        announcer = Announcer(bot, commands_for, self._room.marks)
        bot.announce = announcer.again
        processing, folder = bot.services.processing, self._settings.data_dir / "processing" / str(bot.bot_id)
        rooms = Rooms(
            **PARTS,
            announcer=announcer,
            marks=self._room.marks,
            workshop=Workshop(processing, Hauling(bot, bot.transfers), folder),
            jobs=self._jobs,
            meter=self._metrics,
            durable_queue=not self._weakened.queue,
            cursor_first=self._weakened.cursor,
        )
        answering, others = answering_runners_of(bot, rooms), runners_of(bot, rooms)
        self._runners = [*answering, *others]
        for which, runners in ((Lane.ANSWER, answering), (Lane.ADMIN, others)):
            with lane(which):
                for runner in runners:
                    runner.start()
                    bot.calls.wake_when_open(runner.wake)
        with lane(Lane.ADMIN):
            self._checking = asyncio.create_task(bot.check_channels())

    async def _end(self, _: Bot) -> None:
        """Stop what runs beside a bot; its work is in the database."""
        if self._checking:
            self._checking.cancel()
        await asyncio.gather(*(runner.stop(grace=1) for runner in self._runners))


def first_options(settings: Settings) -> tuple[BotOptions, frozenset[str]]:
    """The environment's first values of what can be changed in the chat, and which of them it names."""
    fields_of = {name: declared.env.lower() for name, declared in DECLARED.items() if declared.env}
    values = {name: getattr(settings, field_name) for name, field_name in fields_of.items()}
    named = {name for name, field_name in fields_of.items() if field_name in settings.model_fields_set}
    return BotOptions(**values), frozenset(named)


def refuse(error: SettingsError) -> int:
    """Say what is wrong with the settings, to the operator at the terminal and to the one who is told."""
    code = report(error, sys.stderr)
    if error.alert_url:
        logs = Logs("WARNING", secrets=[error.alert_url.get_secret_value()])
        names = ", ".join(sorted({line.partition(":")[0] for line in error.lines}))
        told = Trouble("settings", f"settings are wrong or missing: {names}", "Its log says what each should be.")
        tell_of_end(make_alarm(error.alert_url, "settings", error.data_dir, VERSION, logs), "", told)
    return code


def main(arguments: list[str]) -> int:
    """Run the bot. Returns the exit code."""
    gc.freeze()  # what the imports made stays for good: to look through it again and again stops all answers meanwhile
    try:
        settings = Settings.load()
    except SettingsError as error:
        return refuse(error)
    logs = Logs(settings.log_level, secrets=settings.secrets())
    for warning in settings.warnings:
        log.warning("%s", warning)
    weakened = weakened_by(arguments, for_real=settings.telegram_address is None)
    if importlib.util.find_spec("tgcrypto") is None:
        log.error("TgCrypto is not installed: without it files move 400 times slower. Install requirements.txt.")
        return CANNOT_RUN
    alarm = make_alarm(settings.alert_url, str(settings.bot_id), settings.data_dir, VERSION, logs)
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(Installation(settings, weakened, logs, alarm).run())
    except (*CANNOT, *PASSING) as error:
        log.error("Draftkeep cannot run: %s", error)  # noqa: TRY400 - the cause is in the text
        passing = isinstance(error, PASSING)
        kind = DATABASE_AWAY.kind if passing else "start"
        told = Trouble(kind, str(error).rstrip("."), "The reason says what to do; the log has more.")
        tell_of_end(alarm, str(settings.bot_id), told)
        return NOT_NOW if passing else CANNOT_RUN
    except Exception as error:
        log.critical("Draftkeep crashed", exc_info=error)
        told = Trouble("crash", f"it crashed ({type(error).__name__})", "The log says where. Start it again.")
        tell_of_end(alarm, str(settings.bot_id), told)
        return NOT_NOW
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
