"""Every page that a role may open, with real rows on it: axe, the console, one h1, and a narrow screen."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings as site_settings
from playwright.sync_api import Error, Page, ViewportSize, expect

from skillnet.kernel.roles import Role
from tests.browser.places import FOR_EACH_ROLE, Places, build_places
from tests.browser.watching import Watched

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa"], "resultTypes": ["violations"], "preload": False}
GRAVE = ("serious", "critical")
LEAST_PAGES = 90
WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=800)
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"
SHOWS_PAGES = {"/styleguide/"}  # whole pages as examples, each with its own title
# How far something sticks out at the right of the window, in pixels.
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Each element's tag and classes, with those of what it stands in.
DRESSES = """() => {
    const dress = element => element.tagName + '.' + (element.getAttribute('class') || '');
    return [...document.body.querySelectorAll('*')].map(one => dress(one.parentElement) + ' > ' + dress(one));
}"""
# A provider last: it sees the programme once that is approved.
ORDER = [None, *(role for role in Role if role != Role.PROVIDER), Role.PROVIDER]


@pytest.fixture
def places(client_for: Any, tmp_path: Any, settings: Any) -> Places:
    storages = settings.STORAGES | {"default": dict(settings.STORAGES["default"])}
    storages["default"]["OPTIONS"] = storages["default"]["OPTIONS"] | {"location": str(tmp_path)}
    settings.STORAGES = storages
    return build_places(client_for)


def test_no_page_shuts_anybody_out(
    places: Places, client_for: Any, open_page: Callable[..., Watched]
) -> None:
    seen: set[str] = set()
    painted: set[str] = set()
    problems: list[str] = []
    for role in ORDER:
        if role == Role.PROVIDER:
            places.approve()
        client = places.people[role] if role else client_for(None)
        cookie = client.cookies.get(site_settings.SESSION_COOKIE_NAME)
        watched = open_page(session=cookie.value if cookie else "")
        for name, url in places.addresses(role):
            if name in seen and name not in FOR_EACH_ROLE:
                continue
            if _open(watched, url):
                seen.add(name)
                found = _look(watched, url, painted)
            else:
                found = watched.take_problems()
            problems += [f"{name} as {role or 'nobody'}: {problem}" for problem in found]
    assert problems == []
    assert len(seen) >= LEAST_PAGES, f"only {len(seen)} pages could be opened: {sorted(seen)}"


def _open(watched: Watched, url: str) -> bool:
    """Whether there is a page at this address itself for whoever asks: no other address, no file, no refusal."""
    watched.page.set_viewport_size(WIDE)
    try:
        answer = watched.page.goto(url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return (
        answer is not None
        and answer.status == 200
        and answer.request.redirected_from is None
        and answer.headers.get("content-type", "").startswith("text/html")
    )


def _look(watched: Watched, url: str, painted: set[str]) -> list[str]:
    page = watched.page
    expect(page.locator(BUSY)).to_have_count(0)
    found = _axe(page, contrast=_is_new_paint(page, painted))
    headings = page.locator("h1").count()
    if headings != 1 and url not in SHOWS_PAGES:
        found.append(f"{headings} h1")
    page.set_viewport_size(NARROW)
    over = page.evaluate(OVERFLOW)
    if over > 0:
        found.append(f"{over} pixels too wide for a window of 390")
    return found + watched.take_problems()


def _is_new_paint(page: Page, painted: set[str]) -> bool:
    """Whether something stands here in a dress, or in something of a dress, that no page before had.

    Colours come from the style sheet by tag and class; looking at them takes three quarters of axe's time.
    """
    dresses = set(page.evaluate(DRESSES))
    new = not dresses <= painted
    painted |= dresses
    return new


def _axe(page: Page, *, contrast: bool) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    rules = RULES | {"rules": {"color-contrast": {"enabled": contrast}}}
    violations = page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules)
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in violations
        if violation["impact"] in GRAVE
    ]
