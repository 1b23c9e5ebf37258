"""axe-core from npm: what would keep people from using the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

__all__ = ["faults"]

_SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = {"serious", "critical"}
# what is fading in has no contrast yet; what moves for ever is not waited for
_SETTLED = """() => Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.finished))"""


async def faults(page: Page) -> list[str]:
    """Serious and critical faults of the page as it is now, a line each: every rule in light, contrast in dark too."""
    if not _SOURCE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_SOURCE.read_text("utf-8"))
    found: list[dict[str, Any]] = []
    for colours, options in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
        await page.emulate_media(color_scheme=colours)
        await page.evaluate(_SETTLED)
        found += await page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [
        f"{fault['impact']}: {fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in _GRAVE
        for node in fault["nodes"]
    ]
