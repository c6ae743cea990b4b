"""What `Texts` promises: the right language, safe arguments, never an exception for a person."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrogram.parser import Parser

from client.markup import parsed
from locales.arguments import LONGEST, clean, cut
from locales.texts import LANGUAGES, Html, Part, Texts
from services.captions import PLACEHOLDERS as CAPTION


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


async def shown(text: str) -> str:
    """What a person sees of a text in HTML."""
    return str((await parsed(text, Parser(None)))["message"])


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("uz_Latn", "uz"),
        ("UZ", "uz"),
        ("en-GB", "en"),
        ("pt-br", "en"),
        ("", "en"),
        (None, "en"),
        ("rux", "en"),
    ],
)
def test_the_nearest_language_is_picked(texts: Texts, code: str | None, language: str) -> None:
    assert texts.pick(code) == language


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 1, "1 file<"),
        ("en", 2, "2 files<"),
        ("ru", 1, "1 файл<"),
        ("ru", 3, "3 файла<"),
        ("ru", 11, "11 файлов<"),
        ("ru", 21, "21 файл<"),
        ("ru", 112, "112 файлов<"),
        ("uz", 1, "1 ta fayl<"),
        ("uz", 7, "7 ta fayl<"),
    ],
)
def test_counts_agree_with_their_nouns(texts: Texts, language: str, count: int, expected: str) -> None:
    assert expected in texts.text(language, "stored-album", count=count, size=1, url="https://t.me/x")


@pytest.mark.parametrize(
    ("language", "size", "expected"),
    [
        ("en", 0, "0 bytes"),
        ("en", 1, "1 byte"),
        ("en", 1023, "1,023 bytes"),
        ("en", 1024, "1 KB"),
        ("en", 1536, "1.5 KB"),
        ("en", 1024 * 1024 - 1, "1 MB"),
        ("en", 10 * 1024 * 1024 + 1, "10 MB"),
        ("en", 5 * 1024**4, "5,120 GB"),
        ("ru", 1, "1 байт"),
        ("ru", 1_500_000, "1,4 МБ"),
        ("uz", 1_500_000, "1,4 MB"),
    ],
)
def test_sizes_are_written_as_the_language_writes_them(texts: Texts, language: str, size: int, expected: str) -> None:
    assert texts.label(language, "size", size=size) == expected
    first_line = texts.text(language, "stored", name="x", kind="video", size=size, url="u").splitlines()[0]
    assert first_line.endswith(f"</b>, {expected}")


def test_a_file_without_a_name_is_called_by_its_kind(texts: Texts) -> None:
    assert "<b>Video message</b>" in texts.text("en", "stored", name=None, kind="video_note", size=1, url="u")
    assert "<b>Видеосообщение</b>" in texts.text("ru", "stored", name="", kind="video_note", size=1, url="u")
    assert "<b>a.mp4</b>" in texts.text("ru", "stored", name="a.mp4", kind="video", size=1, url="u")


async def test_a_name_made_of_markup_shows_as_it_was_typed(texts: Texts) -> None:
    name = "<b>&lt;script&gt;</b> & \"'"
    assert f"Hello, {name}!" in await shown(texts.text("en", "greeting", first=name))


def test_a_label_is_not_escaped(texts: Texts) -> None:
    assert texts.label("en", "new-link", name="a & b", kind="video", url="u").startswith(
        "🔗 A new link to <b>a & b</b>"
    )


def test_a_long_name_keeps_its_beginning_and_its_extension(texts: Texts) -> None:
    text = texts.text("en", "stored", name="a" * 300 + ".tar.gz", kind="document", size=1, url="u")
    name = text[text.index("<b>") + 3 : text.index("</b>")]
    assert len(name) == LONGEST
    assert name.startswith("aaaa")
    assert name.endswith(".tar.gz")


def test_a_link_and_what_may_be_written_are_never_shortened(texts: Texts) -> None:
    known = " ".join(f"{{{name}}}" for name in CAPTION)
    assert len(known) > LONGEST
    assert known in texts.text("en", "ask-text", name="Captions", longest=1024, known=known)
    url = "https://t.me/" + "b" * 32 + "?start=" + "f" * 60
    assert url in texts.text("en", "stored", name="x", kind="video", size=1, url=url)


def test_what_turns_text_around_or_breaks_lines_is_dropped(texts: Texts) -> None:
    text = texts.text("en", "greeting", first="ev\u202eil\r\n\x00name\u2066")
    assert "Hello, <b>evil name</b>!" in text


def test_a_name_from_right_to_left_is_kept_apart(texts: Texts) -> None:
    assert "<b>\u2068ملف.mp4\u2069</b>" in texts.text("en", "stored", name="ملف.mp4", kind="video", size=1, url="u")
    assert "\u2068" not in texts.text("en", "stored", name="file.mp4", kind="video", size=1, url="u")


def test_html_and_parts_go_in_whole(texts: Texts) -> None:
    assert texts.text("en", "page", text=Html("<i>x</i>" * 1000)) == "<i>x</i>" * 1000
    rows = tuple(
        Part("links-row", {"number": n, "name": "&", "kind": "video", "more": 0, "uses": n, "state": "open"})
        for n in (1, 2)
    )
    assert "1. <b>&amp;</b>, 1 use\n2. <b>&amp;</b>, 2 uses\n" in texts.text("en", "links", total=2, rows=rows)


def test_a_missing_text_comes_in_english_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    texts = Texts({"en": "greeting = Hello, { $first }", "ru": "other = Другое"})
    with caplog.at_level(logging.ERROR):
        assert [texts.text("ru", "greeting", first="A") for _ in range(3)] == ["Hello, A"] * 3
    assert len(caplog.records) == 1
    assert "'greeting'" in caplog.text


def test_nothing_that_is_missing_raises(texts: Texts, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert texts.text("en", "no-such-text", name="x") == "no-such-text"
        assert texts.text("xx", "apology") == texts.text("en", "apology")
        assert "Stored" in texts.text("en", "stored")
    assert all(f"Text {key!r}" in caplog.text for key in ("no-such-text", "apology", "stored"))


def test_a_broken_file_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match=r"en\.ftl, line 2"):
        Texts({"en": "a = ok\nb = { $x\nc = ok\n"})


def test_languages_are_named_by_their_speakers(texts: Texts) -> None:
    assert dict(texts.languages) == {"en": "English", "ru": "Русский", "uz": "O‘zbekcha"}
    assert set(LANGUAGES) == {"en", "ru", "uz"}


@given(st.text())
def test_a_cleaned_name_is_one_line_without_controls(name: str) -> None:
    cleaned = clean(name)
    assert cleaned == cleaned.strip()
    assert not any(character in cleaned for character in "\r\n\t\x00\u202e\u2066\ue0f0")
    assert len(cut(cleaned)) <= LONGEST
