"""Rows into the records that the pure parts read."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from catalogue.edc import digital_credential
from catalogue.models import Edition, IssuedCredential, Microcredential, Offer, Provider
from catalogue.records import CredentialRecord, EditionRecord, IssuedRecord, OfferRecord, ProviderRecord
from skillnet.kernel.addresses import absolute


def provider_record(provider: Provider) -> ProviderRecord:
    return ProviderRecord(
        name=provider.organisation.name,
        url=absolute(reverse("catalogue:provider_detail", args=[provider.public_id])),
        enterprise_number=provider.organisation.enterprise_number or "",
        kind=provider.kind,
        website=provider.website,
        region=provider.organisation.region,
    )


def edition_record(edition: Edition) -> EditionRecord:
    """The edition with what it leaves to its offer filled in; `edition.offer` must be loaded."""
    price, basis = edition.effective_price
    return EditionRecord(
        id=str(edition.public_id),
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        seats=edition.seats if edition.seats is not None else edition.offer.seats,
        seats_left=edition.seats_left,
        price=price,
        price_basis=basis,
        region=edition.region,
        location=edition.location,
        state=edition.state,
        code=edition.external_id,
        min_seats=edition.min_seats if edition.min_seats is not None else edition.offer.min_seats,
        enrolled=edition.enrolled,
        schedule=edition.schedule,
        enrol_until=edition.enrol_until,
        known_since=localdate(edition.created_at),
    )


def credential_record(credential: Microcredential) -> CredentialRecord:
    return CredentialRecord(
        id=str(credential.public_id),
        url=absolute(reverse("catalogue:microcredential_detail", args=[credential.public_id])),
        title=credential.title,
        issuer_country=credential.issuer_country,
        awarding_body=credential.awarding_body,
        outcomes=tuple(credential.outcomes),
        workload_hours=credential.workload_hours,
        ects=credential.ects,
        eqf_level=credential.eqf_level,
        assessment=credential.assessment,
        participation=credential.participation,
        quality_assurance=credential.quality_assurance,
        prerequisites=credential.prerequisites,
        validity_months=credential.validity_months,
        issuer_region=credential.issuer_region,
        supervision=credential.supervision,
        stacking=credential.stacking,
        stacks_into=credential.stacks_into,
    )


def issued_record(issued: IssuedCredential) -> IssuedRecord:
    return IssuedRecord(
        id=str(issued.public_id),
        pseudonym=issued.pseudonym,
        issued_on=issued.issued_on,
        expires_on=issued.expires_on,
    )


def offer_record(
    offer: Offer, editions: Iterable[Edition] = (), microcredential: Microcredential | None = None
) -> OfferRecord:
    """`offer.provider.organisation` must be loaded; editions and microcredential as the caller read them."""
    return OfferRecord(
        id=str(offer.public_id),
        code=offer.external_id,
        url=absolute(reverse("catalogue:offer_detail", args=[offer.public_id])),
        title=offer.title,
        language=offer.language,
        provider=provider_record(offer.provider),
        description=offer.description,
        outcomes=tuple(offer.outcomes),
        teaching_languages=tuple(offer.teaching_languages),
        mode=offer.mode,
        hours=offer.hours,
        ects=offer.ects,
        eqf_level=offer.eqf_level,
        price=offer.price,
        price_basis=offer.price_basis,
        seats=offer.seats,
        regions=tuple(offer.regions),
        credential=offer.credential,
        skills=tuple(offer.skills),
        mandatory=offer.mandatory,
        isced_f=offer.isced_f,
        homepage=offer.url,
        depth=offer.depth,
        direction=offer.direction,
        supply_subsidy_pct=offer.supply_subsidy_pct,
        workplace_hours=offer.workplace_hours,
        vks_level=offer.vks_level,
        dayparts=tuple(offer.dayparts),
        entry_requirements=offer.entry_requirements,
        funder=offer.funder,
        kmo_registered=offer.kmo_registered,
        kmo_theme=offer.kmo_theme,
        assessment=offer.assessment,
        vov_id=offer.vov_id,
        voucher_registered=offer.voucher_registered,
        editions=tuple(edition_record(edition) for edition in editions),
        microcredential=credential_record(microcredential) if microcredential else None,
    )


def issued_credential(issued: IssuedCredential) -> dict[str, Any]:
    """The European Digital Credential of one entry; the organisation of its provider must be loaded."""
    credential = issued.microcredential
    offer = offer_record(credential.offer, (), credential)
    return digital_credential(issued_record(issued), credential_record(credential), offer)
