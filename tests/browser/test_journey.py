"""One journey through all roles, in a real browser, with a real worker: from a gap to an approved programme."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matching.models import MatchRun
from matching.services.runs import queue_run, work_run
from programmes.models import Participation, Programme
from skillnet.accounts.models import User
from tests.browser.conftest import PATIENCE
from tests.browser.watching import Watched
from tests.browser.world import World, build_world
from tests.factories import PASSWORD, validate_needs
from tests.site_process import Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
ENGINE = 60_000  # milliseconds that a run may take, the start of the worker included
BACK = "De kost per deelnemer ontbreekt nog in de motivering."
GOOD = "De vraag is gevalideerd en het aanbod is het beste van de twee."
expect.set_options(timeout=PATIENCE)


def test_from_a_gap_to_an_approved_programme(site: Site, open_page: Callable[..., Watched]) -> None:
    world = build_world()
    _work_last_nights_run()
    site.start()
    company, manager, coordinator = open_page(), open_page(), open_page()

    _sign_in(company.page, world.company_person)
    _register_gap(company.page, world)

    _sign_in(manager.page, world.manager)
    _take_proposal_and_submit(manager.page, world)
    programme = Programme.objects.get()
    address = f"/programmas/{programme.public_id}/"

    _sign_in(coordinator.page, world.coordinator)
    _send_back(coordinator.page, programme)
    _submit_again(manager.page, address)
    _approve(coordinator.page, address)

    _commit(company.page, programme, world)
    for watched in (company, manager, coordinator):
        assert watched.take_problems() == []


def _work_last_nights_run() -> None:
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    work_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.DONE, run.failure


def _sign_in(page: Page, person: User) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Aanmelden", level=1)).to_be_visible()
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page).to_have_url(re.compile(r"/$"))


def _register_gap(page: Page, world: World) -> None:
    """Three questions; then the matches come by themselves, on the page where the company already is."""
    page.get_by_role("link", name="Competentiekloven", exact=True).first.click()
    page.get_by_role("link", name="Kloof registreren").first.click()
    page.get_by_label("Wat moeten uw mensen kunnen, en kunnen ze nu nog niet?").fill(
        "Roestvrij staal lassen met TIG. Onze lassers kunnen nog geen inox lassen met de TIG-techniek."
    )
    page.get_by_label("Hoeveel mensen?").fill("3")
    expect(page.get_by_label("Netwerk").locator("option:checked")).to_have_text(world.network.name)
    loads: list[str] = []
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("Bewaard. De matcher zoekt nu")).to_be_visible()
    page.on("load", lambda loaded: loads.append(loaded.url))
    offer = page.get_by_role("link", name=world.offers[0].title)
    expect(offer.first).to_be_visible(timeout=ENGINE)
    expect(page.get_by_text("Waarom deze score").first).to_be_visible()
    assert loads == [], "the matches came without loading the page again"


def _take_proposal_and_submit(page: Page, world: World) -> None:
    page.get_by_role("link", name="Bundels", exact=True).first.click()
    expect(page.get_by_role("cell", name="4", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Programma’s", exact=True).first.click()
    proposal = Programme.objects.get(network=world.network)
    page.get_by_role("link", name=proposal.title).first.click()
    expect(page.get_by_role("heading", name=proposal.title, level=1)).to_be_visible()
    expect(page.locator("main").get_by_text("voorstel", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="Waarom dit programma")).to_be_visible()
    expect(page.get_by_text(world.newcomer.name).first).to_be_visible()
    page.get_by_role("button", name="Overnemen als ontwerp").click()
    expect(page.get_by_text("Het programma staat nu op “ontwerp”.")).to_be_visible()
    page.get_by_role("button", name="Indienen bij de coördinator").click()
    expect(page.get_by_text("nog niet in een gevalideerde behoefteanalyse").first).to_be_visible()
    validate_needs(world.network)  # the steering group's own pages are tested elsewhere
    page.get_by_role("button", name="Indienen bij de coördinator").click()
    expect(page.get_by_text("Het programma staat nu op “wacht op beslissing”.")).to_be_visible()


def _send_back(page: Page, programme: Programme) -> None:
    """The programme waits on the home page of the coordinator; sending it back needs a reason."""
    page.reload()
    page.get_by_role("link", name=programme.title).first.click()
    page.get_by_label("Motivering").fill(BACK)
    page.get_by_role("button", name="Terugsturen").click()
    expect(page.get_by_text("Het programma staat nu op “teruggestuurd”.")).to_be_visible()
    expect(page.get_by_text(BACK)).to_be_visible()


def _submit_again(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text(BACK)).to_be_visible()
    page.get_by_role("button", name="Indienen bij de coördinator").click()
    expect(page.get_by_text("Het programma staat nu op “wacht op beslissing”.")).to_be_visible()


def _approve(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Motivering").fill(GOOD)
    page.get_by_role("button", name="Goedkeuren").click()
    expect(page.get_by_text("Het programma staat nu op “goedgekeurd”.")).to_be_visible()
    expect(page.get_by_text(GOOD)).to_be_visible()


def _commit(page: Page, programme: Programme, world: World) -> None:
    """The company reads its own share, nobody else's, and confirms: that is its aid application."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Te bevestigen")).to_be_visible()
    page.goto(f"/programmas/{programme.public_id}/")
    expect(page.get_by_text("goedgekeurd", exact=True).first).to_be_visible()
    table = page.get_by_role("region", name="Wie betaalt wat").first
    expect(table.get_by_text(world.newcomer.name).first).to_be_visible()
    expect(table.get_by_text(world.companies[0].name)).to_have_count(0)
    page.get_by_role("link", name="Bekijken en bevestigen").click()
    expect(page.get_by_text("Netto per deelnemer")).to_be_visible()
    page.get_by_role("checkbox").last.check()
    page.get_by_role("button", name="Bevestigen en steun aanvragen").click()
    expect(page.get_by_text("Bevestigd. Uw steunaanvraag is geregistreerd")).to_be_visible()
    row = Participation.objects.get(organisation=world.newcomer)
    assert row.state == Participation.State.COMMITTED
    assert row.applied_at is not None
    assert Programme.objects.get().state == Programme.State.APPROVED
