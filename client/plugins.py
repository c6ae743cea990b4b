"""Which handlers the bot has: those of every file in plugins/, each with a rule, found from any working directory."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from pyrogram.handlers.handler import Handler

from client.filters import rule_of


class NoHandlers(Exception):  # noqa: N818 - says what is wrong
    """No handler was found: the bot would start and answer nothing."""


class NoRule(Exception):  # noqa: N818 - says what is wrong
    """A handler does not say who may make it run: nobody may, so it is refused."""


def find_handlers(package: ModuleType) -> list[tuple[Handler, int]]:
    """Import every module of a package and collect what its decorators declared.

    Returns handlers with their groups, in the order of file names. An error inside a plugin
    is the caller's: nothing is skipped.

    Raises:
        NoHandlers: the package declares none.
        NoRule: a handler declares no rule of `client.filters`, or more than one.
        ValueError: a handler is declared in one file and imported into another, which would run it twice.
    """
    seen: dict[int, str] = {}
    found = []
    for name, module in _modules(package):
        for attribute, value in vars(module).items():
            declared = getattr(value, "handlers", None)
            if not callable(value) or not isinstance(declared, list):
                continue
            if id(value) in seen:
                raise ValueError(f"{name}.{attribute} is a handler of {seen[id(value)]} already")
            seen[id(value)] = name
            found += [(handler, group) for handler, group in declared if isinstance(handler, Handler)]
    if not found:
        raise NoHandlers(f"no handler in {package.__name__}")
    for handler, _ in found:
        if rule_of(handler) is None:
            raise NoRule(f"{handler.callback.__module__}.{handler.callback.__qualname__} declares no rule")
    return found


def _modules(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    names = sorted(info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    return ((name, import_module(name)) for name in names)
