"""A gap's own page: what happens next, who sees it, putting back what last changed; and what comes first."""

from typing import Any

import pytest
from django.urls import reverse

from networks.models import Gap, Organisation
from networks.services.gap_history import last_change_of
from networks.services.gaps import save_gap, take_gap_action
from skillnet.kernel.roles import Role
from tests.factories import make_gap, make_member, make_network, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organisation:
    return make_organisation(name="Lasbedrijf De Vonk")


@pytest.fixture
def client(client_for: Any, company: Organisation) -> Any:
    return client_for(Role.COMPANY_CONTACT, organisation=company)


def page(client: Any, gap: Gap, name: str = "gap_detail") -> str:
    return str(client.get(reverse(f"networks:{name}", args=[gap.public_id])).content.decode())


def test_the_page_says_what_comes_next_and_who_sees_it(client: Any, company: Organisation) -> None:
    network = make_network(name="Metaal Demerstreek")
    gap = make_gap(organisation=company, network=network)
    html = page(client, gap)
    assert "De matcher zoekt aanbod" in html
    assert "de manager en de stuurgroep van Metaal Demerstreek" in html
    assert "Archiveren" in html
    client.post(reverse("networks:gap_action", args=[gap.public_id]), {"action": "archive"})
    archived = page(client, gap)
    assert "U kunt ze terughalen" in archived
    assert "Heropenen" in archived


def test_the_last_change_is_put_back(client: Any, company: Organisation) -> None:
    gap = make_gap(organisation=company, title="TIG-lassen", learners=4, target_groups=["workers"])
    assert last_change_of(gap) is None
    values = {"learners": 9, "target_groups": ["jobseekers"]}
    save_gap(actor=client.actor, organisation=company, values=values, gap=gap)
    client.post(reverse("networks:gap_action", args=[gap.public_id]), {"action": "close"})
    html = page(client, gap, "gap_undo")
    assert "werkzoekenden" in html
    assert "werknemers in hun huidige functie" in html
    gap.refresh_from_db()
    change = last_change_of(gap)
    assert change is not None
    url = reverse("networks:gap_undo", args=[gap.public_id])
    client.post(url, {"version": str(change.version), "latest": "1"})
    gap.refresh_from_db()
    assert gap.learners == 9
    client.post(url, {"version": str(change.version), "latest": str(change.latest)})
    gap.refresh_from_db()
    assert (gap.learners, gap.target_groups, gap.state) == (4, ["workers"], "closed")
    assert "Laatste wijziging ongedaan gemaakt" in page(client, gap)


def test_nobody_else_puts_it_back(client_for: Any, client: Any, company: Organisation) -> None:
    member = make_member(network=make_network(), organisation=company)
    gap = make_gap(
        organisation=company,
        network=member.network,
        state="draft",
        description="Twee lassers zakten voor hun keuring.",
    )
    save_gap(actor=client.actor, organisation=company, values={"description": "Lassen op niveau."}, gap=gap)
    take_gap_action(gap=gap, action="register", actor=client.actor)
    manager = client_for(Role.NETWORK_MANAGER, network=gap.network)
    undo = reverse("networks:gap_undo", args=[gap.public_id])
    for read in (manager.get(undo, follow=True), manager.post(undo, {"version": "1"}, follow=True)):
        assert "Lassen op niveau." in read.content.decode()
        assert "keuring" not in read.content.decode(), "what a company did not send yet is its own"
    assert "keuring" in page(client, gap, "gap_undo")
    assert (
        client_for(Role.COMPANY_CONTACT).get(reverse("networks:gap_undo", args=[gap.public_id])).status_code
        == 404
    )


def test_priorities_weigh_urgency_impact_and_people(client: Any, company: Organisation) -> None:
    make_gap(organisation=company, title="Klein maar nu", urgency="critical", impact=4, learners=1)
    make_gap(organisation=company, title="Groot", urgency="medium", impact=3, learners=10)
    make_gap(organisation=company, title="Onbekend", urgency="high", learners=50)
    make_gap(organisation=company, title="Gesloten", urgency="high", impact=4, learners=9, state="closed")
    make_gap(title="Van een ander", urgency="high", impact=4, learners=99)
    html = client.get(reverse("networks:priorities")).content.decode()
    assert html.index(">Groot<") < html.index(">Klein maar nu<") < html.index(">Onbekend<")
    assert "Gesloten" not in html
    assert "Van een ander" not in html
    assert "?state=open&amp;urgency=critical&amp;impact=4" in html
    assert "?state=open&amp;urgency=high&amp;impact=unknown" in html
    rows = client.get(reverse("networks:gaps") + "?state=open&urgency=high&impact=unknown").content.decode()
    assert "Onbekend" in rows
    assert ">Groot<" not in rows
    assert 'name="state"' not in html, "they are all open"
    nobody_counted = make_gap(organisation=company, title="Hoeveel?", urgency="high", impact=4)
    again = client.get(reverse("networks:priorities")).content.decode()
    facts = again[again.index("Nog niet te wegen") :]
    assert ">2<" in facts[: facts.index("ontbreekt")]
    nobody_counted.delete()
    export = client.get(reverse("networks:priorities") + "?export=csv")
    lines = b"".join(export.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Groot", "Klein maar nu", "Onbekend"]
    assert lines[1].split(",")[5] == "60"


def test_without_open_gaps_priorities_say_what_to_do(client: Any) -> None:
    assert "Nog geen open kloof om te wegen" in client.get(reverse("networks:priorities")).content.decode()


def test_the_list_of_gaps_leads_to_every_way_in(client: Any, company: Organisation) -> None:
    make_gap(organisation=company, title="Een ontwerp", state="draft")
    html = client.get(reverse("networks:gaps")).content.decode()
    for name in ("gap_new", "gap_grid", "gap_copy", "priorities", "drafts_register"):
        assert reverse(f"networks:{name}") in html, name


def test_pages_stay_within_their_queries(
    client: Any, company: Organisation, django_assert_max_num_queries: Any
) -> None:
    gaps = [make_gap(organisation=company, urgency="high", impact=2, learners=3) for _ in range(3)]
    for url in (
        reverse("networks:gap_detail", args=[gaps[0].public_id]),
        reverse("networks:gap_new"),
        reverse("networks:gap_grid"),
        reverse("networks:gap_copy"),
        reverse("networks:priorities"),
    ):
        client.get(url)
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
