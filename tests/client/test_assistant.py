"""Asking an OpenAI-compatible endpoint: what it takes, what it costs, and every way in which it may fail."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from client.assistant import LONGEST, OpenAIAssistant
from services.assistants import AnswerUnusable, AssistantAway, Trouble
from tests.e2e.assistant import KEY, MODEL, Model, assistant, failing
from tests.ports import free_port
from tests.test_house import ROOMS, ROOT, imported


class Meter:
    """What was counted."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, int, int]] = []

    def assistant(self, outcome: str, seconds: float, read: int, wrote: int) -> None:
        assert seconds >= 0
        self.counted.append((outcome, read, wrote))


@pytest_asyncio.fixture
async def model() -> AsyncIterator[Model]:
    async with assistant() as made:
        made.say = lambda question: f"You said {question['text']}"
        yield made


@pytest.fixture
def meter() -> Meter:
    return Meter()


def client_of(model: Model, meter: Meter, *, key: str | None = KEY, timeout: float = 30) -> OpenAIAssistant:
    return OpenAIAssistant(model.url, key, MODEL, meter=meter, timeout=timeout)


async def test_a_question_is_answered_and_counted(model: Model, meter: Meter) -> None:
    said = await client_of(model, meter).complete("Be brief.", "hello")
    assert (said.text, said.read, said.wrote, said.tokens) == ("You said hello", 100, 20, 120)
    [asked] = model.asked
    assert asked["model"] == MODEL
    assert asked["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hello"},
    ]
    assert asked["response_format"] == {"type": "json_object"}
    assert meter.counted == [("answered", 100, 20)]


async def test_what_an_endpoint_does_not_take_is_left_out_from_then_on(model: Model, meter: Meter) -> None:
    model.refuses = ("max_completion_tokens", "response_format")
    client = client_of(model, meter)
    await client.complete("", "one")
    assert len(model.asked) == 3
    await client.complete("", "two")
    assert len(model.asked) == 4
    assert model.asked[-1].keys() >= {"max_tokens"}
    assert "response_format" not in model.asked[-1]


async def test_what_it_does_not_count_is_estimated(model: Model, meter: Meter) -> None:
    model.usage = False
    said = await client_of(model, meter).complete("", "hello")
    assert said.wrote > 0


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, Trouble.KEY),
        (403, Trouble.KEY),
        (404, Trouble.MODEL),
        (429, Trouble.LIMIT),
        (500, Trouble.SERVER),
        (503, Trouble.SERVER),
    ],
)
async def test_an_endpoint_that_answers_nobody_says_why(
    model: Model, meter: Meter, status: int, trouble: Trouble
) -> None:
    model.say = failing(status)
    with pytest.raises(AssistantAway) as caught:
        await client_of(model, meter).complete("", "hello")
    assert caught.value.trouble is trouble
    assert KEY not in str(caught.value)
    assert len(model.asked) == 1, "nothing is asked again here"
    assert meter.counted == [(trouble, 0, 0)]


async def test_a_question_that_it_does_not_take_is_no_trouble_of_all(model: Model, meter: Meter) -> None:
    model.say = failing(400)
    with pytest.raises(AnswerUnusable):
        await client_of(model, meter).complete("", "hello")
    model.say = lambda _: "well"
    assert (await client_of(model, meter).complete("", "hello")).text == "well"


async def test_a_wrong_key_is_told_apart(model: Model, meter: Meter) -> None:
    with pytest.raises(AssistantAway) as caught:
        await client_of(model, meter, key=None).complete("", "hello")
    assert caught.value.trouble is Trouble.KEY


async def test_it_may_be_slow_or_away(model: Model, meter: Meter) -> None:
    model.slow = True
    for client in (
        client_of(model, meter, timeout=1.5),
        OpenAIAssistant(f"http://127.0.0.1:{free_port()}/v1", KEY, MODEL, meter=meter, timeout=30),
    ):
        with pytest.raises(AssistantAway) as caught:
            await client.complete("", "hello")
        assert caught.value.trouble is Trouble.SILENT
    assert [outcome for outcome, *_ in meter.counted] == [Trouble.SILENT] * 2


@pytest.mark.parametrize("body", [b"", b'{"choices": [{"mess'])
async def test_a_connection_that_ends_in_the_middle_of_an_answer_is_one_that_is_away(meter: Meter, body: bytes) -> None:
    async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(half, "127.0.0.1") as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        with pytest.raises(AssistantAway) as caught:
            await OpenAIAssistant(url, KEY, MODEL, meter=meter).complete("", "hello")
    assert caught.value.trouble is Trouble.SILENT
    assert meter.counted == [(Trouble.SILENT, 0, 0)]


def choice(**values: Any) -> web.Response:
    return web.json_response({"choices": [values]})


@pytest.mark.parametrize(
    "said",
    [
        "",
        "  \n",
        lambda: web.Response(text="<html>no</html>", content_type="text/html"),
        lambda: web.Response(body=b"\xff\xfe"),
        lambda: web.json_response([]),
        lambda: web.json_response({"choices": []}),
        lambda: web.Response(text="[" * 100_000),
        lambda: choice(message={"content": None}),
        lambda: choice(message={"content": ["a"]}),
        lambda: choice(message={"content": "half"}, finish_reason="length"),
        lambda: choice(message={"content": "half"}, finish_reason="content_filter"),
    ],
)
async def test_an_answer_that_is_none_is_unusable(model: Model, meter: Meter, said: Any) -> None:
    model.say = lambda _: said if isinstance(said, str) else said()
    with pytest.raises(AnswerUnusable):
        await client_of(model, meter).complete("", "hello")
    assert meter.counted[0][0] == "unusable"


async def test_an_answer_without_end_is_read_no_further_than_anybody_would(model: Model, meter: Meter) -> None:
    model.say = lambda _: "x" * (LONGEST - 1000)
    assert (await client_of(model, meter).complete("", "hello")).text
    model.say = lambda _: "x" * (64 << 20)
    with pytest.raises(AnswerUnusable, match="too long"):
        await client_of(model, meter).complete("", "hello")


def test_a_start_does_not_wait_for_the_library() -> None:
    code = "import sys, client.assistant; sys.exit('openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0
    others = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "openai" in imported(path)]
    assert others == [ROOT / "client" / "assistant.py"], "where it is imported for its types alone"
