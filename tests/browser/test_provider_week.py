"""A provider's week in a real browser: its catalogue from a file, and a programme that it delivers."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalogue.models import Offer
from programmes.models import Enrolment
from skillnet.imports.services import work_import
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from tests.browser.conftest import PATIENCE
from tests.browser.test_proposal_to_paid import _session
from tests.browser.watching import Watched
from tests.factories import actor_for_role, make_offer, make_provider
from tests.programmes.delivery_world import begun
from tests.programmes.world import build_world
from tests.site.test_imports import _own_files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
own_files = _own_files
OFFERS = (
    "external_id,title,language,price_eur\n"
    "A-1,Inox lassen,nl,450\n"
    "A-2,Heftruck rijden,nl,veel\n"
    "A-3,Solderen,nl,300\n"
)
expect.set_options(timeout=PATIENCE)


def _teacher(organisation: Any) -> Actor:
    return actor_for_role(Role.PROVIDER, organisation=organisation)


def _send(page: Page, name: str, text: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]


def test_a_provider_imports_its_catalogue(open_page: Callable[..., Watched]) -> None:
    provider = make_provider()
    known = make_offer(provider=provider, external_id="A-1", title="Inox lassen", price=400)
    watched = open_page(session=_session(_teacher(provider.organisation)))
    page = watched.page
    page.goto("/mijn-aanbod/")
    page.get_by_role("link", name="Bestand invoeren").first.click()
    _send(page, "aanbod.csv", OFFERS)
    page.get_by_role("button", name="Bekijk de eerste rijen").click()
    page.get_by_role("button", name="Bekijk de verschillen").click()
    file = ImportFile.objects.get()
    work_import(file_id=file.pk)

    page.goto(f"/import/{file.public_id}/")
    expect(page.get_by_text("price_eur: 400.00 → 450.00")).to_be_visible()
    page.get_by_role("button", name="Toepassen").click()
    work_import(file_id=file.pk)

    page.goto(f"/import/{file.public_id}/")
    refused = page.locator("#problems tbody tr")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text(re.compile("3.*price_eur.*veel", re.DOTALL))
    expect(page.get_by_role("link", name="Te verbeteren rijen, CSV")).to_be_visible()
    page.get_by_role("link", name="Bekijk het resultaat").click()
    expect(page.get_by_text("Solderen").first).to_be_visible()
    known.refresh_from_db()
    assert (known.price, Offer.objects.count()) == (450, 2)
    assert watched.take_problems() == []


def test_a_provider_delivers(open_page: Callable[..., Watched]) -> None:
    world = build_world()
    programme = world.programme("submit", "approve", "start")
    people = _enrolled(world, programme)
    begun(programme)
    watched = open_page(session=_session(_teacher(world.offer.provider.organisation)))
    page = watched.page
    page.goto("/leveringen/")
    page.get_by_role("link", name=programme.title).first.click()
    expect(page.get_by_text("Ada Aerts").first).to_be_visible()
    invoices = page.locator("section").filter(has=page.get_by_role("heading", name="Facturatie"))
    expect(invoices.locator("tbody tr")).to_have_count(len(world.companies))
    expect(invoices.get_by_text(re.compile("nog open: .*9.000,00"))).to_be_visible()

    page.goto(f"/programmas/{programme.public_id}/aanwezigheid/")
    page.get_by_text("Een bestand opladen").click()
    rows = [f"{person.reference},{hours}" for person, hours in zip(people, ("40", "veel"), strict=True)]
    _send(page, "uren.csv", "\n".join(["kenmerk,uren", *rows]))
    page.get_by_role("button", name="Opladen").click()
    expect(page.get_by_text("1 rij is niet bewaard")).to_be_visible()
    expect(page.get_by_text(people[1].reference).first).to_be_visible()
    assert people[0].attendance.get().hours == Decimal(40)
    assert not people[1].attendance.exists()
    problems = [one for one in watched.take_problems() if "409" not in one]
    assert problems == []


def _enrolled(world: Any, programme: Any) -> list[Enrolment]:
    from programmes.services.enrolments import enrol_learners
    from programmes.services.learners import NewLearner

    part = programme.participations.get(organisation=world.companies[0])
    return list(
        enrol_learners(
            participation=part,
            edition_id=world.edition.pk,
            people=[(1, NewLearner("Ada Aerts")), (2, NewLearner("Bo Baert"))],
            actor=world.contact(world.companies[0]),
        ).all
    )
