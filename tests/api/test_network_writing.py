"""What networks and coordinators write through the API: needs analyses, members, applications and decisions."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from networks.models import Membership, NeedsAnalysis, NetworkApplication, NetworkMember
from networks.services.determination import Outcome, determine_application
from networks.services.needs import cast_vote
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.api.keys import client_of, company
from tests.factories import actor_for_role, make_gap, make_membership, make_network, organisation_of
from tests.networks.call_world import make_call_world, make_draft, make_ready, start_review_of_call

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def step(client: Any, address: str, name: str, reason: str = "") -> Any:
    return client.post(f"{address}steps/", {"step": name, "reason": reason}, format="json")


def test_a_manager_takes_a_needs_analysis_to_the_end_and_others_find_nothing() -> None:
    network = make_network(members=3, state="active")
    member = network.members.first().organisation
    make_gap(organisation=member, network=network, title="Inox lassen", state="open")
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    made = manager.post(f"{ROOT}/needs-analyses/", {"network": str(network.public_id)}, format="json")
    assert made.status_code == 201, made.json()
    again = manager.post(f"{ROOT}/needs-analyses/", {"network": str(network.public_id)}, format="json")
    assert again.json()["id"] == made.json()["id"]
    address = f"{ROOT}/needs-analyses/{made.json()['id']}/"
    assert step(manager, address, "consolidate").json()["gaps"][0]["title"] == "Inox lassen"
    assert step(manager, address, "validate").status_code == 409
    assert step(manager, address, "dance").status_code == 400
    analysis = NeedsAnalysis.objects.get()
    for _seat in range(manager.get(address).json()["needed"]):
        voter = actor_for_role(Role.STEERING_MEMBER, network=network)
        cast_vote(analysis=analysis, actor=voter, agrees=True)
    assert step(manager, address, "validate").json()["state"] == "validated"
    frozen = step(manager, address, "freeze").json()
    assert (frozen["state"], frozen["agreed"]) == ("frozen", frozen["needed"])
    steering = client_of(Role.STEERING_MEMBER, network=network)
    assert steering.get(address).json()["version"] == 1
    assert step(steering, address, "reopen", "Anders.").status_code == 409
    start = {"network": str(network.public_id)}
    assert steering.post(f"{ROOT}/needs-analyses/", start, format="json").status_code == 403
    for other in (company(), client_of(Role.NETWORK_MANAGER), client_of(Role.COORDINATOR)):
        assert other.get(f"{ROOT}/needs-analyses/").json()["results"] == []
        assert step(other, address, "freeze").status_code == 404
        assert other.post(f"{ROOT}/needs-analyses/", start, format="json").status_code == 404


def test_members_are_asked_ask_themselves_and_leave() -> None:
    network = make_network(members=3, state="active")
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    invited, asking = company(), company()
    body = {"network": str(network.public_id), "enterprise_number": invited.organisation.enterprise_number}
    added = manager.post(f"{ROOT}/network-members/", body, format="json")
    assert (added.status_code, added.json()["state"]) == (201, "invited"), added.json()
    address = f"{ROOT}/network-members/{added.json()['id']}/"
    assert step(manager, address, "join").status_code == 409
    assert step(invited, address, "join").json()["state"] == "active"
    asked = asking.post(f"{ROOT}/network-members/", {"network": str(network.public_id)}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (201, "requested"), asked.json()
    own = f"{ROOT}/network-members/{asked.json()['id']}/"
    assert step(asking, own, "accept").status_code == 409
    assert step(manager, own, "accept").json()["state"] == "active"
    assert step(manager, own, "remove").status_code == 409
    assert step(asking, own, "leave").json()["state"] == "left"
    assert step(company(), own, "leave").status_code == 404
    stranger = client_of(Role.NETWORK_MANAGER)
    assert stranger.post(f"{ROOT}/network-members/", body, format="json").status_code == 404
    bad = manager.post(f"{ROOT}/network-members/", body | {"enterprise_number": "0"}, format="json")
    assert bad.status_code == 400
    hidden = make_network(state="draft")
    unknown = asking.post(f"{ROOT}/network-members/", {"network": str(hidden.public_id)}, format="json")
    assert unknown.status_code == 404
    assert not NetworkMember.objects.filter(network=hidden).exists()


def test_an_application_is_written_screened_and_completed_through_the_api() -> None:
    world = make_call_world()
    application = make_draft(world)
    organisation = organisation_of(world.manager_of(application))
    manager = client_of(Role.NETWORK_MANAGER, organisation=organisation, network=application.network)
    coordinator = client_of(Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    address = f"{ROOT}/applications/{application.public_id}/"
    body = {"network": str(application.network.public_id), "call": str(world.call.public_id)}
    assert manager.post(f"{ROOT}/applications/", body, format="json").json()["id"] == str(
        application.public_id
    )
    texts = {"plan": "Samen sterker.", "answers": [{"criterion": 2, "text": "Drie bedrijven."}]}
    written = manager.patch(address, texts, format="json").json()
    assert (written["plan"], written["requested_eur"]) == ("Samen sterker.", "60000.00")
    assert written["answers"][1]["text"] == "Drie bedrijven."
    too_far = {"answers": [{"criterion": 9, "text": "x"}]}
    assert manager.patch(address, too_far, format="json").status_code == 400
    assert step(manager, address, "submit").json()["state"] == "submitted"
    assert manager.patch(address, texts, format="json").status_code == 400
    assert step(coordinator, address, "screen").json()["state"] == "screening"
    due = str(timezone.localdate() + timedelta(days=10))
    ask = {"reason": "Welke bedrijven?", "due_on": due}
    assert coordinator.post(f"{address}ask-info/", ask, format="json").json()["state"] == "more_info"
    manager.patch(address, {"info_answer": "Deze drie."}, format="json")
    assert step(manager, address, "supply_info").json()["state"] == "screening"
    checked = coordinator.put(f"{address}checklist/", {"checked": ["plan"]}, format="json").json()
    assert [name for name, is_done in checked["checklist"].items() if is_done] == ["plan"]
    assert manager.put(f"{address}checklist/", {"checked": []}, format="json").status_code == 409
    reviewer = actor_for_role(Role.ANALYST)
    wanted = {"email": reviewer.user.email}
    assert coordinator.post(f"{address}reviewers/", wanted, format="json").status_code == 204
    assert coordinator.post(f"{address}reviewers/", wanted, format="json").status_code == 204
    assert application.reviews.count() == 1
    assert manager.post(f"{address}reviewers/", wanted, format="json").status_code == 404
    unknown = {"email": "niemand@example.org"}
    assert coordinator.post(f"{address}reviewers/", unknown, format="json").status_code == 400
    assert coordinator.post(f"{address}reviewers/withdraw/", wanted, format="json").status_code == 204
    assert application.reviews.count() == 0
    assert step(coordinator, address, "approve").status_code == 400  # decided with its budget and reasons


def test_the_coordinator_ranks_and_decides_within_the_budget() -> None:
    world = make_call_world(budget=100_000)
    first, second = make_ready(world, value=4), make_ready(world, value=3)
    start_review_of_call(world)
    coordinator = client_of(Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    ranking = coordinator.get(f"{ROOT}/calls/{world.call.public_id}/ranking/").json()
    assert [row["application"] for row in ranking] == [str(first.public_id), str(second.public_id)]
    assert [row["fits"] for row in ranking] == [True, False]
    other = client_of(Role.COORDINATOR)
    assert other.get(f"{ROOT}/calls/{world.call.public_id}/ranking/").status_code == 404
    body = {"outcome": "approve", "reason": "Sterk plan.", "awarded_eur": "60000.00"}

    def decide(client: Any, application: NetworkApplication) -> Any:
        return client.post(f"{ROOT}/applications/{application.public_id}/decision/", body, format="json")

    assert decide(other, first).status_code == 404
    organisation = organisation_of(world.manager_of(first))
    manager = client_of(Role.NETWORK_MANAGER, organisation=organisation, network=first.network)
    assert decide(manager, first).status_code == 409
    refused = decide(coordinator, first)
    assert refused.status_code == 409
    assert "een persoon" in refused.json()["detail"]  # a key ranks and reads, its maker decides
    for application in (first, second):
        outcome = Outcome(application, "approve", "Sterk plan.", Decimal(60_000))
        with suppress(TransitionRefused):  # there is money for one
            determine_application(outcome=outcome, actor=world.coordinator)
    second.refresh_from_db()
    assert second.awarded_budget is None
    reviews = manager.get(f"{ROOT}/reviews/", {"application": str(first.public_id)}).json()["results"]
    assert [len(row["scores"]) for row in reviews] == [2] * len(reviews)
    assert reviews
    assert manager.get(f"{ROOT}/reviews/", {"application": str(second.public_id)}).json()["results"] == []
    first.refresh_from_db()
    assert first.awarded_budget == Decimal(60_000)


def test_a_key_does_not_handle_what_its_maker_has_an_interest_in() -> None:
    world = make_call_world(budget=100_000)
    application = make_ready(world)
    start_review_of_call(world)
    own = client_of(Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    member = application.network.members.first()
    assert member is not None
    make_membership(user=world.coordinator.user, organisation=member.organisation)
    ApiToken.objects.filter(organisation=own.organisation).update(created_by=world.coordinator.user)
    body = {"email": "niemand@example.org"}
    address = f"{ROOT}/applications/{application.public_id}/reviewers/"
    assert own.post(address, body, format="json").status_code == 404
    Membership.objects.filter(organisation=member.organisation).update(ended_at=timezone.now())
    assert own.post(address, body, format="json").status_code == 400  # handled, but nobody has this address


def test_a_coordinator_opens_its_call_and_no_other() -> None:
    world = make_call_world()
    own = client_of(Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    address = f"{ROOT}/calls/{world.call.public_id}/"
    assert step(own, address, "close").json()["state"] == "closed"
    assert step(client_of(Role.COORDINATOR), address, "reopen", "Nog even.").status_code == 409
    assert step(own, address, "reopen").status_code == 409  # without a reason
    assert step(own, address, "reopen", "Nog even.").json()["state"] == "open"


def test_a_key_without_the_right_to_write_takes_no_step() -> None:
    network = make_network(members=3, state="active")
    reader = client_of(Role.NETWORK_MANAGER, network=network, scopes=["networks:read"])
    answer = reader.post(f"{ROOT}/needs-analyses/", {"network": str(network.public_id)}, format="json")
    assert answer.status_code == 403
