"""What a person reads: a text found by its key, in the person's language, with its arguments made safe."""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from babel.dates import get_timezone_location
from babel.numbers import get_group_symbol
from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from locales.arguments import clean, cut, isolate

log = logging.getLogger(__name__)

FALLBACK: Final = "en"
"""The language of last resort: complete by definition."""

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "ru": "Русский", "uz": "O‘zbekcha"})
"""Every supported language by its code, named as its speakers call it, in the order in which they are offered."""

_UNITS: Final = ("size-b", "size-kb", "size-mb", "size-gb")
_TIMES: Final = (
    ("duration-days", 86400),
    ("duration-hours", 3600),
    ("duration-minutes", 60),
    ("duration-seconds", 1),
)
_KINDS: Final = {
    "animation": "kind-animation",
    "audio": "kind-audio",
    "document": "kind-document",
    "photo": "kind-photo",
    "sticker": "kind-sticker",
    "text": "kind-text",
    "video": "kind-video",
    "video_note": "kind-video-note",
    "voice": "kind-voice",
}
_WHOLE: Final = frozenset({"url", "known"})
"""Arguments that are worth nothing with a piece missing: an address, and what may be written somewhere."""
_IN_HOURS: Final = 2 * 86400
"""Seconds below which a time that is no whole days is said in hours: 47 hours."""
# Fluent shortens what it is handed at 2,500 characters, markup or not; what is longer by
# design goes in afterwards, at a mark of two characters that `clean` removes from arguments.
_MARK_OPEN, _MARK_CLOSE = "\ue0f0", "\ue0f1"


class Html(str):
    """A text that is HTML already: it goes into a message as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A text inside a text, rendered in the language of the whole."""

    key: str
    args: Mapping[str, object] = field(default_factory=dict)


class Texts:
    """All texts in all languages; made once with `load` and shared by every bot of the process."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._bundles = {code: _bundle(code, source) for code, source in sources.items()}
        self._complained: set[tuple[str, str]] = set()

    @classmethod
    def load(cls) -> Self:
        """Read the files beside this one, one for each language.

        Raises:
            ValueError: A file is not well-formed Fluent; the text says where.
            OSError: A file cannot be read.
        """
        folder = Path(__file__).parent
        return cls({code: (folder / f"{code}.ftl").read_text(encoding="utf-8") for code in LANGUAGES})

    @property
    def languages(self) -> Mapping[str, str]:
        """Every language by its code, named as its speakers call it."""
        return LANGUAGES

    def pick(self, telegram_code: str | None) -> str:
        """The supported language nearest to Telegram's code (`ru-RU`, `uz_Latn`, `pt-br`); English for any other."""
        code = (telegram_code or "").replace("_", "-").split("-", 1)[0].lower()
        return code if code in LANGUAGES else FALLBACK

    def thousands(self, language: str) -> str:
        """What a language writes between thousands."""
        return get_group_symbol(language)

    def city(self, language: str, zone: str) -> str:
        """Name a time zone after its city, as the language calls it."""
        return str(get_timezone_location(zone, locale=language, return_city=True))

    def text(self, language: str, key: str, /, **args: object) -> str:
        """Render a message in HTML.

        Numbers are written as the language writes them. Strings are escaped, freed of control characters and
        shortened in the middle to 64 characters; those of `_WHOLE` are not shortened, and `Html` goes in as it
        is. A `Part` is rendered in the same language, a tuple of them one a line. None is an empty string,
        True and False are `yes` and `no`. A text that is missing comes in English and is logged once; this
        never raises.
        """
        return self._render(language, key, args, markup=True)

    def label(self, language: str, key: str, /, **args: object) -> str:
        """Render a text for where Telegram takes no markup: buttons, answers to a press, descriptions of commands."""
        return self._render(language, key, args, markup=False)

    def _render(self, language: str, key: str, args: Mapping[str, object], *, markup: bool) -> str:
        bundle = self._bundles.get(language)
        if bundle is None or not bundle.has_message(key):
            self._complain(language, key, "no such text")
            language, bundle = FALLBACK, self._bundles[FALLBACK]
            if not bundle.has_message(key):
                self._complain(language, key, "no such text")
                return key
        late: dict[str, str] = {}
        values = {name: self._value(language, name, value, late, markup=markup) for name, value in args.items()}
        pattern = bundle.get_message(key).value
        if pattern is None:
            self._complain(language, key, "has no value")
            return key
        rendered, errors = bundle.format_pattern(pattern, values)
        if errors:
            self._complain(language, key, "; ".join(map(str, errors)))
        text = str(rendered)
        for mark, value in late.items():
            text = text.replace(mark, value)
        return text

    def _value(
        self, language: str, name: str, value: object, late: dict[str, str], *, markup: bool
    ) -> str | int | float:
        """Make an argument safe; what Fluent would shorten goes to `late` and leaves a mark in its place."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float):
            return value
        if isinstance(value, Part | tuple):
            parts = value if isinstance(value, tuple) else (value,)
            long = "\n".join(self._render(language, part.key, part.args, markup=markup) for part in parts)
        elif isinstance(value, Html):
            long = value
        else:
            plain = clean("" if value is None else str(value))
            safe = plain if name in _WHOLE else isolate(cut(plain))
            long = html.escape(safe) if markup else safe
            if name not in _WHOLE:
                return long
        mark = f"{_MARK_OPEN}{name}{_MARK_CLOSE}"
        late[mark] = long
        return mark

    def _complain(self, language: str, key: str, what: str) -> None:
        if (language, key) not in self._complained:
            self._complained.add((language, key))
            log.error("Text %r in language %r: %s", key, language, what)


def _parsed(code: str, source: str) -> ftl.Resource:
    """Read one language's file; see `Texts.load` for what it raises."""
    resource = FluentParser().parse(source)
    for entry in resource.body:
        if isinstance(entry, ftl.Junk):
            line = source.count("\n", 0, entry.span.start if entry.span else 0) + 1
            found = (entry.content or "").strip()[:80]
            raise ValueError(f"{code}.ftl, line {line}: not well-formed: {found!r}")  # noqa: TRY004 - a bad file
    return resource


def _bundle(code: str, source: str) -> FluentBundle:
    """Make one language's texts, with the functions that the files may call."""

    def part(key: str, **args: object) -> str:
        pattern = bundle.get_message(key).value
        return str(bundle.format_pattern(pattern, args)[0]) if pattern is not None else key

    def size(count: object) -> str:
        """SIZE($bytes): bytes in the largest unit that leaves at least 1, units of 1,024 as Telegram shows them."""
        if not isinstance(count, int | float):
            raise TypeError("SIZE takes a number")
        number = float(count)
        unit = 0
        while round(number, 1) >= 1024 and unit < len(_UNITS) - 1:
            number /= 1024
            unit += 1
        shown: int | float = round(number, 1) if number < 10 and unit else round(number)
        return part(_UNITS[unit], number=shown)

    def duration(seconds: object) -> str:
        """DURATION($seconds): a time in its two largest units, such as 2 days 6 hours; 30 hours is 30 hours."""
        if not isinstance(seconds, int | float):
            raise TypeError("DURATION takes a number")
        left, said = int(seconds), list[str]()
        for key, size in _TIMES[1:] if left < _IN_HOURS and left % _TIMES[0][1] else _TIMES:
            number, left = divmod(left, size)
            if number and len(said) < 2:
                said.append(part(key, number=number))
        return " ".join(said) or part(_TIMES[-1][0], number=0)

    def file(name: object, kind: object) -> str:
        """FILE($name, $kind): the file's name, or what kind of file it is where it has none."""
        shown = name if isinstance(name, str) else ""
        return shown or part(_KINDS.get(str(kind), _KINDS["document"]))

    def kinds(names: object) -> str:
        """KINDS($names): kinds of files, whose names have commas between them."""
        return ", ".join(part(_KINDS[name]) for name in str(names).split(",") if name in _KINDS)

    def permissions(names: object) -> str:
        """PERMISSIONS($names): what an admin may do, by names with commas between them."""
        keys = (f"permission-{name}" for name in str(names).split(","))
        return "; ".join(part(key) for key in keys if bundle.has_message(key))

    functions: Any = {
        "SIZE": size, "FILE": file, "DURATION": duration, "KINDS": kinds, "PERMISSIONS": permissions
    }  # fmt: skip
    bundle = FluentBundle([code], functions=functions, use_isolating=False)
    bundle.add_resource(_parsed(code, source))
    return bundle
