"""An issued credential as a European Digital Credential: eleven elements, the published vocabularies, whose it is."""

import json
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from pyshacl import validate
from rdflib import Graph

from catalogue.edc import digital_credential
from catalogue.models import IssuedCredential, Microcredential
from catalogue.records import IssuedRecord
from skillnet.kernel.roles import Role
from tests.catalogue.records import credential, offer
from tests.catalogue.shapes import STANDARD, _sentences, _unknown, published_context
from tests.factories import make_offer, make_organisation, make_provider

# Of the W3C context, what a credential of this profile uses (https://www.w3.org/2018/credentials/v1).
W3C = {
    "id": "@id",
    "type": "@type",
    "cred": "https://www.w3.org/2018/credentials#",
    "VerifiableCredential": "cred:VerifiableCredential",
    "ShaclValidator2017": "cred:ShaclValidator2017",
    "credentialSchema": {"@id": "cred:credentialSchema", "@type": "@id"},
    "credentialSubject": {"@id": "cred:credentialSubject", "@type": "@id"},
    "issuer": {"@id": "cred:issuer", "@type": "@id"},
    "issuanceDate": {"@id": "cred:issuanceDate"},
    "expirationDate": {"@id": "cred:expirationDate"},
}
ISSUED = IssuedRecord("0198c0de-0000-7000-8000-000000000001", "D-17", date(2026, 9, 1), date(2029, 9, 1))


def document(**values: Any) -> dict[str, Any]:
    record = credential(issuer_region="BE234", supervision="onsite_id", **values)
    return digital_credential(ISSUED, record, offer(microcredential=record))


def test_all_eleven_elements_stand_in_it() -> None:
    found = document()
    person = found["credentialSubject"]
    claim = person["hasClaim"]
    described = claim["specifiedBy"]
    body = claim["awardedBy"]["awardingBody"]
    notes = json.dumps(described["additionalNote"])
    elements = {
        1: person["identifier"]["notation"],
        2: claim["title"]["nl"],
        3: body["location"]["spatialCode"]["id"][-5:],
        4: body["legalName"]["nl"],
        5: claim["awardedBy"]["awardingDate"],
        6: len(described["learningOutcome"]),
        7: (described["volumeOfLearning"], described["creditPoint"]["point"]),
        8: described["educationLevel"]["id"][-1],
        9: claim["provenBy"]["title"]["nl"],
        10: claim["influencedBy"]["title"]["nl"],
        11: "Qfor" in notes,
    }
    assert elements == {
        1: "D-17",
        2: "Inox lassen met TIG",
        3: "BE234",
        4: "Hogeschool Schelde",
        5: "2026-09-01T00:00:00Z",
        6: 2,
        7: ("PT60H", "2"),
        8: "4",
        9: "Praktijkproef onder toezicht",
        10: "in de klas",
        11: True,
    }
    assert found["expirationDate"] == "2029-09-01T23:59:59Z"
    assert "proof" not in found


@pytest.mark.skipif(
    not STANDARD.is_dir(), reason="the published shapes of ELM v3 (shared/data/standards/elm) are not here"
)
def test_it_keeps_to_the_published_vocabularies() -> None:
    shapes = Graph().parse(STANDARD / "EDC-generic-full.ttl")

    def problems(found: dict[str, Any]) -> list[str]:
        context = [W3C, published_context()]
        graph = Graph().parse(data=json.dumps({**found, "@context": context}), format="json-ld")
        _conforms, report, _text = validate(graph, shacl_graph=shapes, advanced=False)
        return [*_unknown(found, W3C | published_context()), *_sentences(report)]

    assert problems(document()) == []
    assert problems(document(ects=None, eqf_level=None, workload_hours=None, assessment="")) == []
    assert problems({**document(), "credentialProfiles": None}) != []


@pytest.mark.django_db
def test_issuer_and_company_fetch_it_and_nobody_else(client_for: Any) -> None:
    provider = make_provider()
    company = make_organisation()
    shown = make_offer(provider=provider, state="active", credential="microcredential")
    described = Microcredential.objects.create(
        offer=shown, title="Inox lassen", outcomes=["lassen"], awarding_body="School", issuer_country="BE"
    )
    row = IssuedCredential.objects.create(
        microcredential=described, pseudonym="D-17", issued_on=date(2026, 9, 1), organisation=company
    )
    address = reverse("catalogue:issued_document", args=[row.public_id])
    issuer = client_for(Role.PROVIDER, organisation=provider.organisation)
    holder = client_for(Role.COMPANY_CONTACT, organisation=company)
    register = reverse("catalogue:issued", args=[described.public_id])
    assert address in issuer.get(register).content.decode()
    assert address in holder.get(reverse("catalogue:my_credentials")).content.decode()
    for client in (issuer, holder):
        answer = client.get(address)
        assert answer.json()["credentialSubject"]["identifier"]["notation"] == "D-17"
        assert "attachment" in answer["Content-Disposition"]
    for role in (Role.PROVIDER, Role.COMPANY_CONTACT):
        assert client_for(role).get(address).status_code == 404
