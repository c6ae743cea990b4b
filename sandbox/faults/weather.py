"""The bad weather itself: every request, reply and push passes here, and meets the faults that are on."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pyrogram.raw.core import TLObject

from sandbox.errors import RpcError
from sandbox.faults.allowance import Allowance
from sandbox.faults.fault import OF_UPDATES, Fault, Kind, ordered
from sandbox.faults.keys import Keys
from sandbox.faults.shuffle import Shuffle
from sandbox.faults.silence import Silences
from sandbox.faults.subject import Subject, of_push, of_request
from sandbox.wire.hub import Hub
from sandbox.wire.sessions import Session
from sandbox.wire.weather import SENT, LostError, Weather
from sandbox.world.api import Api, Caller

LOG_SIZE = 100_000
"""Strikes that are remembered, the newest."""
LOG_PAGE = 10_000
"""Strikes that are told at a time."""


@dataclass(slots=True)
class Fate:
    """What the faults decided about one call when it arrived, so that strikes follow the order of arrival."""

    before: float = 0.0
    """Seconds to wait before it is applied."""
    refusal: Exception | None = None
    """What happens in place of applying it."""
    after: float = 0.0
    """Seconds to wait before it is answered."""
    answer: Exception | None = None
    """What happens in place of its answer."""
    holder: tuple[Fault, Subject] | None = None
    """Who holds it back, and what the strike is told about."""


_FATE: ContextVar[Fate | None] = ContextVar("fate", default=None)
"""Every call is served in a task of its own, from `before` to `after`."""


class Faults(Weather):
    """Calm until faults are ordered."""

    def __init__(self) -> None:
        self._hub: Hub
        self._api: Api
        self.keys: Keys
        self.silences: Silences
        self.allowance = Allowance()
        self._all: dict[int, Fault] = {}
        self._of_requests: list[Fault] = []
        self._of_updates: list[Fault] = []
        self._shuffles: dict[int, Shuffle] = {}
        self._ordered = 0
        self._struck = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=LOG_SIZE)
        self._news = asyncio.Event()

    def watch(self, api: Api, hub: Hub) -> None:
        """Know the server this is the weather of; before anything is served."""
        self._api, self._hub = api, hub
        self.keys = Keys(api, hub)
        self.silences = Silences(self._account, hub.connections)

    # Orders

    def order(self, body: dict[str, Any]) -> Fault:
        """Switch a fault on.

        Raises:
            WrongError: the order makes no sense.
        """
        fault = ordered(self._ordered + 1, body)
        self._ordered = fault.id
        self._all[fault.id] = fault
        if fault.kind is Kind.REORDER_UPDATES:
            self._shuffles[fault.id] = Shuffle(fault, self._released)
        self._sort()
        return fault

    def cancel(self, fault_id: int) -> Fault | None:
        """Switch a fault off; what it held back goes out. None if there is no such fault."""
        fault = self._all.pop(fault_id, None)
        self._sort()
        if (shuffle := self._shuffles.pop(fault_id, None)) is not None:
            shuffle.end()
        if fault is not None:
            fault.end()
        return fault

    def cancel_all(self) -> int:
        """Switch all faults off; returns how many there were."""
        return len([self.cancel(fault_id) for fault_id in list(self._all)])

    def shown(self) -> list[dict[str, Any]]:
        """Every fault that is on, with its counts."""
        return [fault.shown() for fault in self._all.values()]

    def strikes(self, since: int, fault: int | None = None) -> list[dict[str, Any]]:
        """The strikes with a number above this one that are remembered, oldest first, at most `LOG_PAGE`.

        Those of one fault if it is named.
        """
        wanted = (each for each in self._log if each["seq"] > since and fault in {None, each["fault"]})
        return list(islice(wanted, LOG_PAGE))

    async def await_strikes(self, since: int, fault: int | None, seconds: float) -> list[dict[str, Any]]:
        """The same, and where there are none yet, as soon as there are or so many seconds have passed."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := self.strikes(since, fault)):
                    await self._news.wait()
        except TimeoutError:
            return []
        return found

    # The way of a request, a reply and a push

    async def before(self, caller: Caller, query: TLObject[Any]) -> None:
        """See `Weather`."""
        if not (self._of_requests or self.keys or self.silences or self.allowance):
            return
        fate = self._decide(caller, query)
        _FATE.set(fate)
        if fate.before:
            await asyncio.sleep(fate.before)
        if fate.holder is not None and not fate.holder[0].applied:
            await self._hold(*fate.holder)
        if fate.refusal is not None:
            raise self._told(caller, fate.refusal)

    async def after(self, caller: Caller, query: TLObject[Any]) -> None:  # noqa: ARG002 - it was judged before
        """See `Weather`."""
        fate = _FATE.get()
        if fate is None and not self.silences:
            return
        if fate is not None and fate.after:
            await asyncio.sleep(fate.after)
        if fate is not None and fate.holder is not None and fate.holder[0].applied:
            await self._hold(*fate.holder)
        answer = fate.answer if fate is not None else None
        if answer is not None or self._mute(caller):
            raise self._told(caller, answer)

    def updates(self, auth_key_id: int, updates: TLObject[Any]) -> Sequence[TLObject[Any]]:
        """See `Weather`."""
        if not self._of_updates:
            return (updates,)
        return self._through(auth_key_id, [updates], self._of_updates)

    def reaches(self, session: Session) -> bool:
        """See `Weather`."""
        return not self.silences or not self.silences.deaf(session)

    # Inside

    def _decide(self, caller: Caller, query: TLObject[Any]) -> Fate:
        fate = Fate()
        try:
            self.keys.admit(caller, query)
        except RpcError as refusal:
            fate.refusal = refusal
            return fate
        subject = of_request(self._account(caller.auth_key_id), query)
        for fault in self._of_requests:
            amount = self._strike(fault, subject)
            if amount is None:
                continue
            if fault.kind is Kind.DELAY:
                if fault.applied:
                    fate.after += amount / 1000
                else:
                    fate.before += amount / 1000
                continue
            if fault.kind is Kind.HOLD:
                fate.holder = fault, subject
            elif fault.kind is Kind.DROP_REQUEST:
                fate.refusal = LostError()
            elif fault.kind is Kind.DROP_REPLY:
                fate.answer = LostError()
            elif fault.applied:
                fate.answer = fault.error(amount)
            else:
                fate.refusal = fault.error(amount)
            break
        if fate.refusal is None and self.allowance:
            fate.refusal = self._over(subject.account, query)
        return fate

    def _over(self, account: int, query: TLObject[Any]) -> RpcError | None:
        """The wait for a call that is over a limit; a fault struck first: what vanishes costs nothing."""
        try:
            self.allowance.judge(account, query)
        except RpcError as refusal:
            return refusal
        return None

    def _through(self, key: int, envelopes: list[Any], faults: Sequence[Fault]) -> list[Any]:
        for fault in faults:
            passed: list[Any] = []
            for envelope in envelopes:
                struck = self._strike(fault, of_push(self._account(key), envelope)) is not None
                if not struck:
                    passed.append(envelope)
                elif fault.kind is Kind.DUPLICATE_UPDATE:
                    passed += [envelope, envelope]
                elif fault.kind is Kind.REORDER_UPDATES:
                    passed += self._shuffles[fault.id].take(key, envelope)
            envelopes = passed
        return envelopes

    def _released(self, key: int, envelopes: list[Any], by: Fault) -> None:
        later = [fault for fault in self._of_updates if fault.id > by.id]
        self._hub.deliver(key, self._through(key, envelopes, later))

    async def _hold(self, fault: Fault, subject: Subject) -> None:
        """Tell that a call stands still, at the moment from which it does, and let it.

        Raises:
            LostError: it vanishes.
        """
        self._tell(fault, subject, 0, early=False)
        await fault.keep()
        if fault.lost:
            raise LostError

    def _strike(self, fault: Fault, subject: Subject) -> int | None:
        early = fault.early
        amount = fault.judge(subject, time.monotonic())
        if amount is not None and fault.kind is not Kind.HOLD:
            self._tell(fault, subject, amount, early=fault.early > early)
        return amount

    def _tell(self, fault: Fault, subject: Subject, amount: int, *, early: bool) -> None:
        """Note a strike down, and wake whoever waits for one."""
        self._struck += 1
        name, chat = subject.parts[0]
        strike: dict[str, Any] = {
            "seq": self._struck,
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "fault": fault.id,
            "kind": fault.kind.value,
            "method": name,
            "account": subject.account,
            "chat": chat,
        }
        if fault.kind is Kind.DELAY:
            strike["milliseconds"] = amount
        elif fault.kind is Kind.ERROR:
            strike["error"] = fault.error(amount).name
            strike["early"] = early
            strike["sent"] = datetime.fromtimestamp(SENT.get() or time.time(), UTC).isoformat(timespec="microseconds")
        self._log.append(strike)
        self._news.set()
        self._news = asyncio.Event()

    def _told(self, caller: Caller, what: Exception | None) -> Exception:
        """In silence even a refusal is not heard."""
        return LostError() if what is None or self._mute(caller) else what

    def _mute(self, caller: Caller) -> bool:
        return bool(self.silences) and self.silences.mute(self._hub.find(caller.auth_key_id, caller.session_id))

    def _account(self, key: int) -> int:
        account = self._api.world.accounts.of_key(key)
        return account.id if account is not None else 0

    def _sort(self) -> None:
        self._of_requests = [fault for fault in self._all.values() if fault.kind not in OF_UPDATES]
        self._of_updates = [fault for fault in self._all.values() if fault.kind in OF_UPDATES]
