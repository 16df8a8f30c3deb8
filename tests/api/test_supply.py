"""Recognition, waiting lists and credentials through the API."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import IssuedCredential, Microcredential
from catalogue.services.recognition import decide_recognition
from catalogue.services.waiting import advance_waiting_list
from skillnet.kernel.models import Decision
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, provider
from tests.factories import actor_for_role, make_edition, make_offer

pytestmark = pytest.mark.django_db
WAITING = "/api/v1/waiting-entries/"
ISSUED = "/api/v1/issued-credentials/"


def make_credential(issuer: Any, **values: Any) -> Microcredential:
    return Microcredential.objects.create(
        offer=make_offer(provider=issuer.provider), title="Inox", awarding_body="School", outcomes=["lassen"],
        assessment="proef", participation="klas", quality_assurance="Qfor", ects=3, **values,
    )  # fmt: skip


def decide(client: Any, outcome: str) -> None:
    values = {
        "scheme": f"Fonds {outcome}",
        "outcome": outcome,
        "reason": "Omdat.",
        "valid_from": date(2026, 1, 1),
    }
    actor = actor_for_role(Role.ADMINISTRATOR)
    decide_recognition(
        actor=actor, provider=client.provider, values=values, scores={"results": (3, "92 % geslaagd")}
    )


def test_recognition_is_public_and_a_refusal_is_not() -> None:
    own, other = provider(), company()
    decide(own, "granted")
    decide(own, "refused")
    url = f"/api/v1/providers/{own.provider.public_id}/"
    seen = other.get(url).json()
    assert [row["outcome"] for row in seen["recognitions"]] == ["granted"]
    assert seen["recognitions"][0]["scores"] == [
        {"criterion": "results", "score": 3, "remark": "92 % geslaagd"}
    ]
    assert len(own.get(url).json()["recognitions"]) == 2


def test_a_company_waits_takes_the_seat_and_nobody_else_sees_it() -> None:
    client, other = company(), company()
    edition = make_edition(seats=1, enrolled=1, starts_on=timezone.localdate() + timedelta(days=9))
    body = {"edition": str(edition.public_id), "people": 1}
    first = client.post(WAITING, body, format="json").json()
    assert client.post(WAITING, body, format="json").json()["id"] == first["id"]
    assert other.get(f"{WAITING}{first['id']}/").status_code == 404
    early = client.post(f"{WAITING}{first['id']}/accept/")
    assert early.status_code == 400
    edition.refresh_from_db()
    edition.enrolled = 0
    edition.save()
    advance_waiting_list(edition_id=edition.pk)
    assert client.post(f"{WAITING}{first['id']}/accept/").json()["state"] == "accepted"
    assert client.delete(f"{WAITING}{first['id']}/").status_code == 204
    assert provider().post(WAITING, body, format="json").status_code == 403


def test_an_issuer_keeps_its_register_by_reference() -> None:
    client, other = provider(), provider()
    credential = make_credential(client, validity_months=12)
    body = {
        "microcredential": str(credential.public_id),
        "pseudonyms": ["P-1", "P-2"],
        "issued_on": "2026-01-10",
    }
    made = client.post(ISSUED, body, format="json")
    assert made.status_code == 201
    assert [row["expires_on"] for row in made.json()] == ["2027-01-10", "2027-01-10"]
    assert client.post(ISSUED, body, format="json").json() == []
    assert other.post(ISSUED, body, format="json").status_code == 403
    assert other.get(ISSUED).json()["results"] == []
    named = client.post(ISSUED, body | {"pseudonyms": ["jan@voorbeeld.example"]}, format="json")
    assert named.status_code == 400
    assert IssuedCredential.objects.count() == 2
    shown = other.get(f"/api/v1/microcredentials/{credential.public_id}/").json()
    assert shown["validity_months"] == 12


def test_only_its_issuer_takes_out_a_mistake_and_says_why() -> None:
    client, other, holder = provider(), provider(), company()
    credential = make_credential(client)
    first, renewal = (
        IssuedCredential.objects.create(
            microcredential=credential, pseudonym="P-1", organisation=holder.organisation, issued_on=day
        )
        for day in ("2026-01-10", "2027-01-10")
    )
    address = f"{ISSUED}{renewal.public_id}/withdraw/"
    why = {"reason": "Verkeerde lijst."}
    assert other.post(address, why, format="json").status_code == 404
    assert holder.post(address, why, format="json").status_code == 403
    for empty in ({}, {"reason": " "}):
        assert client.post(address, empty, format="json").status_code == 400
    renewal.renewed_from = first
    renewal.save()
    kept = client.post(f"{ISSUED}{first.public_id}/withdraw/", why, format="json")
    assert kept.status_code == 400
    assert "verlengd" in str(kept.json())
    assert IssuedCredential.objects.count() == 2
    assert client.post(address, why, format="json").status_code == 204
    assert list(IssuedCredential.objects.values_list("pk", flat=True)) == [first.pk]
    assert Decision.objects.get(action="withdraw").reason == "Verkeerde lijst."
    assert client.post(address, why, format="json").status_code == 404


def test_who_issued_it_and_its_holder_read_the_digital_credential() -> None:
    issuer, holder = provider(), company()
    credential = make_credential(issuer)
    issued = IssuedCredential.objects.create(
        microcredential=credential, pseudonym="P-1", organisation=holder.organisation, issued_on="2026-01-10"
    )
    address = f"{ISSUED}{issued.public_id}/document/"
    read = issuer.get(address)
    assert read["Cache-Control"] == "private, no-store"
    assert holder.get(address).json() == read.json()
    assert read.json()["type"] == ["VerifiableCredential", "EuropeanDigitalCredential"]
    assert "P-1" in read.content.decode()
    strangers = [provider(), company(), client_of(Role.COORDINATOR), client_of(Role.ADMINISTRATOR)]
    assert [stranger.get(address).status_code for stranger in strangers] == [404] * len(strangers)
