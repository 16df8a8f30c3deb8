"""Gaps step by step and many at once; the own organisation, its people and whom it invites, through the API."""

from typing import Any

import pytest

from networks.models import Gap, Invitation, WorkTransfer
from networks.services.gaps import save_gap
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.api.test_network_writing import step
from tests.factories import (
    actor_for_role,
    make_gap,
    make_member,
    make_membership,
    make_network,
    make_organisation,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def test_a_company_confirms_what_its_manager_wrote_and_closes_it() -> None:
    network = make_network(members=3, state="active")
    own = company()
    make_member(network=network, organisation=own.organisation)
    writer = actor_for_role(Role.NETWORK_MANAGER, network=network)
    gap = save_gap(
        actor=writer,
        organisation=own.organisation,
        values={"title": "Inox lassen", "language": "nl", "network": network},
    )
    manager = client_of(Role.NETWORK_MANAGER, network=network)
    address = f"{ROOT}/gaps/{gap.public_id}/"
    assert step(manager, address, "confirm").status_code == 409
    assert step(own, f"{ROOT}/gaps/{gap.external_id}/", "confirm").json()["state"] == "open"
    assert step(manager, address, "close").json()["state"] == "closed"
    assert step(company(), address, "reopen").status_code == 404
    assert step(own, address, "reopen", "Toch nog nodig.").json()["state"] == "open"


def test_many_gaps_go_in_together_or_not_at_all() -> None:
    own = company()
    rows = [{"title": "Lassen", "language": "nl"}, {"title": "Frezen", "language": "nl", "learners": 4}]
    made = own.post(f"{ROOT}/gap-batches/", {"gaps": rows}, format="json")
    assert made.status_code == 201, made.content
    assert {row["state"] for row in made.json()} == {"open"}
    more = [{"title": "Draaien", "language": "nl"}, {"title": "LASSEN", "language": "nl"}]
    refused = own.post(f"{ROOT}/gap-batches/", {"gaps": more}, format="json")
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["gaps.title"]
    assert Gap.objects.count() == 2
    for gaps in ([], [{"title": "Zagen", "language": "nl", "external_id": "G-1"}]):
        assert own.post(f"{ROOT}/gap-batches/", {"gaps": gaps}, format="json").status_code == 400
    manager = client_of(Role.NETWORK_MANAGER, network=make_network())
    assert manager.post(f"{ROOT}/gap-batches/", {"gaps": more}, format="json").status_code == 403


def test_the_new_employer_answers_and_the_old_one_finishes() -> None:
    old, new = company(), company()
    gap = make_gap(organisation=old.organisation, kind=Gap.Kind.WORK_TO_WORK, state="open")
    WorkTransfer.objects.create(gap=gap, receiving=new.organisation, state=WorkTransfer.State.PROPOSED)
    address = f"{ROOT}/gaps/{gap.public_id}/transfer/steps/"

    def answer(client: object, **body: str) -> int:
        return client.post(address, body, format="json").status_code  # type: ignore[attr-defined]

    assert answer(company(), step="confirm") == 404
    assert answer(old, step="confirm") == 409
    assert answer(new, step="confirm") == 200
    assert answer(old, step="finish") == 400
    assert answer(old, step="finish", outcome="hired") == 200
    assert WorkTransfer.objects.get().outcome == "hired"


def test_an_organisation_writes_of_itself_and_its_places_only() -> None:
    own, other = company(), make_organisation()
    address = f"{ROOT}/organisations/{own.organisation.public_id}/"
    changed = own.patch(address, {"municipality": "Gent", "region": "BE234"}, format="json")
    assert (changed.status_code, changed.json()["municipality"]) == (200, "Gent"), changed.content
    assert changed.json()["name"] == own.organisation.name
    assert own.patch(address, {"is_verified": True, "colour": "x"}, format="json").status_code == 400
    elsewhere = f"{ROOT}/organisations/{other.public_id}/"
    assert own.get(elsewhere).status_code == 404
    analyst = client_of(Role.ANALYST)
    assert analyst.patch(elsewhere, {"municipality": "Gent"}, format="json").status_code == 403
    place = own.post(f"{ROOT}/establishments/", {"name": "Magazijn"}, format="json")
    assert place.status_code == 201, place.content
    row = f"{ROOT}/establishments/{place.json()['id']}/"
    assert company().delete(row).status_code == 404
    assert own.delete(row).status_code == 204
    assert own.get(row).json()["closed_on"]


def _ids(client: Any) -> set[str]:
    return {row["id"] for row in client.get(f"{ROOT}/memberships/").json()["results"]}


def test_people_are_invited_reminded_withdrawn_and_let_go() -> None:
    own = company()
    colleague = make_membership(organisation=own.organisation, role=Role.COMPANY_CONTACT)
    stranger = make_membership(organisation=make_organisation(), role=Role.COMPANY_CONTACT)
    maker = own.organisation.memberships.exclude(pk=colleague.pk).get()
    assert _ids(own) == {str(colleague.public_id), str(maker.public_id)}
    body = {"email": "nieuw@example.org", "role": "company_contact"}
    made = own.post(f"{ROOT}/invitations/", body, format="json")
    assert made.status_code == 201, made.content
    assert "digest" not in made.json()
    wrong = own.post(f"{ROOT}/invitations/", body | {"role": "administrator"}, format="json")
    assert wrong.status_code == 400
    address = f"{ROOT}/invitations/{made.json()['id']}/"
    assert own.post(f"{address}remind/").status_code in {200, 400}
    assert company().delete(address).status_code == 404
    assert own.delete(address).status_code == 204
    assert Invitation.objects.get().withdrawn_at is not None
    assert own.delete(f"{ROOT}/memberships/{stranger.public_id}/").status_code == 404
    assert own.delete(f"{ROOT}/memberships/{colleague.public_id}/").status_code == 204
    assert _ids(own) == {str(maker.public_id)}
    reader = company(scopes=["organisations:read"])
    assert reader.get(f"{ROOT}/memberships/").status_code == 403
