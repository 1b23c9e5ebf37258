"""One web door for the tests of a module: every visitor has a chat of their own, so they do not disturb each other."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.web.site import Browser, Site, opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def ada(site: Site) -> AsyncIterator[Browser]:
    """A visitor with the page loaded; answers come at once unless the test says otherwise."""
    yield await site.browser()
    site.llm.chat.seconds = 0.0
