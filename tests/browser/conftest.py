"""A process and a browser for each module; a context of its own, so a conversation of its own, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chat_page import ChatPage
from tests.browser.chromium import launched, missing, spoken_into
from tests.browser.site import Site
from tests.browser.watch import Watch
from tests.sounds import voice


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The process, with the module's ``SETTINGS``."""
    if reason := missing():
        pytest.skip(reason)
    async with Site(tmp_path_factory.mktemp("site"), **getattr(request.module, "SETTINGS", {})) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Its microphone hears somebody ask what the sign says."""
    async with launched(spoken_into(tmp_path_factory.mktemp("sound"), voice("en-sign"))) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def chat(request: pytest.FixtureRequest, browser: Browser, site: Site) -> AsyncIterator[ChatPage]:
    """A tab; ``@pytest.mark.parametrize("chat", [{...}], indirect=True)`` sets options of its context."""
    context = await browser.new_context(
        **{"locale": "en-GB", "reduced_motion": "reduce", **getattr(request, "param", {})}
    )
    watch = Watch(context, site.origin)
    yield await ChatPage.of(context, site, watch)
    await context.close()
    assert watch.faults == []
