"""One programme in a real browser, from the matcher's proposal to a claim that is paid, through all its people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from fpdf import FPDF
from playwright.sync_api import Page, expect

from catalogue.models import Edition
from matching.models import MatchRun
from matching.services.runs import queue_run, work_run
from networks.models import Organisation
from programmes.aid.claims import is_valid_communication
from programmes.models import Claim, Enrolment, Participation, Programme
from programmes.services.commitments import commit_participation
from programmes.services.enrolments import enrol_learners
from programmes.services.learners import NewLearner
from skillnet.accounts.models import User
from skillnet.current import SESSION_KEY
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.browser.conftest import PATIENCE
from tests.browser.watching import Watched
from tests.browser.world import World, build_world
from tests.factories import actor_for_role, actor_for_user, validate_needs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
GOOD = "De vraag is gevalideerd en het aanbod is het beste van de twee."
NAMES = ["Ada Aerts", "Bram Baert", "Chloé Claes"]
Companies = dict[Organisation, Actor]
expect.set_options(timeout=PATIENCE)


def test_from_a_proposal_to_a_paid_claim(open_page: Callable[..., Watched]) -> None:
    world = build_world()
    programme = _proposed_by_the_matcher(world)
    address = f"/programmas/{programme.public_id}/"
    companies = {row.organisation: _contact(row.organisation) for row in programme.participations.all()}
    first = next(iter(companies))
    company = open_page(session=_session(companies[first]))
    manager = open_page(session=_session(_member(world.manager)))
    coordinator = open_page(session=_session(_member(world.coordinator)))
    second = open_page(session=_session(_colleague(world)))

    _decide(manager.page, coordinator.page, address)
    _commit_and_start(programme, companies, company.page, manager.page, address)
    _enrol(programme, companies, company.page, address)
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


def _proposed_by_the_matcher(world: World) -> Programme:
    """Last night's run over the gaps and offers of the region; the needs were validated."""
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    work_run(run_id=run.pk)
    validate_needs(world.network)
    programme = Programme.objects.get()
    assert (programme.state, programme.run_id) == (Programme.State.PROPOSAL, run.pk)
    return programme


def _contact(organisation: Organisation) -> Actor:
    return actor_for_role(Role.COMPANY_CONTACT, organisation=organisation)


def _member(user: User) -> Actor:
    return actor_for_user(user, user.memberships.get().organisation)


def _colleague(world: World) -> Actor:
    """Who approves the content never moves the money: a second coordinator of the same service."""
    administration = world.coordinator.memberships.get().organisation
    return actor_for_role(Role.COORDINATOR, organisation=administration)


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


def _commit_and_start(
    programme: Programme, companies: Companies, company: Page, manager: Page, address: str
) -> None:
    """One company confirms on its screen, the others by the same service."""
    company.goto(address)
    company.get_by_role("link", name="Bekijken en bevestigen").click()
    company.get_by_role("checkbox").last.check()
    company.get_by_role("button", name="Bevestigen en steun aanvragen").click()
    expect(company.get_by_text("Bevestigd. Uw steunaanvraag is geregistreerd")).to_be_visible()
    for row in programme.participations.filter(state=Participation.State.PROPOSED):
        commit_participation(
            participation_id=row.pk, actor=companies[row.organisation], declares_de_minimis=True
        )
    manager.goto(address)
    manager.get_by_role("button", name="Als gestart melden").click()
    expect(manager.get_by_text("Het programma staat nu op “loopt”.")).to_be_visible()


def _enrol(programme: Programme, companies: Companies, company: Page, address: str) -> None:
    company.goto(f"{address}deelnemers/")
    company.get_by_label("Deelnemers", exact=True).fill("\n".join(NAMES))
    company.get_by_role("button", name="Inschrijven").click()
    expect(company.get_by_text(NAMES[0]).first).to_be_visible()
    edition = programme.programme_editions.get().edition_id
    for other, contact in list(companies.items())[1:]:
        enrol_learners(
            participation=Participation.objects.get(programme=programme, organisation=other),
            edition_id=edition,
            people=[(n, NewLearner(f"{name} {other.pk}")) for n, name in enumerate(NAMES, start=1)],
            actor=contact,
        )
    assert Enrolment.objects.filter(state="confirmed").count() == 9


def _give(programme: Programme, manager: Page, address: str) -> None:
    """The lessons pass; everybody came but one."""
    Edition.objects.update(starts_on=timezone.localdate() - timedelta(days=9))
    manager.goto(f"{address}aanwezigheid/")
    hours = manager.locator("table input[inputmode=decimal]")
    for place in range(hours.count()):
        hours.nth(place).fill("0" if place == 8 else "24")
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
