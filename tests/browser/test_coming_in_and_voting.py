"""A newcomer comes in and writes down a first gap; a steering group votes and a needs analysis is frozen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from playwright.sync_api import Page, expect

from networks.models import Gap, NeedsAnalysis, Organisation
from skillnet.kernel.roles import Role
from tests.browser.conftest import PATIENCE
from tests.browser.watching import Watched, press
from tests.factories import make_enterprise_number, make_gap, make_network

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
expect.set_options(timeout=PATIENCE)
PASSWORD = "een-lange-zin-over-lassen-9"
FEW = 18  # at eight seconds a step, with half a minute to think: three minutes


class Hands:
    """A person at work: each thing filled in or clicked is one step."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)
        self.steps += 1

    def click(self, role: Any, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.steps += 1


def test_a_newcomer_has_a_first_gap_within_a_few_steps(open_page: Callable[..., Watched]) -> None:
    watched = open_page()
    page, hands, number = watched.page, Hands(watched.page), make_enterprise_number()
    page.goto("/aanbod/")
    hands.click("link", "Account maken")
    hands.fill("E-mailadres", "an@nieuw.example")
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(PASSWORD)
        hands.steps += 1
    hands.click("button", "Account maken")
    expect(page).to_have_url(re.compile("confirm-email"))
    found = re.search(r"(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    page.goto(found[1])
    hands.steps += 1
    page.locator("main form button").first.click()
    hands.steps += 1
    if page.locator("[name=login]").count():
        page.locator("[name=login]").fill("an@nieuw.example")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        hands.steps += 2
    hands.click("link", "Organisatie aanmelden")
    page.locator("[name=number]").fill(number)
    page.locator("[name=name]").fill("Plaatwerk Nieuw")
    hands.steps += 2
    hands.click("button", "Aanmelden")
    hands.click("link", "Kloof registreren")
    page.get_by_label("Wat moeten uw mensen kunnen, en kunnen ze nu nog niet?").fill(
        "Onze plooiers moeten de nieuwe plooibank kunnen instellen."
    )
    hands.steps += 1
    hands.click("button", "Bewaren")
    expect(page.get_by_text("Bewaard. De matcher zoekt nu")).to_be_visible()
    gap = Gap.objects.get()
    assert gap.organisation == Organisation.objects.get(enterprise_number=number)
    assert hands.steps <= FEW, hands.steps
    assert watched.take_problems() == []


def test_a_steering_group_votes_and_the_analysis_is_frozen(
    client_for: Any, open_page: Callable[..., Watched]
) -> None:
    network = make_network(name="Metaal Demerstreek", members=3)
    companies = [member.organisation for member in network.members.all()]
    make_gap(organisation=companies[0], network=network, title="TIG-lassen")
    voters = [
        client_for(Role.STEERING_MEMBER, organisation=company, network=network) for company in companies[:2]
    ]
    manager = client_for(Role.NETWORK_MANAGER, network=network)
    cookie = settings.SESSION_COOKIE_NAME
    leading, *voting = [open_page(session=who.cookies[cookie].value) for who in (manager, *voters)]
    leading.page.goto(f"/netwerken/{network.public_id}/behoeften/")
    leading.page.locator("main form button.main").first.click()
    analysis = NeedsAnalysis.objects.get(network=network)
    address = f"/behoeften/{analysis.public_id}/"
    leading.page.goto(address)
    press(leading.page, "Samenvoegen en voorleggen")
    for watched in voting:
        watched.page.goto("/")
        watched.page.get_by_role("link", name="Stem over de opleidingsbehoeften").click()
        press(watched.page, "Akkoord")
        expect(watched.page.get_by_text("Uw organisatie stemde akkoord.")).to_be_visible()
    leading.page.goto(address)
    press(leading.page, "Als gevalideerd vaststellen")
    press(leading.page, "Bevriezen")
    expect(leading.page.get_by_text("bevroren", exact=True).first).to_be_visible()
    analysis.refresh_from_db()
    assert analysis.state == NeedsAnalysis.State.FROZEN
    assert [row["title"] for row in analysis.snapshot] == ["TIG-lassen"]
    for watched in (leading, *voting):
        assert watched.take_problems() == []
