"""Every handler of every plugin, from wherever the bot is started; nothing missing without a word."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pyrogram.handlers import CallbackQueryHandler, MessageHandler

from client.plugins import NoHandlers, NoRule, find_handlers

HANDLER = """
from pyrogram import Client
from client.filters import everyone

@Client.on_message(everyone, group={group})
async def {name}(bot, message):
    pass
"""

House = Callable[..., ModuleType]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Makes packages of plugins out of texts."""
    names: list[str] = []

    def build(**files: str) -> ModuleType:
        name = f"plugins_of_a_test_{len(names)}"
        names.append(name)
        (tmp_path / name).mkdir()
        for file, text in {"__init__": "", **files}.items():
            path = tmp_path / name / f"{file.replace('__in__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("PACKAGE", name))
        importlib.invalidate_caches()
        return importlib.import_module(name)

    monkeypatch.syspath_prepend(str(tmp_path))
    yield build
    for name in [each for each in sys.modules if each.startswith("plugins_of_a_test_")]:
        del sys.modules[name]


def test_every_file_is_read_in_the_order_of_names(house: House) -> None:
    package = house(
        b=HANDLER.format(name="second", group=0),
        a=HANDLER.format(name="first", group=3) + HANDLER.format(name="another", group=-1),
        c="nothing = 1",
    )
    found = find_handlers(package)
    assert [(handler.callback.__name__, group) for handler, group in found] == [
        ("first", 3),
        ("another", -1),
        ("second", 0),
    ]


def test_a_function_with_two_decorators_is_two_handlers(house: House) -> None:
    package = house(
        a="""
from pyrogram import Client
from client.filters import everyone

@Client.on_message(everyone)
@Client.on_callback_query(everyone)
async def both(bot, update):
    pass
"""
    )
    assert {type(handler) for handler, _ in find_handlers(package)} == {MessageHandler, CallbackQueryHandler}


def test_folders_of_plugins_are_read_as_well(house: House) -> None:
    package = house(
        inner__in____init__="",
        inner__in__deep=HANDLER.format(name="deep", group=0),
        a=HANDLER.format(name="a", group=0),
    )
    assert len(find_handlers(package)) == 2


def test_no_handler_at_all_is_an_error(house: House) -> None:
    with pytest.raises(NoHandlers):
        find_handlers(house(a="nothing = 1"))


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "filters.private",
        "~admin",
        "admin | filters.private",
        "filters.private & ~owner",
        "admin & owner",
        "filters.private & (admin | owner)",
    ],
)
def test_a_handler_that_does_not_say_who_may_is_refused(house: House, declared: str) -> None:
    text = HANDLER.format(name="open_to_all", group=0).replace("everyone, ", f"{declared}, " if declared else "")
    package = house(
        a=HANDLER.format(name="good", group=0),
        b="from pyrogram import filters\nfrom client.filters import admin, owner\n" + text,
    )
    with pytest.raises(NoRule, match="open_to_all"):
        find_handlers(package)


@pytest.mark.parametrize("declared", ["owner", "filters.private & admin", "admin & ~filters.private & filters.text"])
def test_control_one_rule_among_other_filters_is_enough(house: House, declared: str) -> None:
    text = HANDLER.format(name="good", group=0).replace("(everyone,", f"({declared},")
    package = house(a="from pyrogram import filters\nfrom client.filters import admin, owner\n" + text)
    assert len(find_handlers(package)) == 1


@pytest.mark.parametrize(
    "text", ["import there_is_no_such_module", "from client.plugins import nothing_of_that_name", "1 / 0", "def ("]
)
def test_an_error_inside_a_plugin_is_not_skipped(house: House, text: str) -> None:
    package = house(a=HANDLER.format(name="good", group=0), b=text)
    with pytest.raises((ImportError, ZeroDivisionError, SyntaxError)):
        find_handlers(package)


def test_an_import_error_inside_a_folder_is_not_skipped(house: House) -> None:
    package = house(inner__in____init__="import there_is_no_such_module", a=HANDLER.format(name="good", group=0))
    with pytest.raises(ImportError):
        find_handlers(package)


def test_a_handler_imported_into_another_file_is_an_error(house: House) -> None:
    package = house(a=HANDLER.format(name="start", group=0), b="from PACKAGE.a import start")
    with pytest.raises(ValueError, match="start"):
        find_handlers(package)


def test_the_bots_own_plugins_are_found_from_another_folder(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    script = (
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "import plugins\n"
        "from client.plugins import find_handlers\n"
        "print(len(find_handlers(plugins)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert int(done.stdout) > 5


def test_handlers_are_found_again_for_the_next_bot(house: House) -> None:
    package = house(a=HANDLER.format(name="start", group=0))
    assert find_handlers(package) == find_handlers(package)
