"""Each filter is asked once per update, and says of it what it says when the library asks."""

from __future__ import annotations

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import filters
from pyrogram.filters import Filter
from pyrogram.handlers import MessageHandler
from pyrogram.types.messages_and_media.message import Str

from client.wants import Wants


class Asked:
    """A filter that answers as it is told, and counts."""

    def __init__(self, answer: object) -> None:
        self.times = 0

        async def ask(_: Any, __: Any, ___: Any) -> object:
            self.times += 1
            return answer

        self.filter: Filter = filters.create(ask, "Asked")


async def nothing(*_: object) -> None:
    """A handler's function."""


def handler(wanted: Filter | None) -> MessageHandler:
    return MessageHandler(nothing, wanted)


@pytest.mark.parametrize(("one", "other", "third"), list(itertools.product([True, False], repeat=3)))
async def test_filters_say_what_they_say_in_the_library(one: bool, other: bool, third: bool) -> None:
    a, b, c = (Asked(answer).filter for answer in (one, other, third))
    for wanted in (a & b, a | b, ~a, a & b & c, a | b | c, a & (b | c), (a | b) & ~c, ~(a & b) | c, a & ~(b | ~c)):
        theirs = bool(await handler(wanted).check(Any, Any))  # type: ignore[arg-type]  # it looks at neither
        assert await Wants().ask(handler(wanted), None, None, {}) is theirs


async def test_a_filter_of_many_handlers_is_asked_once_per_update() -> None:
    shared, wants = Asked(1), Wants()  # a filter may answer with anything
    handlers = [handler(shared.filter & Asked(False).filter) for _ in range(10)] + [handler(shared.filter)]
    for update in range(3):
        known: dict[int, bool] = {}
        answers = [await wants.ask(each, None, update, known) for each in handlers]
        assert answers == [False] * 10 + [True]
        assert shared.times == update + 1


async def test_what_is_decided_is_not_asked_further() -> None:
    beyond, wants = Asked(True), Wants()
    assert await wants.ask(handler(Asked(False).filter & beyond.filter), None, None, {}) is False
    assert await wants.ask(handler(Asked(True).filter | beyond.filter), None, None, {}) is True
    assert beyond.times == 0


async def test_a_handler_without_filters_wants_everything() -> None:
    assert await Wants().ask(handler(None), None, None, {}) is True


async def test_a_command_leaves_its_mark_for_each_handler() -> None:
    start, stop, wants = filters.command("start"), filters.command("stop"), Wants()
    message: Any = SimpleNamespace(text="/start now", caption=None, command=None)
    bot: Any = SimpleNamespace(me=SimpleNamespace(username="a_bot"))
    known: dict[int, bool] = {}
    answers = [await wants.ask(handler(each), bot, message, known) for each in (start, stop, start)]
    assert answers == [True, False, True]
    assert message.command == ["start", "now"]  # not what the filter in between left


TEXTS = (
    "/start", "/START now", "/start@a_bot x", "/starta_bot", "/start@b_bot", "/started", "/stop", " /start", "start",
    "/", "!Start", "", None, "/\u0130start", "/s\u0130start", *(f"{'x' * n}😀" for n in range(62, 67)),
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("names", ["start", ["begin", "Start"]])
@pytest.mark.parametrize("prefixes", ["/", ["!", "/"], ""])
async def test_a_command_is_one_where_the_library_says_so(text: str | None, names: Any, prefixes: Any) -> None:
    wanted = filters.command(names, prefixes)
    bot: Any = SimpleNamespace(me=SimpleNamespace(username="a_bot"))
    caption = text and Str(text)
    theirs, ours = (SimpleNamespace(text=None, caption=caption, command=["what was there"]) for _ in range(2))
    answer = await handler(wanted).check(bot, theirs)  # type: ignore[arg-type]  # a stand-in
    assert await Wants().ask(handler(wanted), bot, ours, {}) is bool(answer)
    assert ours.command == theirs.command


async def test_a_filter_that_may_block_is_asked_in_a_thread() -> None:
    blocking: Filter = filters.create(lambda _, __, update: update == "wanted", "blocking")
    with ThreadPoolExecutor(1) as executor:
        bot = SimpleNamespace(loop=asyncio.get_running_loop(), executor=executor)
        assert await Wants().ask(handler(blocking), bot, "wanted", {}) is True
        assert await Wants().ask(handler(~blocking), bot, "wanted", {}) is False


async def test_an_error_of_a_filter_is_the_callers() -> None:
    async def broken(*_: object) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Wants().ask(handler(Asked(True).filter & filters.create(broken)), None, None, {})
