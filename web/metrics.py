"""What is counted, for Prometheus: base units, the prefix draftkeep_, and nothing about a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from web.draft_metrics import DraftMetrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The type of `Metrics.text`."""

LABELS_AT_MOST = 200
"""Distinct values of one label; what comes later is counted as `other`, so that memory cannot grow without end."""

UPDATE_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
CALL_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
ASSISTANT_SECONDS = (0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
RECOVERY_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)


@dataclass
class Recovered:
    """What broke and healed of one kind since this process started."""

    count: int = 0
    last_seconds: float = 0.0
    """How long the newest one took, from the break to the first service after it."""
    longest_seconds: float = 0.0


class Metrics:
    """The counters of one process, in a registry of their own. It is the meter that the client's Protocols ask for."""

    def __init__(self, version: str) -> None:
        disable_created_metrics()  # a time stamp beside each counter says nothing here and doubles the page
        self.registry = registry = CollectorRegistry()
        self._seen: dict[str, set[str]] = {}
        self.drafts = DraftMetrics(registry)
        self.recovered: dict[str, Recovered] = {}
        """By kind: what the status page says in words."""
        ProcessCollector(namespace="draftkeep", registry=registry)
        Gauge("draftkeep_build_info", "The version that runs; always 1.", ["version"], registry=registry).labels(
            version
        ).set(1)
        self._updates = Counter(
            "draftkeep_updates", "Updates handled, by kind and how it ended.", ["kind", "outcome"], registry=registry
        )
        self._update_seconds = Histogram(
            "draftkeep_update_duration_seconds",
            "From the start of an update's handlers to their end.",
            ["kind"],
            buckets=UPDATE_SECONDS,
            registry=registry,
        )
        self._calls = Counter(
            "draftkeep_calls",
            "Tries of Telegram's methods, by method and how it ended.",
            ["method", "outcome"],
            registry=registry,
        )
        self._left_out = Counter(
            "draftkeep_updates_left_out",
            "Updates that nobody answers, as their authors send far more than is answered.",
            ["kind"],
            registry=registry,
        )
        self._slowed = Counter(
            "draftkeep_people_slowed", "Times that somebody became faster than is answered.", registry=registry
        )
        self._call_seconds = Histogram(
            "draftkeep_call_duration_seconds",
            "One try of one of Telegram's methods.",
            ["method"],
            buckets=CALL_SECONDS,
            registry=registry,
        )
        self._flood_seconds = Counter(
            "draftkeep_flood_wait_seconds", "Seconds of waiting that Telegram ordered.", registry=registry
        )
        self._mishaps = Counter(
            "draftkeep_mishaps",
            "Tries that were told to wait, failed or were refused, by what that means.",
            ["kind"],
            registry=registry,
        )
        self._logins = Counter("draftkeep_logins", "Logins with a bot token.", registry=registry)
        self._recoveries = Counter(
            "draftkeep_recoveries", "Times that something broke and healed, by what.", ["kind"], registry=registry
        )
        self._recovery_seconds = Histogram(
            "draftkeep_recovery_duration_seconds",
            "From the moment that something broke to the first service after it.",
            ["kind"],
            buckets=RECOVERY_SECONDS,
            registry=registry,
        )
        self._assistant_calls = Counter(
            "draftkeep_assistant_calls", "Questions to the AI, by how they ended.", ["outcome"], registry=registry
        )
        self._assistant_tokens = Counter(
            "draftkeep_assistant_tokens", "Tokens that the AI read and wrote.", ["kind"], registry=registry
        )
        self._assistant_seconds = Histogram(
            "draftkeep_assistant_duration_seconds",
            "One question to the AI.",
            buckets=ASSISTANT_SECONDS,
            registry=registry,
        )
        self._job_well = Gauge(
            "draftkeep_job_last_success_timestamp_seconds",
            "When a job's run was well last, in Unix time.",
            ["job"],
            registry=registry,
        )
        self._job_runs = Counter("draftkeep_job_runs", "Runs of jobs.", ["job"], registry=registry)
        self._job_failures = Counter("draftkeep_job_failures", "Runs of jobs that failed.", ["job"], registry=registry)
        self._job_lateness = Gauge(
            "draftkeep_job_lateness_seconds",
            "How long after its due time a job's newest run began.",
            ["job"],
            registry=registry,
        )
        self.loop_lag = Gauge(
            "draftkeep_loop_lag_seconds", "How late the event loop woke a sleeper last time.", registry=registry
        )
        Gauge("draftkeep_start_time_seconds", "When this process started, in Unix time.", registry=registry).set(
            time.time()
        )

    def update(self, kind: str, outcome: str, seconds: float) -> None:
        """Count one update by its kind and how it ended."""
        kind = self._bounded("update", kind)
        self._updates.labels(kind, self._bounded("update outcome", outcome)).inc()
        self._update_seconds.labels(kind).observe(seconds)

    def left_out(self, kind: str) -> None:
        """Count an update of somebody too fast that nobody answers."""
        self._left_out.labels(self._bounded("update", kind)).inc()

    def slowed(self) -> None:
        """Count somebody who became too fast."""
        self._slowed.inc()

    def call(self, method: str, outcome: str, seconds: float) -> None:
        """Count one try of a method and how long it took."""
        method = self._bounded("method", method)
        self._calls.labels(method, self._bounded("call outcome", outcome)).inc()
        self._call_seconds.labels(method).observe(seconds)

    def flood_wait(self, seconds: float) -> None:
        """Count a wait that Telegram ordered."""
        self._flood_seconds.inc(seconds)

    def mishap(self, kind: str) -> None:
        """Count what went wrong with a call, by its kind."""
        self._mishaps.labels(kind).inc()

    def assistant(self, outcome: str, seconds: float, read: int, wrote: int) -> None:
        """Count a question to the AI: how it ended, how long that took, and the tokens read and written for it."""
        self._assistant_calls.labels(outcome).inc()
        self._assistant_seconds.observe(seconds)
        self._assistant_tokens.labels("read").inc(read)
        self._assistant_tokens.labels("written").inc(wrote)

    def login(self) -> None:
        """Count a login with a bot token."""
        self._logins.inc()

    def recovery(self, kind: str, seconds: float) -> None:
        """Count something that broke and healed, and how long that took."""
        kind = self._bounded("recovery", kind)
        self._recoveries.labels(kind).inc()
        self._recovery_seconds.labels(kind).observe(seconds)
        found = self.recovered.setdefault(kind, Recovered())
        found.count += 1
        found.last_seconds, found.longest_seconds = seconds, max(found.longest_seconds, seconds)

    def job_known(self, name: str, well_at: datetime | None) -> None:
        """Note when a run of a job was well last; None: none is remembered."""
        self._job_runs.labels(name)
        self._job_failures.labels(name)
        if well_at is not None:
            self._job_well.labels(name).set(well_at.timestamp())

    def job_began(self, name: str, late: float) -> None:
        """Count a run of a job, and how many seconds after its due time it began."""
        self._job_runs.labels(name).inc()
        self._job_lateness.labels(name).set(late)

    def job_failed(self, name: str) -> None:
        """Count a run of a job that failed."""
        self._job_failures.labels(name).inc()

    def watch(
        self,
        *,
        backlog: Callable[[], float],
        lease_held: Callable[[], bool],
        lease_epoch: Callable[[], float],
        trouble: Callable[[], float],
        breaker_open: Callable[[], bool],
    ) -> None:
        """Read these whenever the page is asked for. Called once."""
        for name, words, read in (
            ("draftkeep_inbox_backlog", "Updates received and not finished.", backlog),
            ("draftkeep_lease_held", "Whether this process may act as the bot.", lambda: float(lease_held())),
            ("draftkeep_lease_epoch", "The number of the period of ownership.", lease_epoch),
            (
                "draftkeep_breaker_open",
                "Whether little is asked of Telegram's server because it fails.",
                lambda: float(breaker_open()),
            ),
            ("draftkeep_trouble_seconds", "For how long the bot has not been able to serve; 0 when well.", trouble),
        ):
            Gauge(name, words, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _bounded(self, label: str, value: str) -> str:
        seen = self._seen.setdefault(label, set())
        if value not in seen:
            if len(seen) >= LABELS_AT_MOST:
                return "other"
            seen.add(value)
        return value
