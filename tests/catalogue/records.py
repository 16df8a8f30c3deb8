"""Records for the pure parts of `catalogue`."""

from datetime import date
from decimal import Decimal
from typing import Any

from catalogue.records import CredentialRecord, EditionRecord, OfferRecord, ProviderRecord

SITE = "https://skillnet.example"
PROVIDER = ProviderRecord(
    name="Leerhuis Zenne",
    url=f"{SITE}/aanbod/verstrekkers/1/",
    enterprise_number="0123456749",
    kind="private",
    website="https://leerhuis.example",
    region="BE100",
)


def edition(**values: Any) -> EditionRecord:
    base: dict[str, Any] = {
        "id": "e-1",
        "starts_on": date(2027, 3, 1),
        "ends_on": date(2027, 3, 3),
        "seats": 12,
        "seats_left": 4,
        "price": Decimal("690.00"),
        "price_basis": "participant",
        "region": "BE234",
        "location": "Gent, Dok Noord",
    }
    return EditionRecord(**(base | values))


def credential(**values: Any) -> CredentialRecord:
    base: dict[str, Any] = {
        "id": "m-1",
        "url": f"{SITE}/aanbod/microcredentials/m-1/",
        "title": "Inox lassen met TIG",
        "issuer_country": "BE",
        "awarding_body": "Hogeschool Schelde",
        "outcomes": ("inox lassen", "naden beoordelen"),
        "workload_hours": Decimal(60),
        "ects": Decimal("2.00"),
        "eqf_level": 4,
        "assessment": "Praktijkproef onder toezicht",
        "participation": "in de klas",
        "quality_assurance": "Qfor",
        "prerequisites": "Kunnen lassen met elektrode",
        "validity_months": 36,
    }
    return CredentialRecord(**(base | values))


def offer(**values: Any) -> OfferRecord:
    base: dict[str, Any] = {
        "id": "o-1",
        "dayparts": ("day",),
        "code": "TIG-1",
        "url": f"{SITE}/aanbod/o-1/",
        "title": "TIG-lassen van inox",
        "language": "nl",
        "provider": PROVIDER,
        "description": "Vijf dagen in de werkplaats: inox lassen, naden beoordelen, veilig werken, elke dag.",
        "outcomes": ("inox lassen", "naden beoordelen"),
        "teaching_languages": ("nl", "fr"),
        "mode": "blended",
        "hours": Decimal("37.50"),
        "ects": Decimal("2.00"),
        "eqf_level": 4,
        "price": Decimal("690.00"),
        "seats": 12,
        "regions": ("BE234",),
        "credential": "microcredential",
        "skills": ("http://data.europa.eu/esco/skill/188ad0ce-1703-4d41-801b-201d739aeede",),
        "isced_f": "0715",
        "depth": "short",
        "direction": "upskilling",
        "editions": (edition(),),
        "microcredential": credential(),
    }
    return OfferRecord(**(base | values))
