"""What each method does, one file per subject."""

from __future__ import annotations

from sandbox.world.methods import auth, help, messages, updates, users  # noqa: A004 - named as Telegram names it

LOADED = (auth, help, messages, updates, users)
"""Every module here: importing it is what makes its methods served."""
