"""Captions from a template: names as they were typed, never longer than Telegram takes."""

import html
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from database.files import StoredFile
from services.captions import LONGEST, CaptionTemplate
from tests.database.mongo import NOW

FILE = StoredFile("AgAD1", "document", "a<b>.txt", 1536, None, "<i>own</i>", -1005, 7, 1, NOW)
SIZE = "1,5 КБ"
ANN = {"first": "A&amp;B", "last": "", "mention": '<a href="tg://user?id=11">A&amp;B</a>'}


def shown_units(markup: str) -> int:
    return len(html.unescape(re.sub(r"<[^>]*>", "", markup)).encode("utf-16-le", "surrogatepass")) // 2


def test_placeholders_are_filled_and_escaped() -> None:
    template = CaptionTemplate("<b>{filename}</b> {size} {caption} {first}|{last}|{mention}|{other}|{}")
    assert template.render(FILE, ANN, SIZE) == (
        '<b>a&lt;b&gt;.txt</b> 1,5 КБ <i>own</i> A&amp;B||<a href="tg://user?id=11">A&amp;B</a>|{other}|{}'
    )


def test_a_placeholder_inside_a_name_is_not_filled() -> None:
    assert CaptionTemplate("{filename}").render(replace(FILE, name="{caption}"), ANN, SIZE) == "{caption}"


def test_a_caption_too_long_loses_its_end() -> None:
    long = replace(FILE, caption="<b>" + "x" * 1024 + "</b>")
    rendered = CaptionTemplate("{filename}: {caption}!").render(long, ANN, SIZE)
    assert shown_units(rendered) == LONGEST
    assert rendered.endswith("x…!")
    assert "<b>" not in rendered


@given(st.text(max_size=1500), st.text(max_size=300))
def test_no_caption_is_longer_than_telegram_takes(own: str, name: str) -> None:
    file = replace(FILE, caption=html.escape(own, quote=False), name=name)
    assert shown_units(CaptionTemplate("{filename} {caption}").render(file, {}, SIZE)) <= LONGEST


def test_a_long_name_gives_way_to_the_owners_words() -> None:
    named = replace(FILE, name="n" * 150 + ".txt")
    rendered = CaptionTemplate("x" * 950 + " {filename}").render(named, ANN, SIZE)
    assert rendered == "x" * 950 + " " + "n" * 72 + "…"
    assert shown_units(rendered) == LONGEST
