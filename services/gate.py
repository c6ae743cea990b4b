"""Decides who may go on to a link, and how the others are verified: a token, a way through a shortener, and back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.codes import is_meant_as_token, new_token
from database.tokens import NewToken, Offer, Token, TokenState
from services.access import Access
from services.errors import UserError
from services.gate_numbers import GateEvent, GateNumbers, Refused
from services.links import LinkService
from services.options import BotOptions, GateMode
from services.premium import PremiumService
from services.settings import SettingsService
from services.shorteners import NoneAnswers, ShortenerService
from services.users import UserService

TOKEN_LASTS: Final = timedelta(hours=1)
"""How long a reader may take to come back."""

ANSWERED_WITHIN: Final = timedelta(hours=1)
"""How long it is tried to hand a token over: who waited so long has opened the link again, or forgotten it."""

LOCKED_FOR: Final = timedelta(hours=1)
"""How long a reader gets no token after too many bypasses in a row."""


TRIES: Final = 5
"""How often a token is taken to shorteners: Telegram may not take the addresses that they make."""


class NoWay(Exception):  # noqa: N818 - says what is the case
    """Nobody can be verified now, and the owner chose to keep readers out meanwhile."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a reader is shown: the address to open, for how many seconds it verifies, and where is said how it is done.

    `shortener` is None where the address leads straight back.
    """

    url: str
    seconds: int
    how_to: str | None
    shortener: str | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """What a reader may go on to; `seconds` is how long they are verified, None where they were not just now.

    0 seconds are a verification for this alone.
    """

    payload: str
    seconds: int | None = None


class GateService:
    """One bot's gate before its links."""

    def __init__(
        self, database: BotDatabase, settings: SettingsService, access: Access, users: UserService, links: LinkService,
        premium: PremiumService, shorteners: ShortenerService, clock: Clock,
    ) -> None:  # fmt: skip
        """Take the collections, and who knows the readers, the links and the shorteners."""
        self._tokens = database.tokens
        self._counts = database.token_counts
        self.numbers = GateNumbers(database.gate_events, settings, clock)
        self._settings = settings
        self._access = access
        self._users = users
        self._links = links
        self._premium = premium
        self.shorteners = shorteners
        self._clock = clock
        self.asked = asyncio.Event()
        """Set when a reader waits for a token."""

    async def is_on(self) -> bool:
        """Tell whether anybody has to be verified."""
        mode = (await self._settings.current()).gate
        return mode == GateMode.ALWAYS or (mode == GateMode.SHORTENER and await self.shorteners.are_set())

    # Going on to a link

    async def enter(self, payload: str, *, by: int, cause: Cause) -> Passed | None:
        """Take a reader on who opens a link, or comes back with a token; None: they wait for a token from now on.

        Raises:
            UserError: as `lets_on` and `redeem` do.
        """
        if is_meant_as_token(payload):
            return await self.redeem(payload, by=by, cause=cause)
        return Passed(payload) if await self.lets_on(payload, by=by, cause=cause) else None

    async def lets_on(self, payload: str, *, by: int, cause: Cause) -> bool:
        """Tell whether a reader may go on to a link; one who may not waits for a token from now on.

        Counts nothing of the link. A replay neither spends the reader's day twice nor changes its first answer.

        Raises:
            UserError: `gate-locked`, `gate-limit`; for a link that is not open what `LinkService.open` raises.
        """
        if self._access.is_admin(by) or not await self.is_on():
            return True
        if await self._tokens.was_granted(cause):  # this comes again; the reader may be verified by now
            self.asked.set()
            return False
        if await self._passes(by) or await self._links.had_use(payload, cause):
            return True
        now, options = self._clock.now(), await self._settings.current()
        expires_at = now + ANSWERED_WITHIN
        token = await self._tokens.ask(NewToken(cause, by, payload, await self.numbers.today()), now, expires_at)
        try:
            await self._refuse_locked(by)
            if not await self._counts.spend(by, token.day, cause, options.gate_limit):
                raise UserError("gate-limit", count=options.gate_limit, seconds=await self.numbers.left_of_today())
        except UserError:
            await self._tokens.drop(cause)
            raise
        await self._tokens.grant(cause, now)
        self.asked.set()
        return False

    async def _passes(self, user_id: int) -> bool:
        """Whether a reader needs no verification: because of one before, or of premium."""
        user = await self._users.get(user_id)
        if user and user.verified_until and user.verified_until > self._clock.now():
            return True
        return await self._premium.until(user_id) is not None

    async def _refuse_locked(self, user_id: int) -> None:
        user, now = await self._users.get(user_id), self._clock.now()
        if user and user.locked_until and user.locked_until > now:
            raise UserError("gate-locked", seconds=int((user.locked_until - now).total_seconds()) + 1)

    # Handing tokens over

    async def waiting(self, limit: int) -> list[Token]:
        """Return readers who wait for a token, those who wait longest first."""
        now = self._clock.now()
        due = await self._tokens.due(now, limit)
        for token in due:
            if token.expires_at <= now:
                await self.give_up(token)
        return [token for token in due if token.expires_at > now]

    async def next_waiting(self) -> datetime | None:
        """Return when somebody is to be answered who is put off now; None: nobody is."""
        return await self._tokens.next_due(self._clock.now())

    async def offer(self, token: Token, link_to: Callable[[str], str]) -> Offered | None:
        """Make what a reader comes back with, by the address that `link_to` makes of it, and the way to it.

        None where the reader does not need it any more. May take as long as all shorteners together.

        Raises:
            NoWay: no shortener answers, and the owner chose to keep readers out meanwhile.
        """
        bits, options = new_token(), await self._settings.current()
        made = await self._shortened(link_to(bits), token, options)
        now = self._clock.now()
        if not await self._tokens.offer(token.cause, bits, made.shortener, now, now + TOKEN_LASTS):
            return None
        return made

    async def handed(self, token: Token, offered: Offered) -> None:
        """Write down that a reader was answered."""
        await self.numbers.note(GateEvent.MADE, token.cause, shortener=offered.shortener)
        await self._tokens.handed(token.cause)

    async def postpone(self, token: Token, seconds: float) -> None:
        """Put off an answer; nobody else's waits with it."""
        await self._tokens.postpone(token.cause, self._clock.now() + timedelta(seconds=seconds))

    async def give_up(self, token: Token) -> None:
        """Forget a token that cannot be handed over: it does not count for the reader's day."""
        await self._counts.give_back(token.user_id, token.day, token.cause)
        await self._tokens.drop(token.cause)

    async def _shortened(self, url: str, token: Token, options: BotOptions) -> Offered:
        direct = Offered(url, options.gate_duration, options.gate_how_to)
        if not await self.shorteners.are_set():
            return direct
        try:
            if token.attempts >= TRIES:
                raise NoneAnswers([])
            short = await self.shorteners.shorten(url)
        except NoneAnswers as error:
            await self._note_failed(error.failed, token)
            if options.gate_open:
                return direct
            raise NoWay from error
        await self._note_failed(short.failed, token)
        return replace(direct, url=short.url, shortener=short.shortener)

    async def _note_failed(self, names: Sequence[str], token: Token) -> None:
        for name in names:
            await self.numbers.note(GateEvent.FAILED, token.cause, shortener=name)

    # Coming back

    async def redeem(self, token: str, *, by: int, cause: Cause) -> Passed:
        """Verify a reader who came back with a token; a replay gets the first answer.

        Raises:
            UserError: `gate-bypassed`, `gate-locked`; `gate-refused` for whatever else is wrong with it.
        """
        options, now = await self._settings.current(), self._clock.now()
        found = await self._tokens.find(token)
        if found is None:
            payload = await self.numbers.verified_by(cause)
            if payload is None:
                raise await self._refusal(Refused.UNKNOWN, cause)
            return Passed(payload, options.gate_duration)
        known, offer = found
        if known.ended_by != cause:
            known = await self._end(known, offer, by, cause, options)
        if known.state is TokenState.BYPASSED:
            await self.numbers.note(GateEvent.BYPASSED, cause, shortener=offer.shortener)
            user = await self._users.note_bypass(by, cause, options.gate_bypasses, LOCKED_FOR)
            locked = bool(user.locked_until and user.locked_until > now)
            raise UserError("gate-bypassed", seconds=options.gate_minimum, locked=locked)
        if known.state is TokenState.EXPIRED:
            raise await self._refusal(Refused.EXPIRED, cause, offer.shortener)
        await self._users.verify(by, (known.ended_at or now) + timedelta(seconds=options.gate_duration))
        await self.numbers.note(GateEvent.VERIFIED, cause, shortener=offer.shortener, payload=known.payload)
        return Passed(known.payload, options.gate_duration)

    async def _end(self, token: Token, offer: Offer, by: int, cause: Cause, options: BotOptions) -> Token:
        """Let a token be used up by a cause, and return it as it is then."""
        now = self._clock.now()
        if token.user_id != by:
            raise await self._refusal(Refused.OTHER, cause, offer.shortener)
        if token.state is not TokenState.PENDING:
            raise await self._refusal(Refused.USED, cause, offer.shortener)
        await self._refuse_locked(by)
        state = TokenState.VERIFIED
        if token.expires_at <= now:
            state = TokenState.EXPIRED
        elif offer.shortener and now - offer.at < timedelta(seconds=options.gate_minimum):
            state = TokenState.BYPASSED
        if not await self._tokens.end(token.cause, state, cause, now):
            raise await self._refusal(Refused.USED, cause, offer.shortener)
        return replace(token, state=state, ended_by=cause, ended_at=now)

    async def _refusal(self, why: Refused, cause: Cause, shortener: str | None = None) -> UserError:
        """Count a refusal, and return it in words that do not say which it is."""
        await self.numbers.note(GateEvent.REFUSED, cause, shortener=shortener, reason=why)
        return UserError("gate-refused")

    # What is cleared away

    async def clean_tokens(self) -> int:
        """Delete tokens that expired, were verified or bypassed; returns how many. Nobody's verification ends by it."""
        return await self._tokens.clean(self._clock.now())

    async def forget_counts(self) -> int:
        """Delete what was counted on earlier days; returns how many readers' counts that were."""
        await self.numbers.forget()
        return await self._counts.forget_before(await self.numbers.today())
