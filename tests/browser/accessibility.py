"""What axe-core finds wrong with a view, for those who hear it, see little of it or have no mouse."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Page

_RUN = "(rules) => axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})})"


_AT_REST = """
async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await frame();
  await frame();
  const ending = document.getAnimations().filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime));
  await Promise.allSettled(ending.map((each) => each.finished));
}
"""
"""Colours on their way from one to another are nobody's choice: the view is looked at once they are there."""


@cache
def source() -> str:
    """axe-core itself, as the package brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


async def violations(page: Page, *, colours: bool = False) -> list[str]:
    """Every rule that the view breaks, with the places where it does; with `colours`, of those about colours alone."""
    if await page.evaluate("typeof axe") == "undefined":
        await page.evaluate(source())
    await page.evaluate(_AT_REST)
    found: dict[str, Any] = await page.evaluate(_RUN, ["color-contrast", "link-in-text-block"] if colours else None)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
        + "\n".join(f"    {node['html'][:160]}\n      {node['failureSummary']}" for node in rule["nodes"])
        for rule in found["violations"]
    ]
