"""Links of Telegram's in all their forms mean what they mean there; others are none."""

from __future__ import annotations

import pytest

from sandbox.page.addresses import Address, NotServedError, NotTelegramError, read


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("@the_bot", Address(username="the_bot")),
        ("https://t.me/the_bot", Address(username="the_bot")),
        ("t.me/the_bot/", Address(username="the_bot")),
        ("HTTPS://T.ME/the_bot?start=k_1-x", Address(username="the_bot", start="k_1-x")),
        ("https://the_bot.t.me?start=abc", Address(username="the_bot", start="abc")),
        ("https://t.me/the_bot?start=", Address(username="the_bot", start="")),
        ("https://t.me/the_bot?start=two%20words", Address(username="the_bot")),
        ("https://telegram.me/news/15", Address(username="news", message=15)),
        ("https://telegram.dog/s/news/15", Address(username="news", message=15)),
        ("https://t.me/news/3/15?single", Address(username="news", message=15)),
        ("https://t.me/c/1234567890/15", Address(channel=1234567890, message=15)),
        ("https://t.me/c/1234567890/3/15", Address(channel=1234567890, message=15)),
        ("https://t.me/+AbC-_9", Address(invite="AbC-_9")),
        ("https://t.me/joinchat/AbC-_9", Address(invite="AbC-_9")),
        ("tg://resolve?domain=the_bot&start=abc", Address(username="the_bot", start="abc")),
        ("tg:resolve?domain=news&post=15", Address(username="news", message=15)),
        ("tg://join?invite=AbC-_9", Address(invite="AbC-_9")),
        ("tg://privatepost?channel=12&post=15", Address(channel=12, message=15)),
        ("https://t.me/+9996600001", Address(phone="9996600001")),
        ("tg://resolve?phone=9996600001", Address(phone="9996600001")),
        ("+9996600001", Address(phone="9996600001")),
        ("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fx_bot&text=Look%20here",
         Address(share="https://t.me/x_bot\nLook here")),
        ("https://t.me/share?text=Look", Address(share="Look")),
        ("tg://msg_url?url=e.org", Address(share="e.org")),
        ("tg://privatepost?channel=12&post=²", Address(channel=12)),
        ("tg://user?id=5", Address(user=5)),
    ],
)  # fmt: skip
def test_a_link_is_read(link: str, address: Address) -> None:
    assert read(link) == address


@pytest.mark.parametrize(
    "link",
    [
        "", "@", "@1", "hello", "https://e.org/the_bot", "https://t.me.e.org/x", "https://e.org/?t.me/the_bot", "ftp://t.me/x",
        "javascript:alert(1)//t.me/x", "https://t.me", "https://[::1", "data:text/html,t.me",
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_none(link: str) -> None:
    with pytest.raises(NotTelegramError):
        read(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/share/url", "https://t.me/addstickers/x", "https://t.me/proxy?server=x", "tg://settings",
        "https://t.me/ab", "tg://resolve?phone=99", "tg://user?id=x",
        "tg://privatepost?channel=1²",
    ],
)  # fmt: skip
def test_what_does_nothing_here_is_told_apart(link: str) -> None:
    with pytest.raises(NotServedError):
        read(link)
