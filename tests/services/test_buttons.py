"""Which buttons an owner's text means, and what is refused with which words."""

import pytest

from database.outgoing import OutButton
from services.buttons import IN_A_ROW, ROWS, FileButton, out_rows_in, out_written, rows_in, written
from services.errors import UserError
from services.options import BotOptions

CHANNEL = FileButton("Our channel", "https://t.me/example")
SITE = FileButton("Site - new", "http://example.com/a?b=1|2".replace("|", "%7C"))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Our channel - https://t.me/example", ((CHANNEL,),)),
        ("  Our   channel  —  t.me/example  ", ((CHANNEL,),)),
        (
            f"Our channel - https://t.me/example | Site - new – {SITE.url}\n\nOur channel - t.me/example",
            ((CHANNEL, SITE), (CHANNEL,)),
        ),
        ("Ann - tg://user?id=5", ((FileButton("Ann", "tg://user?id=5"),),)),
        ("", ()),
    ],
)
def test_a_line_is_a_row(text: str, rows: object) -> None:
    assert rows_in(text) == rows
    assert rows_in(written(rows_in(text))) == rows


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Our channel", "buttons-line"),
        ("Our channel-https://t.me/example", "buttons-line"),
        ("https://t.me/example", "buttons-line"),
        (" - https://t.me/example", "buttons-line"),
        ("x - javascript:alert(1)", "buttons-line"),
        ("x - https://nowhere", "buttons-line"),
        ("x - https://[", "buttons-line"),
        ("x - y |", "buttons-line"),
        ("𝕏" * 33 + " - https://a.example", "buttons-long"),
        ("\n".join(["x - https://a.example"] * (ROWS + 1)), "buttons-many"),
        (" | ".join(["x - https://a.example"] * (IN_A_ROW + 1)), "buttons-many"),
    ],
)
def test_what_is_no_button_is_refused(text: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        rows_in(text)
    assert refused.value.key == key


def test_the_options_have_them_row_by_row() -> None:
    assert BotOptions().buttons == ()
    assert BotOptions(file_buttons="Our channel - t.me/example").buttons == ((CHANNEL,),)


def test_under_a_broadcast_a_button_may_count_its_presses() -> None:
    like, site = OutButton("I like it - much", click="like_1"), OutButton("Site", url="https://t.me/example")
    rows = out_rows_in("I like it - much - click:like_1 | Site - t.me/example\nSite - https://t.me/example")
    assert rows == ((like, site), (site,))
    assert out_rows_in(out_written(rows)) == rows
    assert out_rows_in("") == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Like - click:", "buttons-click"),
        ("Like - click:Like", "buttons-click"),
        ("Like - click:" + "x" * 33, "buttons-click"),
        ("Like", "buttons-line"),
        ("Like - nowhere", "buttons-line"),
        ("x" * 65 + " - click:like", "buttons-long"),
        ("\n".join(["x - click:a"] * (ROWS + 1)), "buttons-many"),
    ],
)
def test_a_button_of_a_broadcast_without_a_target_is_refused(text: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        out_rows_in(text)
    assert refused.value.key == key
