"""What coordinators, networks and companies do after a decision, by their own software: one scenario each."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from programmes.models import AuditCase, BudgetLine, Claim, Outcome, Publication
from programmes.services.audit import take_audit_step
from programmes.services.recovery import recover
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.programmes.claims_world import drawn_up, move_claim
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db
API = "/api/v1"


def coordinator_of(world: World) -> Any:
    return client_of(Role.COORDINATOR, organisation=world.administration)


def listed(client: Any, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"{API}/{path}/")
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def test_a_claim_goes_from_lines_to_money_back():
    world = build_world()
    claim = drawn_up(world)
    programme = claim.programme
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    coordinator = coordinator_of(world)
    stranger = client_of(Role.COORDINATOR)
    address = f"{API}/claims/{programme.public_id}/"

    # Two people at the same lines: the later one gets both versions, and nothing is written.
    read = manager.get(address).json()
    body = {"lines": [dict(line) for line in read["lines"]], "version": read["version"]}
    body["lines"][0]["amount"] = "990.00"
    assert manager.put(address, body, format="json").status_code == 200
    assert manager.put(address, body, format="json").status_code == 200, "sent twice is no conflict"
    other = {**body, "lines": [{**line, "amount": "10.00"} for line in body["lines"]]}
    clash = manager.put(address, other, format="json")
    assert clash.status_code == 409
    assert clash.json()["current"]["lines"][0]["amount"] == "990.00"
    assert clash.json()["sent"]["lines"][0]["amount"] == "10.00"
    assert set(Claim.objects.get().lines.values_list("amount", flat=True)) != {10}

    steps = f"{address}steps/"
    assert manager.post(steps, {"step": "submit"}, format="json").json()["state"] == "submitted"
    decided = coordinator.post(steps, {"step": "approve_content"}, format="json")
    assert decided.status_code == 409
    assert "niet een sleutel" in decided.json()["detail"]
    move_claim(world, claim, "approve_content", "approve_payment")
    payment = {
        "step": "pay",
        "paid_on": timezone.localdate().isoformat(),
        "payment_reference": "KBC-1",
    }
    assert coordinator.post(steps, payment, format="json").status_code == 409, "two people move money"
    assert stranger.post(steps, payment, format="json").status_code == 404
    move_claim(world, claim, "pay")
    programme.refresh_from_db()
    assert programme.state == "paid"

    _audit(world, coordinator, manager, stranger)


def _audit(world: World, coordinator: Any, manager: Any, stranger: Any) -> None:
    today = timezone.localdate()
    wanted = {
        "call": str(world.network.call.public_id),
        "starts_on": (today - timedelta(days=30)).isoformat(),
        "ends_on": today.isoformat(),
        "seed": "lot",
    }
    assert stranger.post(f"{API}/audit-samples/", wanted, format="json").status_code == 404
    first = coordinator.post(f"{API}/audit-samples/", wanted, format="json")
    again = coordinator.post(f"{API}/audit-samples/", wanted, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert listed(stranger, "audit-samples") == listed(manager, "audit-samples") == []

    key = first.json()["audits"][0]
    address = f"{API}/audits/{key}/"
    assert listed(manager, "audits") == [], "the network hears of it once it is asked something"
    read = coordinator.get(address).json()
    found = {
        "items": [{"line": row["line"], "verdict": "ok"} for row in read["items"]],
        "version": read["version"],
    }
    found["items"][0] |= {"verdict": "non_conform", "note": "Factuur van een ander jaar."}
    for _twice in range(2):
        assert coordinator.put(f"{address}findings/", found, format="json").status_code == 200
    late = {**found, "items": [{**row, "verdict": "not_sent"} for row in found["items"]]}
    clash = coordinator.put(f"{address}findings/", late, format="json")
    assert clash.status_code == 409
    assert clash.json()["current"]["items"][0]["verdict"] == "non_conform"
    unknown = {"items": [{"line": key, "verdict": "ok"}]}
    assert coordinator.put(f"{address}findings/", unknown, format="json").status_code == 400
    assert stranger.put(f"{address}findings/", found, format="json").status_code == 404
    assert (
        coordinator.post(f"{address}steps/", {"step": "hear", "reason": "x"}, format="json").status_code
        == 409
    )

    case = AuditCase.objects.get()
    take_audit_step(case_id=case.pk, action="hear", actor=world.coordinator, reason=REASON)
    answer = {"step": "answer", "reason": "De juiste factuur volgt."}
    assert manager.put(f"{address}findings/", found, format="json").status_code == 404
    assert manager.post(f"{address}steps/", answer, format="json").json()["answer"] == answer["reason"]
    take_audit_step(case_id=case.pk, action="refuse", actor=world.coordinator, reason=REASON)
    share = case.claim.shares.select_related("participation__organisation").first()
    recover(
        case_id=case.pk,
        actor=world.coordinator,
        amounts={share.participation_id: share.payable},
        reason=REASON,
    )
    [row] = listed(coordinator, "recoveries")
    own = company(organisation=share.participation.organisation)
    assert [r["id"] for r in listed(own, "recoveries")] == [row["id"]]
    outsider = next(c for c in world.companies if c != share.participation.organisation)
    assert listed(company(organisation=outsider), "recoveries") == []
    back = {"repaid_on": today.isoformat()}
    assert own.post(f"{API}/recoveries/{row['id']}/repaid/", back, format="json").status_code == 404
    assert manager.post(f"{API}/recoveries/{row['id']}/repaid/", back, format="json").status_code == 409
    for _twice in range(2):
        done = coordinator.post(f"{API}/recoveries/{row['id']}/repaid/", back, format="json")
        assert (done.status_code, done.json()["state"]) == (200, "repaid"), done.content


def test_a_company_says_what_it_brought_and_what_else_paid():
    world = build_world()
    programme = drawn_up(world).programme
    mine = world.companies[0]
    own, other = company(organisation=mine), company(organisation=world.companies[1])
    gap = next(g for g in world.gaps if g.organisation == mine)
    said = {"programme": str(programme.public_id), "gap": str(gap.public_id), "answer": "no"}
    assert own.post(f"{API}/outcomes/", said, format="json").status_code == 400, "no without a reason"
    said["why"] = "De machine kwam pas later."
    for _twice in range(2):
        assert own.post(f"{API}/outcomes/", said, format="json").status_code == 200
    assert Outcome.objects.count() == 1
    assert other.post(f"{API}/outcomes/", said, format="json").status_code in (400, 404)
    assert [len(listed(c, "outcomes")) for c in (own, other, coordinator_of(world))] == [1, 0, 1]

    place = str(programme.participations.get(organisation=mine).public_id)
    money = {
        "instrument": "kmo_portefeuille",
        "category": "trainer",
        "amount": "100.00",
        "basis": "de_minimis",
    }
    declared = own.post(f"{API}/participations/{place}/other-funding/", money, format="json")
    assert declared.status_code == 200, declared.content
    [row] = listed(own, "other-funding")
    assert listed(other, "other-funding") == []
    wrong = {"why": "Niet toegekend."}
    address = f"{API}/other-funding/{row['id']}/retract/"
    assert other.post(address, wrong, format="json").status_code == 404
    for _twice in range(2):
        assert own.post(address, wrong, format="json").json()["retracted_why"] == "Niet toegekend."


def test_budgets_lines_and_publications():
    world = build_world(budget=50_000)
    programme = world.programme("submit", "approve", "commit")
    coordinator, stranger = coordinator_of(world), client_of(Role.COORDINATOR)
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    grant = str(programme.grant)
    for client in (coordinator, manager):
        [row] = listed(client, "network-budgets")
        assert (row["granted"], row["budget"]) == (grant, "50000.00")
    [row] = listed(coordinator, "call-budgets")
    assert row["granted"] == grant
    assert listed(stranger, "network-budgets") == listed(stranger, "call-budgets") == []
    assert listed(company(organisation=world.companies[0]), "network-budgets") == []

    line = {
        "call": str(world.network.call.public_id),
        "purpose": "jobseekers",
        "amount": "10000.00",
        "valid_from": "2026-01-01",
        "legal_basis": "Besluit van de oproep, art. 4",
    }
    assert stranger.post(f"{API}/budget-lines/", line, format="json").status_code == 404
    assert manager.post(f"{API}/budget-lines/", line, format="json").status_code == 404
    made = coordinator.post(f"{API}/budget-lines/", line, format="json")
    assert made.status_code == 201, made.content
    assert coordinator.post(f"{API}/budget-lines/", line, format="json").status_code == 200
    more = {**line, "amount": "12000.00", "version": made.json()["version"]}
    assert coordinator.post(f"{API}/budget-lines/", more, format="json").json()["left"] == "12000.00"
    clash = coordinator.post(f"{API}/budget-lines/", {**more, "amount": "9000.00"}, format="json")
    assert (clash.status_code, clash.json()["current"]["amount"]) == (409, "12000.00")
    assert BudgetLine.objects.get().amount == 12_000
    assert [len(listed(c, "budget-lines")) for c in (manager, stranger)] == [1, 0]

    assert listed(coordinator, "publications") == []
    award = programme.participations.first()
    award.assessment = {**award.assessment, "publish": True}
    award.save(update_fields=["assessment"])
    [row] = listed(coordinator, "publications")
    assert listed(manager, "publications") == listed(stranger, "publications") == []
    mark = {"published_on": timezone.localdate().isoformat(), "reference": "TAM-1"}
    address = f"{API}/publications/{row['id']}/published/"
    assert manager.post(address, mark, format="json").status_code == 404
    assert coordinator.post(address, mark, format="json").json()["reference"] == "TAM-1"
    assert (
        coordinator.post(address, {**mark, "reference": "TAM-2"}, format="json").json()["reference"]
        == "TAM-1"
    )
    assert Publication.objects.count() == 1
    assert coordinator.get(f"{API}/publications/?open=true").json()["results"] == []
