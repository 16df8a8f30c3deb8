"""Every page of `networks` as people open it: it renders for its roles, and hides what is another's."""

from collections.abc import Callable
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
    Organisation,
    OwnershipLink,
)
from networks.services.needs import start_analysis, take_needs_action
from networks.services.undertakings import confirm_link
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.models import ApiToken, Rate, RateKey
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_call,
    make_enterprise_number,
    make_gap,
    make_member,
    make_membership,
    make_network,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
Clients = Callable[..., Any]


class World:
    """A network with members, gaps and a needs analysis; and another one, of strangers."""

    def __init__(self) -> None:
        self.coordinator = make_organisation(name="Dienst Netwerken", kind=Organisation.Kind.ADMINISTRATION)
        self.call = make_call(coordinator=self.coordinator, title="Oproep Alfa")
        self.company = make_organisation(name="Lasbedrijf De Vonk")
        self.federation = make_organisation(name="Metaalkoepel", kind=Organisation.Kind.FEDERATION)
        self.network = make_network(
            name="Metaal Demerstreek", call=self.call, promoter=self.federation, purpose="Samen opleiden."
        )
        self.member = make_member(network=self.network, organisation=self.company)
        self.gap = make_gap(
            organisation=self.company, network=self.network, title="TIG-lassen", urgency="high", learners=8
        )
        make_gap(network=self.network, title="Plooien van plaat")
        self.asking = make_member(network=self.network, state=NetworkMember.State.REQUESTED)
        self.analysis = start_analysis(network=self.network, actor=SYSTEM)
        take_needs_action(analysis=self.analysis, action="consolidate", actor=SYSTEM)
        self.other = make_network(name="Zorg Limburg", members=2)
        self.other_gap = make_gap(network=self.other, title="Tillen zonder rugklachten")
        self.other_analysis = start_analysis(network=self.other, actor=SYSTEM)

    def client(self, client_for: Clients, role: Role, **who: Any) -> Any:
        places: dict[Role, dict[str, Any]] = {
            Role.COMPANY_CONTACT: {"organisation": self.company},
            Role.NETWORK_MANAGER: {"organisation": self.federation, "network": self.network},
            Role.STEERING_MEMBER: {"organisation": self.company, "network": self.network},
            Role.COORDINATOR: {"organisation": self.coordinator},
        }
        return client_for(role, **(places.get(role, {}) | who))


@pytest.fixture
def world(db: None) -> World:
    return World()


def get(client: Any, page: str, *args: Any, query: str = "") -> Any:
    return client.get(reverse(f"networks:{page}", args=args) + query)


def post(client: Any, page: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"networks:{page}", args=args), data, follow=True)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


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
    post(client, "member_action", key, world.asking.pk, action="accept")
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
        reverse("networks:member_action", args=[world.other.public_id, stranger.pk]), {"action": "remove"}
    )
    assert response.status_code == 404


def test_a_company_asks_to_join_and_leaves(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert "netwerkmanager krijgt uw vraag" in text_of(post(client, "network_join", world.other.public_id))
    asked = NetworkMember.objects.get(network=world.other, organisation=world.company)
    assert asked.state == NetworkMember.State.REQUESTED
    page = text_of(get(client, "network_detail", world.other.public_id))
    assert "ziet u zodra uw bedrijf lid is" in page
    post(client, "member_action", world.network.public_id, world.member.pk, action="leave")
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


def test_ones_organisation_figures_and_links(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert "Lasbedrijf De Vonk" in text_of(get(client, "organisation"))
    assert text_of(get(client, "organisation_edit"))
    post(
        client,
        "organisation_edit",
        name="Lasbedrijf De Vonk",
        language="fr",
        region="BE2",
        municipality="Diest",
    )
    world.company.refresh_from_db()
    assert (world.company.language, world.company.municipality) == ("fr", "Diest")
    assert text_of(get(client, "accounts_save"))
    post(client, "accounts_save", year="2024", headcount="38.5", turnover="6900000", balance_sheet="")
    accounts = world.company.accounts.get()
    assert (str(accounts.headcount), accounts.balance_sheet) == ("38.50", None)
    assert "38.50" in text_of(get(client, "accounts_save", query="?year=2024"))
    post(client, "accounts_save", year="2024", headcount="40", turnover="", balance_sheet="")
    assert world.company.accounts.get().headcount == 40
    assert "al begonnen" in text_of(post(client, "accounts_save", year="2124", headcount="1"))
    assert text_of(get(client, "link_new"))
    values = {"direction": "owned", "percent": "80", "owner_kind": "company"}
    assert "We kennen dit nummer nog niet" in text_of(
        post(client, "link_new", number=make_enterprise_number(), **values)
    )
    post(client, "link_new", number=make_enterprise_number(), other_name="Holding Vonk", **values)
    link = OwnershipLink.objects.get(owned=world.company)
    assert "Telt als één onderneming met" not in text_of(get(client, "organisation")), "nobody confirmed it"
    confirm_link(link_id=link.pk, actor=actor_for_role(Role.ADMINISTRATOR))
    assert "Telt als één onderneming met" in text_of(get(client, "organisation"))
    post(client, "link_end", link.pk)
    assert "Telt als één onderneming met" not in text_of(get(client, "organisation"))


def test_nobody_ends_the_link_of_another(world: World, client_for: Clients) -> None:
    link = OwnershipLink.objects.create(owner=make_organisation(), owned=make_organisation(), percent=60)
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert client.post(reverse("networks:link_end", args=[link.pk])).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_everybody_has_an_organisation_and_colleagues(world: World, client_for: Clients, role: Role) -> None:
    client = world.client(client_for, role)
    assert text_of(get(client, "organisation"))
    page = text_of(get(client, "people"))
    assert client.actor.user.email in page


def test_people_are_invited_for_the_roles_that_one_may_give(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    colleague = make_membership(organisation=world.company)
    refused = post(client, "invite_person", email="an@vonk.example", role=Role.ADMINISTRATOR.value)
    assert not Invitation.objects.exists()
    assert "an@vonk.example" in text_of(refused)
    post(client, "invite_person", email="an@vonk.example", role=Role.COMPANY_CONTACT.value)
    assert Invitation.objects.get().organisation == world.company
    post(client, "membership_end", colleague.pk)
    colleague.refresh_from_db()
    assert colleague.ended_at is not None
    stranger = make_membership()
    assert client.post(reverse("networks:membership_end", args=[stranger.pk])).status_code == 404


def test_steering_members_do_not_end_the_role_of_a_colleague(world: World, client_for: Clients) -> None:
    colleague = make_membership(organisation=world.company)
    client = world.client(client_for, Role.STEERING_MEMBER)
    assert client.post(reverse("networks:membership_end", args=[colleague.pk])).status_code == 404


def test_a_key_is_shown_once_and_works_until_it_is_revoked(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert "error-summary" in text_of(post(client, "token_new", role=Role.COMPANY_CONTACT.value))
    made = text_of(
        post(client, "token_new", name="HR-pakket", role=Role.COMPANY_CONTACT.value, scopes=["gaps:read"])
    )
    key = made.split('<code id="key">')[1].split("</code>")[0]
    token = ApiToken.objects.get()
    assert key.startswith(token.prefix)
    page = text_of(get(client, "tokens"))
    assert "HR-pakket" in page
    assert key not in page
    stranger = client_for(Role.COMPANY_CONTACT)
    assert stranger.post(reverse("networks:token_revoke", args=[token.public_id])).status_code == 404
    post(client, "token_revoke", token.public_id)
    token.refresh_from_db()
    assert token.revoked_at is not None


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


def test_administration(world: World, client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    assert "Organisaties" in text_of(get(client, "administration"))
    page = text_of(get(client, "organisations", query=f"?q={world.company.enterprise_number}"))
    assert "Lasbedrijf De Vonk" in page
    assert "Metaalkoepel" not in page
    twin = make_organisation(name="Lasbedrijf de Vonk NV", enterprise_number=None, is_verified=False)
    gap = make_gap(organisation=twin)
    assert "Misschien een dubbel." in text_of(get(client, "organisation_detail", twin.public_id))
    refused = post(client, "organisation_verify", twin.public_id)
    assert "Zonder ondernemingsnummer" in text_of(refused)
    number = world.company.enterprise_number
    merged = post(client, "organisation_merge", twin.public_id, number=number, reason="Zelfde bedrijf.")
    assert "is samengevoegd met" in text_of(merged)
    gap.refresh_from_db()
    assert gap.organisation == world.company
    assert "samengevoegd met Lasbedrijf De Vonk" in text_of(
        get(client, "organisation_detail", twin.public_id)
    )


def test_people_and_roles(world: World, client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    person = make_user(name="Lies Wouters")
    assert "Lies Wouters" in text_of(get(client, "users", query="?q=lies"))
    assert text_of(get(client, "user_detail", person.public_id))
    post(
        client,
        "user_detail",
        person.public_id,
        number=world.company.enterprise_number,
        role=Role.COMPANY_CONTACT.value,
    )
    membership = person.memberships.get()
    assert membership.organisation == world.company
    post(client, "membership_end", membership.pk)
    membership.refresh_from_db()
    assert membership.ended_at is not None


def test_a_rate_is_confirmed_by_a_second_person(world: World, client_for: Clients) -> None:
    first, second = client_for(Role.ADMINISTRATOR), client_for(Role.ADMINISTRATOR)
    key = RateKey.objects.create(name="proef.aandeel", unit="%")
    assert text_of(get(first, "rate_new"))
    post(first, "rate_new", key=key.pk, value="50", valid_from="2026-01-01", legal_basis="Besluit, art. 3")
    rate = Rate.objects.get(key=key)
    assert "Een andere beheerder" in text_of(get(first, "rate_detail", rate.pk))
    assert "U mag deze stap niet zetten" in text_of(post(first, "rate_action", rate.pk, action="confirm"))
    post(second, "rate_action", rate.pk, action="confirm")
    rate.refresh_from_db()
    assert rate.state == Rate.State.CONFIRMED
    assert rate.confirmed_by == second.actor.user
    assert "proef.aandeel" in text_of(get(first, "rates", query="?q=proef"))


@pytest.mark.parametrize("name", ["administration", "organisations", "users", "rates", "rate_new"])
def test_administration_is_for_administrators(world: World, client_for: Clients, name: str) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert get(world.client(client_for, role), name).status_code == 403


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
