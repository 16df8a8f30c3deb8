"""An issued microcredential as a European Digital Credential, unsigned: its issuer seals it. No Django here.

Application profile: EDC generic (European Learning Model v3). All eleven elements of Council Recommendation
2022/C 243/02, Annex I, stand in it; the learner is known by the issuer's own reference, for no name is kept.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from catalogue import elm
from catalogue.records import CredentialRecord, IssuedRecord, OfferRecord
from catalogue.schema_org import known, workload

CONTEXT = ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"]
SCHEMA = "http://data.europa.eu/snb/model/ap/edc-generic-full"
PROFILE = {
    "id": f"{elm.SNB}/credential/e34929035b",
    "type": "Concept",
    "inScheme": {"id": f"{elm.SNB}/credential/{elm.SCHEME_SUFFIX}", "type": "ConceptScheme"},
    "prefLabel": {"en": "Generic"},
}


def digital_credential(
    issued: IssuedRecord, credential: CredentialRecord, offer: OfferRecord
) -> dict[str, Any]:
    """The document that an issuer signs; `issued.id` is that of the register."""
    described = elm.learning_opportunity(offer, credential)
    achievement = described["learningAchievementSpecification"]
    body = achievement.pop("awardingOpportunity")["awardingBody"]
    issuer = described["providedBy"]
    urn = f"urn:uuid:{issued.id}"
    language = described["elm:defaultLanguage"]
    title = {offer.language: credential.title}
    return known(
        {
            "@context": CONTEXT,
            "id": urn,
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialSchema": {"id": SCHEMA, "type": "ShaclValidator2017"},
            "credentialProfiles": PROFILE,
            "identifier": _identifier(f"{urn}#identifier", issued.id, "Skillnet"),
            "displayParameter": {
                "id": f"{urn}#display",
                "type": "DisplayParameter",
                "title": title,
                "language": language,
                "primaryLanguage": language,
            },
            "issuer": issuer,
            "issuanceDate": _instant(issued.issued_on),
            "expirationDate": _instant(issued.expires_on, time(23, 59, 59)),
            "credentialSubject": {
                "id": f"{urn}#learner",
                "type": "Person",
                "identifier": _identifier(f"{urn}#reference", issued.pseudonym, offer.provider.name),
                "hasClaim": _claim(urn, issued, credential, offer, achievement, body),
            },
        }
    )


def _claim(
    urn: str,
    issued: IssuedRecord,
    credential: CredentialRecord,
    offer: OfferRecord,
    achievement: dict[str, Any],
    body: Any,
) -> dict[str, Any]:
    """What this person achieved: who awarded it and when, how it was learnt and shown."""
    title = {offer.language: credential.title}
    awarded = {
        "id": f"{urn}#awarding",
        "type": "AwardingProcess",
        "awardingBody": body,
        "awardingDate": _instant(issued.issued_on),
    }
    activity = {
        "id": f"{urn}#activity",
        "type": "LearningActivity",
        "title": {offer.language: credential.participation or credential.title},
        "awardedBy": f"{urn}#awarding",
        "workload": workload(credential.workload_hours),
    }
    return known(
        {
            "id": f"{urn}#achievement",
            "type": "LearningAchievement",
            "title": title,
            "awardedBy": awarded,
            "influencedBy": known(activity),
            "provenBy": _assessment(urn, credential, offer.language),
            "specifiedBy": achievement,
        }
    )


def _assessment(urn: str, credential: CredentialRecord, language: str) -> dict[str, Any] | None:
    if not credential.assessment:
        return None
    supervised = elm.note_text("supervision", credential.supervision)
    note = {"type": "Note", "noteLiteral": {"en": supervised}} if supervised else None
    return known(
        {
            "id": f"{urn}#assessment",
            "type": "LearningAssessment",
            "title": {language: credential.assessment},
            "awardedBy": f"{urn}#awarding",
            "additionalNote": note,
        }
    )


def _identifier(identity: str, notation: str, scheme: str) -> dict[str, str]:
    return {"id": identity, "type": "Identifier", "notation": notation, "schemeName": scheme}


def _instant(day: date | None, at: time = time()) -> str:
    return datetime.combine(day, at, tzinfo=UTC).isoformat().replace("+00:00", "Z") if day else ""
