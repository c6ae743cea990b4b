"""Decides what rules a bot is given, and how they are put together."""

from dataclasses import dataclass, field
from pathlib import Path

from database.bots import BotDatabase
from database.clock import Clock
from services.access import Access
from services.albums import AlbumService
from services.assistants import Assistant
from services.audience import AudienceService
from services.audit import AuditLog
from services.broadcasts import BroadcastService
from services.bundles import BundleService
from services.charts import ChartService, Painter
from services.clicks import ClickService
from services.conversations import ConversationService
from services.deletions import DeletionService
from services.draft_cards import DraftCardService
from services.draft_desk import DraftDesk, Fetching, NoFetching
from services.draft_making import DraftMaking
from services.draft_meter import DraftMeter, Unmetered
from services.drafts import DraftService
from services.due_steps import StepJudge
from services.files import FileService
from services.former_messages import FormerMessages
from services.fsub import ForceSubscribe
from services.gate import GateService
from services.imports import ImportService
from services.jobs import JobPlan, JobService
from services.joining import JoiningService
from services.legacy import LegacyService
from services.letters import LetterService
from services.link_life import LinkLife
from services.links import LinkService
from services.losses import LossService
from services.options import BotOptions
from services.overview import OverviewService
from services.premium import PremiumService
from services.processing import ProcessingService
from services.relink import RelinkService
from services.replies import ReplyService
from services.required import FirstChat, RequiredService
from services.results import Paging, ResultsService, SourceAway
from services.search import SearchService
from services.sequences import SequenceService
from services.settings import SettingsService
from services.shorteners import Shortener, ShortenerFailed, ShortenerService, Shortening
from services.stats import StatsService
from services.step_work import StepWork
from services.storage import Storage
from services.tallies import TallyService
from services.targets import TargetService
from services.thumbnails import ThumbnailService
from services.traffic import TrafficService
from services.upload import UploadService
from services.users import PickLanguage, UserService


def _english(_: str | None) -> str:
    return "en"


class NoShortening:
    """Asks no shortener, where nobody said how that is done."""

    async def shorten(self, shortener: Shortener, url: str) -> str:  # noqa: ARG002 - the Protocol's
        """Raise ShortenerFailed."""
        raise ShortenerFailed("nobody can ask it")


class NoPaging:
    """Fetches no page, where nobody said how that is done."""

    async def page(self, name: str, before: int | None) -> bytes:  # noqa: ARG002 - the Protocol's
        """Raise SourceAway."""
        raise SourceAway("nobody can fetch it")


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Values from the environment that the rules need.

    `first` are the settings' first values, and `named` the names of those that the environment sets. `pick_language`
    finds the supported language nearest to Telegram's code (`Texts.pick`). `required` are the chats that
    readers must have joined. `jobs` are what is done by the clock. `shortening` asks shorteners, `shortener` is the
    one that the environment names. `paging` fetches preview pages of channels, `fetching`
    the files of drafts. `meter` counts what becomes of drafts. `assistant` is the AI that drafts replies, if there is
    one.
    """

    owner_id: int
    admin_ids: frozenset[int] = frozenset()
    first: BotOptions = field(default_factory=BotOptions)
    pick_language: PickLanguage = _english
    named: frozenset[str] = frozenset()
    data_dir: Path = Path("data")
    required: tuple[FirstChat, ...] = ()
    jobs: tuple[JobPlan, ...] = ()
    shortening: Shortening = field(default_factory=NoShortening)
    shortener: Shortener | None = None
    assistant: Assistant | None = None
    former: FormerMessages = field(default_factory=FormerMessages)
    paging: Paging = field(default_factory=NoPaging)
    fetching: Fetching = field(default_factory=NoFetching)
    meter: DraftMeter = field(default_factory=Unmetered)


@dataclass(frozen=True, slots=True)
class Services:
    """One bot's rules."""

    access: Access
    audit: AuditLog
    settings: SettingsService
    users: UserService
    files: FileService
    letters: LetterService
    links: LinkService
    link_life: LinkLife
    albums: AlbumService
    conversations: ConversationService
    search: SearchService
    tallies: TallyService
    stats: StatsService
    charts: ChartService
    deletions: DeletionService
    fsub: ForceSubscribe
    gate: GateService
    premium: PremiumService
    imports: ImportService
    jobs: JobService
    upload: UploadService
    losses: LossService
    processing: ProcessingService
    thumbnails: ThumbnailService
    relink: RelinkService
    results: ResultsService
    bundles: BundleService
    clicks: ClickService
    sequences: SequenceService
    step_work: StepWork
    joining: JoiningService
    broadcasts: BroadcastService
    targets: TargetService
    making: DraftMaking
    drafts: DraftService
    desk: DraftDesk
    draft_cards: DraftCardService
    replies: ReplyService
    traffic: TrafficService
    overview: OverviewService


def build_services(database: BotDatabase, clock: Clock, storage: Storage, options: ServiceOptions) -> Services:
    """Put one bot's rules together."""
    audit = AuditLog(database)
    settings = SettingsService(database.settings, audit, clock, options.first, options.named, options.owner_id)
    losses = LossService(database, clock)
    processing = ProcessingService(database, settings, clock)
    files = FileService(database, settings, storage, clock, options.owner_id, losses, processing)
    access = Access(options.owner_id, options.admin_ids, database.standings, audit, clock)
    required = RequiredService(database.required_chats, audit, clock, options.required)
    legacy = LegacyService(database, settings, clock, options.owner_id)
    links = LinkService(database.links, database.files, settings, clock, legacy)
    tallies = TallyService(database, clock)
    life = LinkLife(database.links, database.files, audit, links, settings, access, clock)
    users = UserService(database.users, clock, options.pick_language)
    premium = PremiumService(database.premiums, audit, clock)
    fsub = ForceSubscribe(required, database.join_requests, access, settings, clock)
    clicks = ClickService(database.button_clicks, clock)
    judge = StepJudge(users, clicks, fsub, premium, access, settings, clock)
    step_work = StepWork(database.tasks, database.sequences, judge, users, clock)
    sequences = SequenceService(database, audit, users, step_work, clock, options.former, options.owner_id)
    audience = AudienceService(database.users, database.premiums, clicks, access, options.pick_language)
    shorteners = ShortenerService(database.shorteners, audit, clock, options.shortening, options.shortener)
    targets = TargetService(database.targets, database.users, audit, clock)
    drafts = DraftService(database, settings, access, clock)
    drafts.work.meter = options.meter
    traffic = TrafficService(database.traffic, clock)
    return Services(
        access=access,
        audit=audit,
        settings=settings,
        users=users,
        files=files,
        letters=LetterService(database.letters, clock, options.owner_id),
        links=links,
        link_life=life,
        albums=AlbumService(database.albums, files, clock),
        conversations=ConversationService(database.conversations, clock),
        search=SearchService(database, clock),
        tallies=tallies,
        stats=StatsService(database, settings, tallies, clock),
        charts=ChartService(database.charts, Painter(options.data_dir / "charts"), clock),
        deletions=DeletionService(database.deletions, links, access, clock),
        fsub=fsub,
        gate=GateService(database, settings, access, users, links, premium, shorteners, clock),
        premium=premium,
        imports=ImportService(database, clock, options.owner_id),
        jobs=JobService(database.job_runs, settings, clock, options.jobs),
        upload=UploadService(database.links, files, settings),
        losses=losses,
        processing=processing,
        thumbnails=ThumbnailService(database.thumbnails, processing, clock),
        relink=RelinkService(database, files, life, storage, audit, clock),
        results=ResultsService(database, settings, options.paging, clock),
        bundles=BundleService(database, files, settings, storage, processing, clock),
        clicks=clicks,
        sequences=sequences,
        step_work=step_work,
        joining=JoiningService(fsub, clicks, sequences),
        broadcasts=BroadcastService(database, audience, access, clock),
        targets=targets,
        making=DraftMaking(database.sketches, targets, drafts, clock),
        drafts=drafts,
        desk=DraftDesk(drafts, targets, files, options.fetching, clock, options.data_dir / "arriving"),
        draft_cards=DraftCardService(database, drafts, clock),
        replies=ReplyService(database, settings, access, drafts, audit, clock, options.assistant),
        traffic=traffic,
        overview=OverviewService(database, settings, tallies, traffic, clock),
    )
