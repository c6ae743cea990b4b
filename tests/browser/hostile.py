"""Words that strangers write to do harm or to be shown wrongly; each must be seen as it was written."""

from __future__ import annotations

from tests.browser.watch import RAN

RUNNING = (
    f"<script>{RAN}('a script')</script>",
    f"<img src=x onerror=\"{RAN}('an image')\">",
    f"<svg onload=\"{RAN}('a drawing')\"></svg>",
    f'"><iframe srcdoc="<script>parent.{RAN}(\'a frame\')</script>"></iframe>',
    f"<details open ontoggle=\"{RAN}('a detail')\">x</details>",
)
"""Markup that runs on a page which takes messages for markup: tests/browser/test_watch.py sees each of them run."""
RIGHT_TO_LEFT = "مرحبا بالعالم 123 (hello) שלום עולם"
OVERRIDDEN = "photo\u202egpj.exe"
"""A name that a right-to-left override makes look like one of a picture."""
EMOJI = "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇺🇿 1️⃣ 🧑🏿‍🚀 ❤️‍🔥"
"""Sequences: families, flags, skins and keycaps, each of several code points."""
ODD = ("&lt;b&gt;not bold&lt;/b&gt;", "{{7*7}} ${7*7} <%= 7 %>", "a\u0300\u0301\u0302" * 40, "\u200b\u2060\ufeffzero")
LONGEST = "Ж<" + "x" * 4092 + "🙂"
"""4,096 characters as Telegram counts them, in UTF-16 units, and one word: nothing to break the line at."""
