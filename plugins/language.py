"""What /language does: let a person choose in which language the bot speaks, at once and from then on."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import everyone
from client.keyboard import Button, Keyboard
from locales.texts import LANGUAGES
from plugins.people import person_of
from plugins.recognize import command, person, pressed, pressed_argument


@Client.on_message(command("language") & everyone)
async def choose_language(bot: Bot, message: Message) -> None:
    """Offer the languages; the one in use is marked."""
    user = await bot.services.users.get(person_of(message).id)
    await bot.answer(message, "language-choose", keyboard=languages(user.language if user else None))


@Client.on_callback_query(person & everyone & pressed("language"))
async def change_language(bot: Bot, query: CallbackQuery) -> None:
    """Speak the chosen language from here on, beginning with this answer."""
    wanted = pressed_argument(query)
    language = wanted if wanted in LANGUAGES else None
    await bot.services.users.choose_language(person_of(query).id, language)
    key = "language-changed" if language else "language-followed"
    await bot.edit_answer(query, key, keyboard=languages(language))
    await bot.toast(query)


def languages(chosen: str | None) -> Keyboard:
    """One button a language, named as its speakers call it, after the one that follows Telegram."""
    automatic = "language-automatic" if chosen else "language-automatic-chosen"
    rows = [[Button(automatic, data="language:automatic")]]
    for code, name in LANGUAGES.items():
        rows.append([Button(text=f"✓ {name}" if code == chosen else name, data=f"language:{code}")])
    return rows
