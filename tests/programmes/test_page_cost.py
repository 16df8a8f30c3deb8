"""The page of a programme stays light, however many companies take part, for everybody who opens it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skillnet.kernel.roles import Role
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db
MOST = 12


def client_of(client_for, world: World, who: str):
    return {
        "coordinator": lambda: client_for(Role.COORDINATOR, organisation=world.administration),
        "manager": lambda: client_for(Role.NETWORK_MANAGER, network=world.network),
        "company": lambda: client_for(Role.COMPANY_CONTACT, organisation=world.companies[0]),
        "analyst": lambda: client_for(Role.ANALYST),
    }[who]()


@pytest.mark.parametrize(
    ("who", "steps", "companies"),
    [
        ("coordinator", ("submit",), 3),
        ("coordinator", ("submit",), 5),
        ("coordinator", ("submit", "approve"), 3),
        ("manager", (), 5),
        ("manager", ("submit", "approve"), 3),
        ("company", ("submit",), 5),
        ("company", ("submit", "approve"), 3),
        ("analyst", ("submit",), 3),
    ],
)
def test_at_most_twelve_queries(client_for, django_assert_max_num_queries, who, steps, companies):
    world = build_world(companies=companies, seats=40)
    programme = world.programme(*steps)
    client = client_of(client_for, world, who)
    address = reverse("programmes:programme_detail", args=[programme.public_id])
    client.get(address)  # what a process reads once it has read
    with django_assert_max_num_queries(MOST):
        assert client.get(address).status_code == 200


def test_the_decision_panel_says_what_is_decided_for_each_company(client_for):
    world = build_world()
    programme = world.programme("submit")
    coordinator = client_of(client_for, world, "coordinator")
    page = coordinator.get(
        reverse("programmes:programme_detail", args=[programme.public_id])
    ).content.decode()
    panel = page[page.index('id="decision"') :]
    for company in world.companies:
        assert f"{company.name} (klein)" in panel.replace("&amp;", "&")
    assert "AGVV art. 31" in panel


def test_words_and_scores_come_after_the_page_and_without_htmx_as_a_page(client_for):
    world = build_world()
    programme = world.programme("submit")
    client = client_of(client_for, world, "manager")
    address = reverse("programmes:programme_evidence", args=[programme.public_id])
    assert (
        address
        in client.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    )
    whole = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    for text in (whole, part):
        assert "<mark>" in text
        assert "Niet gekozen" in text
    assert client_for(Role.NETWORK_MANAGER).get(address).status_code == 404


def test_the_page_of_a_claim_asks_at_most_twelve_questions_beside_the_frame(client_for):
    """The frame asks who is signed in and for whom (3), and how many notices wait (1)."""
    from tests.programmes.claims_world import drawn_up, move_claim

    world = build_world(companies=4, seats=40)
    claim = move_claim(world, drawn_up(world), "submit")
    address = reverse("programmes:claim", args=[claim.programme.public_id])
    for who in ("coordinator", "manager", "company"):
        client = client_of(client_for, world, who)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= MOST + 4, (who, [row["sql"][:80] for row in asked])
