"""A provider finds demand, bids with something new; the network compares, picks, and finds it in the catalogue."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Edition
from matching.models import Bid, MatchRun, Pool
from matching.services.runs import queue_run, work_run
from skillnet.accounts.models import User
from skillnet.kernel.roles import Role
from tests.browser.watching import Watched, press
from tests.browser.world import World, build_world
from tests.factories import PASSWORD, make_membership, make_provider, make_user
from tests.matching.bid_world import make_bid, open_card, provider_actor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
REASON = "Lagere prijs per deelnemer en dichter bij de werkplekken."
BUSY = 60_000  # milliseconds; the first page loads the whole site
expect.set_options(timeout=BUSY)


def test_a_provider_answers_and_the_network_picks(open_page: Callable[..., Watched]) -> None:
    world = build_world()
    pool = _pooled(world)
    bidder = _bidder(world)
    make_bid(pool, provider_actor(), title="TIG voor gevorderden", price=950)

    provider, manager = open_page(), open_page()
    for watched in (provider, manager):
        watched.page.set_default_timeout(BUSY)
    _sign_in(provider.page, bidder)
    _bid(provider.page)
    bid = Bid.objects.get(title="Inox lassen op eigen machines")
    assert bid.state == Bid.State.SUBMITTED

    _sign_in(manager.page, world.manager)
    _pick(manager.page, pool, bid)
    edition = Edition.objects.get(offer__title=bid.title)
    assert (edition.seats, edition.offer.state) == (12, "active")

    provider.page.goto(f"/biedingen/{bid.public_id}/")
    expect(provider.page.get_by_text(REASON).first).to_be_visible()
    provider.page.get_by_role("link", name="Naar de editie in uw aanbod").click()
    expect(provider.page.get_by_text("Inox lassen op eigen machines").first).to_be_visible()
    manager.page.get_by_role("link", name="Ontwerp programma met dit bod").click()
    expect(manager.page.get_by_label(re.compile("Inox lassen op eigen machines")).first).to_be_checked()
    for watched in (provider, manager):
        assert watched.take_problems() == []


def _pooled(world: World) -> Pool:
    """The companies' gaps, pooled by the engine; providers are asked for an answer."""
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    run.batches.filter(stage="assemble").delete()
    work_run(run_id=run.pk)
    pool = Pool.objects.live().get(network=world.network)
    open_card(pool)
    return pool


def _bidder(world: World) -> User:
    from allauth.account.models import EmailAddress

    user = make_user(email="bieder@lasschool.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    provider = make_provider()
    make_membership(user=user, organisation=provider.organisation, role=Role.PROVIDER)
    return user


def _sign_in(page: Page, person: User) -> None:
    page.goto("/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page).to_have_url(re.compile(r"/$"))


def _bid(page: Page) -> None:
    today = timezone.localdate()
    page.get_by_role("link", name="Gebundelde vraag", exact=True).first.click()
    page.locator("#list tbody th a").first.click()
    expect(page.get_by_text("Wat de bedrijven samen zeggen")).to_be_visible()
    page.get_by_role("link", name="Bod doen").click()
    page.get_by_label("een nieuw aanbod").check()
    page.get_by_label(re.compile("^Titel")).fill("Inox lassen op eigen machines")
    page.get_by_label(re.compile("^Omschrijving", re.IGNORECASE)).fill(
        "U leert roestvrij staal lassen met TIG, op de machines van uw bedrijf."
    )
    page.get_by_label(re.compile("^begint op", re.IGNORECASE)).fill(str(today + timedelta(days=50)))
    page.get_by_label(re.compile("^prijs \\(excl", re.IGNORECASE)).fill("420")
    page.get_by_label(re.compile("^plaatsen", re.IGNORECASE)).fill("12")
    page.get_by_label(re.compile("^geldig tot", re.IGNORECASE)).fill(str(today + timedelta(days=30)))
    page.get_by_role("button", name="Bod indienen").click()
    expect(page.get_by_text("Uw bod is ingediend").first).to_be_visible()


def _pick(page: Page, pool: Pool, bid: Bid) -> None:
    page.get_by_role("link", name=re.compile(re.escape(pool.title))).first.click()
    page.goto(f"/bundels/{pool.public_id}/biedingen/")
    expect(page.get_by_role("region", name="Biedingen naast elkaar")).to_contain_text("gunstigst")
    page.locator("summary", has_text=bid.title).click()
    chosen = page.locator("details", has_text=bid.title)
    chosen.get_by_label("Motivering").fill(REASON)
    press(chosen, "Dit bod kiezen")
    expect(page.get_by_text(f"Gekozen: “{bid.title}”")).to_be_visible()
