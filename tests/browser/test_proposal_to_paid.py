"""One programme in a real browser, from the matcher's proposal to a claim that is paid, through all its people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from fpdf import FPDF
from playwright.sync_api import Page, expect

from catalogue.models import Edition
from programmes.aid.claims import is_valid_communication
from programmes.models import Claim, Enrolment, Participation, Programme
from programmes.services.enrolments import enrol_learners
from programmes.services.learners import NewLearner
from skillnet.current import SESSION_KEY
from skillnet.kernel.actor import Actor
from tests.browser.conftest import PATIENCE
from tests.browser.watching import Watched
from tests.programmes.world import World, build_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
GOOD = "De vraag is gevalideerd en het aanbod is het beste van de twee."
NAMES = ["Ada Aerts", "Bram Baert", "Chloé Claes"]
expect.set_options(timeout=PATIENCE)


def test_from_a_proposal_to_a_paid_claim(open_page: Callable[..., Watched]) -> None:
    world = build_world()
    programme = world.programme()
    Programme.objects.filter(pk=programme.pk).update(state=Programme.State.PROPOSAL)
    address = f"/programmas/{programme.public_id}/"
    company = open_page(session=_session(world.contact(world.companies[0])))
    manager = open_page(session=_session(world.manager))
    coordinator = open_page(session=_session(world.coordinator))
    second = open_page(session=_session(world.second))

    _decide(manager.page, coordinator.page, address)
    _commit_and_start(world, programme, company.page, manager.page, address)
    _enrol(world, programme, company.page, address)
    _give(programme, manager.page, address)
    _draw_up(manager.page, address)
    _check(coordinator.page, address)
    _pay(second.page, address)

    programme.refresh_from_db()
    claim = Claim.objects.get()
    assert (programme.state, claim.state) == ("paid", "paid")
    assert is_valid_communication(claim.reference or "")
    assert claim.settled == sum(share.payable for share in claim.shares.all())
    assert claim.staff_approved_by != claim.finance_approved_by
    for watched in (company, manager, coordinator, second):
        assert watched.take_problems() == []


def _session(actor: Actor) -> str:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    session = client.session
    session[SESSION_KEY] = actor.organisation_id
    session.save()
    return str(session.session_key)


def _decide(manager: Page, coordinator: Page, address: str) -> None:
    manager.goto(address)
    manager.get_by_role("button", name="Overnemen als ontwerp").click()
    manager.get_by_role("button", name="Indienen bij de coördinator").click()
    expect(manager.get_by_text("Het programma staat nu op “wacht op beslissing”.")).to_be_visible()
    coordinator.goto(address)
    coordinator.get_by_label("Motivering").fill(GOOD)
    coordinator.get_by_role("button", name="Goedkeuren").click()
    expect(coordinator.get_by_text("Het programma staat nu op “goedgekeurd”.")).to_be_visible()


def _commit_and_start(world: World, programme: Programme, company: Page, manager: Page, address: str) -> None:
    company.goto(address)
    company.get_by_role("link", name="Bekijken en bevestigen").click()
    company.get_by_role("checkbox").last.check()
    company.get_by_role("button", name="Bevestigen en steun aanvragen").click()
    expect(company.get_by_text("Bevestigd. Uw steunaanvraag is geregistreerd")).to_be_visible()
    world.commit_all(programme)
    manager.goto(address)
    manager.get_by_role("button", name="Als gestart melden").click()
    expect(manager.get_by_text("Het programma staat nu op “loopt”.")).to_be_visible()


def _enrol(world: World, programme: Programme, company: Page, address: str) -> None:
    company.goto(f"{address}deelnemers/")
    company.get_by_label("Deelnemers", exact=True).fill("\n".join(NAMES))
    company.get_by_role("button", name="Inschrijven").click()
    expect(company.get_by_text(NAMES[0]).first).to_be_visible()
    for other in world.companies[1:]:
        enrol_learners(
            participation=Participation.objects.get(programme=programme, organisation=other),
            edition_id=world.edition.pk,
            people=[(n, NewLearner(f"{name} {other.pk}")) for n, name in enumerate(NAMES, start=1)],
            actor=world.contact(other),
        )
    assert Enrolment.objects.filter(state="confirmed").count() == 9


def _give(programme: Programme, manager: Page, address: str) -> None:
    """The lessons pass; everybody came but one."""
    Edition.objects.update(starts_on=timezone.localdate() - timedelta(days=9))
    manager.goto(f"{address}aanwezigheid/")
    hours = manager.locator("table input[inputmode=decimal]")
    for place in range(hours.count()):
        hours.nth(place).fill("0" if place == 8 else "40")
    manager.get_by_role("button", name="Bewaren").click()
    expect(manager.get_by_text("niet gekomen").first).to_be_visible()
    manager.goto(address)
    manager.get_by_role("button", name="Als gegeven melden").click()
    expect(manager.get_by_text("Het programma staat nu op “gegeven”.")).to_be_visible()
    assert programme.enrolments.filter(state="no_show").count() == 1


def _draw_up(manager: Page, address: str) -> None:
    """Without proof a claim is not taken; with its invoices it is."""
    manager.goto(f"{address}bewijsstukken/")
    manager.locator("input[type=file]").set_input_files(
        {"name": "factuur-vonk.pdf", "mimeType": "application/pdf", "buffer": _invoice()}
    )
    manager.locator("select[name=kind]").select_option("invoice")
    manager.locator("#add").get_by_role("button", name="Bewaren").click()
    expect(manager.get_by_text("factuur-vonk.pdf").first).to_be_visible()

    manager.goto(address)
    manager.get_by_role("link", name="Afrekening", exact=True).click()
    manager.get_by_role("button", name="Afrekening opmaken").click()
    manager.get_by_role("link", name="Annuleren").click()
    manager.get_by_role("button", name="Afrekening indienen").click()
    expect(manager.get_by_text("Deze stap kan niet:")).to_be_visible()
    manager.get_by_role("link", name="Kosten invullen").click()
    for number in range(3):
        manager.locator(f"#id_form-{number}-invoice").fill(f"F-2026-{number}")
        details = manager.locator("details").filter(has=manager.locator(f"[name=form-{number}-evidence]"))
        details.locator("summary").click()
        details.get_by_role("checkbox").first.check()
    manager.get_by_role("button", name="Bewaren").click()
    manager.get_by_role("button", name="Afrekening indienen").click()
    expect(manager.get_by_text("De afrekening staat nu op “ingediend”.")).to_be_visible()


def _check(coordinator: Page, address: str) -> None:
    """Who approves the content reads that a colleague goes on."""
    coordinator.goto(f"{address}afrekening/")
    expect(coordinator.get_by_text("8 van 9 deelnemers kwamen")).to_be_visible()
    coordinator.get_by_role("button", name="Inhoudelijk goedkeuren").click()
    expect(coordinator.get_by_text("De afrekening staat nu op “inhoudelijk goedgekeurd”.")).to_be_visible()
    expect(coordinator.get_by_text("U keek de inhoud na.")).to_be_visible()
    expect(coordinator.get_by_role("button", name="Goedkeuren voor betaling")).to_have_count(0)


def _pay(second: Page, address: str) -> None:
    second.goto(f"{address}afrekening/")
    second.get_by_role("button", name="Goedkeuren voor betaling").click()
    expect(second.get_by_text("De afrekening staat nu op “te betalen”.")).to_be_visible()
    second.get_by_label("Betaald op").fill(timezone.localdate().isoformat())
    second.get_by_label("Kenmerk van de bank").fill("OVERSCHRIJVING-1")
    second.get_by_role("button", name="Betaling vaststellen").click()
    expect(second.get_by_text("De afrekening staat nu op “betaald”.")).to_be_visible()


def _invoice() -> bytes:
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.cell(text="Factuur F-2026-1: 9000.00 euro")
    return bytes(page.output())
