"""The three languages say the same things, each in its own words, in HTML that Telegram takes."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, visitor
from fluent.syntax import ast as ftl
from fluent.syntax.serializer import FluentSerializer
from pyrogram.parser import Parser

import locales
from client.markup import parsed
from locales.arguments import clean, cut
from locales.texts import LANGUAGES, Html, Part, Texts
from services.captions import PLACEHOLDERS as CAPTION
from tests.cases import cases

FOLDER = Path(str(locales.__file__)).parent
TRANSLATIONS = sorted(set(LANGUAGES) - {"en"})

SAME_AS_ENGLISH = {
    ("page", "ru"),  # nothing but the owner's own words
    ("page", "uz"),
    ("results-row", "ru"),  # nothing but a post
    ("results-row", "uz"),
    ("person", "ru"),  # a name and a number
    ("person", "uz"),
    ("button-premium-del-of", "ru"),  # a mark and a name
    ("button-premium-del-of", "uz"),
    ("button-permission-on", "ru"),  # a mark and the permission's own text
    ("button-permission-on", "uz"),
    ("button-permission-off", "ru"),
    ("button-permission-off", "uz"),
    ("size", "ru"),  # as SIZE writes it
    ("size", "uz"),
    ("kind-audio", "uz"),
    ("kind-video", "uz"),
    ("size-kb", "uz"),
    ("size-mb", "uz"),
    ("size-gb", "uz"),
    ("cast-premium", "uz"),
}
"""Texts that are right although they equal the English. Those that have no words of their own need not be here."""

TOASTS = (
    *(
        "apology",
        "no-authority",
        "command-withheld",
        "button-stale",
        "setting-last",
        "link-not-yours",
        "conversation-over",
    ),
    *("setting-changed-since", "draft-unknown", "draft-too-late", "draft-old-version", "draft-no-targets"),
    *("draft-too-late-pending", "draft-too-late-expired", "draft-too-late-itself"),
    *(
        "draft-nothing-failed",
        "draft-undo-over",
        "draft-taken-back",
        "draft-not-published",
        "draft-reply-stays",
        "draft-terms-changed",
    ),
)
"""Texts that may answer a press: Telegram takes 200 characters there."""

LIMIT = 4096
"""UTF-16 units of a message (Telegram's limit)."""

NUMBERS: tuple[object, ...] = (0, 1, 2, 5, 21, 1_234_567)
NASTY: tuple[object, ...] = (
    "<b>",
    "&amp; </b>",
    "\u202eevil\u2066",
    "ملف\x00\r\n\t",
    "𝕏" * 200,
    "",
    "{ $name }",
    "</a>",
)
URL = "https://t.me/" + "b" * 32 + "?start=f" + "x" * 22 + "&a=<b>"
VALUES: Mapping[str, tuple[object, ...]] = {
    "count": NUMBERS[1:],
    "more": NUMBERS,
    "missing": NUMBERS,
    "gone": ("3", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10…"),
    "number": NUMBERS,
    "size": NUMBERS,
    "free": NUMBERS,
    "seconds": NUMBERS,
    "least": NUMBERS,
    "most": NUMBERS,
    "longest": NUMBERS,
    "beside": NUMBERS,
    "length": NUMBERS,
    "total": NUMBERS,
    "today": NUMBERS,
    "week": NUMBERS,
    "blocked": NUMBERS,
    "uses": NUMBERS,
    "kind": (
        *("document", "video", "audio", "voice", "video_note", "animation", "photo", "sticker", ""),
        *("contact", "location", "poll", "dice", "game", "story", "paid", "other"),
    ),
    "state": ("open", "revoked", "expired", "used-up"),
    "text": (Html("x" * 4096),),
    "excerpt": (Html("😀" * 300), Html("&lt;b&gt; x")),
    "others": NUMBERS,
    "pending": NUMBERS,
    "skipped": NUMBERS,
    "cancelled": NUMBERS,
    "presses": NUMBERS,
    "now": NUMBERS,
    "may": ("upload,review,broadcast,ban,settings", "ban", "of another version"),
    "date": ("2026-01-02",),
    "on": ("yes", "no"),
    "made": NUMBERS,
    "verified": NUMBERS,
    "sent": NUMBERS,
    "end": ("over", "going"),
    "head": (Part("cast-head"),),
    "notice": (Part("cast-nobody"), None),
    "bar": ("▓" * 14,),
    "reach": (Part("cast-count-none"),),
    "bypassed": NUMBERS,
    "refused": NUMBERS,
    "failed": NUMBERS,
    "other": NUMBERS,
    "used": NUMBERS,
    "expired": NUMBERS,
    "unknown": NUMBERS,
    "direct": ("yes", "no"),
    "private": ("yes", "no"),
    "review": ("yes", "no"),
    "all": ("yes", "no"),
    "why": ("silent", "key", "model", "limit", "server", "spent", "unusable"),
    "groups": (tuple(Part("replies-row", {"title": "𝕏" * 99}) for _ in range(20)), Part("replies-no-chats")),
    "calls": NUMBERS,
    "calls_most": NUMBERS,
    "tokens": NUMBERS,
    "tokens_most": NUMBERS,
    "confidence": NUMBERS,
    "minutes": NUMBERS,
    "waiting": NUMBERS,
    "fixed": ("yes", "no"),
    "locked": ("yes", "no"),
    "works": ("on", "off", "paused", "lost", "gone"),
    "mode": (Part("setting-gate-always"),),
    "reasons": (Part("gate-reasons", {"other": 1, "used": 2, "expired": 3, "unknown": 4}),),
    "kinds": ("document,video,audio,photo,animation,voice,video_note", "sticker"),
    "topic": ("upload", "bundle", "range", "rename"),
    "source": (Part("about-source", {"url": URL}), None),
    "url": (URL,),
    "known": (" ".join(f"{{{name}}}" for name in CAPTION),),
    "lines": ((Part("help-links"), Part("help-revoke")),),
    "rows": (
        tuple(
            Part(
                "links-row",
                {"number": n, "name": "𝕏" * 99, "kind": "photo", "more": 9999, "uses": n, "state": "used-up"},
            )
            for n in range(20)
        ),
    ),
}
"""What each placeholder may be given; any other one is a name that a stranger may have chosen."""


class Variables(visitor.Visitor):
    """Collects the placeholders of a message, and the messages that it includes."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.included: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the visitor's naming
        self.names.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802 - the visitor's naming
        self.included.add(node.id.name)


class Words(visitor.Visitor):
    """Collects the words between the placeholders."""

    def __init__(self) -> None:
        self.phrases: set[str] = set()

    def visit_TextElement(self, node: ftl.TextElement) -> None:  # noqa: N802 - the visitor's naming
        self.phrases.update(line.strip() for line in re.sub(r"<[^>]*>|https?://\S+", "", node.value).splitlines())


@functools.cache
def messages(language: str) -> dict[str, ftl.Message]:
    body = FluentParser().parse((FOLDER / f"{language}.ftl").read_text(encoding="utf-8")).body
    return {entry.id.name: entry for entry in body if isinstance(entry, ftl.Message)}


@functools.cache
def placeholders(language: str, key: str) -> frozenset[str]:
    found = Variables()
    found.visit(messages(language)[key])
    return frozenset(found.names).union(*(placeholders(language, included) for included in found.included))


def phrases(message: ftl.Message) -> set[str]:
    found = Words()
    found.visit(message)
    return {phrase for phrase in found.phrases if len(re.findall(r"[^\W\d_]{2,}", phrase)) > 1}


def has_words(message: ftl.Message) -> bool:
    """Whether a text says anything itself, besides what its placeholders stand for."""
    found = Words()
    found.visit(message)
    return any(re.search(r"[^\W\d_]", phrase) for phrase in found.phrases)


def choices(language: str, key: str) -> Iterator[dict[str, object]]:
    """Every value of every placeholder at least once, and all pairs of what decides between variants."""
    names = sorted(placeholders(language, key))
    pools = {name: VALUES.get(name, NASTY) for name in names}
    longest = max((len(pool) for pool in pools.values()), default=1)
    for row in range(longest):
        yield {name: pool[row % len(pool)] for name, pool in pools.items()}
    for first, second in itertools.combinations(sorted(set(pools) & {"count", "state", "uses", "more", "kind"}), 2):
        for one, two in itertools.product(pools[first], pools[second]):
            yield {name: pool[0] for name, pool in pools.items()} | {first: one, second: two}


class Strict(HTMLParser):
    """Fails on a tag that Telegram does not know, is left open, or closes what was not opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "code", "pre", "blockquote", "a"}, tag
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def finish(self) -> None:
        self.close()
        assert not self.open


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_keys_are_the_same_in_the_same_order(language: str) -> None:
    assert list(messages(language)) == list(messages("en"))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_placeholders_and_attributes_are_the_same(language: str) -> None:
    with cases() as case:
        for key, english in messages("en").items():
            with case(key):
                translated = messages(language)[key]
                assert placeholders(language, key) == placeholders("en", key)
                assert [each.id.name for each in translated.attributes] == [each.id.name for each in english.attributes]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_is_not_the_english(language: str) -> None:
    write = FluentSerializer().serialize_entry
    with cases() as case:
        for key, english in messages("en").items():
            with case(key):
                translated = messages(language)[key]
                same = write(english).split("=", 1)[1] == write(translated).split("=", 1)[1]
                if has_words(english):
                    assert same is ((key, language) in SAME_AS_ENGLISH)
                assert not phrases(english) & phrases(translated)


def test_an_untranslated_phrase_inside_a_translation_is_seen() -> None:
    """The control of the test above: it looks at phrases, not at whole texts alone."""
    half = FluentParser().parse_entry("k = Готово: now and here\n")
    whole = FluentParser().parse_entry("k = Done:\n now and here\n")
    part = FluentParser().parse_entry("k = Готово:\n now and here\n")
    assert isinstance(half, ftl.Message)
    assert isinstance(whole, ftl.Message)
    assert isinstance(part, ftl.Message)
    assert has_words(whole)
    assert not has_words(messages("en")["size"])
    assert phrases(whole) & phrases(part)
    assert not phrases(whole) & phrases(half)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_plurals_have_the_forms_of_the_language(language: str) -> None:
    needed = {"ru": {"one", "few", "other"}, "uz": {"one", "other"}}[language]
    plural = re.compile(r"\{ \$(?:count|uses|number) ->(.*?)\n *\}", re.DOTALL)
    source = (FOLDER / f"{language}.ftl").read_text(encoding="utf-8")
    for block in plural.findall(source):
        forms = set(re.findall(r"\[(one|few|many|other)\]", block))
        assert forms == needed or "[1]" in block, block


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_text_is_html_within_telegrams_limit(texts: Texts, language: str) -> None:
    with cases() as case:
        for key in messages("en"):
            for args in choices(language, key) if not key.startswith(("button-", "command-")) else ():
                with case(key, args):
                    await shows_what_it_is_given(texts.text(language, key, **args), args)


async def shows_what_it_is_given(text: str, args: Mapping[str, object]) -> None:
    strict = Strict()
    strict.feed(text)
    strict.finish()
    message: str = (await parsed(text, Parser(None)))["message"]
    assert len(message.encode("utf-16-le")) // 2 <= LIMIT
    assert message.strip()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\ue0f0\ue0f1]|FluentNone|\{ ?\$(?!name \})", message)
    for name, value in args.items():
        if name not in VALUES:
            assert cut(clean(str(value))) in message.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_takes_no_markup_has_none_and_is_short(texts: Texts, language: str) -> None:
    with cases() as case:
        for key in messages("en"):
            if not key.startswith(("button-", "command-", *TOASTS)):
                continue
            with case(key):
                label = texts.label(language, key)
                assert not re.search(r"[<>&{}]", label)
                limit = {"button": 40, "command": 256}.get(key.split("-", 1)[0] if key not in TOASTS else "", 200)
                assert 1 <= len(label.encode("utf-16-le")) // 2 <= limit


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_complains_about_its_arguments(language: str, caplog: pytest.LogCaptureFixture) -> None:
    texts = Texts.load()
    for key in messages(language):
        texts.text(language, key, **next(choices(language, key)))
    assert not caplog.records
