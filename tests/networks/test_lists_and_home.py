"""Lists of people, invitations, plan lines and applications; a company's home when nothing waits."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from networks.models import Invitation, JointCommittee, Membership, Network
from networks.services.people import invite_person
from networks.services.plans import add_line, start_plan
from networks.views.invitations import INVITATION_LIST
from networks.views.people import PEOPLE_LIST
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.lists import ListSpec
from tests.factories import (
    make_call,
    make_gap,
    make_membership,
    make_network,
    make_organisation,
    make_user,
    organisation_of,
)
from tests.networks.pages_world import Clients

pytestmark = pytest.mark.django_db


def names(client: Any, page: str, *args: Any, **query: str) -> list[str]:
    response = client.get(reverse(f"networks:{page}", args=args), query)
    assert response.status_code == 200
    return [row.name for row in response.context["rows"]]


def exported(client: Any, page: str, *args: Any) -> str:
    response = client.get(reverse(f"networks:{page}", args=args), {"export": "csv"})
    return b"".join(response).decode("utf-8-sig")


def test_people_and_invitations_are_found_sorted_and_exported(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    own = organisation_of(client.actor)
    make_membership(organisation=own, user=make_user(name="Zita Maes"), role=Role.COMPANY_CONTACT)
    make_membership(user=make_user(name="Een Vreemde"))
    assert names(client, "people", q="zita") == ["Zita Maes"]
    assert len(names(client, "people")) == 2
    assert "Zita Maes" in exported(client, "people")
    assert "Een Vreemde" not in exported(client, "people")
    for address in ("an@vonk.example", "bo@vonk.example"):
        invite_person(email=address, organisation=own, role=Role.COMPANY_CONTACT, actor=client.actor)
    invitation = Invitation.objects.get(email="bo@vonk.example")
    page = client.get(reverse("networks:invitations"))
    assert [row.name for row in page.context["rows"]] == ["bo@vonk.example", "an@vonk.example"]
    withdraw = reverse("networks:invitation_action", args=[invitation.public_id])
    assert withdraw in page.content.decode()
    colleague = client_for(Role.PROVIDER, organisation=own)  # who cannot give that role takes none back
    assert withdraw not in colleague.get(reverse("networks:invitations")).content.decode()
    assert colleague.post(withdraw, {"action": "withdraw"}).status_code == 404
    Invitation.objects.filter(pk=invitation.pk).update(reminded_at=timezone.now())
    assert names(client, "invitations", reminded="no") == ["an@vonk.example"]
    assert "bo@vonk.example" in exported(client, "invitations")
    for role, may_invite in ((Role.COMPANY_CONTACT, True), (Role.STEERING_MEMBER, False)):
        empty = client_for(role).get(reverse("networks:invitations"))
        assert empty.context["rows"] == []
        assert ("Iemand uitnodigen" in empty.content.decode()) is may_invite


def test_a_manager_sees_who_has_not_answered_of_the_own_network_only(client_for: Clients) -> None:
    client = client_for(Role.NETWORK_MANAGER)
    (network_id,) = client.actor.managed_networks

    network = Network.objects.get(pk=network_id)
    member = network.members.active().first() or network.members.create(
        organisation=make_organisation(), state="active"
    )
    invite_person(
        email="an@vonk.example",
        organisation=member.organisation,
        role=Role.COMPANY_CONTACT,
        actor=client.actor,
    )
    contact = client_for(Role.COMPANY_CONTACT).actor
    asked = network.members.create(organisation_id=contact.organisation_id, state="invited")
    said: dict[str, Any] = {"organisation": asked.organisation, "role": Role.COMPANY_CONTACT}
    own = invite_person(email="eigen@vonk.example", actor=contact, **said)  # nobody in the network may know
    assert names(client, "network_unanswered", network.public_id) == ["an@vonk.example"]
    withdraw = reverse("networks:invitation_action", args=[own.public_id])
    assert client.post(withdraw, {"action": "withdraw"}).status_code == 404
    invite_person(email="bo@vonk.example", actor=client.actor, **said)
    assert "bo@vonk.example" in names(client, "network_unanswered", network.public_id)
    stranger = client_for(Role.NETWORK_MANAGER)
    address = reverse("networks:network_unanswered", args=[network.public_id])
    assert stranger.get(address).status_code == 404


def test_a_line_of_a_draft_plan_is_changed_filtered_and_exported(client_for: Clients) -> None:
    client = client_for(Role.NETWORK_MANAGER)
    (network_id,) = client.actor.managed_networks

    network = Network.objects.get(pk=network_id)
    plan = start_plan(network=network, year=2027, goals="", actor=client.actor)
    line = add_line(plan=plan, values={"title": "Lassen", "quarter_1": Decimal(4000)}, actor=client.actor)
    add_line(
        plan=plan,
        values={"title": "Overleg", "kind": "coordination", "quarter_2": Decimal(500)},
        actor=client.actor,
    )
    address = reverse("networks:plan_line_edit", args=[plan.public_id, line.public_id])
    assert "Lassen" in client.get(address).content.decode()
    wanted = {"title": "Lassen en snijden", "kind": "programme", "learners": "12", "quarter_1": "6000"}
    zero = {"quarter_2": "0", "quarter_3": "0", "quarter_4": "0"}
    refused = client.post(address, wanted | zero | {"quarter_1": "0"})
    assert "minstens één kwartaal" in refused.content.decode()
    client.post(address, wanted | zero)
    line.refresh_from_db()
    assert (line.title, line.learners, line.total) == ("Lassen en snijden", 12, Decimal(6000))
    assert names(client, "plan_detail", plan.public_id, kind="coordination") == ["Overleg"]
    assert names(client, "plan_detail", plan.public_id, sort="year_total") == ["Overleg", "Lassen en snijden"]
    assert "Lassen en snijden" in exported(client, "plan_detail", plan.public_id)
    type(plan).objects.filter(pk=plan.pk).update(state="submitted")
    assert client.get(address).status_code == 404
    assert client_for(Role.NETWORK_MANAGER).get(address).status_code == 404


def test_a_company_reads_how_it_stands_and_what_comes_also_when_nothing_waits(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    own = organisation_of(client.actor)
    assert "Met aanbod dat past" not in client.get(reverse("home")).content.decode(), "no gap, no figures"
    make_gap(organisation=own, title="Lassen")
    make_gap(organisation=own, title="Oud", state="closed")
    make_call(title="Oproep Bravo", state="open", closes_on=timezone.localdate() + timedelta(days=9))
    page = client.get(reverse("home"))
    section = page.context["sections"][0]
    assert [(fact.value, fact.url.rpartition("?")[2]) for fact in section.facts] == [
        (1, "state=open"),
        (0, "state=open&progress=matched"),
        (0, "state=open&progress=pooled"),
        (1, "state=closed"),
    ]
    assert [todo.label for todo in section.coming] == ["Oproep Bravo"]
    for fact in section.facts:
        rows = client.get(fact.url).context["rows"]
        assert len(rows) == fact.value


def test_the_committees_of_a_year_are_asked_for_read_in_and_found(client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    year = timezone.localdate().year
    wanted = f"Lees de paritaire comités van {year} in"
    assert wanted in client.get(reverse("home")).content.decode()
    assert (
        f"Lees de knelpuntberoepen van {year} in: Vlaams Gewest"
        in client.get(reverse("home")).content.decode()
    )
    address = reverse("networks:committees_import")
    bad = SimpleUploadedFile("leeg.csv", b"kolom\nx\n")
    assert "Geen enkele rij" in client.post(address, {"file": bad}).content.decode()
    rows = "code,nl,fr,en\n111,Metaal,Métal,Metal\n200,Bedienden,Employés,Employees\n".encode()
    client.post(address, {"file": SimpleUploadedFile("pc.csv", rows)})
    assert names(client, "committees") == ["111", "200"]
    assert names(client, "committees", q="employ") == ["200"]
    assert wanted not in client.get(reverse("home")).content.decode()
    JointCommittee.objects.update(read_at=timezone.now() - timedelta(days=400))
    assert wanted in client.get(reverse("home")).content.decode()
    assert client_for(Role.COORDINATOR).get(reverse("networks:committees")).status_code in (403, 404)


@pytest.mark.parametrize(("spec", "row"), [(PEOPLE_LIST, Membership), (INVITATION_LIST, Invitation)])
def test_a_list_shows_the_day_in_brussels(spec: ListSpec, row: Any) -> None:
    after_midnight = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    column = next(column for column in spec.columns if column.sort == "created_at")
    assert column.value(row(created_at=after_midnight)) == date(2026, 7, 1)


def test_a_slip_of_the_pen_is_found_and_two_numbers_are_two_companies(client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    company = make_organisation(name="Lasbedrijf De Vonk")
    slip = make_organisation(name="Lasbedrjif De Vonk", enterprise_number=None)
    neighbour = make_organisation(name="Lasbedrijf De Vonck")
    page = client.get(reverse("networks:organisation_detail", args=[company.public_id])).text
    assert slip.name in page
    assert neighbour.name not in page
    twin = make_organisation(name="Lasbedrijf de Vonk NV", enterprise_number=None)
    assert names(client, "organisations", double="yes") == [company.name, twin.name]


def test_the_record_that_stays_says_what_went_up_in_it(client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    company = make_organisation(name="Lasbedrijf De Vonk")
    twin = make_organisation(name="Lasbedrijf de Vonk NV", enterprise_number=None)
    merge = reverse("networks:organisation_merge", args=[twin.public_id])
    client.post(merge, {"number": company.enterprise_number, "reason": "Zelfde adres."})
    stays, gone = (
        client.get(reverse("networks:organisation_detail", args=[one.public_id])).text
        for one in (company, twin)
    )
    assert "Hierin opgegaan" in stays
    assert "“Zelfde adres.”" in stays
    assert "Misschien een dubbel." not in stays + gone


def test_who_leads_a_network_gets_to_where_a_request_is_answered(client_for: Clients) -> None:
    network = make_network()
    manager = client_for(Role.NETWORK_MANAGER, network=network)
    company = client_for(Role.COMPANY_CONTACT)
    company.post(reverse("networks:network_join", args=[network.public_id]))
    told = OutboxMessage.objects.get(template="member_requested", kind="notice")
    assert told.recipient == manager.actor.user
    page = manager.get(told.context["url"])
    assert [row.name for row in page.context["rows"]] == [company.actor.organisation_name]
