"""What a person is told while a bundle is worked on: how far it is, what was found, the link, or what is in the way."""

from __future__ import annotations

from client.bot import Bot
from client.keyboard import Button
from client.refusals import GONE
from locales.texts import Part
from plugins.bundles import FOUND, READING, collecting, reading
from plugins.cards import link_buttons
from plugins.rewording import ask_instead, refuse_instead, reword
from plugins.talk import CANCEL, YES
from services.bundles import News, Stage
from services.conversations import Conversation, Question
from services.errors import TryLater

_SOON = 0.1
"""Seconds until the question that is to be replaced will have been asked."""


async def tell_bundle(bot: Bot, news: News) -> None:
    """Tell what came of a step, once however often this is called; who is gone is no error.

    Raises:
        TryLater: what is to be changed is not there yet, or Telegram wants us to wait.
    """
    try:
        if news.bundle.message_id is None:
            await _tell_in_conversation(bot, news)
        else:
            await _tell_maker(bot, news)
    except GONE:
        return


async def _tell_in_conversation(bot: Bot, news: News) -> None:
    """Change the question that stands in the conversation; one that was cancelled meanwhile has none."""
    going = await bot.services.conversations.get(news.bundle.code)
    if going is None or going.end is not None:
        return
    if news.stage is Stage.COLLECTING:
        await reword(bot, going, collecting(news.done))
    elif going.step == READING:
        await _tell_of_reading(bot, going, news)
    elif going.step != FOUND:
        raise TryLater(_SOON, "the question before is not asked yet")


async def _tell_of_reading(bot: Bot, going: Conversation, news: News) -> None:
    """Say how far the reading is, what was found, or why that makes no bundle."""
    if news.refusal:
        await refuse_instead(bot, going, news.refusal)
    elif news.stage is Stage.READING:
        await reword(bot, going, reading(news.done, news.total))
    else:
        args = {"count": news.done, "others": news.others, "missing": news.missing}
        await ask_instead(bot, going, FOUND, Question("range-found", args, ((YES, CANCEL),)))


async def _tell_maker(bot: Bot, news: News) -> None:
    """Say how far the making is, what the link is, or what is in the way."""
    bundle = news.bundle
    standing = bundle.message_id or 0
    if news.refusal:
        again = [[Button("button-bundle-again", data=f"bundle-again:{bundle.code}")]]
        await bot.tell(
            bundle.by, news.refusal.key, cause=bundle.run_cause, step="refused", keyboard=again, **news.refusal.args_
        )  # fmt: skip
        await bot.retell(bundle.by, standing, "bundle-not-made")
    elif news.link:
        url = bot.link_url(news.link.code)
        missing = Part("bundle-missing", {"missing": news.missing}) if news.missing else None
        buttons = [link_buttons(bot, news.link.code)]
        await bot.tell(
            bundle.by, "bundle-done", cause=bundle.run_cause, step="made", keyboard=buttons,
            count=news.done, size=news.size, missing=missing, url=url,
        )  # fmt: skip
        await bot.retell(bundle.by, standing, "bundle-made")
    else:
        await bot.retell(bundle.by, standing, "bundle-progress", done=news.done, total=news.total)
