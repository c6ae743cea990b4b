"""Which calls are served to whoever may make admin calls, and how long each may take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from aiohttp import web

from locales.texts import FALLBACK, Texts
from services.errors import UserError
from services.templates import plain
from web.admin import AdminGate
from web.drafts import WITHIN, DeskSource, Drafts
from web.jobs import Jobs, JobsSource

LONGER: Final[Mapping[str, float]] = {"/drafts": WITHIN}
"""Seconds that calls may take for which those of all others are too few."""


class Source(JobsSource, DeskSource, Protocol):
    """Who knows the bot that this process serves."""


def calls(source: Source, gate: AdminGate, texts: Texts) -> list[web.RouteDef]:
    """The addresses at which something can be asked for. HTTP speaks English."""

    def say(error: UserError) -> str:
        return " ".join(plain(texts.text(FALLBACK, error.key, **error.args_)).split())

    return [*Jobs(source, gate).routes(), *Drafts(source, gate, say).routes()]
