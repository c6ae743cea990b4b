"""How the AI is asked: by the API of OpenAI, which most endpoints take; once, with limits of time and size."""

from __future__ import annotations

import asyncio
import importlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from services.assistants import AnswerUnusable, AssistantAway, Completion, Trouble
from services.shorteners import Secret

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

TIMEOUT: Final = 60.0
"""Seconds for an answer, from the connection to its last byte."""

LONGEST: Final = 256 * 1024
"""Bytes of an answer at most: forty times the longest message."""

WRITES: Final = 4000
"""Tokens that are to be written at most; those of models that think first are among them."""

NO_KEY: Final = "none"
"""What endpoints that ask for no key are sent as one: the library wants something."""

_JSON: Final = {"type": "json_object"}
_MANNERS: Final[tuple[Mapping[str, Any], ...]] = (
    {"max_completion_tokens": WRITES, "response_format": _JSON},
    {"max_tokens": WRITES, "response_format": _JSON},
    {"max_tokens": WRITES},
    {},
)
"""How an answer is asked for: endpoints differ in what they take. The first that one takes is kept to."""

_TROUBLES: Final = {401: Trouble.KEY, 403: Trouble.KEY, 404: Trouble.MODEL, 408: Trouble.SILENT, 429: Trouble.LIMIT}
_NOT_TAKEN: Final = frozenset({400, 422})
"""What is answered to a request that is not taken as it is."""


class AssistantMeter(Protocol):
    """Who counts what the AI is asked (web.metrics does)."""

    def assistant(self, outcome: str, seconds: float, read: int, wrote: int) -> None:
        """Count a call: `answered`, `unusable` or the word of a `Trouble`; its seconds, and the tokens that it cost."""


def first_assistant(
    base_url: str | None, key: Secret | None, model: str | None, meter: AssistantMeter
) -> OpenAIAssistant | None:
    """Return the assistant that the environment names; None where it names none."""
    if not (base_url and model):
        return None
    return OpenAIAssistant(base_url, key.get_secret_value() if key else None, model, meter=meter)


class OpenAIAssistant:
    """Asks one model of one endpoint (services.assistants.Assistant).

    The library is imported at the first question: that takes most of a second, which no start should wait for.
    """

    def __init__(
        self, base_url: str, key: str | None, model: str, *, meter: AssistantMeter | None = None,
        timeout: float = TIMEOUT,
    ) -> None:  # fmt: skip
        """Take where it is, its key (None: it asks for none), and the time that an answer may take."""
        self.model = model
        self._base_url = base_url
        self._key = key or NO_KEY
        self._meter = meter
        self._timeout = timeout
        self._manner = 0

    async def complete(self, instructions: str, question: str) -> Completion:
        """Return what the model says.

        Raises:
            AssistantAway: it answers nobody now.
            AnswerUnusable: it does not answer this, or with more than anybody reads.
        """
        began, outcome, read, wrote = time.monotonic(), "answered", 0, 0
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": question}]
        try:
            completion = await self._complete(messages)
            read, wrote = completion.read, completion.wrote
        except AssistantAway as error:
            outcome = error.trouble
            raise
        except AnswerUnusable as error:
            outcome, wrote = "unusable", error.tokens
            raise
        finally:
            if self._meter:
                self._meter.assistant(outcome, time.monotonic() - began, read, wrote)
        return completion

    async def _complete(self, messages: list[dict[str, str]]) -> Completion:
        try:
            async with asyncio.timeout(self._timeout):
                client = await asyncio.to_thread(self._make)  # the import, and the certificates of this machine
                async with client:
                    return completion_in(await self._asked(client, messages))
        except TimeoutError as error:
            raise AssistantAway(Trouble.SILENT, "no answer in time") from error

    def _make(self) -> AsyncOpenAI:
        client: AsyncOpenAI = importlib.import_module("openai").AsyncOpenAI(
            api_key=self._key, base_url=self._base_url, max_retries=0, timeout=self._timeout
        )
        return client

    async def _asked(self, client: AsyncOpenAI, messages: list[dict[str, str]]) -> bytes:
        """Ask in the manner that the endpoint took last, or in the next one that it takes."""
        errors = importlib.import_module("openai")
        first = self._manner
        for number in range(first, len(_MANNERS)):
            try:
                body = await self._body(client, messages, _MANNERS[number])
            except errors.APIStatusError as error:
                if error.status_code not in _NOT_TAKEN:
                    raise _away(error) from error
                continue
            except (errors.APIError, importlib.import_module("httpx2").HTTPError) as error:
                # the answer itself is read without the library; the texts may quote the address
                raise AssistantAway(Trouble.SILENT, type(error.__cause__ or error).__name__) from error
            self._manner = number
            return body
        raise AnswerUnusable("it does not take the question")

    async def _body(self, client: AsyncOpenAI, messages: list[dict[str, str]], manner: Mapping[str, Any]) -> bytes:
        """Read an answer as far as anybody would: the library alone reads all that there is."""
        asked: Any = client.chat.completions.with_streaming_response.create
        body = bytearray()
        async with asked(model=self.model, messages=messages, **manner) as response:
            async for piece in response.iter_bytes():
                body += piece
                if len(body) > LONGEST:
                    raise AnswerUnusable("its answer is too long", WRITES)
        return bytes(body)


def _away(error: APIStatusError) -> AssistantAway:
    trouble = _TROUBLES.get(error.status_code, Trouble.SERVER)
    return AssistantAway(trouble, f"HTTP {error.status_code}")


def completion_in(body: bytes) -> Completion:
    """Read what an endpoint answered; what it does not count is taken to be three bytes a token.

    Raises:
        AnswerUnusable: it is no answer of this API, it is empty, or it was cut off.
    """
    try:
        found = json.loads(body)
        [choice, *_] = found["choices"]
        text = choice["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise AnswerUnusable("its answer is none of this API", len(body) // 3) from error
    usage = found.get("usage")
    read, wrote = _count(usage, "prompt_tokens", 0), _count(usage, "completion_tokens", len(body) // 3)
    if choice.get("finish_reason") in {"length", "content_filter"}:
        raise AnswerUnusable(f"its answer was cut off ({choice['finish_reason']})", read + wrote)
    if not isinstance(text, str) or not text.strip():
        raise AnswerUnusable("its answer is empty", read + wrote)
    return Completion(text, read, wrote)


def _count(usage: Any, name: str, otherwise: int) -> int:
    with suppress(LookupError, TypeError):
        number = usage[name]
        if isinstance(number, int) and number >= 0:
            return number
    return otherwise
