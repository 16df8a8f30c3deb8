"""From a call to an approved network in a real browser: application, two reviews, ranking, decision."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from networks.models import Network, NetworkApplication
from skillnet.current import SESSION_KEY
from skillnet.kernel.actor import Actor
from tests.browser.conftest import PATIENCE
from tests.browser.watching import Watched, press
from tests.networks.call_world import CallWorld, make_call_world, make_draft, user_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
expect.set_options(timeout=PATIENCE)
WHY = "Helder en haalbaar."
REASON = "Breed gedragen en zuinig begroot."


def test_from_a_call_to_an_approved_network(open_page: Callable[..., Watched]) -> None:
    world = make_call_world()
    application = make_draft(world)
    manager = open_page(session=session_of(world.manager_of(application)))
    coordinator = open_page(session=session_of(world.coordinator))
    reviewers = [open_page(session=session_of(reviewer)) for reviewer in world.reviewers]

    _apply(manager.page, application)
    _screen(coordinator.page, world, application)
    for watched in reviewers:
        _review(watched.page, application)
    _decide(coordinator.page, world, application)

    manager.page.goto(f"/aanvragen/{application.public_id}/")
    expect(manager.page.get_by_text(REASON).first).to_be_visible()
    expect(manager.page.get_by_text(WHY).first).to_be_visible()
    expect(manager.page.get_by_role("heading", name="Beoordelaar 1")).to_be_visible()
    application.refresh_from_db()
    assert application.state == NetworkApplication.State.APPROVED
    assert Network.objects.get(pk=application.network_id).state == Network.State.CONTRACTED
    for watched in (manager, coordinator, *reviewers):
        assert watched.take_problems() == []


def session_of(actor: Actor) -> str:
    client = Client()
    client.force_login(user_of(actor))
    session = client.session
    session[SESSION_KEY] = actor.organisation_id
    session.save()
    return str(session.session_key)


def _apply(page: Page, application: NetworkApplication) -> None:
    """The manager finishes what the home page asks for, and hands it in."""
    page.goto("/")
    page.get_by_role("link", name="Werk de aanvraag af en dien ze in").click()
    page.get_by_role("link", name="Aanpassen").click()
    page.get_by_label("Plan", exact=False).first.fill("Veertig operatoren leren lassen in twee jaar.")
    page.get_by_label("Gevraagd budget").fill("80000")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("Veertig operatoren leren lassen")).to_be_visible()
    press(page, "Indienen")
    expect(page.get_by_text("ingediend", exact=True).first).to_be_visible()


def _screen(page: Page, world: CallWorld, application: NetworkApplication) -> None:
    """The coordinator looks at completeness and asks two people outside the network."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("Kijk de ontvankelijkheid na")).click()
    press(page, "Ontvankelijkheid nakijken")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Lijst bewaren").click()
    for reviewer in world.reviewers:
        page.get_by_label("Beoordelaar", exact=True).select_option(str(user_of(reviewer).pk))
        page.get_by_role("button", name="Vragen", exact=True).click()
        expect(page.get_by_text("is gevraagd om te beoordelen")).to_be_visible()
    press(page, "Ontvankelijk: laten beoordelen")
    expect(page.get_by_text("in beoordeling", exact=True).first).to_be_visible()


def _review(page: Page, application: NetworkApplication) -> None:
    """A reviewer scores each criterion, says why, and hands in for good."""
    page.goto("/")
    page.get_by_role("link", name=f"Beoordeel de aanvraag van {application.network.name}").click()
    for criterion in application.call.criteria.all():
        page.get_by_label(re.compile(f"{criterion.title}: score van 0 tot 5")).fill("4")
        page.get_by_label(f"Waarom deze score voor “{criterion.title}”?").fill(WHY)
    press(page, "Indienen")
    expect(page.get_by_text("Uw beoordeling is ingediend")).to_be_visible()


def _decide(page: Page, world: CallWorld, application: NetworkApplication) -> None:
    """The coordinator closes the call, reads the ranking, and approves within the budget."""
    page.goto(f"/aanvragen/{application.public_id}/")
    press(page, "Beoordeling afronden")
    expect(page.get_by_text("klaar voor beslissing", exact=True).first).to_be_visible()
    page.goto(f"/oproepen/{world.call.public_id}/")
    press(page, "Sluiten")
    press(page, "Beoordeling starten")
    expect(page.get_by_role("button", name="Als beslist vaststellen")).to_be_visible()
    page.get_by_role("link", name="Rangschikking").click()
    expect(page.get_by_role("row", name=re.compile(application.network.name))).to_contain_text("past")
    page.get_by_label("Motivering").fill(REASON)
    press(page, "Beslissingen vaststellen")
    expect(page.get_by_text("Beslist en meegedeeld: 1.")).to_be_visible()
