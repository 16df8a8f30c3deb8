"""Every page of `networks` as people open it: it renders for its roles, and hides what is another's."""

from typing import Any

import pytest
from django.urls import reverse

from networks.models import (
    Call,
    Gap,
    Invitation,
    NeedsAnalysis,
    Network,
    NetworkMember,
)
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_enterprise_number,
    make_gap,
    make_member,
    make_membership,
    make_network,
)
from tests.networks.pages_world import Clients, World, get, post, text_of

pytestmark = pytest.mark.django_db


INSIDE = [Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER, Role.COORDINATOR]


@pytest.mark.parametrize("role", INSIDE)
def test_the_list_of_networks_shows_ones_own(world: World, client_for: Clients, role: Role) -> None:
    page = text_of(get(world.client(client_for, role), "networks"))
    assert "Metaal Demerstreek" in page
    table = page.split('id="list"')[1].split("aansluiten")[0]
    assert "Zorg Limburg" not in table


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_of_networks_exports(world: World, client_for: Clients, kind: str) -> None:
    response = get(world.client(client_for, Role.COORDINATOR), "networks", query=f"?export={kind}")
    content = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    assert len(content) > 50
    if kind == "csv":
        assert "Metaal Demerstreek" in content.decode()


@pytest.mark.parametrize("role", INSIDE)
def test_a_network_opens_for_who_is_in_it_and_another_is_not_found(
    world: World, client_for: Clients, role: Role
) -> None:
    client = world.client(client_for, role)
    page = text_of(get(client, "network_detail", world.network.public_id))
    assert "Lasbedrijf De Vonk" in page
    assert ("Deelnemers" in page) == (role != Role.COMPANY_CONTACT)
    assert get(client, "network_detail", world.other.public_id).status_code == 404


@pytest.mark.parametrize("name", ["network_members", "needs"])
def test_pages_of_another_network_are_not_found(world: World, client_for: Clients, name: str) -> None:
    for role in (Role.NETWORK_MANAGER, Role.STEERING_MEMBER, Role.COORDINATOR):
        client = world.client(client_for, role)
        assert text_of(get(client, name, world.network.public_id))
        assert get(client, name, world.other.public_id).status_code == 404


@pytest.mark.parametrize("name", ["needs_detail", "needs_print"])
def test_a_needs_analysis_is_for_the_manager_and_the_steering_group(
    world: World, client_for: Clients, name: str
) -> None:
    for role in (Role.NETWORK_MANAGER, Role.STEERING_MEMBER):
        client = world.client(client_for, role)
        page = text_of(get(client, name, world.analysis.public_id))
        assert "TIG-lassen" in page
        assert get(client, name, world.other_analysis.public_id).status_code == 404
    coordinator = world.client(client_for, Role.COORDINATOR)
    assert get(coordinator, name, world.analysis.public_id).status_code == 404
    assert (
        get(world.client(client_for, Role.COMPANY_CONTACT), name, world.analysis.public_id).status_code == 403
    )


def test_gaps_are_their_companys_networks_and_calls_alone(world: World, client_for: Clients) -> None:
    for role in INSIDE:
        client = world.client(client_for, role)
        assert text_of(get(client, "gap_detail", world.gap.public_id))
        assert get(client, "gap_detail", world.other_gap.public_id).status_code == 404
        page = text_of(get(client, "gaps"))
        assert "TIG-lassen" in page
        assert ("Plooien van plaat" in page) == (role != Role.COMPANY_CONTACT)
        assert "Tillen" not in page


def test_a_company_draws_up_a_network(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert text_of(get(client, "network_new"))
    taken = post(client, "network_new", name="Metaal Demerstreek", purpose="x")
    assert "Er bestaat al een netwerk met deze naam." in text_of(taken)
    wrong = post(client, "network_new", name="Nieuw netwerk", contracting_number="123")
    assert "geen geldig ondernemingsnummer" in text_of(wrong)
    made = post(client, "network_new", name="Nieuw netwerk", purpose="Samen opleiden.", call=world.call.pk)
    assert "Leden van Nieuw netwerk" in text_of(made)
    network = Network.objects.get(name="Nieuw netwerk")
    page = text_of(get(client, "network_detail", network.public_id))
    assert "Wat nog ontbreekt" in page
    refused = post(client, "network_action", network.public_id, action="submit")
    assert "onafhankelijk bedrijf" in text_of(refused)
    assert text_of(get(client, "network_edit", network.public_id))
    assert "Bewaard." in text_of(
        post(client, "network_edit", network.public_id, name="Nieuwe naam", purpose="y")
    )


def test_the_coordinator_decides_on_the_page(world: World, client_for: Clients) -> None:
    network = make_network(name="Hout", call=world.call, state=Network.State.SUBMITTED, members=3)
    client = world.client(client_for, Role.COORDINATOR)
    assert "Goedkeuren" in text_of(get(client, "network_detail", network.public_id))
    assert "motivering" in text_of(post(client, "network_action", network.public_id, action="approve"))
    done = post(client, "network_action", network.public_id, action="approve", reason="Goed dossier.")
    assert "Goed dossier." in text_of(done)
    network.refresh_from_db()
    assert network.state == Network.State.ACTIVE
    assert text_of(get(client, "network_edit", network.public_id))
    post(client, "network_edit", network.public_id, budget="120000")
    network.refresh_from_db()
    assert network.budget == 120000


def test_the_manager_works_on_the_members_page(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.NETWORK_MANAGER)
    key = world.network.public_id
    page = text_of(get(client, "network_members", key))
    assert world.asking.organisation.name in page
    assert "controlegetal" in text_of(post(client, "member_add", key, number="0123.456.700"))
    number = make_enterprise_number()
    added = text_of(post(client, "member_add", key, number=number, name="Zagerij Nieuw"))
    assert "Zagerij Nieuw: uitgenodigd." in added
    post(client, "member_action", key, world.asking.public_id, action="accept")
    world.asking.refresh_from_db()
    assert world.asking.state == NetworkMember.State.ACTIVE
    sent = text_of(
        post(
            client,
            "network_invite",
            key,
            addresses="an@vonk.example\nonzin",
            organisation=world.company.pk,
            role=Role.COMPANY_CONTACT.value,
        )
    )
    assert "1 uitnodiging verstuurd." in sent
    assert "onzin" in sent
    invitation = Invitation.objects.get(email="an@vonk.example")
    first = invitation.digest
    post(client, "invitation_action", invitation.public_id, action="remind")
    invitation.refresh_from_db()
    assert invitation.digest != first
    assert invitation.reminded_at is not None
    post(client, "invitation_action", invitation.public_id, action="withdraw")
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    assert (
        "lasbedrijf" in text_of(get(client, "network_members", key, query="?q=vonk&sort=-open_gaps")).lower()
    )


def test_a_member_is_taken_out_from_its_row_with_what_follows(world: World, client_for: Clients) -> None:
    steering = world.client(client_for, Role.STEERING_MEMBER)
    make_member(network=world.network)
    client = world.client(client_for, Role.NETWORK_MANAGER)
    key = world.network.public_id
    action = reverse("networks:member_action", args=[key, world.member.public_id])
    page = text_of(get(client, "network_members", key))
    assert f'action="{action}"' in page
    assert "1 open kloof gaat mee met het bedrijf en verlaat de bundels." in page
    assert "1 zetel in de stuurgroep vervalt." in page
    assert "Er blijven 2 onafhankelijke bedrijven over; een netwerk telt er minstens drie." in page
    asking = reverse("networks:member_action", args=[key, world.asking.public_id])
    assert page.count(f'action="{asking}"') == 1, "who asks is answered above, not taken out"
    assert action not in text_of(get(steering, "network_members", key)), "only who leads takes somebody out"
    client.post(action, {"action": "remove", "reason": ""})
    world.member.refresh_from_db()
    assert world.member.state == NetworkMember.State.ACTIVE, "the company reads why"
    client.post(action, {"action": "remove", "reason": "Andere sector."})
    world.member.refresh_from_db()
    assert world.member.state == NetworkMember.State.LEFT
    assert action not in text_of(get(client, "network_members", key))


def test_a_manager_leaves_other_networks_alone(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.NETWORK_MANAGER)
    stranger = NetworkMember.objects.filter(network=world.other).first()
    assert stranger is not None
    for name in ("member_add", "network_invite", "network_action", "network_edit"):
        response = client.post(
            reverse(f"networks:{name}", args=[world.other.public_id]), {"action": "submit"}
        )
        assert response.status_code == 404, name
    response = client.post(
        reverse("networks:member_action", args=[world.other.public_id, stranger.public_id]),
        {"action": "remove"},
    )
    assert response.status_code == 404


def test_a_company_asks_to_join_and_leaves(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert "netwerkmanager krijgt uw vraag" in text_of(post(client, "network_join", world.other.public_id))
    asked = NetworkMember.objects.get(network=world.other, organisation=world.company)
    assert asked.state == NetworkMember.State.REQUESTED
    page = text_of(get(client, "network_detail", world.other.public_id))
    assert "ziet u zodra uw bedrijf lid is" in page
    post(client, "member_action", world.network.public_id, world.member.public_id, action="leave")
    world.member.refresh_from_db()
    assert world.member.state == NetworkMember.State.LEFT
    assert get(client, "network_detail", world.network.public_id).status_code == 404


def test_the_steering_group_votes_and_the_manager_freezes(world: World, client_for: Clients) -> None:
    steering = world.client(client_for, Role.STEERING_MEMBER)
    key = world.analysis.public_id
    assert "Uw stem" in text_of(get(steering, "needs_detail", key))
    assert "Zeg wat er anders moet" in text_of(post(steering, "needs_action", key, action="object"))
    post(steering, "needs_action", key, action="agree")
    others = client_for(Role.STEERING_MEMBER, network=world.network)
    manager = world.client(client_for, Role.NETWORK_MANAGER)
    waiting = text_of(post(manager, "needs_action", key, action="validate"))
    assert "1 stemmen; 2 zijn nodig" in waiting
    post(others, "needs_action", key, action="agree")
    post(manager, "needs_action", key, action="validate")
    post(manager, "needs_action", key, action="freeze")
    world.analysis.refresh_from_db()
    assert world.analysis.state == NeedsAnalysis.State.FROZEN
    Gap.objects.filter(pk=world.gap.pk).update(learners=12)
    assert "Dringendheid tegen" in text_of(get(manager, "needs", world.network.public_id))
    second = text_of(post(manager, "needs", world.network.public_id))
    assert "Wat veranderde sinds versie 1" in second
    assert "<ins>12</ins>" in second
    export = get(manager, "needs_detail", key, query="?export=csv")
    assert "TIG-lassen" in b"".join(export).decode()


def test_calls_from_draft_to_open(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COORDINATOR)
    assert text_of(get(client, "call_new"))
    post(client, "call_new", title="Oproep Beta", description="Wie mag.")
    call = Call.objects.get(title="Oproep Beta")
    company = world.client(client_for, Role.COMPANY_CONTACT)
    assert get(company, "call_detail", call.public_id).status_code == 404
    assert "Oproep Beta" not in text_of(get(company, "calls"))
    assert "wanneer de oproep opent" in text_of(post(client, "call_action", call.public_id, action="open"))
    post(
        client,
        "call_edit",
        call.public_id,
        title="Oproep Beta",
        opens_on="2026-11-02",
        closes_on="2027-01-29",
    )
    post(client, "call_action", call.public_id, action="open")
    assert "Oproep Beta" in text_of(get(company, "calls"))
    assert "Netwerk oprichten" in text_of(get(company, "call_detail", call.public_id))
    fixed = post(
        client, "call_edit", call.public_id, title="Anders", opens_on="2026-11-02", closes_on="2027-01-29"
    )
    assert "liggen vast" in text_of(fixed)
    other = client_for(Role.COORDINATOR)
    assert get(other, "call_edit", call.public_id).status_code == 404


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.COORDINATOR, "networks"),
        (Role.NETWORK_MANAGER, "network_members"),
        (Role.NETWORK_MANAGER, "gaps"),
        (Role.ADMINISTRATOR, "organisations"),
        (Role.ADMINISTRATOR, "users"),
        (Role.COORDINATOR, "calls"),
    ],
)
def test_a_list_asks_no_more_of_the_database_when_it_is_longer(
    world: World, client_for: Clients, django_assert_max_num_queries: Any, role: Role, page: str
) -> None:
    for _ in range(15):
        make_gap(network=world.network)
        make_membership()
        make_network(call=world.call)
    client = world.client(client_for, role)
    args = [world.network.public_id] if page == "network_members" else []
    get(client, page, *args)
    with django_assert_max_num_queries(12):
        assert text_of(get(client, page, *args))


def test_gaps_of_a_network_are_counted_for_its_own_people_only(world: World) -> None:
    """A live count tells a member what one other company did in between: pools say what may be told."""
    company = actor_for_role(Role.COMPANY_CONTACT, organisation=world.company)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)

    def counted(actor: Actor) -> int | None:
        networks = Network.objects.with_counts(actor).filter(pk=world.network.pk)
        return networks.values_list("open_gaps", flat=True).get()

    for _ in range(3):
        make_gap(network=world.network)
    assert (counted(company), counted(manager)) == (None, 5)
