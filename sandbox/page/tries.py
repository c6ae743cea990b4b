"""The suggestions file: who the page's people are and what it offers to try, handed over by the process that runs it.

The sandbox knows nothing of the bot that is tried in it: what is worth trying, step by step, comes in this file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from sandbox.page.checks import Checked, Wrong
from sandbox.page.missing import MissingError

if TYPE_CHECKING:
    from sandbox.world.world import World

DOES: Final = ("open", "send", "attach", "press", "link", "reply")
"""What a step does when it is pressed."""
NEEDED: Final = {
    "send": ("value",),
    "press": ("label", "data"),
    "link": ("value",),
    "reply": ("value", "to"),
}
"""What a step must say besides; of several, one."""
_SEEN: Final = ("person", "chat", "text", "media", "button", "out")
_STEP: Final = ("text", "do", "person", "chat", "value", "label", "data", "to", "from", "sample", "seen")
_MOST: Final = 1 << 20
"""Bytes of a suggestions file."""
_MOST_SECONDS: Final = 3600


class WrongSuggestionsError(ValueError):
    """A suggestions file that cannot be used; the words name every wrong place in it."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One of the people that the page begins with."""

    phone: str
    """Digits, 99966 first."""
    first_name: str
    last_name: str = ""
    language_code: str = "en"
    note: str = ""
    """What the page says about the person, such as "owner of the bot"."""
    knows: tuple[str, ...] = ()
    """User names that stand in their list of chats before anything was said."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the process that runs the sandbox wants the page to offer; nothing at all by default."""

    title: str = ""
    people: tuple[Newcomer, ...] = ()
    links: tuple[dict[str, str], ...] = ()
    """Other pages worth a look: `title` and `url`."""
    tries: tuple[dict[str, Any], ...] = ()
    folder: Path = Path()
    """Where the file is: samples are named from there."""

    @classmethod
    def read(cls, path: Path) -> Suggestions:
        """Read a suggestions file.

        Raises:
            WrongSuggestionsError: it cannot be used; each wrong place in it is named.
        """
        try:
            if path.stat().st_size > _MOST:
                raise WrongSuggestionsError(f"{path}: a suggestions file has at most {_MOST:,} bytes")
            given = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise WrongSuggestionsError(f"{path}: {error.strerror or error}") from error
        except ValueError as error:
            if isinstance(error, WrongSuggestionsError):
                raise
            raise WrongSuggestionsError(f"{path}: no JSON in UTF-8 ({error})") from error
        return cls.checked(given, path)

    @classmethod
    def checked(cls, given: object, path: Path) -> Suggestions:
        """The same of what was read already; `path` is what it is called and where samples are looked for."""
        wrong = Wrong()
        top = Checked(given, "", wrong).only("title", "people", "links", "tries")
        people = tuple(_newcomer(each) for each in top.items("people"))
        phones = {each.phone for each in people}
        if len(phones) < len(people):
            wrong.say("people", "two of them have the same phone")
        links = tuple({"title": each.text("title"), "url": _url(each)} for each in top.items("links"))
        tries = tuple(_try(each, phones, path.parent) for each in top.items("tries"))
        if len({each["id"] for each in tries}) < len(tries):
            wrong.say("tries", "two of them have the same id")
        found = cls(top.text("title", ""), people, links, tries, path.parent)
        if wrong:
            raise WrongSuggestionsError(f"{path}: " + "; ".join(wrong.told))
        return found

    def shown(self, world: World) -> list[dict[str, Any]]:
        """What can be tried, with the ids that people and chats have here; null for those that are not there yet."""
        return [{**each, "steps": [self._step(world, each, step) for step in each["steps"]]} for each in self.tries]

    def sample(self, try_id: str, number: str) -> Path | None:
        """The file that a step offers to send; None when there is no such step, or it offers none."""
        steps: list[dict[str, Any]] = next((each["steps"] for each in self.tries if each["id"] == try_id), [])
        name = next((step.get("sample") for at, step in enumerate(steps) if str(at) == number), None)
        return None if name is None else self.folder / name

    def _step(self, world: World, one: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
        shown = _placed(step, world)
        for name in ("seen", "from"):
            if name in step:
                shown[name] = _placed(step[name], world)
        if "sample" in step:
            number = one["steps"].index(step)
            shown["sample"] = {"name": Path(step["sample"]).name, "url": f"/api/tries/{one['id']}/{number}/sample"}
        return shown


SUGGESTIONS: Final = web.AppKey("suggestions", Suggestions)

routes = web.RouteTableDef()


class NoSample(MissingError):  # noqa: N818 - what is missing
    """There is no such file to try with."""

    name = "NO_SAMPLE"

    def __init__(self) -> None:
        super().__init__("There is no file here to try with: choose one of yours.")


@routes.get("/api/tries/{id}/{step}/sample")
async def sample(request: web.Request) -> web.StreamResponse:
    """The file that a step offers to send."""
    path = request.app[SUGGESTIONS].sample(request.match_info["id"], request.match_info["step"])
    if path is None or not path.is_file():
        raise NoSample
    return web.FileResponse(path, headers={"Content-Type": "application/octet-stream"})


def _placed(step: dict[str, Any], world: World) -> dict[str, Any]:
    """With ids in the place of the phone and the name that stand in the file."""
    shown = dict(step)
    if "person" in step:
        person = world.accounts.by_phone(step["person"])
        shown["person"] = person.id if person else None
    chat = step.get("chat")
    if isinstance(chat, str):
        account, channel = world.accounts.by_username(chat[1:]), world.channels.by_username(chat[1:])
        chat = account.id if account else channel.peer if channel else None
        shown["name"] = step["chat"]
    if "chat" in step or "do" in step:
        shown["chat"] = chat
    return shown


def _newcomer(given: Checked) -> Newcomer:
    given.only("phone", "first_name", "last_name", "language_code", "note", "knows")
    return Newcomer(
        phone=given.matching("phone", r"99966[0-9]{5}", "a number of the form 99966XXXXX"),
        first_name=given.text("first_name"),
        last_name=given.text("last_name", ""),
        language_code=given.matching("language_code", r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language such as en", "en"),
        note=given.text("note", ""),
        knows=given.usernames("knows"),
    )


def _url(given: Checked) -> str:
    given.only("title", "url")
    return given.matching("url", r"https?://[!-~]+", "an address that begins with http:// or https://")


def _try(given: Checked, phones: set[str], folder: Path) -> dict[str, Any]:
    given.only("id", "title", "text", "seconds", "steps")
    steps = given.items("steps")
    if not steps:
        given.wrong("steps", "at least one step is needed")
    return {
        "id": given.matching("id", r"[a-z0-9-]{1,32}", "1 to 32 of a-z, 0-9 and -"),
        "title": given.text("title"),
        "text": given.text("text", ""),
        "seconds": given.whole("seconds", 1, _MOST_SECONDS, 60),
        "steps": [_step(each, phones, folder) for each in steps],
    }


def _step(given: Checked, phones: set[str], folder: Path) -> dict[str, Any]:
    given.only(*_STEP)
    do = given.one_of("do", DOES)
    step = {"text": given.text("text"), "do": do, **_where(given, phones)}
    needed = NEEDED.get(do, ())
    if needed and not any(given.has(name) for name in needed):
        given.wrong("do", f"{do} needs {' or '.join(needed)}")
    for name in ("value", "label", "data", "to"):
        if given.has(name):
            is_pattern = name != "value" or do == "link"
            step[name] = given.pattern(name) if is_pattern else given.text(name)
    if given.has("from"):
        step["from"] = _where(given.part("from").only("person", "chat"), phones)
    if given.has("sample"):
        step["sample"] = _sample(given, folder)
    if given.has("seen"):
        step["seen"] = _seen(given.part("seen"), phones)
    elif do in ("press", "link"):
        given.wrong("seen", f"{do} needs what is seen when it is done")
    return step


def _where(given: Checked, phones: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"person": given.text("person")}
    if found["person"] and found["person"] not in phones:
        given.wrong("person", "no phone of these people")
    if given.has("chat"):
        found["chat"] = given.chat("chat")
    return found


def _seen(given: Checked, phones: set[str]) -> dict[str, Any]:
    found = _where(given.only(*_SEEN), phones)
    for name in ("text", "button"):
        if given.has(name):
            found[name] = given.pattern(name)
    for name in ("media", "out"):
        if given.has(name):
            found[name] = given.truth(name)
    return found


def _sample(given: Checked, folder: Path) -> str:
    name = given.text("sample")
    path = (folder / name).resolve()
    if name and not path.is_file():
        given.wrong("sample", f"there is no file {path}")
    return name
