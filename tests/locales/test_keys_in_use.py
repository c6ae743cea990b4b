"""Every text that the code asks for exists, and every text that exists is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, visitor
from fluent.syntax import ast as ftl

import locales
from scheduler.jobs import JOBS
from services.broadcast_forms import FORMS as CAST_FORMS
from services.broadcast_forms import Feature
from services.forms import Choice, Several
from services.link_life import Property
from services.options import DECLARED, Group

LOCALES = Path(str(locales.__file__)).parent
ROOT = LOCALES.parent
ROOMS = ("client", "locales", "plugins", "scheduler", "services", "web")

KEY_AT = {
    # which argument of a call is a text's key
    "answer": 1,
    "edit_answer": 1,
    "toast": 1,
    "tell": 1,
    "tell_owner": 2,
    "owner_told": 0,
    "text": 1,
    "label": 1,
    "UserError": 0,
    "Button": 0,
    "Card": 0,
    "Part": 0,
    "Question": 0,
    "Choice": 1,
    "finish": 0,
}


def sources() -> Iterator[Path]:
    yield ROOT / "bot.py"
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def asked_for(tree: ast.AST) -> Iterator[str]:
    """The keys that stand where a call takes one, also as the branches of a choice."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        place = KEY_AT.get(str(name))
        if place is None or len(node.args) <= place:
            continue
        wanted = node.args[place]
        for choice in (wanted.body, wanted.orelse) if isinstance(wanted, ast.IfExp) else (wanted,):
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                yield choice.value


def words(tree: ast.AST) -> Iterator[str]:
    """Every string of the code that is no docstring: keys also stand in tables and variables."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


class Included(visitor.Visitor):
    """Collects the texts that other texts include."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802 - the visitor's naming
        self.keys.add(node.id.name)


def declared() -> set[str]:
    """The texts that the declarations of settings and jobs ask for."""
    keys = {f"button-settings-{group}" for group in Group} | {job.plan.key for job in JOBS}
    keys |= {key for each in Property for key in (f"link-{each}", f"link-{each}-about")}
    keys |= {key for each in Feature for key in (f"cast-{each}", f"cast-{each}-about")}
    for feature, form in CAST_FORMS.items():
        keys |= {f"cast-{feature}-{name}" for name in form.presets} if isinstance(form, Choice) else set()
    for each in DECLARED.values():
        keys |= {each.key, f"{each.key}-about"}
        if isinstance(each.form, Choice | Several):
            keys |= {f"{each.key}-{name}" for name in each.form.presets}
    return keys


@pytest.fixture(scope="module")
def trees() -> list[ast.AST]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sources() if path.exists()]


@pytest.fixture(scope="module")
def resource() -> ftl.Resource:
    return FluentParser().parse((LOCALES / "en.ftl").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def defined(resource: ftl.Resource) -> set[str]:
    return {entry.id.name for entry in resource.body if isinstance(entry, ftl.Message)}


def test_every_text_that_is_asked_for_exists(trees: list[ast.AST], defined: set[str]) -> None:
    wanted = {key for tree in trees for key in asked_for(tree)}
    assert len(wanted) > 30
    assert (wanted | declared()) - defined == set()


def test_every_text_is_asked_for(trees: list[ast.AST], defined: set[str], resource: ftl.Resource) -> None:
    included = Included()
    included.visit(resource)
    asked = {word for tree in trees for word in words(tree)} | included.keys | declared()
    assert defined - asked == set()


def test_the_scan_sees_a_key_in_each_place() -> None:
    """The control: a misspelled key is found wherever a call takes one."""
    code = """
async def handler(bot, message):
    await bot.answer(message, "one" if ready else "two")
    await bot.tell(1, "three", cause=cause, step="x")
    raise UserError("four", title="no key")
KEYBOARD = [[Button("five", data="no-key")]]
"""
    assert set(asked_for(ast.parse(code))) == {"one", "two", "three", "four", "five"}
