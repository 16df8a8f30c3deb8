"""Debian's chromium, driven by Playwright: one browser for all these tests, one context a person."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.watching import Watched, watch
from tests.site_process import Site

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds; a busy machine is no reason to fail


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: Playwright's event loop must not outlive them."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # That loop runs in this thread; the ORM may be used beside it, for nothing here awaits it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Watched]]:
    """`open_page()`: a page in a context of its own, whose console and answers are watched."""
    contexts: list[BrowserContext] = []

    def build(*, width: int = 1280, session: str = "") -> Watched:
        context = browser.new_context(
            base_url=live_server.url, locale="nl-BE", viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page: Page = context.new_page()
        return watch(page)

    yield build
    for context in contexts:
        for page in context.pages:  # pytest shows this when a test failed: where everybody was
            print(page.url, page.locator("body").inner_text()[:2_000], sep="\n")
        context.close()


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A worker that hears what this process rings; the test starts it."""
    site = Site(tmp_path / "local")
    site.ring_from_here(monkeypatch)
    yield site
    site.stop()
