"""Time that passes at once: an event loop whose clock jumps to the next timer, so that waits cost nothing."""

from __future__ import annotations

import asyncio
import functools
import gc
import selectors
from collections.abc import Callable, Coroutine
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Looks at what is ready, and lets the loop's clock jump instead of waiting."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        """Return what is ready now; when nothing is, the time passes."""
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits for something that will never come")
            self.loop.passed += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that never sleeps."""

    def __init__(self) -> None:
        selector = _Selector()
        self.passed = 1000.0
        super().__init__(selector)
        selector.loop = self

    def time(self) -> float:
        """Seconds on the loop's own clock."""
        return self.passed


def virtual(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test on a virtual clock. Waiting for ever is an error, and so is what nobody looked at."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        unseen: list[dict[str, Any]] = []
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: unseen.append(context))
            runner.run(test(*args, **kwargs))
            gc.collect(0)
        for context in unseen:
            raise context.get("exception") or RuntimeError(context["message"])

    return run


def elapsed() -> float:
    """Seconds on the running loop's clock."""
    return asyncio.get_running_loop().time()
