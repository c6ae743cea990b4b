"""Decides what one bot's database consists of."""

from pymongo.asynchronous.database import AsyncDatabase

from database.access import Standings
from database.albums import Albums
from database.audit import Audit
from database.broadcast_chunks import BroadcastChunks
from database.broadcasts import Broadcasts
from database.bundle_items import BundleItems
from database.bundles import Bundles
from database.button_clicks import ButtonClicks
from database.charts import Charts
from database.collection import Collection, Document
from database.contents import Contents
from database.conversations import Conversations
from database.copies import Copies
from database.deletions import Deletions
from database.draft_cards import DraftCards
from database.drafts import Drafts
from database.files import Files
from database.fsub import JoinRequests, RequiredChats
from database.gate_events import GateEvents
from database.imports import Imports
from database.job_runs import JobRuns
from database.leases import Leases
from database.letters import Letters
from database.links import Links
from database.listings import Listings
from database.losses import Losses
from database.marks import Marks
from database.posts import Posts
from database.premium import Premiums
from database.processing import Processing
from database.queries import Queries
from database.reply_chats import ReplyChats
from database.reply_counts import ReplyCounts
from database.reply_trials import ReplyTrials
from database.result_posts import ResultPosts
from database.results import Results
from database.secrets import Vault
from database.sequences import Sequences
from database.sessions import Peers, Sessions, States
from database.settings import BotSettings
from database.shorteners import Shorteners
from database.sketches import Sketches
from database.tallies import Tallies
from database.targets import Targets
from database.tasks import Tasks
from database.threads import Threads
from database.thumbnails import Thumbnails
from database.token_counts import TokenCounts
from database.tokens import Tokens
from database.traffic import TrafficCounts
from database.users import Users
from database.uses import Uses
from database.waits import Waits

COLLECTIONS: tuple[type[Collection], ...] = (
    Users,
    Standings,
    RequiredChats,
    JoinRequests,
    Tokens,
    TokenCounts,
    GateEvents,
    Shorteners,
    Premiums,
    Files,
    Copies,
    Letters,
    Links,
    Contents,
    Listings,
    Uses,
    Albums,
    Conversations,
    Bundles,
    BundleItems,
    Broadcasts,
    BroadcastChunks,
    Drafts,
    DraftCards,
    Charts,
    ButtonClicks,
    Sequences,
    Tasks,
    Deletions,
    Posts,
    Imports,
    Losses,
    Processing,
    Thumbnails,
    Threads,
    ReplyChats,
    ReplyCounts,
    ReplyTrials,
    ResultPosts,
    Results,
    Targets,
    Sketches,
    BotSettings,
    Audit,
    Marks,
    Sessions,
    Peers,
    States,
    Waits,
    JobRuns,
    Queries,
    Tallies,
    TrafficCounts,
    Leases,
)


class BotDatabase:
    """One bot's collections; callers of their verbs never name the bot."""

    def __init__(  # noqa: PLR0915 - a line for each collection
        self, database: AsyncDatabase[Document], bot_id: int, vault: Vault
    ) -> None:  # fmt: skip
        """Fix the bot, and the vault for its secrets."""
        self.bot_id = bot_id
        self.users = Users(database, bot_id)
        self.standings = Standings(database, bot_id)
        self.required_chats = RequiredChats(database, bot_id)
        self.join_requests = JoinRequests(database, bot_id)
        self.tokens = Tokens(database, bot_id)
        self.token_counts = TokenCounts(database, bot_id)
        self.gate_events = GateEvents(database, bot_id)
        self.shorteners = Shorteners(database, bot_id, vault)
        self.premiums = Premiums(database, bot_id)
        self.files = Files(database, bot_id)
        self.copies = Copies(database, bot_id)
        self.letters = Letters(database, bot_id)
        self.links = Links(database, bot_id)
        self.contents = Contents(database, bot_id)
        self.listings = Listings(database, bot_id)
        self.uses = Uses(database, bot_id)
        self.tallies = Tallies(database, bot_id)
        self.traffic = TrafficCounts(database, bot_id)
        self.queries = Queries(database, bot_id)
        self.albums = Albums(database, bot_id)
        self.conversations = Conversations(database, bot_id)
        self.bundles = Bundles(database, bot_id)
        self.broadcasts = Broadcasts(database, bot_id)
        self.broadcast_chunks = BroadcastChunks(database, bot_id)
        self.drafts = Drafts(database, bot_id)
        self.draft_cards = DraftCards(database, bot_id)
        self.charts = Charts(database, bot_id)
        self.button_clicks = ButtonClicks(database, bot_id)
        self.sequences = Sequences(database, bot_id)
        self.tasks = Tasks(database, bot_id)
        self.deletions = Deletions(database, bot_id)
        self.posts = Posts(database, bot_id)
        self.imports = Imports(database, bot_id)
        self.losses = Losses(database, bot_id)
        self.processing = Processing(database, bot_id)
        self.thumbnails = Thumbnails(database, bot_id)
        self.threads = Threads(database, bot_id)
        self.reply_chats = ReplyChats(database, bot_id)
        self.reply_counts = ReplyCounts(database, bot_id)
        self.reply_trials = ReplyTrials(database, bot_id)
        self.result_posts = ResultPosts(database, bot_id)
        self.results = Results(database, bot_id)
        self.targets = Targets(database, bot_id)
        self.sketches = Sketches(database, bot_id)
        self.settings = BotSettings(database, bot_id)
        self.audit = Audit(database, bot_id)
        self.marks = Marks(database, bot_id)
        self.session = Sessions(database, bot_id, vault)
        self.waits = Waits(database, bot_id)
        self.job_runs = JobRuns(database, bot_id)
        self.lease = Leases(database, bot_id)
