"""What had only pages before: reading texts, weighing, calls, plans, links, lists of people, search, registration."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalogue.models import Provider
from networks.models import (
    AccessRequest,
    Call,
    Gap,
    Invitation,
    Membership,
    NeedsAnalysis,
    Network,
    NetworkPlan,
    Organisation,
)
from networks.services.organisations import merge_organisations
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, make_key, provider
from tests.factories import (
    actor_for_role,
    make_call,
    make_edition,
    make_enterprise_number,
    make_gap,
    make_network,
    make_offer,
    make_organisation,
    organisation_of,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def test_a_text_says_what_it_says_and_stores_nothing() -> None:
    client = client_of(Role.COMPANY_CONTACT, scopes=["gaps:read"])
    words = {"description": "Nos soudeurs doivent apprendre à souder l'inox pour l'industrie alimentaire."}
    read = client.post(f"{ROOT}/gap-suggestions/", words, format="json")
    assert read.status_code == 200, read.json()
    assert read.json()["language"] == "fr"
    assert {"title", "language"} <= {one["field"] for one in read.json()["suggestions"]}
    assert all(one["why"] for one in read.json()["suggestions"])
    assert not Gap.objects.exists()
    assert client.post(f"{ROOT}/gap-suggestions/", {"text": "x"}, format="json").status_code == 400


def test_gaps_are_weighed_and_counted_by_urgency_and_impact() -> None:
    client = company()
    own = {"organisation": client.organisation, "state": "open"}
    make_gap(title="Weinig", urgency="low", impact=1, learners=2, **own)
    make_gap(title="Veel", urgency="critical", impact=4, learners=10, **own)
    make_gap(title="Onbekend", urgency="", impact=None, learners=99, **own)
    make_gap(title="Van een ander", urgency="critical", impact=4, learners=99, state="open")
    rows = client.get(f"{ROOT}/gap-priorities/?page_size=2").json()
    assert [(row["title"], row["priority"]) for row in rows["results"]] == [("Veel", 160), ("Weinig", 2)]
    assert client.get(rows["next"]).json()["results"][0]["priority"] is None
    cells = client.get(f"{ROOT}/gap-priorities/matrix/").json()
    assert {"urgency": "critical", "impact": 4, "gaps": 1, "learners": 10} in cells
    assert sum(cell["gaps"] for cell in cells) == 3


def test_last_years_gaps_are_taken_over_once_and_only_the_own_ones() -> None:
    client = company()
    mine = make_gap(organisation=client.organisation, title="Heftruck", state="closed")
    other = make_gap(title="Vreemd", state="closed")
    both = {"gaps": [str(mine.public_id), str(other.public_id)]}
    assert client.post(f"{ROOT}/gap-copies/", both, format="json").status_code == 400
    wanted = {"gaps": [str(mine.public_id)]}
    made = client.post(f"{ROOT}/gap-copies/", wanted, format="json")
    assert [(row["state"], row["copied_from"]) for row in made.json()] == [("draft", str(mine.public_id))]
    assert client.post(f"{ROOT}/gap-copies/", wanted, format="json").json() == []


def test_a_manager_enters_gaps_for_a_member_which_confirms_them() -> None:
    network = make_network(members=3, state="active")
    member = network.members.first().organisation
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    row = {"title": "Inox lassen", "language": "nl", "network": str(network.public_id)}
    body: dict[str, Any] = {"gaps": [row], "organisation": str(member.public_id)}
    made = manager.post(f"{ROOT}/gap-batches/", body, format="json")
    assert (made.status_code, made.json()[0]["state"]) == (201, "to_confirm"), made.json()
    stranger = {**body, "organisation": str(make_organisation().public_id)}
    assert manager.post(f"{ROOT}/gap-batches/", stranger, format="json").status_code == 404
    of_its_own = {"gaps": [{"title": "Snijden", "language": "nl"}], "organisation": str(member.public_id)}
    assert company().post(f"{ROOT}/gap-batches/", of_its_own, format="json").status_code == 404
    step = {"step": "confirm"}
    address = f"{ROOT}/gaps/{made.json()[0]['id']}/steps/"
    assert manager.post(address, step, format="json").status_code == 409
    assert company(organisation=member).post(address, step, format="json").json()["state"] == "open"


def test_similar_gaps_are_the_own_ones() -> None:
    client = company()
    gap = make_gap(organisation=client.organisation, title="TIG-lassen", external_id="a/1", state="open")
    found = client.get(f"{ROOT}/gaps/a/1/similar/")
    assert found.json() == {"own": [], "pools": []}
    assert company().get(f"{ROOT}/gaps/{gap.public_id}/similar/").status_code == 404


def test_a_coordinator_draws_up_a_call_and_others_cannot() -> None:
    client = client_of(Role.COORDINATOR)
    body = {"title": "Oproep", "budget_eur": "100000.00", "criteria": [{"title": "Vraag", "weight": 60}]}
    made = client.post(f"{ROOT}/calls/", body, format="json")
    assert made.status_code == 201, made.json()
    assert [row["title"] for row in made.json()["criteria"]] == ["Vraag"]
    address = f"{ROOT}/calls/{made.json()['id']}/"
    change = {"criteria": [{"title": "Plan"}, {"title": "Draagvlak"}], "opens_on": "2027-01-01"}
    changed = client.patch(address, change, format="json").json()
    assert ([row["title"] for row in changed["criteria"]], changed["budget_eur"]) == (
        ["Plan", "Draagvlak"],
        "100000.00",
    )
    too_many = {"criteria": [{"title": f"Criterium {number}"} for number in range(51)]}
    assert client.patch(address, too_many, format="json").status_code == 400
    assert client_of(Role.COORDINATOR).patch(address, change, format="json").status_code == 404
    assert company().post(f"{ROOT}/calls/", body, format="json").status_code == 403
    Call.objects.update(state="open")
    assert client.patch(address, {"title": "Anders"}, format="json").status_code == 400
    assert client_of(Role.COORDINATOR).patch(address, {}, format="json").status_code == 403


def test_a_network_is_drawn_up_and_who_made_the_key_manages_it() -> None:
    owner = make_organisation()
    token, _key = make_key(Role.COMPANY_CONTACT, organisation=owner)
    client = client_of(Role.COMPANY_CONTACT, organisation=owner)
    made = client.post(f"{ROOT}/networks/", {"name": "Lassers"}, format="json")
    assert (made.status_code, made.json()["promoter"]["name"]) == (201, owner.name), made.json()
    network = Network.objects.get()
    manager = Membership.objects.get(role=Role.NETWORK_MANAGER)
    assert (manager.network, manager.organisation) == (network, owner)
    assert manager.user != token.created_by
    assert (
        client.patch(f"{ROOT}/networks/{network.public_id}/", {"name": "X"}, format="json").status_code == 403
    )
    keeper = client_of(Role.NETWORK_MANAGER, network=network)
    changed = keeper.patch(f"{ROOT}/networks/{network.public_id}/", {"sector": "metaal"}, format="json")
    assert (changed.json()["sector"], changed.json()["name"]) == ("metaal", "Lassers")
    assert provider().post(f"{ROOT}/networks/", {"name": "Nieuw"}, format="json").status_code == 403
    for state in ("draft", "closed"):
        into = {"call": str(make_call(state=state).public_id)}
        refused = keeper.patch(f"{ROOT}/networks/{network.public_id}/", into, format="json")
        assert refused.status_code == 400, f"a call that is {state}"
    alone = keeper.patch(f"{ROOT}/networks/{network.public_id}/", {"contracting_name": "X"}, format="json")
    assert (alone.status_code, alone.json()["contracting_organisation"]["name"]) == (200, owner.name)


def test_a_list_of_people_is_invited_line_by_line() -> None:
    network = make_network(members=3, state="active")
    member = network.members.first().organisation
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    body = {
        "addresses": "an@bedrijf.example\ngeen adres\nan@bedrijf.example",
        "organisation": str(member.public_id),
    }
    foreign = body | {"organisation": str(make_organisation().public_id)}
    refused = manager.post(f"{ROOT}/networks/{network.public_id}/invitations/", foreign, format="json")
    assert (refused.status_code, Invitation.objects.count()) == (404, 0)
    done = manager.post(f"{ROOT}/networks/{network.public_id}/invitations/", body, format="json")
    assert [row["outcome"] for row in done.json()] == ["invited", "refused", "repeated"], done.json()
    assert Invitation.objects.get().organisation == member
    assert done.json()[1]["remedy"]
    network.promoter = make_organisation(is_verified=False)
    network.save()
    strangers = "\n".join(f"p{n}@x{n}.example {make_enterprise_number()} Bedrijf {n}" for n in range(15))
    many = {"addresses": strangers}
    sent = manager.post(f"{ROOT}/networks/{network.public_id}/invitations/", many, format="json").json()
    assert [row["outcome"] for row in sent].count("invited") == 9, "ten open ones until somebody looked"
    assert network.members.count() == 12, "nor is a company asked in behind it"
    steering = client_of(Role.STEERING_MEMBER, network=network)
    again = steering.post(f"{ROOT}/networks/{network.public_id}/invitations/", body, format="json")
    assert (again.status_code, AccessRequest.objects.count()) == (403, 0)


def test_a_plan_is_written_with_its_lines_while_it_is_a_draft() -> None:
    network = make_network(members=3, state="active")
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    line = {"title": "Lassen", "kind": "programme", "learners": 12, "quarter_1": "4000.00"}
    body = {"network": str(network.public_id), "year": 2027, "goals": "Meer lassers.", "lines": [line]}
    made = manager.post(f"{ROOT}/annual-plans/", body, format="json")
    assert made.status_code == 201, made.json()
    address = f"{ROOT}/annual-plans/{made.json()['id']}/"
    changed = manager.patch(address, {"lines": [line, line | {"title": "Snijden"}]}, format="json").json()
    assert [row["title"] for row in changed["lines"]] == ["Lassen", "Snijden"]
    assert changed["goals"] == "Meer lassers."
    assert manager.patch(address, {"lines": [line | {"quarter_1": None}]}, format="json").status_code == 400
    assert manager.patch(address, {"lines": [line] * 101}, format="json").status_code == 400
    assert NetworkPlan.objects.get().lines.count() == 2
    steering = client_of(Role.STEERING_MEMBER, network=network)
    assert steering.patch(address, {"goals": "Anders"}, format="json").status_code == 400
    member = company(organisation=network.members.first().organisation)
    for other in (steering, member):
        next_year = body | {"year": 2028, "lines": []}
        assert other.post(f"{ROOT}/annual-plans/", next_year, format="json").status_code == 400
    assert NetworkPlan.objects.count() == 1
    assert company().patch(address, {"goals": "Anders"}, format="json").status_code == 404


def test_versions_of_a_needs_analysis_are_compared() -> None:
    network = make_network(members=3, state="active")
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    row = {"id": "a", "title": "Lassen", "learners": 3, "company": "B"}
    past = {
        "network": network,
        "state": "frozen",
        "validated_at": timezone.now(),
        "frozen_at": timezone.now(),
    }
    first = NeedsAnalysis.objects.create(version=1, snapshot=[row], **past)
    later = [row | {"learners": 5}, row | {"id": "b"}]
    second = NeedsAnalysis.objects.create(version=2, snapshot=later, **past)
    found = manager.get(f"{ROOT}/needs-analyses/{second.public_id}/differences/").json()
    assert (found["compared_with"], [one["id"] for one in found["added"]]) == (1, ["b"])
    assert found["changed"][0]["columns"] == [{"column": "learners", "then": 3, "now": 5}]
    assert manager.get(f"{ROOT}/needs-analyses/{first.public_id}/differences/").status_code == 404
    assert manager.get(f"{ROOT}/needs-analyses/{second.public_id}/differences/?with=x").status_code == 400
    assert company().get(f"{ROOT}/needs-analyses/{second.public_id}/differences/").status_code == 404
    assert network.call is not None
    coordinator = client_of(Role.COORDINATOR, organisation=network.call.coordinator)
    address = f"{ROOT}/needs-analyses/{second.public_id}/differences/"
    assert coordinator.get(address).json()["compared_with"] == 1
    NeedsAnalysis.objects.filter(pk=first.pk).update(state="consolidated", frozen_at=None, validated_at=None)
    assert coordinator.get(address).status_code == 404, "a version that it cannot read it cannot compare with"


def test_a_link_counts_for_the_other_once_it_says_so() -> None:
    mother, daughter = company(), company()
    body = {"direction": "owns", "number": daughter.organisation.enterprise_number, "percent": "80.00"}
    made = mother.post(f"{ROOT}/ownership-links/", body, format="json")
    assert (made.status_code, made.json()["confirmed"]) == (201, False), made.json()
    address = f"{ROOT}/ownership-links/{made.json()['id']}/"
    assert company().get(address).status_code == 404
    assert mother.post(f"{address}confirm/").status_code == 409
    reader = client_of(Role.ANALYST, organisation=daughter.organisation)
    assert reader.get(address).status_code == 200
    for refused in (reader.post(f"{address}confirm/"), reader.delete(address)):
        assert refused.status_code == 403, "who only reads for an organisation says nothing in its name"
    assert daughter.post(f"{address}confirm/").json()["confirmed"] is True
    daughter.organisation.refresh_from_db()
    assert daughter.organisation.undertaking is not None
    refused = mother.delete(address)
    assert (refused.status_code, mother.get(address).json()["until"]) == (409, None), "both sides, and people"
    claim = body | {"number": make_organisation().enterprise_number}
    address = f"{ROOT}/ownership-links/{mother.post(f'{ROOT}/ownership-links/', claim, format='json').json()['id']}/"
    assert mother.delete(address).status_code == 204, "its own word it takes back"
    assert mother.get(address).json()["until"]


def test_double_records_are_joined_by_people_who_are_administrators() -> None:
    kept, duplicate = make_organisation(), make_organisation(enterprise_number=None)
    address = f"{ROOT}/organisations/{duplicate.public_id}/merge/"
    body = {"number": kept.enterprise_number, "reason": "Twee keer ingevoerd."}
    assert client_of(Role.COORDINATOR).post(address, body, format="json").status_code == 403
    assert company().post(address, body, format="json").status_code == 404
    administrator = client_of(Role.ADMINISTRATOR)
    refused = administrator.post(address, body, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert "niet een sleutel" in refused.json()["detail"]
    assert Organisation.objects.get(pk=duplicate.pk).merged_into is None, "a person decides (ADR 0010)"
    person = actor_for_role(Role.ADMINISTRATOR, organisation=make_organisation())
    for pair in ((organisation_of(person), duplicate), (kept, organisation_of(person))):
        with pytest.raises(ValidationError, match="andere beheerder"):
            merge_organisations(kept=pair[0], duplicate=pair[1], actor=person, reason="Dubbel.")
    merge_organisations(kept=kept, duplicate=duplicate, actor=person, reason="Dubbel.")
    assert Organisation.objects.get(pk=duplicate.pk).merged_into == kept


def test_offers_are_searched_as_in_the_public_catalogue() -> None:
    make_offer(title="TIG-lassen van inox", state="active", mode="classroom")
    make_offer(title="Boekhouden", state="active", mode="online")
    hidden = make_offer(title="Lassen voor ons alleen", state="draft", mode="online")
    client = company()
    found = client.get(f"{ROOT}/offer-search/?q=lassen").json()["results"]
    assert [row["title"] for row in found] == ["TIG-lassen van inox"]
    online = client.get(f"{ROOT}/offer-search/?mode=online&page_size=1").json()["results"]
    assert [row["title"] for row in online] == ["Boekhouden"]
    assert client.get(f"{ROOT}/offer-search/?within=11").status_code == 400
    assert client.get(f"{ROOT}/offer-search/{hidden.public_id}/").status_code == 404
    assert hidden.title not in client.get(f"{ROOT}/offer-search/?mode=online").content.decode()


def test_a_provider_reads_what_its_offer_lacks_and_others_do_not() -> None:
    client = provider()
    offer = make_offer(provider=client.provider, external_id="a/1", price=None)
    make_edition(offer=offer)
    read = client.get(f"{ROOT}/offers/a/1/completeness/").json()
    assert read["score"] < 100
    assert all(piece["why"] and piece["weight"] for piece in read["missing"])
    assert provider().get(f"{ROOT}/offers/{offer.public_id}/completeness/").status_code == 404


def test_a_company_registers_as_provider_and_who_made_the_key_keeps_its_supply() -> None:
    client = company()
    made = client.post(f"{ROOT}/providers/", {"kind": "academy"}, format="json")
    assert made.status_code == 201, made.json()
    assert Provider.objects.get().organisation == client.organisation
    assert Membership.objects.filter(organisation=client.organisation, role=Role.PROVIDER).count() == 1
    assert client.post(f"{ROOT}/providers/", {}, format="json").status_code == 400
    coordinator = client_of(Role.COORDINATOR)
    assert coordinator.post(f"{ROOT}/providers/", {"kind": "academy"}, format="json").status_code == 403
