"""An offer as a learning opportunity of the European Learning Model v3 (JSON-LD). No Django here.

Profile: LOQ (learning opportunities and qualifications), with or without a microcredential at its end. What is
described here has not been issued to anybody, so elements 1 (learner) and 5 (date) of the Council
Recommendation are not in it. Controlled vocabularies are those of the EU Vocabularies; a term whose identifier
we do not know is said in a note.
"""

from collections.abc import Iterable
from typing import Any

from catalogue.records import CredentialRecord, OfferRecord, ProviderRecord
from catalogue.schema_org import known, workload

# The published context leaves `id` and `type` to that of credentials, which an offer is not.
CONTEXT: list[Any] = ["http://data.europa.eu/snb/model/context/edc-ap", {"id": "@id", "type": "@type"}]
AUTHORITY = "http://publications.europa.eu/resource/authority"
SNB = "http://data.europa.eu/snb"
SCHEME_SUFFIX = "25831c2"  # of every concept scheme below SNB
FIELD_UNKNOWN = "9999"  # ISCED-F 2013: field unknown

LANGUAGE_CODES = {"nl": "NLD", "fr": "FRA", "en": "ENG", "de": "DEU"}
LANGUAGE_NAMES = {"nl": "Dutch", "fr": "French", "en": "English", "de": "German"}
MODES = {"online": ("920fbb3cbe", "Online"), "blended": ("e92d221e4d", "Blended")}
# The elements that the model has no property for stand in notes: label → field.
LABELS = {
    "Form of participation": "participation",
    "Quality assurance": "quality_assurance",
    "Valid for, in months": "validity_months",
    "Supervision and identity verification": "supervision",
    "Stackability": "stacking",
    "Stacks into": "stacks_into",
}
# What the Council Recommendation calls the choices of its optional elements.
PHRASES = {
    "supervision": {
        "none": "Unsupervised with no identity verification",
        "supervised": "Supervised with no identity verification",
        "online_id": "Supervised online with identity verification",
        "onsite_id": "Supervised onsite with identity verification",
    },
    "stacking": {
        "alone": "Stand-alone, independent micro-credential",
        "stackable": "Integrated, stackable towards another credential",
    },
}
NO_OUTCOMES = "No learning outcomes were described: this is the title of the course"
ECTS = ("6fcec5c5af", "European Credit Transfer System")
# ISO 3166-1 alpha-2 → alpha-3, as the country authority table has them.
COUNTRIES = {
    "AT": "AUT", "BE": "BEL", "BG": "BGR", "CH": "CHE", "CY": "CYP", "CZ": "CZE", "DE": "DEU", "DK": "DNK",
    "EE": "EST", "ES": "ESP", "FI": "FIN", "FR": "FRA", "GB": "GBR", "GR": "GRC", "HR": "HRV", "HU": "HUN",
    "IE": "IRL", "IT": "ITA", "LT": "LTU", "LU": "LUX", "LV": "LVA", "MT": "MLT", "NL": "NLD", "NO": "NOR",
    "PL": "POL", "PT": "PRT", "RO": "ROU", "SE": "SWE", "SI": "SVN", "SK": "SVK",
}  # fmt: skip
NUTS_COUNTRIES = {"EL": "GR", "UK": "GB"}  # where NUTS departs from ISO 3166-1
NUTS = "http://data.europa.eu/nuts"
HOME = "BE"


def learning_opportunity(offer: OfferRecord, credential: CredentialRecord | None = None) -> dict[str, Any]:
    """The document: the offer, what one achieves with it, how that is assessed, and who awards it."""
    return {"@context": CONTEXT, **_opportunity(offer, credential)}


def catalogue(offers: Iterable[OfferRecord]) -> dict[str, Any]:
    """Many offers in one document, each with its microcredential where it ends in one."""
    graph = [_opportunity(offer, offer.microcredential) for offer in offers]
    return {"@context": CONTEXT, "@graph": graph}


def _opportunity(offer: OfferRecord, credential: CredentialRecord | None) -> dict[str, Any]:
    provider = _organisation(offer.provider, offer.language)
    achieved = credential or _plain_achievement(offer)
    return known(
        {
            "id": f"{offer.url}#opportunity",
            "type": "LearningOpportunity",
            "identifier": _identifier(offer),
            "title": _words(offer.title, offer.language),
            "description": _words(offer.description, offer.language),
            "homepage": _page(offer.homepage or offer.url),
            "duration": workload(offer.hours),
            "mode": _mode(offer.mode),
            "priceDetail": _price(offer),
            "providedBy": provider,
            "elm:defaultLanguage": _language(offer.language),
            "learningAchievementSpecification": _achievement(offer, achieved, provider["id"])
            | ({"awardingOpportunity": _awarding(credential, offer, provider["id"])} if credential else {}),
        }
    )


def _plain_achievement(offer: OfferRecord) -> CredentialRecord:
    """What an offer says of itself when no microcredential describes what it ends in."""
    return CredentialRecord(
        id=offer.id,
        url=offer.url,
        title=offer.title,
        outcomes=offer.outcomes,
        ects=offer.ects,
        eqf_level=offer.eqf_level,
        prerequisites=offer.entry_requirements,
        assessment=offer.assessment,
    )


def _achievement(offer: OfferRecord, credential: CredentialRecord, body: str) -> dict[str, Any]:
    spoken = offer.teaching_languages or (offer.language,)
    return known(
        {
            "id": f"{credential.url}#achievement",
            "type": "LearningAchievementSpecification",
            "title": _words(credential.title, offer.language),
            "homepage": _page(credential.url),
            "additionalNote": _notes(credential, offer.language),
            "thematicArea": _concept("isced-f", offer.isced_f or FIELD_UNKNOWN, ""),
            "volumeOfLearning": workload(credential.workload_hours),
            "creditPoint": _credits(credential),
            "educationLevel": _level(credential.eqf_level),
            "language": [_language(code) for code in spoken],
            "mode": _mode(offer.mode),
            "entryRequirement": _note(credential.prerequisites, offer.language),
            "learningOutcome": _outcomes(offer, credential),
            "provenBy": _assessment(credential, offer.language),
        }
    )


def _outcomes(offer: OfferRecord, credential: CredentialRecord) -> list[dict[str, Any]]:
    """One each; the skills of the offer stand with the first, as we do not know which belongs to which.

    The profile asks for one at least: an offer without outcomes has its title there, and says so.
    """
    return [
        known(
            {
                "id": f"{credential.url}#outcome-{number}",
                "type": "LearningOutcome",
                "title": _words(outcome, offer.language),
                "additionalNote": None if credential.outcomes else _note(NO_OUTCOMES, "en"),
                "relatedESCOSkill": [_esco(uri) for uri in offer.skills] if number == 1 else [],
            }
        )
        for number, outcome in enumerate(credential.outcomes or (credential.title,), start=1)
    ]


def _assessment(credential: CredentialRecord, language: str) -> dict[str, Any] | None:
    if not credential.assessment:
        return None
    return {
        "id": f"{credential.url}#assessment",
        "type": "LearningAssessmentSpecification",
        "title": _words(credential.assessment, language),
    }


def _awarding(credential: CredentialRecord, offer: OfferRecord, provider_id: str) -> dict[str, Any]:
    """The awarding body: the provider itself, or another by its name."""
    body: Any = provider_id
    if credential.awarding_body and credential.awarding_body != offer.provider.name:
        body = {
            "id": f"{credential.url}#awarding-body",
            "type": "Organisation",
            "legalName": _words(credential.awarding_body, offer.language),
            "location": _location(
                f"{credential.url}#location", credential.issuer_country or HOME, credential.issuer_region
            ),
        }
    return {
        "id": f"{credential.url}#awarding",
        "type": "AwardingOpportunity",
        "awardingBody": body,
        "learningAchievementSpecification": f"{credential.url}#achievement",
    }


def _organisation(provider: ProviderRecord, language: str) -> dict[str, Any]:
    registration = None
    if provider.enterprise_number:
        registration = {
            "id": f"{provider.url}#registration",
            "type": "LegalIdentifier",
            "notation": provider.enterprise_number,
            "spatial": _country("BE"),
        }
    return known(
        {
            "id": f"{provider.url}#organisation",
            "type": "Organisation",
            "legalName": _words(provider.name, language),
            "registration": registration,
            "homepage": _page(provider.website or provider.url),
            "location": _location(f"{provider.url}#location", country_of(provider), provider.region),
        }
    )


def country_of(provider: ProviderRecord) -> str:
    """The country (ISO 3166-1 alpha-2) that a region names; Belgium where none is known."""
    code = provider.region[:2]
    return NUTS_COUNTRIES.get(code, code) or HOME


def _location(identity: str, country: str, region: str) -> dict[str, Any]:
    """Element 3: the country, and the region where it is known."""
    return known(
        {
            "id": identity,
            "type": "Location",
            "address": {"id": f"{identity}-address", "type": "Address", "countryCode": _country(country)},
            "spatialCode": _region(region) if region else None,
        }
    )


def _region(code: str) -> dict[str, Any]:
    return {
        "id": f"{NUTS}/code/{code}",
        "type": "Concept",
        "inScheme": {"id": NUTS, "type": "ConceptScheme"},
        "notation": "nuts",
        "prefLabel": {"en": code},
    }


def _notes(credential: CredentialRecord, language: str) -> list[dict[str, Any]]:
    """Elements 10 and 11, how long it is valid, supervision and stacking: the model has no property for them."""
    texts = [(label, note_text(name, getattr(credential, name))) for label, name in LABELS.items()]
    notes = [_note(f"{label}: {text}", language) for label, text in texts if text]
    return [note for note in notes if note]


def note_text(name: str, value: Any) -> str:
    """A value as a note says it; empty when unknown."""
    return PHRASES.get(name, {}).get(value, str(value or ""))


def _note(text: str, language: str) -> dict[str, Any] | None:
    return {"type": "Note", "noteLiteral": _words(text, language)} if text else None


def _credits(credential: CredentialRecord) -> dict[str, Any] | None:
    if not credential.ects:
        return None
    return {
        "id": f"{credential.url}#credits",
        "type": "CreditPoint",
        "framework": _concept("education-credit", *ECTS),
        "point": format(credential.ects.normalize(), "f"),
    }


def _price(offer: OfferRecord) -> dict[str, Any] | None:
    """What the offer costs without VAT, for each participant or for the group."""
    if offer.price is None:
        return None
    basis = "edition" if offer.price_basis == "edition" else "participant"
    return {
        "id": f"{offer.url}#price",
        "type": "PriceDetail",
        "description": {"en": f"Price per {basis}, excluding VAT"},
        "amount": {
            "id": f"{offer.url}#amount",
            "type": "Amount",
            "rdf:value": {"@value": format(offer.price, "f"), "@type": "xsd:decimal"},
            "unit": _authority("currency", "EUR", "Euro"),
        },
    }


def _level(eqf_level: int | None) -> dict[str, Any] | None:
    return None if eqf_level is None else _concept("eqf", str(eqf_level), f"Level {eqf_level}")


def _mode(mode: str) -> dict[str, Any] | None:
    return _concept("learning-assessment", *MODES[mode]) if mode in MODES else None


def _identifier(offer: OfferRecord) -> dict[str, Any]:
    return {
        "id": f"{offer.url}#identifier",
        "type": "Identifier",
        "notation": offer.code,
        "schemeName": offer.provider.name,
    }


def _page(address: str) -> dict[str, Any]:
    return {"id": address, "type": "WebResource", "contentURL": address}


def _words(text: str, language: str) -> dict[str, str] | None:
    return {language: text} if text else None


def _concept(scheme: str, code: str, label: str) -> dict[str, Any]:
    concept: dict[str, Any] = {
        "id": f"{SNB}/{scheme}/{code}",
        "type": "Concept",
        "inScheme": {"id": f"{SNB}/{scheme}/{SCHEME_SUFFIX}", "type": "ConceptScheme"},
    }
    return concept | {"prefLabel": {"en": label or code}}


def _authority(table: str, code: str, label: str) -> dict[str, Any]:
    return {
        "id": f"{AUTHORITY}/{table}/{code}",
        "type": "Concept",
        "inScheme": {"id": f"{AUTHORITY}/{table}", "type": "ConceptScheme"},
        "notation": table,
        "prefLabel": {"en": label},
    }


def _language(code: str) -> dict[str, Any]:
    """Languages outside the table are undetermined (UND), never dropped: the profile asks for one."""
    return _authority("language", LANGUAGE_CODES.get(code, "UND"), LANGUAGE_NAMES.get(code, code))


def _country(code: str) -> dict[str, Any]:
    return _authority("country", COUNTRIES.get(code, code), code)


def _esco(uri: str) -> dict[str, Any]:
    return {
        "id": uri,
        "type": "Concept",
        "inScheme": {"id": "http://data.europa.eu/esco/concept-scheme/skills", "type": "ConceptScheme"},
        "notation": "Skill",
        "prefLabel": {"en": uri.rsplit("/", 1)[-1]},
    }
