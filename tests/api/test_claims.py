"""The claim of a programme drawn up and submitted by the network's own software."""

import pytest

from programmes.models import Claim
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.programmes.claims_world import deliver, evidence
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_a_claim_is_put_put_again_and_submitted():
    world = build_world()
    programme = deliver(world)
    client = client_of(Role.NETWORK_MANAGER, network=world.network)
    proof = str(evidence(programme).public_id)
    line = {
        "category": "trainer",
        "description": "Lesgeld",
        "amount": "900.00",
        "invoice": "F-1",
        "evidence": [proof],
    }
    body = {"lines": [{**line, "company": c.enterprise_number} for c in world.companies]}
    address = f"/api/v1/claims/{programme.public_id}/"
    made = client.put(address, body, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["state"] == "draft"
    assert {c["outcome"] for c in made.json()["checks"]} == {"pass"}
    rows = set(Claim.objects.get().lines.values_list("pk", flat=True))
    assert client.put(address, body, format="json").status_code == 200
    assert set(Claim.objects.get().lines.values_list("pk", flat=True)) == rows
    unknown = client.put(address, {"lines": [{**line, "company": "0999999922"}]}, format="json")
    assert unknown.status_code == 400
    sent = client.post(f"{address}submit/", format="json")
    assert sent.json()["state"] == "submitted"
    assert [s["payable"] for s in sent.json()["shares"]] == ["450.00"] * 3
    late = client.put(address, body, format="json")
    assert late.status_code == 409
    assert "kan niet gewijzigd" in late.json()["detail"]

    stranger = company(organisation=world.companies[0])
    own = stranger.get(address).json()
    assert [row["company"] for row in own["lines"]] == [world.companies[0].enterprise_number]
    assert own["checks"] == []
    assert stranger.put(address, body, format="json").status_code == 404
    assert stranger.post(f"{address}submit/", format="json").status_code == 404
